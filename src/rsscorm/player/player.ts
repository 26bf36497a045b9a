/** The player: one state, changed by actions, told to the page's components and to one tracker. */

import { answerTo, blockOf } from "./answers";
import { canKeep, canSeal, newKey } from "./cipher";
import { opened } from "./copy";
import { deviceNotes } from "./notes";
import { recoveryFor } from "./recovery";
import { wasRead } from "./resume";
import { reduce, restored, standing } from "./state";
import type {
  Action,
  Answered,
  BlockData,
  Launch,
  ModuleData,
  Notes,
  Player,
  Reading,
  Recovery,
  Saving,
  Standing,
  State,
  Tracker,
} from "./types";
import { Votes } from "./votes";
import { filled, type Values } from "./words";

/** The module's data, which stands in the page. */
export function pageData(): ModuleData {
  return JSON.parse(document.getElementById("module-data")?.textContent ?? "") as ModuleData;
}

/** Opens the learner's record, shows the module, and follows the page until it is left. */
export async function play(
  data: ModuleData,
  tracker: Tracker,
  mount: (player: Player) => void,
): Promise<void> {
  const launch = await tracker.start(data);
  mount(new LivePlayer(data, tracker, launch));
  addEventListener("pagehide", leaving(tracker));
  addEventListener("pageshow", (event) => event.persisted && tracker.wake());
  document.addEventListener("visibilitychange", () =>
    document.hidden ? tracker.flush() : tracker.resume(),
  );
}

/** Tells a reload from leaving, where the browser says which it is (Navigation API). */
function leaving(tracker: Tracker): () => void {
  let isReload = false;
  window.navigation?.addEventListener("navigate", (event) => {
    isReload = event.navigationType === "reload";
  });
  return () => (isReload ? tracker.reload() : tracker.leave());
}

class LivePlayer implements Player {
  readonly reviewing: boolean;
  readonly reading: Reading;
  readonly notes: Notes;
  readonly recovery: Recovery | null;
  readonly comparison: Votes;
  state: State;
  /** Whether the learner's record is known to hold the key. */
  private isKeyHeld = false;
  private stands?: { of: State; standing: Standing };
  private readonly listeners: ((state: State) => void)[] = [];
  private readonly unheard: string[] = [];
  /** When each step was first shown in this visit, by the page's clock. */
  private readonly shown = new Map<string, number>();

  constructor(
    readonly data: ModuleData,
    private readonly tracker: Tracker,
    private readonly launch: Launch,
  ) {
    this.reviewing = launch.mode !== "normal";
    this.reading = wasRead(data, launch.resume);
    this.state = this.opened();
    const voter = { learner: launch.learner, key: () => this.state.key };
    this.comparison = new Votes(data, voter, !this.reviewing);
    this.comparison.begin();
    this.show();
    this.notes = deviceNotes(() => this.state.key, () => this.isKeyHeld);
    tracker.onSaving(({ kind }) => {
      this.isKeyHeld ||= kind === "saved";
    });
    this.recovery =
      launch.learner && canSeal()
        ? recoveryFor(data, launch.learner, () => this.state, (from) => this.takeUp(from))
        : null;
    this.record();
  }

  /** Worked out once for each state: many parts of the page ask for it. */
  get standing(): Standing {
    const { state } = this;
    if (this.stands?.of !== state) {
      this.stands = { of: state, standing: standing(this.data, state, this.launch.masteryScore) };
    }
    return this.stands.standing;
  }

  dispatch(action: Action): void {
    const before = this.state;
    this.state = reduce(this.data, before, action);
    if (this.state === before) return;
    // Before the LMS hears of it: its own call may take its time, and the page close meanwhile.
    if (action.type === "answer") this.vote(before, blockOf(this.data, action.block));
    this.show();
    this.record(action.type === "answer" ? this.answered(before, action.block) : undefined);
    for (const listener of this.listeners) listener(this.state);
  }

  subscribe(listener: (state: State) => void): void {
    this.listeners.push(listener);
    listener(this.state);
  }

  onSaving(listener: (saving: Saving) => void): void {
    this.tracker.onSaving(listener);
  }

  readonly word = (key: string, values: Values = {}): string =>
    filled(this.data.words, key, values);

  announce(text: string): void {
    if (this.unheard.push(text) > 1) return;
    // What one deed brings is said in one go: of two texts at once only the last would be heard.
    queueMicrotask(() => {
      const region = document.getElementById("announcements");
      if (region) region.textContent = this.unheard.splice(0).join(" ");
    });
  }

  finish(): Promise<boolean> {
    return this.tracker.finish();
  }

  /**
   * The record gets a key at once, since one that it does not hold opens nothing tomorrow. Votes
   * need one even where nothing can be kept: it proves that a later vote is the same learner's.
   */
  private opened(): State {
    const state = opened(this.data, this.launch);
    this.isKeyHeld = state.key !== "";
    const isOfUse = canKeep() || this.data.polls.service !== null;
    const needsKey = !state.key && this.launch.isRead && !this.reviewing && isOfUse;
    return needsKey ? reduce(this.data, state, { type: "key", key: newKey() }) : state;
  }

  private vote(before: State, block: BlockData | undefined): void {
    if (!block) return;
    const answer = answerTo(this.state, block.id);
    if (answer.tries > answerTo(before, block.id).tries) this.comparison.cast(block, answer);
  }

  private record(answered?: Answered): void {
    const { state, standing } = this;
    if (this.reviewing) return;
    this.tracker.record({ state, standing, ...(answered ? { answered } : {}) });
  }

  private takeUp(from: State): number {
    const before = restored(this.state).length;
    this.dispatch({ type: "take-up", from });
    return restored(this.state).length - before;
  }

  private show(): void {
    const { place } = this.state;
    if (!this.shown.has(place)) this.shown.set(place, performance.now());
  }

  /** What there is to tell of an answer; nothing of a scenario that is still under way. */
  private answered(before: State, id: string): Answered | undefined {
    const block = blockOf(this.data, id);
    const answer = answerTo(this.state, id);
    if (!block || answer.tries <= answerTo(before, id).tries) return undefined;
    const step = this.data.steps.find(({ blocks }) => blocks.includes(block));
    const since = this.shown.get(step?.id ?? "") ?? performance.now();
    return { block, answer, at: new Date(), seconds: (performance.now() - since) / 1000 };
  }
}
