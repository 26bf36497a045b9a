/**
 * Writes the longest resume data that each module on standard input (a JSON list of module data)
 * can come to, as a JSON list of lengths: for the test that Python's bound holds. Every answer has
 * two places in the LMS's record, and a poll two votes, as an edition before may have left them; every
 * film was watched and read, and its place is in its last second. In a quiz the questions with the
 * longest answers were drawn.
 */

import { readFileSync } from "node:fs";

import { NOTHING, blocksOf } from "./answers";
import { firstDraw } from "./attempt";
import { bankOf, isQuiz, type QuizData } from "./quiz";
import { decode, encode } from "./resume";
import { isRight } from "./state";
import type { Answer, BlockData, ModuleData, State } from "./types";

/** As long as any other. */
const SOME_PLACE = 999;

function fullest(data: ModuleData): State {
  const recording = blocksOf(data).filter((block) => block.interaction || isQuiz(block));
  return {
    place: data.steps[0]?.id ?? "",
    seen: data.steps.map(({ id }) => id),
    answers: Object.fromEntries(recording.map((block) => [block.id, longest(data, block)])),
    key: "k".repeat(22),
    next: SOME_PLACE + 1,
    films: (data.films ?? []).map((code) => ({ code, at: 9e9, watched: true, read: true })),
    news: {},
  };
}

function longest(data: ModuleData, block: BlockData): Answer {
  const records = [SOME_PLACE, SOME_PLACE];
  const rest = { tries: 61, best: true, skipped: false, records };
  if (isQuiz(block)) {
    return { ...rest, value: longestDraw(data, block), right: true, best: false, score: block.scored };
  }
  const quiz = blocksOf(data).find(({ id }) => id === block.quiz);
  if (quiz && isQuiz(quiz) && !longestDraw(data, quiz).includes(block.id)) {
    return { ...NOTHING, records };
  }
  const value = longestValue(block);
  return { ...rest, value, right: isRight(block, value) };
}

function longestDraw(data: ModuleData, quiz: QuizData): string[] {
  const bank = bankOf(data, quiz).sort((one, other) => lengthOf(other) - lengthOf(one));
  return firstDraw(quiz, bank).map(({ id }) => id);
}

/** A number has at most 18 signs, a pair two ids; how many is all that matters here. */
function lengthOf(block: BlockData): number {
  const { type } = block.interaction ?? {};
  const value = longestValue(block);
  if (type === "numeric") return 6;
  return type === "matching" ? 2 * value.length : value.length;
}

function longestValue(block: BlockData): string[] {
  const { type, components = [], targets = [], reports } = block.interaction ?? {};
  const ids = components.map(({ id }) => id);
  if (block.scenes) return longestPath(block, block.start ?? "");
  if (type === "matching") return ids.map((id) => `${id}.${targets[0]?.id}`);
  if (type === "numeric") return ["-123456789.1234567"];
  if (block.several || type === "sequencing") return ids;
  return ids.slice(0, reports === "poll" ? 2 : 1);
}

function longestPath(block: BlockData, scene: string): string[] {
  const paths = Object.entries(block.scenes?.[scene] ?? {}).map(([turn, next]) => [
    turn,
    ...longestPath(block, next),
  ]);
  return paths.sort((one, other) => other.length - one.length)[0] ?? [];
}

const modules = JSON.parse(readFileSync(0, "utf8")) as ModuleData[];
const texts = modules.map((data) => {
  const text = encode(data, fullest(data));
  if (encode(data, decode(data, text)) !== text) throw new Error(`not the same again: ${text}`);
  return text.length;
});
console.log(JSON.stringify(texts));
