/** A learner's own words: kept on this device alone, sealed with the learner's key (`cipher.ts`). */

import { canKeep, placeOf, seal, unseal } from "./cipher";
import type { Notes } from "./types";

/**
 * Notes under the key that the learner's record holds; `key` gives "" where it can hold none.
 * Until it is known to hold it, nothing is kept that a later visit could read.
 */
export function deviceNotes(key: () => string, isHeld: () => boolean): Notes {
  /** Of this visit: shown again on this page even where nothing can be kept. */
  const visit = new Map<string, string>();
  /** One after another, so that the latest words are the last to be stored. */
  let turn = Promise.resolve(true);
  return {
    get keeps() {
      return key() !== "" && canKeep();
    },
    async read(block) {
      return visit.get(block) ?? (await unlocked(key(), block).catch(() => ""));
    },
    write(block, text) {
      visit.set(block, text);
      turn = turn.then(() => lock(key(), block, text)).catch(() => false);
      return turn.then((isStored) => isStored && isHeld());
    },
  };
}

async function noteOf(key: string, block: string): Promise<string> {
  return `note-${await placeOf(key, block)}`;
}

async function unlocked(key: string, block: string): Promise<string> {
  const stored = key && localStorage.getItem(await noteOf(key, block));
  return stored ? unseal(key, stored) : "";
}

/** Storage may be full, and throws then: nothing is kept. */
async function lock(key: string, block: string, text: string): Promise<boolean> {
  if (!key) return false;
  localStorage.setItem(await noteOf(key, block), await seal(key, text));
  return true;
}
