/**
 * Resume data: a learner's state as at most 4,096 characters of ASCII that begin with a letter,
 * since some LMSs compare stored and new values loosely, as numbers.
 *
 *     a2PLACE/KEY/NEXT/SEEN.../ENTRY,ENTRY...
 *
 * PLACE and SEEN are codes of steps, NEXT two digits, ENTRY the code of a block, a digit of
 * marks, one of tries, two for each place in the LMS's record, then its answer as codes of
 * options. All digits are base 62. The codes come from the author's ids alone, so data written
 * for one edition opens in every other; an answer that its question doesn't take any more is
 * dropped, which `rsscorm diff` foretells (`rsscorm/diff/fit.py` mirrors `fits`).
 *
 * Every question on a step that was seen has an entry, answered or not, so that one without is
 * known to be new. In `a1`, the first form, only answers had one: there nothing is called new.
 * `rsscorm.module.longest_resume` proves how long it can become.
 */

import {
  NOTHING,
  blocksOf,
  canSkip,
  fresh,
  given,
  isRight,
  isVote,
  keeps,
  scenesOn,
} from "./state";
import type { Answer, BlockData, ModuleData, News, State } from "./types";

const FORM = /^a([12])(\w{4})\/([\w-]{0,22})\/(\w\w)\/(\w*)\/(.*)$/;
const ENTRY = /^\w{4}(\w)(\w)(.*)$/;
const NUMBER = /^-?\d*\.?\d+$|^-?\d+\.$/;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const STEP = 4;
const BLOCK = 4;
const OPTION = 3;
const PLACE = 2;
const MOST_PLACES = 2;
const LONGEST_NUMBER = 18;

/** The digit of marks is a sum of these, and of 16 for each place in the LMS's record. */
const MARK = { skipped: 1, judged: 2, right: 4, best: 8, place: 16 };
/** Right and never judged: no answer is. It marks a question whose answer was dropped. */
const CHANGED = MARK.right;

export function encode(data: ModuleData, state: State): string {
  const codeOf = (step: string): string => data.steps.find(({ id }) => id === step)?.code ?? "0000";
  const entries = blocksOf(data)
    .filter((block) => given(state.answers, block.id) || isKnown(data, state, block))
    .map((block) => encodeEntry(data, state, block));
  const head = `a2${codeOf(state.place)}/${state.key}/${digits(state.next, PLACE)}`;
  return `${head}/${state.seen.map(codeOf).join("")}/${entries.join()}`;
}

/** Whether a question stands where the learner has been, and was there then. */
function isKnown(data: ModuleData, { seen, news }: State, block: BlockData): boolean {
  if (!block.interaction || news[block.id]) return news[block.id] === "changed";
  return data.steps.some(({ id, blocks }) => blocks.includes(block) && seen.includes(id));
}

/**
 * The state that a text stands for; anything that can't be read is left out, in the worst case
 * everything. `recorded` is how many interactions the LMS says it holds.
 */
export function decode(data: ModuleData, text: string, recorded = 0): State {
  const [, form, place = "", key = "", next = "0", seen = "", rest = ""] = FORM.exec(text) ?? [];
  const state = fresh(data, Math.max(recorded, number(next)));
  if (!form) return state;
  const stepOf = new Map(data.steps.map(({ id, code }) => [code, id]));
  const codes = [...slices(seen, STEP), place];
  const known = codes.map((code) => stepOf.get(code)).filter((id) => id !== undefined);
  const entries = new Map(rest.split(",").map((entry) => [entry.slice(0, BLOCK), entry]));
  const before: State = {
    ...state,
    place: stepOf.get(place) ?? state.place,
    seen: [...new Set(known.length ? known : state.seen)],
    news: form === "1" ? {} : newQuestions(data, known, entries),
    key,
  };
  return blocksOf(data).reduce((so, block) => takeUp(data, so, block, entries), before);
}

function newQuestions(data: ModuleData, seen: string[], entries: Map<string, string>): News {
  const there = data.steps.filter(({ id }) => seen.includes(id)).flatMap(({ blocks }) => blocks);
  const strange = there.filter(({ interaction, code }) => interaction && !entries.has(code));
  return Object.fromEntries(strange.map(({ id }) => [id, "new" as const]));
}

/** The state with what an entry says of a question: its answer, or that it is no answer now. */
function takeUp(
  data: ModuleData, state: State, block: BlockData, entries: Map<string, string>,
): State {
  const parts = ENTRY.exec(entries.get(block.code) ?? "");
  if (!parts || !block.interaction) return state;
  const marks = number(parts[1] ?? "");
  const answer = decodeAnswer(block, marks, number(parts[2] ?? ""), parts[3] ?? "");
  const { value, tries, skipped, records } = answer;
  const isEmpty = !value.length && !tries && !skipped;
  const isDropped = isEmpty ? isChanged(marks) : !fits(data, block, answer);
  const kept = isEmpty || isDropped ? { ...NOTHING, records } : answer;
  const hasAnswer = kept === answer || records.length > 0;
  return {
    ...state,
    answers: hasAnswer ? { ...state.answers, [block.id]: kept } : state.answers,
    news: isDropped ? { ...state.news, [block.id]: "changed" } : state.news,
  };
}

function isChanged(marks: number): boolean {
  return (marks & (MARK.judged | CHANGED)) === CHANGED;
}

/** Whether a question takes an answer that was given to it in an earlier edition. */
function fits(data: ModuleData, block: BlockData, { value, tries, skipped }: Answer): boolean {
  if (value.includes("") || (skipped && !canSkip(block))) return false;
  if (block.scenes) return scenesOn(block, value).length === value.length + 1;
  return (!tries && !value.length) || isWhole(data, block, value);
}

function isWhole(data: ModuleData, block: BlockData, value: string[]): boolean {
  const { type, components = [], reports } = block.interaction ?? {};
  if (type === "fill-in") return !value.length;
  if (type === "numeric") return NUMBER.test(value[0] ?? "");
  if (type === "sequencing") return value.length === components.length;
  if (isVote(data, block)) return value.length <= (reports === "poll" ? 2 : 1);
  return block.several || type === "matching" ? value.length > 0 : value.length === 1;
}

function encodeEntry(data: ModuleData, { answers, news }: State, block: BlockData): string {
  const answer = answers[block.id];
  const changed = news[block.id] === "changed" ? CHANGED : 0;
  if (!answer) return block.code + digits(changed, 1) + digits(0, 1);
  const { skipped, right, best, records } = answer;
  const verdict = right === null ? changed : MARK.judged + MARK.right * +right;
  const marks = MARK.skipped * +skipped + verdict + MARK.best * +best + MARK.place * records.length;
  const tries = digits(Math.min(answer.tries, DIGITS.length - 1), 1);
  const places = records.map((place) => digits(place, PLACE)).join("");
  const value = keeps(data, block) ? encodeValue(block, answer) : "";
  return block.code + digits(marks, 1) + tries + places + value;
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

/**
 * An answer as it was, an id that is no longer there being "". It is judged by the question as
 * it stands; what was right once stays right.
 */
function decodeAnswer(block: BlockData, marks: number, tries: number, rest: string): Answer {
  const end = PLACE * Math.min(Math.floor(marks / MARK.place), MOST_PLACES);
  const value = decodeValue(block, rest.slice(end));
  const right = tries > 0 ? isRight(block, value) : null;
  return {
    value,
    tries,
    right,
    best: (marks & MARK.best) > 0 || right === true,
    skipped: (marks & MARK.skipped) > 0,
    records: slices(rest.slice(0, end), PLACE).map(number),
  };
}

function decodeValue(block: BlockData, text: string): string[] {
  const type = block.interaction?.type;
  if (type === "numeric") return text ? [text] : [];
  const idOf = new Map(Object.entries(block.codes).map(([id, code]) => [code, id]));
  const ids = slices(text, OPTION).map((code) => idOf.get(code) ?? "");
  if (text.length % OPTION) ids.push("");
  if (type !== "matching") return ids;
  const lefts = ids.filter((_, at) => at % 2 === 0);
  const pairs = lefts.map((left, at) => [left, ids[2 * at + 1] ?? ""]);
  return pairs.map((pair) => (pair.includes("") ? "" : pair.join(".")));
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
