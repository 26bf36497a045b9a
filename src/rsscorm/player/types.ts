/**
 * The words that all parts of the player share: what the page says of the module, what a
 * learner has done, and how components, the player and the trackers speak to each other.
 */

/** One of the things to choose from, as an LMS names it. */
export interface Component {
  id: string;
  text: string;
}

/** A question in the standards' words (Python: `Interaction.as_data`). */
export interface InteractionData {
  type: "choice" | "sequencing" | "matching" | "likert" | "numeric" | "fill-in" | "performance";
  name: string;
  reports: "answer" | "fact" | "poll";
  components?: Component[];
  targets?: Component[];
  correct?: string[];
}

/** A block that has an id, as the page's data describes it. */
export interface BlockData {
  id: string;
  kind: string;
  /** Short code of the id in resume data. */
  code: string;
  /** Permanent IRI of the block as an xAPI activity. */
  iri: string;
  /** Short codes of the ids that an answer may hold. */
  codes: Record<string, string>;
  interaction?: InteractionData;
  /** Counts towards the score. */
  counts?: boolean;
  /** Tries allowed; null: as often as wished. */
  attempts?: number | null;
  /** Of choices: several may be taken. */
  several?: boolean;
  /** Of polls and perspectives: what must be answered or skipped before this shows. */
  after?: string | null;
  /** Of polls: the choice that was the first vote. */
  first?: string | null;
  /** Of polls: the perspectives below which it is asked again. */
  againAfter?: string | null;
  /** Of polls: dated pilot figures, votes by option. */
  pilot?: { on: string; who: string; votes: Record<string, number> } | null;
  /** Of scenarios. */
  start?: string;
  scenes?: Record<string, Record<string, string>>;
}

export interface StepData {
  id: string;
  code: string;
  iri: string;
  title: string;
  minutes: number;
  required: boolean;
  /** Only blocks with an id, in reading order. */
  blocks: BlockData[];
}

export interface ModuleData {
  id: string;
  edition: string;
  title: string;
  summary: string;
  language: string;
  iri: string;
  complete: { when: "all-steps" | "required-steps" | "passed"; passMark: number | null; score: boolean };
  polls: { answers: "anonymous" | "named"; compare: "after-vote" | "after-second-vote"; service: string | null };
  steps: StepData[];
  /** Words that the script shows, by key; `{name}` in them is filled in by the script. */
  words: Record<string, string>;
}

/** What a learner has answered to one block. */
export interface Answer {
  /**
   * Option ids (a path of them in a scenario, label numbers on a scale, first and second vote
   * of a poll); empty where the answer itself may not be kept, or was skipped.
   */
  value: string[];
  /** How often it was answered; for a poll the number of votes. 0 when only skipped. */
  tries: number;
  /** Whether the latest try is right; null where nothing is right or wrong. */
  right: boolean | null;
  /** Whether any try was right. */
  best: boolean;
  skipped: boolean;
}

/** All that the player knows of a learner: plain data, changed by the reducer alone. */
export interface State {
  /** The id of the step on screen. */
  place: string;
  /** Ids of the steps that have been seen. */
  seen: string[];
  /** By block id, in the order of first answering (which is the order of interactions in the LMS). */
  answers: Record<string, Answer>;
  /** The secret that opens this learner's notes on this device; "" until one is needed. */
  key: string;
}

export type Action =
  | { type: "visit"; step: string }
  | { type: "answer"; block: string; value: string[] }
  | { type: "skip"; block: string }
  | { type: "retake" }
  | { type: "key"; key: string };

/** What is told to the learner about saving, in a calm sentence. */
export type Saving =
  | { kind: "saved"; at: Date }
  | { kind: "saving" }
  | { kind: "unsaved" }
  | { kind: "nowhere" }
  | { kind: "review" };

/** How the module stands by its declared rule. */
export interface Standing {
  stepsDone: string[];
  complete: boolean;
  /** Whole per cent of the questions that count, or null where none do. */
  score: number | null;
  status: "incomplete" | "completed" | "passed";
}

/** A launch as a tracker found it. */
export interface Launch {
  /** Resume data of an earlier visit, or "". */
  resume: string;
  mode: "normal" | "review" | "browse";
  /** A pass mark that the LMS sets, over the module's own; null where it does not. */
  masteryScore: number | null;
  /** True when this is no LMS at all: nothing will be recorded anywhere. */
  nowhere: boolean;
}

/** What a tracker is told at a milestone: the whole truth, from which it sends what is new. */
export interface Record_ {
  state: State;
  standing: Standing;
  resume: string;
  /** The block that was just answered, if that is what happened. */
  answered?: { block: BlockData; answer: Answer; at: Date; seconds: number };
}

/** The one thing that talks to an LMS or LRS. A failure is reported by `saving`, never thrown. */
export interface Tracker {
  start(data: ModuleData): Promise<Launch>;
  record(record: Record_): void;
  /** Called when the page is left or hidden: what is not yet sent goes now. */
  leave(record: Record_): void;
  /** The learner finished: end the attempt as the standard says. */
  finish(record: Record_): Promise<void>;
  /** Called whenever what can be told about saving changes. */
  onSaving(listener: (saving: Saving) => void): void;
}

/** What a block's component may ask of the player; it never talks to a tracker. */
export interface Player {
  readonly data: ModuleData;
  readonly state: State;
  readonly standing: Standing;
  /** True in review: everything can be looked at and tried, nothing is written. */
  readonly reviewing: boolean;
  dispatch(action: Action): void;
  /** Called at once and after each change. */
  subscribe(listener: (state: State) => void): void;
  onSaving(listener: (saving: Saving) => void): void;
  word(key: string, values?: Record<string, string | number>): string;
  /** Say something to a screen reader, politely. */
  announce(text: string): void;
  /** The learner's own words on this device; `read` gives "" when there are none or they can't be had. */
  notes: {
    read(block: string): Promise<string>;
    /** Resolves to whether they were kept. */
    write(block: string, text: string): Promise<boolean>;
  };
  finish(): Promise<void>;
}

/** A block's behaviour: enhances its HTML, and shows a state when told to. */
export type Behaviour = (element: HTMLElement, block: BlockData, player: Player) => void;
