/** What a learner's record holds, in words (format.md, What leaves the device). */

import { answerTo, blocksOf } from "./answers";
import { finalScore, isVote, reveals } from "./state";
import type { BlockData, Player } from "./types";

/** One line for each thing that the LMS or LRS has been given, or will be. */
export function recorded(player: Player): string[] {
  const { data, state, standing } = player;
  const score = finalScore(data, standing);
  const status = standing.status === "incomplete" ? "begun" : standing.status;
  const counts = new Map<string, number>();
  // What has a place there, even if it is to be answered again; a quiz's answers are its questions'.
  for (const block of blocksOf(data).filter(({ id }) => answerTo(state, id).records.length)) {
    const word = wordOf(player, block);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const kinds = ["answer", "fact", "poll", "word"];
  return [
    player.word(`recorded_${status}`),
    ...(score === null ? [] : [player.word("recorded_score", { score })]),
    ...kinds.flatMap((word) => counted(player, word, counts.get(word))),
    player.word("recorded_place"),
  ];
}

/** Where answers to polls go besides; nothing where none is sent. */
export function toService({ data, state, comparison, word }: Player): string[] {
  const hasVoted = blocksOf(data).some(
    (block) => isVote(data, block) && answerTo(state, block.id).tries > 0,
  );
  if (!data.polls.service || !comparison.isSent || !hasVoted) return [];
  return [word("recorded_service", { host: new URL(data.polls.service).hostname })];
}

function wordOf({ data }: Player, block: BlockData): string {
  if (reveals(data, block)) return "answer";
  if (block.interaction?.type === "fill-in") return "word";
  return isVote(data, block) ? "poll" : "fact";
}

function counted(player: Player, word: string, count = 0): string[] {
  if (!count) return [];
  return [player.word(`recorded_${word}${count === 1 ? "" : "s"}`, { count })];
}
