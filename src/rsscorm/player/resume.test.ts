/** Resume data: what was written opens again, whatever happened to it or to the module. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

import { blocksOf } from "./answers";
import { dice } from "./shuffle";
import { decode, encode, wasRead } from "./resume";
import { sample } from "./sample";
import { fresh, reduce, standing } from "./state";
import type { Action, BlockData, InteractionData, ModuleData, State } from "./types";

const data = sample();
const named = sample({ polls: { ...data.polls, answers: "named" } });
const ALL: Action[] = [
  { type: "visit", step: "polls" },
  { type: "visit", step: "questions" },
  { type: "key", key: "abcdefghijklmnopqrst-_" },
  { type: "answer", block: "pick", value: ["a-one"] },
  { type: "answer", block: "several", value: ["c-three", "a-one"] },
  { type: "answer", block: "vote", value: ["a-one"] },
  { type: "answer", block: "sure", value: ["11"] },
  { type: "answer", block: "vote", value: ["c-three"] },
  { type: "skip", block: "opinion" },
  { type: "answer", block: "story", value: ["take"] },
  { type: "answer", block: "told-story", value: ["take", "keep"] },
  { type: "answer", block: "own-words", value: [] },
];

function after(of: ModuleData, actions: Action[]): State {
  return actions.reduce((state, action) => reduce(of, state, action), fresh(of));
}

test("At every moment of a visit the state comes back as it was, each answer with it", () => {
  for (let count = 0; count <= ALL.length; count += 1) {
    const state = after(named, ALL.slice(0, count));
    const again = decode(named, encode(named, state));
    assert.deepEqual(again, state);
    assert.deepEqual(standing(named, again, null), standing(named, state, null));
  }
});

test("It is ASCII, begins with a letter, and says nothing of an anonymous vote or a note", () => {
  const votes = (of: ModuleData, option: string): string =>
    encode(of, after(of, [...ALL.slice(0, 5), { type: "answer", block: "vote", value: [option] }]));
  assert.match(votes(data, "a-one"), /^a[ -~]+$/);
  assert.equal(votes(data, "a-one"), votes(data, "b-two"));
  assert.notEqual(votes(named, "a-one"), votes(named, "b-two"));
});

test("An anonymous vote comes back as cast, without its option", () => {
  const again = decode(data, encode(data, after(data, ALL)));
  assert.deepEqual(again.answers["vote"]?.value, []);
  assert.equal(again.answers["vote"]?.tries, 2);
  assert.deepEqual(again.answers["vote"]?.records, [2, 4]);
});

test("A number and pairs come back as typed", () => {
  const pick = { ...data.steps[1]?.blocks[0] } as ModuleData["steps"][0]["blocks"][0];
  const number = {
    ...pick,
    interaction: { type: "numeric" as const, name: "?", reports: "answer" as const },
  };
  const pairs = {
    ...pick,
    id: "pairs",
    code: "pair",
    interaction: { type: "matching" as const, name: "?", reports: "answer" as const },
  };
  const step = { ...data.steps[0], blocks: [number, pairs] } as ModuleData["steps"][0];
  const of = { ...data, steps: [step] };
  const state = after(of, [
    { type: "answer", block: "pick", value: ["-12.75"] },
    { type: "answer", block: "pairs", value: ["a-one.c-three", "b-two.a-one"] },
  ]);
  assert.deepEqual(decode(of, encode(of, state)), state);
});

/** The module with a block changed, put in another place, or (null) taken out. */
function edited(of: ModuleData, id: string, change: Partial<BlockData> | null): ModuleData {
  const blocks = (all: BlockData[]): BlockData[] =>
    all.flatMap((block) => (block.id !== id ? [block] : change ? [{ ...block, ...change }] : []));
  return { ...of, steps: of.steps.map((step) => ({ ...step, blocks: blocks(step.blocks) })) };
}

/** Another edition, opened with what an earlier one wrote. */
function reopened(before: ModuleData, now: ModuleData, actions: Action[]): State {
  return decode(now, encode(before, after(before, actions)));
}

test("A question that was not there when its step was seen is new, until it is answered", () => {
  const now = reopened(edited(named, "pick", null), named, ALL.slice(0, 3));
  assert.deepEqual(now.news, { pick: "new" });
  const later = decode(named, encode(named, now));
  assert.deepEqual(later.news, { pick: "new" });
  const done = reduce(named, later, { type: "answer", block: "pick", value: ["b-two"] });
  assert.deepEqual(done.news, {});
  assert.deepEqual(decode(named, encode(named, done)), done);
});

test("On a step that was never seen nothing is new, and nor is what was left unanswered", () => {
  assert.deepEqual(reopened(edited(named, "vote", null), named, ALL.slice(1, 4)).news, {});
  assert.deepEqual(reopened(named, named, ALL.slice(0, 3)).news, {});
});

test("An answer whose option has gone is dropped, told, and keeps its place in the record", () => {
  const now = reopened(named, edited(named, "told-opinion", { codes: {} }), [
    { type: "visit", step: "questions" },
    { type: "answer", block: "pick", value: ["a-one"] },
    { type: "answer", block: "told-opinion", value: ["a-one"] },
  ]);
  assert.deepEqual(now.news, { "told-opinion": "changed" });
  assert.equal(now.answers["told-opinion"]?.tries, 0);
  assert.deepEqual(now.answers["told-opinion"]?.records, [1]);
  assert.deepEqual(now.answers["pick"]?.value, ["a-one"]);
  assert.deepEqual(decode(named, encode(named, now)).news, { "told-opinion": "changed" });
  const done = reduce(named, now, { type: "answer", block: "told-opinion", value: ["b-two"] });
  assert.deepEqual(done.news, {});
  assert.deepEqual(done.answers["told-opinion"]?.records, [1]);
  assert.equal(done.next, now.next);
});

test("A path that no longer leads on is dropped, and one that leads elsewhere is kept", () => {
  const told = ALL.slice(10, 11);
  const gone = { asked: { ask: "end", take: "alone" }, end: {}, alone: {} };
  const later = { tell: "alone", keep: "end" };
  const other = { asked: { take: "later" }, later, end: {}, alone: {} };
  const first = reopened(named, edited(named, "told-story", { scenes: gone }), told);
  assert.deepEqual(first.news, { "told-story": "changed" });
  const second = reopened(named, edited(named, "told-story", { scenes: other }), told);
  assert.deepEqual(second.answers["told-story"]?.value, ["take", "keep"]);
});

test("A corrected answer judges what was given; what was right once still counts", () => {
  const of = (correct: string[]): ModuleData => {
    const interaction = blocksOf(named).find(({ id }) => id === "pick")?.interaction;
    return edited(named, "pick", { interaction: { ...(interaction as InteractionData), correct } });
  };
  const given: Action[] = [{ type: "answer", block: "pick", value: ["a-one"] }];
  const better = reopened(of(["b-two"]), of(["a-one"]), given).answers["pick"];
  assert.deepEqual([better?.right, better?.best], [true, true]);
  const worse = reopened(of(["a-one"]), of(["b-two"]), given).answers["pick"];
  assert.deepEqual([worse?.right, worse?.best], [false, true]);
});

test("What was skipped and may not be skipped any more is asked again", () => {
  const asked: InteractionData = { type: "choice", name: "?", reports: "answer" };
  const interaction = { ...asked, correct: ["a-one"] };
  const now = reopened(named, edited(named, "opinion", { interaction }), ALL.slice(8, 9));
  assert.deepEqual(now.news, { opinion: "changed" });
});

test("The first form knew answers alone, so nothing that it leaves out is called new", () => {
  const old = encode(named, after(named, ALL.slice(0, 4))).replace(/^a2/, "a1");
  assert.deepEqual(decode(named, old.replace(/,[^,]*$/, "")).news, {});
});

test("What an edition no longer has is dropped, and keeps its place in the LMS's record", () => {
  const old = encode(named, after(named, ALL));
  const steps = named.steps.map((step) => ({
    ...step,
    blocks: step.blocks.filter(({ id }) => id !== "vote" && id !== "several"),
  }));
  const state = decode({ ...named, steps }, old);
  assert.equal(state.answers["vote"], undefined);
  assert.deepEqual(state.answers["told-story"]?.records, [5]);
  assert.equal(state.next, 7);
});

test("A place that is no longer there is the first step", () => {
  const text = encode(data, after(data, ALL));
  const steps = data.steps.filter(({ id }) => id !== "questions");
  assert.equal(decode({ ...data, steps }, text).place, "read");
});

test("The LMS may hold more interactions than the data knows of: the next is put after them", () => {
  assert.equal(decode(data, "", 4).next, 4);
  assert.equal(decode(data, encode(data, after(data, ALL)), 9).next, 9);
});

test("Anything at all can be opened: what makes no sense is a fresh start or left out", () => {
  const random = dice(2026);
  const signs = 'a1/,.-_0Zz~ \u00e9\u{1f642}\n{}[]"';
  const good = encode(named, after(named, ALL));
  for (let round = 0; round < 3000; round += 1) {
    const spoilt = [...good];
    for (let harm = random(6) + 1; harm > 0; harm -= 1) {
      spoilt.splice(random(spoilt.length + 1), random(4), [...signs][random(22)] ?? "");
    }
    const text = round % 3 ? spoilt.join("") : spoilt.reverse().slice(random(80)).join("");
    const state = decode(named, text);
    assert.ok(named.steps.some(({ id }) => id === state.place));
    assert.deepEqual(decode(named, encode(named, state)), state);
  }
});

test("It is said how much could be read: all, also of another edition, some, or nothing", () => {
  const text = encode(named, after(named, ALL));
  const [head, key, next, seen = "", entries = ""] = text.split("/");
  const spoilt = [text.slice(0, -3), text.slice(0, 30), text.replace("/07/", "/08/")];
  const unsealed = [head, key, next, seen.slice(8), entries].join("/");
  assert.deepEqual(["", text, `${text},`, unsealed].map((each) => wasRead(named, each)), [
    "all", "all", "all", "all",
  ]);
  assert.equal(wasRead(edited(named, "vote", null), text), "all");
  assert.deepEqual(spoilt.map((each) => wasRead(named, each)), ["part", "part", "part"]);
  assert.equal(wasRead(named, unsealed.slice(0, -1)), "part");
  assert.deepEqual(decode(named, text.slice(0, 30)).news, {});
  const foreign = encode({ ...named, id: "another" }, after(named, ALL));
  for (const other of [foreign, text.replace(/^a2/, "a3"), text.slice(0, 5), "{}"]) {
    assert.equal(wasRead(named, other), "nothing");
    assert.deepEqual(decode(named, other, 3), fresh(named, 3));
  }
});

test("A block may be called as something that every object has", () => {
  const of = edited(named, "pick", { id: "constructor" });
  const state = after(of, [{ type: "visit", step: "questions" }]);
  assert.deepEqual(decode(of, encode(of, state)), state);
});

test("The next place in the LMS's record is one that no answer has, whatever the data says", () => {
  const text = encode(named, after(named, ALL));
  const [, , next = ""] = text.split("/");
  assert.equal(decode(named, text.replace(`/${next}/`, "/00/")).next, 7);
});

/** Written by released players, kept for ever: `{data, texts: [{text, state}]}`. */
const KEPT = "../../../tests/resume";

for (const name of readdirSync(KEPT).sort()) {
  test(`Resume data of a released player opens as it did: ${name}`, () => {
    const kept = JSON.parse(readFileSync(`${KEPT}/${name}`, "utf8")) as {
      data: ModuleData;
      texts: { text: string; state: Omit<State, "films" | "news"> & Partial<State> }[];
    };
    assert.ok(kept.texts.length > 0);
    for (const { text, state } of kept.texts) {
      assert.deepEqual(decode(kept.data, text), { films: [], news: {}, ...state });
    }
  });
}
