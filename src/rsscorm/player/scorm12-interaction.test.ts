/** An answer in SCORM 1.2's words: format.md's table, cell by cell, and CMIFeedback by type. */

import assert from "node:assert/strict";
import test from "node:test";

import { answerTo, blockOf } from "./answers";
import { sample } from "./sample";
import { feedback, interactionFields, timespan } from "./scorm12-interaction";
import { fresh, reduce } from "./state";
import type { Answered, InteractionData, ModuleData } from "./types";

const anonymous = sample();
const named = sample({ polls: { ...anonymous.polls, answers: "named" } });
const AT = new Date(2026, 10, 23, 9, 5, 7);

function answering(data: ModuleData, id: string, ...tries: string[][]): Answered {
  const block = blockOf(data, id);
  assert.ok(block);
  const state = tries.reduce(
    (state, value) => reduce(data, state, { type: "answer", block: id, value }),
    fresh(data),
  );
  return { block, answer: answerTo(state, id), at: AT, seconds: 12.345 };
}

function fields(data: ModuleData, id: string, ...tries: string[][]): Record<string, string> {
  return Object.fromEntries(interactionFields(data, answering(data, id, ...tries)));
}

const FACT = { time: "09:05:07", weighting: "0", result: "neutral" };

test("Questions with a right answer: answer and result", () => {
  assert.deepEqual(fields(anonymous, "pick", ["b-two"]), {
    id: "pick",
    type: "choice",
    time: "09:05:07",
    weighting: "1",
    result: "correct",
    "correct_responses.0.pattern": "b",
    student_response: "b",
    latency: "0000:00:12.35",
  });
  const wrong = fields(anonymous, "several", ["c-three", "b-two"]);
  assert.equal(wrong["result"], "wrong");
  assert.equal(wrong["student_response"], "b,c");
  assert.equal(wrong["correct_responses.0.pattern"], "a,c");
});

const FACTS: [string, string, string[]][] = [
  ["opinion", "choice", ["a-one"]],
  ["sure", "likert", ["3"]],
  ["story", "performance", ["ask"]],
  ["own-words", "fill-in", []],
  ["mine", "fill-in", []],
  ["vote", "choice", ["a-one"]],
  ["rated", "likert", ["2"]],
  ["before", "choice", ["a-one"]],
  ["after", "choice", ["a-one"]],
];

for (const [id, type, value] of FACTS) {
  test(`That it was answered, and no more: ${id}`, () => {
    assert.deepEqual(fields(anonymous, id, value), { id, type, ...FACT });
  });
}

test("With `report: true`, the answer: options as letters, labels as a digit, a path as ids", () => {
  assert.equal(fields(anonymous, "told-opinion", ["c-three"])["student_response"], "c");
  assert.equal(fields(anonymous, "told-sure", ["11"])["student_response"], "b");
  assert.equal(fields(anonymous, "told-story", ["take", "keep"])["student_response"], "take,keep");
});

test("Named polls: the option, neither right nor wrong, and of no weight", () => {
  const vote = fields(named, "vote", ["b-two"]);
  assert.equal(vote["student_response"], "b");
  assert.equal(vote["result"], "neutral");
  assert.equal(vote["weighting"], "0");
  assert.equal(vote["correct_responses.0.pattern"], undefined);
  assert.equal(fields(named, "before", ["a-one"])["student_response"], "a");
});

test("A second vote is an interaction of its own, with its own answer", () => {
  const again = fields(named, "vote", ["a-one"], ["c-three"]);
  assert.equal(again["id"], "vote_again");
  assert.equal(again["student_response"], "c");
  assert.equal(fields(anonymous, "vote", ["a-one"], ["c-three"])["student_response"], undefined);
});

test("The id is set first and the type second, since some LMSs read the rest by them", () => {
  const [first, second] = interactionFields(anonymous, answering(anonymous, "pick", ["a-one"]));
  assert.deepEqual(
    [first, second],
    [
      ["id", "pick"],
      ["type", "choice"],
    ],
  );
});

test("CMIFeedback of the other types: letters in order, pairs, a number; cut at 255", () => {
  const abc = ["a-one", "b-two"].map((id) => ({ id, text: id }));
  const of = (type: InteractionData["type"]): InteractionData => ({
    type,
    name: "?",
    reports: "answer",
    components: abc,
    targets: abc,
  });
  assert.equal(feedback(of("sequencing"), ["b-two", "a-one"]), "b,a");
  assert.equal(feedback(of("matching"), ["a-one.b-two", "b-two.a-one"]), "1.b,2.a");
  assert.equal(feedback(of("numeric"), ["-2.5"]), "-2.5");
  assert.equal(feedback(of("performance"), Array<string>(99).fill("four")).length, 255);
});

test("CMITimespan: four digits of hours, two decimals, and never more than it can say", () => {
  assert.equal(timespan(0), "0000:00:00.00");
  assert.equal(timespan(-1), "0000:00:00.00");
  assert.equal(timespan(59.999), "0000:01:00.00");
  assert.equal(timespan(3661.5), "0001:01:01.50");
  assert.equal(timespan(1e9), "9999:59:59.99");
});
