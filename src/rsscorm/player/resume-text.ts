/**
 * Resume data as a text and its parts (see `resume`): what each part says, as far as it can be
 * read, and whether all is as it was written. Nothing here knows of answers.
 */

import { blocksOf } from "./answers";
import { sumOf } from "./checksum";
import type { ModuleData } from "./types";

/** Characters of the code of a step or block, of an option, and of a place in the LMS's record. */
export const CODE = 4;
export const OPTION = 3;
export const PLACE = 2;

/** How many places a question has at most, and by how much each raises its digit of marks. */
const MOST_PLACES = 2;
export const PLACE_MARK = 16;

export const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const FORM = /^a[12]/;
const KEY = /^[\w-]{22}$/;
const ENTRY = /^.{4}([^\W_])([^\W_])(.*)$/s;
const SEALED = /^((?:[^/]*\/){3})(_\w{3})(_\w{3})(.*)$/s;

/**
 * What was written before there were seals, when no answer was a number yet; the digit of marks
 * says how many places follow.
 */
const D = "[^\\W_]";
const UNSEALED_ENTRY = `${D}{4}([0-9A-F]${D}|[G-V]${D}{3}|[W-Za-l]${D}{5})(${D}{3})*(,|$)`;
const UNSEALED = new RegExp(
  `^a[12]${D}{4}/([\\w-]{22})?/${D}{2}/(${D}{4})*/(${UNSEALED_ENTRY})*$`,
);

/**
 * What has become of a text: `sealed` is exactly as it was written; `unsealed`, as far as its form
 * tells; `spoilt`, cut off, altered or of a form that isn't known; `foreign`, of another module.
 */
export type Condition = "empty" | "sealed" | "unsealed" | "spoilt" | "foreign";

/** What a text says, part by part: codes as they stand there, known or not. */
export interface Parts {
  condition: Condition;
  isFirstForm: boolean;
  place: string;
  key: string;
  next: number;
  seen: string[];
  /** By the code of their block. */
  entries: Map<string, Entry>;
}

/** What is said of a block; `value` is its answer, not read yet. */
export interface Entry {
  marks: number;
  tries: number;
  places: number[];
  value: string;
}

export function partsOf(data: ModuleData, text: string, recorded = 0): Parts {
  const said = text.trim().replace(/,$/, "");
  const parts = FORM.test(said) ? said.split("/") : [];
  const [head = "", key = "", next = "", seen = "", ...rest] = parts;
  const condition = conditionOf(data, said);
  const most = mostPlaces(data, condition, recorded);
  const entries = rest.join("/").split(",");
  return {
    condition,
    isFirstForm: said.startsWith("a1"),
    place: head.slice(2),
    key: KEY.test(key) ? key : "",
    next: next.length === PLACE ? Math.min(number(next) || 0, most) : 0,
    seen: slices(seen, CODE),
    entries: new Map(entries.flatMap((entry) => entryOf(entry, most))),
  };
}

/**
 * What every place in the LMS's record is below: there must be room for all answers still to
 * come, and of data that is spoilt no place is believed that its learner can't have come to.
 */
function mostPlaces(data: ModuleData, condition: Condition, recorded: number): number {
  const room = MOST_PLACES * blocksOf(data).length;
  return condition === "spoilt" ? recorded + room : DIGITS.length ** PLACE - room;
}

function entryOf(text: string, most: number): [string, Entry][] {
  const [, first = "", second = "", rest = ""] = ENTRY.exec(text) ?? [];
  if (!first) return [];
  const marks = number(first);
  const end = PLACE * Math.min(Math.floor(marks / PLACE_MARK), MOST_PLACES);
  const places = slices(rest.slice(0, end), PLACE)
    .map(number)
    .filter((place) => place < most);
  return [[text.slice(0, CODE), { marks, tries: number(second), places, value: rest.slice(end) }]];
}

function conditionOf(data: ModuleData, text: string): Condition {
  const [, head = "", owner = "", sum, tail = ""] = SEALED.exec(text) ?? [];
  if (!text) return "empty";
  if (!sum) return UNSEALED.test(text) ? "unsealed" : "spoilt";
  if (!FORM.test(text) || sum !== checksum(head + owner + tail)) return "spoilt";
  return owner === checksum(data.id) ? "sealed" : "foreign";
}

/** The text with its seal between the two. */
export function sealed(data: ModuleData, head: string, tail: string): string {
  const owner = checksum(data.id);
  return head + owner + checksum(head + owner + tail) + tail;
}

/** One in 238,328 of all other texts has the same. */
function checksum(text: string): string {
  return `_${digits(sumOf(text) % DIGITS.length ** 3, 3)}`;
}

export function slices(text: string, length: number): string[] {
  return text.match(new RegExp(`.{${length}}`, "gs")) ?? [];
}

export function digits(value: number, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest = Math.floor(rest / DIGITS.length)) {
    text = (DIGITS[rest % DIGITS.length] ?? "0") + text;
  }
  return text;
}

/** NaN where a sign is no digit. */
export function number(text: string): number {
  const values = [...text].map((digit) => DIGITS.indexOf(digit));
  if (values.includes(-1)) return NaN;
  return values.reduce((sum, value) => sum * DIGITS.length + value, 0);
}
