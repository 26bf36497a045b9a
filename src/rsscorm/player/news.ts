/**
 * What an edition brought since the learner's earlier visit: said where they come back to, at
 * each question that is new or has changed, and in the contents. In review nothing is asked.
 */

import { all, find, icon, link, make } from "./screen-dom";
import { blockOf } from "./state";
import type { Player, State, StepData } from "./types";

export function mountNews(player: Player): void {
  if (player.reviewing) return;
  const ids = Object.keys(player.state.news);
  const marks = new Map(ids.map((id) => [id, mark(player, id)]));
  const panel = ids.length ? mountPanel(player) : undefined;
  player.subscribe((state) => {
    for (const [id, element] of marks) element.hidden = !state.news[id];
    if (panel) showPanel(panel, player, state);
  });
}

/** Whether a step that was seen asks something that is new there or has changed. */
export function hasNews(player: Player, state: State, step: StepData): boolean {
  return !player.reviewing && step.blocks.some(({ id }) => id in state.news);
}

function mark(player: Player, id: string): HTMLElement {
  const words = player.word(`question_${player.state.news[id]}`);
  const element = make("p", "news", icon("again"), make("span", "", words));
  find(document, `#b_${id}`).prepend(element);
  return element;
}

function mountPanel(player: Player): HTMLElement {
  const panel = make("div", "news-list", make("p", "", player.word("news")), make("ul", ""));
  find(document, `#s_${player.state.place} .blocks`).prepend(panel);
  return panel;
}

function showPanel(panel: HTMLElement, player: Player, { news }: State): void {
  const ids = Object.keys(news);
  panel.hidden = !ids.length;
  if (all(panel, "li").length === ids.length) return;
  const names = ids.map((id) => [id, blockOf(player.data, id)?.interaction?.name ?? ""] as const);
  const entries = names.map(([id, name]) => make("li", "", link(`#b_${id}`, inShort(name))));
  find(panel, "ul").replaceChildren(...entries);
}

/** The beginning of a long question, as a link. */
export function inShort(words: string): string {
  return words.length <= 90 ? words : `${words.slice(0, 80).replace(/\s+\S*$/, "")}…`;
}
