/** The player as a Tin Can package carries it. */

import { mount } from "./frame";
import { pageData, play } from "./player";
import { allowOnly, takeLaunch } from "./tincan-launch";
import { noTracker } from "./tracker-none";
import { XapiTracker } from "./tracker-xapi";
import { deviceVault } from "./vault";

const data = pageData();
const launch = takeLaunch(window);
if (launch) allowOnly(document, launch, data);

void play(data, launch ? new XapiTracker(launch, deviceVault(data.id)) : noTracker(), mount);
