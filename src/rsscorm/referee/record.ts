/** What an LMS keeps of a learner's attempt, and what it tells a SCO at the next launch. */

import { addTimespans } from "./formats";

/** The record of one learner at one SCO: element names and values, as last saved. Plain JSON. */
export type Attempt = Readonly<Record<string, string>>;

export interface Learner {
  readonly id: string;
  /** "Last, First". */
  readonly name: string;
}

/** What the manifest's item says of the SCO (`adlcp:datafromlms` and its sisters). */
export interface Sco {
  readonly launchData?: string;
  readonly masteryScore?: string;
  readonly maxTimeAllowed?: string;
  readonly timeLimitAction?: string;
}

/** What an LMS says that a launch is for. */
export type Mode = "normal" | "review" | "browse";

export const STATUS = "cmi.core.lesson_status";
const EXIT = "cmi.core.exit";
const SESSION_TIME = "cmi.core.session_time";
const TOTAL_TIME = "cmi.core.total_time";
/** A status after which a launch is a review. */
export const OVER: readonly string[] = ["passed", "completed", "failed"];

/** `resume` only after `suspend`; `ab-initio` if nothing was ever saved; otherwise empty. */
function entry(attempt: Attempt): string {
  if (Object.keys(attempt).length === 0) return "ab-initio";
  return attempt[EXIT] === "suspend" ? "resume" : "";
}

/** The read-only values of a launch. After passed, completed or failed it is a review (Moodle). */
export function launchValues(
  attempt: Attempt,
  learner: Learner,
  sco: Sco,
  asked?: Mode,
): Attempt {
  const mode = asked ?? (OVER.includes(attempt[STATUS] ?? "") ? "review" : "normal");
  return {
    "cmi.core.student_id": learner.id,
    "cmi.core.student_name": learner.name,
    "cmi.core.credit": mode === "normal" ? "credit" : "no-credit",
    "cmi.core.lesson_mode": mode,
    "cmi.core.entry": entry(attempt),
    "cmi.launch_data": sco.launchData ?? "",
    "cmi.student_data.mastery_score": sco.masteryScore ?? "",
    "cmi.student_data.max_time_allowed": sco.maxTimeAllowed ?? "",
    "cmi.student_data.time_limit_action": sco.timeLimitAction ?? "",
  };
}

/** What stays from launch to launch: all but the session's own exit and time. */
export function keptValues(attempt: Attempt): Record<string, string> {
  const { [EXIT]: _exit, [SESSION_TIME]: _time, ...kept } = attempt;
  return kept;
}

/**
 * The record as the LMS closes it at LMSFinish: the session's time is added to the total, a status
 * never set becomes "completed" ("browsed" in browse mode), and a mastery score (with a score, for
 * credit) decides the status.
 */
export function closed(attempt: Attempt, launch: Attempt): Attempt {
  const total = attempt[TOTAL_TIME] ?? "0000:00:00.00";
  return {
    ...attempt,
    [STATUS]: finalStatus(attempt, launch),
    [TOTAL_TIME]: addTimespans(total, attempt[SESSION_TIME] ?? "00:00:00"),
  };
}

function finalStatus(attempt: Attempt, launch: Attempt): string {
  const mastery = launch["cmi.student_data.mastery_score"] ?? "";
  const raw = attempt["cmi.core.score.raw"] ?? "";
  const counts = launch["cmi.core.credit"] === "credit";
  if (counts && mastery && raw) return Number(raw) >= Number(mastery) ? "passed" : "failed";
  return attempt[STATUS] ?? (launch["cmi.core.lesson_mode"] === "browse" ? "browsed" : "completed");
}
