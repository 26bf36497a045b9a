/** No LMS: the module plays, the learner is told that nothing will be recorded. */

import type { Tracker } from "./types";

export function noTracker(): Tracker {
  return {
    records: false,
    start: () => Promise.resolve({ resume: "", mode: "normal", masteryScore: null, recorded: 0 }),
    record: () => undefined,
    flush: () => undefined,
    end: () => Promise.resolve(),
    reload: () => undefined,
    wake: () => undefined,
    onSaving: (listener) => listener({ kind: "nowhere" }),
  };
}
