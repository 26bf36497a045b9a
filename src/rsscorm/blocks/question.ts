/** What questions share: asking, and showing what was answered. */

import { answerTo } from "../player/answers";
import { find, icon, make } from "../player/screen-dom";
import type { Answer, BlockData, Player, State } from "../player/types";

/** The part of a question in which a learner answers: its options, a list, a field. */
export interface Field {
  /** The answer that stands in it, or what there is to do first. */
  read(): { value: string[] } | Nudge;
  /** Put an answer in, as if the learner had; an empty one is how it begins. */
  show(value: string[]): void;
  /** Whether it takes an answer still. */
  open(isOpen: boolean): void;
  clearMarks(): void;
}

/** Why an answer can't be taken yet, in words, and where the learner can mend it. */
export interface Nudge {
  nudge: string;
  at?: HTMLElement;
}

export interface Question {
  /** Show under the question what is said of the answer; nothing clears it. */
  say(...said: Node[]): void;
  /** Whether it takes an answer still. */
  open(isOpen: boolean): void;
  /** Whether it may be skipped still. */
  skippable(maySkip: boolean): void;
}

/** Asks the question of a block: sends what stands in its field when the learner says so. */
export function ask(
  element: HTMLElement, { id }: BlockData, player: Player, field: Field,
): Question {
  const form = find<HTMLFormElement>(element, "form");
  const [actions, said, nudge] = [".actions", ".said", ".nudge"].map((part) => find(form, part));
  const skipper = form.querySelector<HTMLElement>(".skip");
  if (!actions || !said || !nudge) throw new Error("A question is incomplete");
  said.tabIndex = -1;

  /** What is said is read out where it appears, or else where the focus goes to it: once. */
  const readOut = (isLive: boolean): void => {
    said.setAttribute("aria-live", isLive ? "polite" : "off");
  };
  const send = (value: string[]): void => {
    nudge.textContent = "";
    readOut(true);
    player.dispatch({ type: "answer", block: id, value });
    if (actions.hidden) said.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const read = field.read();
    if ("value" in read) {
      send(read.value);
    } else {
      // Focus first: what has the focus is told before what a live region says.
      read.at?.focus();
      nudge.textContent = read.nudge;
    }
  });
  skipper?.addEventListener("click", () => {
    nudge.textContent = "";
    readOut(false);
    player.dispatch({ type: "skip", block: id });
    said.focus();
  });
  form.addEventListener("input", () => {
    nudge.textContent = "";
    field.clearMarks();
  });

  return {
    say: (...nodes) => said.replaceChildren(...nodes),
    open: (isOpen) => {
      field.open(isOpen);
      actions.hidden = !isOpen;
      if (!isOpen) readOut(false);
      form.classList.toggle("is-resting", !isOpen);
    },
    skippable: (maySkip) => skipper && (skipper.hidden = !maySkip),
  };
}

/** Tells what was answered to a block, now and whenever that changes. */
export function onAnswer(
  player: Player, { id }: BlockData, tell: (answer: Answer, state: State) => void,
): void {
  let told: Answer | undefined;
  player.subscribe((state) => {
    const answer = answerTo(state, id);
    if (answer === told) return;
    told = answer;
    tell(answer, state);
  });
}

/** How a part of an answer is. */
export type Look = "is-yours" | "is-right" | "is-wrong";

/**
 * Marks a part of an answer with words and a look. A control whose label does not hold the mark
 * is described by it.
 */
export function mark(part: HTMLElement, words: string, look: Look, control?: HTMLElement): void {
  const sign = { "is-right": "tick", "is-wrong": "cross", "is-yours": "dot" }[look];
  const made = make("span", "mark", icon(sign), words);
  part.append(made);
  part.classList.add(look);
  if (!control) return;
  made.id = `${control.id}_mark`;
  control.setAttribute("aria-describedby", made.id);
}

export function unmark(part: HTMLElement, control?: HTMLElement): void {
  part.querySelector(".mark")?.remove();
  control?.removeAttribute("aria-describedby");
  part.classList.remove("is-yours", "is-right", "is-wrong");
}

/** The line that begins what is said: a symbol and a few words. */
export function verdict(look: "is-right" | "is-wrong" | "is-noted", words: string): HTMLElement {
  const sign = { "is-right": "tick", "is-wrong": "cross", "is-noted": "tick" }[look];
  return make("p", `verdict ${look}`, icon(sign), words);
}
