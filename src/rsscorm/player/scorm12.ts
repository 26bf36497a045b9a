/** The player as a SCORM 1.2 package carries it. */

import { mount } from "./frame";
import { pageData, play } from "./player";
import { askForFile } from "./presence";
import { waitForApi } from "./scorm12-api";
import { noTracker } from "./tracker-none";
import { Scorm12Tracker } from "./tracker-scorm12";
import { deviceVault } from "./vault";
import { onOtherWindow } from "./windows";

const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
const data = pageData();
const care = {
  isReturn: ["reload", "back_forward"].includes(navigation?.type ?? ""),
  // The same words as in `rsscorm/package/scorm12.py`.
  presence: askForFile("presence.txt", `rsscorm ${data.id}`),
  vault: deviceVault(data.id),
  onOtherWindow,
  resends: true,
};

void waitForApi(window).then((api) =>
  play(data, api ? new Scorm12Tracker(api, care) : noTracker(), mount),
);
