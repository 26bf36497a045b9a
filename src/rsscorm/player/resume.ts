/**
 * Resume data: a learner's state as at most 4,096 characters of ASCII that begin with a letter,
 * since some LMSs compare stored and new values loosely, as numbers.
 *
 *     a2PLACE/KEY/NEXT/SEAL SEEN.../ENTRY,ENTRY...
 *
 * PLACE and SEEN are codes of steps, NEXT two digits, ENTRY the code of a block, a digit of
 * marks, one of tries, two for each place in the LMS's record, then its answer as codes of
 * options. Films come last (`watched.ts`). All digits are base 62. The codes come from the
 * author's ids alone, so data written for one edition opens in every other; an answer that its
 * question doesn't take any more is dropped, which `rsscorm diff` foretells
 * (`rsscorm/diff/fit.py` mirrors `fits`).
 *
 * SEAL (no space follows it) is a checksum of the module's id and one of all the rest, each `_`
 * and three digits: no code of a step, so that players from before it pass over it. Data without
 * one is as old as they are, and judged by its form. A comma at the end says nothing.
 *
 * The answer of a quiz is `_`, its best result in two digits, and the questions drawn; `_` is in
 * no other answer, so that it is never taken for one, nor another for it. Of the questions in
 * its bank those of the attempt have an answer, and others only their places, if any. Judged and
 * without tries it was opened again; players from before there was such a mark go on with these
 * questions.
 *
 * Every other question on a step that was seen has an entry, and every quiz, answered or not, so
 * that one without is known to be new. In `a1`, the first form, only answers had one: there
 * nothing is called new, and nor is it in data that is spoilt. `rsscorm.module.longest_resume`
 * proves how long it can become.
 */

import { NOTHING, answerTo, blocksOf, isEmpty, own } from "./answers";
import { mended } from "./attempt";
import { isQuiz, isUnderWay, type QuizData } from "./quiz";
import {
  DIGITS,
  OPTION,
  PLACE,
  PLACE_MARK,
  digits,
  number,
  partsOf,
  sealed,
  slices,
  type Entry,
  type Parts,
} from "./resume-text";
import { canSkip, fresh, isRight, isVote, keeps, scenesOn } from "./state";
import type { Answer, BlockData, ModuleData, News, Reading, State } from "./types";
import { decodeFilms, encodeFilms } from "./watched";

const NUMBER = /^-?\d*\.?\d+$|^-?\d+\.$/;
const LONGEST_NUMBER = 18;

/** What begins the answer of a quiz: its best result. */
const ATTEMPT = /^_(\w{2})(.*)$/s;
const SCORE = 2;

/** The digit of marks is a sum of these, and of 16 for each place in the LMS's record. */
const MARK = { skipped: 1, judged: 2, right: 4, best: 8, place: PLACE_MARK };
/** Right and never judged: no answer is. It marks a question whose answer was dropped. */
const CHANGED = MARK.right;

export function encode(data: ModuleData, state: State): string {
  const codeOf = (step: string): string => data.steps.find(({ id }) => id === step)?.code ?? "0000";
  const entries = blocksOf(data)
    .filter((block) => own(state.answers, block.id) || isKnown(data, state, block))
    .map((block) => encodeEntry(data, state, block))
    .concat(encodeFilms(data, state.films));
  const head = `a2${codeOf(state.place)}/${state.key}/${digits(state.next, PLACE)}/`;
  const tail = `${state.seen.map(codeOf).join("")}/${entries.join()}`;
  return sealed(data, head, tail);
}

/** Whether a question stands where the learner has been, and was there then. */
function isKnown(data: ModuleData, { seen, news }: State, block: BlockData): boolean {
  if (news[block.id] === "changed") return true;
  if (!isAsked(block) || news[block.id] === "new") return false;
  return data.steps.some(({ id, blocks }) => blocks.includes(block) && seen.includes(id));
}

/** Whether a block asks something of everybody who comes to its step: no question of a bank does. */
function isAsked(block: BlockData): boolean {
  return isQuiz(block) || (!!block.interaction && !block.quiz);
}

/**
 * How much of a text was read, whatever editions it has been through:
 *
 * - `all`: as it was written, for this module; also where there is nothing to read (""). What
 *   this edition no longer has is left out, and is no damage. Of data without a seal only its
 *   form is known: it may have been cut off between two entries or two options, which looks just
 *   like an edition with fewer of them, or be of a module with the same ids.
 * - `part`: cut off or altered; what still stands there was taken over.
 * - `nothing`: of another module, or no step and no question of this one is in it; the state is
 *   a fresh one.
 */
export function wasRead(data: ModuleData, text: string): Reading {
  return extent(data, partsOf(data, text));
}

function extent(data: ModuleData, parts: Parts): Reading {
  const { condition, place, seen, entries } = parts;
  if (condition === "empty" || condition === "sealed") return "all";
  const isFound =
    data.steps.some(({ code }) => code === place || seen.includes(code)) ||
    blocksOf(data).some(({ code }) => entries.has(code));
  if (condition === "foreign" || !isFound) return "nothing";
  return condition === "unsealed" ? "all" : "part";
}

/**
 * The state that a text stands for; anything that can't be read is left out, in the worst case
 * everything (`wasRead` tells). `recorded` is how many interactions the LMS says it holds.
 */
export function decode(data: ModuleData, text: string, recorded = 0): State {
  const parts = partsOf(data, text, recorded);
  const state = fresh(data, recorded);
  if (extent(data, parts) === "nothing") return state;
  const stepOf = new Map(data.steps.map(({ id, code }) => [code, id]));
  const codes = [...parts.seen, parts.place];
  const known = codes.map((code) => stepOf.get(code)).filter((id) => id !== undefined);
  const place = stepOf.get(parts.place) ?? state.place;
  const before: State = {
    ...state,
    place,
    seen: [...new Set([...known, place])],
    news: newQuestions(data, known, parts),
    key: parts.key,
    next: nextPlace(parts, recorded),
    films: decodeFilms(data, parts.entries),
  };
  const read = blocksOf(data).reduce((so, block) => withEntry(data, so, block, parts), before);
  return blocksOf(data).filter(isQuiz).reduce((so, quiz) => mended(data, so, quiz), read);
}

/** The next place in the LMS's record that is free, whoever has the others. */
function nextPlace({ next, entries }: Parts, recorded: number): number {
  const taken = [...entries.values()].flatMap(({ places }) => places);
  return taken.reduce((free, place) => Math.max(free, place + 1), Math.max(recorded, next));
}

function newQuestions(data: ModuleData, seen: string[], parts: Parts): News {
  const { entries, condition, isFirstForm } = parts;
  if (isFirstForm || condition === "spoilt") return {};
  const there = data.steps.filter(({ id }) => seen.includes(id)).flatMap(({ blocks }) => blocks);
  const strange = there.filter((block) => isAsked(block) && !entries.has(block.code));
  return Object.fromEntries(strange.map(({ id }) => [id, "new" as const]));
}

/** The state with what an entry says of a block: its answer, or that it is no answer now. */
function withEntry(data: ModuleData, state: State, block: BlockData, parts: Parts): State {
  const entry = parts.entries.get(block.code);
  if (!entry || !(block.interaction || isQuiz(block))) return state;
  const answer = isQuiz(block) ? decodeQuiz(block, entry) : decodeAnswer(block, entry);
  const { records, score } = answer;
  const attempt = block.quiz ? answerTo(state, block.quiz) : undefined;
  const isAsked = !attempt || attempt.value.includes(block.id);
  const isDropped = isEmpty(answer) ? isChanged(entry.marks) : !fits(data, block, answer);
  const hasAnswer = isAsked && !isDropped && (!isEmpty(answer) || score !== undefined);
  const kept = hasAnswer ? answer : { ...NOTHING, records };
  const isOver = attempt && !isUnderWay(attempt);
  const isNews = isDropped && isAsked && !isOver && parts.condition !== "spoilt";
  return {
    ...state,
    answers: hasAnswer || records.length ? { ...state.answers, [block.id]: kept } : state.answers,
    news: isNews ? { ...state.news, [block.id]: "changed" } : state.news,
  };
}

function isChanged(marks: number): boolean {
  return (marks & (MARK.judged | CHANGED)) === CHANGED;
}

/** Whether a question takes an answer that was given to it in an earlier edition. */
function fits(data: ModuleData, block: BlockData, answer: Answer): boolean {
  const { value, tries, skipped, score } = answer;
  if (isQuiz(block)) return score !== undefined;
  if (value.includes("") || (skipped && !canSkip(block))) return false;
  if (block.scenes) return scenesOn(block, value).length === value.length + 1;
  return (!tries && !value.length) || isComplete(data, block, answer);
}

function isComplete(data: ModuleData, block: BlockData, { value, tries }: Answer): boolean {
  const { type, components = [], reports } = block.interaction ?? {};
  if (type === "fill-in") return !value.length;
  if (type === "numeric") return value.length === 1 && isNumber(value[0] ?? "");
  if (isVote(data, block)) return value.length <= (reports === "poll" ? Math.min(tries, 2) : 1);
  if (new Set(value.map((id) => id.replace(/\..*/, ""))).size < value.length) return false;
  if (type === "sequencing") return value.length === components.length;
  return block.several || type === "matching" ? value.length > 0 : value.length === 1;
}

function isNumber(text: string): boolean {
  return text.length <= LONGEST_NUMBER && NUMBER.test(text);
}

function encodeEntry(data: ModuleData, { answers, news }: State, block: BlockData): string {
  const answer = own(answers, block.id);
  const changed = news[block.id] === "changed" ? CHANGED : 0;
  if (!answer) return block.code + digits(changed, 1) + digits(0, 1);
  const { skipped, right, best, records } = answer;
  const verdict = right === null ? changed : MARK.judged + MARK.right * +right;
  const marks = MARK.skipped * +skipped + verdict + MARK.best * +best + MARK.place * records.length;
  const tries = digits(Math.min(answer.tries, DIGITS.length - 1), 1);
  const places = records.map((place) => digits(place, PLACE)).join("");
  const value = keeps(data, block) ? encodeScore(answer) + encodeValue(block, answer) : "";
  return block.code + digits(marks, 1) + tries + places + value;
}

function encodeScore({ score }: Answer): string {
  return score === undefined ? "" : `_${digits(score, SCORE)}`;
}

function encodeValue(block: BlockData, { value }: Answer): string {
  if (block.interaction?.type === "numeric") {
    return value
      .join("")
      .replace(/[^\d.-]/g, "")
      .slice(0, LONGEST_NUMBER);
  }
  const codes = new Map(Object.entries(block.codes));
  return value.flatMap((id) => id.split(".")).map((id) => codes.get(id) ?? "").join("");
}

/**
 * An answer as it was, an id that is no longer there being "". It is judged by the question as
 * it stands; what was right once stays right.
 */
function decodeAnswer(block: BlockData, { marks, tries, places, value: text }: Entry): Answer {
  const value = decodeValue(block, text);
  const right = tries > 0 ? isRight(block, value) : null;
  return {
    value,
    tries,
    right,
    best: (marks & MARK.best) > 0 || right === true,
    skipped: (marks & MARK.skipped) > 0,
    records: places,
  };
}

/** A quiz's answer, "" in it being a question that is gone; without a score it is none of a quiz. */
function decodeQuiz(quiz: QuizData, { marks, tries, places, value: text }: Entry): Answer {
  const [, best, drawn = text] = ATTEMPT.exec(text) ?? [];
  const isJudged = (tries > 0 || best !== undefined) && (marks & MARK.judged) > 0;
  const score = Math.min(number(best ?? "") || 0, quiz.scored);
  return {
    value: [...new Set(decodeValue(quiz, drawn))],
    tries,
    right: isJudged ? (marks & MARK.right) > 0 : null,
    best: false,
    skipped: best === undefined && (marks & MARK.skipped) > 0,
    records: places,
    ...(best === undefined ? {} : { score }),
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
