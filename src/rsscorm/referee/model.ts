/**
 * The data model of SCORM 1.2 (Run-Time Environment, "SCORM Run-Time Environment data model"):
 * each element, who may read and write it, and its format. Indices are written as `n`.
 */

import * as formats from "./formats";
import type { Format } from "./formats";

/** Read only, read and write, or write only: as the SCO sees it. */
export type Access = "RO" | "RW" | "WO";

export interface Element {
  readonly access: Access;
  readonly format: Format;
  /** What a SCO reads before anything was set. */
  readonly initial: string;
}

function element(access: Access, format: Format, initial = ""): Element {
  return { access, format, initial };
}

const { identifier, score, string255, string4096, timespan } = formats;

/** An answer's format depends on the interaction's type; this stands for all of them. */
const feedback: Format = {
  name: "CMIFeedback",
  problem: (value) => string255.problem(value),
};

const ELEMENTS: ReadonlyMap<string, Element> = new Map([
  ["cmi.core.student_id", element("RO", identifier)],
  ["cmi.core.student_name", element("RO", string255)],
  ["cmi.core.lesson_location", element("RW", string255)],
  ["cmi.core.credit", element("RO", string255, "credit")],
  ["cmi.core.lesson_status", element("RW", formats.status, "not attempted")],
  ["cmi.core.entry", element("RO", string255)],
  ["cmi.core.score.raw", element("RW", score)],
  ["cmi.core.score.min", element("RW", score)],
  ["cmi.core.score.max", element("RW", score)],
  ["cmi.core.total_time", element("RO", timespan, "0000:00:00.00")],
  ["cmi.core.lesson_mode", element("RO", string255, "normal")],
  ["cmi.core.exit", element("WO", formats.exit)],
  ["cmi.core.session_time", element("WO", timespan)],
  ["cmi.suspend_data", element("RW", string4096)],
  ["cmi.launch_data", element("RO", string4096)],
  ["cmi.comments", element("RW", string4096)],
  ["cmi.comments_from_lms", element("RO", string4096)],
  ["cmi.objectives.n.id", element("RW", identifier)],
  ["cmi.objectives.n.score.raw", element("RW", score)],
  ["cmi.objectives.n.score.min", element("RW", score)],
  ["cmi.objectives.n.score.max", element("RW", score)],
  ["cmi.objectives.n.status", element("RW", formats.objectiveStatus, "not attempted")],
  ["cmi.student_data.mastery_score", element("RO", score)],
  ["cmi.student_data.max_time_allowed", element("RO", timespan)],
  ["cmi.student_data.time_limit_action", element("RO", string255)],
  ["cmi.student_preference.audio", element("RW", formats.audio, "0")],
  ["cmi.student_preference.language", element("RW", string255)],
  ["cmi.student_preference.speed", element("RW", formats.speed, "0")],
  ["cmi.student_preference.text", element("RW", formats.textPreference, "0")],
  ["cmi.interactions.n.id", element("WO", identifier)],
  ["cmi.interactions.n.objectives.n.id", element("WO", identifier)],
  ["cmi.interactions.n.time", element("WO", formats.time)],
  ["cmi.interactions.n.type", element("WO", formats.type)],
  ["cmi.interactions.n.correct_responses.n.pattern", element("WO", feedback)],
  ["cmi.interactions.n.weighting", element("WO", formats.weighting)],
  ["cmi.interactions.n.student_response", element("WO", feedback)],
  ["cmi.interactions.n.result", element("WO", formats.result)],
  ["cmi.interactions.n.latency", element("WO", timespan)],
]);

const WITH_CHILDREN = [
  "cmi.core",
  "cmi.core.score",
  "cmi.objectives",
  "cmi.objectives.n.score",
  "cmi.student_data",
  "cmi.student_preference",
  "cmi.interactions",
];

const COUNTED = [
  "cmi.objectives",
  "cmi.interactions",
  "cmi.interactions.n.objectives",
  "cmi.interactions.n.correct_responses",
];

/** What a name says: an element, a keyword (`_children`, `_count`, `_version`), or nothing. */
export interface Name {
  /** As it was asked for: `cmi.interactions.0.id`. */
  readonly full: string;
  /** With `n` for each index: `cmi.interactions.n.id`. */
  readonly pattern: string;
  /** The name before a keyword, or the whole. */
  readonly parent: string;
  readonly keyword: "_children" | "_count" | "_version" | undefined;
  readonly element: Element | undefined;
}

/** Takes a name apart. Indices are `0` or have no leading zero; anything else is not an index. */
export function readName(full: string): Name {
  const pattern = full.replace(/\.(0|[1-9]\d*)(?=\.)/g, ".n");
  const [, found] = /\.(_children|_count|_version)$/.exec(full) ?? [];
  const keyword = found as Name["keyword"];
  const parent = keyword ? full.slice(0, -keyword.length - 1) : full;
  return { full, pattern, parent, keyword, element: ELEMENTS.get(pattern) };
}

/** Whether a name (indices as `n`) is an element, or holds some. */
export function isKnown(pattern: string): boolean {
  const below = `${pattern}.`;
  return ELEMENTS.has(pattern) || [...ELEMENTS.keys()].some((name) => name.startsWith(below));
}

/** The names directly below a name (indices as `n`), or undefined where none can be asked for. */
export function childrenOf(pattern: string): string[] | undefined {
  if (!WITH_CHILDREN.includes(pattern)) return undefined;
  const below = COUNTED.includes(pattern) ? `${pattern}.n.` : `${pattern}.`;
  const names = [...ELEMENTS.keys()].filter((name) => name.startsWith(below));
  return [...new Set(names.map((name) => name.slice(below.length).split(".")[0] ?? ""))];
}

/** Whether a name (indices as `n`) is a list with a `_count`. */
export function isCounted(pattern: string): boolean {
  return COUNTED.includes(pattern);
}

/** Each list that a name goes through, with the index it uses: `["cmi.interactions", 0]`. */
export function indicesOf(full: string): [string, number][] {
  return [...full.matchAll(/\.(0|[1-9]\d*)(?=\.)/g)].map((match) => [
    full.slice(0, match.index),
    Number(match[1]),
  ]);
}
