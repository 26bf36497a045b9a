/**
 * The frame: one step at a time, the contents, what is still to do and whether it is saved.
 * Where the learner is stands in the page's address (`#s_STEP`, `#b_BLOCK`, `#end`), so that
 * links work before this script does, and the browser's back button after it.
 */

import { mountPromises } from "../blocks/promise";
import { enliven, heedFailures } from "./enliven";
import { mountFilms } from "./films";
import { isBeingRead } from "./minutes";
import { nameOf } from "./answers";
import { mountEnd } from "./screen-end";
import { mountProgress } from "./screen-progress";
import { mountRecord } from "./screen-record";
import { mountRecovery } from "./screen-recovery";
import { hasNews, inShort, mountNews } from "./news";
import { all, clockTime, find, icon, link } from "./screen-dom";
import { isStepDone, waiting } from "./state";
import type { BlockData, Player, Saving, State, StepData } from "./types";

/** What the page hides until the script is there to make it work. */
const SCRIPTED = ".actions, .contents-button, .to-end, .progress, .own-record";

/** Brings the page to life. */
export function mount(player: Player): void {
  document.documentElement.classList.add("js");
  for (const hidden of all(document, SCRIPTED)) hidden.hidden = false;
  heedFailures();
  for (const element of all(document, ".block")) enliven(element, player);
  mountPromises(player);
  mountNews(player);
  const showStates = mountContents(player);
  mountToDo(player);
  mountSaving(player);
  mountRecovery(player);
  mountEnd(player);
  mountRecord(player);
  const showProgress = mountProgress(player);
  mountPlaces(player, (place) => {
    showStates();
    showProgress(place);
  });
  mountFilms(player);
}

function mountPlaces(player: Player, tellPlace: (place: string) => void): void {
  const wanted = (): HTMLElement | null => document.getElementById(location.hash.slice(1));
  const section = (of: HTMLElement | null): HTMLElement | null => of?.closest(".step") ?? null;
  const [sections, entries] = [all(document, ".step"), all(document, ".contents a")];
  const goTo = (step: HTMLElement): void => {
    show(player, step, sections, entries);
    tellPlace(step.dataset.step ?? "");
  };
  addEventListener("hashchange", () => {
    const [target, step] = [wanted(), section(wanted())];
    if (!target || !step) return;
    goTo(step);
    focus(target === step ? find(step, "h2") : target, target === step);
  });
  // A link to where the address already points would otherwise do nothing.
  document.addEventListener("click", (event) => {
    const anchor = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#b_"]');
    const target = anchor && document.getElementById(anchor.hash.slice(1));
    if (target && anchor.hash === location.hash) focus(target, false);
  });
  const start = section(wanted()) ?? document.getElementById(`s_${player.state.place}`);
  if (!start) return;
  nameEntry(start.id);
  goTo(start);
}

/**
 * Gives the browser's back button somewhere to come back to. Not before all is loaded: until then
 * the browser begins where the address points, and the first Tab would miss the skip link.
 */
function nameEntry(id: string): void {
  const { hash } = location;
  const rename = (): void => {
    if (location.hash !== hash || hash === `#${id}`) return;
    try {
      history.replaceState(history.state, "", `#${id}`);
    } catch {
      // A page opened as a file may not rename itself: then going back leaves it, as before.
    }
  };
  if (document.readyState === "complete") rename();
  else addEventListener("load", rename, { once: true });
}

function focus(element: HTMLElement, fromTop: boolean): void {
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: fromTop });
  if (fromTop) scrollTo(0, 0);
}

function show(
  player: Player,
  section: HTMLElement,
  sections: HTMLElement[],
  entries: HTMLElement[],
): void {
  const id = section.dataset.step ?? "";
  // From a selection in what is hidden, Chromium looks through all hidden steps for another place.
  getSelection()?.removeAllRanges();
  for (const step of sections) step.classList.toggle("is-current", step === section);
  for (const entry of entries) {
    if (entry.dataset.step === id) entry.setAttribute("aria-current", "step");
    else entry.removeAttribute("aria-current");
  }
  const title = find(section, "h2").textContent ?? "";
  document.title = `${title} – ${player.data.title}`;
  const number = player.data.steps.findIndex((step) => step.id === id) + 1;
  const total = player.data.steps.length;
  find(document, ".contents-place").textContent =
    number > 0 ? player.word("place_short", { number, total }) : "";
  toggleContents(false);
  showCurrent();
  if (number > 0) player.dispatch({ type: "visit", step: id });
}

/** On small screens the contents open below a button; on large ones they always show. */
function toggleContents(isOpen: boolean): void {
  find(document, ".contents-button").setAttribute("aria-expanded", String(isOpen));
  find(document, ".contents").classList.toggle("is-open", isOpen);
  if (isOpen) showCurrent();
}

/** Long contents scroll in themselves to where the learner is; the page stays where it is. */
function showCurrent(): void {
  const list = find(document, ".contents");
  const entry = list.querySelector('[aria-current="step"]');
  if (!entry) return;
  const [outer, inner] = [list.getBoundingClientRect(), entry.getBoundingClientRect()];
  if (inner.top >= outer.top && inner.bottom <= outer.bottom) return;
  list.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
}

/** What it returns shows how each step is: for when another is on screen. */
function mountContents(player: Player): () => void {
  const button = find(document, ".contents-button");
  const isOpen = (): boolean => button.getAttribute("aria-expanded") === "true";
  button.addEventListener("click", () => toggleContents(!isOpen()));
  find(document, ".contents").addEventListener("click", (event) => {
    if ((event.target as Element).closest('[aria-current="step"]')) toggleContents(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    toggleContents(false);
    button.focus();
  });
  const entries = player.data.steps.map((step) => {
    return [step, find(document, `.contents a[data-step="${step.id}"]`)] as const;
  });
  const showStates = (): void => {
    const current = document.querySelector<HTMLElement>(".step.is-current");
    for (const [step, entry] of entries) {
      showState(player, entry, stateWord(player, step, current?.dataset.step ?? ""));
    }
  };
  player.subscribe(showStates);
  return showStates;
}

type StateWord = "done" | "updated" | "started" | "not_started";

/** Done, started, updated since then, or not started: as a symbol and in words. */
function showState(player: Player, entry: HTMLElement, word: StateWord): void {
  if (entry.dataset.state === word) return;
  entry.dataset.state = word;
  const sign = { done: "tick", updated: "again", started: "half", not_started: "open" }[word];
  find(entry, ".contents-state").replaceChildren(icon(sign));
  find(entry, ".contents-word").textContent = `: ${player.word(word)}`;
}

function stateWord(player: Player, step: StepData, onScreen: string): StateWord {
  const { state } = player;
  if (isStepDone(state, step)) return isBeingRead(state, step, onScreen) ? "started" : "done";
  if (!state.seen.includes(step.id)) return "not_started";
  return hasNews(player, state, step) ? "updated" : "started";
}

function mountToDo(player: Player): void {
  const boxes = player.data.steps.map((step) => {
    return [step, find(document, `#s_${step.id} .to-do`)] as const;
  });
  player.subscribe((state) => {
    for (const [step, box] of boxes) showToDo(state, step, box);
  });
}

function showToDo(state: State, step: StepData, box: HTMLElement): void {
  const open = waiting(state, step);
  const key = open.map((block) => block.id).join();
  if (box.dataset.open === key) return;
  box.dataset.open = key;
  box.hidden = open.length === 0;
  find(box, "ul").replaceChildren(...open.map(toDoEntry));
}

function toDoEntry(block: BlockData): HTMLElement {
  const entry = document.createElement("li");
  entry.append(link(`#b_${block.id}`, inShort(nameOf(block))));
  return entry;
}

function mountSaving(player: Player): void {
  const line = find(document, ".saving");
  let [last, isWaiting] = ["", false];
  player.onSaving((saving) => {
    const words = savingWords(player, saving);
    if (line.textContent !== words) line.textContent = words;
    line.dataset.kind = saving.kind;
    if ("kept" in saving) line.dataset.kept = saving.kept ? "yes" : "no";
    else delete line.dataset.kept;
    const isTrouble = TROUBLES.includes(saving.kind);
    if (saving.kind !== last && isTrouble) player.announce(words);
    // Whoever heard of the trouble hears that it is over.
    if (isWaiting && saving.kind === "saved") player.announce(words);
    isWaiting = isTrouble || (isWaiting && saving.kind !== "saved");
    last = saving.kind;
  });
}

/** What the learner should hear of at once. */
const TROUBLES: Saving["kind"][] = ["unsaved", "ended", "elsewhere"];

function savingWords(player: Player, saving: Saving): string {
  if (saving.kind === "ended" && !saving.kept) return player.word("ended_unkept");
  if (saving.kind !== "saved") return player.word(saving.kind);
  return player.word("saved", { time: clockTime(player.data.language, saving.at) });
}
