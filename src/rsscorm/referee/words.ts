/** Calls in the words of somebody who has not read the standard. */

import type { Breach, Call } from "./api";
import type { Attempt } from "./record";
import { STATUS } from "./record";

const LABELS: Readonly<Record<string, string>> = {
  "cmi.core.student_id": "the learner's id",
  "cmi.core.student_name": "the learner's name",
  "cmi.core.lesson_location": "the place in the lesson",
  "cmi.core.credit": "whether this visit counts",
  "cmi.core.lesson_status": "the status",
  "cmi.core.entry": "whether the learner comes back",
  "cmi.core.score.raw": "the score",
  "cmi.core.score.min": "the lowest score there is",
  "cmi.core.score.max": "the highest score there is",
  "cmi.core.total_time": "the time of all visits",
  "cmi.core.lesson_mode": "whether this is a review",
  "cmi.core.exit": "how the learner leaves",
  "cmi.core.session_time": "the time of this visit",
  "cmi.suspend_data": "the package's own memory",
  "cmi.launch_data": "what the manifest gave along",
  "cmi.comments": "the learner's comments",
  "cmi.comments_from_lms": "comments from the LMS",
  "cmi.student_data.mastery_score": "the LMS's pass mark",
  "cmi.student_data.max_time_allowed": "the time allowed",
  "cmi.student_data.time_limit_action": "what happens when time is up",
  "cmi.student_preference.audio": "the learner's wish for sound",
  "cmi.student_preference.language": "the learner's language",
  "cmi.student_preference.speed": "the learner's wish for speed",
  "cmi.student_preference.text": "the learner's wish for text",
};
const LISTS: Readonly<Record<string, string>> = {
  "cmi.interactions": "how many answers there are",
  "cmi.objectives": "how many objectives there are",
};
const FIELDS: Readonly<Record<string, string>> = {
  id: "the name",
  time: "the time",
  type: "the kind",
  weighting: "the weight",
  student_response: "what was answered",
  result: "the result",
  latency: "the time it took",
  status: "the status",
  "score.raw": "the score",
  "score.min": "the lowest score",
  "score.max": "the highest score",
};
const LONGEST = 80;
const ROOM = 4096;

/** What the package did, as a sentence, with how the LMS took it. */
export function inWords({ call, args, result, error }: Call): string {
  const [name, value] = args.map(String);
  const ends = result === "true" ? "" : ", and is refused";
  const asked: Readonly<Record<string, () => string>> = {
    LMSInitialize: () => `Begins${ends}.`,
    LMSFinish: () => `Ends the session${ends}.`,
    LMSCommit: () => `Asks the LMS to save${result === "true" ? ": done" : ": it failed"}.`,
    LMSGetValue: () => `Asks for ${label(name)}: ${error === "0" ? quoted(result) : "no answer"}.`,
    LMSSetValue: () => `Sets ${label(name)} to ${quoted(value)}${ends}.`,
    LMSGetLastError: () => `Asks how that went: ${result === "0" ? "well" : `error ${result}`}.`,
    LMSGetErrorString: () => `Asks what error ${name} is.`,
    LMSGetDiagnostic: () => `Asks for more about error ${name || error}.`,
  };
  return asked[call]?.() ?? call;
}

/** The call as it was written, and its answer. */
export function raw({ call, args, result, error }: Call): string {
  const written = args.map((value) => cut(JSON.stringify(value) ?? "undefined", LONGEST)).join(", ");
  const code = error === "0" ? "" : `, error ${error}`;
  return `${call}(${written}) → ${cut(JSON.stringify(result) ?? "undefined", LONGEST)}${code}`;
}

/** Whether a call only asks how the one before it went, and that was well. */
export function isQuiet({ call, result }: Call): boolean {
  return call === "LMSGetLastError" && result === "0";
}

/** What the LMS has kept, for whoever wants to know what a report will show. */
export function recordInWords(attempt: Attempt): [string, string][] {
  const value = (name: string, otherwise: string): string => attempt[name] || otherwise;
  const answers = Object.keys(attempt).filter((name) => /^cmi\.interactions\.\d+\.id$/.test(name));
  const memory = value("cmi.suspend_data", "").length;
  return [
    ["Status", value(STATUS, "not attempted")],
    ["Score", value("cmi.core.score.raw", "none")],
    ["Answers", String(answers.length)],
    ["Time", value("cmi.core.total_time", "none yet")],
    ["The package's memory", `${grouped(memory)} of ${grouped(ROOM)} characters`],
  ];
}

/** The same breach at many moments is one to mend: each once, with how often it happened. */
export function gathered(breaches: readonly Breach[]): [Breach, number][] {
  const found = new Map<string, [Breach, number]>();
  for (const breach of breaches) {
    const { call, error, clause, what } = breach;
    const key = JSON.stringify([call, error, clause, what]);
    const [first, times] = found.get(key) ?? [breach, 0];
    found.set(key, [first, times + 1]);
  }
  return [...found.values()];
}

function grouped(count: number): string {
  return count.toLocaleString("en-GB");
}

function label(name = ""): string {
  const [, list, index = "0", field = ""] =
    /^cmi\.(interactions|objectives)\.(\d+)\.(.+)$/.exec(name) ?? [];
  const [, parent, keyword] = /^(.*)\._(count|children)$/.exec(name) ?? [];
  if (keyword === "count") return LISTS[parent ?? ""] ?? `how many entries ${parent} has`;
  if (keyword === "children") return `which fields ${parent} has`;
  if (!list) return LABELS[name] ?? name;
  const thing = `${list === "interactions" ? "answer" : "objective"} ${Number(index) + 1}`;
  return `${FIELDS[field] ?? field} of ${thing}`;
}

function quoted(value: unknown): string {
  if (value === "") return "nothing";
  return typeof value === "string" ? `“${cut(value, LONGEST)}”` : `the ${typeof value} ${value}`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}
