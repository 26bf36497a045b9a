/** A small module with a block of every kind that records, for the tests. */

import type { BlockData, Component, InteractionData, ModuleData, StepData } from "./types";

const BASE = "https://learning.example.org/sample";
const SCENES = {
  asked: { take: "later", ask: "end" },
  later: { tell: "end", keep: "alone" },
  end: {},
  alone: {},
};

/** The blocks that a learner may skip. */
export const SKIPPABLE = [
  "opinion",
  "told-opinion",
  "sure",
  "told-sure",
  "own-words",
  "vote",
  "rated",
  "before",
  "after",
];

/** What differs is laid over the module: its rule of completion, its polls. */
export function sample(changes: Partial<ModuleData> = {}): ModuleData {
  return {
    id: "sample",
    edition: "1",
    title: "A sample",
    summary: "For the tests",
    language: "en",
    iri: BASE,
    complete: { when: "all-steps", passMark: null, score: true },
    polls: {
      answers: "anonymous",
      compare: "after-vote",
      least: 11,
      step: 10,
      until: null,
      service: null,
      name: null,
      snapshot: null,
      release: "sample.00000000",
      cohort: null,
    },
    retired: [],
    words: { progress: "Step {number} of {total}" },
    steps: [step("read"), step("questions", ...questions()), step("polls", ...polls())],
    ...changes,
  };
}

/** The sample with a quiz: of six questions three are drawn, two of which count. */
export function examined(changes: Partial<ModuleData> = {}): ModuleData {
  const data = sample(changes);
  return { ...data, id: "examined", steps: [...data.steps, step("know", ...quiz())] };
}

function quiz(): BlockData[] {
  const bank = [
    block("choice", "q-one", choice("answer", ["b-two"]), { counts: true }),
    block("choice", "q-two", choice("answer", ["a-one"]), { counts: true, attempts: 2 }),
    block("choices", "q-several", choice("answer", ["a-one", "c-three"]), {
      counts: true,
      several: true,
    }),
    block("choice", "q-opinion", choice("fact"), { counts: false }),
    block("number", "q-number", { type: "numeric", name: "?", reports: "answer", correct: ["4"] }, {
      counts: true,
      tolerance: 1,
    }),
    block("choice", "q-aside", choice("answer", ["b-two"]), { counts: false }),
  ];
  const ids = bank.map(({ id }) => id);
  const codes = Object.fromEntries(ids.map((id) => [id, codeOf(id, 3)]));
  const rest = { name: "Check", draw: 3, scored: 2, attempts: 2, passMark: 50, codes };
  const inQuiz = bank.map((question) => ({ attempts: 1, ...question, quiz: "check", holds: false }));
  return [block("quiz", "check", undefined, rest), ...inQuiz];
}

function questions(): BlockData[] {
  const scored = { counts: true, attempts: null };
  const both = ["a-one", "c-three"];
  const codes = { take: "tak", ask: "ask", tell: "tel", keep: "kep" };
  return [
    block("choice", "pick", choice("answer", ["b-two"]), scored),
    block("choices", "several", choice("answer", both), { ...scored, attempts: 2, several: true }),
    block("choice", "opinion", choice("fact")),
    block("choice", "told-opinion", choice("answer")),
    block("scale", "sure", scale("fact")),
    block("scale", "told-sure", scale("answer")),
    block("scenario", "story", story("fact"), { start: "asked", scenes: SCENES, codes }),
    block("scenario", "told-story", story("answer"), { start: "asked", scenes: SCENES, codes }),
    block("note", "own-words", { type: "fill-in", name: "Why?", reports: "fact" }),
  ];
}

function polls(): BlockData[] {
  return [
    block("poll", "vote", choice("poll"), { againAfter: "voices", after: null }),
    block("perspectives", "voices", undefined, { holds: false, after: "vote" }),
    block("poll", "rated", scale("poll")),
    block("choice", "before", choice("fact")),
    block("poll", "after", choice("poll"), { first: "before" }),
    block(
      "commitment",
      "mine",
      { type: "fill-in", name: "I will", reports: "fact" },
      { holds: false },
    ),
  ];
}

function step(id: string, ...blocks: BlockData[]): StepData {
  const iri = `${BASE}/${id}`;
  return { id, code: codeOf(id, 4), iri, title: `Step ${id}`, minutes: 5, required: true, blocks };
}

function block(
  kind: string,
  id: string,
  interaction: InteractionData | undefined,
  rest: Partial<BlockData> = {},
): BlockData {
  const ids = (interaction?.components ?? []).map((component) => component.id);
  const codes = Object.fromEntries(ids.map((option) => [option, codeOf(option, 3)]));
  const records = interaction ? { interaction } : {};
  return {
    id,
    kind,
    code: codeOf(id, 4),
    iri: `${BASE}/${id}`,
    codes,
    holds: true,
    ...records,
    ...rest,
  };
}

type Reports = InteractionData["reports"];

function choice(reports: Reports, correct?: string[]): InteractionData {
  const components = options("a-one", "b-two", "c-three");
  return { type: "choice", name: "Which?", reports, components, ...(correct ? { correct } : {}) };
}

function scale(reports: Reports): InteractionData {
  const numbers = Array.from({ length: 11 }, (_, at) => String(at + 1));
  return { type: "likert", name: "I agree.", reports, components: options(...numbers) };
}

function story(reports: Reports): InteractionData {
  const components = options(...Object.keys(SCENES));
  return { type: "performance", name: "A story", reports, components };
}

function options(...ids: string[]): Component[] {
  return ids.map((id) => ({ id, text: `Words of ${id}` }));
}

/** Codes as Python's are: short, of letters and digits, made from the id alone. */
function codeOf(id: string, length: number): string {
  const sum = [...id].reduce((total, sign) => (total * 31 + sign.charCodeAt(0)) % 1e9, 7);
  return sum.toString(36).padStart(length, "0").slice(-length);
}
