/**
 * What a learner has done and how that counts (format.md, What counts): pure functions over
 * plain data, with no clock, page or storage in them.
 */

import {
  NOTHING,
  answerTo,
  blockOf,
  blocksOf,
  isBroken,
  isEmpty,
  newsWithout,
  own,
} from "./answers";
import { begun, closed, furtherAttempts, reopened } from "./attempt";
import { isDrawn, isMet, isQuiz, isUnderWay, metOf, weightOf } from "./quiz";
import { sum } from "./sum";
import type {
  Action,
  Answer,
  BlockData,
  ModuleData,
  Standing,
  State,
  StepData,
  Watched,
} from "./types";
import { uniteFilms, watch } from "./watched";

/** Where everybody begins: on the first step. `recorded` is what the LMS's record already holds. */
export function fresh(data: ModuleData, recorded = 0): State {
  const first = data.steps[0]?.id ?? "";
  const seen = first ? [first] : [];
  return { place: first, seen, answers: {}, key: "", next: recorded, films: [], news: {} };
}

/** The questions and quizzes that take part in the score. */
export function countingBlocks(data: ModuleData): BlockData[] {
  return blocksOf(data).filter((block) => weightOf(block) > 0);
}

/** Whether an answer to it is a vote: it is a poll, or the choice that is a poll's first vote. */
export function isVote(data: ModuleData, block: BlockData): boolean {
  return (
    block.interaction?.reports === "poll" ||
    blocksOf(data).some((other) => other.first === block.id)
  );
}

/** Whether the answer itself, not just that there was one, may go to the LMS and the LRS. */
export function reveals(data: ModuleData, block: BlockData): boolean {
  if (isVote(data, block)) return data.polls.answers === "named";
  return block.interaction?.reports === "answer";
}

/** Whether the answer itself may be kept in resume data, which administrators can read. */
export function keeps(data: ModuleData, block: BlockData): boolean {
  return !isVote(data, block) || data.polls.answers === "named";
}

/** Answered or skipped: enough for its step, and for what comes `after` it. */
export function isSettled(state: State, id: string): boolean {
  const { tries, skipped } = answerTo(state, id);
  return tries > 0 || skipped;
}

/**
 * Whether nothing waits for it: it is settled, or can't be worked in this window. Of what counts
 * it is as if it were not answered: no mark is reached with a question that nobody could see.
 */
function isPast(state: State, id: string): boolean {
  return isSettled(state, id) || isBroken(state, id);
}

/** Whether a block may show yet: what it comes `after` is settled. */
export function isOpen(state: State, block: BlockData): boolean {
  return !block.after || isPast(state, block.after);
}

/** Polls, scales, notes and questions without a right answer; never a scenario. */
export function canSkip(block: BlockData): boolean {
  return !!block.interaction && !block.interaction.correct && !block.scenes;
}

/** Whether it takes no further answer: it was right, the tries are spent, or the votes are cast. */
export function isSpent(data: ModuleData, block: BlockData, answer: Answer): boolean {
  if (isVote(data, block)) return answer.tries >= (block.againAfter ? 2 : 1);
  if (block.interaction?.type === "fill-in") return answer.tries > 0;
  return answer.best || (block.attempts != null && answer.tries >= block.attempts);
}

/** What holds a step open until it is answered or skipped. */
export function waiting(state: State, step: StepData): BlockData[] {
  return step.blocks.filter((block) => block.holds && !isPast(state, block.id));
}

/** Seen, and nothing on it waits for an answer. */
export function isStepDone(state: State, step: StepData): boolean {
  return state.seen.includes(step.id) && !waiting(state, step).length;
}

/** The steps that the module's rule of completion asks for. */
export function neededSteps({ steps, complete }: ModuleData): StepData[] {
  return steps.filter((step) => step.required || complete.when === "all-steps");
}

/**
 * How the module stands. A pass mark from the LMS replaces the module's own, and asks for a mark
 * where the module has none: the LMS would otherwise turn "completed" into "failed" by itself.
 */
export function standing(data: ModuleData, state: State, masteryScore: number | null): Standing {
  const score = scoreOf(blocksOf(data), state);
  const own = data.complete.when === "passed" ? data.complete.passMark : null;
  const passMark = score === null ? null : (masteryScore ?? own);
  const done = data.steps.filter((step) => isStepDone(state, step));
  const met = passMark === null || (score ?? 0) >= passMark;
  const complete = met && neededSteps(data).every((step) => done.includes(step));
  const status = !complete ? "incomplete" : passMark === null ? "completed" : "passed";
  return { stepsDone: done.map((step) => step.id), complete, score, passMark, status };
}

/** Rounded down, so that a mark in whole per cent is reached exactly when it is really reached. */
export function scoreOf(blocks: readonly BlockData[], state: State): number | null {
  const [all, right] = [sum(blocks.map(weightOf)), sum(blocks.map((block) => metOf(state, block)))];
  return all ? Math.floor((100 * right) / all) : null;
}

/**
 * The score that goes with the final status, or null for none. A module without scored questions
 * sends 100, since a gradebook would show 0 of 100 otherwise.
 */
export function finalScore(data: ModuleData, at: Standing): number | null {
  if (at.status === "incomplete" || !data.complete.score) return null;
  return at.score ?? 100;
}

/** The state after an action; the same object where the action changes nothing. */
export function reduce(data: ModuleData, state: State, action: Action): State {
  switch (action.type) {
    case "visit":
      return visit(data, state, action.step);
    case "answer":
      return answer(data, state, action.block, action.value);
    case "skip":
      return skip(data, state, action.block);
    case "let-go":
      return letGo(data, state, action.block);
    case "begin":
      return begin(data, state, action.block, action.drawn);
    case "retake":
      return retake(data, state);
    case "key":
      return action.key === state.key ? state : { ...state, key: action.key };
    case "watch":
      return withFilms(state, watch(state.films, action));
    case "take-up":
      return takeUp(data, state, action.from);
  }
}

function withFilms(state: State, films: Watched[]): State {
  return films === state.films ? state : { ...state, films };
}

function visit(data: ModuleData, state: State, step: string): State {
  const seen = state.seen.includes(step);
  if ((seen && state.place === step) || !data.steps.some(({ id }) => id === step)) return state;
  return { ...state, place: step, seen: seen ? state.seen : [...state.seen, step] };
}

function begin(data: ModuleData, state: State, id: string, drawn: string[]): State {
  const quiz = blockOf(data, id);
  if (!quiz || !isQuiz(quiz) || isSpent(data, quiz, answerTo(state, id))) return state;
  // Closed at once where nothing of it can be answered.
  return closed(data, begun(data, state, quiz, drawn), id);
}

function answer(data: ModuleData, state: State, id: string, value: string[]): State {
  const block = blockOf(data, id);
  const before = answerTo(state, id);
  if (!block?.interaction || isSpent(data, block, before) || !isDrawn(state, block)) return state;
  if (block.scenes && !isEnding(block, value)) return withAnswer(state, id, { ...before, value });
  const right = isRight(block, value);
  const after: Answer = {
    value: block.interaction.reports === "poll" ? [...before.value, ...value.slice(0, 1)] : value,
    tries: before.tries + 1,
    right,
    best: before.best || right === true,
    skipped: false,
    records: before.records,
  };
  const given = recorded(withAnswer(state, id, after), id, isSecondVote(block, after));
  return closed(data, given, block.quiz);
}

export function isSecondVote(block: BlockData, { tries }: Answer): boolean {
  return block.interaction?.reports === "poll" && tries === 2;
}

/** A question that was dealt with is news no more. */
function withAnswer(state: State, id: string, answer: Answer): State {
  const news = newsWithout(state.news, (other) => other === id);
  return { ...state, answers: { ...state.answers, [id]: answer }, news };
}

/** Gives an answer its permanent place in the LMS's record: one, and one more for a second vote. */
function recorded(state: State, id: string, again: boolean): State {
  const answer = answerTo(state, id);
  if (answer.records.length > (again ? 1 : 0)) return state;
  const records = [...answer.records, state.next];
  return { ...withAnswer(state, id, { ...answer, records }), next: state.next + 1 };
}

function skip(data: ModuleData, state: State, id: string): State {
  const block = blockOf(data, id);
  if (!block || !canSkip(block) || isSettled(state, id) || !isDrawn(state, block)) return state;
  return closed(
    data, withAnswer(state, id, { ...answerTo(state, id), skipped: true }), block.quiz,
  );
}

function letGo(data: ModuleData, state: State, id: string): State {
  const block = blockOf(data, id);
  if (!block || isBroken(state, id)) return state;
  const broken = [...(state.broken ?? []), id, ...(block.quiz ? [block.quiz] : [])];
  return closed(data, { ...state, broken }, block.quiz);
}

/**
 * Opens what counts and was not met, spent tries included; its place in the record stays, and of
 * a quiz its best result. An attempt that is under way goes on.
 */
function retake(data: ModuleData, state: State): State {
  const open = countingBlocks(data).filter((block) => {
    const answer = own(state.answers, block.id);
    return answer && !isMet(state, block) && !isUnderWay(answer);
  });
  return open.reduce(
    (so, block) => (isQuiz(block) ? reopened(data, so, block) : again(so, block)),
    state,
  );
}

function again(state: State, { id }: BlockData): State {
  const { records } = answerTo(state, id);
  return { ...state, answers: { ...state.answers, [id]: { ...NOTHING, records } } };
}

/**
 * Answers from a recovery file, filled in and not sent: anybody could have written the file, so
 * that nothing in it settles a question, or makes a step seen, before the learner does.
 */
function takeUp(data: ModuleData, state: State, from: State): State {
  const waiting = blocksOf(data).filter(
    ({ id, interaction, quiz }) =>
      interaction && interaction.reports !== "poll" && !quiz && isEmpty(answerTo(state, id)),
  );
  const filled = waiting
    .map((block) => [block, unsent(block, answerTo(from, block.id).value)] as const)
    .filter(([, value]) => value.length > 0)
    .map(([{ id }, value]) => [id, { ...answerTo(state, id), value }] as const);
  if (!filled.length) return state;
  const news = Object.fromEntries(filled.map(([id]) => [id, "restored" as const]));
  return {
    ...state,
    answers: { ...state.answers, ...Object.fromEntries(filled) },
    news: { ...state.news, ...news },
  };
}

/** The questions whose answers a recovery file filled in, and which wait to be sent. */
export function restored({ news }: State): string[] {
  return Object.keys(news).filter((id) => news[id] === "restored");
}

/** The last turn of a scenario is left to be taken: with it the question would be answered. */
function unsent(block: BlockData, value: string[]): string[] {
  return block.scenes && isEnding(block, value) ? value.slice(0, -1) : value;
}

/** The scenes that a path of options goes through, from the start to where it has led. */
export function scenesOn(block: BlockData, path: string[]): string[] {
  const scenes = [block.start ?? ""];
  for (const option of path) {
    const scene = block.scenes?.[scenes[scenes.length - 1] ?? ""] ?? {};
    const next = own(scene, option);
    if (next === undefined) break;
    scenes.push(next);
  }
  return scenes;
}

/** Whether a scenario's path has come to a scene without options. */
export function isEnding(block: BlockData, path: string[]): boolean {
  const last = scenesOn(block, path).pop() ?? "";
  return Object.keys(block.scenes?.[last] ?? {}).length === 0;
}

/** Whether a number is right; what computers lose of decimals, the more of large ones, is forgiven. */
function isNear(given: number, right: number, tolerance: number): boolean {
  const lost = 1e-9 + 4 * Number.EPSILON * Math.abs(right);
  return Math.abs(given - right) <= tolerance + lost;
}

/** Whether an answer is right: all or nothing; null where nothing is right or wrong. */
export function isRight(block: BlockData, value: string[]): boolean | null {
  const { type, correct } = block.interaction ?? {};
  if (!correct) return null;
  if (type === "numeric") return isNear(Number(value[0]), Number(correct[0]), block.tolerance ?? 0);
  if (type === "sequencing") return value.join() === correct.join();
  return [...value].sort().join() === [...correct].sort().join();
}

/**
 * Two visits of the same learner as one: all steps that either saw, and of each answer the one
 * with more tries; `mine` decides where they are level, and where the learner is. A quiz and its
 * questions stay together.
 */
export function unite(mine: State, theirs: State): State {
  const answers = { ...theirs.answers };
  for (const [id, answer] of Object.entries(mine.answers)) {
    const other = own(answers, id);
    answers[id] = other ? better(answer, other) : answer;
  }
  const both: State = {
    place: mine.place,
    seen: [...new Set([...mine.seen, ...theirs.seen])],
    answers: { ...answers, ...furtherAttempts(mine.answers, theirs.answers) },
    key: mine.key || theirs.key,
    next: Math.max(mine.next, theirs.next),
    films: uniteFilms(mine.films, theirs.films),
    news: {},
  };
  return { ...both, news: newsWithout(mine.news, (id) => isSettled(both, id)) };
}

function better(mine: Answer, theirs: Answer): Answer {
  const latest = theirs.tries > mine.tries ? theirs : mine;
  return { ...latest, best: mine.best || theirs.best };
}
