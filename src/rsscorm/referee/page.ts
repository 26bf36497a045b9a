/**
 * The page of `rsscorm referee`: a package in its frame, what it says to the LMS, and the switches
 * for what goes wrong. The API stands before the frame is read.
 */

import type { Breach, Referee } from "./api";
import { FAULTS } from "./faults";
import type { Fault } from "./faults";
import { launchOfPage, launchReferee, Line } from "./host";
import { inWords, raw } from "./words";

const launch = launchOfPage();
const line = new Line(launch.url);
let problem = "";
const referee = begin();
let isDue = false;
let shown = 0;
let told = 0;

/** An address with a fault that is none begins without faults, and the page says why. */
function begin(): Referee {
  try {
    return launchReferee(launch, line, showSoon);
  } catch (error) {
    problem = `${(error as Error).message} `;
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
  const calls = referee.log.slice(shown).map((call) => {
    const item = make("li", make("p", inWords(call)), make("code", raw(call)));
    if (call.error !== "0") item.className = "is-refused";
    return item;
  });
  shown = referee.log.length;
  appendCalls(calls);
  one("#breaches").append(...referee.breaches.slice(told).map(breachItem));
  told = referee.breaches.length;
  one("#verdict").textContent = verdict();
  one("#verdict").dataset.found = String(told > 0);
  one("#record").replaceChildren(...recordRows());
  showFaults();
}

/** The list follows the newest call, unless somebody has gone back to read. */
function appendCalls(calls: HTMLElement[]): void {
  const list = one("#calls").parentElement!;
  const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
  one("#calls").append(...calls);
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function verdict(): string {
  const calls = shown === 1 ? "1 call" : `${shown} calls`;
  if (told === 0) return `${problem}${calls}, nothing against the standard`;
  return `${problem}${calls}, ${told === 1 ? "1 breach" : `${told} breaches`} of the standard`;
}

function breachItem({ call, element, value, error, clause, what }: Breach): HTMLElement {
  const args = [element, value].filter((each) => each !== undefined);
  const asked = raw({ call, args, result: error === "0" ? "true" : "false", error, at: 0 });
  const small = make("p", clause);
  small.className = "clause";
  return make("li", make("p", `${what}.`), small, make("code", asked));
}

function recordRows(): HTMLElement[] {
  return Object.entries(referee.attempt).map(([name, value]) =>
    make("tr", make("th", name), make("td", value)),
  );
}

/** A switch for each fault; those of this launch are on. */
function makeSwitches(): void {
  for (const [name, fault] of Object.entries(FAULTS) as [string, Fault][]) {
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", id: `fault-${name}`, value: name });
    box.checked = referee.faults.isOn(name);
    box.addEventListener("change", () => {
      if (box.checked) referee.faults.switchOn(name);
      else referee.faults.switchOff(name);
      showFaults();
    });
    const label = make("label", fault.title);
    label.htmlFor = box.id;
    const about = make("p", `${fault.imitates}. Bites ${fault.fires}. `, make("b", ""));
    about.id = `${box.id}-about`;
    box.setAttribute("aria-describedby", about.id);
    one("#faults").append(make("li", box, label, about));
  }
}

/** What bit, what is over, and what the next launch begins with. */
function showFaults(): void {
  const on: string[] = [];
  for (const box of document.querySelectorAll<HTMLInputElement>("#faults input")) {
    if (!referee.faults.isOn(box.value)) box.checked = false;
    if (box.checked) on.push(box.value);
    const times = referee.fired.filter(({ fault }) => fault === box.value).length;
    const said = times === 1 ? "Has bitten once." : `Has bitten ${times} times.`;
    one(`#${box.id}-about b`).textContent = times ? said : "";
  }
  one<HTMLInputElement>("#fault-list").value = on.join(",");
  one("#faults-on").textContent = on.length ? `${on.length} on` : "all is well";
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

function one<Kind extends HTMLElement>(selector: string): Kind {
  return document.querySelector<Kind>(selector)!;
}

document.addEventListener("DOMContentLoaded", () => {
  makeSwitches();
  for (const box of document.querySelectorAll("[name=size]")) {
    box.addEventListener("change", resizeFrame);
  }
  resizeFrame();
  show();
});
