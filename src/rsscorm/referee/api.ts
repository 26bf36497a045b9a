/**
 * The referee: a strict SCORM 1.2 LMS API (Run-Time Environment, "API" and "Data model").
 *
 * It answers as the standard says, notes every breach with its clause, and keeps the record from
 * launch to launch as an LMS does:
 *
 *     const referee = new Referee({ learner, sco, attempt, save, faults: ["commit-lost@2"] });
 *     referee.install(window);
 */

import { Switchboard } from "./faults";
import type { Fired, Inside, Network } from "./faults";
import * as formats from "./formats";
import type { Format } from "./formats";
import { childrenOf, indicesOf, isCounted, isKnown, readName } from "./model";
import type { Element, Name } from "./model";
import { closed, keptValues, launchValues } from "./record";
import type { Attempt, Learner, Mode, Sco } from "./record";

/** The error codes of SCORM 1.2 and their texts. */
const ERRORS = {
  "0": "No error",
  "101": "General exception",
  "201": "Invalid argument error",
  "202": "Element cannot have children",
  "203": "Element not an array - cannot have count",
  "301": "Not initialized",
  "401": "Not implemented error",
  "402": "Invalid set value, element is a keyword",
  "403": "Element is read only",
  "404": "Element is write only",
  "405": "Incorrect data type",
} as const;
type Code = keyof typeof ERRORS;

/** One call of the SCO and its answer. `at` is milliseconds since the referee began. */
export interface Call {
  readonly call: string;
  readonly args: readonly unknown[];
  /** A string, but for faults. */
  readonly result: unknown;
  readonly error: string;
  readonly at: number;
}

/** Where a SCO broke the standard. Error "0" was let pass, as the API does, but is still wrong. */
export interface Breach {
  readonly call: string;
  readonly element: unknown;
  readonly value: unknown;
  readonly error: string;
  readonly clause: string;
  readonly what: string;
}

export interface Options {
  readonly learner?: Learner;
  readonly sco?: Sco;
  /** The record of earlier launches, as `referee.attempt` gave it; absent: the first launch. */
  readonly attempt?: Attempt;
  /** What the LMS says of this launch; absent: review once it is over, otherwise normal. */
  readonly mode?: Mode;
  /** What goes wrong: specs of `faults.ts`. */
  readonly faults?: readonly string[];
  /** Called with the record at each commit and at the finish; false means it could not be kept. */
  readonly save?: (attempt: Attempt) => boolean;
  /** Called when a fault changes what the content's own requests meet. */
  readonly network?: (network: Network) => void;
  /** Whether the window is going away. */
  readonly isLeaving?: () => boolean;
  /** Called after each call, when it is in the log, and when a SCO looked for the API in vain. */
  readonly onCall?: () => void;
  /** Milliseconds, for the log. */
  readonly clock?: () => number;
}

class Refusal {
  constructor(
    readonly error: Code,
    readonly clause: string,
    readonly what: string,
  ) {}
}

const SOMEBODY: Learner = { id: "learner-1", name: "Learner, One" };
const CALLS = [
  "LMSInitialize", "LMSFinish", "LMSGetValue", "LMSSetValue", "LMSCommit",
  "LMSGetLastError", "LMSGetErrorString", "LMSGetDiagnostic",
] as const;
const THREW = "(threw an exception)";

/** A strict SCORM 1.2 LMS for one learner, one SCO and one launch. */
export class Referee {
  readonly log: Call[] = [];
  readonly breaches: Breach[] = [];
  /** The record as last saved: what the next launch begins with. */
  attempt: Attempt;
  /** What goes wrong, and the switches for it. */
  readonly faults: Switchboard;

  private state: "waiting" | "running" | "finished" = "waiting";
  private launch!: Record<string, string>;
  private values!: Record<string, string>;
  private error: Code = "0";
  private diagnostic = "";
  private readonly save: (attempt: Attempt) => boolean;
  private readonly clock: () => number;
  private readonly began: number;

  /** All that an LMS tells at a launch, to seed another LMS's API with the same record. */
  static opening(attempt: Attempt, learner: Learner, sco: Sco): Attempt {
    return { ...keptValues(attempt), ...launchValues(attempt, learner, sco) };
  }

  constructor(private readonly options: Options = {}) {
    this.save = options.save ?? (() => true);
    this.clock = options.clock ?? (() => performance.now());
    this.began = this.clock();
    this.attempt = options.attempt ?? {};
    this.reopen(this.attempt);
    this.faults = new Switchboard(this.inside(), options.network);
    this.faults.open(options.faults ?? []);
  }

  /** What the faults did. */
  get fired(): readonly Fired[] {
    return this.faults.fired;
  }

  /** Puts the API where a SCO looks for it, unless a fault hides it. */
  install(window: object): void {
    const api = Object.fromEntries(CALLS.map((call) => [call, this[call].bind(this)]));
    const get = (): object | undefined => {
      if (!this.faults.hides()) return api;
      this.options.onCall?.();
      return undefined;
    };
    Object.defineProperty(window, "API", { get, configurable: true });
  }

  LMSInitialize(...args: unknown[]): unknown {
    return this.answer("LMSInitialize", args, "false", () => this.initialize(args));
  }

  LMSFinish(...args: unknown[]): unknown {
    return this.answer("LMSFinish", args, "false", () => this.finish(args));
  }

  LMSCommit(...args: unknown[]): unknown {
    return this.answer("LMSCommit", args, "false", () => this.commit(args));
  }

  LMSGetValue(...args: unknown[]): unknown {
    return this.answer("LMSGetValue", args, "", () => this.get(args[0]));
  }

  LMSSetValue(...args: unknown[]): unknown {
    return this.answer("LMSSetValue", args, "false", () => this.set(args[0], args[1]));
  }

  LMSGetLastError(...args: unknown[]): unknown {
    return this.logged("LMSGetLastError", args, () => this.error);
  }

  LMSGetErrorString(...args: unknown[]): unknown {
    return this.logged("LMSGetErrorString", args, () => ERRORS[args[0] as Code] ?? "");
  }

  LMSGetDiagnostic(...args: unknown[]): unknown {
    const asked = args[0] === "" || args[0] === this.error;
    const text = asked ? this.diagnostic : ERRORS[args[0] as Code];
    return this.logged("LMSGetDiagnostic", args, () => text ?? "");
  }

  /** Every call that can fail goes through here: run it, and note a refusal. */
  private answer(call: string, args: unknown[], otherwise: string, work: () => string): unknown {
    this.error = "0";
    this.diagnostic = "";
    return this.logged(call, args, () => {
      try {
        return work();
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        this.fail(refusal.error, refusal.what);
        this.note(call, args, refusal);
        return otherwise;
      }
    });
  }

  /** Every call goes through here: the faults have their chance, and the log is kept. */
  private logged(call: string, args: unknown[], work: () => string): unknown {
    let result: unknown = THREW;
    try {
      result = this.faults.call(call, args, work);
      return result;
    } finally {
      this.log.push({ call, args: [...args], result, error: this.error, at: this.now() });
      this.options.onCall?.();
    }
  }

  private note(call: string, args: readonly unknown[], refusal: Refusal): void {
    const [element, value] = args;
    const { error, clause, what } = refusal;
    this.breaches.push({ call, element, value, error, clause, what });
  }

  private fail(error: Code, why: string): void {
    this.error = error;
    this.diagnostic = why;
  }

  /** A lenient LMS lets it pass; wrong it was all the same. */
  private pardon(): void {
    this.fail("0", "");
    const breach = this.breaches.pop();
    if (breach) this.breaches.push({ ...breach, error: "0" });
  }

  private now(): number {
    return this.clock() - this.began;
  }

  private reopen(attempt: Attempt): void {
    const { learner, sco, mode } = this.options;
    this.attempt = attempt;
    this.launch = { ...launchValues(attempt, learner ?? SOMEBODY, sco ?? {}, mode) };
    this.values = keptValues(attempt);
  }

  /** What the faults see of it. */
  private inside(): Inside {
    const referee = this;
    return {
      get values() { return referee.values; },
      get told() { return referee.launch; },
      get attempt() { return referee.attempt; },
      get isRunning() { return referee.state === "running"; },
      get error() { return referee.error; },
      now: () => this.now(),
      isLeaving: () => this.options.isLeaving?.() ?? false,
      fail: (error, why) => this.fail(error, why),
      pardon: () => this.pardon(),
      reopen: (attempt) => this.reopen(attempt),
    };
  }

  private initialize(args: unknown[]): string {
    mustBeEmpty("LMSInitialize", args);
    if (this.state !== "waiting") {
      throw new Refusal("101", api("LMSInitialize"), "it is called once, at the beginning");
    }
    this.state = "running";
    return "true";
  }

  private finish(args: unknown[]): string {
    mustBeEmpty("LMSFinish", args);
    this.mustRun("LMSFinish");
    this.state = "finished";
    return this.keep(closed(this.values, this.launch));
  }

  private commit(args: unknown[]): string {
    mustBeEmpty("LMSCommit", args);
    this.mustRun("LMSCommit");
    return this.keep({ ...this.values });
  }

  /** Saving can fail through no fault of the SCO: the answer is false, and nothing is noted. */
  private keep(attempt: Attempt): string {
    const kept = this.faults.save(attempt, (arrived) => {
      if (!this.save(arrived)) return false;
      this.attempt = arrived;
      return true;
    });
    if (!kept) this.fail("101", "the LMS could not save");
    return String(kept);
  }

  private get(full: unknown): string {
    this.mustRun("LMSGetValue");
    const name = this.read(full);
    if (name.keyword) return this.getKeyword(name);
    const element = known(name);
    if (element.access === "WO") throw refusalOf("404", name, "it is write only");
    this.mustReach(name, 0);
    return this.launch[name.full] ?? this.values[name.full] ?? element.initial;
  }

  private getKeyword(name: Name): string {
    if (name.full === "cmi._version") return "3.4";
    const parent = readName(name.parent).pattern;
    this.mustReach(name, 0);
    const children = childrenOf(parent);
    if (name.keyword === "_children" && children) return children.join(",");
    if (name.keyword === "_count" && isCounted(parent)) return String(this.count(name.parent));
    if (name.keyword === "_version" || !isKnown(parent)) throw unknown(name);
    const code = name.keyword === "_children" ? "202" : "203";
    throw refusalOf(code, name, `${name.parent} has no ${name.keyword}`);
  }

  private set(full: unknown, value: unknown): string {
    this.mustRun("LMSSetValue");
    const name = this.read(full);
    if (name.keyword) throw keywordRefusal(name);
    const element = known(name);
    if (element.access === "RO") throw refusalOf("403", name, "it is read only");
    if (typeof value !== "string") throw refusalOf("201", name, "its value must be a string");
    this.mustReach(name, 1);
    this.write(name, element, value);
    return "true";
  }

  private write(name: Name, element: Element, value: string): void {
    const format = this.formatOf(name, element);
    const problem = format.problem(value);
    if (problem) throw new Refusal("405", type(name, format), `${name.full} ${problem}`);
    this.advise(name, value);
    this.values[name.full] = value;
  }

  /** The format of an answer to an interaction is that of its type, once the type is known. */
  private formatOf(name: Name, element: Element): Format {
    if (!isFeedback(name)) return element.format;
    return formats.feedback[this.values[`${entryOf(name)}.type`] ?? ""] ?? element.format;
  }

  /** What the API lets pass, but makes a record that nobody can read. */
  private advise(name: Name, value: string): void {
    const entry = entryOf(name);
    if (!entry) return;
    const isSet = (field: string): boolean => this.values[`${entry}.${field}`] !== undefined;
    const tell = (what: string): void =>
      this.note("LMSSetValue", [name.full, value], new Refusal("0", model(name), what));
    if (name.full !== `${entry}.id` && !isSet("id")) tell(`${entry}.id must be set first`);
    if (isFeedback(name) && !isSet("type")) tell(`${entry}.type must be set first`);
  }

  private mustRun(call: string): void {
    if (this.state === "running") return;
    const when = this.state === "waiting" ? "before LMSInitialize" : "after LMSFinish";
    throw new Refusal("301", api(call), `it was called ${when}`);
  }

  private read(full: unknown): Name {
    if (typeof full === "string") return readName(full);
    throw new Refusal("201", "SCORM 1.2 RTE, API", "the element's name must be a string");
  }

  /** Lists are dense: an index is below the count, or, to begin an entry, equal to it. */
  private mustReach(name: Name, beyond: 0 | 1): void {
    for (const [list, index] of indicesOf(name.full)) {
      const count = this.count(list);
      if (index >= count + beyond) throw refusalOf("201", name, `${list} has ${count} entries`);
    }
  }

  private count(list: string): number {
    const own = Object.keys(this.values).filter((name) => name.startsWith(`${list}.`));
    const indices = own.map((name) => Number(name.slice(list.length + 1).split(".")[0]));
    return Math.max(-1, ...indices) + 1;
  }
}

function mustBeEmpty(call: string, args: unknown[]): void {
  if (args.length === 1 && args[0] === "") return;
  throw new Refusal("201", api(call), "its one argument must be the empty string");
}

function known(name: Name): Element {
  if (name.element) return name.element;
  throw unknown(name);
}

function unknown(name: Name): Refusal {
  return refusalOf("201", name, "there is no such element");
}

function keywordRefusal(name: Name): Refusal {
  const parent = readName(name.parent).pattern;
  if (name.full !== "cmi._version" && !isKnown(parent)) return unknown(name);
  return refusalOf("402", name, `${name.keyword} is a keyword and cannot be set`);
}

function refusalOf(error: Code, name: Name, why: string): Refusal {
  return new Refusal(error, model(name), `${name.full}: ${why}`);
}

/** The interaction or objective that a name belongs to, such as `cmi.interactions.0`, if any. */
function entryOf(name: Name): string | undefined {
  return /^cmi\.(?:interactions|objectives)\.\d+/.exec(name.full)?.[0];
}

function isFeedback(name: Name): boolean {
  return /\.(student_response|pattern)$/.test(name.pattern);
}

function api(call: string): string {
  return `SCORM 1.2 RTE, API: ${call}`;
}

function model(name: Name): string {
  return `SCORM 1.2 RTE, data model: ${name.pattern}`;
}

function type(name: Name, format: Format): string {
  return `${model(name)}, ${format.name}`;
}
