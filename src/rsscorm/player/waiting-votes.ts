/**
 * Votes that wait on this device until the poll service has them: sealed with the key that is in
 * the learner's resume data alone (`cipher.ts`). What is stored says nothing to anybody else at
 * this browser: not whose it is, not of which poll, not how long the answer's id is.
 */

import { canSeal, placeOf, seal, unseal } from "./cipher";

/** One vote's place: a release, a poll in it, and which of its votes. */
export type Place = [release: string, poll: string, vote: number];

export interface Waiting {
  rev: number;
  option: string;
}

const OURS = /^vote-[\da-f]{32}$/;
const WIDTH = 64;
const DAY = 86_400_000;
/** Days that a vote waits. The day of voting stands beside it, no time. */
const LONGEST = 7;
/** Browsers are shared, and so is their room: the votes that have waited longest make way. */
const MOST = 60;

/** Keeps a vote, where anything can be kept; never rejects. */
export async function keepVote(key: string, place: Place, { rev, option }: Waiting): Promise<void> {
  if (!canSeal()) return;
  const sealed = await seal(key, `${rev} ${option}`.padEnd(WIDTH));
  const [name, text] = [await nameOf(key, place), `${today()}.${sealed}`];
  stores().some((store) => does(() => store.setItem(name, text)));
}

export async function dropVote(key: string, place: Place): Promise<void> {
  if (!canSeal()) return;
  const name = await nameOf(key, place);
  for (const store of stores()) does(() => store.removeItem(name));
}

/** The vote that waits in a place; undefined where there is none to be had. */
export async function waitingVote(key: string, place: Place): Promise<Waiting | undefined> {
  if (!canSeal()) return undefined;
  const name = await nameOf(key, place);
  for (const store of stores()) {
    try {
      const stored = store.getItem(name) ?? "";
      const text = await unseal(key, stored.slice(stored.indexOf(".") + 1));
      const [, rev, option = ""] = /^(\d{1,2}) (\S+) *$/.exec(text) ?? [];
      if (option) return { rev: Number(rev), option };
    } catch {
      // None, or spoilt, or another's: there is nothing to be had here.
    }
  }
  return undefined;
}

/** Whoever opens a module here takes out what has waited too long, whose ever it was. */
export function dropOldVotes(): void {
  for (const store of stores()) {
    does(() => {
      const age = (name: string): number =>
        Math.abs(today() - (parseInt(store.getItem(name) ?? "", 10) || 0));
      const names = Object.keys(store).filter((name) => OURS.test(name));
      const byAge = names.sort((one, other) => age(one) - age(other));
      const isOld = (name: string, at: number): boolean => at >= MOST || age(name) > LONGEST;
      for (const name of byAge.filter(isOld)) store.removeItem(name);
    });
  }
}

/** Reading `localStorage` may throw, and so may `sessionStorage`. */
function stores(): Storage[] {
  const found: Storage[] = [];
  does(() => found.push(localStorage));
  does(() => found.push(sessionStorage));
  return found.filter(Boolean);
}

/** Does it, and tells whether that could be done. */
function does(deed: () => void): boolean {
  try {
    deed();
    return true;
  } catch {
    return false;
  }
}

async function nameOf(key: string, place: Place): Promise<string> {
  return `vote-${await placeOf(key, place.join("|"))}`;
}

function today(): number {
  return Math.floor(Date.now() / DAY);
}
