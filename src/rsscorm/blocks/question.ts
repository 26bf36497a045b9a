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
  return new Form(element, id, player, field);
}

/** The form of a question, with what belongs to every kind of it. */
class Form implements Question {
  private readonly form: HTMLFormElement;
  private readonly actions: HTMLElement;
  private readonly said: HTMLElement;
  private readonly nudge: HTMLElement;
  private readonly skipper: HTMLElement | null;

  constructor(
    element: HTMLElement,
    private readonly block: string,
    private readonly player: Player,
    private readonly field: Field,
  ) {
    this.form = find<HTMLFormElement>(element, "form");
    this.actions = find(this.form, ".actions");
    this.said = find(this.form, ".said");
    this.nudge = find(this.form, ".nudge");
    this.skipper = this.form.querySelector<HTMLElement>(".skip");
    this.said.tabIndex = -1;
    this.listen();
  }

  say(...nodes: Node[]): void {
    this.said.replaceChildren(...nodes);
  }

  open(isOpen: boolean): void {
    this.field.open(isOpen);
    this.actions.hidden = !isOpen;
    if (!isOpen) this.readOut(false);
    this.form.classList.toggle("is-resting", !isOpen);
  }

  skippable(maySkip: boolean): void {
    if (this.skipper) this.skipper.hidden = !maySkip;
  }

  private listen(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.skipper?.addEventListener("click", () => this.skip());
    this.form.addEventListener("input", () => {
      this.nudge.textContent = "";
      this.field.clearMarks();
    });
  }

  private submit(): void {
    const read = this.field.read();
    if ("value" in read) {
      this.send(read.value);
      return;
    }
    // Focus first: what has the focus is told before what a live region says.
    read.at?.focus();
    this.nudge.textContent = read.nudge;
  }

  private send(value: string[]): void {
    this.nudge.textContent = "";
    this.readOut(true);
    this.player.dispatch({ type: "answer", block: this.block, value });
    if (this.actions.hidden) this.said.focus();
  }

  private skip(): void {
    this.nudge.textContent = "";
    this.readOut(false);
    this.player.dispatch({ type: "skip", block: this.block });
    this.said.focus();
  }

  /** What is said is read out where it appears, or else where the focus goes to it: once. */
  private readOut(isLive: boolean): void {
    this.said.setAttribute("aria-live", isLive ? "polite" : "off");
  }
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
