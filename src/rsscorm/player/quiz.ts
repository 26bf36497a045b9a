/**
 * Quizzes: questions drawn from a bank for an attempt, and how that stands. Pure, as all of the
 * state.
 *
 * A quiz's own answer says which questions were drawn (`value`), how many attempts are finished
 * (`tries`), whether the last of them reached the quiz's mark (`right`: null while one is under
 * way), and how many were right in the best (`score`). The answers to its questions are those of
 * the attempt that is under way, or else of the last. Where it was opened again and not yet begun
 * (`tries` 0, `right` false), `value` says what was drawn before: others come first.
 */

import { answerTo, blockOf, blocksOf, isBroken } from "./answers";
import type { Answer, BlockData, ModuleData, State } from "./types";

/** What the page says of a quiz (Python: `Quiz.data`). */
export type QuizData = BlockData & Required<Pick<BlockData, "draw" | "scored">>;

export function isQuiz(block: BlockData): block is QuizData {
  return block.draw !== undefined;
}

/** The questions that a quiz is drawn from. */
export function bankOf(data: ModuleData, quiz: BlockData): BlockData[] {
  return blocksOf(data).filter((block) => block.quiz === quiz.id);
}

/** How many questions a block counts as: a quiz as many as an attempt has that count. */
export function weightOf(block: BlockData): number {
  if (block.quiz) return 0;
  return isQuiz(block) ? block.scored : Number(block.counts ?? false);
}

/** How many of these were right, at best. */
export function metOf(state: State, block: BlockData): number {
  const { best, score } = answerTo(state, block.id);
  return Math.min(weightOf(block), isQuiz(block) ? (score ?? 0) : Number(best));
}

export function isMet(state: State, block: BlockData): boolean {
  return metOf(state, block) === weightOf(block);
}

/** Of a quiz's answer: whether an attempt was begun that is not finished yet. */
export function isUnderWay({ value, right, score }: Answer): boolean {
  return score !== undefined && value.length > 0 && right === null;
}

/** Of a quiz's answer: whether no attempt has been begun, or none since it was opened again. */
export function isUnbegun(attempt: Answer): boolean {
  return !attempt.tries && !isUnderWay(attempt);
}

/** Whether a question may be answered as far as quizzes go: that of a bank only in an attempt. */
export function isDrawn(state: State, block: BlockData): boolean {
  const attempt = block.quiz && answerTo(state, block.quiz);
  return !attempt || (isUnderWay(attempt) && attempt.value.includes(block.id));
}

/** The questions of the attempt that is under way, or else of the last, as they are shown. */
export function drawnFor(data: ModuleData, state: State, quiz: BlockData): BlockData[] {
  const attempt = answerTo(state, quiz.id);
  if (isUnbegun(attempt)) return [];
  return attempt.value.map((id) => blockOf(data, id)).filter((block) => block !== undefined);
}

/** Whether a drawn question asks for nothing more in this attempt. */
export function isDealtWith(state: State, { id, attempts }: BlockData): boolean {
  const { tries, best, skipped } = answerTo(state, id);
  return best || skipped || tries >= (attempts ?? 1) || isBroken(state, id);
}

/** How many of the questions of an attempt count, and how many of them were right. */
export function resultOf(
  data: ModuleData, state: State, quiz: BlockData,
): { right: number; of: number } {
  const counting = drawnFor(data, state, quiz).filter(({ counts }) => counts);
  const right = counting.filter(({ id }) => answerTo(state, id).best);
  return { right: right.length, of: counting.length };
}

/**
 * Words that a question's order hangs on: the learner's key, or in a quiz the attempt, so that it
 * is another in the next and the same whenever this one is shown again.
 */
export function orderWords(state: State, { id, quiz }: BlockData): string[] {
  if (!quiz) return [state.key, id];
  const attempt = answerTo(state, quiz);
  const number = attempt.tries - Number(!isUnderWay(attempt));
  return [...attempt.value, String(number), id];
}
