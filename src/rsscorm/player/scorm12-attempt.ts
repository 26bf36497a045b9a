/**
 * What a SCORM 1.2 LMS holds of a learner, and what it should hold, element by element. The
 * attempt is `incomplete` and resumable from its first moment; status and score only rise.
 */

import { answerTo } from "./answers";
import { encode } from "./resume";
import { type Scorm12Api } from "./scorm12-api";
import { interactionFields } from "./scorm12-interaction";
import { Objectives } from "./scorm12-objectives";
import { type Fields, STATUS } from "./scorm12-record";
import { finalScore, isSecondVote } from "./state";
import type {
  Answered, Launch, Milestone, ModuleData, NewEntry, Standing, State,
} from "./types";

const RAW = "cmi.core.score.raw";
const LOCATION = "cmi.core.lesson_location";
const RESUME = "cmi.suspend_data";
/** What counts for more than what; "failed" is the LMS's own word, and may be risen from. */
const RANKS = ["", "not attempted", "browsed", "incomplete", "failed", "completed", "passed"];
const OPEN_FROM = RANKS.indexOf("completed");

export class Scorm12Attempt {
  readonly launch: Launch;
  private status: string;
  private score: number;
  private readonly takesInteractions: boolean;
  private objectives: Objectives | undefined;

  /** Reads what the LMS holds of earlier launches. */
  constructor(
    private readonly api: Scorm12Api,
    private readonly data: ModuleData,
  ) {
    const mode = this.word("cmi.core.lesson_mode");
    this.status = this.word(STATUS);
    const score = Number(this.word(RAW) || NaN);
    this.score = score >= 0 ? score : -1;
    const count = api.count("cmi.interactions");
    this.takesInteractions = count !== undefined;
    this.launch = {
      // `entry` is no guide: it says "resume" only after a clean suspend.
      resume: api.get(RESUME) ?? "",
      mode: mode === "review" || mode === "browse" ? mode : "normal",
      // A mark of nought asks for nothing; some LMSs say so where there is none.
      masteryScore: percent(api.get("cmi.student_data.mastery_score")) || null,
      recorded: count ?? 0,
      learner: api.get("cmi.core.student_id") ?? "",
      isRead: true,
    };
  }

  /** Whether the LMS tells what it holds: what can't be read must not be written over. */
  get isTold(): boolean {
    if (!this.status) return !this.api.conceals(STATUS);
    const isBegun = rank(this.status) >= rank("incomplete");
    return !isBegun || this.launch.resume !== "" || !this.api.conceals(RESUME);
  }

  /** What the LMS holds of all that is to be written; in review there is no need to know. */
  held(): Fields {
    this.objectives = new Objectives(this.api);
    const place = this.api.get(LOCATION) ?? "";
    const core: Fields = [[STATUS, this.status], [RESUME, this.launch.resume], [LOCATION, place]];
    return [...core, ...this.objectives.held];
  }

  /** What it should hold from the first moment. */
  beginning(): Fields {
    const exit: Fields = [["cmi.core.exit", "suspend"]];
    if (rank(this.status) >= rank("incomplete")) return exit;
    this.status = "incomplete";
    return [...exit, [STATUS, this.status]];
  }

  /** What it should hold at a milestone, with what is on its way of single answers. */
  fields({ state, standing }: Milestone, entries: NewEntry[]): Fields {
    return [
      ...entries.flatMap((entry) => this.entryFields(entry, state)),
      [LOCATION, location(state.place)],
      [RESUME, encode(this.data, state)],
      ...(this.objectives?.fields(this.data, state) ?? []),
      ...this.scoreFields(standing),
      ...this.statusFields(standing),
    ];
  }

  /** A word of the standard, in whatever letters the LMS writes it. */
  private word(element: string): string {
    return (this.api.get(element) ?? "").trim().toLowerCase();
  }

  private scoreFields(standing: Standing): Fields {
    const score = finalScore(this.data, standing);
    if (score === null || score < this.score) return [];
    this.score = score;
    return [["cmi.core.score.min", "0"], ["cmi.core.score.max", "100"], [RAW, String(score)]];
  }

  private statusFields({ status }: Standing): Fields {
    if (rank(status) < Math.max(OPEN_FROM, rank(this.status))) return [];
    this.status = status;
    return [[STATUS, status]];
  }

  /** An entry's fields at its own place in the LMS's list, which never changes. */
  private entryFields({ block, vote, fields }: NewEntry, state: State): Fields {
    const place = answerTo(state, block).records[vote];
    if (!this.takesInteractions || place === undefined) return [];
    return fields.map(([field, value]) => [`cmi.interactions.${place}.${field}`, value]);
  }
}

/** What is to be told of an answer, wherever its place will be. */
export function entryOf(data: ModuleData, answered: Answered): NewEntry {
  const { block, answer } = answered;
  const vote = isSecondVote(block, answer) ? 1 : 0;
  const fields = interactionFields(data, answered);
  return { block: block.id, vote, tries: answer.tries, fields };
}

function rank(status: string): number {
  return RANKS.indexOf(status);
}

/** A letter first: some LMSs compare "01" and "1" as numbers, and keep the old one. */
function location(step: string): string {
  return /^[a-z]/.test(step) ? step : `step-${step}`;
}

function percent(text: string | undefined): number | null {
  const mark = text ? Number(text) : NaN;
  return mark >= 0 && mark <= 100 ? mark : null;
}
