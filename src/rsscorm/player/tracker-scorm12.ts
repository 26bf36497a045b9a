/**
 * Tells a SCORM 1.2 LMS how the learner stands, and trusts it in nothing.
 *
 * One loop writes, and never twice at once: it asks whether the LMS is there, then sets and
 * commits all that is new in one task. After a commit that failed, or that nobody can vouch for,
 * everything is sent again: another value for each element, and then the truth. All of it stays
 * on this device too, and what the LMS turns out to lack at the next launch is written then.
 *
 * What it should hold is said by `scorm12-attempt.ts`; in review nothing is written, since some
 * LMSs would save it.
 */

import { lacking } from "./copy";
import { LocalCopy } from "./local-copy";
import type { Found, Presence } from "./presence";
import { decode, encode } from "./resume";
import { type Scorm12Api } from "./scorm12-api";
import { Scorm12Attempt, entryOf } from "./scorm12-attempt";
import { timespan } from "./scorm12-interaction";
import { STATUS, Scorm12Record } from "./scorm12-record";
import { NAMESPACE } from "./statement";
import { Telling } from "./telling";
import { NO_LAUNCH } from "./tracker-none";
import type { Launch, Milestone, ModuleData, NewEntry, Saving, Tracker } from "./types";
import { namedUuid } from "./uuid";
import type { Vault } from "./vault";
import type { OtherWindows } from "./windows";

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
  /** Whether it was seen that all was saved before it was shown again: then nothing is in doubt. */
  isSaved?: boolean;
  presence: Presence;
  vault: Vault;
  onOtherWindow: OtherWindows;
  /** Whether a doubt is met with other values first (`alternates.ts`). */
  resends: boolean;
}

export class Scorm12Tracker implements Tracker {
  /** `closed`: nothing can be written from this window any more, or never could. */
  private phase: "open" | "review" | "closed" = "closed";
  private data!: ModuleData;
  /** Undefined where the LMS would not even begin. */
  private attempt: Scorm12Attempt | undefined;
  private readonly table: Scorm12Record;
  private readonly local: LocalCopy;
  private readonly telling = new Telling();
  /** What an earlier window could not save: written when its places are known. */
  private lost: NewEntry[] = [];
  private isRunning = false;
  /** Whether something was committed while the page went away, which nobody can vouch for. */
  private isUnvouched = false;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
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
    const attempt = how && new Scorm12Attempt(this.api, data);
    if (!attempt?.isTold) {
      this.telling.tell({ kind: "ended", kept: false });
      return { ...NO_LAUNCH, learner: attempt?.launch.learner ?? "" };
    }
    this.attempt = attempt;
    this.phase = attempt.launch.mode === "normal" ? "open" : "review";
    if (this.phase === "open") return this.open(attempt, how === "adopted");
    this.telling.tell({ kind: "review" });
    return attempt.launch;
  }

  record({ answered, ...milestone }: Milestone): void {
    if (this.phase === "review" || this.telling.kind === "elsewhere") return;
    const { state } = milestone;
    const entries = [...this.lost, ...(answered ? [entryOf(this.data, answered)] : [])];
    this.lost = [];
    this.table.want(this.attempt?.fields(milestone, entries) ?? []);
    this.local.keep(encode(this.data, state), state.key, entries);
    if (this.phase === "closed") return this.tellAgain();
    if (this.table.isDirty && !this.failures) this.telling.tell({ kind: "saving" });
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
    this.telling.tell({ kind: "ended", kept: this.local.isKept });
  }

  onSaving(listener: (saving: Saving) => void): void {
    this.telling.listen(listener);
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

  /** What a reloaded page wrote last may still be on its way, or be lost. */
  private async open(attempt: Scorm12Attempt, isAdopted: boolean): Promise<Launch> {
    const { launch } = attempt;
    const { resume, learner } = launch;
    this.table.hold(attempt.held());
    this.table.isDoubtful = isAdopted && !this.care.isSaved;
    this.table.want(attempt.beginning());
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
      this.telling.tell({ kind: "elsewhere" });
    });
  }

  private shut(): void {
    this.phase = "closed";
    clearTimeout(this.retry);
    this.stopListening();
    this.release();
  }

  /** Saves until there is nothing left to save, or it fails; then it comes back by itself. */
  private async run(): Promise<void> {
    if (this.isRunning || this.phase !== "open") return;
    this.isRunning = true;
    clearTimeout(this.retry);
    // A commit freezes the page for up to a second: the screen is let to change first.
    await pause(0);
    let goesOn = true;
    while (goesOn && this.phase === "open" && this.isOwing()) goesOn = await this.saveOnce();
    this.isRunning = false;
    if (this.phase !== "open" || !goesOn) return;
    if (this.telling.kind !== "saved") this.telling.tell({ kind: "saved", at: new Date() });
    this.release();
  }

  /** Whether there is something to save: also what went while the page did, and may be lost. */
  private isOwing(): boolean {
    if (this.isUnvouched && this.care.resends) this.table.isDoubtful = true;
    this.isUnvouched = false;
    return this.table.isDirty;
  }

  private async saveOnce(): Promise<boolean> {
    const before = await this.care.presence.ask();
    if (this.phase !== "open") return false;
    if (isAway(before) || !this.save(this.care.resends)) return this.fail(before);
    const after = await this.askAfter();
    if (this.phase !== "open") return false;
    if (!isAway(after)) return this.succeed();
    this.table.isDoubtful = true;
    return this.fail(after);
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
    this.telling.tell({ kind: "saved", at: new Date() });
    return true;
  }

  private fail(found: Found): false {
    this.failures += 1;
    const isOver = found === "logged-out" || (found !== "gone" && this.failures >= HOPELESS);
    this.telling.tell({ kind: isOver ? "ended" : "unsaved", kept: this.local.isKept });
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

  /** A window that is over says so, whatever it said before of what it had saved. */
  private tellAgain(): void {
    const { kind } = this.telling;
    if (this.phase === "closed" && (kind === "saved" || kind === "saving")) return this.wake();
    this.telling.tellKept(this.local.isKept);
  }
}

function isAway(found: Found): boolean {
  return found === "gone" || found === "logged-out";
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((over) => setTimeout(over, milliseconds));
}
