/**
 * Tells a SCORM 1.2 LMS how the learner stands.
 *
 * Careful on purpose, because LMSs are not: the attempt is `incomplete` and resumable from its
 * first moment; what is new is written and committed in one task at each milestone; completion
 * travels in the same commit as the state and score that it stands on; status and score only
 * rise; in review nothing is written, since some LMSs would save it.
 */

import { encode } from "./resume";
import { type Scorm12Api } from "./scorm12-api";
import { interactionFields, timespan } from "./scorm12-interaction";
import { finalScore } from "./state";
import type { Answered, Launch, Milestone, ModuleData, Saving, Tracker } from "./types";

const STATUS = "cmi.core.lesson_status";
const RAW = "cmi.core.score.raw";
/** What counts for more than what; "failed" is the LMS's own word, and may be risen from. */
const RANKS = ["", "not attempted", "browsed", "incomplete", "failed", "completed", "passed"];
const OPEN_FROM = RANKS.indexOf("completed");

/** Milliseconds until what could not be saved is tried again by itself. */
const PAUSE = 30_000;

/** `closed`: nothing can be written, because the LMS refused to begin, or the session has ended. */
type Phase = "open" | "review" | "closed";

export class Scorm12Tracker implements Tracker {
  readonly records = true;
  private phase: Phase = "closed";
  private data!: ModuleData;
  private latest?: Milestone;
  /** Answers that no commit has confirmed yet. */
  private waiting: Answered[] = [];
  /** What the LMS should hold, in the order of the latest change. */
  private wanted = new Map<string, string>();
  /** What it was last given and did not refuse; forgotten when a commit fails. */
  private given = new Map<string, string>();
  private status = "";
  private score = -1;
  private takesInteractions = false;
  private scheduled = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private saving: Saving = { kind: "saving" };
  private listeners: ((saving: Saving) => void)[] = [];
  private readonly began = Date.now();

  constructor(
    private readonly api: Scorm12Api,
    /** Whether the page is shown again in the same window: "reload" or "back_forward". */
    private readonly isReturn: boolean,
  ) {}

  start(data: ModuleData): Promise<Launch> {
    this.data = data;
    if (!this.begin()) {
      this.tell({ kind: "ended" });
      return Promise.resolve({ resume: "", mode: "normal", masteryScore: null, recorded: 0 });
    }
    const launch = this.read();
    this.phase = launch.mode === "normal" ? "open" : "review";
    if (this.phase === "review") this.tell({ kind: "review" });
    else this.open();
    return Promise.resolve(launch);
  }

  record({ answered, ...milestone }: Milestone): void {
    this.latest = milestone;
    if (this.phase === "closed") this.tell({ kind: "ended" });
    if (this.phase !== "open") return;
    if (answered) this.waiting.push(answered);
    this.tell({ kind: "saving" });
    if (this.scheduled) return;
    this.scheduled = true;
    // A commit freezes the page for up to a second: the screen is let to change first.
    setTimeout(() => this.save(), 0);
  }

  /** The page may never be shown again: the time so far goes too. */
  flush(): void {
    if (this.phase === "open") this.save({ "cmi.core.session_time": this.sessionTime() });
  }

  end(): Promise<void> {
    if (this.phase === "open") {
      this.save({ "cmi.core.exit": "suspend", "cmi.core.session_time": this.sessionTime() });
    }
    // In review too the LMS waits for its session to be finished.
    const runs = this.phase !== "closed";
    this.phase = "closed";
    clearTimeout(this.retry);
    if (runs && !this.api.succeeds("Finish", "")) this.tell({ kind: "unsaved" });
    return Promise.resolve();
  }

  /** Without LMSFinish, after which no LMS would let the page begin again. */
  reload(): void {
    this.flush();
  }

  /** After LMSFinish no LMS takes anything more from this window. */
  wake(): void {
    this.tell({ kind: "ended" });
  }

  onSaving(listener: (saving: Saving) => void): void {
    this.listeners.push(listener);
    listener(this.saving);
  }

  /**
   * A second LMSInitialize wipes what was not committed in some LMSs and throws in others, so
   * that after a reload a session that still runs is taken over instead.
   */
  private begin(): boolean {
    const runs = (): boolean => this.api.get(STATUS) !== undefined && this.api.error === "0";
    if (this.isReturn && runs()) return true;
    return this.api.succeeds("Initialize", "") || runs();
  }

  private read(): Launch {
    const mode = this.api.get("cmi.core.lesson_mode");
    this.status = this.api.get(STATUS) ?? "";
    this.given.set(STATUS, this.status);
    this.score = percent(this.api.get(RAW)) ?? -1;
    const count = this.api.get("cmi.interactions._count");
    this.takesInteractions = count !== undefined;
    return {
      // `entry` is no guide: it says "resume" only after a clean suspend.
      resume: this.api.get("cmi.suspend_data") ?? "",
      mode: mode === "review" || mode === "browse" ? mode : "normal",
      // A mark of nought asks for nothing; some LMSs say so where there is none.
      masteryScore: percent(this.api.get("cmi.student_data.mastery_score")) || null,
      recorded: Number(count) || 0,
    };
  }

  private open(): void {
    const fields: Record<string, string> = { "cmi.core.exit": "suspend" };
    if (RANKS.indexOf(this.status) < RANKS.indexOf("incomplete")) {
      fields[STATUS] = this.status = "incomplete";
    }
    this.save(fields);
  }

  /** Writes all that is new and commits it, in one task. */
  private save(more: Record<string, string> = {}): void {
    this.scheduled = false;
    if (this.phase !== "open") return;
    for (const answered of this.waiting) this.writeInteraction(answered);
    this.want({ ...more, ...(this.latest ? this.standingFields(this.latest) : {}) });
    const taken = [...this.wanted].map(([element, value]) => this.write(element, value));
    if (!this.waiting.length && !taken.includes("new") && !taken.includes("refused")) {
      return this.tell(
        this.saving.kind === "saving" ? { kind: "saved", at: new Date() } : this.saving,
      );
    }
    this.confirm(this.api.commit() && !taken.includes("refused"));
  }

  /** Completion is wanted last, after the state and the score that it stands on. */
  private want(fields: Record<string, string>): void {
    for (const [element, value] of Object.entries(fields)) {
      if (this.wanted.get(element) === value) continue;
      this.wanted.delete(element);
      this.wanted.set(element, value);
    }
  }

  private confirm(saved: boolean): void {
    clearTimeout(this.retry);
    if (saved) this.waiting = [];
    else {
      this.given.clear();
      this.retry = setTimeout(() => this.save(), PAUSE);
    }
    this.tell(saved ? { kind: "saved", at: new Date() } : { kind: "unsaved" });
  }

  private standingFields({ state, standing }: Milestone): Record<string, string> {
    const fields: Record<string, string> = {
      "cmi.core.lesson_location": location(state.place),
      "cmi.suspend_data": encode(this.data, state),
    };
    const score = finalScore(this.data, standing);
    if (score !== null && score >= this.score) {
      Object.assign(fields, { "cmi.core.score.min": "0", "cmi.core.score.max": "100" });
      fields[RAW] = String((this.score = score));
    }
    const rises = RANKS.indexOf(standing.status) >= RANKS.indexOf(this.status);
    if (rises && RANKS.indexOf(standing.status) >= OPEN_FROM) {
      fields[STATUS] = this.status = standing.status;
    }
    return fields;
  }

  private write(element: string, value: string): "new" | "same" | "refused" {
    if (this.given.get(element) === value) return "same";
    if (!this.api.set(element, value)) return "refused";
    this.given.set(element, value);
    return "new";
  }

  /** An LMS may lack interactions, or refuse one: that never stands in the way of the rest. */
  private writeInteraction(answered: Answered): void {
    if (!this.takesInteractions) return;
    for (const [field, value] of interactionFields(this.data, answered)) {
      this.api.set(`cmi.interactions.${answered.index}.${field}`, value);
    }
  }

  private sessionTime(): string {
    return timespan((Date.now() - this.began) / 1000);
  }

  private tell(saving: Saving): void {
    this.saving = saving;
    for (const listener of this.listeners) listener(saving);
  }
}

/** A letter first: some LMSs compare "01" and "1" as numbers, and keep the old one. */
function location(step: string): string {
  return /^[a-z]/.test(step) ? step : `step-${step}`;
}

function percent(text: string | undefined): number | null {
  const mark = text ? Number(text) : NaN;
  return mark >= 0 && mark <= 100 ? mark : null;
}
