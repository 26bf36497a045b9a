/** Figures of a poll as they are seen: a sentence, bars, the same as a table, and how many. */

import { icon, make } from "../player/screen-dom";
import type { BlockData, Figures, Player, Told } from "../player/types";
import { capital, sentence, shareWords } from "./comparison-words";

const SPACE = "http://www.w3.org/2000/svg";

/** The learner's own part: whether they voted, and with which option before and now, if known. */
export interface Own {
  voted: boolean;
  before?: string | undefined;
  now?: string | undefined;
}

export interface View {
  player: Player;
  poll: BlockData;
  /** Which of a poll's two votes it stands below; 0 where a poll has one. */
  asking: 0 | 1 | 2;
  own: Own;
}

/** One set of figures as a column of the table and a bar of each option. */
interface Column {
  name: string;
  look: string;
  figures: Figures;
}

export interface Pictured {
  heard: string;
  nodes: Node[];
}

export function pictured(view: View, told: Told): Pictured {
  const { asking, player } = view;
  const main = asking === 1 ? told.before : told.figures;
  if (!main) return tooFew(view);
  const everybody = asking === 2 && told.before ? both(view, told.before, main, told) : one(view, main);
  const title = make("h4", "", player.word(asking === 1 ? "compare_first" : "compare_title"));
  const cohort = !asking && told.cohort ? ofCohort(view, told.cohort) : [];
  return { heard: everybody.heard, nodes: [title, ...everybody.nodes, ...cohort] };
}

function tooFew({ asking, player }: View): Pictured {
  const { least } = player.data.polls;
  const words = player.word(asking ? "too_few_twice" : "too_few", { least });
  return { heard: words, nodes: [make("p", "", words)] };
}

function one(view: View, figures: Figures): Pictured {
  const column = { name: view.player.word("share"), look: "", figures };
  const heard = said(view, figures);
  return { heard, nodes: [lead(heard), ...charts(view, [column]), many(view, figures)] };
}

function ofCohort(view: View, figures: Figures): Node[] {
  const { player } = view;
  const { name } = player.data.polls;
  const title = player.word(name ? "at_name" : "at_yours", { name: name ?? "" });
  return [make("h4", "", title), ...one(view, figures).nodes];
}

/** Before and after of the same people, and how many of them changed their answer. */
function both(view: View, before: Figures, now: Figures, told: Told): Pictured {
  const { player } = view;
  const columns = [
    { name: player.word("before"), look: "is-before", figures: before },
    { name: player.word("now"), look: "", figures: now },
  ];
  const first = player.word("second_time", { sentence: said(view, now) });
  const share = told.changed && capital(shareWords(player.word, told.changed, 10));
  const changed = share ? player.word("changed_theirs", { share }) : "";
  const nodes = [lead(first), ...(changed ? [lead(changed)] : []), ...charts(view, columns)];
  if (told.moves) nodes.push(moves(view, told.moves));
  return { heard: `${first} ${changed}`.trim(), nodes: [...nodes, many(view, now)] };
}

function said(view: View, figures: Figures): string {
  const { player, poll, own } = view;
  const texts = componentsOf(poll).map(({ text }) => text);
  const yours = componentsOf(poll).findIndex(({ id }) => id === own.now);
  return sentence(player.word, figures, texts, yours, view.asking === 2);
}

function charts(view: View, columns: Column[]): HTMLElement[] {
  const { player } = view;
  const bars = componentsOf(view.poll).map((_, at) => entry(view, columns, at));
  return [make("ul", "bars", ...bars), folded(player.word("as_table"), table(view, columns))];
}

function entry(view: View, columns: Column[], at: number): HTMLElement {
  const { id, text } = componentsOf(view.poll)[at] ?? { id: "", text: "" };
  const mark = markOf(view, id);
  const words = make("p", "bar-words", make("span", "", text));
  if (mark) words.append(make("span", "mark", icon("dot"), mark));
  const lines = columns.map((column) => bar(view, column, at, columns.length > 1));
  const wasYours = mark && id !== view.own.now ? " was-yours" : "";
  const item = make("li", mark ? `is-yours${wasYours}` : "", words, ...lines);
  item.dataset.option = id;
  return item;
}

/** Which of the learner's own answers an option is, in words. */
function markOf({ player, own }: View, id: string): string {
  if (id === own.now) return player.word("your_answer");
  return id === own.before ? player.word("your_answer_before") : "";
}

function bar({ player }: View, { name, look, figures }: Column, at: number, named: boolean): Node {
  const { of, shares } = figures;
  const share = shares[at] ?? 0;
  const words = shareWords(player.word, share, of);
  const parts = [drawn(share, of), make("span", "bar-share", words)];
  if (named) parts.unshift(make("span", "bar-name", name));
  return make("p", `bar-line ${look}`.trim(), ...parts);
}

/** A bar on a whole; tenths are ten parts that can be counted. */
function drawn(share: number, of: number): SVGElement {
  const svg = document.createElementNS(SPACE, "svg");
  const attributes = { class: "bar", "aria-hidden": "true", viewBox: "0 0 100 4" };
  set(svg, { ...attributes, preserveAspectRatio: "none" });
  const filled = document.createElementNS(SPACE, "rect");
  set(filled, { width: String((100 * share) / of), height: "4" });
  svg.append(filled);
  for (let part = 1; of === 10 && part < of; part += 1) {
    const line = document.createElementNS(SPACE, "path");
    set(line, { d: `M${10 * part} 0V4` });
    svg.append(line);
  }
  return svg;
}

function set(element: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function table(view: View, columns: Column[]): HTMLElement {
  const { player } = view;
  const rows = componentsOf(view.poll).map(({ id, text }, at) => {
    const mark = markOf(view, id);
    const name = mark ? player.word("marked", { answer: text, mark }) : text;
    const cells = columns.map(({ figures }) =>
      make("td", "", shareWords(player.word, figures.shares[at] ?? 0, figures.of)),
    );
    return make("tr", "", heading("row", name), ...cells);
  });
  return tableOf([player.word("answer"), ...columns.map(({ name }) => name)], rows);
}

/** How answers changed, a line for each first and second answer. */
function moves({ player, poll }: View, cells: (number | null)[][]): HTMLElement {
  const options = componentsOf(poll);
  const rows = options.flatMap(({ text }, from) =>
    options.map((to, at) => {
      const share = cells[from]?.[at] ?? null;
      const words = share === null ? player.word("hidden") : shareWords(player.word, share, 100);
      return make("tr", "", heading("row", text), make("td", "", to.text), make("td", "", words));
    }),
  );
  const names = ["before", "now", "share"].map((key) => player.word(key));
  return folded(player.word("moves_title"), tableOf(names, rows));
}

function tableOf(names: string[], rows: HTMLElement[]): HTMLElement {
  const head = make("tr", "", ...names.map((name) => heading("col", name)));
  return make("table", "", make("thead", "", head), make("tbody", "", ...rows));
}

function heading(scope: string, text: string): HTMLElement {
  const cell = make("th", "", text);
  cell.setAttribute("scope", scope);
  return cell;
}

function folded(title: string, content: HTMLElement): HTMLElement {
  return make("details", "more", make("summary", "", title), content);
}

function lead(words: string): HTMLElement {
  return make("p", "lead", words);
}

function many({ asking, player }: View, { moreThan }: Figures): HTMLElement {
  const words = player.word(asking ? "many_twice" : "many", {
    count: moreThan.toLocaleString(player.data.language),
  });
  return make("p", "source", words);
}

function componentsOf({ interaction }: BlockData): { id: string; text: string }[] {
  return interaction?.components ?? [];
}
