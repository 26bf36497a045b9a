/**
 * The player as the preview's frame has it: of either format, and able to take up another draft
 * of its module in the same window, at the same place, with the same answers.
 */

import { COMPONENTS } from "../blocks/index";
import { mount } from "../player/frame";
import { play } from "../player/player";
import { askForFile } from "../player/presence";
import { waitForApi } from "../player/scorm12-api";
import type { Scorm12Api } from "../player/scorm12-api";
import { allowOnly, takeLaunch } from "../player/tincan-launch";
import type { TinCanLaunch } from "../player/tincan-launch";
import { noTracker } from "../player/tracker-none";
import { Scorm12Tracker } from "../player/tracker-scorm12";
import { XapiTracker } from "../player/tracker-xapi";
import type { ModuleData, Player, Tracker } from "../player/types";
import { deviceVault } from "../player/vault";
import type { Vault } from "../player/vault";
import { onOtherWindow } from "../player/windows";
import type { Draft } from "./host";
import { keep } from "./kept";
import { lifeTime, renew, watchOver } from "./life";
import { canReach, reach } from "./reach";
import { onlyWords } from "./words-only";

/** Milliseconds in which an LRS may still confirm what it was told, before another draft comes. */
const PATIENCE = 1_000;

const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
const isReload = ["reload", "back_forward"].includes(navigation?.type ?? "");
const host = window.parent.rsscormPreview;
const script = document.querySelector<HTMLScriptElement>("script[data-draft]");
const launch = takeLaunch(window);

let tracker: Tracker | undefined;
/** Whether the LMS is known to have all of it. */
let isSaved = false;

watchOver(window);
void begin();

async function begin(): Promise<void> {
  const data = dataOf(document);
  if (launch) allowOnly(document, launch, data);
  const far = isReload ? "" : (host?.step ?? "");
  await open(data, isReload, (player) => {
    if (canReach(data, far)) goTo(player, far);
    mount(player);
  });
  host?.ready(script?.dataset.draft ?? "", takeUp);
}

function goTo(player: Player, far: string): void {
  reach(player, far);
  if (far === "end") history.replaceState(history.state, "", "#end");
}

/** Mere words are put in their place; all else begins the player anew, below what it shows. */
async function takeUp(draft: Draft, before?: Draft): Promise<void> {
  const changed = before && onlyWords(before.html, draft.html, (kind) => kind in COMPONENTS);
  const block = changed && document.getElementById(changed.id);
  if (!block) return beginAnew(draft);
  const bringBack = keep();
  block.innerHTML = changed.html;
  bringBack();
}

/** The session is left as for a reload and taken up again; what is before somebody stays. */
async function beginAnew(draft: Draft): Promise<void> {
  const page = new DOMParser().parseFromString(draft.html, "text/html");
  const data = dataOf(page);
  await leave();
  renew();
  await open(data, true, (player) => {
    const bringBack = keep();
    show(page);
    mount(player);
    bringBack();
  });
}

async function open(
  data: ModuleData, isReturn: boolean, begun: (player: Player) => void,
): Promise<void> {
  tracker = await trackerFor(data, isReturn);
  tracker.onSaving(({ kind }) => (isSaved = kind === "saved"));
  await play(data, tracker, begun);
}

async function trackerFor(data: ModuleData, isReturn: boolean): Promise<Tracker> {
  if (launch) return new XapiTracker(launch as TinCanLaunch, deviceVault(data.id));
  const api = await waitForApi(window);
  if (!api) return noTracker();
  return new Scorm12Tracker(mortal(api), {
    isReturn,
    isSaved,
    presence: askForFile("presence.txt", `rsscorm ${data.id}`),
    vault: vaultFor(data),
    onOtherWindow,
    resends: true,
  });
}

/** Where all is saved, this device holds nothing more; to unseal its copy takes some frames. */
function vaultFor({ id }: ModuleData): Vault {
  const vault = deviceVault(id);
  return isSaved ? { ...vault, read: () => Promise.resolve(undefined) } : vault;
}

/** An API that answers nothing more once this draft's life is over. */
function mortal(api: Scorm12Api): Scorm12Api {
  const ended = lifeTime();
  const call = (name: string, ...args: string[]): string =>
    ended.aborted ? "" : api.call(name, ...args);
  return Object.assign(Object.create(api) as Scorm12Api, { call });
}

/** An LMS's session goes on; an LRS has only what it was told, so that is waited for. */
async function leave(): Promise<void> {
  if (!launch) return tracker?.reload();
  const late = new Promise((over) => setTimeout(over, PATIENCE));
  await Promise.race([tracker?.finish(), late]);
}

/** Puts a page in the place of the one that is shown, all at once. */
function show(page: Document): void {
  document.documentElement.lang = page.documentElement.lang;
  restyle(page);
  document.body.replaceWith(document.adoptNode(page.body));
}

/** Another stylesheet stands beside the old one until it is there. */
function restyle(page: Document): void {
  const [old, now] = [document, page].map((one) => one.querySelector("link[rel=stylesheet]"));
  if (!old || !now || old.getAttribute("href") === now.getAttribute("href")) return;
  const link = document.adoptNode(now);
  link.addEventListener("load", () => old.remove());
  old.after(link);
}

function dataOf(page: Document): ModuleData {
  return JSON.parse(page.getElementById("module-data")?.textContent ?? "") as ModuleData;
}
