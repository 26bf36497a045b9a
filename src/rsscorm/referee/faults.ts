/**
 * The ways in which real LMSs go wrong, each a switch of the referee.
 *
 * A fault is switched on by a spec: its name, and if need be from which chance on and how many
 * times it bites: `commit-false`, `commit-false@2` (from the second save on), `commit-false@2x3`
 * (the second to the fourth). It ends after that many times, when it is switched off, or with the
 * launch. Faults combine: the first of the table is the outermost. What bit is in `fired`.
 *
 * The sources are what was measured on Moodle 4.5 and read in the code of the NHS Learning Hub.
 */

import { OVER, STATUS } from "./record";
import type { Attempt } from "./record";

/** What the content's own requests meet: an answer, none, or a page to log in again. */
export type Network = "up" | "down" | "login";

/** What a fault sees of the LMS that it spoils. */
export interface Inside {
  /** What the SCO would read, by element. */
  readonly values: Record<string, string>;
  /** What the LMS tells at this launch and no SCO can change. */
  readonly told: Record<string, string>;
  /** The record as it was last kept. */
  readonly attempt: Attempt;
  /** Whether LMSInitialize was called, and LMSFinish not yet. */
  readonly isRunning: boolean;
  readonly error: string;
  /** Milliseconds since the launch. */
  now(): number;
  /** Whether the window is going away. */
  isLeaving(): boolean;
  /** Leave this error behind, through no fault of the SCO. */
  fail(error: "101" | "401", why: string): void;
  /** Take back the refusal of this call; it stays noted as a breach that this LMS let pass. */
  pardon(): void;
  /** Begin the launch with another record. */
  reopen(attempt: Attempt): void;
}

/** What a fault does; each part may pass on (`go`) what it does not spoil. */
export interface Hooks {
  /** At the launch, before the SCO can call. */
  open?(): void;
  call?(call: string, args: readonly unknown[], go: () => unknown): unknown;
  /** At LMSCommit and LMSFinish; false means that it could not be kept. */
  save?(attempt: Attempt, go: (attempt: Attempt) => boolean): boolean;
  /** Whether a SCO that looks for the API sees none. */
  hides?(): boolean;
}

/** Counts a chance to bite, and says whether it is to be taken. */
type Bite = () => boolean;

/** What a fault spoils, in the order in which a learner would meet it. */
export const GROUPS = {
  reach: "Finding the LMS",
  save: "Saving",
  return: "Coming back",
  answer: "What it knows and answers",
  record: "What it makes of the record",
} as const;

export interface Fault {
  readonly group: keyof typeof GROUPS;
  /** What the LMS does, for the switch. */
  readonly title: string;
  /** Which LMS does so, or when. */
  readonly imitates: string;
  /** What was seen. */
  readonly source: string;
  /** When it bites: each such moment is a chance. */
  readonly fires: string;
  /** How often it bites before it ends by itself, unless the spec says otherwise. */
  readonly times: number;
  /** What becomes of the content's own requests from the first bite to the end. */
  readonly network?: "down" | "login";
  readonly begin: (lms: Inside, bite: Bite) => Hooks;
}

/** Until it is switched off, or the next launch. */
const ALWAYS = Infinity;
const LATE = 1500;
const FREEZE = 860;
const BUSY = 500;
const PASS_MARK = "70";
const RAW = "cmi.core.score.raw";
const MASTERY = "cmi.student_data.mastery_score";
const STATE = "cmi.suspend_data";
const COMMENTS = "cmi.comments";
const LONGEST = 64_000;
const SAVES = "each time that the LMS saves (LMSCommit and LMSFinish)";

/** Every fault by its name, the outermost first: the API, calls, sending, the way, the record. */
export const FAULTS = {
  "api-missing": {
    group: "reach",
    title: "There is no API",
    imitates: "A package opened outside its LMS, or in a tab of its own",
    source: 'iOS "open in new tab" disconnects the window from the API',
    fires: "each time that the package looks for the API",
    times: ALWAYS,
    begin: (_lms, bite) => ({ hides: bite }),
  },
  "api-late": {
    group: "reach",
    title: "The API comes late",
    imitates: "An LMS whose own script is slower than the package",
    source: "The API is at parent.API, also in a popup; nothing says when",
    fires: `each time that the package looks for the API in the first ${LATE} ms`,
    times: ALWAYS,
    begin: (lms, bite) => ({ hides: () => lms.now() < LATE && bite() }),
  },
  "blank-relaunch": {
    group: "return",
    title: "After completion it starts blank",
    imitates: "NHS Learning Hub",
    source: "A launch after completed starts blank as incomplete",
    fires: "at a launch with a record that is passed, completed or failed",
    times: ALWAYS,
    begin: (lms, bite) => ({
      open: () => {
        if (OVER.includes(lms.attempt[STATUS] ?? "") && bite()) {
          lms.reopen({ [STATUS]: "incomplete" });
        }
      },
    }),
  },
  "cleared-state": {
    group: "return",
    title: "The package's own state was cleared",
    imitates: "NHS Learning Hub",
    source: "Publishers can clear suspend_data by force",
    fires: "at a launch with a record that holds suspend_data",
    times: ALWAYS,
    begin: (lms, bite) => ({
      open: () => {
        const { [STATE]: state, ...others } = lms.attempt;
        if (state && bite()) lms.reopen(others);
      },
    }),
  },
  "mastery-at-finish": {
    group: "record",
    title: `The LMS has a pass mark of ${PASS_MARK}, and judges by it`,
    imitates: "Moodle, and every LMS that has been given a mastery score",
    source: "With a mastery score the LMS overrides status at Finish (69 < 70 turned completed " +
      "into failed)",
    fires: "at LMSFinish with a score; the mark is told from the launch on",
    times: ALWAYS,
    begin: (lms, bite) => ({
      open: () => void (lms.told[MASTERY] = PASS_MARK),
      call: (call, _args, go) => {
        if (call === "LMSFinish" && lms.isRunning && lms.values[RAW]) bite();
        return go();
      },
    }),
  },
  "killed-tab": {
    group: "save",
    title: "The tab is killed: nothing arrives at the end",
    imitates: "A crash, a phone that ends the browser, a PC that is switched off",
    source: "On a crash all that was committed survives; only total_time is lost",
    fires: "at each call while the window goes away",
    times: ALWAYS,
    begin: (lms, bite) => ({ call: (_call, _args, go) => (lms.isLeaving() && bite() ? "" : go()) }),
  },
  slow: {
    group: "save",
    title: "It answers slowly, and freezes the page",
    imitates: "Moodle with 100 new interactions; a busy server",
    source: "LMSCommit is a synchronous request: 75-350 ms of frozen page, 860 ms for 100 new " +
      "interactions",
    fires: "at each LMSCommit and LMSFinish",
    times: ALWAYS,
    begin: (lms, bite) => ({
      call: (call, _args, go) => {
        if (isSaving(call) && bite()) freeze(lms);
        return go();
      },
    }),
  },
  "finish-during-commit": {
    group: "save",
    title: "LMSFinish is refused while a commit is under way",
    imitates: "An LMS that commits in the background",
    source: "A hidden-tab commit collided with finish (adaptlearning/adapt_framework#1625)",
    fires: `at LMSFinish less than ${BUSY} ms after an LMSCommit`,
    times: ALWAYS,
    begin: busy,
  },
  "second-initialize-throws": {
    group: "return",
    title: "A second LMSInitialize throws",
    imitates: "Moodle",
    source: "A second LMSInitialize throws once an interaction or objective exists",
    fires: "at a second LMSInitialize, once an interaction or objective exists",
    times: ALWAYS,
    begin: (lms, bite) => ({
      call: (call, _args, go) => {
        const lists = /^cmi\.(interactions|objectives)\./;
        const isSecond = call === "LMSInitialize" && lms.isRunning;
        if (isSecond && Object.keys(lms.values).some((name) => lists.test(name)) && bite()) {
          throw new TypeError("Cannot set properties of undefined");
        }
        return go();
      },
    }),
  },
  "second-initialize-wipes": {
    group: "return",
    title: "A second LMSInitialize wipes what was not committed",
    imitates: "Moodle",
    source: "A second LMSInitialize wipes uncommitted values",
    fires: "at a second LMSInitialize",
    times: ALWAYS,
    begin: (lms, bite) => ({
      call: (call, _args, go) => {
        if (call === "LMSInitialize" && lms.isRunning && bite()) lms.reopen(lms.attempt);
        return go();
      },
    }),
  },
  "no-interactions": {
    group: "answer",
    title: "It has no interactions",
    imitates: "A small LMS: the standard does not ask for them",
    source: "LMS MAY lack objectives, interactions, student_preference entirely: 401",
    fires: "at each LMSGetValue and LMSSetValue below cmi.interactions",
    times: ALWAYS,
    begin: lacks("cmi.interactions"),
  },
  "no-objectives": {
    group: "answer",
    title: "It has no objectives",
    imitates: "A small LMS: the standard does not ask for them",
    source: "LMS MAY lack objectives, interactions, student_preference entirely: 401",
    fires: "at each LMSGetValue and LMSSetValue below cmi.objectives",
    times: ALWAYS,
    begin: lacks("cmi.objectives"),
  },
  "no-preferences": {
    group: "answer",
    title: "It has no student preferences",
    imitates: "A small LMS: the standard does not ask for them",
    source: "LMS MAY lack objectives, interactions, student_preference entirely: 401",
    fires: "at each LMSGetValue and LMSSetValue below cmi.student_preference",
    times: ALWAYS,
    begin: lacks("cmi.student_preference"),
  },
  numbers: {
    group: "answer",
    title: "It answers numbers for strings",
    imitates: "Moodle",
    source: "LMSGetValue can return numbers, not strings",
    fires: "at each LMSGetValue whose answer looks like a number",
    times: ALWAYS,
    begin: (_lms, bite) => ({
      call: (call, _args, go) => {
        const answer = go();
        const isNumber = call === "LMSGetValue" && /^-?\d+(\.\d+)?$/.test(String(answer));
        return isNumber && bite() ? Number(answer) : answer;
      },
    }),
  },
  "count-of-entries": {
    group: "answer",
    title: "_count counts entries, not up to the highest index",
    imitates: "Moodle",
    source: "After lost interactions _count counts entries, not the highest index + 1",
    fires: "at an LMSGetValue of a _count, once an entry was lost",
    times: ALWAYS,
    begin: (lms, bite) => ({
      call: (call, [name], go) => {
        const answer = go();
        const [, list] = /^(.*)\._count$/.exec(String(name)) ?? [];
        if (call !== "LMSGetValue" || !list || answer === "") return answer;
        const there = String(entries(lms.values, list));
        return there !== answer && bite() ? there : answer;
      },
    }),
  },
  "comments-append": {
    group: "answer",
    title: "cmi.comments appends",
    imitates: "Moodle",
    source: 'cmi.comments appends ("hi" + " there" read back "hi there")',
    fires: "at each LMSSetValue of cmi.comments but the first",
    times: ALWAYS,
    begin: (lms, bite) => ({
      call: (call, [name], go) => {
        const before = lms.values[COMMENTS];
        const answer = go();
        const isMore = call === "LMSSetValue" && name === COMMENTS && answer === "true";
        if (isMore && before && bite()) lms.values[COMMENTS] = before + lms.values[COMMENTS];
        return answer;
      },
    }),
  },
  "long-texts": {
    group: "answer",
    title: "It takes texts of 64,000 characters",
    imitates: 'Moodle without "SCORM standards mode"',
    source: "Limits by default 64,000 characters for suspend_data, lesson_location and " +
      "student_response",
    fires: "at each LMSSetValue that is too long for the standard, and not for this LMS",
    times: ALWAYS,
    begin: (lms, bite) => ({
      call: (call, args, go) => {
        const answer = go();
        if (call !== "LMSSetValue" || lms.error !== "405" || !isLong(args) || !bite()) {
          return answer;
        }
        lms.values[String(args[0])] = String(args[1]);
        lms.pardon();
        return "true";
      },
    }),
  },
  "error-always-0": {
    group: "answer",
    title: "LMSGetLastError is always 0",
    imitates: "An LMS that reports no errors",
    source: "A failed commit can report success",
    fires: "at each LMSGetLastError after a call that failed",
    times: ALWAYS,
    begin: (_lms, bite) => ({
      call: (call, _args, go) => {
        const error = go();
        return call === "LMSGetLastError" && error !== "0" && bite() ? "0" : error;
      },
    }),
  },
  "force-completed": {
    group: "record",
    title: "A score is taken for completion",
    imitates: 'Moodle with "force completed"',
    source: '"Force completed" turned incomplete + raw 40 into completed',
    fires: "at LMSFinish with a score and the status incomplete",
    times: ALWAYS,
    begin: (lms, bite) => ({
      call: (call, _args, go) => {
        const halfWay = lms.values[STATUS] === "incomplete" && lms.values[RAW];
        const ends = call === "LMSFinish" && lms.isRunning;
        if (ends && halfWay && bite()) lms.values[STATUS] = "completed";
        return go();
      },
    }),
  },
  "marks-as-sent": {
    group: "save",
    title: "A commit fails, and its values count as sent",
    imitates: "Moodle",
    source: "Each element is marked as sent before it is; setting the same value again sends " +
      "nothing",
    fires: `${SAVES}; afterwards only what changed since is sent`,
    times: 1,
    begin: marking(false),
  },
  "lying-beacon": {
    group: "save",
    title: 'Offline, a commit answers "true" and is lost',
    imitates: "Moodle",
    source: 'Offline the call falls back to a beacon that returns "true", error 0',
    fires: `${SAVES}; afterwards only what changed since is sent`,
    times: ALWAYS,
    network: "down",
    begin: marking(true),
  },
  "commit-false": {
    group: "save",
    title: "A commit fails, and says so",
    imitates: "An LMS whose server answers 503",
    source: "Offline, a 503, and a session lost and restored alike: false, 101",
    fires: SAVES,
    times: 3,
    begin: saving(false),
  },
  "commit-lost": {
    group: "save",
    title: 'A commit answers "true" and is lost',
    imitates: "A fault in the commit endpoint alone",
    source: "The check with a tiny packaged file misses a fault in the commit endpoint alone",
    fires: SAVES,
    times: 3,
    begin: saving(true),
  },
  offline: {
    group: "save",
    title: "The network is gone for a while",
    imitates: "A ward at the end of the Wi-Fi",
    source: "Offline: the packaged file cannot be had, and each commit is false",
    fires: SAVES,
    times: ALWAYS,
    network: "down",
    begin: saving(false),
  },
  "session-gone": {
    group: "save",
    title: "The LMS has logged the learner out",
    imitates: "Moodle",
    source: "A session lost: every commit is false, 101, and a request is sent on to the log-in",
    fires: SAVES,
    times: ALWAYS,
    network: "login",
    begin: saving(false),
  },
  "new-login": {
    group: "save",
    title: "The learner has logged in again in another tab",
    imitates: "Moodle",
    source: "After a real new login every commit is false/101, because the page holds the old " +
      "session key; a packaged file answers 200",
    fires: SAVES,
    times: ALWAYS,
    begin: saving(false),
  },
  "loose-comparison": {
    group: "record",
    title: "Values that are equal as numbers are not stored",
    imitates: "Moodle",
    source: "'5' -> '5.0', '0e12' -> '0e99', '012' -> '12' are never stored though commit says " +
      "true",
    fires: `${SAVES} and a value equals the stored one as a number alone`,
    times: ALWAYS,
    begin: storing((value, before) => (sameNumber(value, before) ? before : value)),
  },
  "empty-score": {
    group: "record",
    title: "An empty score is stored as 0",
    imitates: "Moodle",
    source: "A score of '' is stored as 0",
    fires: `${SAVES} and a score is empty`,
    times: ALWAYS,
    begin: storing((value, _before, name) =>
      value === "" && /\.score\.(raw|min|max)$/.test(name) ? "0" : value,
    ),
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

/** A bite of a fault: at which call, and when, in milliseconds since the launch. */
export interface Fired {
  readonly fault: string;
  readonly call: string;
  readonly at: number;
}

interface Working {
  from: number;
  times: number;
  chances: number;
  hasBegun: boolean;
  readonly hooks: Hooks;
}

/** The faults of one launch, and what they did. */
export class Switchboard {
  readonly fired: Fired[] = [];
  private readonly working = new Map<FaultName, Working>();
  private during = "launch";
  private network: Network = "up";

  constructor(
    private readonly lms: Inside,
    private readonly tellNetwork: (network: Network) => void = () => {},
  ) {}

  /** The launch begins with these faults; throws an `Error` for a spec that is none. */
  open(specs: readonly string[]): void {
    for (const spec of specs) this.arrange(spec);
    for (const hooks of this.hooks()) hooks.open?.();
  }

  /** Throws an `Error` for a spec that is none. What bites at a launch alone waits for the next. */
  switchOn(spec: string): void {
    const fault = this.working.get(this.arrange(spec))!;
    fault.hasBegun = fault.from === 1;
    this.settle();
  }

  /** The fault bites no more. What it spoiled stays spoiled, as in life. */
  switchOff(name: string): void {
    const fault = this.working.get(name as FaultName);
    if (fault) fault.times = 0;
    this.settle();
  }

  isOn(name: string): boolean {
    const fault = this.working.get(name as FaultName);
    return fault !== undefined && fault.chances < fault.from - 1 + fault.times;
  }

  call(call: string, args: readonly unknown[], go: () => unknown): unknown {
    this.during = call;
    const pass = (inner: () => unknown, hooks: Hooks): (() => unknown) =>
      hooks.call ? () => hooks.call!(call, args, inner) : inner;
    return this.hooks().reduceRight(pass, go)();
  }

  save(attempt: Attempt, go: (attempt: Attempt) => boolean): boolean {
    const pass = (inner: typeof go, hooks: Hooks): typeof go =>
      hooks.save ? (saved) => hooks.save!(saved, inner) : inner;
    return this.hooks().reduceRight(pass, go)(attempt);
  }

  /** Whether a SCO that looks for the API now sees none. */
  hides(): boolean {
    this.during = "API";
    return this.hooks().some((hooks) => hooks.hides?.());
  }

  private hooks(): Hooks[] {
    const names = Object.keys(FAULTS) as FaultName[];
    return names.flatMap((name) => this.working.get(name)?.hooks ?? []);
  }

  private arrange(spec: string): FaultName {
    const { name, from, times } = readSpec(spec);
    const fault: Fault = FAULTS[name];
    const hooks = this.working.get(name)?.hooks ?? fault.begin(this.lms, () => this.bite(name));
    this.working.set(name, {
      hooks, from, times: times ?? fault.times, chances: 0, hasBegun: false,
    });
    return name;
  }

  private bite(name: FaultName): boolean {
    const fault = this.working.get(name)!;
    fault.chances += 1;
    const bites = fault.chances >= fault.from && fault.chances < fault.from + fault.times;
    if (bites) {
      fault.hasBegun = true;
      this.fired.push({ fault: name, call: this.during, at: this.lms.now() });
    }
    this.settle();
    return bites;
  }

  /** The network is as bad as the worst fault that has begun and goes on. */
  private settle(): void {
    const bad = [...this.working]
      .filter(([name, { hasBegun }]) => hasBegun && this.isOn(name))
      .map(([name]) => (FAULTS[name] as Fault).network);
    this.setNetwork(bad.includes("down") ? "down" : bad.includes("login") ? "login" : "up");
  }

  private setNetwork(network: Network): void {
    if (network === this.network) return;
    this.network = network;
    this.tellNetwork(network);
  }
}

/** Takes a spec apart; throws an `Error` that names all faults where there is none of this name. */
export function readSpec(spec: string): { name: FaultName; from: number; times?: number } {
  const [, name = "", from = "1", times] = /^([a-z0-9-]+)(?:@(\d+))?(?:x(\d+))?$/.exec(spec) ?? [];
  if (!Object.hasOwn(FAULTS, name) || from === "0") {
    throw new Error(`There is no fault "${spec}". There are: ${Object.keys(FAULTS).join(", ")}.`);
  }
  const found = { name: name as FaultName, from: Number(from) };
  return times === undefined ? found : { ...found, times: Number(times) };
}

function isSaving(call: string): boolean {
  return call === "LMSCommit" || call === "LMSFinish";
}

function freeze(lms: Inside): void {
  const until = lms.now() + FREEZE;
  while (lms.now() < until);
}

function busy(lms: Inside, bite: Bite): Hooks {
  let until = -Infinity;
  return {
    call: (call, _args, go) => {
      if (call === "LMSCommit") until = lms.now() + BUSY;
      if (call !== "LMSFinish" || lms.now() >= until || !bite()) return go();
      lms.fail("101", "a commit is still under way");
      return "false";
    },
  };
}

function lacks(part: string): Fault["begin"] {
  return (lms, bite) => ({
    call: (call, [name], go) => {
      const asks = call === "LMSGetValue" || call === "LMSSetValue";
      const isPart = `${String(name)}.`.startsWith(`${part}.`);
      if (!asks || !isPart || !lms.isRunning || !bite()) return go();
      lms.fail("401", `this LMS has no ${part}`);
      return call === "LMSGetValue" ? "" : "false";
    },
  });
}

function saving(answer: boolean): Fault["begin"] {
  return (_lms, bite) => ({ save: (attempt, go) => (bite() ? answer : go(attempt)) });
}

/** Sends what differs from what it last tried to send, whether or not that arrived. */
function marking(answer: boolean): Fault["begin"] {
  return (lms, bite) => {
    let marked = lms.attempt;
    return {
      save: (attempt, go) => {
        const news = Object.entries(attempt).filter(([name, value]) => marked[name] !== value);
        marked = attempt;
        return bite() ? answer : go({ ...lms.attempt, ...Object.fromEntries(news) });
      },
    };
  };
}

/** What arrives is not what is kept: a value, the one before it, and the element's name. */
function storing(
  stored: (value: string, before: string | undefined, name: string) => string | undefined,
): Fault["begin"] {
  return (lms, bite) => ({
    save: (attempt, go) => {
      const kept = Object.entries(attempt).map(([name, value]) => {
        const other = stored(value, lms.attempt[name], name) ?? value;
        return [name, other !== value && bite() ? other : value];
      });
      return go(Object.fromEntries(kept));
    },
  });
}

/** As PHP compares two strings with `==`: as numbers, where both are some. */
function sameNumber(value: string, before: string | undefined): boolean {
  const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
  if (before === undefined || !number.test(value) || !number.test(before)) return false;
  return Number(value) === Number(before);
}

function isLong([name, value]: readonly unknown[]): boolean {
  const element = /^cmi\.(suspend_data|core\.lesson_location|interactions\.\d+\.student_response)$/;
  const limit = name === STATE ? 4096 : 255;
  const { length } = String(value);
  return element.test(String(name)) && length > limit && length <= LONGEST;
}

function entries(values: Attempt, list: string): number {
  const names = Object.keys(values).filter((name) => name.startsWith(`${list}.`));
  return new Set(names.map((name) => name.slice(list.length + 1).split(".")[0])).size;
}
