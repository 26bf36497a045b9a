/** Chance that can be had again: the same for the same seed, or the same words. */

import { sumOf } from "./checksum";

/** A whole number below another. */
export type Dice = (below: number) => number;

/** A small generator of random numbers (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Dice that fall alike for the same words: a learner's key and a block's id, say. */
export function diceOf(...words: string[]): Dice {
  return dice(sumOf(words.join("/")));
}

export function shuffled<Thing>(things: readonly Thing[], random: Dice): Thing[] {
  const keyed = things.map((thing) => [random(1e9), thing] as const);
  return keyed.sort(([one], [other]) => one - other).map(([, thing]) => thing);
}
