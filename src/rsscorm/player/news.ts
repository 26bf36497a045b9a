/**
 * What a learner must know of their earlier record: whether it could be read, what an edition
 * brought since, and what a recovery file filled in. Said where they are, at each question, and
 * in the contents. In review nothing is asked.
 */

import { all, find, icon, link, make } from "./screen-dom";
import { blockOf, newsOf } from "./state";
import type { News, Player, State, StepData } from "./types";

export function mountNews(player: Player): void {
  if (player.reading !== "all") tellOfReading(player, player.reading);
  if (player.reviewing) return;
  const marks = new Map<string, HTMLElement>();
  const panel = make("div", "news-list");
  player.subscribe((state) => {
    for (const [id, kind] of Object.entries(state.news)) {
      if (!marks.has(id)) marks.set(id, mark(player, id, kind));
    }
    for (const [id, element] of marks) element.hidden = !newsOf(state, id);
    showPanel(panel, player, state);
  });
}

/** Whether a step that was seen asks something that is new there or has changed. */
export function hasNews(player: Player, state: State, step: StepData): boolean {
  return !player.reviewing && step.blocks.some(({ id }) => newsOf(state, id));
}

/** Where the learner is, before anything else: it may explain what they miss. */
function tellOfReading(player: Player, reading: "part" | "nothing"): void {
  const words = player.word(`read_${reading}`);
  const told = make("p", "news", icon("again"), make("span", "", words));
  document.querySelector(`#s_${player.state.place} .blocks`)?.prepend(told);
  player.announce(words);
}

function mark(player: Player, id: string, kind: News[string]): HTMLElement {
  const words = player.word(`question_${kind}`);
  const element = make("p", "news", icon("again"), make("span", "", words));
  find(document, `#b_${id}`).prepend(element);
  return element;
}

/** Stands on the step where the learner was when there was something to say, until there is not. */
function showPanel(panel: HTMLElement, player: Player, { news, place }: State): void {
  const ids = Object.keys(news);
  if (ids.length > all(panel, "li").length) {
    const blocks = document.querySelector(`#s_${place} .blocks`);
    if (!panel.isConnected) blocks?.prepend(panel);
  }
  panel.hidden = !ids.length;
  if (all(panel, "li").length === ids.length) return;
  const isRestored = Object.values(news).includes("restored");
  const names = ids.map((id) => [id, blockOf(player.data, id)?.interaction?.name ?? ""] as const);
  const entries = names.map(([id, name]) => make("li", "", link(`#b_${id}`, inShort(name))));
  const words = player.word(isRestored ? "restored" : "news");
  panel.replaceChildren(make("p", "", words), make("ul", "", ...entries));
}

/** The beginning of a long question, as a link. */
export function inShort(words: string): string {
  return words.length <= 90 ? words : `${words.slice(0, 80).replace(/\s+\S*$/, "")}…`;
}
