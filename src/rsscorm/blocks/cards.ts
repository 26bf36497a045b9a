/**
 * Cards: a button turns each, or a click anywhere on it. The side that does not show is inert, so
 * that it is neither read nor reached; the side that comes is read out, since focus stays put.
 */

import { all, find } from "../player/screen-dom";
import type { Behaviour } from "../player/types";

export const behaviour: Behaviour = (element) => {
  for (const card of all(element, ".card")) {
    const button = find(card, ".turn-over");
    const [front, back] = all(card, ".card-side");
    const show = (isTurned: boolean): void => {
      card.classList.toggle("is-turned", isTurned);
      button.setAttribute("aria-pressed", String(isTurned));
      front?.toggleAttribute("inert", isTurned);
      back?.toggleAttribute("inert", !isTurned);
    };
    card.addEventListener("click", (event) => {
      const onButton = button.contains(event.target as Node);
      // Words that are being marked, and links, are left to themselves.
      const isFree = getSelection()?.isCollapsed && !(event.target as Element).closest("a");
      if (onButton || isFree) show(button.getAttribute("aria-pressed") === "false");
    });
    button.hidden = false;
    show(false);
  }
  element.classList.add("has-cards");
};
