/** Answers in words, for every type of question. */

import assert from "node:assert/strict";
import test from "node:test";

import { NOTHING } from "./answers";
import { isSequence, linesOf } from "./answer-words";
import { sample } from "./sample";
import { fresh } from "./state";
import type { BlockData, InteractionData, ModuleData, Player } from "./types";

const components = [
  { id: "dee", text: "Dee" },
  { id: "jo", text: "Jo" },
];
const targets = [{ id: "dee", text: "The lounge" }];

function block(type: InteractionData["type"], more: Partial<BlockData> = {}): BlockData {
  const interaction: InteractionData = { type, name: "?", reports: "answer", components, targets };
  return { id: "asked", kind: "any", code: "aske", iri: "", codes: {}, interaction, ...more };
}

/** The lines for these answers, by block, in a module of these blocks. */
function lines(blocks: BlockData[], answers: Record<string, string[]>, named = false): string[] {
  const whole = sample();
  const [step] = whole.steps;
  const polls = { ...whole.polls, answers: named ? ("named" as const) : ("anonymous" as const) };
  const data: ModuleData = { ...whole, polls, steps: step ? [{ ...step, blocks }] : [] };
  const given = Object.entries(answers).map(
    ([id, value]) => [id, { ...NOTHING, value, tries: 1 }] as const,
  );
  const state = { ...fresh(data), answers: Object.fromEntries(given) };
  const word = (key: string, values: object = {}): string =>
    [key, ...Object.values(values)].join(" ");
  return linesOf({ data, state, word } as unknown as Player, blocks[blocks.length - 1] as BlockData);
}

test("Options and points of a scale are named", () => {
  assert.deepEqual(lines([block("choice")], { asked: ["jo"] }), ["Jo"]);
  assert.deepEqual(lines([block("likert")], { asked: ["dee"] }), ["Dee"]);
});

test("An order and a scenario's turns follow one another", () => {
  const story = block("performance", { turns: { ask: "Ask first", tell: "Tell the team" } });
  assert.deepEqual(lines([block("sequencing")], { asked: ["jo", "dee"] }), ["Jo", "Dee"]);
  assert.deepEqual(lines([story], { asked: ["ask", "tell"] }), ["Ask first", "Tell the team"]);
  assert.deepEqual([block("sequencing"), story, block("choice")].map(isSequence), [
    true, true, false,
  ]);
});

test("Pairs are told side by side, numbers with their unit", () => {
  assert.deepEqual(lines([block("matching")], { asked: ["jo.dee"] }), ["Jo → The lounge"]);
  assert.deepEqual(lines([block("numeric", { unit: "people" })], { asked: ["4"] }), ["4 people"]);
  assert.deepEqual(lines([block("numeric")], { asked: ["4.5"] }), ["4.5"]);
});

test("Nothing is said where nothing was answered", () => {
  for (const type of ["choice", "numeric", "matching", "fill-in"] as const) {
    assert.deepEqual(lines([block(type)], {}), []);
  }
});

test("Of an anonymous vote only that there was one; of named ones before and now", () => {
  const interaction = { ...block("choice").interaction, reports: "poll" } as InteractionData;
  const first = block("choice", { id: "earlier" });
  const poll = block("choice", { interaction, first: "earlier" });
  const answers = { earlier: ["dee"], asked: ["jo"] };
  assert.deepEqual(lines([first, poll], answers), ["you_answered"]);
  assert.deepEqual(lines([first, poll], answers, true), ["before_now Dee Jo"]);
  assert.deepEqual(lines([poll, first], answers), ["you_answered"]);
});
