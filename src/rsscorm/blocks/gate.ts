/** Holding back what comes `after` something else, with a way to read on. */

import { isOpen } from "../player/state";
import type { BlockData, Player } from "../player/types";

export function holdBack(element: HTMLElement, block: BlockData, player: Player): void {
  const gate = element.querySelector<HTMLElement>(".gate");
  const { after } = block;
  if (!gate || !after) return;
  gate.querySelector("button")?.addEventListener("click", () => {
    player.dispatch({ type: "skip", block: after });
    // Its first voice, or its question: something with a name.
    const first = element.querySelector<HTMLElement>(".behind > *, fieldset") ?? element;
    first.tabIndex = -1;
    first.focus();
  });
  player.subscribe((state) => {
    gate.hidden = isOpen(state, block);
    element.classList.toggle("is-held", !gate.hidden);
  });
}
