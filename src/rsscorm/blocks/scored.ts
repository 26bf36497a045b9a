/** What questions share that may have a right answer: the verdict, feedback, and tries left. */

import { all, make } from "../player/screen-dom";
import { answerTo, isSpent } from "../player/state";
import type { Answer, BlockData, Player } from "../player/types";
import { ask, verdict, type Field, type Question } from "./question";

export interface ScoredField extends Field {
  /** Mark the parts of an answer; where the tries are spent, also what would have been right. */
  markAnswer(answer: Answer, isSpent: boolean): void;
  /** What is said of single parts of an answer. */
  partly?(answer: Answer, isSpent: boolean): Node[];
  /** What is said when the tries are spent, if the right answer is not marked above. */
  solution?(): Node[];
}

/** Asks a question and shows what is said of each answer; `onShown` is told of each. */
export function score(
  element: HTMLElement,
  block: BlockData,
  player: Player,
  field: ScoredField,
  onShown: (answer: Answer) => void = () => {},
): void {
  const question = ask(element, block, player, field);
  let shown: Answer | undefined;
  player.subscribe((state) => {
    const answer = answerTo(state, block.id);
    if (answer === shown) return;
    shown = answer;
    show(element, question, block, player, field, answer);
    onShown(answer);
  });
}

function show(
  element: HTMLElement,
  question: Question,
  block: BlockData,
  player: Player,
  field: ScoredField,
  answer: Answer,
): void {
  const spent = isSpent(player.data, block, answer);
  field.show(answer.value);
  field.clearMarks();
  question.open(!spent);
  question.skippable(answer.tries === 0 && !answer.skipped);
  if (answer.tries > 0) {
    field.markAnswer(answer, spent);
    question.say(...said(element, block, player, field, answer));
  } else if (answer.skipped) question.say(make("p", "", player.word("skipped")));
  else question.say();
}

function said(
  element: HTMLElement, block: BlockData, player: Player, field: ScoredField, answer: Answer,
): Node[] {
  const { right } = answer;
  if (!answer.value.length) return [verdict("is-noted", player.word("voted_before"))];
  const spent = isSpent(player.data, block, answer);
  const look = right === null ? "is-noted" : right ? "is-right" : "is-wrong";
  const word = right === null ? "noted" : right ? "right" : "wrong";
  const nodes: Node[] = [verdict(look, player.word(word))];
  nodes.push(...(field.partly?.(answer, spent) ?? []));
  if (right !== null) {
    nodes.push(...held(element, `[data-verdict="${right ? "correct" : "incorrect"}"]`));
  }
  if (right === false) nodes.push(...tries(block, player, field, answer, spent));
  return nodes;
}

/** A copy of what the page holds back until there is an answer, perhaps under a heading. */
export function held(element: HTMLElement, selector: string, heading = ""): Node[] {
  const found = all(element, `.held ${selector} .held-words`).map((words) => words.cloneNode(true));
  return found.length && heading ? [make("h4", "", heading), ...found] : found;
}

function tries(
  block: BlockData, player: Player, field: ScoredField, answer: Answer, spent: boolean,
): Node[] {
  const line = (key: string, count = 0): Node[] => [
    make("p", "tries", player.word(key, { count })),
  ];
  if (spent) return field.solution?.() ?? line("no_tries_left");
  if (block.attempts == null) return line("try_again");
  const count = block.attempts - answer.tries;
  return line(count === 1 ? "one_try_left" : "tries_left", count);
}
