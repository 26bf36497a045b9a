/**
 * Colleagues' answers below a poll: live figures where the service tells them; else those that
 * the package carries, which are never mixed with live ones; else a kind word. All that comes
 * from outside is whole numbers: every word is the package's own.
 */

import { find, make } from "../player/screen-dom";
import { readTold } from "../player/told";
import type { BlockData, Player } from "../player/types";
import { type Own, pictured, type View } from "./comparison-view";

/** Milliseconds until it is said that something is being looked up. */
const SOON = 700;

/** What stands in the box, and what of it is to be heard. */
interface Shown {
  heard: string;
  nodes: Node[];
  /** Whether what is packed in the page (a pilot's figures, a kind word) may stand below. */
  isPacked: boolean;
}

/**
 * Fills a block's box with what colleagues answered. `asking` is which of a poll's two votes it
 * stands below, 0 where a poll has one. The result is called with each change of the own answer.
 */
export function compare(
  element: HTMLElement, poll: BlockData, player: Player, asking: View["asking"],
): (own: Own) => void {
  const box = element.querySelector<HTMLElement>(".figures");
  if (!box) return () => undefined;
  const [live, packed] = [find(box, ".live"), find(box, ".packed")];
  const step = element.closest<HTMLElement>(".step")?.dataset.step;
  let own: Own = { voted: false };
  let isSaved = false;
  let isFresh = false;
  let since = 0;

  const update = (): void => {
    const isAsking = player.comparison.newsOf(poll.id).kind === "asking";
    if (isAsking && !since) setTimeout(update, SOON);
    since = isAsking ? since || performance.now() : 0;
    const isLong = isAsking && performance.now() - since >= SOON;
    const shown = own.voted && show({ player, poll, asking, own }, isSaved, isLong);
    box.hidden = !shown;
    if (!shown) return;
    packed.hidden = !shown.isPacked || !packed.childElementCount;
    const content = make("div", "", ...shown.nodes);
    live.hidden = !shown.nodes.length;
    if (content.innerHTML === live.dataset.shown) return;
    live.dataset.shown = content.innerHTML;
    live.replaceChildren(...content.childNodes);
    if (isFresh && shown.heard) player.announce(shown.heard);
  };
  const ask = (place: string): void => {
    if (own.voted && place === step) player.comparison.ask(poll.id);
  };
  player.comparison.onNews(update);
  player.onSaving(({ kind }) => {
    isSaved = kind === "saved";
    update();
  });
  player.subscribe(({ place }) => ask(place));
  let isFirst = true;
  return (now) => {
    isFresh ||= !isFirst && now.voted;
    isFirst = false;
    own = now;
    ask(player.state.place);
    update();
  };
}

function show(view: View, isSaved: boolean, isLong: boolean): Shown | undefined {
  const { player, poll } = view;
  const { comparison } = player;
  const news = comparison.newsOf(poll.id);
  const isSilent = comparison.isAsked && news.kind === "silent";
  if (comparison.isAsked && news.kind === "told") {
    return { ...pictured(view, news.told), isPacked: false };
  }
  if (comparison.isAsked && !isSilent) return isLong ? said([player.word("looking_up")]) : undefined;
  const waits = isSilent && news.kind === "silent" && news.waits;
  const lines: string[] = [];
  if (isSilent && isSaved) lines.push(player.word("still_recorded"));
  if (waits) lines.push(player.word("vote_waits"));
  return snapshot(view, isSilent, lines) ?? otherwise(view, isSilent, lines);
}

/** Figures that the package carries, with their date. */
function snapshot(view: View, isSilent: boolean, lines: string[]): Shown | undefined {
  const { player, poll } = view;
  const { snapshot: kept } = player.data.polls;
  const ids = poll.interaction?.components?.map(({ id }) => id) ?? [];
  const told = kept && readTold(kept.polls[poll.id], ids);
  if (!kept || !told) return undefined;
  const { heard, nodes } = pictured(view, { ...told, cohort: null });
  const source = make("p", "source", player.word("snapshot_source", { on: kept.on }));
  const first = isSilent ? [make("p", "aside", player.word("unreachable_latest"))] : [];
  const notes = lines.map((line) => make("p", "source", line));
  return { heard, nodes: [...first, ...nodes, source, ...notes], isPacked: false };
}

function otherwise({ player }: View, isSilent: boolean, lines: string[]): Shown {
  if (isSilent) return { ...said([player.word("unreachable"), ...lines]), isPacked: true };
  const isClosed = player.data.polls.service !== null;
  return { ...said(isClosed ? [player.word("not_compared")] : []), isPacked: true };
}

function said(lines: string[]): Shown {
  const nodes = lines.map((line, at) => make("p", at ? "source" : "", line));
  return { heard: lines.join(" "), nodes, isPacked: false };
}
