/**
 * The page of `rsscorm referee`: a package in its frame, what it says to the LMS, and the switches
 * for what goes wrong. The API stands before the frame is read.
 */

import type { Breach, Call, Referee } from "./api";
import { FAULTS, GROUPS } from "./faults";
import type { Fault } from "./faults";
import { launchOfPage, launchReferee, Line } from "./host";
import { gathered, inWords, isQuiet, raw, recordInWords } from "./words";

const launch = launchOfPage();
const line = new Line(launch.url);
let problem = "";
const referee = begin();
let isDue = false;
let shown = 0;

/** An address with a fault that is none begins without faults, and the page says why. */
function begin(): Referee {
  try {
    return launchReferee(launch, line, showSoon);
  } catch (error) {
    problem = (error as Error).message;
    return launchReferee({ ...launch, faults: [] }, line, showSoon);
  }
}

/** All calls of a task are shown at once, and the package does not wait for it. */
function showSoon(): void {
  if (isDue) return;
  isDue = true;
  setTimeout(show, 50);
}

function show(): void {
  isDue = false;
  appendCalls(referee.log.slice(shown).map(callItem));
  shown = referee.log.length;
  one("#calls-count").textContent = counted(shown, "call", "calls");
  showBreaches();
  showRecord();
  showFaults();
}

/** Only where there is something new: somebody may be reading, or hearing it read. */
function showBreaches(): void {
  const { length } = referee.breaches;
  const found = length + Number(one("#verdict").dataset.notes);
  if (one("#verdict").textContent === verdict(found)) return;
  one("#verdict").textContent = verdict(found);
  one("#verdict").dataset.found = String(found > 0);
  one("#breaches").replaceChildren(...gathered(referee.breaches).map(breachItem));
  one("#no-breaches").hidden = length > 0;
}

function verdict(found: number): string {
  if (found) return `${counted(found, "breach", "breaches")} of the standard`;
  return shown ? "Nothing against the standard" : "It has said nothing yet";
}

function callItem(call: Call): HTMLElement {
  const time = make("span", `${(call.at / 1000).toFixed(1)} s`);
  time.className = "time";
  const words = make("p", time, " ", inWords(call));
  if (isQuiet(call)) return classed(make("li", words), "is-quiet");
  const item = make("li", words, make("code", raw(call)));
  return call.error === "0" ? item : classed(item, "is-refused");
}

/** The list follows the newest call, unless somebody has gone back to read. */
function appendCalls(calls: HTMLElement[]): void {
  const list = one("#calls").parentElement!;
  const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
  one("#calls").append(...calls);
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function breachItem([breach, times]: [Breach, number]): HTMLElement {
  const { call, element, value, error, clause, what } = breach;
  const args = [element, value].filter((each) => each !== undefined);
  const refused = call === "LMSGetValue" ? "" : "false";
  const asked = raw({ call, args, result: error === "0" ? "true" : refused, error, at: 0 });
  const often = times > 1 ? [make("b", `${times} times`)] : [];
  return make("li", make("p", `${what}. `, ...often), classed(make("p", clause), "clause"),
    make("code", asked));
}

function showRecord(): void {
  const rows = recordInWords(referee.attempt).map(([name, value]) =>
    make("div", make("dt", name), make("dd", value)),
  );
  one("#kept").replaceChildren(...rows);
  const values = Object.entries(referee.attempt).map(([name, value]) =>
    make("tr", make("th", name), make("td", value)),
  );
  one("#record").replaceChildren(...values);
}

/** A switch for each fault, by what it spoils; those of this launch are on. */
function makeSwitches(): void {
  for (const [group, title] of Object.entries(GROUPS)) {
    const faults = Object.entries(FAULTS).filter(([, fault]) => fault.group === group);
    one("#faults").append(make("h3", title), make("ul", ...faults.map(switchItem)));
  }
}

function switchItem([name, fault]: [string, Fault]): HTMLElement {
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", id: `fault-${name}`, value: name });
  box.setAttribute("role", "switch");
  box.checked = referee.faults.isOn(name);
  box.addEventListener("change", () => {
    if (box.checked) referee.faults.switchOn(name);
    else referee.faults.switchOff(name);
    showFaults();
  });
  const label = make("label", fault.title);
  label.htmlFor = box.id;
  const about = make("p", make("code", name), ` ${fault.imitates}. Happens ${fault.fires}. `, make("b"));
  about.id = `${box.id}-about`;
  box.setAttribute("aria-describedby", about.id);
  return make("li", box, label, about);
}

/** What happened, what is over, and what the next launch begins with. */
function showFaults(): void {
  const on: string[] = [];
  for (const box of document.querySelectorAll<HTMLInputElement>("#faults input")) {
    if (!referee.faults.isOn(box.value)) box.checked = false;
    if (box.checked) on.push(box.value);
    const times = referee.fired.filter(({ fault }) => fault === box.value).length;
    const said = times === 1 ? "Has happened once." : `Has happened ${times} times.`;
    one(`#${box.id}-about b`).textContent = times ? said : "";
  }
  one<HTMLInputElement>("#fault-list").value = on.join(",");
  one("#faults-on").textContent = on.length ? `${on.length} on` : "";
  one("#faults-now").textContent = counted(on.length, "fault on", "faults on");
  one("#faults-now").parentElement!.hidden = !on.length;
}

/** A screen that is narrower than the laptop's frame begins with a phone's. */
function chooseFrame(): void {
  const isAsked = new URLSearchParams(location.search).has("size");
  if (!isAsked && window.innerWidth < 880) one<HTMLInputElement>("#size-phone").checked = true;
}

function resizeFrame(): void {
  const size = document.querySelector<HTMLInputElement>("[name=size]:checked")?.value;
  if (size) one("#stage").dataset.size = size;
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  ...content: (string | Node)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.append(...content);
  return element;
}

function classed<Kind extends HTMLElement>(element: Kind, name: string): Kind {
  element.className = name;
  return element;
}

function counted(count: number, thing: string, things: string): string {
  return `${count} ${count === 1 ? thing : things}`;
}

function one<Kind extends HTMLElement>(selector: string): Kind {
  return document.querySelector<Kind>(selector)!;
}

document.addEventListener("DOMContentLoaded", () => {
  makeSwitches();
  line.watch(one<HTMLIFrameElement>("#sco"));
  chooseFrame();
  one("#problem").textContent = problem;
  for (const box of document.querySelectorAll("[name=size]")) {
    box.addEventListener("change", resizeFrame);
  }
  resizeFrame();
  show();
});
