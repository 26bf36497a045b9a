/** The player as a SCORM 1.2 package carries it. */

import { mount } from "./frame";
import { pageData, play } from "./player";
import { findApi } from "./scorm12-api";
import { noTracker } from "./tracker-none";
import { Scorm12Tracker } from "./tracker-scorm12";

const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
const isReturn = ["reload", "back_forward"].includes(navigation?.type ?? "");
const api = findApi(window);

void play(pageData(), api ? new Scorm12Tracker(api, isReturn) : noTracker(), mount);
