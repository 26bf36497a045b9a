/**
 * The LMS's side of a launch: the API in this window, for the SCO in the frame below. Instead of
 * the referee it can be scorm-again, on the same line to the server.
 */
"use strict";

(() => {
  const launch = launchOfPage();
  const line = new Line(launch.url);

  /** Without what was never set: scorm-again writes "" and {} for it. */
  function filled(values) {
    const isSet = ([, value]) => typeof value !== "object" && value !== "";
    return Object.fromEntries(Object.entries(values).filter(isSet));
  }

  function scormAgain() {
    const api = new Scorm12API({
      autocommit: false,
      logLevel: 5,
      lmsCommitUrl: `${launch.url}/attempt`,
      dataCommitFormat: "flattened",
      requestHandler: (values) => line.saved(filled(values)),
    });
    const opening = Referee.opening(launch.attempt, launch.learner, launch.sco);
    api.loadFromFlattenedJSON({ ...opening });
    window.API = logged(api);
  }

  /** The same eight functions, each noted with its answer and the error that it left. */
  function logged(api) {
    const log = [];
    line.told = { log, breaches: [], fired: [] };
    const began = performance.now();
    const names = [
      "LMSInitialize", "LMSFinish", "LMSGetValue", "LMSSetValue", "LMSCommit",
      "LMSGetLastError", "LMSGetErrorString", "LMSGetDiagnostic",
    ];
    const wrap = (call) => (...args) => {
      const result = api[call](...args);
      const error = String(api.LMSGetLastError());
      log.push({ call, args, result, error, at: performance.now() - began });
      line.reportSoon();
      return result;
    };
    return Object.fromEntries(names.map((name) => [name, wrap(name)]));
  }

  const makers = { referee: () => launchReferee(launch, line), "scorm-again": scormAgain };
  makers[launch.api]?.();
})();
