/** The minutes that are said to be left. */

import assert from "node:assert/strict";
import test from "node:test";

import { minutesLeft, minutesLeftInAll, whole } from "./minutes";
import { sample } from "./sample";
import { fresh, reduce } from "./state";
import type { Action, ModuleData, State } from "./types";

/** The sample with ten minutes for its questions, and their step. */
const data = sample();
for (const step of data.steps) step.minutes = step.id === "questions" ? 10 : 3;
const [read, questions, polls] = data.steps as [
  (typeof data.steps)[0], (typeof data.steps)[0], (typeof data.steps)[0],
];

function after(...actions: Action[]): State {
  return actions.reduce((state, action) => reduce(data, state, action), fresh(data));
}

test("All minutes are left to those who have only arrived", () => {
  assert.equal(minutesLeft(after(), questions, "read"), 10);
  assert.equal(minutesLeftInAll(data, after(), "read"), 16);
});

test("A step that asks nothing takes its minutes while it is read for the first time", () => {
  assert.equal(minutesLeft(after(), read, "read"), 3);
  const onward = after({ type: "visit", step: "polls" });
  assert.equal(minutesLeft(onward, read, "polls"), 0);
  assert.equal(minutesLeft(reduce(data, onward, { type: "visit", step: "read" }), read, "read"), 0);
  assert.equal(minutesLeft(after(), read, "end"), 0);
});

test("What is settled takes its share of the step's minutes with it", () => {
  const seen: Action = { type: "visit", step: "questions" };
  assert.equal(minutesLeft(after(seen), questions, "questions"), 10);
  const settled = after(
    seen, { type: "answer", block: "pick", value: ["a-one"] }, { type: "skip", block: "sure" },
  );
  assert.equal(minutesLeft(settled, questions, "questions"), (10 * 7) / 9);
  assert.equal(minutesLeftInAll(data, settled, "questions"), (10 * 7) / 9 + polls.minutes);
});

test("Only the steps that are asked for count in the module", () => {
  const steps = data.steps.map((step) => ({ ...step, required: step.id !== "polls" }));
  const complete = { ...data.complete, when: "required-steps" } as const;
  const other: ModuleData = { ...data, steps, complete };
  assert.equal(minutesLeftInAll(other, after(), "read"), 13);
});

test("Minutes are said whole, and none only when nothing is left", () => {
  assert.deepEqual([0, 0.2, 1.4, 2.5].map(whole), [0, 1, 1, 3]);
});
