/** What an LRS has received: each statement as a sentence, and below it as it was sent. */

import { classed, counted, make, one } from "../referee/dom";

interface Statement {
  readonly verb: { readonly id: string };
  readonly object: { readonly definition?: { readonly name?: Record<string, string> } };
  readonly result?: {
    readonly response?: string;
    readonly success?: boolean;
    readonly score?: { readonly raw?: number };
    readonly duration?: string;
  };
  readonly timestamp?: string;
}

/** All that the pretend LRS holds (Python: `Lrs.kept`). */
export interface Kept {
  readonly statements: readonly Statement[];
  readonly state: Record<string, unknown> | null;
}

export function showKept({ statements, state }: Kept): void {
  one("#statements").replaceChildren(...statements.map(item));
  one("#statements-count").textContent = counted(statements.length, "statement", "statements");
  one("#no-statements").hidden = statements.length > 0;
  one("#state").replaceChildren(...(state ? stateInWords(state) : []));
}

/** What somebody did, in words. */
export function inWords({ verb, object, result = {} }: Statement): string {
  const name = Object.values(object.definition?.name ?? {})[0] ?? "";
  const { response, success, score, duration } = result;
  const given = response === undefined ? "" : `, with “${response}”`;
  const judged = success === undefined ? "" : success ? ", and was right" : ", and was not right";
  const marked = score?.raw === undefined ? "" : `, with a score of ${score.raw}`;
  const said: Readonly<Record<string, string>> = {
    initialized: "Opened the module.",
    terminated: `Left the module${duration ? ` after ${spoken(duration)}` : ""}.`,
    answered: `Answered “${name}”${given}${judged}.`,
    completed: `Completed the module${marked}.`,
    passed: `Passed the module${marked}.`,
  };
  const word = verb.id.replace(/.*\//, "");
  return said[word] ?? `Did: ${word}.`;
}

function item(statement: Statement): HTMLElement {
  const at = statement.timestamp ? new Date(statement.timestamp) : undefined;
  const time = classed(make("span", at?.toLocaleTimeString("en-GB") ?? ""), "time");
  return make("li", make("p", time, " ", inWords(statement)), asSent(statement));
}

function stateInWords(state: Record<string, unknown>): HTMLElement[] {
  const length = String(state["resume"] ?? "").length;
  const said = `What it needs to go on: ${length.toLocaleString("en-GB")} characters.`;
  return [make("p", said), asSent(state)];
}

function asSent(value: unknown): HTMLElement {
  const pre = make("pre", make("code", JSON.stringify(value, null, 2)));
  pre.tabIndex = 0;
  return make("details", make("summary", "As it was sent"), pre);
}

/** PT1M5.2S as 1 min 5 s. */
function spoken(duration: string): string {
  const [, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration) ?? [];
  const parts = [[hours, "h"], [minutes, "min"], [seconds && Math.round(Number(seconds)), "s"]];
  return parts.filter(([number]) => number !== undefined).map((part) => part.join(" ")).join(" ");
}
