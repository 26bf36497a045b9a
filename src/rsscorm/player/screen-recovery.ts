/**
 * The recovery file on the page: offered at once where neither the LMS nor this device has kept
 * what the learner did, and always to be had on the end page.
 */

import { find, make } from "./screen-dom";
import { newsOf } from "./state";
import type { Player, Recovery } from "./types";

export function mountRecovery(player: Player): void {
  const { recovery } = player;
  const box = find(document, "#end .recovery");
  const offer = find(document, ".offer");
  if (!recovery || player.reviewing) return;
  box.hidden = false;
  for (const button of [find(box, ".keep-file"), find(offer, ".keep-file")]) {
    const said = find(button.parentElement ?? box, ".file-said");
    button.addEventListener("click", () => void keep(player, recovery, said));
  }
  const input = find<HTMLInputElement>(box, ".take-file input");
  input.addEventListener("change", () => void takeUp(player, recovery, input, box));
  player.onSaving((saving) => {
    offer.hidden = !("kept" in saving) || saving.kept || !hasAnswered(player);
  });
}

function hasAnswered({ state }: Player): boolean {
  return Object.values(state.answers).some(({ tries, skipped }) => tries > 0 || skipped);
}

async function keep(player: Player, recovery: Recovery, said: HTMLElement): Promise<void> {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(await recovery.make());
  anchor.download = `${player.data.id}-recovery.json`;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  // The browser reads the file from its own memory, and may only have begun to.
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
  said.replaceChildren(make("span", "", player.word("file_kept", { file: anchor.download })));
}

async function takeUp(
  player: Player, recovery: Recovery, input: HTMLInputElement, box: HTMLElement,
): Promise<void> {
  const file = input.files?.[0];
  if (!file) return;
  const count = await recovery.takeUp(file).catch(() => -1);
  input.value = "";
  const word = count < 0 ? "file_refused" : count ? "file_taken" : "file_nothing";
  find(box, ".take-said").textContent = player.word(word, { count });
  if (count > 0) location.hash = `s_${firstRestored(player)}`;
}

/** The first step on which an answer waits to be sent. */
function firstRestored({ data, state }: Player): string {
  const step = data.steps.find(({ blocks }) => blocks.some(({ id }) => newsOf(state, id)));
  return step?.id ?? state.place;
}
