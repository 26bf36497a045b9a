/** What a tracker tells the learner about saving: at once, and whenever it changes. */

import type { Saving } from "./types";

type Listener = (saving: Saving) => void;

export class Telling {
  private saving: Saving = { kind: "saving" };
  private readonly listeners: Listener[] = [];

  get kind(): Saving["kind"] {
    return this.saving.kind;
  }

  listen(listener: Listener): void {
    this.listeners.push(listener);
    listener(this.saving);
  }

  tell(saving: Saving): void {
    this.saving = saving;
    for (const listener of this.listeners) listener(saving);
  }

  /** Whether this device has kept what is not saved is known a moment later. */
  tellKept(kept: boolean): void {
    const { kind } = this.saving;
    if (kind === "unsaved" || kind === "ended") this.tell({ kind, kept });
  }
}
