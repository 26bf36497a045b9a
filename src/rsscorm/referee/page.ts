/**
 * The page of `rsscorm referee`: a package in its frame, what it says to the LMS, and the switches
 * for what goes wrong. The API stands before the frame is read.
 */

import type { Referee } from "./api";
import { mountSizes, one } from "./dom";
import { launchOfPage, launchReferee, Line } from "./host";
import { Panel } from "./panel";

const launch = launchOfPage();
const line = new Line(launch.url);
const panel = new Panel(() => referee);
let problem = "";
const referee = begin();

/** An address with a fault that is none begins without faults, and the page says why. */
function begin(): Referee {
  const showSoon = (): void => panel.showSoon();
  try {
    return launchReferee(launch, line, showSoon);
  } catch (error) {
    problem = (error as Error).message;
    return launchReferee({ ...launch, faults: [] }, line, showSoon);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  panel.makeSwitches();
  line.watch(one<HTMLIFrameElement>("#sco"));
  one("#problem").textContent = problem;
  mountSizes();
  panel.show();
});
