/**
 * What becomes of learners when another edition opens what they have: for each pair of module
 * data on standard input (a JSON list of `{old, now, seed}`)
 *
 * - by block of the old one, every possible answer with whether it was kept: for the test that
 *   `rsscorm diff` promises what the player does;
 * - some learners in the middle of it, as they left the old edition and as they came to the new
 *   one: for the test that judges them by the author's ids.
 */

import { readFileSync } from "node:fs";

import { answerTo, blocksOf } from "./answers";
import { draw, firstDraw } from "./attempt";
import { learner, randomAnswer } from "./learners";
import { bankOf, drawnFor, isQuiz, isUnderWay, type QuizData } from "./quiz";
import { decode, encode, wasRead } from "./resume";
import { dice } from "./shuffle";
import { canSkip, fresh, isVote, keeps, reduce } from "./state";
import type { Action, BlockData, ModuleData, State } from "./types";

/** `value` is null where the question was skipped. */
interface Fate {
  value: string[] | null;
  kept: boolean;
}

/** A learner before and after an update, and what `wasRead` says of the resume data. */
interface Return {
  before: State;
  after: State;
  read: string;
}

/** Everything that a learner may have answered, votes one after another. */
function possible(data: ModuleData, block: BlockData): string[][] {
  const { type, components = [], correct = [] } = block.interaction ?? {};
  const ids = components.map(({ id }) => id);
  if (type === "fill-in" || !keeps(data, block)) return [ids.slice(0, 1)];
  if (block.scenes) return paths(block, block.start ?? "");
  if (type === "numeric") return [["12.5"]];
  if (type === "matching") return [correct];
  if (type === "sequencing") return [ids, [...ids].reverse()];
  if (block.several) return subsets(ids).filter((some) => some.length);
  const twice = block.againAfter ? ids.flatMap((one) => ids.map((other) => [one, other])) : [];
  return [...ids.map((id) => [id]), ...twice];
}

function paths(block: BlockData, scene: string): string[][] {
  const turns = Object.entries(block.scenes?.[scene] ?? {});
  return turns.flatMap(([turn, next]) => [
    [turn],
    ...paths(block, next).map((path) => [turn, ...path]),
  ]);
}

function subsets(ids: string[]): string[][] {
  const [first, ...rest] = ids;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((some) => [some, [first, ...some]]);
}

/** An attempt in which a question is asked; none where it never can be. */
function attemptWith(data: ModuleData, block: BlockData): Action | undefined {
  const quiz = blocksOf(data).find(({ id }) => id === block.quiz);
  if (!quiz || !isQuiz(quiz)) return undefined;
  const bank = [block, ...bankOf(data, quiz).filter((other) => other !== block)];
  const drawn = firstDraw(quiz, bank).map(({ id }) => id);
  return drawn.includes(block.id) ? { type: "begin", block: quiz.id, drawn } : undefined;
}

/** What everybody can be asked. */
function askedOf(data: ModuleData): BlockData[] {
  const blocks = blocksOf(data).filter((block) => block.interaction);
  return blocks.filter((block) => !block.quiz || attemptWith(data, block));
}

function actions(data: ModuleData, block: BlockData, value: string[] | null): Action[] {
  const attempt = attemptWith(data, block);
  return [...(attempt ? [attempt] : []), ...answering(block, value)];
}

function answering(block: BlockData, value: string[] | null): Action[] {
  if (value === null) return [{ type: "skip", block: block.id }];
  if (block.interaction?.reports !== "poll") return [{ type: "answer", block: block.id, value }];
  return value.map((id) => ({ type: "answer", block: block.id, value: [id] }));
}

function visited(data: ModuleData): State {
  const visits = data.steps.map(({ id }) => ({ type: "visit", step: id }) as const);
  return visits.reduce((state, action) => reduce(data, state, action), fresh(data));
}

/** Whether what was answered stands there still: judged by the author's ids alone. */
function isKept(old: ModuleData, before: State, now: State, block: BlockData): boolean {
  const [was, is] = [answerTo(before, block.id), answerTo(now, block.id)];
  const value = keeps(old, block) || !isVote(old, block) ? was.value : [];
  const same = is.value.join() === value.join() && is.tries === was.tries;
  return same && is.skipped === was.skipped && !(block.id in now.news);
}

function fates(old: ModuleData, now: ModuleData, block: BlockData): Fate[] {
  const values = [...possible(old, block), ...(canSkip(block) ? [null] : [])];
  return values.map((value) => {
    const steps = actions(old, block, value);
    const before = steps.reduce((state, action) => reduce(old, state, action), visited(old));
    return { value, kept: isKept(old, before, decode(now, encode(old, before)), block) };
  });
}

/**
 * All first answers at once, one of each quiz: what becomes of one must not hang on another.
 */
function together(old: ModuleData, now: ModuleData): Record<string, boolean> {
  const asked = askedOf(old);
  const isFirst = (block: BlockData): boolean =>
    !block.quiz || asked.find(({ quiz }) => quiz === block.quiz) === block;
  const blocks = asked.filter(isFirst);
  const steps = blocks.flatMap((block) => actions(old, block, possible(old, block)[0] ?? null));
  const before = steps.reduce((state, action) => reduce(old, state, action), visited(old));
  const after = decode(now, encode(old, before));
  return Object.fromEntries(blocks.map((block) => [block.id, isKept(old, before, after, block)]));
}

function fatesOf(old: ModuleData, now: ModuleData): Record<string, Fate[]> {
  const blocks = askedOf(old);
  const each = Object.fromEntries(blocks.map((block) => [block.id, fates(old, now, block)]));
  const all = together(old, now);
  for (const [id, kept] of Object.entries(all)) {
    if (each[id]?.[0]?.kept !== kept) throw new Error(`${id} fares otherwise among the others`);
  }
  const quizzes = blocksOf(old).filter(isQuiz).map((quiz) => [quiz.id, [fateOf(old, now, quiz)]]);
  return { ...each, ...Object.fromEntries(quizzes) };
}

/** What becomes of a quiz of which an attempt was finished. */
function fateOf(old: ModuleData, now: ModuleData, quiz: QuizData): Fate {
  const random = dice(1);
  const drawn = draw(old, visited(old), quiz, random);
  const begun = reduce(old, visited(old), { type: "begin", block: quiz.id, drawn });
  let before = begun;
  while (isUnderWay(answerTo(before, quiz.id))) {
    for (const question of drawnFor(old, before, quiz)) {
      const value = randomAnswer(question, before, random);
      before = reduce(old, before, { type: "answer", block: question.id, value });
    }
  }
  const [was, is] = [answerTo(before, quiz.id), answerTo(decode(now, encode(old, before)), quiz.id)];
  const most = blocksOf(now).find(({ id }) => id === quiz.id)?.scored ?? 0;
  const kept = is.tries === was.tries && is.score === Math.min(was.score ?? 0, most);
  return { value: [], kept };
}

const LEARNERS = 3;
const MOST_ACTIONS = 100;

function returns(old: ModuleData, now: ModuleData, seed: number): Return[] {
  const random = dice(seed);
  return Array.from({ length: LEARNERS }, () => {
    const before = learner(old, random, random(MOST_ACTIONS));
    const text = encode(old, before);
    return { before, after: decode(now, text, before.next), read: wasRead(now, text) };
  });
}

const pairs = JSON.parse(readFileSync(0, "utf8")) as {
  old: ModuleData;
  now: ModuleData;
  seed: number;
}[];
const told = pairs.map(({ old, now, seed }) => ({
  fates: fatesOf(old, now),
  learners: returns(old, now, seed),
}));
console.log(JSON.stringify(told));
