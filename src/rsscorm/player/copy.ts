/** Opening a record: what the LMS holds, and what this device kept where that is more. */

import { answerTo, blocksOf, own } from "./answers";
import { sumOf } from "./checksum";
import { decode } from "./resume";
import { unite } from "./state";
import type { Copy, Entry, Launch, ModuleData, State } from "./types";

/** A short mark of a resume text: enough to know it again. */
export function markOf(text: string): string {
  return sumOf(text).toString(36);
}

/**
 * What of a copy the LMS lacks, where it holds this resume text: undefined where it has all.
 * Where the text is none of the copy's, the record was changed on another device meanwhile. A
 * comma at its end: another value came last (`alternates.ts`), of whatever was to be told.
 */
export function lacking(data: ModuleData, copy: Copy | undefined, held: string): Copy | undefined {
  if (!copy) return undefined;
  const isOther = held.endsWith(",");
  const at = copy.sent.lastIndexOf(markOf(held.replace(/,$/, "")));
  if (at >= 0 && at === copy.sent.length - 1 && !isOther) return undefined;
  const there = decode(data, held);
  const isLacked = ({ block, tries, after }: Entry): boolean =>
    at >= 0 ? isOther || after > at : answerTo(there, block).tries < tries;
  return { ...copy, isNewer: at >= 0, entries: copy.entries.filter(isLacked) };
}

/** The learner's state at a launch. */
export function opened(data: ModuleData, { resume, recorded, copy }: Launch): State {
  const held = decode(data, resume, recorded);
  if (!copy) return held;
  const mine = decode(data, copy.resume, recorded);
  return copy.isNewer ? mine : apart(data, unite(held, mine), held);
}

/** Two devices may have given the same place in the LMS's record away: what it holds there stays. */
function apart(data: ModuleData, state: State, held: State): State {
  const owners = new Map<number, string>();
  for (const [id, { records }] of Object.entries(held.answers)) {
    for (const place of records) owners.set(place, id);
  }
  const answers = { ...state.answers };
  let { next } = state;
  for (const { id } of blocksOf(data)) {
    const answer = own(answers, id);
    const isTaken = (place: number): boolean => (owners.get(place) ?? id) !== id;
    if (!answer?.records.some(isTaken)) continue;
    const records = answer.records.map((place) => (isTaken(place) ? next++ : place));
    answers[id] = { ...answer, records };
  }
  return { ...state, answers, next };
}
