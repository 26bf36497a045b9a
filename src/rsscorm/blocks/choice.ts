/** Choices, of one option or several: which are marked, and what is said of them. */

import { blocksOf, wordsOf } from "../player/answers";
import type { Answer, Behaviour, BlockData, Player } from "../player/types";
import { compare } from "./comparison";
import { optionsOf, type Options } from "./options";
import type { Look } from "./question";
import { held, score } from "./scored";

export const behaviour: Behaviour = (element, block, player) => {
  const options = optionsOf(element, player);
  const poll = blocksOf(player.data).find(({ first }) => first === block.id);
  const compareWith = poll && compare(element, poll, player, 1);
  const field = {
    ...options,
    markAnswer: (answer: Answer, spent: boolean) =>
      markAnswer(options, block, player, answer, spent),
    partly: ({ value }: Answer) =>
      value.flatMap((id) => held(element, `[data-option="${id}"]`, headingOf(block, id))),
  };
  score(element, block, player, field, ({ tries, value }) =>
    compareWith?.({ voted: tries > 0, now: value[0] }),
  );
};

/** Of several options, each is named above what is said of it. */
function headingOf({ several, interaction }: BlockData, id: string): string {
  return several ? wordsOf(interaction?.components, id) : "";
}

function markAnswer(
  options: Options, block: BlockData, player: Player, answer: Answer, spent: boolean,
): void {
  const correct = block.interaction?.correct;
  const look = (id: string): Look => {
    if (!correct) return "is-yours";
    return correct.includes(id) && (spent || answer.right) ? "is-right" : "is-wrong";
  };
  // In a choice of several a single option is not called wrong while it may be tried again.
  const yours = correct && block.several && !spent ? () => "is-yours" as const : look;
  for (const id of answer.value) options.mark(id, player.word("your_answer"), yours(id));
  if (!spent || answer.right) return;
  const missed = correct?.filter((id) => !answer.value.includes(id)) ?? [];
  for (const id of missed) options.mark(id, player.word("right_answer"), "is-right");
}
