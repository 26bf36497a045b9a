/** What a launch's page shows of the LMS: its verdict, its record, all calls, and its faults. */

import type { Breach, Call, Referee } from "./api";
import { appendTo, classed, counted, make, one } from "./dom";
import { FAULTS, GROUPS } from "./faults";
import type { Fault } from "./faults";
import { gathered, inWords, isQuiet, raw, recordInWords } from "./words";

export class Panel {
  private isDue = false;
  private shown = 0;

  constructor(private readonly referee: () => Referee) {}

  /** All calls of a task are shown at once, and the package does not wait for it. */
  showSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    setTimeout(() => this.show(), 50);
  }

  show(): void {
    const { log } = this.referee();
    this.isDue = false;
    appendTo(one("#calls"), log.slice(this.shown).map(callItem));
    this.shown = log.length;
    one("#calls-count").textContent = counted(this.shown, "call", "calls");
    this.showBreaches();
    this.showRecord();
    this.showFaults();
  }

  /** A line between the calls, of what happened beside them. */
  mark(words: string): void {
    appendTo(one("#calls"), [classed(make("li", words), "is-mark")]);
  }

  /** A switch for each fault, by what it spoils; those of this launch are on. */
  makeSwitches(): void {
    for (const [group, title] of Object.entries(GROUPS)) {
      const faults = Object.entries(FAULTS).filter(([, fault]) => fault.group === group);
      const items = faults.map((entry) => this.switchItem(entry));
      one("#faults").append(make("h3", title), make("ul", ...items));
    }
  }

  /** Only where there is something new: somebody may be reading, or hearing it read. */
  private showBreaches(): void {
    const { breaches } = this.referee();
    const found = breaches.length + Number(one("#verdict").dataset.notes);
    const words = verdict(found, this.shown);
    if (one("#verdict").textContent === words) return;
    one("#verdict").textContent = words;
    one("#verdict").dataset.found = String(found > 0);
    one("#breaches").replaceChildren(...gathered(breaches).map(breachItem));
    one("#no-breaches").hidden = breaches.length > 0;
  }

  private showRecord(): void {
    const { attempt } = this.referee();
    const rows = recordInWords(attempt).map(([name, value]) =>
      make("div", make("dt", name), make("dd", value)),
    );
    one("#kept").replaceChildren(...rows);
    const values = Object.entries(attempt).map(([name, value]) =>
      make("tr", make("th", name), make("td", value)),
    );
    one("#record").replaceChildren(...values);
  }

  private switchItem([name, fault]: [string, Fault]): HTMLElement {
    const { faults } = this.referee();
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", id: `fault-${name}`, value: name });
    box.setAttribute("role", "switch");
    box.checked = faults.isOn(name);
    box.addEventListener("change", () => {
      if (box.checked) faults.switchOn(name);
      else faults.switchOff(name);
      this.showFaults();
    });
    const label = make("label", fault.title);
    label.htmlFor = box.id;
    const said = ` ${fault.imitates}. Happens ${fault.fires}. `;
    const about = make("p", make("code", name), said, make("b"));
    about.id = `${box.id}-about`;
    box.setAttribute("aria-describedby", about.id);
    return make("li", box, label, about);
  }

  /** What happened, what is over, and what the next launch begins with. */
  private showFaults(): void {
    const { faults, fired } = this.referee();
    const on: string[] = [];
    for (const box of document.querySelectorAll<HTMLInputElement>("#faults input")) {
      if (!faults.isOn(box.value)) box.checked = false;
      if (box.checked) on.push(box.value);
      const times = fired.filter(({ fault }) => fault === box.value).length;
      const said = times === 1 ? "Has happened once." : `Has happened ${times} times.`;
      one(`#${box.id}-about b`).textContent = times ? said : "";
    }
    one<HTMLInputElement>("#fault-list").value = on.join(",");
    one("#faults-on").textContent = on.length ? `${on.length} on` : "";
    one("#faults-now").textContent = counted(on.length, "fault on", "faults on");
    one("#faults-now").parentElement!.hidden = !on.length;
  }
}

function verdict(found: number, calls: number): string {
  if (found) return `${counted(found, "breach", "breaches")} of the standard`;
  return calls ? "Nothing against the standard" : "It has said nothing yet";
}

function callItem(call: Call): HTMLElement {
  const time = make("span", `${(call.at / 1000).toFixed(1)} s`);
  time.className = "time";
  const words = make("p", time, " ", inWords(call));
  if (isQuiet(call)) return classed(make("li", words), "is-quiet");
  const item = make("li", words, make("code", raw(call)));
  return call.error === "0" ? item : classed(item, "is-refused");
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
