/** Perspectives: held back until the learner has answered or skipped what they come after. */

import type { Behaviour } from "../player/types";
import { holdBack } from "./gate";

export const behaviour: Behaviour = holdBack;
