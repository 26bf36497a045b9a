/**
 * Each fault of the referee: it fires, it does what the LMS does that it imitates, and it ends.
 */

import assert from "node:assert/strict";
import test from "node:test";

import { Referee } from "./api";
import type { Options } from "./api";
import { FAULTS, readSpec } from "./faults";
import type { FaultName, Network } from "./faults";

const STATUS = "cmi.core.lesson_status";
const STATE = "cmi.suspend_data";
const RAW = "cmi.core.score.raw";

/** A running session of an LMS with these faults. */
function running(faults: string[], options: Options = {}): Referee {
  const referee = new Referee({ ...options, faults });
  assert.equal(referee.LMSInitialize(""), "true");
  return referee;
}

/** Sets and commits, and returns what LMSCommit said and left. */
function commits(referee: Referee, element: string, value: string): unknown[] {
  referee.LMSSetValue(element, value);
  return [referee.LMSCommit(""), referee.LMSGetLastError()];
}

const SAVED = ["true", "0"];
const FAILED = ["false", "101"];

/** The fault lets commits fail, with this answer, as long as it lasts; then all is kept. */
function losesCommits(name: FaultName, answer: string[], ends: (referee: Referee) => void): void {
  const referee = running([`${name}@2`]);
  assert.deepEqual(commits(referee, STATE, "a1"), SAVED);
  assert.deepEqual(commits(referee, STATE, "a2"), answer);
  assert.equal(referee.attempt[STATE], "a1");
  ends(referee);
  assert.deepEqual(commits(referee, STATE, "a2"), SAVED);
  assert.equal(referee.attempt[STATE], "a2");
}

/** What a commit lost is not sent again; an alternate and then the truth is. */
function losesForGood(name: FaultName, answer: string[]): void {
  const referee = running([`${name}@1x1`]);
  assert.deepEqual(commits(referee, STATE, "a1"), answer);
  assert.deepEqual(commits(referee, STATE, "a1"), SAVED);
  assert.equal(referee.attempt[STATE], undefined);
  assert.deepEqual(commits(referee, STATE, "b1"), SAVED);
  assert.deepEqual(commits(referee, STATE, "a1"), SAVED);
  assert.equal(referee.attempt[STATE], "a1");
}

/** The LMS lacks a part of the data model, which is nobody's breach, until it is switched off. */
function lacksPart(name: FaultName, part: string, field: string, value: string): void {
  const referee = running([name]);
  const element = `${part}.${field}`;
  assert.equal(referee.LMSGetValue(`${part}._children`), "");
  assert.equal(referee.LMSGetLastError(), "401");
  assert.equal(referee.LMSSetValue(element, value), "false");
  assert.equal(referee.LMSGetLastError(), "401");
  assert.deepEqual(referee.breaches, []);
  assert.equal(referee.LMSGetValue(STATUS), "not attempted");
  referee.faults.switchOff(name);
  assert.equal(referee.LMSSetValue(element, value), "true");
}

/** What the content's own requests meet, in order, while the story is told. */
function meets(story: (network: (state: Network) => void) => void): Network[] {
  const met: Network[] = [];
  story((state) => met.push(state));
  return met;
}

const over = (referee: Referee, name: FaultName): void => referee.faults.switchOff(name);
const thrice = (referee: Referee): void => {
  for (let time = 0; time < 2; time += 1) referee.LMSCommit("");
};

/** A story for each fault; the compiler asks for a new one with each new fault. */
const STORIES: Record<FaultName, () => void> = {
  "api-missing": () => {
    const window: { API?: object } = {};
    const referee = new Referee({ faults: ["api-missing"] });
    referee.install(window);
    assert.equal(window.API, undefined);
    assert.deepEqual(referee.fired.map(({ call }) => call), ["API"]);
    over(referee, "api-missing");
    assert.ok(window.API);
  },
  "api-late": () => {
    const window: { API?: object } = {};
    let now = 0;
    const referee = new Referee({ faults: ["api-late"], clock: () => now });
    referee.install(window);
    now = 1499;
    assert.equal(window.API, undefined);
    now = 1500;
    assert.ok(window.API);
    assert.deepEqual(referee.fired, [{ fault: "api-late", call: "API", at: 1499 }]);
  },
  "blank-relaunch": () => {
    const attempt = { [STATUS]: "completed", [STATE]: "a1" };
    const referee = running(["blank-relaunch"], { attempt });
    assert.equal(referee.LMSGetValue(STATUS), "incomplete");
    assert.equal(referee.LMSGetValue("cmi.core.lesson_mode"), "normal");
    assert.equal(referee.LMSGetValue(STATE), "");
    const halfWay = { [STATUS]: "incomplete", [STATE]: "a" };
    const other = running(["blank-relaunch"], { attempt: halfWay });
    assert.equal(other.LMSGetValue(STATE), "a");
    assert.deepEqual(other.fired, []);
    assert.equal(running([], { attempt }).LMSGetValue(STATUS), "completed");
    assert.equal(referee.fired.length, 1);
  },
  "cleared-state": () => {
    const attempt = { [STATUS]: "incomplete", [STATE]: "a1" };
    const referee = running(["cleared-state"], { attempt });
    assert.equal(referee.LMSGetValue(STATE), "");
    assert.equal(referee.LMSGetValue(STATUS), "incomplete");
    assert.equal(referee.fired.length, 1);
    assert.deepEqual(commits(referee, STATE, "a2"), SAVED);
    assert.equal(running([], { attempt: referee.attempt }).LMSGetValue(STATE), "a2");
  },
  "mastery-at-finish": () => {
    for (const [raw, status] of [["69", "failed"], ["70", "passed"]] as const) {
      const referee = running(["mastery-at-finish"]);
      assert.equal(referee.LMSGetValue("cmi.student_data.mastery_score"), "70");
      referee.LMSSetValue(RAW, raw);
      referee.LMSSetValue(STATUS, "incomplete");
      referee.LMSFinish("");
      assert.equal(referee.attempt[STATUS], status);
      assert.deepEqual(referee.fired.map(({ call }) => call), ["LMSFinish"]);
    }
  },
  "killed-tab": () => {
    let isLeaving = false;
    const referee = running(["killed-tab"], { isLeaving: () => isLeaving });
    assert.deepEqual(commits(referee, STATE, "a1"), SAVED);
    isLeaving = true;
    referee.LMSSetValue(STATE, "a2");
    referee.LMSCommit("");
    referee.LMSFinish("");
    assert.deepEqual(referee.attempt, { [STATE]: "a1" });
    assert.equal(referee.fired.length, 3);
  },
  slow: () => {
    let now = 0;
    const referee = running(["slow@1x1"], { clock: () => (now += 10) });
    const before = now;
    assert.deepEqual(commits(referee, STATE, "a1"), SAVED);
    assert.ok(now - before >= 860);
    const after = now;
    assert.deepEqual(commits(referee, STATE, "a2"), SAVED);
    assert.ok(now - after < 860);
  },
  "finish-during-commit": () => {
    let now = 0;
    const referee = running(["finish-during-commit"], { clock: () => now });
    referee.LMSCommit("");
    now = 499;
    assert.equal(referee.LMSFinish(""), "false");
    assert.equal(referee.LMSGetLastError(), "101");
    assert.deepEqual(referee.breaches, []);
    now = 500;
    assert.equal(referee.LMSFinish(""), "true");
    assert.equal(referee.fired.length, 1);
  },
  "second-initialize-throws": () => {
    const referee = running(["second-initialize-throws"]);
    assert.equal(referee.LMSInitialize(""), "false");
    assert.deepEqual(referee.fired, []);
    referee.LMSSetValue("cmi.interactions.0.id", "q1");
    assert.throws(() => referee.LMSInitialize(""), TypeError);
    assert.equal(referee.log.at(-1)?.result, "(threw an exception)");
    over(referee, "second-initialize-throws");
    assert.equal(referee.LMSInitialize(""), "false");
  },
  "second-initialize-wipes": () => {
    const referee = running(["second-initialize-wipes@1x1"]);
    assert.deepEqual(commits(referee, STATE, "a1"), SAVED);
    referee.LMSSetValue(STATE, "a2");
    assert.equal(referee.LMSInitialize(""), "false");
    assert.equal(referee.LMSGetValue(STATE), "a1");
    referee.LMSSetValue(STATE, "a3");
    referee.LMSInitialize("");
    assert.equal(referee.LMSGetValue(STATE), "a3");
  },
  "no-interactions": () => lacksPart("no-interactions", "cmi.interactions", "0.id", "q1"),
  "no-objectives": () => lacksPart("no-objectives", "cmi.objectives", "0.id", "see"),
  "no-preferences": () => lacksPart("no-preferences", "cmi.student_preference", "audio", "5"),
  numbers: () => {
    const referee = running(["numbers"], { attempt: { [RAW]: "66.67" } });
    assert.equal(referee.LMSGetValue(RAW), 66.67);
    assert.equal(referee.LMSGetValue("cmi.interactions._count"), 0);
    assert.equal(referee.LMSGetValue(STATUS), "not attempted");
    assert.equal(referee.LMSGetValue(STATE), "");
    over(referee, "numbers");
    assert.equal(referee.LMSGetValue(RAW), "66.67");
  },
  "count-of-entries": () => {
    const attempt = { "cmi.interactions.0.id": "q1", "cmi.interactions.2.id": "q3" };
    const referee = running(["count-of-entries"], { attempt });
    assert.equal(referee.LMSGetValue("cmi.interactions._count"), "2");
    over(referee, "count-of-entries");
    assert.equal(referee.LMSGetValue("cmi.interactions._count"), "3");
  },
  "comments-append": () => {
    const referee = running(["comments-append"]);
    referee.LMSSetValue("cmi.comments", "hi");
    referee.LMSSetValue("cmi.comments", " there");
    assert.equal(referee.LMSGetValue("cmi.comments"), "hi there");
    over(referee, "comments-append");
    referee.LMSSetValue("cmi.comments", "again");
    assert.equal(referee.LMSGetValue("cmi.comments"), "again");
  },
  "long-texts": () => {
    const referee = running(["long-texts"]);
    assert.equal(referee.LMSSetValue(STATE, "x".repeat(64_000)), "true");
    assert.equal(referee.LMSGetLastError(), "0");
    assert.equal(String(referee.LMSGetValue(STATE)).length, 64_000);
    assert.deepEqual(referee.breaches.map(({ error }) => error), ["0"]);
    assert.equal(referee.LMSSetValue(STATE, "x".repeat(64_001)), "false");
    assert.equal(referee.LMSSetValue("cmi.core.lesson_location", "x".repeat(256)), "true");
    assert.equal(referee.LMSSetValue("cmi.core.exit", "normal"), "false");
    over(referee, "long-texts");
    assert.equal(referee.LMSSetValue(STATE, "x".repeat(4097)), "false");
  },
  "error-always-0": () => {
    const referee = running(["error-always-0"]);
    assert.equal(referee.LMSSetValue("cmi.core.exit", "normal"), "false");
    assert.equal(referee.LMSGetLastError(), "0");
    assert.equal(referee.breaches.length, 1);
    over(referee, "error-always-0");
    assert.equal(referee.LMSGetLastError(), "405");
  },
  "force-completed": () => {
    const referee = running(["force-completed"]);
    referee.LMSSetValue(STATUS, "incomplete");
    referee.LMSSetValue(RAW, "40");
    assert.equal(referee.LMSCommit(""), "true");
    assert.equal(referee.attempt[STATUS], "incomplete");
    referee.LMSFinish("");
    assert.equal(referee.attempt[STATUS], "completed");
    const other = running(["force-completed"]);
    other.LMSSetValue(STATUS, "incomplete");
    other.LMSFinish("");
    assert.equal(other.attempt[STATUS], "incomplete");
    assert.deepEqual(other.fired, []);
  },
  "marks-as-sent": () => losesForGood("marks-as-sent", FAILED),
  "lying-beacon": () => {
    losesForGood("lying-beacon", SAVED);
    const met = meets((network) => running(["lying-beacon"], { network }).LMSCommit(""));
    assert.deepEqual(met, ["down"]);
  },
  "commit-false": () => losesCommits("commit-false", FAILED, thrice),
  "commit-lost": () => losesCommits("commit-lost", SAVED, thrice),
  offline: () => {
    losesCommits("offline", FAILED, (referee) => over(referee, "offline"));
    const met = meets((network) => {
      const referee = running(["offline@2"], { network });
      referee.LMSCommit("");
      network("up");
      referee.LMSCommit("");
      over(referee, "offline");
    });
    assert.deepEqual(met, ["up", "down", "up"]);
  },
  "session-gone": () => {
    losesCommits("session-gone", FAILED, (referee) => over(referee, "session-gone"));
    const met = meets((network) => {
      const referee = running([], { network });
      referee.faults.switchOn("session-gone");
      referee.faults.switchOn("offline");
      over(referee, "offline");
      over(referee, "session-gone");
    });
    assert.deepEqual(met, ["login", "down", "login", "up"]);
  },
  "new-login": () => {
    const referee = running(["new-login"]);
    for (let time = 0; time < 5; time += 1) assert.deepEqual(commits(referee, STATE, "a1"), FAILED);
    assert.equal(referee.LMSFinish(""), "false");
    const next = running([], { attempt: referee.attempt });
    assert.deepEqual(commits(next, STATE, "a1"), SAVED);
    assert.equal(referee.fired.length, 6);
  },
  "loose-comparison": () => {
    const referee = running(["loose-comparison"]);
    for (const [first, second] of [["5", "5.0"], ["0e12", "0e99"], ["012", "12"]] as const) {
      commits(referee, STATE, first);
      assert.deepEqual(commits(referee, STATE, second), SAVED);
      assert.equal(referee.attempt[STATE], first);
    }
    assert.equal(referee.fired.length, 3);
    commits(referee, STATE, "a5.0");
    assert.equal(referee.attempt[STATE], "a5.0");
    commits(referee, STATE, "5");
    over(referee, "loose-comparison");
    commits(referee, STATE, "5.0");
    assert.equal(referee.attempt[STATE], "5.0");
  },
  "empty-score": () => {
    const referee = running(["empty-score"]);
    commits(referee, RAW, "");
    assert.equal(referee.attempt[RAW], "0");
    over(referee, "empty-score");
    commits(referee, RAW, "");
    assert.equal(referee.attempt[RAW], "");
  },
};

for (const [name, story] of Object.entries(STORIES) as [FaultName, () => void][]) {
  test(`${name}: ${FAULTS[name].source}`, story);
}

test("Without faults nothing fires, and each fault says what it is", () => {
  const referee = running([]);
  commits(referee, STATE, "a1");
  assert.deepEqual(referee.fired, []);
  for (const fault of Object.values(FAULTS)) {
    for (const words of [fault.title, fault.imitates, fault.source, fault.fires]) {
      assert.notEqual(words, "");
    }
  }
});

test("A spec says from which chance a fault bites, and how often; others are refused", () => {
  assert.deepEqual(readSpec("slow"), { name: "slow", from: 1 });
  assert.deepEqual(readSpec("commit-false@2x3"), { name: "commit-false", from: 2, times: 3 });
  for (const spec of ["", "slwo", "slow@0", "slow@", "slow 2", "toString"]) {
    assert.throws(() => readSpec(spec), /There is no fault ".*". There are: api-missing, /);
  }
  assert.throws(() => new Referee({ faults: ["commit-flase"] }), /commit-flase/);
  const referee = running(["commit-false@2x3"]);
  const said = Array.from({ length: 6 }, () => referee.LMSCommit(""));
  assert.deepEqual(said, ["true", "false", "false", "false", "true", "true"]);
  assert.equal(referee.faults.isOn("commit-false"), false);
});

test("Faults combine: Moodle offline marks as sent, says true, and its second start throws", () => {
  const faults = ["marks-as-sent@1x0", "offline", "second-initialize-throws", "numbers"];
  const referee = running(faults);
  referee.LMSSetValue("cmi.interactions.0.id", "q1");
  assert.deepEqual(commits(referee, RAW, "80"), FAILED);
  referee.faults.switchOff("offline");
  assert.deepEqual(commits(referee, STATE, "a1"), SAVED);
  assert.deepEqual(referee.attempt, { [STATE]: "a1" });
  assert.throws(() => referee.LMSInitialize(""), TypeError);
  assert.equal(referee.LMSGetValue(RAW), 80);
  assert.deepEqual([...new Set(referee.fired.map(({ fault }) => fault))], [
    "offline", "second-initialize-throws", "numbers",
  ]);
});

test("A fault that is switched on again begins anew", () => {
  const referee = running(["commit-lost@1x1"]);
  referee.LMSCommit("");
  assert.equal(referee.faults.isOn("commit-lost"), false);
  referee.faults.switchOn("commit-lost@2x1");
  referee.LMSCommit("");
  assert.equal(referee.fired.length, 1);
  referee.LMSCommit("");
  assert.deepEqual(referee.fired.map(({ call }) => call), ["LMSCommit", "LMSCommit"]);
});
