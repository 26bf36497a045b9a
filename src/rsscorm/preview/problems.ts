/** What is wrong with what the author wrote, as cards: the place, the line, and what to do. */

import { classed, counted, make, one } from "../referee/dom";

/** As `site._problem` tells it; `caret` counts from the beginning of what is shown. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
  readonly shown: string;
  readonly caret: number | null;
  readonly isWarning: boolean;
}

/** Shows them above the frame, and how many there are at the top of the page. */
export function showProblems(problems: readonly Problem[], isShown: boolean): void {
  const errors = problems.filter(({ isWarning }) => !isWarning).length;
  one("#problems").replaceChildren(...problems.map(card));
  one("#standing").textContent = inWords(errors, problems.length - errors);
  one("#standing").dataset.found = String(errors > 0);
  one("#still-shown").hidden = !errors || !isShown;
}

function inWords(errors: number, warnings: number): string {
  if (errors) return `${counted(errors, "problem", "problems")} to mend`;
  return warnings ? counted(warnings, "warning", "warnings") : "Nothing to mend";
}

function card(problem: Problem): HTMLElement {
  const { file, line, message, hint, isWarning } = problem;
  const place = line ? `${file}, line ${line}` : file;
  const parts: HTMLElement[] = [classed(make("h3", message), "what"), classed(make("p", place), "where")];
  if (problem.shown.trim()) parts.push(excerpt(problem));
  if (hint) parts.push(make("p", hint));
  return classed(make("li", ...parts), isWarning ? "is-warning" : "");
}

/** The author's own line, the place in it marked. */
function excerpt({ line, shown, caret }: Problem): HTMLElement {
  const at = caret ?? -1;
  const marked = at >= 0 ? [shown.slice(0, at), make("mark", shown.slice(at, at + 1) || " ")] : [shown];
  const number = classed(make("span", String(line)), "number");
  const pre = make("pre", number, make("code", ...marked, at >= 0 ? shown.slice(at + 1) : ""));
  pre.tabIndex = 0;
  return pre;
}
