/**
 * Learners who do at random what a module lets them do, the same for the same seed: for tests
 * that must not depend on what somebody thought of.
 */

import { answerTo, blocksOf } from "./answers";
import { draw } from "./attempt";
import { isQuiz } from "./quiz";
import { type Dice, shuffled } from "./shuffle";
import { fresh, isEnding, reduce, scenesOn } from "./state";
import type { Action, BlockData, ModuleData, State } from "./types";

export function oneOf<Thing>(random: Dice, things: readonly Thing[]): Thing | undefined {
  return things[random(things.length)];
}

/** Where a learner stands after that many actions, some of which change nothing. */
export function learner(data: ModuleData, random: Dice, count: number): State {
  let state = fresh(data);
  for (let left = count; left > 0; left -= 1) {
    state = reduce(data, state, randomAction(data, state, random));
  }
  return state;
}

function randomAction(data: ModuleData, state: State, random: Dice): Action {
  const kind = random(20);
  const block = oneOf(random, blocksOf(data).filter((each) => each.interaction || isQuiz(each)));
  if (kind === 0) return { type: "key", key: keyOf(random) };
  if (kind === 1) return { type: "retake" };
  const film = oneOf(random, data.films ?? []);
  if (kind === 2 && film) return watching(film, random);
  if (kind < 7 || !block) return { type: "visit", step: oneOf(random, data.steps)?.id ?? "" };
  if (isQuiz(block)) {
    return { type: "begin", block: block.id, drawn: draw(data, state, block, random) };
  }
  if (kind < 10) return { type: "skip", block: block.id };
  return { type: "answer", block: block.id, value: randomAnswer(block, state, random) };
}

function watching(film: string, random: Dice): Action {
  const seen = oneOf(random, ["watched", "read", undefined] as const);
  return { type: "watch", film, at: random(2) * random(9_999), ...(seen ? { seen } : {}) };
}

function keyOf(random: Dice): string {
  return Array.from({ length: 22 }, () => "abcXYZ019-_"[random(11)]).join("");
}

/** What the block's component could send. */
export function randomAnswer(block: BlockData, state: State, random: Dice): string[] {
  const { type, components = [], targets = [] } = block.interaction ?? {};
  const ids = components.map(({ id }) => id);
  if (type === "fill-in") return [];
  if (block.scenes) return onward(block, answerTo(state, block.id).value, random);
  if (type === "numeric") return [String((random(20_000) - 10_000) / 8)];
  if (type === "matching") return ids.map((id) => `${id}.${oneOf(random, targets)?.id}`);
  if (type === "sequencing") return shuffled(ids, random);
  if (block.several) return some(ids, random);
  return ids.length ? [ids[random(ids.length)] ?? ""] : [];
}

/** One turn further along a scenario, or back to its start. */
function onward(block: BlockData, path: string[], random: Dice): string[] {
  if (isEnding(block, path) || random(6) === 0) return [];
  const scene = scenesOn(block, path).pop() ?? "";
  return [...path, oneOf(random, Object.keys(block.scenes?.[scene] ?? {})) ?? ""];
}

/** At least one of them. */
function some(ids: string[], random: Dice): string[] {
  const sure = random(ids.length);
  return ids.filter((_, at) => at === sure || random(2) === 0);
}
