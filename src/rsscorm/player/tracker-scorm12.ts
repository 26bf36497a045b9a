/**
 * Tells a SCORM 1.2 LMS how the learner stands, and trusts it in nothing.
 *
 * One loop writes, and never twice at once: it asks whether the LMS is there, then sets and
 * commits all that is new in one task. After a commit that failed, or that nobody can vouch for,
 * everything is sent again: another value for each element, and then the truth. All of it stays
 * on this device too, and what the LMS turns out to lack at the next launch is written then.
 *
 * The attempt is `incomplete` and resumable from its first moment; status and score only rise; in
 * review nothing is written, since some LMSs would save it.
 */

import { lacking } from "./copy";
import { LocalCopy } from "./local-copy";
import type { Answer as Found, Presence } from "./presence";
import { decode, encode } from "./resume";
import { type Scorm12Api } from "./scorm12-api";
import { interactionFields, timespan } from "./scorm12-interaction";
import { Objectives } from "./scorm12-objectives";
import { STATUS, Scorm12Record } from "./scorm12-record";
import { answerTo, finalScore, isSecondVote } from "./state";
import { NAMESPACE } from "./statement";
import { NO_LAUNCH } from "./tracker-none";
import type {
  Answered, Entry, Launch, Milestone, ModuleData, Saving, State, Tracker,
} from "./types";
import { namedUuid } from "./uuid";
import type { Vault } from "./vault";
import type { OtherWindows } from "./windows";

const RAW = "cmi.core.score.raw";
const LOCATION = "cmi.core.lesson_location";
const RESUME = "cmi.suspend_data";
const EXIT = "cmi.core.exit";
/** What counts for more than what; "failed" is the LMS's own word, and may be risen from. */
const RANKS = ["", "not attempted", "browsed", "incomplete", "failed", "completed", "passed"];
const OPEN_FROM = RANKS.indexOf("completed");

/** Milliseconds until what could not be saved is tried again: twice as long each time. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** So many failures in an LMS that is there, and this window is not likely to save again. */
const HOPELESS = 3;
/** Milliseconds in which an LMS may refuse to finish, since it is busy with a commit. */
const BUSY = 700;
const TRIES_TO_FINISH = 3;

export interface Care {
  /** Whether the page is shown again in the same window: "reload" or "back_forward". */
  isReturn: boolean;
  presence: Presence;
  vault: Vault;
  onOtherWindow: OtherWindows;
  /** Whether a doubt is met with other values first (`alternates.ts`). */
  resends: boolean;
}

type LostFields = Omit<Entry, "after">;

export class Scorm12Tracker implements Tracker {
  readonly records = true;
  /** `closed`: nothing can be written from this window any more, or never could. */
  private phase: "open" | "review" | "closed" = "closed";
  private data!: ModuleData;
  private readonly table: Scorm12Record;
  private readonly local: LocalCopy;
  private objectives: Objectives | undefined;
  private takesInteractions = false;
  /** What an earlier window could not save: written when its places are known. */
  private lost: LostFields[] = [];
  private status = "";
  private score = -1;
  private isRunning = false;
  /** Whether something was committed while the page went away, which nobody can vouch for. */
  private isUnvouched = false;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private saving: Saving = { kind: "saving" };
  private listeners: ((saving: Saving) => void)[] = [];
  private waiting: (() => void)[] = [];
  private stopListening = (): void => undefined;
  private readonly began = Date.now();

  constructor(
    private readonly api: Scorm12Api,
    private readonly care: Care,
  ) {
    this.table = new Scorm12Record(api);
    this.local = new LocalCopy(care.vault, () => this.tellAgain());
    globalThis.addEventListener?.("online", () => void this.run());
  }

  async start(data: ModuleData): Promise<Launch> {
    this.data = data;
    const how = this.begin();
    const launch = how ? this.read() : NO_LAUNCH;
    if (!how || !this.isTold(launch)) {
      this.tell({ kind: "ended", kept: false });
      return { ...NO_LAUNCH, learner: launch.learner };
    }
    this.phase = launch.mode === "normal" ? "open" : "review";
    if (this.phase === "review") this.tell({ kind: "review" });
    return this.phase === "open" ? this.open(launch, how === "adopted") : launch;
  }

  record({ answered, ...milestone }: Milestone): void {
    if (this.phase === "review" || this.saving.kind === "elsewhere") return;
    const { state } = milestone;
    const entries = [...this.lost, ...(answered ? [this.entryOf(answered)] : [])];
    this.lost = [];
    for (const entry of entries) this.table.want(this.placed(entry, state));
    this.table.want(this.standingFields(milestone));
    this.local.keep(encode(this.data, state), state.key, entries);
    if (this.phase === "closed") return this.tellAgain();
    if (this.table.isDirty && !this.failures) this.tell({ kind: "saving" });
    void this.run();
  }

  flush(): void {
    if (this.phase !== "open" || !this.table.isDirty) return;
    this.save(false);
    this.isUnvouched = true;
  }

  resume(): void {
    void this.run();
  }

  async finish(): Promise<boolean> {
    await this.saved();
    const isSaved = this.phase !== "closed" && !this.table.isDirty;
    for (let tries = 1; this.phase !== "closed"; tries += 1) {
      if (this.close() || tries === TRIES_TO_FINISH) this.shut();
      else await pause(BUSY);
    }
    return isSaved;
  }

  leave(): void {
    if (this.phase !== "closed") this.close();
    this.shut();
  }

  /** Without LMSFinish, after which no LMS would let the page begin again. */
  reload(): void {
    this.flush();
    this.stopListening();
  }

  /** After LMSFinish no LMS takes anything more from this window. */
  wake(): void {
    this.tell({ kind: "ended", kept: this.local.isKept });
  }

  onSaving(listener: (saving: Saving) => void): void {
    this.listeners.push(listener);
    listener(this.saving);
  }

  /**
   * A second LMSInitialize wipes what was not committed in some LMSs and throws in others, so
   * that after a reload a session that still runs is taken over instead.
   */
  private begin(): "begun" | "adopted" | undefined {
    const runs = (): boolean => !!this.api.get(STATUS);
    if (this.care.isReturn && runs()) return "adopted";
    if (this.api.succeeds("Initialize", "")) return "begun";
    return runs() ? "adopted" : undefined;
  }

  /** What cannot be read must not be written over, as if there were nothing. */
  private isTold({ resume }: Launch): boolean {
    if (!this.status) return !this.api.conceals(STATUS);
    const isBegun = RANKS.indexOf(this.status) >= RANKS.indexOf("incomplete");
    return !isBegun || resume !== "" || !this.api.conceals(RESUME);
  }

  /** A word of the standard, in whatever letters the LMS writes it. */
  private word(element: string): string {
    return (this.api.get(element) ?? "").trim().toLowerCase();
  }

  private read(): Launch {
    const mode = this.word("cmi.core.lesson_mode");
    this.status = this.word(STATUS);
    const score = Number(this.word(RAW) || NaN);
    this.score = score >= 0 ? score : -1;
    const count = this.api.count("cmi.interactions");
    this.takesInteractions = count !== undefined;
    return {
      // `entry` is no guide: it says "resume" only after a clean suspend.
      resume: this.api.get(RESUME) ?? "",
      mode: mode === "review" || mode === "browse" ? mode : "normal",
      // A mark of nought asks for nothing; some LMSs say so where there is none.
      masteryScore: percent(this.api.get("cmi.student_data.mastery_score")) || null,
      recorded: count ?? 0,
      learner: this.api.get("cmi.core.student_id") ?? "",
      isRead: true,
    };
  }

  /** What a reloaded page wrote last may still be on its way, or be lost. */
  private async open(launch: Launch, isAdopted: boolean): Promise<Launch> {
    const { resume, learner } = launch;
    this.objectives = new Objectives(this.api);
    this.table.hold(STATUS, this.status);
    this.table.hold(RESUME, resume);
    this.table.hold(LOCATION, this.api.get(LOCATION) ?? "");
    for (const [element, value] of this.objectives.held) this.table.hold(element, value);
    this.table.isDoubtful = isAdopted;
    this.table.want([[EXIT, "suspend"]]);
    if (RANKS.indexOf(this.status) < RANKS.indexOf("incomplete")) {
      this.table.want([[STATUS, (this.status = "incomplete")]]);
    }
    this.listenForOthers(learner);
    const left = await this.local.begin(resume, decode(this.data, resume).key);
    const copy = lacking(this.data, left, isAdopted ? "" : resume);
    this.lost = copy?.entries ?? [];
    return copy ? { ...launch, copy } : launch;
  }

  private listenForOthers(learner: string): void {
    if (!learner) return;
    const name = namedUuid(NAMESPACE, `${this.data.iri}|${learner}`);
    this.stopListening = this.care.onOtherWindow(name, () => {
      this.shut();
      this.tell({ kind: "elsewhere" });
    });
  }

  private shut(): void {
    this.phase = "closed";
    clearTimeout(this.retry);
    this.stopListening();
    this.release();
  }

  private standingFields({ state, standing }: Milestone): [string, string][] {
    const fields: [string, string][] = [
      [LOCATION, location(state.place)],
      [RESUME, encode(this.data, state)],
      ...(this.objectives?.fields(this.data, state) ?? []),
    ];
    const score = finalScore(this.data, standing);
    if (score !== null && score >= this.score) {
      this.score = score;
      fields.push(["cmi.core.score.min", "0"], ["cmi.core.score.max", "100"]);
      fields.push([RAW, String(score)]);
    }
    const rank = RANKS.indexOf(standing.status);
    if (rank >= Math.max(OPEN_FROM, RANKS.indexOf(this.status))) {
      fields.push([STATUS, (this.status = standing.status)]);
    }
    return fields;
  }

  private entryOf(answered: Answered): LostFields {
    const { block, answer } = answered;
    const vote = isSecondVote(block, answer) ? 1 : 0;
    const fields = interactionFields(this.data, answered);
    return { block: block.id, vote, tries: answer.tries, fields };
  }

  /** An entry's fields at its own place in the LMS's list, which never changes. */
  private placed({ block, vote, fields }: LostFields, state: State): [string, string][] {
    const place = answerTo(state, block).records[vote];
    if (!this.takesInteractions || place === undefined) return [];
    return fields.map(([field, value]) => [`cmi.interactions.${place}.${field}`, value]);
  }

  /** Saves until there is nothing left to save, or it fails; then it comes back by itself. */
  private async run(): Promise<void> {
    if (this.isRunning || this.phase !== "open") return;
    this.isRunning = true;
    clearTimeout(this.retry);
    // A commit freezes the page for up to a second: the screen is let to change first.
    await pause(0);
    let goesOn = true;
    while (goesOn && this.phase === "open" && this.isOwing()) goesOn = await this.attempt();
    this.isRunning = false;
    if (this.phase !== "open" || !goesOn) return;
    if (this.saving.kind !== "saved") this.tell({ kind: "saved", at: new Date() });
    this.release();
  }

  /** Whether there is something to save: also what went while the page did, and may be lost. */
  private isOwing(): boolean {
    if (this.isUnvouched && this.care.resends) this.table.isDoubtful = true;
    this.isUnvouched = false;
    return this.table.isDirty;
  }

  private async attempt(): Promise<boolean> {
    const before = await this.care.presence.ask();
    if (this.phase !== "open") return false;
    if (isAway(before) || !this.save(this.care.resends)) return this.fail(before);
    const after = await this.askAfter();
    if (this.phase !== "open") return false;
    if (isAway(after)) this.table.isDoubtful = true;
    return isAway(after) ? this.fail(after) : this.succeed();
  }

  /**
   * What is kept on this device opens with a key that the LMS must hold: of the commit that
   * brings it the LMS's word is not enough.
   */
  private askAfter(): Promise<Found> | Found {
    return this.local.isHeld ? "there" : this.care.presence.ask();
  }

  private save(resends: boolean): boolean {
    return this.table.save([["cmi.core.session_time", this.sessionTime()]], resends);
  }

  private succeed(): true {
    this.failures = 0;
    this.local.confirm();
    this.tell({ kind: "saved", at: new Date() });
    return true;
  }

  private fail(found: Found): false {
    this.failures += 1;
    const isOver = found === "logged-out" || (found !== "gone" && this.failures >= HOPELESS);
    this.tell({ kind: isOver ? "ended" : "unsaved", kept: this.local.isKept });
    const wait = Math.min(FIRST_PAUSE * 2 ** (this.failures - 1), LONGEST_PAUSE);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.run(), wait);
    return false;
  }

  /** Resolves when all is saved, or nothing can be saved from here any more. */
  private async saved(): Promise<void> {
    if (this.phase !== "open" || !this.isOwing()) return;
    const released = new Promise<void>((done) => this.waiting.push(done));
    void this.run();
    await released;
  }

  private release(): void {
    for (const done of this.waiting.splice(0)) done();
  }

  /**
   * Ends the LMS's session, also in review, where it waits for that. What is in doubt is not sent
   * in another form now: two requests of a page that goes away may overtake each other.
   */
  private close(): boolean {
    if (this.phase === "open") this.save(false);
    return this.api.succeeds("Finish", "");
  }

  private sessionTime(): string {
    return timespan((Date.now() - this.began) / 1000);
  }

  private tell(saving: Saving): void {
    this.saving = saving;
    for (const listener of this.listeners) listener(saving);
  }

  /** Whether this device has kept it is known a moment later. */
  private tellAgain(): void {
    const { kind } = this.saving;
    if (kind === "unsaved" || kind === "ended") this.tell({ kind, kept: this.local.isKept });
    else if (this.phase === "closed" && kind !== "elsewhere") this.wake();
  }
}

/** A letter first: some LMSs compare "01" and "1" as numbers, and keep the old one. */
function location(step: string): string {
  return /^[a-z]/.test(step) ? step : `step-${step}`;
}

function isAway(found: Found): boolean {
  return found === "gone" || found === "logged-out";
}

function percent(text: string | undefined): number | null {
  const mark = text ? Number(text) : NaN;
  return mark >= 0 && mark <= 100 ? mark : null;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((over) => setTimeout(over, milliseconds));
}
