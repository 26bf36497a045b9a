/** The player of a SCORM 1.2 package without any care: what it is given it takes to be kept. */

import { mount } from "../../src/rsscorm/player/frame";
import { pageData, play } from "../../src/rsscorm/player/player";
import { trusting } from "../../src/rsscorm/player/presence";
import { waitForApi } from "../../src/rsscorm/player/scorm12-api";
import { noTracker } from "../../src/rsscorm/player/tracker-none";
import { Scorm12Tracker } from "../../src/rsscorm/player/tracker-scorm12";
import { noVault } from "../../src/rsscorm/player/vault";

const care = {
  isReturn: false,
  presence: trusting,
  vault: noVault,
  onOtherWindow: () => () => undefined,
  resends: false,
};

void waitForApi(window).then((api) =>
  play(pageData(), api ? new Scorm12Tracker(api, care) : noTracker(), mount),
);
