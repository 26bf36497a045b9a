/** The SCORM 1.2 tracker against the referee: a learner's visits, and what the LMS then holds. */

import assert from "node:assert/strict";
import test, { after } from "node:test";

import { Referee } from "../referee/api";
import { answerTo, blockOf } from "./answers";
import { opened } from "./copy";
import { type Found, trusting } from "./presence";
import { decode } from "./resume";
import { SKIPPABLE, sample } from "./sample";
import { Scorm12Api, findApi } from "./scorm12-api";
import { fresh, reduce, standing } from "./state";
import { type Care, Scorm12Tracker } from "./tracker-scorm12";
import type { Action, Copy, Launch, Milestone, ModuleData, Saving, State } from "./types";
import { type Vault, noVault } from "./vault";

type Attempt = Readonly<Record<string, string>>;
type Options = ConstructorParameters<typeof Referee>[0];

const data = sample();
const REST: Action[] = [
  ...["questions", "polls"].map((step) => ({ type: "visit", step }) as const),
  ...SKIPPABLE.map((block) => ({ type: "skip", block }) as const),
  { type: "answer", block: "story", value: ["ask"] },
  { type: "answer", block: "told-story", value: ["ask"] },
  { type: "answer", block: "several", value: ["b-two"] },
];
const KEY = "abcdefghijklmnopqrst-_";
const CARE: Care = {
  isReturn: false,
  presence: trusting,
  vault: noVault,
  onOtherWindow: () => () => undefined,
  resends: true,
};
const LAST: Action = { type: "answer", block: "pick", value: ["b-two"] };

/** A tracker that could not save never stops trying; at the end all are let go. */
const VISITS: Visit[] = [];
after(() => VISITS.forEach(({ tracker }) => tracker.leave()));

/** One visit: the tracker, driven as the player drives it. */
class Visit {
  saving: Saving[] = [];
  state: State = fresh(data);
  launch!: Launch;
  readonly tracker: Scorm12Tracker;

  private constructor(
    api: object,
    care: Care,
    readonly of: ModuleData,
  ) {
    this.tracker = new Scorm12Tracker(new Scorm12Api(api as never), care);
    this.tracker.onSaving((saving) => this.saving.push(saving));
  }

  static async begin(api: object, care: Partial<Care> = {}, of = data): Promise<Visit> {
    const visit = new Visit(api, { ...CARE, ...care }, of);
    VISITS.push(visit);
    visit.launch = await visit.tracker.start(of);
    const state = opened(of, visit.launch);
    visit.state = reduce(of, state, { type: "key", key: state.key || KEY });
    visit.record();
    await written();
    return visit;
  }

  /** Does these things, and lets the tracker write them. */
  async do(...actions: Action[]): Promise<void> {
    for (const action of actions) this.dispatch(action);
    await written();
  }

  get last(): Saving["kind"] | undefined {
    return this.saving[this.saving.length - 1]?.kind;
  }

  private dispatch(action: Action): void {
    const before = this.state;
    this.state = reduce(this.of, before, action);
    const block = action.type === "answer" ? blockOf(this.of, action.block) : undefined;
    const answer = block && answerTo(this.state, block.id);
    const isNew = answer && answer.tries > answerTo(before, block.id).tries;
    const answered = isNew ? { answered: { block, answer, at: new Date(), seconds: 2 } } : {};
    this.record(answered);
  }

  private record(more: Partial<Milestone> = {}): void {
    const at = standing(this.of, this.state, this.launch.masteryScore);
    this.tracker.record({ state: this.state, standing: at, ...more });
  }
}

/** Whether the LMS is there, as the test has it. */
class Word {
  found: Found = "there";
  asked = 0;

  ask(): Promise<Found> {
    this.asked += 1;
    return Promise.resolve(this.found);
  }
}

/** A device's storage, whose copies survive as text. */
class Drawer implements Vault {
  readonly copies = new Map<string, string>();

  write(key: string, copy: Copy): Promise<boolean> {
    this.copies.set(key, JSON.stringify(copy));
    return Promise.resolve(key !== "");
  }

  read(key: string): Promise<Copy | undefined> {
    const copy = this.copies.get(key);
    return Promise.resolve(copy ? (JSON.parse(copy) as Copy) : undefined);
  }
}

/** A turn of the tracker's loop: it lets the screen change, asks, and writes. */
function written(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

function referee(attempt: Attempt = {}, more: Options = {}): Referee {
  return new Referee({ attempt, ...more });
}

function calls(of: Referee, name: string): unknown[][] {
  return of.log.filter(({ call }) => call === name).map(({ args }) => [...args]);
}

test("From the first moment the attempt is incomplete and can be resumed, and that is committed", async () => {
  const lms = referee();
  await Visit.begin(lms);
  assert.equal(lms.attempt["cmi.core.lesson_status"], "incomplete");
  assert.equal(lms.attempt["cmi.core.exit"], "suspend");
  assert.deepEqual(lms.breaches, []);
});

test("What happens at once is written in one task and committed once", async () => {
  const lms = referee();
  const visit = await Visit.begin(lms);
  await visit.do(
    { type: "visit", step: "questions" },
    { type: "answer", block: "sure", value: ["3"] },
  );
  assert.equal(calls(lms, "LMSCommit").length, 2);
  assert.equal(lms.attempt["cmi.core.lesson_location"], "questions");
  assert.equal(lms.attempt["cmi.interactions.0.id"], "sure");
  assert.equal(visit.last, "saved");
});

test("Leaving and coming back: everything is as it was, and nothing is written again", async () => {
  const first = referee();
  const visit = await Visit.begin(first);
  await visit.do(...REST);
  visit.tracker.leave();
  const second = referee(first.attempt);
  const again = await Visit.begin(second);
  assert.deepEqual(again.state.answers["told-story"], visit.state.answers["told-story"]);
  assert.equal(again.state.place, "polls");
  const written = calls(second, "LMSSetValue").map(([element]) => element);
  assert.deepEqual(written, ["cmi.core.session_time", "cmi.core.exit"]);
  assert.deepEqual([...first.breaches, ...second.breaches], []);
});

test("An answer given again is written at its own place, a new one after all others", async () => {
  const first = referee();
  const visit = await Visit.begin(first);
  await visit.do({ type: "answer", block: "told-sure", value: ["1"] });
  await visit.do({ type: "answer", block: "pick", value: ["a-one"] });
  visit.tracker.leave();
  const second = referee(first.attempt);
  const again = await Visit.begin(second);
  await again.do({ type: "answer", block: "told-sure", value: ["11"] });
  await again.do({ type: "answer", block: "opinion", value: ["a-one"] });
  const record = second.attempt;
  const ids = [0, 1, 2].map((at) => record[`cmi.interactions.${at}.id`]);
  assert.deepEqual(ids, ["told-sure", "pick", "opinion"]);
  assert.equal(record["cmi.interactions.0.student_response"], "b");
  assert.deepEqual(second.breaches, []);
});

test("Completion travels in one commit with the state and the score that it stands on", async () => {
  const commits: Attempt[] = [];
  const lms = referee({}, { save: (attempt) => commits.push({ ...attempt }) > 0 });
  const visit = await Visit.begin(lms);
  await visit.do(...REST);
  assert.equal(commits.at(-1)?.["cmi.core.score.raw"], undefined);
  await visit.do(LAST);
  const done = commits.find((attempt) => attempt["cmi.core.lesson_status"] === "completed");
  assert.equal(done?.["cmi.core.score.raw"], "50");
  assert.equal(done?.["cmi.core.score.min"], "0");
  assert.equal(done?.["cmi.core.score.max"], "100");
  assert.equal(decode(data, done?.["cmi.suspend_data"] ?? "").answers["pick"]?.best, true);
  const order = calls(lms, "LMSSetValue").map(([element]) => element);
  assert.equal(order.at(-1), "cmi.core.lesson_status");
  assert.deepEqual(lms.breaches, []);
});

test("A better try after completion raises the score, and the status stays", async () => {
  const lms = referee();
  const visit = await Visit.begin(lms);
  await visit.do(...REST, LAST);
  await visit.do({ type: "answer", block: "several", value: ["a-one", "c-three"] });
  assert.equal(lms.attempt["cmi.core.score.raw"], "100");
  assert.equal(lms.attempt["cmi.core.lesson_status"], "completed");
});

test("In review and in browse nothing at all is written, but the session is finished", async () => {
  const first = referee();
  const visit = await Visit.begin(first);
  await visit.do(...REST, LAST);
  visit.tracker.leave();
  const review = referee(first.attempt);
  const looking = await Visit.begin(review);
  assert.equal(looking.launch.mode, "review");
  assert.equal(looking.last, "review");
  assert.equal(looking.state.answers["pick"]?.best, true);
  await looking.do({ type: "answer", block: "sure", value: ["1"] });
  looking.tracker.flush();
  looking.tracker.leave();
  assert.deepEqual(calls(review, "LMSSetValue"), []);
  assert.deepEqual(calls(review, "LMSCommit"), []);
  assert.equal(calls(review, "LMSFinish").length, 1);
});

/** An LMS that leaves a completed attempt open for writing, as some do. */
function lenient(lms: Referee, values: Record<string, string>): object {
  const api = Object.fromEntries(
    ["Initialize", "Finish", "SetValue", "Commit", "GetLastError"].map((name) => [
      `LMS${name}`,
      (...args: string[]) =>
        (lms[`LMS${name}` as "LMSCommit"] as (...a: string[]) => string).apply(lms, args),
    ]),
  );
  return { ...api, LMSGetValue: (element: string) => values[element] ?? lms.LMSGetValue(element) };
}

test("A status and a score that the LMS holds already never fall", async () => {
  const lms = referee();
  const held = { "cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90" };
  const visit = await Visit.begin(lenient(lms, held));
  await visit.do(...REST, LAST);
  const written = calls(lms, "LMSSetValue").map(([element]) => element);
  assert.ok(!written.includes("cmi.core.lesson_status"));
  assert.ok(!written.includes("cmi.core.score.raw"));
  assert.ok(written.includes("cmi.suspend_data"));
});

test("LMSGetValue that answers with numbers is understood", async () => {
  const lms = referee();
  const numbers = { "cmi.student_data.mastery_score": 50, "cmi.interactions._count": 3 };
  const visit = await Visit.begin(lenient(lms, numbers as never));
  assert.equal(visit.launch.masteryScore, 50);
  assert.equal(visit.launch.recorded, 3);
});

test("An LMS that says 1 for true has saved", async () => {
  const lms = referee();
  const calls = ["LMSInitialize", "LMSSetValue", "LMSCommit", "LMSFinish"] as const;
  const api: Record<string, unknown> = Object.create(lms) as Record<string, unknown>;
  for (const name of calls) {
    const real = lms[name].bind(lms) as (...words: string[]) => string;
    api[name] = (...words: string[]) => (real(...words) === "true" ? 1 : 0);
  }
  for (const name of ["LMSGetValue", "LMSGetLastError"] as const) api[name] = lms[name].bind(lms);
  const visit = await Visit.begin(api);
  await visit.do(LAST);
  assert.equal(visit.last, "saved");
  visit.tracker.leave();
  assert.equal(visit.last, "saved");
});

test("A mastery score of the LMS is the pass mark: below it the attempt stays incomplete", async () => {
  const lms = referee({}, { sco: { masteryScore: "80" } });
  const visit = await Visit.begin(lms);
  await visit.do(...REST, LAST);
  assert.equal(lms.attempt["cmi.core.lesson_status"], "incomplete");
  await visit.do(
    { type: "retake" },
    { type: "answer", block: "several", value: ["a-one", "c-three"] },
  );
  visit.tracker.leave();
  assert.equal(lms.attempt["cmi.core.lesson_status"], "passed");
  assert.deepEqual(lms.breaches, []);
});

test("A mastery score of nought, or of nonsense, is none", async () => {
  for (const masteryScore of ["0", "none", "101"]) {
    const lms = referee();
    const visit = await Visit.begin(
      lenient(lms, { "cmi.student_data.mastery_score": masteryScore }),
    );
    assert.equal(visit.launch.masteryScore, null, masteryScore);
  }
});

test("A reload takes over the session that still runs: no second LMSInitialize", async () => {
  const lms = referee();
  const visit = await Visit.begin(lms);
  await visit.do({ type: "visit", step: "polls" });
  const again = await Visit.begin(lms, { isReturn: true });
  assert.equal(calls(lms, "LMSInitialize").length, 1);
  assert.equal(again.state.place, "polls");
  assert.deepEqual(lms.breaches, []);
});

test("A page gone back to in a new session of the LMS begins it", async () => {
  const lms = referee();
  await Visit.begin(lms, { isReturn: true });
  assert.equal(calls(lms, "LMSInitialize").length, 1);
  assert.equal(lms.attempt["cmi.core.lesson_status"], "incomplete");
});

test("Leaving: what is new, the time and the exit are committed, then LMSFinish, once", async () => {
  const lms = referee();
  const visit = await Visit.begin(lms);
  visit.tracker.record({
    state: reduce(data, visit.state, { type: "visit", step: "polls" }),
    standing: standing(data, visit.state, null),
  });
  visit.tracker.leave();
  visit.tracker.leave();
  visit.tracker.flush();
  const [finish] = calls(lms, "LMSFinish");
  assert.deepEqual(finish, [""]);
  assert.equal(calls(lms, "LMSFinish").length, 1);
  assert.equal(lms.attempt["cmi.core.lesson_location"], "polls");
  assert.match(lms.attempt["cmi.core.session_time"] ?? "", /^0000:00:0\d\.\d\d$/);
  assert.equal(lms.attempt["cmi.core.exit"], "suspend");
  assert.deepEqual(lms.breaches, []);
});

test("After the end nothing is called any more, and the learner is told", async () => {
  const lms = referee();
  const visit = await Visit.begin(lms);
  visit.tracker.leave();
  const before = lms.log.length;
  await visit.do({ type: "visit", step: "polls" });
  assert.equal(lms.log.length, before);
  assert.equal(visit.last, "ended");
});

test("A hidden page commits at once what is new, since it may never be shown again", async () => {
  const lms = referee();
  const visit = await Visit.begin(lms);
  const done = visit.do({ type: "visit", step: "polls" });
  visit.tracker.flush();
  assert.equal(lms.attempt["cmi.core.lesson_location"], "polls");
  assert.ok(lms.attempt["cmi.core.session_time"]);
  await done;
});

test("A commit that fails is told as not saved; the next one carries all that was held back", async () => {
  let works = true;
  const lms = referee({}, { save: () => works });
  const visit = await Visit.begin(lms);
  works = false;
  await visit.do({ type: "answer", block: "sure", value: ["3"] });
  assert.equal(visit.last, "unsaved");
  works = true;
  await visit.do({ type: "visit", step: "polls" });
  assert.equal(visit.last, "saved");
  assert.equal(lms.attempt["cmi.interactions.0.id"], "sure");
  const ids = calls(lms, "LMSSetValue").filter(([name]) => name === "cmi.interactions.0.id");
  // Another value comes before the truth, in a commit of its own.
  assert.deepEqual(ids.map(([, id]) => id), ["sure", "sure_", "sure"]);
});

test("What could not be saved is tried again by itself, from the very first commit on", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const turn = async (milliseconds: number): Promise<void> => {
    context.mock.timers.tick(milliseconds);
    await new Promise(setImmediate);
  };
  let works = false;
  const lms = referee({}, { save: () => works });
  const begun = Visit.begin(lms);
  for (let at = 0; at < 3; at += 1) await turn(1);
  const visit = await begun;
  assert.equal(visit.last, "unsaved");
  works = true;
  await turn(1_000);
  await turn(1);
  assert.equal(visit.last, "saved");
  assert.equal(lms.attempt["cmi.core.lesson_status"], "incomplete");
  assert.equal(lms.attempt["cmi.core.exit"], "suspend");
});

/** A tracker with all its care, on a device of its own. */
function careful(): { presence: Word; vault: Drawer } {
  return { presence: new Word(), vault: new Drawer() };
}

const SURE: Action = { type: "answer", block: "told-sure", value: ["3"] };

test("Before each milestone the LMS is asked; gone, it is given nothing until it is there", async () => {
  const lms = referee();
  const care = careful();
  const visit = await Visit.begin(lms, care);
  const before = lms.log.length;
  care.presence.found = "gone";
  await visit.do(SURE);
  assert.equal(lms.log.length, before);
  assert.deepEqual(visit.saving[visit.saving.length - 1], { kind: "unsaved", kept: true });
  care.presence.found = "there";
  visit.tracker.resume();
  await written();
  assert.equal(visit.last, "saved");
  assert.equal(lms.attempt["cmi.interactions.0.student_response"], "3");
  // Nothing was given that could be in doubt, so that nothing is sent in another form.
  assert.equal(calls(lms, "LMSCommit").length, 2);
});

test("Logged out, she is told at once to close and open again", async () => {
  const care = careful();
  const visit = await Visit.begin(referee(), care);
  care.presence.found = "logged-out";
  await visit.do(SURE);
  assert.deepEqual(visit.saving[visit.saving.length - 1], { kind: "ended", kept: true });
});

test("An LMS that marks values as sent before they are: another value, and then the truth", async () => {
  const lms = referee();
  const visit = await Visit.begin(lms, careful());
  lms.faults.switchOn("marks-as-sent");
  await visit.do(...REST, LAST);
  assert.equal(visit.last, "unsaved");
  visit.tracker.resume();
  await written();
  assert.equal(visit.last, "saved");
  assert.equal(lms.attempt["cmi.core.lesson_status"], "completed");
  assert.equal(lms.attempt["cmi.core.score.raw"], "50");
  assert.equal(decode(data, lms.attempt["cmi.suspend_data"] ?? "").answers["pick"]?.best, true);
  assert.deepEqual(lms.breaches, []);
});

test("An LMS that is there and saves nothing: after a few tries the window is given up", async () => {
  const lms = referee();
  const visit = await Visit.begin(lms, careful());
  lms.faults.switchOn("new-login");
  await visit.do(SURE);
  assert.equal(visit.last, "unsaved");
  for (let tries = 0; tries < 2; tries += 1) {
    visit.tracker.resume();
    await written();
  }
  assert.deepEqual(visit.saving[visit.saving.length - 1], { kind: "ended", kept: true });
  lms.faults.switchOff("new-login");
  visit.tracker.resume();
  await written();
  assert.equal(visit.last, "saved");
});

test("What one window could not save, the next one writes, at its own places", async () => {
  const first = referee();
  const care = careful();
  const visit = await Visit.begin(first, care);
  await visit.do({ type: "answer", block: "sure", value: ["1"] });
  first.faults.switchOn("commit-lost@1x9");
  await visit.do(SURE, ...REST.slice(0, 2), LAST);
  visit.tracker.leave();
  assert.equal(first.attempt["cmi.interactions.1.id"], undefined);
  const second = referee(first.attempt);
  const again = await Visit.begin(second, care);
  assert.equal(again.state.place, "polls");
  assert.equal(again.last, "saved");
  assert.equal(second.attempt["cmi.interactions.1.id"], "told-sure");
  assert.equal(second.attempt["cmi.interactions.1.student_response"], "3");
  assert.equal(second.attempt["cmi.interactions.2.id"], "pick");
  const rewritten = calls(second, "LMSSetValue").map(([element]) => String(element));
  assert.ok(!rewritten.some((element) => element.startsWith("cmi.interactions.0.")));
  assert.deepEqual(second.breaches, []);
});

test("What another machine recorded meanwhile stays, and what waited here is added", async () => {
  const care = careful();
  const first = referee();
  const visit = await Visit.begin(first, care);
  first.faults.switchOn("commit-lost@1x9");
  await visit.do(SURE, { type: "answer", block: "opinion", value: ["a-one"] });
  visit.tracker.leave();
  const elsewhere = referee(first.attempt);
  const other = await Visit.begin(elsewhere, careful());
  await other.do(LAST, { type: "answer", block: "told-sure", value: ["11"] });
  other.tracker.leave();
  const back = referee(elsewhere.attempt);
  const again = await Visit.begin(back, care);
  const ids = [0, 1, 2, 3].map((at) => back.attempt[`cmi.interactions.${at}.id`]);
  assert.deepEqual(ids, ["pick", "told-sure", "opinion", undefined]);
  assert.equal(back.attempt["cmi.interactions.1.student_response"], "b");
  assert.deepEqual(again.state.answers["opinion"]?.value, ["a-one"]);
  assert.deepEqual(back.breaches, []);
});

test("A new attempt begins clean, whatever waits on the device", async () => {
  const care = careful();
  const first = referee();
  const visit = await Visit.begin(first, care);
  first.faults.switchOn("commit-lost@1x9");
  await visit.do(SURE);
  visit.tracker.leave();
  const next = await Visit.begin(referee(), care);
  assert.deepEqual(next.state.answers, {});
});

test("Opened in another window, this one writes no more, not even its end", async () => {
  let opens = (): void => undefined;
  const lms = referee();
  const visit = await Visit.begin(lms, {
    onOtherWindow: (_name, listener) => {
      opens = listener;
      return () => undefined;
    },
  });
  opens();
  const before = lms.log.length;
  await visit.do(SURE);
  visit.tracker.leave();
  assert.equal(lms.log.length, before);
  assert.equal(visit.last, "elsewhere");
});

test("Finishing waits until all is saved, and asks a busy LMS again", async () => {
  const lms = referee({}, { faults: ["finish-during-commit@1x1"] });
  const care = careful();
  const visit = await Visit.begin(lms, care);
  care.presence.found = "gone";
  await visit.do(SURE);
  let isSaved: boolean | undefined;
  const finished = visit.tracker.finish().then((saved) => (isSaved = saved));
  await written();
  assert.equal(isSaved, undefined);
  care.presence.found = "there";
  visit.tracker.resume();
  await finished;
  assert.equal(isSaved, true);
  assert.deepEqual(calls(lms, "LMSFinish").length, 2);
  assert.equal(lms.attempt["cmi.interactions.0.id"], "told-sure");
});

test("Each step that was seen is an objective, found again by its id, and never falls", async () => {
  const first = referee();
  const visit = await Visit.begin(first);
  await visit.do(...REST, LAST);
  visit.tracker.leave();
  const second = referee({ ...first.attempt, "cmi.core.lesson_status": "incomplete" });
  const steps = [...data.steps].reverse();
  const again = await Visit.begin(second, {}, { ...data, steps });
  await again.do({ type: "retake" });
  const objectives = [0, 1, 2].map((at) => [
    second.attempt[`cmi.objectives.${at}.id`],
    second.attempt[`cmi.objectives.${at}.status`],
    second.attempt[`cmi.objectives.${at}.score.raw`],
  ]);
  assert.deepEqual(objectives, [
    ["read", "completed", undefined],
    ["questions", "completed", "50"],
    ["polls", "completed", undefined],
  ]);
  assert.deepEqual(second.breaches, []);
});

test("An LMS without interactions (401) keeps everything else, and gets none", async () => {
  const lms = referee();
  const without = lenient(lms, {}) as Record<string, (...args: string[]) => string>;
  const get = without["LMSGetValue"] as (element: string) => string;
  let error = "0";
  const api = {
    ...without,
    LMSGetValue: (element: string) => {
      error = /interactions|student_data|lesson_mode/.test(element) ? "401" : "0";
      return error === "0" ? get(element) : "";
    },
    LMSGetLastError: () => (error === "0" ? lms.LMSGetLastError() : error),
    LMSCommit: () => ((error = "0"), lms.LMSCommit("")),
  };
  const visit = await Visit.begin(api);
  await visit.do(...REST, LAST);
  assert.deepEqual(
    [visit.launch.mode, visit.launch.masteryScore, visit.launch.recorded],
    ["normal", null, 0],
  );
  assert.equal(lms.attempt["cmi.core.lesson_status"], "completed");
  assert.equal(lms.attempt["cmi.interactions.0.id"], undefined);
  assert.equal(visit.last, "saved");
});

test("An LMS whose every call throws stops nothing; the learner is told", async () => {
  const api = new Proxy(
    {},
    {
      get: () => () => {
        throw new Error("gone");
      },
    },
  );
  const visit = await Visit.begin(api);
  await visit.do(...REST);
  visit.tracker.flush();
  visit.tracker.leave();
  assert.equal(visit.last, "ended");
});

test("A step whose id is a number: the place begins with a letter all the same", async () => {
  const steps = data.steps.map((step, at) => (at === 2 ? { ...step, id: "012" } : step));
  const lms = referee();
  const visit = await Visit.begin(lms, {}, { ...data, steps });
  await visit.do({ type: "visit", step: "012" });
  assert.equal(lms.attempt["cmi.core.lesson_location"], "step-012");
});

test("The API is found in any window above, or behind in the one that opened it", () => {
  const api = { LMSInitialize: () => "true", LMSGetLastError: () => "7" };
  const top = { API: api } as Record<string, unknown>;
  top["parent"] = top["top"] = top;
  const strange = { parent: top, top, API: { version: 3 } };
  const frame = { parent: strange, top } as unknown as Window;
  assert.equal(findApi(frame)?.error, "7");
  const empty: Record<string, unknown> = {};
  empty["parent"] = empty["top"] = empty;
  const popup = { parent: { top: empty }, opener: frame, top: { opener: empty } };
  assert.equal(findApi(popup as unknown as Window)?.error, "7");
  const alone: Record<string, unknown> = { opener: frame };
  alone["parent"] = alone["top"] = alone;
  assert.equal(findApi(alone as unknown as Window)?.error, "7");
});

test("Windows of other origins throw when touched, and some never end: then there is no API", () => {
  const throws = new Proxy(
    {},
    {
      get: () => {
        throw new Error("another origin");
      },
    },
  );
  assert.equal(findApi(throws as Window), null);
  const endless = (): object => ({
    get parent() {
      return endless();
    },
  });
  assert.equal(findApi(endless() as Window), null);
});

/** An LMS of which one call is answered otherwise. */
function altered(lms: Referee, name: string, call: (...args: string[]) => unknown): object {
  return { ...lenient(lms, {}), LMSGetValue: lms.LMSGetValue.bind(lms), [name]: call };
}

test("A record that the LMS cannot tell is written over by nothing", async () => {
  const first = referee();
  const visit = await Visit.begin(first);
  await visit.do(...REST);
  visit.tracker.leave();
  for (const untold of ["cmi.suspend_data", "cmi.core.lesson_status"]) {
    const second = referee(first.attempt);
    const api = altered(second, "LMSGetValue", (element) => {
      if (element === untold) throw new Error("the server is busy");
      return second.LMSGetValue(element);
    });
    const again = await Visit.begin(api);
    await again.do(LAST);
    again.tracker.flush();
    again.tracker.leave();
    assert.deepEqual(calls(second, "LMSSetValue"), [], untold);
    assert.deepEqual(again.saving[again.saving.length - 1], { kind: "ended", kept: false });
  }
});

test("An LMS that has nothing to tell yet, and calls that an error, begins as any other", async () => {
  const lms = referee();
  const api = altered(lms, "LMSGetValue", (element) => {
    if (element === "cmi.suspend_data") throw new Error("not there");
    return lms.LMSGetValue(element);
  });
  assert.equal((await Visit.begin(api)).last, "saved");
});

test("Killed between another value and the truth: the next window writes the truth", async () => {
  const care = careful();
  let saves = Infinity;
  const first = referee({}, { save: () => saves-- > 0 });
  const visit = await Visit.begin(first, care);
  saves = 0;
  await visit.do(SURE, { type: "visit", step: "questions" });
  saves = 1;
  visit.tracker.resume();
  await written();
  assert.equal(first.attempt["cmi.interactions.0.id"], "told-sure_");
  const second = referee(first.attempt);
  await Visit.begin(second, care);
  const { attempt } = second;
  assert.equal(attempt["cmi.interactions.0.id"], "told-sure");
  assert.equal(attempt["cmi.interactions.0.student_response"], "3");
  assert.equal(attempt["cmi.interactions.1.id"], undefined);
  const steps = [0, 1, 2].map((at) => attempt[`cmi.objectives.${at}.id`]);
  assert.deepEqual(steps, ["read", "questions", undefined]);
  assert.equal(attempt["cmi.objectives.0.status"], "completed");
  assert.deepEqual(second.breaches, []);
});

test("What a hidden page saved while the LMS was asked is vouched for before she hears so", async () => {
  const lms = referee();
  const care = careful();
  const visit = await Visit.begin(lms, care);
  const before = calls(lms, "LMSCommit").length;
  lms.faults.switchOn("commit-lost@1x2");
  visit.tracker.resume();
  const done = visit.do(SURE);
  care.presence.ask = () => {
    if (calls(lms, "LMSCommit").length === before) visit.tracker.flush();
    return Promise.resolve("there");
  };
  await done;
  await written();
  assert.equal(visit.last, "saved");
  assert.equal(lms.attempt["cmi.interactions.0.id"], "told-sure");
});

test("A count that is none, or beyond all sense, is no count", async () => {
  for (const count of ["NaN", "-1", "1e9", "Infinity", "2.5", "[object Object]"]) {
    const lms = referee();
    const api = altered(lms, "LMSGetValue", (element) =>
      element.endsWith("_count") ? count : lms.LMSGetValue(element),
    );
    const visit = await Visit.begin(api);
    await visit.do(SURE);
    assert.equal(lms.attempt["cmi.interactions.0.id"], "told-sure", count);
    assert.equal(lms.attempt["cmi.objectives.0.id"], "read", count);
  }
});

test("A status in an LMS's own letters, and a score beyond 100, do not fall either", async () => {
  const lms = referee();
  const held = { "cmi.core.lesson_status": "Passed ", "cmi.core.score.raw": "150" };
  const visit = await Visit.begin(lenient(lms, held));
  await visit.do(...REST, LAST);
  const written = calls(lms, "LMSSetValue").map(([element]) => element);
  assert.ok(!written.includes("cmi.core.lesson_status"));
  assert.ok(!written.includes("cmi.core.score.raw"));
  const review = referee();
  await Visit.begin(lenient(review, { "cmi.core.lesson_mode": "Review" }));
  assert.deepEqual(calls(review, "LMSSetValue"), []);
});
