/** No LMS: the module plays, the learner is told that nothing will be recorded. */

import type { Launch, Tracker } from "./types";

/** A launch of which nothing is known. */
export const NO_LAUNCH: Launch = {
  resume: "",
  mode: "normal",
  masteryScore: null,
  recorded: 0,
  learner: "",
  isRead: false,
};

export function noTracker(): Tracker {
  return {
    start: () => Promise.resolve(NO_LAUNCH),
    record: () => undefined,
    flush: () => undefined,
    resume: () => undefined,
    finish: () => Promise.resolve(false),
    leave: () => undefined,
    reload: () => undefined,
    wake: () => undefined,
    onSaving: (listener) => listener({ kind: "nowhere" }),
  };
}
