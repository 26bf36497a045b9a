/**
 * The page of `rsscorm preview`: a module in its frame as it is being written, what is wrong with
 * it, the pretend LMS with all that it heard, and the switches.
 */

import type { Referee } from "../referee/api";
import { mountSizes, one } from "../referee/dom";
import { launchOfPage, launchReferee, Line } from "../referee/host";
import { Panel } from "../referee/panel";
import type { Draft, TakeUp } from "./host";
import { showProblems } from "./problems";
import type { Problem } from "./problems";
import { showKept } from "./statements";
import type { Kept } from "./statements";

const launch = launchOfPage();
const line = new Line(launch.url);
const panel = new Panel(() => referee);
const referee = begin();

let latest: Draft | undefined;
let problems: readonly Problem[] = [];
/** What a good author would ask of what is shown; it is asked when that has been painted. */
let asked: readonly Problem[] = [];
/** What the frame shows, and how to show another draft in it, once the module is there. */
let shown = "";
let before: Draft | undefined;
let takeUp: TakeUp | undefined;
let isAtWork = false;

window.rsscormPreview = {
  step: new URLSearchParams(location.search).get("step") ?? "",
  ready(mark, how) {
    [shown, takeUp, before] = [mark, how, undefined];
    askSoon();
    void catchUp();
  },
};

/** An address with a fault that is none begins without faults. */
function begin(): Referee {
  const showSoon = (): void => panel.showSoon();
  try {
    return launchReferee(launch, line, showSoon);
  } catch {
    return launchReferee({ ...launch, faults: [] }, line, showSoon);
  }
}

function listen(): void {
  const news = new EventSource(`${launch.url}/news`);
  const on = (kind: string, hear: (told: unknown) => void): void =>
    news.addEventListener(kind, ({ data }: MessageEvent<string>) => hear(JSON.parse(data)));
  on("draft", (told) => {
    latest = told as Draft;
    void catchUp();
  });
  on("problems", (told) => {
    problems = told as Problem[];
    tellProblems();
  });
  on("lrs", (told) => showKept(told as Kept));
  news.addEventListener("error", () => (one("#gone").hidden = false));
  news.addEventListener("open", () => (one("#gone").hidden = true));
}

function tellProblems(): void {
  const isWrong = problems.some(({ isWarning }) => !isWarning);
  showProblems(isWrong ? problems : [...problems, ...asked], !!shown);
}

/** Not before the draft is painted; a preview that has ended says so by itself. */
function askSoon(): void {
  requestAnimationFrame(() => void ask().catch(() => undefined));
}

async function ask(): Promise<void> {
  const mark = shown;
  const answer = await fetch(`${launch.url}/asked`);
  const told = (await answer.json()) as Problem[];
  if (mark === shown) asked = told;
  tellProblems();
}

/** Brings the frame to the latest draft, one at a time; where it can't take it up, by a reload. */
async function catchUp(): Promise<void> {
  if (isAtWork || !latest) return;
  if (latest.mark === shown) before = latest;
  if (latest === before) return;
  isAtWork = true;
  const [draft, heard] = [latest, referee.log.length];
  try {
    if (!takeUp) throw new Error("There is no module in the frame yet");
    await takeUp(draft, before);
    [shown, before] = [draft.mark, draft];
    askSoon();
  } catch {
    reload();
  }
  isAtWork = false;
  const isAnew = referee.log.length > heard;
  if (isAnew) panel.mark("You saved, and the module goes on as it is now.");
  tell(draft);
  if (takeUp) await catchUp();
}

/** The module says when it is ready again. */
function reload(): void {
  const frame = one<HTMLIFrameElement>("#sco");
  const isWaiting = !!frame.contentDocument?.querySelector(".nothing-yet");
  if (!takeUp && !isWaiting) return;
  takeUp = undefined;
  frame.contentWindow?.location.reload();
}

/** The page around it names what the module is called now, and the steps that it has. */
function tell({ title, steps }: Draft): void {
  document.title = `${title} – preview`;
  one("h1").textContent = title;
  one<HTMLIFrameElement>("#sco").title = title;
  const choice = one<HTMLSelectElement>("#step");
  const wanted = choice.value;
  const [begins, ends] = [choice.options[0]!, choice.options[choice.options.length - 1]!];
  const between = steps.map(({ id, title }, at) => new Option(`${at + 1}. ${title}`, id));
  choice.replaceChildren(begins, ...between, ends);
  choice.value = wanted;
  one("#saved").textContent = `Shown as saved at ${new Date().toLocaleTimeString("en-GB")}`;
  tellProblems();
}

/** What can be chosen while the module is open is; all else begins it anew. */
function mountChoices(form: HTMLFormElement): void {
  form.addEventListener("change", ({ target }) => {
    const { name, dataset } = target as HTMLSelectElement;
    if (dataset.begins !== undefined) return form.requestSubmit();
    if (name !== "size") void choose(form);
  });
}

/** The address follows, so that a reload of this page shows the same. */
async function choose(form: HTMLFormElement): Promise<void> {
  const chosen = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value]));
  await fetch(`${launch.url}/look`, { method: "POST", body: JSON.stringify(chosen) });
  const query = new URLSearchParams(chosen as Record<string, string>);
  query.delete("step");
  history.replaceState(null, "", `?${query}`);
}

/** What pretended learners left in this browser, when another preview had this address. */
function tidy(): void {
  if (launch.url !== "/launches/0") return;
  localStorage.clear();
  sessionStorage.clear();
}

tidy();

document.addEventListener("DOMContentLoaded", () => {
  listen();
  mountSizes();
  mountChoices(one<HTMLFormElement>("#choices"));
  line.watch(one<HTMLIFrameElement>("#sco"));
  if (!document.querySelector("#calls")) return;
  panel.makeSwitches();
  panel.show();
});
