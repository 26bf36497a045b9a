/** How many minutes are left, by the authors' minutes of what is not done: no clock runs here. */

import { neededSteps, waiting } from "./state";
import { sum } from "./sum";
import type { ModuleData, State, StepData } from "./types";

/**
 * Minutes, not yet rounded, until a step is done. They are shared among what the step asks, and
 * what is settled takes its share with it.
 */
export function minutesLeft(state: State, step: StepData, onScreen: string): number {
  if (!state.seen.includes(step.id) || isBeingRead(state, step, onScreen)) return step.minutes;
  const asks = step.blocks.filter((block) => block.holds).length;
  return asks ? (step.minutes * waiting(state, step).length) / asks : 0;
}

/**
 * Whether a step that asks nothing is read for the first time: on screen, and seen last of all.
 * By the rule it is done already; a learner who has just come would not believe that.
 */
export function isBeingRead(state: State, step: StepData, onScreen: string): boolean {
  const isNew = onScreen === step.id && state.seen[state.seen.length - 1] === step.id;
  return isNew && !step.blocks.some((block) => block.holds);
}

/** The same of all steps that the module's rule of completion asks for. */
export function minutesLeftInAll(data: ModuleData, state: State, onScreen: string): number {
  return sum(neededSteps(data).map((step) => minutesLeft(state, step, onScreen)));
}

/** Whole minutes to say; never none while something is left. */
export function whole(minutes: number): number {
  return minutes > 0 ? Math.max(1, Math.round(minutes)) : 0;
}
