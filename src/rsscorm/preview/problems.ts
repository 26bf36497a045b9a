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
  const parts: HTMLElement[] = [classed(make("h3", ...marked(message)), "what"), classed(make("p", place), "where")];
  if (problem.shown.trim()) parts.push(excerpt(problem));
  if (hint) parts.push(make("p", ...marked(hint)));
  return classed(make("li", ...parts), isWarning ? "is-warning" : "");
}

/** Words of the format, which stand between backticks, as code. */
function marked(words: string): (string | HTMLElement)[] {
  return words.split("`").map((part, at) => (at % 2 ? make("code", part) : part));
}

/** The author's own line, the place in it marked. */
function excerpt({ line, shown, caret }: Problem): HTMLElement {
  const at = caret ?? -1;
  const [start, sign, rest] = [shown.slice(0, at), shown.slice(at, at + 1), shown.slice(at + 1)];
  const words = at < 0 ? [shown] : [start, make("mark", sign || " "), rest];
  const pre = make("pre", classed(make("span", String(line)), "number"), make("code", ...words));
  pre.tabIndex = 0;
  return pre;
}
