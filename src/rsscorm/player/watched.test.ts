/** What was seen of films: what is kept of it, in which room, and who passes over it. */

import assert from "node:assert/strict";
import test from "node:test";

import { decode, encode, wasRead } from "./resume";
import { sample } from "./sample";
import { fresh, reduce, unite } from "./state";
import type { Action, State, Watched } from "./types";

const FILMS = ["aaaa", "1234", "cccc", "dddd", "eeee", "ffff"];
const data = sample({ films: FILMS });

/** The state of somebody who did this. */
function after(...actions: Omit<Action & { type: "watch" }, "type">[]): State {
  return actions.reduce(
    (state, action) => reduce(data, state, { type: "watch", ...action }),
    fresh(data),
  );
}

function film(code: string, rest: Partial<Watched> = {}): Watched {
  return { code, at: 0, watched: false, read: false, ...rest };
}

test("A film that is left has a place, one that was watched a mark that stays", () => {
  const left = after({ film: "aaaa", at: 134 });
  assert.deepEqual(left.films, [film("aaaa", { at: 134 })]);
  const over = reduce(data, left, { type: "watch", film: "aaaa", at: 0, seen: "watched" });
  assert.deepEqual(over.films, [film("aaaa", { watched: true })]);
  const again = reduce(data, over, { type: "watch", film: "aaaa", at: 7 });
  assert.deepEqual(again.films, [film("aaaa", { at: 7, watched: true })]);
  const read = reduce(data, again, { type: "watch", film: "aaaa", seen: "read" });
  assert.deepEqual(read.films, [film("aaaa", { at: 7, watched: true, read: true })]);
});

test("What changes nothing is no new state, so that no LMS is told of it", () => {
  const left = after({ film: "aaaa", at: 134 });
  assert.equal(reduce(data, left, { type: "watch", film: "aaaa", at: 134 }), left);
  const nothing = fresh(data);
  assert.equal(reduce(data, nothing, { type: "watch", film: "aaaa", at: 0 }), nothing);
});

test("Only the latest four places are kept, in whatever order, and every mark", () => {
  const state = after(
    { film: "aaaa", at: 10, seen: "watched" },
    ...FILMS.map((code, at) => ({ film: code, at: 10 + at })),
    { film: "1234", at: 99 },
  );
  assert.deepEqual(state.films, [
    film("aaaa", { watched: true }),
    film("dddd", { at: 13 }),
    film("eeee", { at: 14 }),
    film("ffff", { at: 15 }),
    film("1234", { at: 99 }),
  ]);
  assert.deepEqual(decode(data, encode(data, state)), state);
});

test("A film's place travels as three digits, however long it is", () => {
  const state = after({ film: "aaaa", at: 1e9 }, { film: "cccc", at: 1, seen: "read" });
  assert.match(encode(data, state), /aaaa00zzz,cccc20001$/);
  assert.deepEqual(decode(data, encode(data, state)), state);
});

test("An edition without the film, and one from before films, pass over its entry", () => {
  const state = after({ film: "aaaa", at: 134 }, { film: "cccc", seen: "watched" });
  const text = encode(data, state);
  for (const films of [["cccc"], [], undefined]) {
    const { films: _, ...before } = data;
    const other = films ? { ...before, films } : before;
    const known = state.films.filter(({ code }) => films?.includes(code));
    assert.deepEqual(decode(other, text), { ...state, films: known });
    assert.equal(wasRead(other, text), "all");
    assert.doesNotMatch(encode(other, state), /aaaa/);
  }
});

test("Answers stay what they are beside films, and films what they are beside answers", () => {
  const watched = after({ film: "aaaa", at: 134 });
  const both = reduce(data, watched, { type: "answer", block: "pick", value: ["b-two"] });
  const back = decode(data, encode(data, both));
  assert.deepEqual(back.answers, both.answers);
  assert.deepEqual(back.films, both.films);
  assert.equal(back.next, both.next);
});

test("An entry of a film that was spoilt says nothing wrong", () => {
  const text = encode(data, after({ film: "aaaa", at: 134 }));
  for (const bad of [text.slice(0, -1), text.slice(0, -4), text.replace(/02A$/, "0!!")]) {
    assert.deepEqual(decode(data, bad).films, [], bad);
  }
});

test("Of two devices every mark counts, and the place of the one at hand", () => {
  const mine = after({ film: "aaaa", at: 20 }, { film: "cccc", seen: "read" });
  const theirs = after({ film: "cccc", at: 9, seen: "watched" }, { film: "aaaa", at: 70 },
    { film: "eeee", at: 30 });
  assert.deepEqual(unite(mine, theirs).films, [
    film("eeee", { at: 30 }),
    film("aaaa", { at: 20 }),
    film("cccc", { watched: true, read: true }),
  ]);
});
