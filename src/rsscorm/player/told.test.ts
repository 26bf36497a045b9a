/** What a poll service tells is read into one known form, or not at all, whatever it sends. */

import assert from "node:assert/strict";
import test from "node:test";

import { oneOf } from "./learners";
import { dice } from "./shuffle";
import { parseTold, textOf } from "./told";

const OPTIONS = ["now", "later", "constructor"];
const SHARES = { now: 6, later: 4, constructor: 1 };
const FIGURES = { moreThan: 20, of: 10, shares: SHARES };
const ROW = { now: 40, later: null, constructor: 4 };
const ALL = {
  figures: FIGURES,
  before: { moreThan: 420, of: 100, shares: { now: 96, later: 4, constructor: 50 } },
  changed: 3,
  moves: { now: ROW, later: ROW, constructor: ROW },
  cohort: { moreThan: 110, of: 20, shares: { now: 1, later: 19, constructor: 10 } },
};

function read(value: unknown): unknown {
  return parseTold(JSON.stringify(value), OPTIONS);
}

test("all that can be told is read, by the order of the options", () => {
  assert.deepEqual(read(ALL), {
    figures: { moreThan: 20, of: 10, shares: [6, 4, 1] },
    before: { moreThan: 420, of: 100, shares: [96, 4, 50] },
    changed: 3,
    moves: [[40, null, 4], [40, null, 4], [40, null, 4]],
    cohort: { moreThan: 110, of: 20, shares: [1, 19, 10] },
  });
});

test("nothing to tell is an answer, too; what is new to us is passed over", () => {
  const nothing = { figures: null, before: null, changed: null, moves: null, cohort: null };
  assert.deepEqual(read(nothing), nothing);
  assert.deepEqual(read({ ...nothing, later: "<b>", __proto__: null }), nothing);
  const more = { ...FIGURES, shares: { ...SHARES, added: 3 }, words: "x" };
  assert.deepEqual(read({ figures: more }), {
    ...nothing, figures: { moreThan: 20, of: 10, shares: [6, 4, 1] },
  });
});

test("anything else is nothing", () => {
  const wrong: unknown[] = [
    null, [], "figures", 7, {}, { before: null }, { figures: [] }, { figures: "6 in 10" },
    ...[0, 10, -1, 6.5, "6", null, true, [6], { now: 6 }, 1e308].map((now) => ({
      figures: { ...FIGURES, shares: { ...SHARES, now } },
    })),
    ...[0, 1, 50, 100.5, "10", null, "constructor"].map((of) => ({ figures: { ...FIGURES, of } })),
    ...[0, -20, 1e9 + 1, "20", null].map((moreThan) => ({ figures: { ...FIGURES, moreThan } })),
    { figures: { ...FIGURES, shares: { now: 6, later: 4 } } },
    { figures: { ...FIGURES, shares: [6, 4, 1] } },
    { ...ALL, changed: 0 }, { ...ALL, changed: 10 }, { ...ALL, changed: {} },
    { ...ALL, moves: { now: ROW } }, { ...ALL, moves: { ...ALL.moves, now: { ...ROW, now: 3 } } },
    { ...ALL, cohort: { ...FIGURES, of: 20, shares: { ...SHARES, now: 20 } } },
  ];
  for (const value of wrong) assert.equal(read(value), undefined, JSON.stringify(value));
  for (const text of ["", "{", "<!doctype html>", "\0", "[".repeat(60_000)]) {
    assert.equal(parseTold(text, OPTIONS), undefined);
  }
});

test("of 20,000 spoilt answers none is read into anything but the known form", () => {
  const random = dice(7);
  const signs = [...'{}[]":,-0123456789.eE\\ntrufalsx\u0000\u202e<>_'];
  const good = JSON.stringify(ALL);
  for (let count = 0; count < 20_000; count += 1) {
    let text = good;
    for (let hits = 1 + random(3); hits > 0; hits -= 1) {
      const at = random(text.length);
      text = text.slice(0, at) + oneOf(random, signs) + text.slice(at + random(3));
    }
    const told = parseTold(text, OPTIONS);
    if (told) assertKnown(told as unknown as Record<string, unknown>);
  }
  assert.equal(Object.hasOwn(Object.prototype, "now"), false);
});

/** Whole numbers within bounds, and nothing else at all. */
function assertKnown(told: Record<string, unknown>): void {
  const names = ["figures", "before", "changed", "moves", "cohort"];
  assert.deepEqual(Object.keys(told), names);
  const walk = (part: unknown): void => {
    if (part === null) return;
    if (typeof part === "object") return Object.values(part).forEach(walk);
    assert.ok(Number.isInteger(part) && (part as number) >= 1 && (part as number) <= 1e9);
  };
  walk(told);
}

test("an answer without end is not read to its end", async () => {
  let count = 0;
  const body = new ReadableStream({
    pull(controller) {
      count += 1;
      controller.enqueue(new TextEncoder().encode("x".repeat(1000)));
    },
  });
  await assert.rejects(textOf(new Response(body)));
  assert.ok(count < 100);
  await assert.rejects(textOf(new Response(new Uint8Array([0xff, 0xfe]))));
  assert.equal(await textOf(new Response("six")), "six");
});
