/** Chance: from whatever dice are given, or from words, so that it falls the same again. */

import { sumOf } from "./checksum";

/** A whole number below another. */
export type Dice = (below: number) => number;

/** Dice that fall the same for the same seed (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Every order is as likely as any other (Fisher and Yates), if every number is. */
export function shuffled<Thing>(things: readonly Thing[], random: Dice): Thing[] {
  const mixed = [...things];
  for (let left = mixed.length; left > 1; left -= 1) {
    mixed.push(...mixed.splice(random(left), 1));
  }
  return mixed;
}

/** An order that looks like chance, and is the same for the same words. */
export function shuffledBy<Thing>(things: readonly Thing[], words: string): Thing[] {
  return shuffled(things, dice(sumOf(words)));
}
