/** The behaviour of every kind of block that has one; the others are HTML alone. */

import type { Behaviour } from "../player/types";
import { behaviour as cards } from "./cards";
import { behaviour as choice } from "./choice";
import { behaviour as match } from "./match";
import { behaviour as hotspots } from "./hotspots";
import { behaviour as note } from "./note";
import { behaviour as number } from "./number";
import { behaviour as order } from "./order";
import { behaviour as perspectives } from "./perspectives";
import { behaviour as poll } from "./poll";
import { behaviour as quiz } from "./quiz";
import { behaviour as scale } from "./scale";
import { behaviour as scenario } from "./scenario";
import { behaviour as tabs } from "./tabs";

export const COMPONENTS: Record<string, Behaviour> = {
  cards,
  choice,
  choices: choice,
  commitment: note,
  match,
  hotspots,
  note,
  number,
  order,
  perspectives,
  poll,
  quiz,
  scale,
  scenario,
  tabs,
};
