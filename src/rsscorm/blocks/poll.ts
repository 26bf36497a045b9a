/**
 * Polls: asked once, or again after perspectives. A vote is shown to the learner alone; what
 * colleagues answered shows below it once the learner has answered (`comparison.ts`).
 */

import { icon, make } from "../player/screen-dom";
import { answerTo, isOpen } from "../player/state";
import type { Answer, Behaviour, BlockData, Player, State } from "../player/types";
import { compare } from "./comparison";
import type { Own } from "./comparison-view";
import { holdBack } from "./gate";
import { optionsOf, type Options } from "./options";
import { ask, type Question, verdict } from "./question";

export const behaviour: Behaviour = (element, block, player) => {
  const again = "again" in element.dataset;
  if (!again) holdBack(element, block, player);
  const options = optionsOf(element, player);
  const question = ask(element, block, player, options);
  const asking = again || block.first ? 2 : block.againAfter ? 1 : 0;
  const compareWith = compare(element, block, player, asking);
  let shown: Answer | undefined;
  player.subscribe((state) => {
    if (again) element.hidden = !isAskedAgain(player, block, state);
    const answer = answerTo(state, block.id);
    if (answer === shown) return;
    shown = answer;
    const own = show(element, question, options, player, block, state, answer, again ? 2 : 1);
    compareWith(own);
  });
};

/** Once there was a first vote, and the perspectives can be read. */
function isAskedAgain(player: Player, block: BlockData, state: State): boolean {
  const blocks = player.data.steps.flatMap((step) => step.blocks);
  const heard = blocks.find((other) => other.id === block.againAfter);
  return answerTo(state, block.id).tries > 0 && !!heard && isOpen(state, heard);
}

function show(
  element: HTMLElement,
  question: Question,
  options: Options,
  player: Player,
  block: BlockData,
  state: State,
  answer: Answer,
  vote: number,
): Own {
  const voted = answer.tries >= vote;
  const [before, now] = votes(block, state, answer, vote);
  question.open(!voted);
  question.skippable(!answer.skipped && answer.tries === 0);
  const figures = element.querySelector<HTMLElement>(".packed");
  if (figures && voted && now) markBar(figures, now, player.word("your_answer"));
  if (voted) {
    options.show(now ? [now] : []);
    options.clearMarks();
    if (now) options.mark(now, player.word("your_answer"), "is-yours");
    question.say(verdict("is-noted", thanks(player, block, before, now)));
  } else if (answer.skipped) question.say(make("p", "", player.word("skipped")));
  return { voted, before, now };
}

/** Shows in figures of others which answer was the learner's own. */
function markBar(figures: HTMLElement, id: string, words: string): void {
  const bar = figures.querySelector(`[data-option="${id}"] .bar-words`);
  bar?.append(" ", make("span", "mark", icon("dot"), words));
}

/** The votes that are known: what was said before, and what this asking of the poll got. */
function votes(
  block: BlockData, state: State, answer: Answer, vote: number,
): [string | undefined, string | undefined] {
  const known = answer.value;
  if (block.first) return [answerTo(state, block.first).value[0], known[0]];
  // Of two votes, an earlier visit's are not kept: then `known` holds this visit's alone.
  const missing = answer.tries - known.length;
  return vote === 1 ? [undefined, known[-missing]] : [known[-missing], known[1 - missing]];
}

function thanks(player: Player, block: BlockData, before?: string, now?: string): string {
  const words = (id: string): string =>
    block.interaction?.components?.find((component) => component.id === id)?.text ?? "";
  if (!now) return player.word("voted_before");
  if (!before) return player.word("voted", { answer: words(now) });
  if (before === now) return player.word("same_view", { now: words(now) });
  return player.word("before_now", { before: words(before), now: words(now) });
}
