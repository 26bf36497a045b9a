/**
 * The device's own copy of what an LMS may not have kept: sealed with the key that is in the
 * learner's resume data (`cipher.ts`), and read at the next launch. Without that key it is
 * useless: to the next learner, and to a new attempt, which begins with an empty record.
 */

import { canSeal, placeOf, seal, unseal } from "./cipher";
import type { Copy } from "./types";

export interface Vault {
  /** Resolves to whether it is kept; the latest copy is the one that stays. */
  write(key: string, copy: Copy): Promise<boolean>;
  /** Undefined where there is none to be had. */
  read(key: string): Promise<Copy | undefined>;
}

export const noVault: Vault = {
  write: () => Promise.resolve(false),
  read: () => Promise.resolve(undefined),
};

const PREFIX = "copy-";
/** Browsers are shared, and so is their room: the copies that have waited longest make way. */
const MOST = 20;

/** Copies in the browser's own storage; `module` is the id of the module that they are of. */
export function deviceVault(module: string): Vault {
  let turn = Promise.resolve(true);
  const place = async (key: string): Promise<string> => PREFIX + (await placeOf(key, module));
  const keep = async (key: string, copy: Copy): Promise<boolean> => {
    if (!key || !canSeal()) return false;
    const [name, sealed] = [await place(key), await seal(key, JSON.stringify(copy))];
    makeRoom(name);
    localStorage.setItem(name, `${Date.now()}.${sealed}`);
    return true;
  };
  return {
    write(key, copy) {
      turn = turn.then(() => keep(key, copy)).catch(() => false);
      return turn;
    },
    async read(key) {
      try {
        const stored = key && canSeal() && localStorage.getItem(await place(key));
        if (!stored) return undefined;
        const text = await unseal(key, stored.slice(stored.indexOf(".") + 1));
        return JSON.parse(text) as Copy;
      } catch {
        return undefined;
      }
    },
  };
}

function makeRoom(name: string): void {
  const age = (other: string): number => parseInt(localStorage.getItem(other) ?? "", 10) || 0;
  const others = Object.keys(localStorage)
    .filter((other) => other.startsWith(PREFIX) && other !== name)
    .sort((one, other) => age(other) - age(one));
  for (const old of others.slice(MOST - 1)) localStorage.removeItem(old);
}
