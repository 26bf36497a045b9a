/**
 * Notes and commitments: the learner's own words, kept on this device at every letter, since a
 * page that is closed waits for nobody.
 */

import { answerTo } from "../player/answers";
import { find, make } from "../player/screen-dom";
import type { Behaviour } from "../player/types";

/** Milliseconds after the last key until the learner is told whether the words are kept. */
const PAUSE = 600;

export const behaviour: Behaviour = (element, block, player) => {
  const writing = find(element, ".writing");
  const name = writing.dataset.note ?? "";
  const text = find<HTMLTextAreaElement>(writing, "textarea");
  const [count, kept] = [find(writing, ".count"), find(writing, ".kept")];
  let timer: number | undefined;
  let keeping = Promise.resolve(true);
  let told = "";

  const counted = (): void => {
    const words = text.value.trim().split(/\s+/).filter(Boolean).length;
    count.textContent = words ? player.word("words_written", { count: words }) : "";
  };
  const stays = find(writing, ".stays");
  const promise = stays.textContent;
  const promiseThat = (isKept: boolean): void => {
    stays.textContent = isKept ? promise : player.word("kept_nowhere");
  };
  const keep = async (): Promise<boolean> => {
    const words = text.value;
    const isKept = await player.notes.write(name, words);
    if (words.trim() && block.id) player.dispatch({ type: "answer", block: block.id, value: [] });
    return isKept;
  };
  const tell = async (): Promise<void> => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    const isKept = await keeping;
    if (timer !== undefined || !player.notes.keeps) return;
    promiseThat(isKept);
    const words = text.value ? player.word(isKept ? "kept" : "not_kept") : "";
    // Read out when it is news, and not again at each pause in writing.
    kept.setAttribute("aria-live", words === told ? "off" : "polite");
    kept.textContent = told = words;
  };
  text.addEventListener("input", () => {
    counted();
    kept.textContent = "";
    keeping = keep();
    clearTimeout(timer);
    timer = window.setTimeout(() => void tell(), PAUSE);
  });
  text.addEventListener("change", () => void tell());
  if (!player.notes.keeps) promiseThat(false);
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
