/** What the page around the frame and the module in it say to each other. */

/** A module as it is now (Python: `site._told`). */
export interface Draft {
  readonly mark: string;
  readonly html: string;
  readonly title: string;
  readonly steps: readonly { readonly id: string; readonly title: string }[];
}

/**
 * Shows another draft of the module in the same window, after the one that it shows where that is
 * known; rejects where that can't be done.
 */
export type TakeUp = (draft: Draft, before?: Draft) => Promise<void>;

export interface Host {
  /** The step that the learner is to have got to, "end" for all of them, or "". */
  readonly step: string;
  /** The module is in its frame, and this is the draft that it shows. */
  ready(mark: string, takeUp: TakeUp): void;
}

declare global {
  interface Window {
    rsscormPreview?: Host;
  }
}
