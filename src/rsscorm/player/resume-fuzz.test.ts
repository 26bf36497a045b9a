/**
 * Resume data that was cut off, altered, made up, or is of another edition, module or learner:
 * it always opens, invents nothing, and `wasRead` says honestly how much of it was read.
 */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

import { NOTHING, answerTo, blocksOf, isEmpty } from "./answers";
import { draw } from "./attempt";
import { learner, oneOf, randomAnswer } from "./learners";
import {
  bankOf,
  drawnFor,
  isDealtWith,
  isQuiz,
  isUnbegun,
  isUnderWay,
  type QuizData,
} from "./quiz";
import { type Dice, dice, shuffled } from "./shuffle";
import { decode, encode, wasRead } from "./resume";
import { OPTION, PLACE, PLACE_MARK, number } from "./resume-text";
import { examined, sample } from "./sample";
import { finalScore, fresh, isOpen, keeps, reduce, standing, unite } from "./state";
import type { Action, BlockData, Component, InteractionData, ModuleData, State } from "./types";

const LIMIT = 4096;
const KEPT = "../../../tests/resume";

const FILMS = ["Film", "1234", "clip", "tune", "talk", "view"];
const named = sample({ polls: { ...sample().polls, answers: "named" }, films: FILMS });
const odd = oddlyNamed();
const OLD = [sample(), named, ...released()];
/** With kinds of questions that no player knew before there were seals. */
const MODULES = [...OLD, odd, examined()];

/** Real modules, as released players had them. */
function released(): ModuleData[] {
  const files = readdirSync(KEPT).sort();
  const kept = files.map((name) => JSON.parse(readFileSync(`${KEPT}/${name}`, "utf8")) as unknown);
  const modules = (kept as { data: ModuleData }[]).map(({ data }) => [data.id, data] as const);
  return [...new Map(modules).values()];
}

/** Ids that every object has of its own, and the kinds that the sample lacks. */
function oddlyNamed(): ModuleData {
  const ids = ["constructor", "__proto__", "valueOf", "toString"];
  const components: Component[] = ids.map((id) => ({ id, text: id }));
  const choice: InteractionData = { type: "choice", name: "?", reports: "answer", components };
  const correct = ids.map((id) => `${id}.${id}`);
  const asked: InteractionData[] = [
    choice,
    { ...choice, type: "sequencing", correct: ids },
    { ...choice, type: "matching", targets: components, correct },
    { type: "numeric", name: "?", reports: "answer", correct: ["12.5"] },
    { type: "performance", name: "?", reports: "answer", components },
    { ...choice, reports: "poll" },
    { ...choice, correct: ids },
  ];
  const later = { toString: { constructor: "end" }, end: {} };
  const scenes = { constructor: { valueOf: "toString" }, ...later };
  const codes = Object.fromEntries(ids.map((id, at) => [id, `op${at}`]));
  const names = [...ids, "story", "poll", "hasOwnProperty"];
  const blocks = asked.map((interaction, at): BlockData => ({
    id: names[at] ?? "", kind: "made-up", code: `odd${at}`, iri: "", codes, holds: true,
    interaction,
    ...(interaction.type === "performance" ? { start: "constructor", scenes } : {}),
    ...(at === 5 ? { againAfter: "voices" } : {}),
    ...(at === 6 ? { several: true, counts: true, attempts: 2 } : {}),
  }));
  const step = (id: string, code: string, some: BlockData[]): ModuleData["steps"][0] =>
    ({ id, code, iri: "", title: id, minutes: 1, required: true, blocks: some });
  const steps = [step("one", "stp1", blocks.slice(0, 4)), step("two", "stp2", blocks.slice(4))];
  return { ...named, id: "odd", steps };
}

// What holds of whatever was opened

/** Opens a text as the player does, and does with the state all that can be done. */
function open(data: ModuleData, text: string, recorded = 0): State {
  const state = decode(data, text, recorded);
  assertSane(data, state, recorded);
  for (const action of actions(data, state)) {
    assertSane(data, reduce(data, state, action), recorded);
  }
  const at = standing(data, state, 70);
  assert.ok(at.score === null || (at.score >= 0 && at.score <= 100));
  finalScore(data, at);
  for (const block of blocksOf(data)) isOpen(state, block);
  const other = learner(data, dice(7), 30);
  for (const both of [unite(state, other), unite(other, state)]) standing(data, both, null);
  assertStable(data, state, recorded);
  if (wasRead(data, text) === "nothing") assert.deepEqual(state, fresh(data, recorded));
  return state;
}

function actions(data: ModuleData, state: State): Action[] {
  const visits = data.steps.map(({ id }): Action => ({ type: "visit", step: id }));
  const onBlocks = blocksOf(data).flatMap((block): Action[] => [
    { type: "answer", block: block.id, value: randomAnswer(block, state, dice(3)) },
    { type: "skip", block: block.id },
  ]);
  const begun = blocksOf(data).filter(isQuiz).map((quiz): Action => (
    { type: "begin", block: quiz.id, drawn: draw(data, state, quiz, dice(9)) }
  ));
  const restored: Action = { type: "take-up", from: learner(data, dice(5), 40) };
  const key: Action = { type: "key", key: "k".repeat(22) };
  return [...visits, ...begun, ...onBlocks, { type: "retake" }, restored, key];
}

function assertSane(data: ModuleData, state: State, recorded: number): void {
  const steps = data.steps.map(({ id }) => id);
  assert.ok(steps.includes(state.place) && state.seen.includes(state.place));
  assert.ok(state.seen.every((id) => steps.includes(id)));
  assert.equal(new Set(state.seen).size, state.seen.length);
  assert.ok(state.key === "" || state.key.length === 22);
  const blocks = new Map(blocksOf(data).map((block) => [block.id, block]));
  const taken = Object.entries(state.answers).flatMap(([id, { value, tries, records }]) => {
    const block = blocks.get(id);
    assert.ok(block && (block.interaction || isQuiz(block)), id);
    assert.ok(isOffered(block, value), `${id}: ${value.join()}`);
    assert.ok(tries >= 0 && tries < 64 && records.length <= 2);
    return records;
  });
  assert.ok(Number.isInteger(state.next) && state.next >= recorded && state.next < 62 ** 2);
  assert.ok(taken.every((place) => Number.isInteger(place) && place >= 0 && place < state.next));
  for (const [id, news] of Object.entries(state.news)) {
    const block = blocks.get(id);
    assert.ok(block && (block.interaction || isQuiz(block)));
    assert.ok(["new", "changed", "restored"].includes(news));
  }
  for (const quiz of [...blocks.values()].filter(isQuiz)) assertFair(data, state, quiz);
}

/** An attempt can be finished, a finished one is whole, and what was not drawn has no answer. */
function assertFair(data: ModuleData, state: State, quiz: QuizData): void {
  const answer = answerTo(state, quiz.id);
  const drawn = drawnFor(data, state, quiz);
  assert.ok(drawn.every((question) => question.quiz === quiz.id));
  assert.ok(drawn.length === (isUnbegun(answer) ? 0 : answer.value.length));
  assert.ok(drawn.length <= quiz.draw);
  assert.ok((answer.score ?? 0) <= quiz.scored);
  const isOver = drawn.every((question) => isDealtWith(state, question));
  if (isUnderWay(answer)) assert.ok(!isOver && drawn.length === quiz.draw);
  else assert.ok(isOver);
  for (const question of bankOf(data, quiz).filter((each) => !drawn.includes(each))) {
    assert.ok(isEmpty(answerTo(state, question.id)) && !(question.id in state.news), question.id);
  }
}

/** Whether the question itself could have been answered so. */
function isOffered(block: BlockData, value: string[]): boolean {
  const { type, components = [], targets = [], reports } = block.interaction ?? {};
  const has = (some: Component[], id?: string): boolean => some.some((each) => each.id === id);
  if (!value.length) return true;
  if (isQuiz(block)) {
    return new Set(value).size === value.length && value.every((id) => id in block.codes);
  }
  if (block.scenes) return isWay(block, value);
  if (type === "numeric") return value.length === 1 && Number.isFinite(Number(value[0]));
  if (type === "matching") {
    const pairs = value.map((pair) => pair.split("."));
    const lefts = new Set(pairs.map(([left]) => left));
    const fit = pairs.every(([left, right]) => has(components, left) && has(targets, right));
    return fit && lefts.size === pairs.length;
  }
  if (!value.every((id) => has(components, id))) return false;
  if (reports === "poll") return value.length <= 2;
  if (new Set(value).size < value.length) return false;
  if (type === "sequencing") return value.length === components.length;
  return block.several || value.length === 1;
}

function isWay(block: BlockData, path: string[]): boolean {
  const scenes = new Map(Object.entries(block.scenes ?? {}));
  let scene: string | undefined = block.start;
  for (const turn of path) scene = new Map(Object.entries(scenes.get(scene ?? "") ?? {})).get(turn);
  return scene !== undefined;
}

/** Written again it fits, is read as whole, and says the same from then on. */
function assertStable(data: ModuleData, state: State, recorded: number): void {
  const text = encode(data, state);
  assert.ok(text.length <= LIMIT && /^a[ -~]*$/.test(text), text);
  assert.equal(wasRead(data, text), "all");
  const again = decode(data, text, recorded);
  assert.equal(encode(data, again), text);
  if (blocksOf(data).every((block) => keeps(data, block))) assert.deepEqual(again, state);
}

// Texts that learners' records may hold

function write(data: ModuleData, random: Dice): string {
  return encode(data, learner(data, random, random(60)));
}

/** As it was before there were seals; the first form left out what has no answer. */
function unsealed(text: string, form: "1" | "2"): string {
  const plain = text.replace(/^a2((?:[^/]*\/){3})_\w{3}_\w{3}/, `a${form}$1`);
  if (form === "2") return plain;
  const [place, key, next, seen, entries = ""] = plain.split("/");
  const given = entries.split(",").filter((entry) => !/^\w{4}00$/.test(entry));
  return [place, key, next, seen, given.join()].join("/");
}

const SIGNS = [..."aA0Zz19_-/,.~ \n\u00e9{}[]\"\\\u0000", "\u{1f642}"];

/** Some signs replaced by others. */
function altered(text: string, random: Dice): string {
  const signs = [...text];
  for (let harm = 1 + random(3); harm > 0; harm -= 1) {
    const at = random(signs.length);
    signs[at] = oneOf(random, SIGNS.filter((sign) => sign !== signs[at])) ?? "";
  }
  return signs.join("");
}

/** Pieces of it left out, said twice, turned round or put elsewhere. */
function jumbled(text: string, random: Dice): string {
  const [one, other] = [random(text.length), random(text.length)].sort((a, b) => a - b);
  const [before, piece, after] = [text.slice(0, one), text.slice(one, other), text.slice(other)];
  const turned = [...piece].reverse().join("");
  const ways = [before + after, text + piece, before + turned + after, piece + before + after];
  return oneOf(random, ways) ?? "";
}

function garbage(random: Dice): string[] {
  const noise = (signs: string[], length: number): string =>
    Array.from({ length }, () => oneOf(random, signs)).join("");
  const letters = [..."abcXYZ019"];
  const seal = "a2abcd//00/_000_000";
  const heads = ["", "a1", "a2", "a2abcd/", "a2abcd//00/", seal, "a2abcd//00//", "a3"];
  return heads.flatMap((head) => [
    head + noise(SIGNS, random(300)),
    head + noise(letters, random(300)),
    head + noise([...letters, ",", "/"], random(300)),
    head + noise(["__proto__", "constructor", "/", ","], random(50)),
  ]);
}

const HUGE = 65_536;
const HOSTILE = [
  "1".repeat(HUGE), "a".repeat(HUGE), "/".repeat(HUGE), ",".repeat(HUGE), "_".repeat(HUGE),
  "\u{1f642}".repeat(HUGE / 2), "\n".repeat(HUGE), " ".repeat(HUGE), "\ud800".repeat(100),
  `a2${"a".repeat(HUGE)}`, `a2abcd//00/${"a".repeat(HUGE)}`,
  `a2abcd//00/${"_aaa".repeat(HUGE / 4)}/`,
  `a2abcd//00//${"abcd00,".repeat(9000)}!`, `a2abcd//00//abcd01${"1".repeat(HUGE)}x`,
  `a2stp1//00/stp1/odd301${"1".repeat(HUGE)}x`, `a2stp1//00/stp1/odd301${"1".repeat(40)}`,
  `a2stp1//00/stp1/odd301${"-".repeat(HUGE)}`, `a2stp1//00/stp1/${"odd001op0".repeat(7000)}`,
  `a2stp1//zz/stp1/odd0G1zzop0`, `a2stp1//zz/stp1/odd001op0op0`, `a2stp1//00/stp1/odd401op0`,
  `a2stp1//00/stp1/odd101op0op0op0op0`, `a2stp1//00/stp1/odd201op0op1op0op2`,
  "null", "undefined", "NaN", "[object Object]", "true", "0", "{}", "[]", '{"resume":""}', "%00",
  "<b>",
  "__proto__", "constructor", "a2__proto__/constructor/toString/valueOf/__proto__,constructor",
];

const counts: Record<string, Record<string, number>> = {};

type Said = ReturnType<typeof wasRead>;

/** Opens it, and keeps count of what was said of it. */
function tell(kind: string, data: ModuleData, text: string, recorded = 0): Said {
  open(data, text, recorded);
  const said = wasRead(data, text);
  const count = (counts[kind] ??= { all: 0, part: 0, nothing: 0 });
  count[said] = (count[said] ?? 0) + 1;
  return said;
}

test.after(() => {
  console.table(counts);
  const all = Object.values(counts).flatMap((count) => Object.values(count));
  const sum = all.reduce((total, count) => total + count, 0);
  console.log(`${sum} texts opened`);
  assert.ok(sum > 5000);
});

test("Whole data is whole, with blanks around it and a comma at its end too", () => {
  const random = dice(1);
  for (const data of MODULES) {
    for (let round = 0; round < 60; round += 1) {
      const text = write(data, random);
      for (const same of [text, `${text},`, ` ${text}\n`]) {
        assert.equal(tell("whole", data, same, random(9)), "all");
        assert.deepEqual(decode(data, same), decode(data, text));
      }
    }
    for (const empty of ["", " ", "\n", ","]) assert.equal(tell("empty", data, empty), "all");
  }
});

test("Data of before the seal is whole, and opens as it does with one", () => {
  const random = dice(2);
  for (const data of OLD) {
    for (let round = 0; round < 60; round += 1) {
      const text = write(data, random);
      assert.equal(tell("second form", data, unsealed(text, "2")), "all");
      assert.deepEqual(decode(data, unsealed(text, "2")), decode(data, text));
      assert.equal(tell("first form", data, unsealed(text, "1")), "all");
      const { news, ...rest } = decode(data, unsealed(text, "1"));
      assert.deepEqual([news, rest.answers], [{}, decode(data, text).answers]);
    }
  }
});

test("Cut off anywhere, it is never taken for whole, and nothing is called news", () => {
  const random = dice(3);
  for (const data of MODULES) {
    for (let round = 0; round < 4; round += 1) {
      const text = write(data, random);
      for (let length = 1; length < text.length; length += 1) {
        const left = text.slice(0, length);
        assert.notEqual(tell("cut off", data, left, random(9)), "all", left);
        assert.deepEqual(decode(data, left).news, {});
      }
    }
  }
});

test("Cut off inside a code, data of before the seal isn't taken for whole either", () => {
  const random = dice(4);
  for (const data of OLD) {
    for (let round = 0; round < 2; round += 1) {
      const text = unsealed(write(data, random), random(2) ? "2" : "1");
      for (let length = 1; length < text.length; length += 1) {
        const left = text.slice(0, length);
        const said = tell("cut off, no seal", data, left);
        if (!isSeam(left)) assert.notEqual(said, "all", left);
      }
    }
  }
});

/** Between two entries, or two options of one: an edition with fewer of them writes the same. */
function isSeam(text: string): boolean {
  const [, , , , entries] = text.split("/");
  const last = entries?.split(",").pop() ?? "";
  const length = last.length - 6 - PLACE * Math.floor(number(last[4] ?? "0") / PLACE_MARK);
  return entries !== undefined && (!last || (length >= 0 && length % OPTION === 0));
}

test("A sign that is another is always noticed", () => {
  const random = dice(5);
  for (const data of MODULES) {
    const text = write(data, random);
    for (let at = 0; at < text.length; at += 1) {
      for (const sign of shuffled(SIGNS.slice(0, 7), random).slice(0, 3)) {
        const spoilt = text.slice(0, at) + sign + text.slice(at + 1);
        if (spoilt === text) continue;
        assert.notEqual(tell("one sign", data, spoilt, random(9)), "all", `${text}\n${spoilt}`);
      }
    }
  }
});

test("Altered or jumbled, with a seal or without, it opens", () => {
  const random = dice(6);
  for (const data of MODULES) {
    for (let round = 0; round < 300; round += 1) {
      const text = write(data, random);
      const spoilt = random(2) ? altered(text, random) : jumbled(text, random);
      const said = tell("altered", data, spoilt, random(9));
      const isSame = spoilt.trim().replace(/,$/, "") === text;
      assert.equal(said === "all", isSame || !spoilt.trim(), `${text}\n${spoilt}`);
      const old = unsealed(text, random(2) ? "2" : "1");
      tell("altered, no seal", data, altered(old, random), random(9));
    }
  }
});

test("Garbage of any kind is a fresh start, at once", () => {
  const random = dice(7);
  for (const data of MODULES) {
    for (let round = 0; round < 8; round += 1) {
      for (const text of garbage(random)) tell("garbage", data, text, random(9));
    }
    const began = performance.now();
    for (const text of HOSTILE) tell("hostile", data, text);
    assert.ok(performance.now() - began < 20_000);
  }
});

/** The same module, with some of it taken out or put elsewhere. */
function edited(data: ModuleData, random: Dice): ModuleData {
  const trimmed = (block: BlockData): BlockData => {
    const { interaction } = block;
    if (!interaction?.components || block.scenes || random(2)) return block;
    const gone = oneOf(random, interaction.components)?.id ?? "";
    const components = interaction.components.filter(({ id }) => id !== gone);
    const codes = Object.fromEntries(Object.entries(block.codes).filter(([id]) => id !== gone));
    return { ...block, codes, interaction: { ...interaction, components } };
  };
  const steps = data.steps.map((step) => {
    const blocks = step.blocks.filter(() => random(4)).map(trimmed);
    return { ...step, blocks: withBanks(shuffled(blocks, random)) };
  });
  const some = shuffled(steps, random).slice(0, 1 + random(steps.length));
  return { ...data, edition: "another", steps: some };
}

/** Each quiz with what is left of its bank behind it; without the quiz they are questions again. */
function withBanks(blocks: BlockData[]): BlockData[] {
  return blocks.flatMap((block) => {
    const { quiz, ...alone } = block;
    if (quiz) return blocks.some(({ id }) => id === quiz) ? [] : [{ ...alone, holds: true }];
    if (!isQuiz(block)) return [block];
    const bank = blocks.filter((each) => each.quiz === block.id);
    const counting = bank.filter(({ counts }) => counts).length;
    const draw = Math.min(block.draw, bank.length);
    const scored = Math.min(draw, counting, Math.max(block.scored, draw - bank.length + counting));
    return bank.length ? [{ ...block, draw, scored }, ...bank] : [];
  });
}

test("Data of another edition is whole, whatever of it is no longer there", () => {
  const random = dice(8);
  for (const data of MODULES) {
    for (let round = 0; round < 150; round += 1) {
      const [old, now] = random(2) ? [data, edited(data, random)] : [edited(data, random), data];
      const text = write(old, random);
      assert.equal(tell("other edition", now, text, random(9)), "all");
      const said = tell("other edition, no seal", now, unsealed(text, "2"), random(9));
      if (OLD.includes(data)) assert.notEqual(said, "part");
    }
    const steps = data.steps.map((step, at) => ({ ...step, code: `new${at}`, blocks: [] }));
    assert.equal(tell("nothing of it left", { ...data, steps }, write(data, random)), "all");
  }
});

test("Data of another module is no data, even where steps and questions have the same ids", () => {
  const random = dice(9);
  for (const data of MODULES) {
    for (const other of MODULES.filter(({ id }) => id !== data.id)) {
      for (let round = 0; round < 20; round += 1) {
        const text = write(other, random);
        assert.equal(tell("other module", data, text, random(9)), "nothing");
        const said = tell("other module, no seal", data, unsealed(text, "2"), random(9));
        if (!shareIds(data, other)) assert.equal(said, "nothing");
      }
    }
    const twin = { ...data, id: `${data.id}-2` };
    assert.equal(tell("other module, same ids", twin, write(data, random)), "nothing");
  }
});

function shareIds(one: ModuleData, other: ModuleData): boolean {
  const ids = (data: ModuleData): string[] =>
    [...data.steps, ...blocksOf(data)].map(({ id }) => id);
  return ids(one).some((id) => ids(other).includes(id));
}

test("Of another learner it is as whole as one's own, and two run together are not", () => {
  const random = dice(10);
  for (const data of MODULES) {
    for (let round = 0; round < 60; round += 1) {
      const [mine, theirs] = [write(data, random), write(data, random)];
      assert.equal(tell("other learner", data, theirs), "all");
      const both = mine.slice(0, random(mine.length)) + theirs.slice(random(theirs.length));
      if (both !== mine && both !== theirs) {
        assert.notEqual(tell("two learners", data, both), "all", both);
      }
    }
  }
});

test("An answer left over from a spoilt text is one that was given", () => {
  const random = dice(11);
  for (let round = 0; round < 200; round += 1) {
    const before = learner(named, random, 60);
    const text = encode(named, before);
    const after = decode(named, text.slice(0, random(text.length)));
    for (const [id, answer] of Object.entries(after.answers)) {
      const given = before.answers[id] ?? NOTHING;
      const isCut = answer.value.length < given.value.length;
      assert.deepEqual(answer.value, given.value.slice(0, answer.value.length));
      assert.ok(isCut || answer.tries === given.tries || answer.tries === 0);
    }
  }
});
