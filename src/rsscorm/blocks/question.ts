/** What questions with options share: asking, and showing what was answered. */

import { all, find, icon, make } from "../player/screen-dom";
import type { BlockData, Player } from "../player/types";

export interface Question {
  /** Choose these options, as if the learner had. */
  choose(value: string[]): void;
  /** Mark an option with words and a look. */
  mark(id: string, words: string, look: string): void;
  clearMarks(): void;
  /** Show under the question what is said of the answer; nothing clears it. */
  say(...said: Node[]): void;
  /** Whether it takes an answer still. */
  open(isOpen: boolean): void;
  /** Whether it may be skipped still. */
  skippable(maySkip: boolean): void;
}

/** Asks the question of a block: an answer holds at least one option. */
export function ask(element: HTMLElement, { id }: BlockData, player: Player): Question {
  const form = find<HTMLFormElement>(element, "form");
  const inputs = all<HTMLInputElement>(form, ".option input");
  const [actions, said, nudge] = [".actions", ".said", ".nudge"].map((part) => find(form, part));
  const skipper = form.querySelector<HTMLElement>(".skip");
  if (!actions || !said || !nudge) throw new Error("A question is incomplete");
  said.tabIndex = -1;

  /** Do what a button asks; where the button is gone after it, focus goes to what was said. */
  const act = (deed: () => void): void => {
    nudge.textContent = "";
    deed();
    if (!document.activeElement?.getClientRects().length) said.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = inputs.filter((input) => input.checked).map((input) => input.value);
    if (value.length) act(() => player.dispatch({ type: "answer", block: id, value }));
    else nudge.textContent = player.word("choose_first");
  });
  skipper?.addEventListener("click", () =>
    act(() => player.dispatch({ type: "skip", block: id })),
  );
  form.addEventListener("change", () => {
    nudge.textContent = "";
    clear(inputs);
  });

  return {
    choose: (value) => inputs.forEach((input) => (input.checked = value.includes(input.value))),
    mark: (id, words, look) => mark(inputs, id, words, look),
    clearMarks: () => clear(inputs),
    say: (...nodes) => said.replaceChildren(...nodes),
    open: (isOpen) => {
      inputs.forEach((input) => (input.disabled = !isOpen));
      actions.hidden = !isOpen;
      form.classList.toggle("is-resting", !isOpen);
    },
    skippable: (maySkip) => skipper && (skipper.hidden = !maySkip),
  };
}

function mark(inputs: HTMLInputElement[], id: string, words: string, look: string): void {
  const option = inputs.find((input) => input.value === id)?.parentElement;
  const sign = { "is-right": "tick", "is-wrong": "cross" }[look] ?? "dot";
  option?.append(make("span", "mark", icon(sign), words));
  option?.classList.add(look);
}

function clear(inputs: HTMLInputElement[]): void {
  for (const { parentElement: option } of inputs) {
    option?.querySelector(".mark")?.remove();
    option?.classList.remove("is-yours", "is-right", "is-wrong");
  }
}

/** The line that begins what is said: a symbol and a few words. */
export function verdict(look: "is-right" | "is-wrong" | "is-noted", words: string): HTMLElement {
  const sign = { "is-right": "tick", "is-wrong": "cross", "is-noted": "tick" }[look];
  return make("p", `verdict ${look}`, icon(sign), words);
}
