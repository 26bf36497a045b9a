/**
 * The referee against the clauses of SCORM 1.2 (Run-Time Environment, October 2001): each test is
 * named by what the standard says. Where it says less than LMSs ask, the test says so.
 */

import assert from "node:assert/strict";
import test from "node:test";

import { Referee } from "./api";
import type { Options } from "./api";

function launched(options: Options = {}): Referee {
  const referee = new Referee(options);
  assert.equal(referee.LMSInitialize(""), "true");
  return referee;
}

function accepts(referee: Referee, element: string, value: string): void {
  const said = `${element} = ${JSON.stringify(value)}`;
  assert.equal(referee.LMSSetValue(element, value), "true", said);
  assert.equal(referee.LMSGetLastError(), "0", said);
}

function refuses(referee: Referee, element: string, value: unknown, error: string): void {
  const said = `${element} = ${JSON.stringify(value)}`;
  assert.equal(referee.LMSSetValue(element, value), "false", said);
  assert.equal(referee.LMSGetLastError(), error, said);
}

function reads(referee: Referee, element: string, value: string, error = "0"): void {
  assert.equal(referee.LMSGetValue(element), value, element);
  assert.equal(referee.LMSGetLastError(), error, element);
}

/** A session that answers one question, of a type, up to its response. */
function answering(type: string): Referee {
  const referee = launched();
  accepts(referee, "cmi.interactions.0.id", "q1");
  accepts(referee, "cmi.interactions.0.type", type);
  return referee;
}

test("LMSInitialize: a SCO must call it before any other call but those for errors (301)", () => {
  const referee = new Referee();
  reads(referee, "cmi.core.lesson_status", "", "301");
  refuses(referee, "cmi.core.lesson_status", "completed", "301");
  assert.equal(referee.LMSCommit(""), "false");
  assert.equal(referee.LMSFinish(""), "false");
  assert.equal(referee.LMSGetLastError(), "301");
  assert.equal(referee.LMSInitialize(""), "true");
  assert.equal(referee.breaches.length, 4);
});

test("LMSInitialize: it is called once; the second call is refused and changes nothing", () => {
  const referee = launched();
  accepts(referee, "cmi.suspend_data", "a1");
  assert.equal(referee.LMSInitialize(""), "false");
  assert.equal(referee.LMSGetLastError(), "101");
  reads(referee, "cmi.suspend_data", "a1");
});

test("LMSFinish: after it no call is answered but those for errors (301)", () => {
  const referee = launched();
  assert.equal(referee.LMSFinish(""), "true");
  reads(referee, "cmi.core.lesson_status", "", "301");
  assert.equal(referee.LMSFinish(""), "false");
  assert.equal(referee.LMSInitialize(""), "false");
  assert.equal(referee.LMSGetErrorString("301"), "Not initialized");
});

test("LMSInitialize, LMSCommit, LMSFinish: the parameter is an empty string (201)", () => {
  const referee = new Referee();
  assert.equal(referee.LMSInitialize(), "false");
  assert.equal(referee.LMSGetLastError(), "201");
  assert.equal(referee.LMSInitialize(null), "false");
  assert.equal(referee.LMSInitialize(""), "true");
  assert.equal(referee.LMSCommit("now"), "false");
  assert.equal(referee.LMSFinish(0), "false");
  assert.equal(referee.LMSGetLastError(), "201");
});

test("LMSGetValue, LMSSetValue: their parameters are strings (201)", () => {
  const referee = launched();
  refuses(referee, "cmi.core.score.raw", 80, "201");
  refuses(referee, "cmi.suspend_data", undefined, "201");
  assert.equal(referee.LMSGetValue(7), "");
  assert.equal(referee.LMSGetLastError(), "201");
});

test("LMSGetLastError: the code of the last call, 0 if it went well; reading it changes nothing", () => {
  const referee = launched();
  refuses(referee, "cmi.core.exit", "normal", "405");
  assert.equal(referee.LMSGetLastError(), "405");
  assert.match(String(referee.LMSGetDiagnostic("")), /cmi\.core\.exit must be one of "time-out"/);
  assert.match(String(referee.LMSGetDiagnostic("405")), /time-out/);
  assert.equal(referee.LMSGetDiagnostic("403"), "Element is read only");
  reads(referee, "cmi.core.lesson_status", "not attempted");
});

test("cmi.core: _children names the elements, and the keywords cannot be set (402)", () => {
  const referee = launched();
  reads(
    referee,
    "cmi.core._children",
    "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time," +
      "lesson_mode,exit,session_time",
  );
  reads(referee, "cmi.core.score._children", "raw,min,max");
  reads(referee, "cmi.objectives._children", "id,score,status");
  reads(
    referee,
    "cmi.interactions._children",
    "id,objectives,time,type,correct_responses,weighting,student_response,result,latency",
  );
  reads(referee, "cmi.student_data._children", "mastery_score,max_time_allowed,time_limit_action");
  reads(referee, "cmi.student_preference._children", "audio,language,speed,text");
  reads(referee, "cmi.interactions._count", "0");
  reads(referee, "cmi._version", "3.4");
  refuses(referee, "cmi.core._children", "raw", "402");
  refuses(referee, "cmi.interactions._count", "3", "402");
  refuses(referee, "cmi._version", "4", "402");
});

test("Errors 201, 202, 203: no such element, no children, not an array", () => {
  const referee = launched();
  reads(referee, "cmi.core.lesson_statue", "", "201");
  reads(referee, "cmi.core.score", "", "201");
  reads(referee, "cmi.completion_status", "", "201");
  refuses(referee, "cmi.core.success", "passed", "201");
  refuses(referee, "cmi.nothing._count", "1", "201");
  reads(referee, "cmi.core.lesson_status._children", "", "202");
  reads(referee, "cmi.core._count", "", "203");
  reads(referee, "cmi.nothing._children", "", "201");
});

test("Read-only elements cannot be set (403), write-only ones cannot be read (404)", () => {
  const referee = launched();
  const readOnly = ["student_id", "student_name", "credit", "entry", "total_time", "lesson_mode"];
  for (const name of readOnly) refuses(referee, `cmi.core.${name}`, "x", "403");
  refuses(referee, "cmi.launch_data", "x", "403");
  refuses(referee, "cmi.comments_from_lms", "x", "403");
  refuses(referee, "cmi.student_data.mastery_score", "80", "403");
  reads(referee, "cmi.core.exit", "", "404");
  reads(referee, "cmi.core.session_time", "", "404");
  accepts(referee, "cmi.interactions.0.id", "q1");
  reads(referee, "cmi.interactions.0.id", "", "404");
});

test("cmi.core.lesson_status: 'not attempted' is what the LMS says, never what a SCO sets", () => {
  const referee = launched();
  reads(referee, "cmi.core.lesson_status", "not attempted");
  refuses(referee, "cmi.core.lesson_status", "not attempted", "405");
  refuses(referee, "cmi.core.lesson_status", "Completed", "405");
  for (const status of ["passed", "completed", "failed", "incomplete", "browsed"]) {
    accepts(referee, "cmi.core.lesson_status", status);
  }
});

test("cmi.core.exit: time-out, suspend, logout or empty; 'normal' is of SCORM 2004", () => {
  const referee = launched();
  for (const exit of ["time-out", "suspend", "logout", ""]) accepts(referee, "cmi.core.exit", exit);
  refuses(referee, "cmi.core.exit", "normal", "405");
});

test("CMIString255 and CMIString4096: a character more is refused", () => {
  const referee = launched();
  accepts(referee, "cmi.core.lesson_location", "x".repeat(255));
  refuses(referee, "cmi.core.lesson_location", "x".repeat(256), "405");
  accepts(referee, "cmi.suspend_data", "x".repeat(4096));
  refuses(referee, "cmi.suspend_data", "x".repeat(4097), "405");
  reads(referee, "cmi.suspend_data", "x".repeat(4096));
});

test("cmi.comments: read and written, up to 4,096 characters", () => {
  const referee = launched();
  accepts(referee, "cmi.comments", "hi");
  accepts(referee, "cmi.comments", "x".repeat(4096));
  reads(referee, "cmi.comments", "x".repeat(4096));
  refuses(referee, "cmi.comments", "x".repeat(4097), "405");
});

test("cmi.core.score: a CMIDecimal from 0 to 100, or blank", () => {
  const referee = launched();
  for (const value of ["0", "100", "66.67", ""]) accepts(referee, "cmi.core.score.raw", value);
  for (const value of ["101", "-1", "80%", "1e2", "."]) {
    refuses(referee, "cmi.core.score.raw", value, "405");
  }
  accepts(referee, "cmi.core.score.min", "0");
  accepts(referee, "cmi.core.score.max", "100");
});

test("CMITimespan: HHHH:MM:SS.SS, two to four digits of hours, at most two decimals", () => {
  const referee = launched();
  for (const span of ["00:00:00", "0001:02:03.4", "9999:59:59.99"]) {
    accepts(referee, "cmi.core.session_time", span);
  }
  for (const span of ["0:01:02", "10000:00:00", "00:00:01.555", "00:1:02", "62", ""]) {
    refuses(referee, "cmi.core.session_time", span, "405");
  }
});

test("cmi.student_preference: audio -1 to 100, speed -100 to 100, text -1 to 1", () => {
  const referee = launched();
  const fits = { audio: ["-1", "100"], speed: ["-100", "100"], text: ["-1", "1"] };
  const not = { audio: ["-2", "101", "1.5"], speed: ["-101", "101"], text: ["-2", "2"] };
  for (const [name, values] of Object.entries(fits)) {
    for (const value of values) accepts(referee, `cmi.student_preference.${name}`, value);
  }
  for (const [name, values] of Object.entries(not)) {
    for (const value of values) refuses(referee, `cmi.student_preference.${name}`, value, "405");
  }
  accepts(referee, "cmi.student_preference.language", "English");
});

test("CMIIdentifier: no white space or unprintable characters (strictly: A-Z a-z 0-9 _ -)", () => {
  const referee = launched();
  accepts(referee, "cmi.interactions.0.id", "boundaries-on-the-ward_q1");
  for (const id of ["has space", "caf\u00e9", "a.b", "", "x".repeat(256)]) {
    refuses(referee, "cmi.interactions.1.id", id, "405");
  }
  reads(referee, "cmi.interactions._count", "1");
});

test("Arrays: indices begin at 0 and leave no gap (201)", () => {
  const referee = launched();
  refuses(referee, "cmi.interactions.1.id", "q2", "201");
  accepts(referee, "cmi.interactions.0.id", "q1");
  accepts(referee, "cmi.interactions.1.id", "q2");
  refuses(referee, "cmi.interactions.02.id", "q3", "201");
  refuses(referee, "cmi.interactions.0.correct_responses.1.pattern", "a", "201");
  reads(referee, "cmi.interactions._count", "2");
  reads(referee, "cmi.interactions.1.correct_responses._count", "0");
  reads(referee, "cmi.interactions.2.objectives._count", "", "201");
  reads(referee, "cmi.objectives.0.status", "", "201");
});

test("cmi.objectives: read and written; its status may be 'not attempted'", () => {
  const referee = launched();
  accepts(referee, "cmi.objectives.0.id", "see");
  reads(referee, "cmi.objectives.0.status", "not attempted");
  accepts(referee, "cmi.objectives.0.status", "not attempted");
  accepts(referee, "cmi.objectives.0.score.raw", "50");
  reads(referee, "cmi.objectives.0.score._children", "raw,min,max");
  reads(referee, "cmi.objectives.0.id", "see");
  reads(referee, "cmi.objectives._count", "1");
});

test("cmi.interactions: type, result, time, latency and weighting in their vocabularies", () => {
  const referee = answering("choice");
  refuses(referee, "cmi.interactions.0.type", "long-fill-in", "405");
  for (const result of ["correct", "wrong", "unanticipated", "neutral", "0.5"]) {
    accepts(referee, "cmi.interactions.0.result", result);
  }
  refuses(referee, "cmi.interactions.0.result", "incorrect", "405");
  accepts(referee, "cmi.interactions.0.time", "23:59:59.9");
  refuses(referee, "cmi.interactions.0.time", "24:00:00", "405");
  accepts(referee, "cmi.interactions.0.latency", "00:00:09.25");
  refuses(referee, "cmi.interactions.0.latency", "PT9S", "405");
  accepts(referee, "cmi.interactions.0.weighting", "-100");
  refuses(referee, "cmi.interactions.0.weighting", "101", "405");
});

const ANSWERS: Record<string, { fits: string[]; not: string[] }> = {
  "true-false": { fits: ["0", "1", "t", "f"], not: ["true", "T", ""] },
  choice: { fits: ["a", "a,c,9", "{a,b}"], not: ["ask", "a[,]b", "a, b", "A", ""] },
  "fill-in": { fits: ["caf\u00e9, two words", ""], not: ["two\nlines", "x".repeat(256)] },
  numeric: { fits: ["12", "-0.5", "1500"], not: ["twelve", "1,5", "1[:]5"] },
  likert: { fits: ["3", "b", ""], not: ["agree", "12"] },
  matching: { fits: ["1.c,2.b", "{1.c,2.b}"], not: ["1[.]c", "1.c,2"] },
  performance: { fits: ["did it"], not: ["x".repeat(256)] },
  sequencing: { fits: ["c,a,b"], not: ["{c,a}", "first,second"] },
};

for (const [type, { fits, not }] of Object.entries(ANSWERS)) {
  test(`CMIFeedback: an answer has the form of its interaction's type: ${type}`, () => {
    const referee = answering(type);
    for (const field of ["student_response", "correct_responses.0.pattern"]) {
      for (const value of fits) accepts(referee, `cmi.interactions.0.${field}`, value);
      for (const value of not) refuses(referee, `cmi.interactions.0.${field}`, value, "405");
    }
  });
}

test("An interaction's id comes before its other fields, its type before its answer", () => {
  const referee = launched();
  accepts(referee, "cmi.interactions.0.student_response", "anything");
  const told = referee.breaches.map(({ error, what }) => ({ error, what }));
  assert.deepEqual(told, [
    { error: "0", what: "cmi.interactions.0.id must be set first" },
    { error: "0", what: "cmi.interactions.0.type must be set first" },
  ]);
});

test("A breach says the call, the element, the value, the error, the clause and what is wrong", () => {
  const referee = launched();
  refuses(referee, "cmi.core.exit", "normal", "405");
  assert.deepEqual(referee.breaches, [
    {
      call: "LMSSetValue",
      element: "cmi.core.exit",
      value: "normal",
      error: "405",
      clause: "SCORM 1.2 RTE, data model: cmi.core.exit, CMIVocabulary (Exit)",
      what: 'cmi.core.exit must be one of "time-out", "suspend", "logout", ""',
    },
  ]);
});

test("The log keeps every call with its answer, its error and its time", () => {
  let now = 100;
  const referee = new Referee({ clock: () => now });
  now = 103;
  referee.LMSInitialize("");
  referee.LMSGetValue("cmi.nothing");
  assert.deepEqual(referee.log, [
    { call: "LMSInitialize", args: [""], result: "true", error: "0", at: 3 },
    { call: "LMSGetValue", args: ["cmi.nothing"], result: "", error: "201", at: 3 },
  ]);
});

test("LMSCommit: what was not committed when the window goes is lost", () => {
  const first = launched();
  accepts(first, "cmi.core.lesson_location", "s1");
  assert.equal(first.LMSCommit(""), "true");
  accepts(first, "cmi.core.lesson_location", "s2");
  const second = launched({ attempt: first.attempt });
  reads(second, "cmi.core.lesson_location", "s1");
});

test("cmi.core.entry: ab-initio at first, resume only after suspend, otherwise empty", () => {
  const first = launched();
  reads(first, "cmi.core.entry", "ab-initio");
  accepts(first, "cmi.core.exit", "suspend");
  first.LMSFinish("");
  const second = launched({ attempt: first.attempt });
  reads(second, "cmi.core.entry", "resume");
  second.LMSFinish("");
  const third = launched({ attempt: second.attempt });
  reads(third, "cmi.core.entry", "");
});

test("cmi.core.total_time: the sum of the sessions' times, added at LMSFinish", () => {
  const first = launched();
  reads(first, "cmi.core.total_time", "0000:00:00.00");
  accepts(first, "cmi.core.session_time", "00:59:30.5");
  first.LMSCommit("");
  accepts(first, "cmi.core.session_time", "00:59:59.75");
  first.LMSFinish("");
  const second = launched({ attempt: first.attempt });
  reads(second, "cmi.core.total_time", "0000:59:59.75");
  accepts(second, "cmi.core.session_time", "00:00:00.25");
  second.LMSFinish("");
  assert.equal(second.attempt["cmi.core.total_time"], "0001:00:00.00");
});

test("cmi.core.lesson_status: never set, the LMS makes it completed at LMSFinish", () => {
  const referee = launched();
  referee.LMSFinish("");
  assert.equal(referee.attempt["cmi.core.lesson_status"], "completed");
});

test("cmi.student_data.mastery_score: with a score, it decides passed or failed at LMSFinish", () => {
  const outcomes = [69, 70].map((raw) => {
    const referee = launched({ sco: { masteryScore: "70" } });
    reads(referee, "cmi.student_data.mastery_score", "70");
    accepts(referee, "cmi.core.score.raw", String(raw));
    accepts(referee, "cmi.core.lesson_status", "completed");
    referee.LMSFinish("");
    return referee.attempt["cmi.core.lesson_status"];
  });
  assert.deepEqual(outcomes, ["failed", "passed"]);
});

test("cmi.core.lesson_mode: review without credit once passed, completed or failed (as Moodle)", () => {
  for (const status of ["passed", "completed", "failed"]) {
    const referee = launched({ attempt: { "cmi.core.lesson_status": status } });
    reads(referee, "cmi.core.lesson_mode", "review");
    reads(referee, "cmi.core.credit", "no-credit");
  }
  const referee = launched({ attempt: { "cmi.core.lesson_status": "incomplete" } });
  reads(referee, "cmi.core.lesson_mode", "normal");
  reads(referee, "cmi.core.credit", "credit");
});

test("Interactions and objectives stay from launch to launch; the record is plain JSON", () => {
  const first = answering("choice");
  accepts(first, "cmi.interactions.0.student_response", "b");
  accepts(first, "cmi.objectives.0.id", "see");
  first.LMSFinish("");
  const attempt = JSON.parse(JSON.stringify(first.attempt));
  assert.equal(attempt["cmi.interactions.0.student_response"], "b");
  const second = launched({ attempt });
  reads(second, "cmi.interactions._count", "1");
  reads(second, "cmi.objectives.0.id", "see");
  accepts(second, "cmi.interactions.1.id", "q1");
});

test("cmi.core.lesson_mode: the LMS may say another than the record suggests", () => {
  for (const mode of ["review", "browse"] as const) {
    const referee = launched({ mode });
    reads(referee, "cmi.core.lesson_mode", mode);
    reads(referee, "cmi.core.credit", "no-credit");
  }
});

test("The API stands where a SCO looks for it, its functions may be taken from it", () => {
  const window: { API?: Record<string, (...args: string[]) => unknown> } = {};
  const referee = new Referee();
  referee.install(window);
  const { LMSInitialize } = window.API!;
  assert.equal(LMSInitialize!(""), "true");
  assert.equal(referee.log.length, 1);
});

test("The learner, the launch data and the record are the LMS's to say", () => {
  const referee = launched({
    learner: { id: "nurse-7", name: "Okafor, Ada" },
    sco: { launchData: "ward=oak" },
  });
  reads(referee, "cmi.core.student_id", "nurse-7");
  reads(referee, "cmi.core.student_name", "Okafor, Ada");
  reads(referee, "cmi.launch_data", "ward=oak");
});

test("LMSCommit: false when the LMS cannot save; nothing is lost, and the SCO is not to blame", () => {
  let online = false;
  const referee = launched({ save: () => online });
  accepts(referee, "cmi.suspend_data", "a1");
  assert.equal(referee.LMSCommit(""), "false");
  assert.equal(referee.LMSGetLastError(), "101");
  assert.deepEqual(referee.attempt, {});
  online = true;
  assert.equal(referee.LMSCommit(""), "true");
  assert.equal(referee.attempt["cmi.suspend_data"], "a1");
  assert.deepEqual(referee.breaches, []);
});
