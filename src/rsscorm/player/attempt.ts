/**
 * Attempts at a quiz: drawing, beginning and finishing them, and going on with one in another
 * edition or from another device. Chance comes in from outside.
 */

import { NOTHING, answerTo, blockOf, isEmpty, newsWithout, own } from "./answers";
import {
  bankOf,
  drawnFor,
  isDealtWith,
  isUnbegun,
  isUnderWay,
  resultOf,
  weightOf,
  type QuizData,
} from "./quiz";
import { diceOf, shuffled, type Dice } from "./shuffle";
import type { Answer, BlockData, ModuleData, State } from "./types";

type Answers = Record<string, Answer>;

/** Draws an attempt; questions that were not in the last one come first. */
export function draw(
  data: ModuleData, state: State, quiz: QuizData, random: Dice,
): string[] {
  const last = answerTo(state, quiz.id).value;
  const bank = shuffled(bankOf(data, quiz), random);
  const [old, unseen] = parted(bank, ({ id }) => last.includes(id));
  return shuffled(firstDraw(quiz, [...unseen, ...old]), random).map(idOf);
}

/** The first of these questions that make an attempt: of those that count as many as it has. */
export function firstDraw(quiz: QuizData, questions: BlockData[]): BlockData[] {
  const [counting, others] = parted(questions, ({ counts }) => counts === true);
  return [...counting.slice(0, quiz.scored), ...others.slice(0, quiz.draw - quiz.scored)];
}

/** A new attempt with these questions; the same state where they are no draw, or one is on. */
export function begun(data: ModuleData, state: State, quiz: QuizData, drawn: string[]): State {
  const before = answerTo(state, quiz.id);
  if (isUnderWay(before) || !isDraw(data, quiz, drawn)) return state;
  const after = { ...NOTHING, score: 0, ...before, value: drawn, right: null };
  return withAttempt(withoutAnswers(state, [quiz.id, ...bankOf(data, quiz).map(idOf)]), quiz, after);
}

function isDraw(data: ModuleData, quiz: QuizData, drawn: string[]): boolean {
  const found = bankOf(data, quiz).filter(({ id }) => drawn.includes(id));
  const counting = found.filter(({ counts }) => counts);
  const isWhole = found.length === drawn.length && drawn.length === quiz.draw;
  return isWhole && counting.length === quiz.scored;
}

/**
 * The quiz may be begun as if there had been no attempt; its best result stays, and which questions
 * it had.
 */
export function reopened(data: ModuleData, state: State, quiz: QuizData): State {
  const { score = 0, records, value } = answerTo(state, quiz.id);
  const cleared = withoutAnswers(state, bankOf(data, quiz).map(idOf));
  return withAttempt(cleared, quiz, { ...NOTHING, records, score, value, right: false });
}

/** The attempt of a quiz (or of none) is finished as soon as nothing is left of it. */
export function closed(data: ModuleData, state: State, id: string | undefined): State {
  const quiz = blockOf(data, id ?? "");
  const before = own(state.answers, id ?? "");
  if (!quiz || !before || !isUnderWay(before)) return state;
  if (!drawnFor(data, state, quiz).every((question) => isDealtWith(state, question))) return state;
  const { right, of } = resultOf(data, state, quiz);
  return withAttempt(state, quiz, {
    ...before,
    tries: before.tries + 1,
    right: 100 * right >= (quiz.passMark ?? 0) * of,
    score: Math.max(before.score ?? 0, Math.min(right, weightOf(quiz))),
  });
}

/**
 * The state as an edition goes on with it that may have another bank or another draw. An attempt
 * under way keeps the questions that were answered, then the others, and gets new ones for those
 * that are gone (each "" in its value). Of one that is finished the result alone is kept, where
 * not all of its questions and answers are still there.
 */
export function mended(data: ModuleData, state: State, quiz: QuizData): State {
  const answer = own(state.answers, quiz.id);
  if (!answer) return state;
  const value = isUnderWay(answer) ? redrawn(data, state, quiz) : remembered(data, state, quiz);
  const drawn = isUnbegun(answer) ? [] : value;
  const others = bankOf(data, quiz).filter(({ id }) => !drawn.includes(id));
  const cleared = withoutAnswers(state, others.map(idOf));
  return closed(data, withAttempt(cleared, quiz, { ...answer, value }), quiz.id);
}

function remembered(data: ModuleData, state: State, quiz: QuizData): string[] {
  const attempt = answerTo(state, quiz.id);
  const { value } = attempt;
  if (isUnbegun(attempt)) return value.filter((id) => blockOf(data, id)?.quiz === quiz.id);
  const drawn = drawnFor(data, state, quiz);
  const isWhole = drawn.length === value.length && drawn.length <= quiz.draw;
  return isWhole && drawn.every((question) => isDealtWith(state, question)) ? value : [];
}

function redrawn(data: ModuleData, state: State, quiz: QuizData): string[] {
  const drawn = drawnFor(data, state, quiz);
  const [waiting, answered] = parted(drawn, ({ id }) => isEmpty(answerTo(state, id)));
  const room = [...answered, ...waiting].slice(0, quiz.draw);
  const kept = drawn.filter((question) => room.includes(question));
  const [counting, others] = parted(spare(data, state, quiz), ({ counts }) => counts === true);
  const lacking = Math.max(0, quiz.scored - kept.filter(({ counts }) => counts).length);
  const more = [...counting.slice(0, lacking), ...others, ...counting.slice(lacking)];
  return [...kept, ...more].slice(0, quiz.draw).map(idOf);
}

/** The questions that were not drawn, in an order that is the same at each launch. */
function spare(data: ModuleData, state: State, quiz: QuizData): BlockData[] {
  const { value } = answerTo(state, quiz.id);
  const left = bankOf(data, quiz).filter(({ id }) => !value.includes(id));
  return shuffled(left, diceOf(...value));
}

/**
 * Of two visits' answers to a quiz and its questions those of the one that came further, in whole;
 * `mine` where they are level. The better result and all places in the LMS's record stay.
 */
export function furtherAttempts(mine: Answers, theirs: Answers): Answers {
  const ids = Object.keys({ ...mine, ...theirs });
  return Object.fromEntries(ids.flatMap((id) => Object.entries(further(mine, theirs, id))));
}

function further(mine: Answers, theirs: Answers, id: string): Answers {
  const [one, other] = [own(mine, id) ?? NOTHING, own(theirs, id) ?? NOTHING];
  if (one.score === undefined && other.score === undefined) return {};
  const isBehind = isUnderWay(other) && !isUnderWay(one);
  const isTheirs = other.tries > one.tries || (other.tries === one.tries && isBehind);
  const [taken, left] = isTheirs ? [theirs, mine] : [mine, theirs];
  const attempt = isTheirs ? other : one;
  const score = Math.max(one.score ?? 0, other.score ?? 0);
  const questions = [...new Set([...one.value, ...other.value])].map((question) => {
    const from = attempt.value.includes(question) ? own(taken, question) : undefined;
    const { records } = own(taken, question) ?? NOTHING;
    const places = records.length ? records : (own(left, question) ?? NOTHING).records;
    return [question, { ...(from ?? NOTHING), records: places }] as const;
  });
  return { [id]: { ...attempt, score }, ...Object.fromEntries(questions) };
}

function withAttempt(state: State, { id }: BlockData, answer: Answer): State {
  return { ...state, answers: { ...state.answers, [id]: answer } };
}

/** The state without these answers and what is new of them; places in the LMS's record stay. */
function withoutAnswers(state: State, ids: string[]): State {
  const entries = Object.entries(state.answers).flatMap(([id, answer]) => {
    if (!ids.includes(id)) return [[id, answer] as const];
    const { records } = answer;
    return records.length ? [[id, { ...NOTHING, records }] as const] : [];
  });
  const news = newsWithout(state.news, (id) => ids.includes(id));
  return { ...state, answers: Object.fromEntries(entries), news };
}

/** Those of which it is true, and the others. */
function parted<Thing>(things: Thing[], isTrue: (thing: Thing) => boolean): [Thing[], Thing[]] {
  return [things.filter(isTrue), things.filter((thing) => !isTrue(thing))];
}

function idOf({ id }: BlockData): string {
  return id;
}
