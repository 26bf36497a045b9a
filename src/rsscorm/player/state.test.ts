/** What counts (format.md): each test is named by what a learner does and what comes of it. */

import assert from "node:assert/strict";
import test from "node:test";

import { answerTo, blockOf } from "./answers";
import { decode, encode } from "./resume";
import { SKIPPABLE, sample } from "./sample";
import {
  canSkip,
  finalScore,
  fresh,
  isOpen,
  isRight,
  isSettled,
  isSpent,
  keeps,
  reduce,
  restored,
  reveals,
  standing,
  unite,
} from "./state";
import type { Action, BlockData, ModuleData, State } from "./types";

const data = sample();
const named = sample({ polls: { ...data.polls, answers: "named" } });
const toPass = sample({ complete: { when: "passed", passMark: 80, score: true } });

function doing(of: ModuleData, ...actions: Action[]): State {
  return actions.reduce((state, action) => reduce(of, state, action), fresh(of));
}

function answer(block: string, ...value: string[]): Action {
  return { type: "answer", block, value };
}

function block(id: string, of: ModuleData = data): BlockData {
  const found = blockOf(of, id);
  assert.ok(found, id);
  return found;
}

const SEE_ALL: Action[] = ["read", "questions", "polls"].map((step) => ({ type: "visit", step }));
const SKIP_ALL: Action[] = SKIPPABLE.map((block) => ({ type: "skip", block }));
const STORIES = [answer("story", "ask"), answer("told-story", "ask")];
const RIGHT = [answer("pick", "b-two"), answer("several", "c-three", "a-one")];
const WRONG = [answer("pick", "a-one"), answer("several", "a-one")];
const REST = [...SEE_ALL, ...SKIP_ALL, ...STORIES];

test("A learner begins on the first step, and has seen it", () => {
  const state = fresh(data);
  assert.equal(state.place, "read");
  assert.deepEqual(standing(data, state, null).stepsDone, ["read"]);
});

test("A step that is not in the module cannot be visited, and what changes nothing is nothing", () => {
  const state = fresh(data);
  assert.equal(reduce(data, state, { type: "visit", step: "nowhere" }), state);
  assert.equal(reduce(data, state, { type: "visit", step: "read" }), state);
  assert.equal(reduce(data, state, answer("nothing", "a")), state);
  assert.equal(reduce(data, state, answer("voices")), state);
});

test("A step is done when it was seen and each block that records was answered or skipped", () => {
  const seen = doing(data, ...SEE_ALL);
  assert.deepEqual(standing(data, seen, null).stepsDone, ["read"]);
  const done = doing(data, ...REST, ...WRONG);
  assert.deepEqual(standing(data, done, null).stepsDone, ["read", "questions", "polls"]);
});

test("A step whose blocks were answered from elsewhere is not done before it is seen", () => {
  const state = doing(data, ...SKIP_ALL);
  assert.deepEqual(standing(data, state, null).stepsDone, ["read"]);
});

test("Polls, scales, notes and opinions may be skipped; right answers and scenarios may not", () => {
  const may = ["opinion", "told-opinion", "sure", "own-words", "vote", "rated", "before", "after"];
  for (const id of may) assert.ok(canSkip(block(id)), id);
  for (const id of ["pick", "several", "story", "voices"]) assert.ok(!canSkip(block(id)), id);
  const skipped = doing(data, { type: "skip", block: "vote" }, { type: "skip", block: "pick" });
  assert.ok(isSettled(skipped, "vote"));
  assert.ok(!isSettled(skipped, "pick"));
});

test("Perspectives are held back until their question is answered or skipped", () => {
  assert.ok(!isOpen(fresh(data), block("voices")));
  assert.ok(isOpen(doing(data, { type: "skip", block: "vote" }), block("voices")));
  assert.ok(isOpen(doing(data, answer("vote", "a-one")), block("voices")));
});

test("What can't be worked in this window holds nothing up, counts for nothing, isn't kept", () => {
  const broken: Action = { type: "let-go", block: "pick" };
  const others = REST.concat(answer("several", "c-three", "a-one"));
  assert.deepEqual(standing(data, doing(data, ...others), null).stepsDone, ["read", "polls"]);
  const state = doing(data, broken, ...others);
  assert.equal(standing(data, state, null).status, "completed");
  assert.equal(standing(data, state, null).score, 50);
  assert.equal(standing(toPass, state, null).status, "incomplete");
  assert.equal(reduce(data, state, broken), state);
  assert.equal(standing(data, decode(data, encode(data, state)), null).status, "incomplete");
  assert.ok(isOpen(doing(data, { type: "let-go", block: "vote" }), block("voices")));
});

test("What was skipped can still be answered, and is then no longer skipped", () => {
  const state = doing(data, { type: "skip", block: "sure" }, answer("sure", "3"));
  assert.deepEqual(answerTo(state, "sure").value, ["3"]);
  assert.equal(answerTo(state, "sure").skipped, false);
});

test("A scenario is answered at an ending; on the way to it, its path is kept", () => {
  const halfway = doing(data, answer("story", "take"));
  assert.ok(!isSettled(halfway, "story"));
  assert.deepEqual(answerTo(halfway, "story").value, ["take"]);
  assert.deepEqual(answerTo(halfway, "story").records, []);
  const ended = reduce(data, halfway, answer("story", "take", "keep"));
  assert.ok(isSettled(ended, "story"));
});

test("A scenario that is tried again from its start stays answered", () => {
  const state = doing(data, answer("story", "ask"), answer("story"));
  assert.ok(isSettled(state, "story"));
  assert.deepEqual(answerTo(state, "story").value, []);
});

test("A choice of several is right as a whole or not at all, in whatever order", () => {
  const several = block("several");
  assert.equal(isRight(several, ["c-three", "a-one"]), true);
  assert.equal(isRight(several, ["a-one"]), false);
  assert.equal(isRight(several, ["a-one", "b-two", "c-three"]), false);
  assert.equal(isRight(block("opinion"), ["a-one"]), null);
});

test("An order is right in its order, pairs in any, a number within its tolerance", () => {
  const question = (
    type: "sequencing" | "matching" | "numeric",
    correct: string[],
    tolerance = 0,
  ) => ({
    ...block("pick"),
    tolerance,
    interaction: { type, name: "?", reports: "answer" as const, correct },
  });
  assert.equal(isRight(question("sequencing", ["a", "b"]), ["b", "a"]), false);
  assert.equal(isRight(question("sequencing", ["a", "b"]), ["a", "b"]), true);
  assert.equal(isRight(question("matching", ["l.x", "m.y"]), ["m.y", "l.x"]), true);
  assert.equal(isRight(question("numeric", ["0.3"], 0.1), ["0.4"]), true);
  assert.equal(isRight(question("numeric", ["0.3"], 0.1), ["0.41"]), false);
  assert.equal(isRight(question("numeric", ["999999999.1"], 0.1), ["999999999.2"]), true);
  assert.equal(isRight(question("numeric", ["999999999.1"]), ["999999999.100001"]), false);
  assert.equal(isRight(question("numeric", ["0.3"]), ["many"]), false);
});

test("The best try counts: a question that was right once rests, and stays right", () => {
  const state = doing(data, answer("pick", "b-two"), answer("pick", "a-one"));
  assert.deepEqual(answerTo(state, "pick").value, ["b-two"]);
  assert.ok(isSpent(data, block("pick"), answerTo(state, "pick")));
});

test("Spent attempts are spent; without a number of attempts there is always one more", () => {
  const twice = doing(data, ...WRONG, ...WRONG, ...RIGHT);
  assert.equal(answerTo(twice, "several").best, false);
  assert.equal(answerTo(twice, "several").tries, 2);
  assert.equal(answerTo(twice, "pick").best, true);
});

test("all-steps: completed when all are done, whatever the score, which goes along", () => {
  const at = standing(data, doing(data, ...REST, ...WRONG), null);
  assert.deepEqual([at.status, at.score, at.passMark], ["completed", 0, null]);
  assert.equal(finalScore(data, at), 0);
  const half = standing(data, doing(data, ...REST, ...WRONG, answer("pick", "b-two")), null);
  assert.equal(finalScore(data, half), 50);
});

test("required-steps: a step that is not required may stay open", () => {
  const steps = data.steps.map((step) => ({ ...step, required: step.id !== "polls" }));
  const lax = { ...data, steps, complete: { ...data.complete, when: "required-steps" as const } };
  const state = doing(lax, ...SEE_ALL.slice(0, 2), ...SKIP_ALL.slice(0, 5), ...STORIES, ...WRONG);
  assert.equal(standing(lax, state, null).status, "completed");
  assert.equal(standing(data, state, null).status, "incomplete");
});

test("passed: below the mark the status stays incomplete, and no score is sent", () => {
  const at = standing(toPass, doing(toPass, ...REST, ...WRONG, answer("pick", "b-two")), null);
  assert.deepEqual([at.status, at.complete, at.score, at.passMark], ["incomplete", false, 50, 80]);
  assert.equal(finalScore(toPass, at), null);
});

test("passed: a retake opens what was not met, spent attempts too; then it can be passed", () => {
  const failed = doing(toPass, ...REST, ...WRONG, ...WRONG, answer("pick", "b-two"));
  const again = reduce(toPass, failed, { type: "retake" });
  assert.ok(isSettled(again, "pick"));
  assert.ok(!isSettled(again, "several"));
  assert.deepEqual(answerTo(again, "several").records, answerTo(failed, "several").records);
  const at = standing(toPass, reduce(toPass, again, answer("several", "a-one", "c-three")), null);
  assert.deepEqual([at.status, at.score], ["passed", 100]);
});

test("A pass mark of the LMS replaces the module's, and gives one to a module without", () => {
  const half = doing(data, ...REST, ...WRONG, answer("pick", "b-two"));
  assert.equal(standing(data, half, 60).status, "incomplete");
  assert.equal(standing(data, half, 50).status, "passed");
  assert.equal(standing(toPass, half, 50).status, "passed");
});

test("Without scored questions 100 is sent on completion, unless the module says `score: none`", () => {
  const steps = data.steps.slice(0, 1);
  const unscored = { ...data, steps };
  const at = standing(unscored, fresh(unscored), 70);
  assert.deepEqual([at.status, at.score], ["completed", null]);
  assert.equal(finalScore(unscored, at), 100);
  assert.equal(finalScore({ ...unscored, complete: { ...data.complete, score: false } }, at), null);
});

test("A mark is reached exactly when it is: two of three are 66, not 67", () => {
  const third = { ...block("pick"), id: "third", code: "thrd" };
  const steps = data.steps.map((step, at) => (at ? step : { ...step, blocks: [third] }));
  const three = { ...data, steps };
  assert.equal(standing(three, doing(three, ...RIGHT), null).score, 66);
});

test("A poll is voted on once, or once more where it is asked again; the votes stay in order", () => {
  const state = doing(
    data,
    answer("vote", "a-one"),
    answer("vote", "b-two"),
    answer("vote", "c-three"),
  );
  assert.deepEqual(answerTo(state, "vote").value, ["a-one", "b-two"]);
  const once = doing(data, answer("rated", "1"), answer("rated", "2"));
  assert.deepEqual(answerTo(once, "rated").value, ["1"]);
  const first = doing(data, answer("before", "a-one"), answer("before", "b-two"));
  assert.deepEqual(answerTo(first, "before").value, ["a-one"]);
});

test("Each answer, and each vote, keeps its own place in the LMS's record", () => {
  const state = doing(
    data,
    answer("story", "take"),
    answer("vote", "a-one"),
    answer("pick", "a-one"),
    answer("story", "take", "tell"),
    answer("vote", "b-two"),
    answer("pick", "b-two"),
  );
  assert.deepEqual(answerTo(state, "vote").records, [0, 3]);
  assert.deepEqual(answerTo(state, "pick").records, [1]);
  assert.deepEqual(answerTo(state, "story").records, [2]);
  assert.equal(state.next, 4);
});

test("A note is answered once, and its words are never in the state", () => {
  const state = doing(data, answer("own-words"), answer("own-words"));
  assert.deepEqual(answerTo(state, "own-words").value, []);
  assert.equal(answerTo(state, "own-words").tries, 1);
});

/** What leaves the device: the answer itself to LMS and LRS, and into resume data. */
const TABLE: [string, boolean, boolean, boolean, boolean][] = [
  // block, and whether the answer goes out and into resume data: anonymous polls, named polls
  ["pick", true, true, true, true],
  ["several", true, true, true, true],
  ["opinion", false, true, false, true],
  ["told-opinion", true, true, true, true],
  ["sure", false, true, false, true],
  ["told-sure", true, true, true, true],
  ["story", false, true, false, true],
  ["told-story", true, true, true, true],
  ["vote", false, false, true, true],
  ["rated", false, false, true, true],
  ["before", false, false, true, true],
  ["after", false, false, true, true],
  ["own-words", false, true, false, true],
  ["mine", false, true, false, true],
];

for (const [id, ...cells] of TABLE) {
  test(`What leaves the device: ${id}`, () => {
    const found = [data, named].flatMap((of) => [reveals(of, block(id)), keeps(of, block(id))]);
    assert.deepEqual(found, cells);
  });
}

test("A block may be called what every object has of its own", () => {
  const [first, ...rest] = data.steps[1]?.blocks ?? [];
  const steps = data.steps.map((step, at) =>
    at === 1 ? { ...step, blocks: [{ ...(first as BlockData), id: "constructor" }, ...rest] } : step,
  );
  const of = { ...data, steps };
  assert.equal(answerTo(fresh(of), "constructor").tries, 0);
  assert.deepEqual(decode(of, encode(of, fresh(of))), fresh(of));
  const done = doing(of, answer("constructor", "b-two"));
  assert.equal(unite(done, fresh(of)).answers["constructor"]?.tries, 1);
  assert.equal(decode(of, encode(of, done)).answers["constructor"]?.best, true);
});

test("A recovery file fills in what is not answered, and nothing of it counts until it is sent", () => {
  const from = doing(data, ...SEE_ALL, answer("pick", "b-two"), answer("story", "take", "tell"));
  const before = { ...fresh(data), news: { pick: "new" } as const };
  const after = reduce(data, before, { type: "take-up", from });
  assert.deepEqual(restored(after), ["pick", "story"]);
  assert.deepEqual([answerTo(after, "pick").value, answerTo(after, "pick").tries], [["b-two"], 0]);
  assert.deepEqual(answerTo(after, "story").value, ["take"]);
  assert.deepEqual(standing(data, after, null), standing(data, before, null));
  const sent = reduce(data, after, answer("pick", "b-two"));
  assert.deepEqual(restored(sent), ["story"]);
});

test("Two devices of one learner: what either did is done, and the better answer stands", () => {
  const mine = doing(data, SEE_ALL[1] as Action, answer("pick", "a-one"));
  const theirs = doing(data, SEE_ALL[2] as Action, answer("pick", "b-two"), answer("sure", "2"));
  const both = unite(mine, theirs);
  assert.deepEqual(both.seen, ["read", "questions", "polls"]);
  assert.equal(both.place, "questions");
  assert.equal(answerTo(both, "pick").best, true);
  assert.deepEqual(answerTo(both, "sure").value, ["2"]);
});
