/**
 * The device's own copy of what an LMS may not have kept: sealed with the key that is in the
 * learner's resume data (`cipher.ts`), and read at the next launch. Without that key it is
 * useless: to the next learner, and to a new attempt, which begins with an empty record.
 */

import { canKeep, placeOf, seal, unseal } from "./cipher";
import type { Copy, Entry } from "./types";

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
/** Others keep things in the same storage, and call them what they like. */
const OURS = /^copy-[\da-f]{32}$/;
/** Browsers are shared, and so is their room: the copies that have waited longest make way. */
const MOST = 20;

/** Copies in the browser's own storage; `module` is the id of the module that they are of. */
export function deviceVault(module: string): Vault {
  let turn = Promise.resolve(true);
  const place = async (key: string): Promise<string> => PREFIX + (await placeOf(key, module));
  const keep = async (key: string, copy: Copy): Promise<boolean> => {
    if (!key || !canKeep()) return false;
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
        const stored = key && canKeep() && localStorage.getItem(await place(key));
        if (!stored) return undefined;
        const text = await unseal(key, stored.slice(stored.indexOf(".") + 1));
        const copy: unknown = JSON.parse(text);
        return isCopy(copy) ? copy : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

function makeRoom(name: string): void {
  const age = (other: string): number => parseInt(localStorage.getItem(other) ?? "", 10) || 0;
  const others = Object.keys(localStorage)
    .filter((other) => OURS.test(other) && other !== name)
    .sort((one, other) => age(other) - age(one));
  for (const old of others.slice(MOST - 1)) localStorage.removeItem(old);
}

/** Another version of the player may have written it, or a script that found the key. */
function isCopy(value: unknown): value is Copy {
  const { resume, sent, entries, statements = [] } = (value ?? {}) as Partial<Copy>;
  return (
    isText(resume) &&
    isList(sent, isText) &&
    isList(entries, isEntry) &&
    isList(statements, isStatement)
  );
}

function isEntry(value: unknown): boolean {
  const { block, vote, tries, after, fields } = (value ?? {}) as Partial<Entry>;
  const isField = (field: unknown): boolean =>
    isList(field, isText) && (field as string[]).length === 2;
  const areNumbers = [vote, tries, after].every((number) => typeof number === "number");
  return isText(block) && areNumbers && isList(fields, isField);
}

function isStatement(value: unknown): boolean {
  const { verb, object } = (value ?? {}) as { verb?: { id?: unknown }; object?: { id?: unknown } };
  return isText(verb?.id) && isText(object?.id);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isList(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}
