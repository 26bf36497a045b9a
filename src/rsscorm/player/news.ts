/**
 * What a learner must know of their earlier record: whether it could be read, what an edition
 * brought since, and what a recovery file filled in. Said where they are, at each question, and
 * in the contents. In review nothing is asked.
 */

import { blockOf, blocksOf, nameOf, own } from "./answers";
import { isQuiz } from "./quiz";
import { find, icon, link, make } from "./screen-dom";
import { restored } from "./state";
import type { BlockData, News, Player, State, StepData } from "./types";

export function mountNews(player: Player): void {
  if (player.reading !== "all") tellOfReading(player, player.reading);
  if (player.reviewing) return;
  /** By question and what is new of it. */
  const marks = new Map<string, HTMLElement>();
  const panel = make("div", "news-list");
  player.subscribe((state) => {
    const names = new Set<string>();
    for (const [id, kind] of Object.entries(state.news)) {
      const name = `${id} ${kind}`;
      names.add(name);
      if (!marks.has(name)) marks.set(name, mark(player, id, kind));
    }
    for (const [name, element] of marks) element.hidden = !names.has(name);
    showPanel(panel, player, state);
  });
}

/** Whether a step that was seen asks something that is new there or has changed. */
export function hasNews(player: Player, state: State, step: StepData): boolean {
  return !player.reviewing && step.blocks.some(({ id }) => own(state.news, id));
}

/** Where the learner is, before anything else: it may explain what they miss. */
function tellOfReading(player: Player, reading: "part" | "nothing"): void {
  const words = player.word(`read_${reading}`);
  const told = make("p", "news", icon("again"), make("span", "", words));
  document.querySelector(`#s_${player.state.place} .blocks`)?.prepend(told);
  player.announce(words);
}

function mark(player: Player, id: string, kind: News[string]): HTMLElement {
  const block = blockOf(player.data, id);
  const isOfQuiz = block !== undefined && isQuiz(block);
  const words = player.word(isOfQuiz ? `quiz_${kind}` : `question_${kind}`);
  const element = make("p", "news", icon("again"), make("span", "", words));
  find(document, `#b_${id}`).prepend(element);
  return element;
}

/** Stands on the step where the learner was when there was something to say, until there is not. */
function showPanel(panel: HTMLElement, player: Player, state: State): void {
  const ids = Object.keys(state.news);
  const key = Object.entries(state.news).join();
  if (panel.dataset.news === key) return;
  panel.dataset.news = key;
  panel.hidden = !ids.length;
  const blocks = document.querySelector(`#s_${state.place} .blocks`);
  if (ids.length && !panel.isConnected) blocks?.prepend(panel);
  const waiting = restored(state);
  const others = ids.filter((id) => !waiting.includes(id));
  panel.replaceChildren(...list(player, "restored", waiting), ...list(player, "news", others));
}

/** Links to some questions, in the module's order, below what is to be said of them. */
function list(player: Player, word: "restored" | "news", ids: string[]): HTMLElement[] {
  if (!ids.length) return [];
  const blocks = blocksOf(player.data).filter(({ id }) => ids.includes(id));
  const entries = blocks.map((block) => make("li", "", linkTo(block)));
  return [make("p", "", player.word(word)), make("ul", "", ...entries)];
}

/** A question of a quiz is found where the quiz is, which shows one at a time. */
function linkTo(block: BlockData): HTMLAnchorElement {
  return link(`#b_${block.quiz ?? block.id}`, inShort(nameOf(block)));
}

/** The beginning of a long question, as a link. */
export function inShort(words: string): string {
  return words.length <= 90 ? words : `${words.slice(0, 80).replace(/\s+\S*$/, "")}…`;
}
