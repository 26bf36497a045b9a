/**
 * Tells the LRS of a Tin Can launch how the learner stands.
 *
 * Two things travel: a state document (resume data, and what has been told once for all), and
 * statements: `initialized` and `terminated` once a session, `answered`, and `completed` and
 * `passed` once a registration. Steps seen are nobody's business: there is no `experienced`.
 * Each statement gets its id and timestamp when it is made and keeps them, whatever happens.
 */

import { lacking } from "./copy";
import { LocalCopy } from "./local-copy";
import { Lrs, type Outcome, type Stored } from "./lrs";
import { decode, encode } from "./resume";
import { finalScore, isVote, reveals, scenesOn, unite } from "./state";
import { NAMESPACE, answered, lifecycle } from "./statement";
import type { Json, LifecycleVerb, Setting } from "./statement";
import { Telling } from "./telling";
import type { TinCanLaunch } from "./tincan-launch";
import type { Answered, Launch, Milestone, ModuleData, Saving, State, Tracker } from "./types";
import { namedUuid, randomUuid } from "./uuid";
import type { Vault } from "./vault";

const STATE_ID = "rsscorm-resume";
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 60_000;
const CONFLICTS = 5;
/** Statements without which nothing that she did is missing. */
const OF_SESSIONS = ["initialized", "terminated"];

export class XapiTracker implements Tracker {
  private data!: ModuleData;
  private setting!: Setting;
  private lrs!: Lrs;
  private session = randomUuid();
  private began = Date.now();
  private ended = false;
  /** Statements that the LRS has not confirmed, oldest first. */
  private queue: Json[] = [];
  /** What the LRS will never take, and she must not be told is saved: ids, or "" for the State. */
  private refused = new Set<string>();
  private flying = new Map<Json, Promise<Outcome>>();
  /** What the state document says; written anew when `isDirty`. */
  private document: { resume: string; completed: boolean; passed: boolean; registration: string } =
    { resume: "", completed: false, passed: false, registration: "" };
  private isDirty = false;
  /** What the LRS held last; undefined when only reading it again can tell. */
  private etag: string | null | undefined;
  private held = "";
  /** What another device of this learner wrote meanwhile. */
  private others?: State;
  private conflicts = 0;
  private latest?: Milestone;
  private running: Promise<void> | undefined;
  private delay = FIRST_DELAY;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly local: LocalCopy;
  private readonly telling = new Telling();

  constructor(
    private readonly launch: TinCanLaunch,
    vault: Vault,
  ) {
    this.local = new LocalCopy(vault, () => this.tellKept());
    globalThis.addEventListener?.("online", () => void this.send());
  }

  async start(data: ModuleData): Promise<Launch> {
    const { activityId, actor, registration } = this.launch;
    this.data = data;
    const id = activityId ?? data.iri;
    const place = { activityId: id, agent: JSON.stringify(actor), stateId: STATE_ID };
    this.lrs = new Lrs(this.launch, { ...place, ...(registration ? { registration } : {}) });
    await this.lrs.meet();
    const stored = await this.lrs.readState();
    if (stored) this.open(stored);
    this.document.registration = registration || this.document.registration || randomUuid();
    this.isDirty = !registration && !stored?.document;
    this.setting = this.makeSetting(id);
    const { resume } = this.document;
    const left = await this.local.begin(resume, decode(data, resume).key);
    this.queue.push(...(left?.statements ?? []));
    this.tellOfSession("initialized");
    void this.send();
    const copy = lacking(data, left, resume);
    return {
      resume,
      mode: "normal",
      masteryScore: null,
      recorded: 0,
      learner: nameOf(actor),
      isRead: !!stored,
      ...(copy ? { copy } : {}),
    };
  }

  record({ answered, ...milestone }: Milestone): void {
    const resume = encode(this.data, milestone.state);
    this.latest = milestone;
    this.isDirty ||= resume !== this.document.resume;
    if (answered) this.tellOfAnswer(answered);
    this.tellOfCompletion(milestone);
    this.keep();
    if (this.ended) return this.telling.tell({ kind: "ended", kept: this.local.isKept });
    this.telling.tell({ kind: "saving" });
    void this.send();
  }

  /** All at once, since the page may be gone before an answer; the queue stays until one comes. */
  flush(): void {
    if (!this.setting) return;
    const mustWait = this.running !== undefined || this.etag === undefined;
    if (this.isDirty && mustWait) void this.lrs.writeState(this.compose(), null);
    void this.send();
    for (const statement of this.queue) void this.put(statement);
  }

  resume(): void {
    void this.send();
  }

  async finish(): Promise<boolean> {
    if (!this.setting) return false;
    this.leave();
    const waits = (): boolean => this.isDirty || this.queue.length > 0;
    while (waits()) {
      await this.send();
      if (waits()) await new Promise((rest) => setTimeout(rest, this.delay));
    }
    return !this.refused.size;
  }

  leave(): void {
    if (this.setting && !this.ended) {
      this.ended = true;
      this.tellOfSession("terminated", (Date.now() - this.began) / 1000);
      this.keep();
    }
    this.flush();
  }

  reload(): void {
    this.leave();
  }

  /** A page that comes back begins a new session; what its last words did, only the LRS knows. */
  wake(): void {
    this.ended = false;
    this.session = randomUuid();
    this.began = Date.now();
    this.etag = undefined;
    this.tellOfSession("initialized");
    void this.send();
  }

  onSaving(listener: (saving: Saving) => void): void {
    this.telling.listen(listener);
  }

  private makeSetting(id: string): Setting {
    const { actor, platform, grouping } = this.launch;
    return {
      actor,
      registration: this.document.registration,
      activity: { id, name: this.data.title },
      language: this.data.language,
      edition: this.data.edition,
      ...(platform ? { platform } : {}),
      ...(grouping ? { grouping } : {}),
    };
  }

  private tellOfSession(verb: LifecycleVerb, seconds?: number): void {
    const id = namedUuid(NAMESPACE, `${this.session}|${verb}`);
    const outcome = seconds === undefined ? {} : { seconds };
    this.queue.push(lifecycle(this.setting, id, new Date().toISOString(), verb, outcome));
  }

  /** A learner's own words are told to nobody, not even that there are some. */
  private tellOfAnswer({ block, answer, at, seconds }: Answered): void {
    const { interaction } = block;
    const step = this.data.steps.find(({ blocks }) => blocks.includes(block));
    if (!interaction || !step || interaction.type === "fill-in") return;
    const vote = isVote(this.data, block);
    const time = at.toISOString();
    // A vote has one name whatever device casts it; any other answer is told as often as given.
    const name = [this.setting.registration, block.iri, answer.tries, ...(vote ? [] : [time])];
    const value = interaction.reports === "poll" ? answer.value.slice(-1) : answer.value;
    const scenes = block.scenes ? scenesOn(block, value) : [];
    const response = block.scenes ? value.map((turn, at) => `${scenes[at]}.${turn}`) : value;
    const told = reveals(this.data, block) ? { response, right: answer.right, seconds } : null;
    const about = { id: block.iri, interaction, tolerance: block.tolerance ?? 0 };
    const answering = { step: { id: step.iri, name: step.title }, block: about, vote, told };
    this.queue.push(answered(this.setting, namedUuid(NAMESPACE, name.join("|")), time, answering));
  }

  /** The score goes with the statement that says most. */
  private tellOfCompletion({ standing }: Milestone): void {
    if (standing.status === "incomplete") return;
    const score = finalScore(this.data, standing);
    const scored = score === null ? {} : { score };
    const passed = standing.status === "passed";
    this.tellOnce("completed", passed ? {} : scored);
    if (passed) this.tellOnce("passed", scored);
  }

  private tellOnce(verb: "completed" | "passed", outcome: { score?: number }): void {
    const id = namedUuid(
      NAMESPACE,
      `${this.setting.registration}|${this.setting.activity.id}|${verb}`,
    );
    if (this.document[verb] || this.queue.some((statement) => statement["id"] === id)) return;
    this.queue.push(lifecycle(this.setting, id, new Date().toISOString(), verb, outcome));
  }

  /** Sends all that waits, one at a time; comes back later, less and less often, if it can't. */
  private send(): Promise<void> {
    clearTimeout(this.retry);
    this.running ??= this.drain().finally(() => (this.running = undefined));
    return this.running;
  }

  private async drain(): Promise<void> {
    let fine = true;
    while (fine && (this.isDirty || this.queue.length)) {
      fine = this.isDirty ? await this.saveState() : await this.sendStatement();
    }
    if (fine && !this.refused.has("")) this.local.confirm();
    this.telling.tell(this.savingNow(fine));
    if (fine) this.delay = FIRST_DELAY;
    else this.sendLater();
  }

  private sendLater(): void {
    this.retry = setTimeout(() => void this.send(), this.delay * (0.5 + Math.random() / 2));
    this.delay = Math.min(2 * this.delay, LONGEST_DELAY);
  }

  private async sendStatement(): Promise<boolean> {
    const statement = this.queue[0] as Json;
    const outcome = await this.put(statement);
    if (outcome === "later") return false;
    this.queue.shift();
    this.keep();
    const verb = String((statement["verb"] as Json)["id"]).replace(/.*\//, "");
    if (outcome === "refused" && !OF_SESSIONS.includes(verb)) {
      this.refused.add(String(statement["id"]));
    }
    if (outcome === "sent" && (verb === "completed" || verb === "passed")) {
      this.document[verb] = this.isDirty = true;
    }
    return true;
  }

  /** One request at a time for each statement. */
  private put(statement: Json): Promise<Outcome> {
    const request =
      this.flying.get(statement) ??
      this.lrs.putStatement(statement).finally(() => this.flying.delete(statement));
    this.flying.set(statement, request);
    return request;
  }

  private async saveState(): Promise<boolean> {
    if (this.etag === undefined && !(await this.reread())) return false;
    const document = this.compose();
    this.isDirty = false;
    const [outcome, etag] = await this.lrs.writeState(document, this.etag ?? null);
    this.etag = etag ?? undefined;
    if (outcome === "sent" || outcome === "refused") {
      this.conflicts = 0;
      if (outcome === "refused") this.refused.add("");
      else this.refused.delete("");
      this.held = document.resume;
      return true;
    }
    this.isDirty = true;
    return outcome === "conflict" && ++this.conflicts % CONFLICTS !== 0;
  }

  private async reread(): Promise<boolean> {
    const stored = await this.lrs.readState();
    if (stored) this.open(stored);
    return !!stored;
  }

  /** Takes in what the LRS holds: what was told is never untold. */
  private open({ document, etag }: Stored): void {
    const resume = String(document?.["resume"] ?? "");
    if (this.latest && resume && resume !== this.held) this.others = decode(this.data, resume);
    this.held = resume;
    this.document.resume ||= resume;
    this.document.registration ||= String(document?.["registration"] ?? "");
    this.document.completed ||= document?.["completed"] === true;
    this.document.passed ||= document?.["passed"] === true;
    this.etag = etag;
  }

  private compose(): XapiTracker["document"] {
    const state = this.latest?.state;
    if (state) {
      this.document.resume = encode(this.data, this.others ? unite(state, this.others) : state);
    }
    return { ...this.document };
  }

  /** What the LRS has not confirmed waits on this device too. */
  private keep(): void {
    const state = this.latest?.state;
    if (state) this.local.keep(encode(this.data, state), state.key, [], this.queue);
  }

  /** What an LRS has refused is kept nowhere that would bring it back. */
  private tellKept(): void {
    this.telling.tellKept(this.local.isKept && !this.refused.size);
  }

  private savingNow(fine: boolean): Saving {
    if (!fine) return { kind: "unsaved", kept: this.local.isKept };
    if (this.refused.size) return { kind: "ended", kept: false };
    return { kind: "saved", at: new Date() };
  }
}

/** Whom the launch names, as a text (xAPI, Data 2.4.2.3: an agent has one identifier). */
function nameOf(actor: Json): string {
  const { account, mbox, mbox_sha1sum, openid } = actor;
  return JSON.stringify(account ?? mbox ?? mbox_sha1sum ?? openid ?? "");
}
