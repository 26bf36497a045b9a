/**
 * Films and recordings: the browser's own players, and below each what they lack (why, stands in
 * `blocks/video.py`). One sounds at a time, and none that can't be seen. Where it was left is told
 * when it pauses, ends or is left, and every half minute, so that an LMS isn't talked to all along.
 * What was watched is a mark for the learner alone: it never holds anything up.
 */

import { all, find, icon, make } from "./screen-dom";
import type { Player } from "./types";
import { watchedOf } from "./watched";

/** Milliseconds of play after which the place is told. */
const OFTEN = 30_000;
/** Seconds from the start that are not worth going on from. */
const START = 5;
/** The share that counts as all of it: some films end with a minute of names. */
const ENOUGH = 0.9;

export function mountFilms(player: Player): void {
  const media = all<HTMLMediaElement>(document, "[data-film] > audio, [data-film] > .film > video");
  for (const each of media) {
    try {
      enliven(each, player);
    } catch (error) {
      console.error(error);
    }
  }
  const pause = (isToStop: (each: HTMLMediaElement) => boolean): void => {
    for (const each of media) if (!each.paused && isToStop(each)) each.pause();
  };
  const pauseUnseen = (): void => pause((each) => each.checkVisibility?.() === false);
  document.addEventListener("play", (event) => pause((each) => each !== event.target), true);
  document.addEventListener("toggle", pauseUnseen, true);
  addEventListener("hashchange", pauseUnseen);
  player.subscribe(pauseUnseen);
  mountSpeed(media);
}

/** One speed for all: who needs it slower needs it everywhere. */
function mountSpeed(media: HTMLMediaElement[]): void {
  const selects = all<HTMLSelectElement>(document, ".speed select");
  for (const select of selects) {
    select.addEventListener("change", () => {
      for (const other of selects) other.value = select.value;
      // When it first loads, a film takes the default one.
      for (const each of media) each.defaultPlaybackRate = each.playbackRate = Number(select.value);
    });
  }
}

function enliven(media: HTMLMediaElement, player: Player): void {
  const set = media.closest<HTMLElement>("[data-film]");
  const film = set?.dataset.film;
  if (!set || !film) return;
  const tools = find(set, ".film-tools");
  new Place(media, film, find(tools, ".go-on"), player);
  mountMarks(media, film, find(tools, ".film-marks"), player);
  mountCaptions(media);
  // A film with audio description has no transcript of its own.
  const read = set.querySelector<HTMLElement>(":scope > .transcript .was-read");
  if (read) mountReading(read, film, player);
  tools.hidden = false;
}

/** They are on when it first plays, and then as the learner wishes. */
function mountCaptions(media: HTMLMediaElement): void {
  const show = (): void => {
    for (const track of media.textTracks) track.mode = "showing";
  };
  media.addEventListener("play", show, { once: true });
}

/** Where a film was left: offered at the next visit, and told as it goes on. */
class Place {
  /** Where an earlier visit ended, as long as this one has not come to it. */
  private offered: number;
  /** What of the beginning need not be played again to have been watched. */
  private before = 0;
  private toldAt = 0;

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly film: string,
    private readonly goOn: HTMLElement,
    private readonly player: Player,
  ) {
    this.offered = watchedOf(player.state.films, film)?.at ?? 0;
    goOn.hidden = !this.offered;
    goOn.textContent = player.word("go_on_at", { time: clock(this.offered) });
    goOn.addEventListener("click", () => this.takeUp());
    this.listen();
  }

  private listen(): void {
    const { media } = this;
    const tell = (): void => this.tell();
    // Another edition may have a shorter film there: behind its end is no place to go on from.
    media.addEventListener("loadedmetadata", () => {
      if (this.offered >= media.duration) this.withdraw();
    });
    media.addEventListener("play", () => (this.toldAt = performance.now()));
    media.addEventListener("timeupdate", () => {
      if (this.offered && media.currentTime >= this.offered) this.withdraw();
      if (!media.paused && performance.now() - this.toldAt >= OFTEN) tell();
    });
    for (const moment of ["pause", "ended"]) media.addEventListener(moment, tell);
    document.addEventListener("visibilitychange", () => document.hidden && tell());
    addEventListener("pagehide", tell);
  }

  private takeUp(): void {
    const { media } = this;
    media.focus();
    // Not before its length is known: what is skipped would count as played.
    if (media.readyState) this.skipTo();
    else media.addEventListener("loadedmetadata", () => this.skipTo(), { once: true });
    void media.play();
  }

  private skipTo(): void {
    if (this.offered) this.media.currentTime = this.before = this.offered;
    this.withdraw();
  }

  private withdraw(): void {
    this.offered = 0;
    this.goOn.hidden = true;
  }

  private tell(): void {
    const { media, film } = this;
    if (!media.played.length) return;
    this.toldAt = performance.now();
    const { currentTime, duration, ended } = media;
    const isWatched = playedOf(media, this.before) >= ENOUGH * duration;
    const isOver = ended || (isWatched && currentTime >= ENOUGH * duration);
    const here = currentTime < START ? 0 : Math.floor(currentTime);
    const at = isOver ? 0 : Math.max(this.offered, here);
    this.player.dispatch({ type: "watch", film, at, ...(isWatched ? { seen: "watched" } : {}) });
  }
}

/** Seconds of it that were played, the first ones `before` included; nothing counts twice. */
function playedOf({ played }: HTMLMediaElement, before: number): number {
  let sum = before;
  for (let range = 0; range < played.length; range += 1) {
    sum += Math.max(0, played.end(range) - Math.max(before, played.start(range)));
  }
  return sum;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function mountMarks(
  media: HTMLMediaElement, film: string, marks: HTMLElement, player: Player,
): void {
  const watched = media.localName === "audio" ? "film_heard" : "film_watched";
  let [isMounted, wasWatched] = [false, false];
  player.subscribe(({ films }) => {
    const seen = watchedOf(films, film);
    const words = [seen?.watched && watched, seen?.read && "film_read"]
      .filter((key) => key !== undefined && key !== false)
      .map((key) => player.word(key));
    if (marks.childElementCount === words.length) return;
    marks.replaceChildren(...words.map((each) => make("li", "film-mark", icon("tick"), each)));
    // That the transcript was read stands where the focus is then.
    if (isMounted && seen?.watched && !wasWatched) player.announce(player.word(watched));
    wasWatched = !!seen?.watched;
  });
  isMounted = true;
}

/** Who has read the transcript says so: that it was open means little. */
function mountReading(read: HTMLElement, film: string, player: Player): void {
  const button = find(read, "button");
  button.addEventListener("click", () => {
    player.dispatch({ type: "watch", film, seen: "read" });
    read.focus();
  });
  player.subscribe(({ films }) => {
    if (!watchedOf(films, film)?.read || !button.isConnected) return;
    read.replaceChildren(icon("tick"), player.word("film_read"));
  });
  read.hidden = false;
}
