/**
 * What a poll service tells of a poll, read into one known form or not at all: whatever else it
 * sends, nothing of it reaches the page. It answers in ids and whole numbers, never in words.
 */

import { own } from "./answers";
import type { Figures, Told } from "./types";

/** Characters of an answer; the figures of the largest poll take half of it. */
const MOST = 65_536;
/** By how fine shares are: the smallest and the largest told, which mean "or less", "or more". */
export const EDGES: Record<number, [number, number]> = { 10: [1, 9], 20: [1, 19], 100: [4, 96] };
const PERCENT = EDGES[100] as [number, number];
const PEOPLE = 1e9;

/** The text of an answer; rejects where it is too long or no UTF-8. */
export async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    text += decoder.decode(value, { stream: !done });
    if (text.length > MOST) throw new Error("The service tells too much");
    if (done) return text;
  }
}

/** Of a poll with these options, in their order; undefined where it is not of the known form. */
export function parseTold(text: string, options: string[]): Told | undefined {
  try {
    return readTold(JSON.parse(text), options);
  } catch {
    return undefined;
  }
}

export function readTold(value: unknown, options: string[]): Told | undefined {
  try {
    return told(value, options);
  } catch {
    return undefined;
  }
}

function told(value: unknown, options: string[]): Told {
  const given = table(value);
  if (own(given, "figures") === undefined) throw new Error("It says nothing of figures");
  const figures = (name: string): Figures | null =>
    perhaps(own(given, name), (part) => figuresOf(part, options));
  const row = (cells: unknown): (number | null)[] =>
    each(cells, options, (cell) => perhaps(cell, (share) => whole(share, ...PERCENT)));
  return {
    figures: figures("figures"),
    before: figures("before"),
    changed: perhaps(own(given, "changed"), (part) => whole(part, 1, 9)),
    moves: perhaps(own(given, "moves"), (part) => each(part, options, row)),
    cohort: figures("cohort"),
  };
}

function figuresOf(value: unknown, options: string[]): Figures {
  const given = table(value);
  const of = whole(own(given, "of"), 10, 100);
  const edges = own(EDGES, String(of));
  if (!edges) throw new Error("Shares are of 10, 20 or 100");
  return {
    moreThan: whole(own(given, "moreThan"), 1, PEOPLE),
    of,
    shares: each(own(given, "shares"), options, (share) => whole(share, ...edges)),
  };
}

function each<Part>(value: unknown, names: string[], read: (part: unknown) => Part): Part[] {
  const given = table(value);
  return names.map((name) => read(own(given, name)));
}

function perhaps<Part>(value: unknown, read: (part: unknown) => Part): Part | null {
  return value === null || value === undefined ? null : read(value);
}

function table(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Error("A table belongs here");
}

function whole(value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) {
    return value as number;
  }
  throw new Error("Another number belongs here");
}
