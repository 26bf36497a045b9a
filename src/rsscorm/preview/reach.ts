/** A learner who has got so far: all that comes before a step is answered, as well as can be. */

import { isEnding, isVote, scenesOn } from "../player/state";
import { bankOf, isQuiz } from "../player/quiz";
import type { BlockData, ModuleData, Player } from "../player/types";

/** "Far" is a step's id, or "end". The player tells the LMS of each answer as always. */
export function reach(player: Player, far: string): void {
  for (const step of player.data.steps) {
    player.dispatch({ type: "visit", step: step.id });
    if (step.id === far) return;
    for (const block of step.blocks) answer(player, block);
  }
}

function answer(player: Player, block: BlockData): void {
  const { data } = player;
  if (isQuiz(block)) {
    const drawn = bankOf(data, block).slice(0, block.draw).map(({ id }) => id);
    return player.dispatch({ type: "begin", block: block.id, drawn });
  }
  if (!block.interaction) return;
  const votes = isVote(data, block) && block.againAfter ? 2 : 1;
  const value = answerTo(block);
  for (let vote = 0; vote < votes; vote += 1) {
    player.dispatch({ type: "answer", block: block.id, value });
  }
}

/** The right answer where there is one, and else the first. */
export function answerTo(block: BlockData): string[] {
  const { correct, components, type } = block.interaction ?? {};
  if (block.scenes) return pathThrough(block);
  if (type === "fill-in" || type === "performance") return [];
  return correct ?? components?.slice(0, 1).map(({ id }) => id) ?? [];
}

/** The first option of each scene, to an ending. */
function pathThrough(block: BlockData): string[] {
  const path: string[] = [];
  while (!isEnding(block, path)) {
    const scene = scenesOn(block, path).pop() ?? "";
    path.push(Object.keys(block.scenes?.[scene] ?? {})[0] ?? "");
  }
  return path;
}

/** Whether a module has a step of that id, or "end" is meant. */
export function canReach(data: ModuleData, far: string): boolean {
  return far === "end" || data.steps.some(({ id }) => id === far);
}

