/** Options to choose from, one or several: the field of choices, scales and polls. */

import { all } from "../player/screen-dom";
import type { Player } from "../player/types";
import { mark, unmark, type Field, type Look } from "./question";

export interface Options extends Field {
  /** Mark an option with words and a look. */
  mark(id: string, words: string, look: Look): void;
}

/** The options of a question: an answer holds at least one. */
export function optionsOf(element: HTMLElement, player: Player): Options {
  const inputs = all<HTMLInputElement>(element, ".option input");
  const optionOf = (id: string): HTMLElement | null | undefined =>
    inputs.find((input) => input.value === id)?.parentElement;
  return {
    read: () => {
      const value = inputs.filter((input) => input.checked).map((input) => input.value);
      return value.length ? { value } : { nudge: player.word("choose_first") };
    },
    show: (value) => inputs.forEach((input) => (input.checked = value.includes(input.value))),
    open: (isOpen) => inputs.forEach((input) => (input.disabled = !isOpen)),
    mark: (id, words, look) => {
      const option = optionOf(id);
      if (option) mark(option, words, look);
    },
    clearMarks: () => inputs.forEach(({ parentElement }) => parentElement && unmark(parentElement)),
  };
}
