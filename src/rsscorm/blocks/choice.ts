/** Choices, of one option or several: what was answered, and what is said of it. */

import { all, make } from "../player/screen-dom";
import { answerTo, blocksOf, isSpent } from "../player/state";
import type { Answer, Behaviour, BlockData, Player } from "../player/types";
import { compare } from "./comparison";
import { ask, type Question, verdict } from "./question";

export const behaviour: Behaviour = (element, block, player) => {
  const question = ask(element, block, player);
  const poll = blocksOf(player.data).find(({ first }) => first === block.id);
  const compareWith = poll && compare(element, poll, player, 1);
  let shown: Answer | undefined;
  player.subscribe((state) => {
    const answer = answerTo(state, block.id);
    if (answer === shown) return;
    show(element, question, block, player, answer, shown === undefined);
    shown = answer;
    compareWith?.({ voted: answer.tries > 0, now: answer.value[0] });
  });
};

function show(
  element: HTMLElement,
  question: Question,
  block: BlockData,
  player: Player,
  answer: Answer,
  isFirst: boolean,
): void {
  const spent = isSpent(player.data, block, answer);
  if (isFirst || answer.tries === 0) question.choose(answer.value);
  question.clearMarks();
  question.open(!spent);
  question.skippable(answer.tries === 0 && !answer.skipped);
  if (answer.tries > 0) {
    markAnswer(question, block, player, answer, spent);
    question.say(...said(element, block, player, answer, spent));
  } else if (answer.skipped) question.say(make("p", "", player.word("skipped")));
  else question.say();
}

function markAnswer(
  question: Question, block: BlockData, player: Player, answer: Answer, spent: boolean,
): void {
  const correct = block.interaction?.correct;
  const look = (id: string): string => {
    if (!correct) return "is-yours";
    return correct.includes(id) && (spent || answer.right) ? "is-right" : "is-wrong";
  };
  // In a choice of several a single option is not called wrong while it may be tried again.
  const yours = correct && block.several && !spent ? () => "is-yours" : look;
  for (const id of answer.value) question.mark(id, player.word("your_answer"), yours(id));
  if (!spent || answer.right) return;
  const missed = correct?.filter((id) => !answer.value.includes(id)) ?? [];
  for (const id of missed) question.mark(id, player.word("right_answer"), "is-right");
}

function said(
  element: HTMLElement, block: BlockData, player: Player, answer: Answer, spent: boolean,
): Node[] {
  const { right } = answer;
  const look = right === null ? "is-noted" : right ? "is-right" : "is-wrong";
  const word = right === null ? "noted" : right ? "right" : "wrong";
  if (!answer.value.length) return [verdict("is-noted", player.word("voted_before"))];
  const nodes: Node[] = [verdict(look, player.word(word))];
  for (const id of answer.value) nodes.push(...held(element, `[data-option="${id}"]`, block, id));
  if (right !== null) {
    nodes.push(...held(element, `[data-verdict="${right ? "correct" : "incorrect"}"]`));
  }
  if (right === false) nodes.push(make("p", "tries", tries(block, player, answer, spent)));
  return nodes;
}

/** A copy of what the page holds back until there is an answer. */
function held(element: HTMLElement, selector: string, block?: BlockData, id?: string): Node[] {
  const found = all(element, `.held ${selector} .held-words`).map((words) => words.cloneNode(true));
  const name = block?.interaction?.components?.find((component) => component.id === id)?.text;
  return found.length && block?.several && name ? [make("h4", "", name), ...found] : found;
}

function tries(block: BlockData, player: Player, answer: Answer, spent: boolean): string {
  if (spent) return player.word("no_tries_left");
  if (block.attempts == null) return player.word("try_again");
  const count = block.attempts - answer.tries;
  return player.word(count === 1 ? "one_try_left" : "tries_left", { count });
}
