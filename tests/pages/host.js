/**
 * The LMS's side of a launch: puts the API in this window, for the SCO in the frame below, saves
 * the learner's record on the server, and reports every call with its answer for the test to read.
 */
"use strict";

(() => {
  const launch = JSON.parse(document.getElementById("launch").textContent);
  const log = [];
  let reported = 0;
  let scheduled = false;
  let leaving = false;
  let breaches = [];
  let turn = 0;

  for (const event of ["beforeunload", "pagehide"]) {
    window.addEventListener(event, () => {
      leaving = true;
      report();
    });
  }

  /** What is saved, and which save it is: two beacons may overtake each other. */
  function saved(runtimeData) {
    turn += 1;
    return { runtimeData, turn };
  }

  /** A synchronous request, as LMSs make it; a beacon once the page is going away. */
  function save(attempt) {
    const body = JSON.stringify(saved(attempt));
    if (leaving) return navigator.sendBeacon(launch.attemptUrl, body);
    const request = new XMLHttpRequest();
    request.open("POST", launch.attemptUrl, false);
    try {
      request.send(body);
      return request.status === 200;
    } catch {
      // Browsers forbid synchronous requests while a page goes; offline, nothing can be done.
      return navigator.onLine && navigator.sendBeacon(launch.attemptUrl, body);
    }
  }

  /** Sends what the server has not yet confirmed; the server puts doubles and gaps right. */
  function report() {
    scheduled = false;
    const from = reported;
    if (from === log.length) return;
    const body = JSON.stringify({ from, calls: log.slice(from), breaches });
    if (leaving) {
      navigator.sendBeacon(launch.logUrl, body);
      return;
    }
    const sent = log.length;
    const confirm = (response) => {
      if (response.ok) reported = Math.max(reported, sent);
    };
    fetch(launch.logUrl, { method: "POST", body }).then(confirm, () => {});
  }

  function reportSoon() {
    if (leaving) report();
    else if (!scheduled) {
      scheduled = true;
      queueMicrotask(report);
    }
  }

  function referee() {
    const { learner, sco, attempt } = launch;
    const api = new Referee({ learner, sco, attempt, save });
    breaches = api.breaches;
    return api;
  }

  /** Without what was never set: scorm-again writes "" and {} for it. */
  function filled(values) {
    const isSet = ([, value]) => typeof value !== "object" && value !== "";
    return Object.fromEntries(Object.entries(values).filter(isSet));
  }

  function scormAgain() {
    const api = new Scorm12API({
      autocommit: false,
      logLevel: 5,
      lmsCommitUrl: launch.attemptUrl,
      dataCommitFormat: "flattened",
      requestHandler: (values) => saved(filled(values)),
    });
    const opening = Referee.opening(launch.attempt, launch.learner, launch.sco);
    api.loadFromFlattenedJSON({ ...opening });
    return api;
  }

  /** The same eight functions, each noted with its answer and the error that it left. */
  function logged(api) {
    const began = performance.now();
    const names = [
      "LMSInitialize", "LMSFinish", "LMSGetValue", "LMSSetValue", "LMSCommit",
      "LMSGetLastError", "LMSGetErrorString", "LMSGetDiagnostic",
    ];
    const wrap = (call) => (...args) => {
      const result = api[call](...args);
      const error = String(api.LMSGetLastError());
      log.push({ call, args, result, error, at: performance.now() - began });
      reportSoon();
      return result;
    };
    return Object.fromEntries(names.map((name) => [name, wrap(name)]));
  }

  const makers = { referee, "scorm-again": scormAgain };
  const maker = makers[launch.api];
  if (maker) {
    window.lmsApi = maker();
    window.API = logged(window.lmsApi);
  }
})();
