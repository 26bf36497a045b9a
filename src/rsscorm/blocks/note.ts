/** Notes and commitments: the learner's own words, kept on this device as they are typed. */

import { find, make } from "../player/screen-dom";
import { answerTo } from "../player/state";
import type { Behaviour } from "../player/types";

/** Milliseconds after the last key until the words are kept. */
const PAUSE = 600;

export const behaviour: Behaviour = (element, block, player) => {
  const writing = find(element, ".writing");
  const name = writing.dataset.note ?? "";
  const text = find<HTMLTextAreaElement>(writing, "textarea");
  const [count, kept] = [find(writing, ".count"), find(writing, ".kept")];
  let timer: number | undefined;

  const counted = (): void => {
    const words = text.value.trim().split(/\s+/).filter(Boolean).length;
    count.textContent = words ? player.word("words_written", { count: words }) : "";
  };
  const keep = async (): Promise<void> => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    const words = text.value;
    const isKept = await player.notes.write(name, words);
    kept.textContent = words ? player.word(isKept ? "kept" : "not_kept") : "";
    if (words.trim() && block.id) player.dispatch({ type: "answer", block: block.id, value: [] });
  };
  text.addEventListener("input", () => {
    counted();
    kept.textContent = "";
    clearTimeout(timer);
    timer = window.setTimeout(() => void keep(), PAUSE);
  });
  text.addEventListener("change", () => void keep());
  addEventListener("pagehide", () => void keep());
  void player.notes.read(name).then((words) => {
    if (!text.value) text.value = words;
    counted();
  });
  offerSkipping(writing, block.id, player);
};

function offerSkipping(writing: HTMLElement, id: string, player: Parameters<Behaviour>[2]): void {
  const actions = writing.querySelector<HTMLElement>(".actions");
  const said = writing.querySelector<HTMLElement>(".said");
  if (!actions || !said) return;
  said.tabIndex = -1;
  find(actions, ".skip").addEventListener("click", () => {
    player.dispatch({ type: "skip", block: id });
    said.focus();
  });
  player.subscribe((state) => {
    const { tries, skipped } = answerTo(state, id);
    actions.hidden = tries > 0 || skipped;
    const words = skipped && !tries ? [make("p", "", player.word("skipped"))] : [];
    if (said.childElementCount !== words.length) said.replaceChildren(...words);
  });
}
