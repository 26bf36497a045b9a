/** Quizzes: an attempt from the draw to its result, across visits, editions and devices. */

import assert from "node:assert/strict";
import test from "node:test";

import { NOTHING, answerTo, blockOf } from "./answers";
import { draw } from "./attempt";
import { bankOf, drawnFor, isQuiz, isUnderWay, orderWords, type QuizData } from "./quiz";
import { decode, encode } from "./resume";
import { examined, sample } from "./sample";
import { dice } from "./shuffle";
import { fresh, isSettled, isStepDone, reduce, standing, unite } from "./state";
import type { Action, Answer, BlockData, ModuleData, State, StepData } from "./types";

const data = examined();
const DRAWN = ["q-two", "q-opinion", "q-one"];
const OTHERS = ["q-number", "q-aside", "q-several"];
const BEGIN = begin(...DRAWN);
const RIGHT = [answer("q-two", "a-one"), answer("q-opinion", "b-two"), answer("q-one", "b-two")];
const HALF = [answer("q-two", "a-one"), answer("q-opinion", "b-two"), answer("q-one", "a-one")];
const NONE = [...wrong("q-two"), ...wrong("q-two"), answer("q-opinion", "b-two"), ...HALF.slice(2)];

function begin(...drawn: string[]): Action {
  return { type: "begin", block: "check", drawn };
}

function answer(block: string, ...value: string[]): Action {
  return { type: "answer", block, value };
}

function wrong(block: string): Action[] {
  return [answer(block, "c-three")];
}

function after(state: State, ...actions: Action[]): State {
  return actions.reduce((so, action) => reduce(data, so, action), state);
}

function doing(...actions: Action[]): State {
  return after(fresh(data), { type: "visit", step: "know" }, ...actions);
}

function quizOf(of: ModuleData): QuizData {
  const quiz = blockOf(of, "check");
  assert.ok(quiz && isQuiz(quiz));
  return quiz;
}

/** Of the quiz: questions drawn, attempts finished, whether the mark was met, the best result. */
function at(state: State): Pick<Answer, "value" | "tries" | "right" | "score"> {
  const { value, tries, right, score = 0 } = answerTo(state, "check");
  return { value, tries, right, score };
}

/** What the order of a question's options hangs on. */
function orderOf(state: State): string[] {
  return orderWords(state, blockOf(data, "q-two") as BlockData);
}

/** The module with its quiz, and the questions of its bank, as another edition has them. */
function edition(
  change: Partial<BlockData>, bank = (questions: BlockData[]): BlockData[] => questions,
): ModuleData {
  const quiz = { ...quizOf(data), ...change };
  const step = { ...(data.steps[data.steps.length - 1] as StepData) };
  step.blocks = [quiz, ...bank(bankOf(data, quizOf(data)))];
  return { ...data, steps: [...data.steps.slice(0, -1), step] };
}

/** What another edition makes of it, which it then writes and reads the same. */
function opened(now: ModuleData, state: State): State {
  const again = decode(now, encode(data, state));
  assert.deepEqual(decode(now, encode(now, again)), again);
  return again;
}

test("A draw has as many questions as the author said, of which always as many count", () => {
  const random = dice(1);
  const seen = new Set<string>();
  for (let round = 0; round < 200; round += 1) {
    const drawn = draw(data, fresh(data), quizOf(data), random);
    const state = doing(begin(...drawn));
    assert.deepEqual(at(state).value, drawn);
    assert.equal(drawnFor(data, state, quizOf(data)).filter(({ counts }) => counts).length, 2);
    seen.add(drawn.join());
  }
  assert.ok(seen.size > 50);
});

test("A new attempt has the questions that were not in the last, as far as there are any", () => {
  const last = doing(BEGIN, ...HALF);
  const drawn = draw(data, last, quizOf(data), dice(2));
  assert.deepEqual([...drawn].sort(), [...OTHERS].sort());
});

test("What is no draw begins nothing: too few, one twice, one that isn't in the bank", () => {
  const none = [
    [], ["q-one"], ["q-one", "q-one", "q-aside"], ["q-one", "q-two", "pick"],
    ["q-one", "q-two", "q-several"],
  ];
  const state = doing();
  for (const drawn of none) assert.equal(reduce(data, state, begin(...drawn)), state);
});

test("Only the questions of the attempt that is under way can be answered or skipped", () => {
  const before = doing();
  assert.equal(reduce(data, before, RIGHT[0] as Action), before);
  const state = doing(BEGIN);
  assert.equal(reduce(data, state, answer("q-number", "4")), state);
  assert.equal(reduce(data, state, begin(...OTHERS)), state);
  const done = doing(BEGIN, ...HALF);
  assert.equal(reduce(data, done, answer("q-one", "b-two")), done);
  assert.equal(reduce(data, before, { type: "skip", block: "q-opinion" }), before);
  assert.ok(isSettled(reduce(data, state, { type: "skip", block: "q-opinion" }), "q-opinion"));
});

test("An attempt is finished with its last question, and only then the step is done", () => {
  const step = data.steps[data.steps.length - 1] as StepData;
  const nearly = doing(BEGIN, ...RIGHT.slice(1));
  assert.ok(isUnderWay(answerTo(nearly, "check")) && !isStepDone(nearly, step));
  const done = after(nearly, RIGHT[0] as Action);
  assert.deepEqual(at(done), { value: DRAWN, tries: 1, right: true, score: 2 });
  assert.ok(isStepDone(done, step));
  const failed = doing(BEGIN, ...NONE);
  assert.deepEqual(at(failed), { value: DRAWN, tries: 1, right: false, score: 0 });
  assert.ok(isStepDone(failed, step) && isSettled(failed, "check"));
});

test("A question that can't be worked here is passed over, and its quiz holds nothing up", () => {
  const step = data.steps[data.steps.length - 1] as StepData;
  const broken: Action = { type: "let-go", block: "q-one" };
  assert.ok(isStepDone(doing(broken), step));
  const result = { value: DRAWN, tries: 1, right: true, score: 1 };
  assert.deepEqual(at(doing(broken, BEGIN, ...RIGHT.slice(0, 2))), result);
  assert.deepEqual(at(doing(BEGIN, ...RIGHT.slice(0, 2), broken)), result);
  const none = DRAWN.map((block): Action => ({ type: "let-go", block }));
  assert.deepEqual(at(doing(...none, BEGIN)), { ...result, right: false, score: 0 });
});

test("A question takes one try, or as many as its author says; of its tries the best counts", () => {
  const once = doing(BEGIN, ...wrong("q-one"), answer("q-one", "b-two"));
  assert.equal(answerTo(once, "q-one").best, false);
  const twice = doing(BEGIN, ...wrong("q-two"), ...HALF);
  assert.deepEqual(at(twice), { value: DRAWN, tries: 1, right: true, score: 1 });
});

test("The score counts a quiz as the questions of an attempt, by its best attempt", () => {
  const score = (...actions: Action[]): number | null =>
    standing(data, doing(...actions), null).score;
  const plain = answer("pick", "b-two");
  assert.equal(score(plain), 25);
  assert.equal(score(plain, BEGIN, ...RIGHT.slice(0, 2)), 25);
  assert.equal(score(plain, BEGIN, ...RIGHT), 75);
  assert.equal(score(plain, BEGIN, ...RIGHT, BEGIN, ...NONE), 75);
  assert.equal(score(plain, BEGIN, ...NONE, BEGIN, ...HALF), 50);
});

test("A later attempt begins empty, and each question keeps its place in the LMS's record", () => {
  const first = doing(BEGIN, ...HALF);
  const places = DRAWN.map((id) => answerTo(first, id).records);
  const second = after(first, BEGIN);
  assert.deepEqual(DRAWN.map((id) => answerTo(second, id).tries), [0, 0, 0]);
  const done = after(second, ...RIGHT);
  assert.deepEqual(DRAWN.map((id) => answerTo(done, id).records), places);
  assert.equal(done.next, first.next);
});

test("Attempts that are spent open again on a retake, where the quiz was not fully met", () => {
  const spent = doing(BEGIN, ...NONE, BEGIN, ...HALF);
  assert.equal(reduce(data, spent, BEGIN), spent);
  const open = reduce(data, spent, { type: "retake" });
  assert.deepEqual(at(open), { value: DRAWN, tries: 0, right: false, score: 1 });
  assert.deepEqual(drawnFor(data, open, quizOf(data)), []);
  assert.ok(!isSettled(open, "check"));
  assert.deepEqual(decode(data, encode(data, open)), open);
  assert.deepEqual(at(after(open, BEGIN, ...RIGHT)).score, 2);
  const met = doing(BEGIN, ...RIGHT);
  assert.equal(reduce(data, met, { type: "retake" }), met);
  const amid = doing(BEGIN, ...NONE, BEGIN);
  assert.equal(reduce(data, amid, { type: "retake" }), amid);
});

test("Opened again it has the questions first that were not in the last attempt, in a later visit too", () => {
  const open = doing(BEGIN, ...NONE, BEGIN, ...HALF, { type: "retake" });
  for (const state of [open, decode(data, encode(data, open)), reduce(data, open, { type: "retake" })]) {
    assert.deepEqual(draw(data, state, quizOf(data), dice(2)).sort(), [...OTHERS].sort());
  }
  const fewer = edition({}, (bank) => bank.filter(({ id }) => id !== "q-one"));
  assert.deepEqual(at(opened(fewer, open)), { ...at(open), value: ["q-two", "q-opinion"] });
});

test("Data from before the last questions of an opened quiz were known still opens", () => {
  const open = doing(BEGIN, ...NONE, BEGIN, ...HALF, { type: "retake" });
  const { score = 0, records } = answerTo(open, "check");
  const before = { ...open, answers: { ...open.answers, check: { ...NOTHING, score, records } } };
  const now = decode(data, encode(data, before));
  assert.deepEqual(now, before);
  assert.equal(draw(data, now, quizOf(data), dice(2)).length, 3);
});

test("At every moment an attempt comes back with its questions, answers and order", () => {
  const all = [BEGIN, ...HALF, begin(...OTHERS), answer("q-number", "3.5"), ...wrong("q-several")];
  for (let count = 0; count <= all.length; count += 1) {
    const state = doing(...all.slice(0, count));
    const again = decode(data, encode(data, state));
    assert.deepEqual(again, state);
    assert.deepEqual(orderOf(again), orderOf(state));
  }
});

test("Options stand in an order of the attempt's own, that its end doesn't change", () => {
  const [amid, done] = [doing(BEGIN, ...HALF.slice(1)), doing(BEGIN, ...HALF)];
  assert.deepEqual(orderOf(amid), orderOf(done));
  assert.notDeepEqual(orderOf(done), orderOf(after(done, BEGIN)));
});

test("Another edition puts a question in the place of one that is gone, and keeps the others", () => {
  const now = edition({}, (bank) => bank.filter(({ id }) => id !== "q-one"));
  const state = opened(now, doing(BEGIN, ...HALF.slice(0, 2)));
  const { value, tries } = at(state);
  assert.deepEqual([value.slice(0, 2), value.length, tries], [["q-two", "q-opinion"], 3, 0]);
  assert.ok(["q-several", "q-number"].includes(value[2] ?? ""));
  assert.equal(answerTo(state, "q-two").best, true);
});

test("An edition with fewer to be drawn keeps what was answered; its result stays in bounds", () => {
  const now = edition({ draw: 1, scored: 1 });
  const amid = opened(now, doing(BEGIN, ...RIGHT.slice(2)));
  assert.deepEqual(at(amid), { value: ["q-one"], tries: 1, right: true, score: 1 });
  const done = opened(now, doing(BEGIN, ...RIGHT));
  assert.deepEqual(at(done), { value: [], tries: 1, right: true, score: 1 });
  const more = opened(edition({ draw: 4, scored: 3 }), doing(BEGIN, ...RIGHT.slice(0, 1)));
  assert.equal(at(more).value.length, 4);
  assert.deepEqual(at(more).value.slice(0, 3), DRAWN);
});

test("A question that has changed is asked again in an attempt under way, and in no other", () => {
  const now = edition({}, (bank) =>
    bank.map((each) => (each.id === "q-two" ? { ...each, codes: {} } : each)),
  );
  const amid = opened(now, doing(BEGIN, ...HALF.slice(0, 1)));
  assert.deepEqual(amid.news, { "q-two": "changed" });
  assert.deepEqual([at(amid).value, answerTo(amid, "q-two").tries], [DRAWN, 0]);
  const done = opened(now, doing(BEGIN, ...HALF));
  assert.deepEqual([done.news, at(done).value, at(done).score], [{}, [], 1]);
});

test("What was answered outside a quiz is no answer in it, nor the other way round", () => {
  const plain = sample();
  const before = { ...reduce(plain, fresh(plain), answer("pick", "b-two")), seen: ["read", "questions"] };
  const pick = blockOf(plain, "pick") as BlockData;
  const bank = { ...pick, quiz: "sure", holds: false, attempts: 1 };
  const quiz = { ...quizOf(data), id: "sure", code: blockOf(plain, "sure")?.code ?? "" };
  const codes = { pick: "pik" };
  const changed = { ...quiz, draw: 1, scored: 1, codes };
  const blocks = [changed, bank];
  const now = { ...plain, steps: [{ ...(plain.steps[1] as StepData), blocks }] };
  const told = reduce(plain, before, answer("sure", "2"));
  const state = decode(now, encode(plain, told));
  assert.deepEqual(state.news, { sure: "changed" });
  assert.deepEqual([answerTo(state, "pick").tries, answerTo(state, "pick").records], [0, [0]]);
  assert.equal(answerTo(state, "sure").score, undefined);
  assert.equal(standing(now, state, null).score, 0);
});

test("A quiz that an edition brings to a step that was seen is new there; its bank never is", () => {
  const without = { ...data, steps: data.steps.map((step) => ({ ...step })) };
  const step = without.steps[without.steps.length - 1] as StepData;
  step.blocks = [];
  const state = decode(data, encode(without, doing()));
  assert.deepEqual(state.news, { check: "new" });
  assert.deepEqual(decode(data, encode(data, state)).news, { check: "new" });
  assert.deepEqual(after(state, BEGIN).news, {});
  const more = edition({}, (bank) => [...bank, { ...(bank[0] as BlockData), id: "q-new", code: "qnew" }]);
  assert.deepEqual(opened(more, doing(BEGIN)).news, {});
});

test("Of two devices the one that came further goes on; the better result stays", () => {
  const first = doing(BEGIN, ...RIGHT);
  const second = after(first, begin(...OTHERS), answer("q-number", "4"));
  const other = doing(begin(...OTHERS), answer("q-number", "99"));
  for (const both of [unite(second, other), unite(other, second)]) {
    assert.deepEqual(at(both), at(second));
    assert.equal(answerTo(both, "q-number").best, true);
    assert.equal(answerTo(both, "q-one").tries, 0);
    assert.ok(answerTo(both, "q-one").records.length);
  }
  const worse = doing(BEGIN, ...NONE, BEGIN, ...NONE);
  assert.deepEqual(at(unite(worse, first)), { value: DRAWN, tries: 2, right: false, score: 2 });
  assert.deepEqual(at(unite(doing(), doing(BEGIN))), at(doing(BEGIN)));
});

test("A recovery file brings nothing of a quiz", () => {
  const state = doing();
  const from = doing(BEGIN, ...HALF.slice(0, 1));
  assert.equal(reduce(data, state, { type: "take-up", from }), state);
});
