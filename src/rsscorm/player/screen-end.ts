/** The end page: what was recorded, what remains, and finishing. */

import { answerTo, nameOf } from "./answers";
import { forgetLaunch } from "./kept-launch";
import { recorded, toService } from "./recorded";
import { all, clockTime, find, icon, link, make } from "./screen-dom";
import { isMet } from "./quiz";
import { countingBlocks, neededSteps } from "./state";
import type { BlockData, Player, Saving, StepData } from "./types";

export function mountEnd(player: Player): void {
  const page = find(document, "#end");
  let saving: Saving["kind"] = "saving";
  let savedAt = "";
  const show = (): void => {
    const { standing } = player;
    find(page, "h2").textContent = player.word(title(player));
    const says = summary(player, saving).map((words) => make("p", "", words));
    find(page, ".end-says").replaceChildren(...says);
    showRemaining(page, player);
    showRetake(page, player);
    showRecorded(page, player, saving, savedAt);
    const emblem = standing.status === "incomplete" ? "#k-open" : "#k-end";
    for (const use of all(page, ".step-top use, .record-top use")) use.setAttribute("href", emblem);
  };
  player.subscribe(show);
  player.onSaving((now) => {
    saving = now.kind;
    savedAt = now.kind === "saved" ? clockTime(player.data.language, now.at) : "";
    show();
  });
  mountRetake(page, player);
  mountFinish(page, player, () => saving);
}

function title(player: Player): string {
  return player.reviewing ? "end_reviewing" : `end_${player.standing.status}`;
}

/** What was done, and only what is true of where it is kept. */
function summary(player: Player, saving: Saving["kind"]): string[] {
  const { score, passMark, status } = player.standing;
  const [nowhere, isSaved] = [saving === "nowhere", saving === "saved"];
  const values = { score: score ?? 0, mark: passMark ?? 0 };
  if (player.reviewing) return [player.word("review")];
  // What is done here never comes into the record: nothing is owed to it.
  if (saving === "elsewhere") return [player.word("elsewhere")];
  const says: string[] = [];
  if (nowhere) says.push(status === "incomplete" ? "says_nowhere" : "says_ready");
  else if (OWED.includes(saving)) says.push(status === "incomplete" ? "says_unsaved" : "says_owed");
  else if (status !== "incomplete") says.push(isSaved ? `says_${status}` : saving);
  if (notMet(player).length) says.push(isTried(player) ? "says_below" : "says_so_far");
  else if (score !== null && (status === "completed" || (nowhere && status === "passed"))) {
    says.push("says_score");
  }
  if (remaining(player).length) {
    says.push(isSaved ? "says_incomplete" : "says_remaining");
  }
  return says.map((key) => player.word(key, values));
}

/** Nothing that is done in this window goes into a record. */
const UNTOLD: Saving["kind"][] = ["nowhere", "elsewhere"];

/** Something is not in the learner's record that should be. */
const OWED: Saving["kind"][] = ["unsaved", "ended", "elsewhere"];

function remaining(player: Player): StepData[] {
  if (player.reviewing) return [];
  const { stepsDone } = player.standing;
  return neededSteps(player.data).filter(({ id }) => !stepsDone.includes(id));
}

function showRemaining(page: HTMLElement, player: Player): void {
  const links = remaining(player).map(({ id, title }) => link(`#s_${id}`, title));
  const entries = links.map((anchor) => make("li", "", anchor));
  const list = find(page, ".end-steps");
  list.replaceChildren(...entries);
  list.hidden = entries.length === 0;
}

/** The questions that were tried and not met, where a mark is still to be reached. */
function notMet(player: Player): BlockData[] {
  const { score, passMark } = player.standing;
  if (score === null || passMark === null || score >= passMark) return [];
  const { data, state } = player;
  return countingBlocks(data).filter(
    (block) => answerTo(state, block.id).tries > 0 && !isMet(state, block),
  );
}

/** Whether every question that counts has been tried, so that the score says something. */
function isTried(player: Player): boolean {
  return countingBlocks(player.data).every(({ id }) => answerTo(player.state, id).tries > 0);
}

function showRetake(page: HTMLElement, player: Player): void {
  const box = find(page, ".end-retake");
  const questions = notMet(player);
  box.hidden = questions.length === 0;
  const entries = questions.map((block) =>
    make("li", "", link(`#b_${block.id}`, nameOf(block))),
  );
  find(box, "ul").replaceChildren(...entries);
}

/** In words, what the record holds; said to be there only once it is. */
function showRecorded(
  page: HTMLElement, player: Player, saving: Saving["kind"], savedAt: string,
): void {
  const box = find(page, ".recorded");
  box.hidden = player.reviewing || UNTOLD.includes(saving);
  find(box, "h3").textContent = player.word(savedAt ? "recorded_now" : "recorded_soon");
  find(box, "ul").replaceChildren(...recorded(player).map((words) => make("li", "", words)));
  const saved = savedAt ? [player.word("recorded_at", { time: savedAt })] : [];
  find(box, ".recorded-at").textContent = [...toService(player), ...saved].join(" ");
}

function mountRetake(page: HTMLElement, player: Player): void {
  find(page, ".end-retake button").addEventListener("click", () => {
    const [first] = notMet(player);
    player.dispatch({ type: "retake" });
    if (first) location.hash = `b_${first.id}`;
  });
}

/**
 * Finishing waits until all is saved, since only an open window can save; whoever can't wait may
 * clear the screen all the same.
 */
function mountFinish(page: HTMLElement, player: Player, saving: () => Saving["kind"]): void {
  const button = find<HTMLButtonElement>(page, ".finish");
  const wait = find(page, ".finish-wait");
  button.addEventListener("click", async () => {
    button.disabled = true;
    player.onSaving(({ kind }) => {
      wait.hidden = !OWED.includes(kind);
      find(wait, "p").textContent = player.word(kind === "unsaved" ? "finish_waits" : "finish_never");
    });
    const isSaved = await player.finish();
    const hadNothing = player.reviewing || saving() === "nowhere";
    clearScreen(player, hadNothing ? "cleared_only" : isSaved ? "cleared" : "cleared_unsaved");
  });
  find(wait, "button").addEventListener("click", () => clearScreen(player, "cleared_unsaved"));
}

/** Nothing that was answered or written stays on the page for the next one at this screen. */
function clearScreen(
  player: Player, word: "cleared" | "cleared_only" | "cleared_unsaved",
): void {
  const title = make("h1", "", player.word("cleared_title"));
  title.tabIndex = -1;
  const sign = icon(word === "cleared_unsaved" ? "again" : "tick");
  const page = make("main", "cleared", sign, title, make("p", "", player.word(word)));
  document.title = player.data.title;
  document.body.replaceChildren(find(document, ".symbols"), page);
  forgetLaunch(window);
  try {
    history.replaceState(null, "", location.pathname);
  } catch {
    // A page opened as a file may not rename itself.
  }
  title.focus();
  // A window of its own may close itself; a frame inside an LMS is the LMS's to close.
  if (word !== "cleared_unsaved" && window.opener && window === window.top) window.close();
}
