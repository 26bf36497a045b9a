/**
 * The learner's own record on the end page: their answers, notes and commitments, to read and to
 * print. It is made when they ask for it, from what this page and this device have, and goes
 * with the end page: somebody else may be next at this screen.
 */

import { answerTo } from "./answers";
import { isSequence, linesOf } from "./answer-words";
import { completionDay, inWords, today } from "./completion-day";
import { all, find, icon, make } from "./screen-dom";
import { neededSteps } from "./state";
import { sum } from "./sum";
import type { BlockData, Player, StepData } from "./types";

export function mountRecord(player: Player): void {
  const [button, record] = [find(document, ".show-record"), find(document, "#record")];
  const name = find<HTMLInputElement>(record, ".record-name-field");
  const completedOn = completionDay(player);
  const turn = (isOpen: boolean): void => {
    record.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    button.textContent = player.word(isOpen ? "hide_record" : "show_record");
  };
  /** How often it was opened or closed: who leaves while it is made finds it closed. */
  let turns = 0;
  const close = (): void => {
    turns += 1;
    empty(record, name);
    turn(false);
  };
  const open = async (): Promise<void> => {
    const mine = (turns += 1);
    const [top, steps] = await Promise.all([sumOf(player, completedOn), stepsOf(player)]);
    if (mine !== turns) return;
    find(record, ".record-sum").replaceChildren(...top);
    find(record, ".record-steps").replaceChildren(...steps);
    turn(true);
    find(record, "h4").focus();
  };
  close();
  button.addEventListener("click", () => (record.hidden ? void open() : close()));
  name.addEventListener("input", () => {
    find(record, ".record-name").textContent = name.value.trim();
  });
  find(record, ".print").addEventListener("click", () => window.print());
  for (const moment of ["hashchange", "pagehide"]) addEventListener(moment, close);
}

/** Nothing of it is left on the page. */
function empty(record: HTMLElement, name: HTMLInputElement): void {
  name.value = "";
  const parts = all(record, ".record-name, .record-sum, .record-steps");
  for (const part of parts) part.replaceChildren();
}

/** What was reached: the status and its day, then steps, score and minutes. */
async function sumOf(
  player: Player, completedOn: () => Promise<string>,
): Promise<HTMLElement[]> {
  const { standing } = player;
  const day = standing.status === "incomplete" ? "" : await completedOn();
  const word = `record_${standing.status}${day ? "_on" : ""}`;
  const said = player.word(word, { day: day && inWords(player, day) });
  const made = player.word("record_made", { day: inWords(player, today()) });
  const facts = factsOf(player).map(([name, value]) =>
    make("div", "", make("dt", "", player.word(name)), make("dd", "", value)),
  );
  return [
    make("p", "record-status", said),
    make("dl", "record-facts", ...facts),
    make("p", "record-made", made),
  ];
}

function factsOf(player: Player): [string, string][] {
  const { data, standing } = player;
  const asked = neededSteps(data);
  const done = data.steps.filter(({ id }) => standing.stepsDone.includes(id));
  const steps = player.word("record_of", {
    number: asked.filter((step) => done.includes(step)).length, total: asked.length,
  });
  const facts: [string, string][] = [["record_steps", steps]];
  if (standing.score !== null) facts.push(["record_score", `${standing.score}%`]);
  const count = sum(done.map(minutes));
  if (count) facts.push(["record_minutes", player.word("record_about", { count })]);
  return facts;
}

const minutes = (step: StepData): number => step.minutes;

/** Every question with the answer to it, step by step. */
async function stepsOf(player: Player): Promise<HTMLElement[]> {
  const sections = player.data.steps.map(async (step) => {
    const named = step.blocks.filter((block) => isAsked(player, block));
    const asked = named.map((block) => entryOf(player, block));
    const entries = await Promise.all([...asked, ...namelessOf(player, step)]);
    return entries.length ? [make("section", "", make("h4", "", step.title), ...entries)] : [];
  });
  return (await Promise.all(sections)).flat();
}

/** A question of a quiz's bank that was not drawn has not been asked. */
function isAsked({ state }: Player, { id, interaction, quiz }: BlockData): boolean {
  const { tries, skipped, value } = answerTo(state, id);
  return !!interaction && (!quiz || tries > 0 || skipped || value.length > 0);
}

async function entryOf(player: Player, block: BlockData): Promise<HTMLElement> {
  const question = block.interaction?.name ?? "";
  if (block.interaction?.type === "fill-in") return writtenEntry(player, question, block.id);
  const lines = linesOf(player, block).map((line) => make("li", "", line));
  const list = make(isSequence(block) ? "ol" : "ul", "", ...lines);
  return entry(question, ...(lines.length ? [list] : []), ...verdictOf(player, block));
}

/** What stands beside an answer, or instead of it. */
function verdictOf(player: Player, { id }: BlockData): HTMLElement[] {
  const { tries, best, right, skipped, value } = answerTo(player.state, id);
  const say = (word: string): HTMLElement => make("p", "record-aside", player.word(word));
  if (best) return [make("p", "record-right", icon("tick"), player.word("record_right"))];
  if (tries) return right === false ? [say("record_wrong")] : [];
  return [say(value.length ? "record_open" : skipped ? "record_skipped" : "record_none")];
}

/** What the learner wrote below a line that has no id, and so isn't in the module's data. */
function namelessOf(player: Player, step: StepData): Promise<HTMLElement>[] {
  const ids = step.blocks.map(({ id }) => id);
  const places = all(document, `#s_${step.id} [data-note]`);
  return places
    .filter(({ dataset }) => !ids.includes(dataset.note ?? ""))
    .map((place) =>
      writtenEntry(player, find(place, "h3").textContent ?? "", place.dataset.note ?? ""),
    );
}

async function writtenEntry(player: Player, question: string, name: string): Promise<HTMLElement> {
  const words = await player.notes.read(name);
  if (words.trim()) return entry(question, make("p", "record-words", words));
  const { tries } = answerTo(player.state, name);
  const word = tries ? "record_elsewhere" : "record_unwritten";
  return entry(question, make("p", "record-aside", player.word(word)));
}

function entry(question: string, ...answer: HTMLElement[]): HTMLElement {
  return make("div", "record-entry", make("h5", "", question), ...answer);
}
