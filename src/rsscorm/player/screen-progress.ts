/**
 * How far the learner has come, in words: the minutes left in the head of each step, the steps
 * done and a slim line in the side, and what to do when all that is needed is done.
 */

import { isBeingRead, minutesLeft, minutesLeftInAll, whole } from "./minutes";
import { all, find, link } from "./screen-dom";
import { isStepDone, neededSteps } from "./state";
import { sum } from "./sum";
import type { Player, State, StepData } from "./types";

/** What it returns is told where the learner is: a step's id, or `end`. */
export function mountProgress(player: Player): (place: string) => void {
  let onScreen = "";
  let wasComplete = player.standing.complete;
  const praise = all(document, ".all-done");
  const update = (): void => {
    const { state, data } = player;
    // The time left in a step hangs on all the others: that of the one on screen alone is told.
    const current = data.steps.find(({ id }) => id === onScreen);
    if (current) showTime(player, current, onScreen);
    showSide(player, state, onScreen);
    const { complete } = player.standing;
    for (const box of praise) box.hidden = !complete;
    if (complete && !wasComplete) player.announce(player.word("all_done"));
    wasComplete = complete;
  };
  player.subscribe(update);
  return (place) => {
    onScreen = place;
    update();
  };
}

function showTime(player: Player, step: StepData, onScreen: string): void {
  const line = find(document, `#s_${step.id} .step-time`);
  const [word, here, module] = timeLeft(player, step, onScreen);
  const key = [word, here, module].join();
  if (line.dataset.left === key) return;
  line.dataset.left = key;
  const values = { step: minutes(player, here), module, minutes: minutes(player, module) };
  line.replaceChildren(". ", player.word(`left_${word}`, values));
  if (word.startsWith("none")) line.append(" ", link("#end", player.word("see_record")));
}

/** Which words say it, with whole minutes of this step and of the module. */
function timeLeft(player: Player, step: StepData, onScreen: string): [string, number, number] {
  const { state, data, standing } = player;
  const here = minutesLeft(state, step, onScreen);
  const others = neededSteps(data).filter((other) => other !== step);
  const module = whole(here + sum(others.map((other) => minutesLeft(state, other, onScreen))));
  const suffix = hasOptional(player) ? "_needed" : "";
  if (here && module > whole(here)) return [`both${suffix}`, whole(here), module];
  if (here) return ["step", whole(here), module];
  if (module) return [`module${suffix}`, 0, module];
  return [standing.complete ? "none" : "none_below", 0, 0];
}

function hasOptional({ data }: Player): boolean {
  return neededSteps(data).length < data.steps.length;
}

function showSide(player: Player, state: State, onScreen: string): void {
  const needed = neededSteps(player.data);
  const left = minutesLeftInAll(player.data, state, onScreen);
  const isDone = (step: StepData): boolean =>
    isStepDone(state, step) && !isBeingRead(state, step, onScreen);
  const done = needed.filter(isDone).length;
  const key = `progress_${left ? "left" : "done"}${hasOptional(player) ? "_needed" : ""}`;
  const values = { done, total: needed.length, minutes: minutes(player, whole(left)) };
  const isOver = player.standing.complete && !left;
  const words = isOver ? player.word("all_done") : player.word(key, values);
  const line = find(document, ".progress-words");
  if (line.textContent !== words) line.textContent = words;
  const total = sum(needed.map((step) => step.minutes));
  const share = total ? Math.round((100 * (total - left)) / total) : 100;
  find(document, ".progress-line .solid").setAttribute("width", String(share));
}

function minutes(player: Player, count: number): string {
  return player.word(count === 1 ? "minute" : "minutes", { count });
}
