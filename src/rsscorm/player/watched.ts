/**
 * What a learner has seen of films and recordings, and how that stands in resume data: of each an
 * entry of its code, a digit of marks, a 0 where others have their tries, and, of the latest few,
 * the second at which it was left, in three digits of base 62. An edition that doesn't know the
 * film, or a player from before this, passes over it like over any entry of an unknown code.
 */

import { digits, number, type Entry } from "./resume-text";
import type { Action, ModuleData, Watched } from "./types";

/** In so many films the place is kept (Python: `FILM_PLACES`); marks are kept of all. */
const PLACES = 4;
const SECOND = 3;
const LAST_SECOND = 62 ** SECOND - 1;
/** The digit of marks is a sum of these; it stays below what would be a place in the LMS's record. */
const MARK = { watched: 1, read: 2 };

/** What is known of a film; undefined where it was not begun. */
export function watchedOf(films: Watched[], code: string): Watched | undefined {
  return films.find((film) => film.code === code);
}

/** The films after one was left at a second, watched, or read; the same where nothing changes. */
export function watch(
  films: Watched[], { film: code, at, seen }: Action & { type: "watch" },
): Watched[] {
  const before = watchedOf(films, code) ?? { code, at: 0, watched: false, read: false };
  const after = {
    code,
    at: Math.min(at ?? before.at, LAST_SECOND),
    watched: before.watched || seen === "watched",
    read: before.read || seen === "read",
  };
  const { watched, read } = before;
  if (after.at === before.at && after.watched === watched && after.read === read) return films;
  return bounded([...films.filter((film) => film.code !== code), after]);
}

/** Two visits as one: every mark of either, and the place where `mine` was last. */
export function uniteFilms(mine: Watched[], theirs: Watched[]): Watched[] {
  const others = theirs.filter(({ code }) => !watchedOf(mine, code));
  const both = mine.map((film) => {
    const other = watchedOf(theirs, film.code);
    return {
      ...film,
      watched: film.watched || !!other?.watched,
      read: film.read || !!other?.read,
    };
  });
  return bounded([...others, ...both]);
}

/** Keeps the latest places alone, and nothing of a film that has neither place nor mark. */
function bounded(films: Watched[]): Watched[] {
  const placed = films.filter(({ at }) => at > 0).slice(-PLACES);
  return films
    .map((film) => (placed.includes(film) ? film : { ...film, at: 0 }))
    .filter(({ at, watched, read }) => at > 0 || watched || read);
}

export function encodeFilms(data: ModuleData, films: Watched[]): string[] {
  const known = films.filter(({ code }) => data.films?.includes(code));
  return bounded(known).map(({ code, at, watched, read }) => {
    const marks = MARK.watched * +watched + MARK.read * +read;
    const place = at ? digits(Math.min(at, LAST_SECOND), SECOND) : "";
    return code + digits(marks, 1) + digits(0, 1) + place;
  });
}

/** What entries say of this module's films, in their order. */
export function decodeFilms(data: ModuleData, entries: Map<string, Entry>): Watched[] {
  const known = [...entries].filter(([code]) => data.films?.includes(code));
  const films = known.map(([code, { marks, value }]) => ({
    code,
    at: value.length === SECOND ? number(value) || 0 : 0,
    watched: (marks & MARK.watched) > 0,
    read: (marks & MARK.read) > 0,
  }));
  return bounded(films);
}
