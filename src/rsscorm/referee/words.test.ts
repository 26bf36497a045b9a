/** Calls in words: what somebody who has not read the standard sees on the referee's page. */

import assert from "node:assert/strict";
import test from "node:test";

import { Referee } from "./api";
import { gathered, inWords, isQuiet, raw, recordInWords } from "./words";

const SAID: Readonly<Record<string, string>> = {
  LMSInitialize: "Begins.",
  "LMSGetValue cmi.core.lesson_status": "Asks for the status: \u201cnot attempted\u201d.",
  "LMSGetValue cmi.suspend_data": "Asks for the package's own memory: nothing.",
  "LMSGetValue cmi.interactions._count": "Asks for how many answers there are: \u201c0\u201d.",
  "LMSGetValue cmi.success_status": "Asks for cmi.success_status: no answer.",
  "LMSSetValue cmi.interactions.0.id q1": "Sets the name of answer 1 to \u201cq1\u201d.",
  "LMSSetValue cmi.objectives.0.score.raw 5": "Sets the score of objective 1 to \u201c5\u201d.",
  "LMSSetValue cmi.core.exit normal":
    "Sets how the learner leaves to \u201cnormal\u201d, and is refused.",
  LMSGetLastError: "Asks how that went: error 405.",
  "LMSGetErrorString 405": "Asks what error 405 is.",
  LMSCommit: "Asks the LMS to save: done.",
  LMSFinish: "Ends the session.",
};

test("Each call is a sentence, with how the LMS took it", () => {
  const referee = new Referee();
  for (const words of Object.keys(SAID)) {
    const [call = "", ...args] = words.split(" ");
    (referee as unknown as Record<string, (...args: string[]) => unknown>)[call]!(
      ...(args.length ? args : [""]),
    );
  }
  assert.deepEqual(referee.log.map(inWords), Object.values(SAID));
});

test("As written it has its quotation marks, its answer and its error; what is long is cut", () => {
  const call = { call: "LMSSetValue", result: "false", error: "405", at: 0 };
  const args = ["cmi.suspend_data", "x".repeat(5000)];
  assert.equal(
    raw({ ...call, args }),
    `LMSSetValue("cmi.suspend_data", "${"x".repeat(79)}\u2026 (5002 characters)) \u2192 "false"` +
      ", error 405",
  );
  assert.equal(raw({ ...call, call: "LMSFinish", args: [undefined] }).slice(0, 20),
    "LMSFinish(undefined)");
});

test("A call that only hears that all is well can stand back; one that hears of an error cannot", () => {
  const referee = new Referee();
  referee.LMSInitialize("");
  referee.LMSGetLastError();
  referee.LMSGetValue("cmi.nothing");
  referee.LMSGetLastError();
  assert.deepEqual(referee.log.map(isQuiet), [false, true, false, false]);
});

test("The record says what a report will show, before anything is kept and afterwards", () => {
  const nothing = Object.fromEntries(recordInWords({}));
  assert.equal(nothing.Status, "not attempted");
  assert.equal(nothing["The package's memory"], "0 of 4,096 characters");
  const attempt = {
    "cmi.core.lesson_status": "passed",
    "cmi.core.score.raw": "80",
    "cmi.core.total_time": "0000:12:03.50",
    "cmi.interactions.0.id": "q1",
    "cmi.interactions.0.result": "wrong",
    "cmi.interactions.1.id": "q2",
    "cmi.suspend_data": "x".repeat(1200),
  };
  assert.deepEqual(recordInWords(attempt), [
    ["Status", "passed"],
    ["Score", "80"],
    ["Answers", "2"],
    ["Time", "0000:12:03.50"],
    ["The package's memory", "1,200 of 4,096 characters"],
  ]);
});

test("A breach that is repeated is one to mend, with how often it happened", () => {
  const referee = new Referee();
  referee.LMSInitialize("");
  referee.LMSSetValue("cmi.core.exit", "normal");
  referee.LMSSetValue("cmi.core.lesson_location", "x".repeat(256));
  referee.LMSSetValue("cmi.core.exit", "done");
  const found = gathered(referee.breaches).map(([{ value }, times]) => [String(value).length, times]);
  assert.deepEqual(found, [[6, 2], [256, 1]]);
});
