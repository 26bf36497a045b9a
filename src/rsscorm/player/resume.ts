/**
 * Resume data: a learner's state as at most 4,096 characters of ASCII that begin with a letter,
 * since some LMSs compare stored and new values loosely, as numbers.
 *
 *     a1PLACE/KEY/NEXT/SEEN.../ENTRY,ENTRY...
 *
 * PLACE and SEEN are codes of steps, NEXT two digits, ENTRY the code of a block, a digit of
 * marks, one of tries, two for each place in the LMS's record, then its answer as codes of
 * options. All digits are base 62. The codes come from the author's ids alone, so data written
 * for one edition opens in every other; what an edition no longer has is dropped.
 * `rsscorm.module.longest_resume` proves how long it can become.
 */

import { blocksOf, fresh, given, keeps } from "./state";
import type { Answer, BlockData, ModuleData, State } from "./types";

const FORM = /^a1(\w{4})\/([\w-]{0,22})\/(\w\w)\/(\w*)\/(.*)$/;
const ENTRY = /^(\w{4})(\w)(\w)(.*)$/;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const STEP = 4;
const OPTION = 3;
const PLACE = 2;
const MOST_PLACES = 2;
const LONGEST_NUMBER = 18;

export function encode(data: ModuleData, state: State): string {
  const codeOf = (step: string): string => data.steps.find(({ id }) => id === step)?.code ?? "0000";
  const entries = blocksOf(data)
    .filter((block) => given(state.answers, block.id))
    .map((block) => encodeAnswer(block, state.answers[block.id] as Answer, keeps(data, block)));
  const head = `a1${codeOf(state.place)}/${state.key}/${digits(state.next, PLACE)}`;
  return `${head}/${state.seen.map(codeOf).join("")}/${entries.join()}`;
}

/**
 * The state that a text stands for; anything that can't be read is left out, in the worst case
 * everything. `recorded` is how many interactions the LMS says it holds.
 */
export function decode(data: ModuleData, text: string, recorded = 0): State {
  const [, place, key = "", next = "0", seen = "", entries = ""] = FORM.exec(text) ?? [];
  const state = fresh(data, Math.max(recorded, number(next)));
  if (!place) return state;
  const stepOf = new Map(data.steps.map(({ id, code }) => [code, id]));
  const codes = [...slices(seen, STEP), place];
  const known = codes.map((code) => stepOf.get(code)).filter((id) => id !== undefined);
  return {
    ...state,
    place: stepOf.get(place) ?? state.place,
    seen: [...new Set(known.length ? known : state.seen)],
    answers: decodeAnswers(data, entries.split(",")),
    key,
  };
}

function encodeAnswer(block: BlockData, answer: Answer, kept: boolean): string {
  const { skipped, right, best, records } = answer;
  const marks = +skipped + 2 * +(right !== null) + 4 * +!!right + 8 * +best + 16 * records.length;
  const places = records.map((place) => digits(place, PLACE)).join("");
  const tries = digits(Math.min(answer.tries, DIGITS.length - 1), 1);
  return block.code + digits(marks, 1) + tries + places + (kept ? encodeValue(block, answer) : "");
}

function encodeValue(block: BlockData, { value }: Answer): string {
  if (block.interaction?.type === "numeric") {
    return value
      .join("")
      .replace(/[^\d.-]/g, "")
      .slice(0, LONGEST_NUMBER);
  }
  const ids = value.flatMap((id) => id.split("."));
  return ids.map((id) => block.codes[id] ?? "").join("");
}

function decodeAnswers(data: ModuleData, entries: string[]): Record<string, Answer> {
  const blockOf = new Map(blocksOf(data).map((block) => [block.code, block]));
  const answers: Record<string, Answer> = {};
  for (const entry of entries) {
    const [, code = "", marks = "0", tries = "0", rest = ""] = ENTRY.exec(entry) ?? [];
    const block = blockOf.get(code);
    if (block?.interaction)
      answers[block.id] = decodeAnswer(block, number(marks), number(tries), rest);
  }
  return answers;
}

function decodeAnswer(block: BlockData, marks: number, tries: number, rest: string): Answer {
  const end = PLACE * Math.min(marks >> 4, MOST_PLACES);
  return {
    value: decodeValue(block, rest.slice(end)),
    tries,
    right: marks & 2 ? (marks & 4) > 0 : null,
    best: (marks & 8) > 0,
    skipped: (marks & 1) > 0,
    records: slices(rest.slice(0, end), PLACE).map(number),
  };
}

function decodeValue(block: BlockData, text: string): string[] {
  const type = block.interaction?.type;
  if (type === "numeric") return text ? [text] : [];
  const idOf = new Map(Object.entries(block.codes).map(([id, code]) => [code, id]));
  const ids = slices(text, OPTION).map((code) => idOf.get(code));
  if (type !== "matching") return ids.filter((id) => id !== undefined);
  const pairs = ids.map((left, at) => `${left}.${ids[at + 1]}`);
  return pairs.filter((pair, at) => at % 2 === 0 && !pair.includes("undefined"));
}

function slices(text: string, length: number): string[] {
  return text.match(new RegExp(`.{${length}}`, "g")) ?? [];
}

function digits(value: number, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest = Math.floor(rest / DIGITS.length)) {
    text = (DIGITS[rest % DIGITS.length] ?? "0") + text;
  }
  return text;
}

/** `\w` also lets an underscore through, which counts as nothing. */
function number(text: string): number {
  const values = [...text].map((digit) => Math.max(0, DIGITS.indexOf(digit)));
  return values.reduce((sum, value) => sum * DIGITS.length + value, 0);
}
