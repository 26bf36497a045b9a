/** An answer as people say it, whatever kind of question it was given to. */

import { answerTo, own, wordsOf } from "./answers";
import { isVote, keeps } from "./state";
import type { Answer, BlockData, InteractionData, Player } from "./types";

type Wording = (block: BlockData, value: string[]) => string[];

const named: Wording = ({ interaction }, value) =>
  value.map((id) => wordsOf(interaction?.components, id));

/** By the type of a question, one line for each part of an answer; a note's are on the device. */
const WORDINGS: Record<InteractionData["type"], Wording> = {
  choice: named,
  likert: named,
  sequencing: named,
  matching: ({ interaction }, value) =>
    value.map((pair) => {
      const [left = "", right = ""] = pair.split(".");
      const to = wordsOf(interaction?.targets, right);
      return `${wordsOf(interaction?.components, left)} → ${to}`;
    }),
  numeric: ({ unit }, value) => value.map((number) => (unit ? `${number} ${unit}` : number)),
  performance: ({ turns = {} }, value) => value.map((id) => own(turns, id) ?? ""),
  "fill-in": () => [],
};

/** Whether the parts of an answer follow one another. */
export function isSequence({ interaction }: BlockData): boolean {
  return interaction?.type === "sequencing" || interaction?.type === "performance";
}

/** The lines of an answer; of a vote that isn't kept only that there was one. */
export function linesOf(player: Player, block: BlockData): string[] {
  const answer = answerTo(player.state, block.id);
  if (!block.interaction) return [];
  if (!keeps(player.data, block)) return answer.tries ? [player.word("you_answered")] : [];
  const lines = WORDINGS[block.interaction.type](block, votes(player, block, answer));
  // A scenario that was begun again.
  const isCleared = !lines.length && answer.tries > 0 && block.interaction.type !== "fill-in";
  if (isCleared) return [player.word("you_answered")];
  const [before, now] = lines;
  if (!isVote(player.data, block) || before === undefined || now === undefined) return lines;
  return [player.word(before === now ? "same_view" : "before_now", { before, now })];
}

/** Of a poll that is the second vote of a choice, that choice's answer comes first. */
function votes(player: Player, { first }: BlockData, { value }: Answer): string[] {
  return first && value.length ? [...answerTo(player.state, first).value, ...value] : value;
}
