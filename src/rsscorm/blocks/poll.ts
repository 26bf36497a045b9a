/**
 * Polls: asked once, or again after perspectives. A vote is shown to the learner alone; what
 * colleagues answered shows below it once the learner has answered (`comparison.ts`).
 */

import { answerTo, blockOf, wordsOf } from "../player/answers";
import { icon, make } from "../player/screen-dom";
import { isOpen } from "../player/state";
import type { Answer, Behaviour, BlockData, Player, State } from "../player/types";
import { compare } from "./comparison";
import type { Own } from "./comparison-view";
import { holdBack } from "./gate";
import { optionsOf, type Options } from "./options";
import { ask, onAnswer, verdict } from "./question";

export const behaviour: Behaviour = (element, block, player) => {
  const again = "again" in element.dataset;
  if (again) player.subscribe((state) => (element.hidden = !isAskedAgain(player, block, state)));
  else holdBack(element, block, player);
  const options = optionsOf(element, player);
  const question = ask(element, block, player, options);
  const asking = again || block.first ? 2 : block.againAfter ? 1 : 0;
  const compareWith = compare(element, block, player, asking);
  onAnswer(player, block, (answer, state) => {
    const own = votes(block, state, answer, again ? 2 : 1);
    question.open(!own.voted);
    question.skippable(!answer.skipped && answer.tries === 0);
    if (own.voted) {
      markVote(element, options, player.word("your_answer"), own.now);
      question.say(verdict("is-noted", thanks(player, block, own)));
    } else if (answer.skipped) question.say(make("p", "", player.word("skipped")));
    compareWith(own);
  });
};

/** Once there was a first vote, and the perspectives can be read. */
function isAskedAgain({ data }: Player, block: BlockData, state: State): boolean {
  const heard = blockOf(data, block.againAfter ?? "");
  return answerTo(state, block.id).tries > 0 && !!heard && isOpen(state, heard);
}

/** Marks the vote among the options, and in the figures that the package carries. */
function markVote(element: HTMLElement, options: Options, words: string, now?: string): void {
  options.show(now ? [now] : []);
  options.clearMarks();
  if (!now) return;
  options.mark(now, words, "is-yours");
  const figures = element.querySelector<HTMLElement>(".packed");
  if (figures) markBar(figures, now, words);
}

/** Shows in figures of others which answer was the learner's own. */
function markBar(figures: HTMLElement, id: string, words: string): void {
  // Where the poll is asked again, this comes once more.
  figures.querySelector(".bar-words > .mark")?.remove();
  const bar = figures.querySelector(`[data-option="${id}"] .bar-words`);
  bar?.append(" ", make("span", "mark", icon("dot"), words));
}

/** The votes that are known: what was said before, and what this asking of the poll got. */
function votes(block: BlockData, state: State, { value, tries }: Answer, vote: 1 | 2): Own {
  const voted = tries >= vote;
  if (block.first) return { voted, before: answerTo(state, block.first).value[0], now: value[0] };
  // Of two votes, an earlier visit's are not kept: then `value` holds this visit's alone.
  const missing = tries - value.length;
  if (vote === 1) return { voted, before: undefined, now: value[-missing] };
  return { voted, before: value[-missing], now: value[1 - missing] };
}

function thanks(player: Player, { interaction }: BlockData, own: Own): string {
  const words = (id = ""): string => wordsOf(interaction?.components, id);
  const [before, now] = [words(own.before), words(own.now)];
  if (!own.now) return player.word("voted_before");
  if (!own.before) return player.word("voted", { answer: now });
  return player.word(own.before === own.now ? "same_view" : "before_now", { before, now });
}
