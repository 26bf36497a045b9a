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
  /** Holds its step open until it is answered or skipped (Python: `Block.records`). */
  holds?: boolean;
  /** Of numbers: how far off still is right. */
  tolerance?: number;
  /** Counts towards the score. */
  counts?: boolean;
  /** Tries allowed, of quizzes attempts; null: as often as wished. */
  attempts?: number | null;
  /** Of a question in a quiz's bank: the quiz. */
  quiz?: string;
  /** Of quizzes: the title, how many questions an attempt has, and how many of these count. */
  name?: string;
  draw?: number;
  scored?: number;
  /** Of quizzes: whole per cent of those that count; it is said whether an attempt reached it. */
  passMark?: number | null;
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
  /** The words of their options, by id; here for `rsscorm diff`, as is the unit of numbers. */
  turns?: Record<string, string>;
  unit?: string | null;
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
  complete: {
    when: "all-steps" | "required-steps" | "passed";
    passMark: number | null;
    score: boolean;
  };
  polls: {
    answers: "anonymous" | "named";
    compare: "after-vote" | "after-second-vote";
    least: number;
    step: number;
    /** The last day on which votes are sent, as 2027-05-01; null: until the service says so. */
    until: string | null;
    service: string | null;
    /** What the deployment calls itself. */
    name: string | null;
    /** Figures that the package carries, by poll, as the service would tell them. */
    snapshot: { on: string; polls: Record<string, unknown> } | null;
    /** Under which name the service keeps the votes. */
    release: string;
    cohort: string | null;
  };
  /** Short codes of its films and recordings in resume data; editions before them have none. */
  films?: string[];
  /** Ids that must not be used again; here for `rsscorm diff`. */
  retired: string[];
  steps: StepData[];
  /** Words that the script shows, by key; `{name}` in them is filled in by the script. */
  words: Record<string, string>;
}

/** What a learner has answered to one block. */
export interface Answer {
  /**
   * Option ids: a path of them in a scenario (which may still be under way), label numbers on a
   * scale, the known votes of a poll, the latest last. Empty where the answer itself may not be
   * kept (anonymous votes of an earlier visit, notes), or was skipped.
   */
  value: string[];
  /**
   * How often it was answered since it was last opened again; for a poll the number of votes,
   * for a scenario the number of endings reached. 0: not answered (skipped, under way, retaken).
   */
  tries: number;
  /** Whether the latest try is right; null where nothing is right or wrong. */
  right: boolean | null;
  /** Whether any try was right. */
  best: boolean;
  skipped: boolean;
  /** Its places in the LMS's list of interactions, which never change: one, or one a vote. */
  records: number[];
  /**
   * Of quizzes alone, which have the questions of the attempt under way (or else of the last) as
   * their `value`, finished attempts as `tries`, and as `right` whether the last one reached the
   * mark (null: one is under way): how many were right in the best attempt.
   */
  score?: number;
}

/** What a learner has seen of a film or heard of a recording. */
export interface Watched {
  /** Of the film, as `ModuleData.films` has it. */
  code: string;
  /** Where they left it, in whole seconds; 0 where there is nothing to go on with. */
  at: number;
  /** Seen or heard (nearly) to the end. */
  watched: boolean;
  /** Its transcript was read, as they say. */
  read: boolean;
}

/** All that the player knows of a learner: plain data, changed by the reducer alone. */
export interface State {
  /** The id of the step on screen. */
  place: string;
  /** Ids of the steps that have been seen. */
  seen: string[];
  /** By block id. */
  answers: Record<string, Answer>;
  /** The secret that opens this learner's notes on this device; "" until one is needed. */
  key: string;
  /** The next free place in the LMS's list of interactions. */
  next: number;
  /** Films and recordings that were begun, the latest last. */
  films: Watched[];
  /** By block id, until it is answered or skipped: what an edition or a recovery file brought. */
  news: News;
  /** Ids of blocks that can't be worked here: a matter of this window, which is never kept. */
  broken?: string[];
}

/**
 * Questions that were not there at the last visit, whose answer then is no answer now, or whose
 * answer was filled in from a recovery file and waits to be sent.
 */
export type News = Record<string, "new" | "changed" | "restored">;

export type Action =
  | { type: "visit"; step: string }
  /** A scenario's value is its path so far ([] to begin again), a note's or commitment's is []. */
  | { type: "answer"; block: string; value: string[] }
  | { type: "skip"; block: string }
  /** A block that can't be worked in this window holds nothing up. */
  | { type: "let-go"; block: string }
  /** Begins an attempt of a quiz with these questions of its bank, in this order. */
  | { type: "begin"; block: string; drawn: string[] }
  /** Opens again the questions that count and were not met. */
  | { type: "retake" }
  | { type: "key"; key: string }
  /** A film was left at a second (0: at its end), was watched, or its transcript read. */
  | { type: "watch"; film: string; at?: number; seen?: "watched" | "read" }
  /** Fills in, without sending them, the answers of a recovery file that are not given yet. */
  | { type: "take-up"; from: State };

/** Of a text of resume data: all of it, part of it, or nothing of it could be read. */
export type Reading = "all" | "part" | "nothing";

/** What is told to the learner about saving, in a calm sentence. */
export type Saving =
  | { kind: "saved"; at: Date }
  | { kind: "saving" }
  /** Not saved yet, and tried again by itself; `kept`: this device has it for the next launch. */
  | { kind: "unsaved"; kept: boolean }
  /** This window can save no more: to be saved, the module must be opened again. */
  | { kind: "ended"; kept: boolean }
  /** The learner has opened the module in another window, which saves from now on. */
  | { kind: "elsewhere" }
  | { kind: "nowhere" }
  | { kind: "review" };

/** How the module stands by its declared rule. */
export interface Standing {
  stepsDone: string[];
  complete: boolean;
  /** Whole per cent of the questions that count, or null where none do. */
  score: number | null;
  /** Whole per cent to be reached, the LMS's or else the module's; null where none is asked. */
  passMark: number | null;
  status: Status;
}

export type Status = "incomplete" | "completed" | "passed";

/** A launch as a tracker found it. */
export interface Launch {
  /** Resume data of an earlier visit, or "". */
  resume: string;
  mode: "normal" | "review" | "browse";
  /** A pass mark that the LMS sets, over the module's own; null where it does not. */
  masteryScore: number | null;
  /** How many interactions the LMS's record already holds. */
  recorded: number;
  /** Who learns, as the LMS names them, or "": a recovery file is bound to it. Told to nobody. */
  learner: string;
  /** Whether the LMS or LRS gave its record out: where it did not, no new key may be made. */
  isRead: boolean;
  /** What this device kept of an earlier window, where the LMS does not hold all of it. */
  copy?: Copy;
}

/** What a window keeps on the device, since the LMS may not have what it was given. */
export interface Copy {
  /** The resume data that the LMS should hold. */
  resume: string;
  /** Marks of all resume data of this window, oldest first, from what the LMS held at its launch. */
  sent: string[];
  /** Whether the LMS holds one of them: then this copy is newer, else it was changed elsewhere. */
  isNewer?: boolean;
  /** What was to be told of single answers. */
  entries: Entry[];
  /** Of an LRS: statements that it has not confirmed. */
  statements?: Record<string, unknown>[];
}

/** One answer on its way: an interaction's fields in SCORM 1.2. */
export interface Entry {
  block: string;
  /** Which of the block's places in the record it has: 1 for a second vote. */
  vote: number;
  /** How often the block was answered then. */
  tries: number;
  /** How many resume texts had been sent when it was given. */
  after: number;
  fields: [string, string][];
}

/** An answer on its way, before a copy of it is kept. */
export type NewEntry = Omit<Entry, "after">;

/** A block that was just answered. */
export interface Answered {
  block: BlockData;
  answer: Answer;
  at: Date;
  /** Since the block's step was first shown in this visit. */
  seconds: number;
}

/** What a tracker is told at a milestone: the whole truth, from which it sends what is new. */
export interface Milestone {
  state: State;
  standing: Standing;
  answered?: Answered;
}

/** The one thing that talks to an LMS or LRS. A failure is told by `onSaving`, never thrown. */
export interface Tracker {
  /** Begins, and reads the record; what is to be written waits for the first milestone. */
  start(data: ModuleData): Promise<Launch>;
  /** At the launch, and whenever something has happened. */
  record(milestone: Milestone): void;
  /** The page was hidden: what is not yet sent goes now. */
  flush(): void;
  /** The page is shown again. */
  resume(): void;
  /** The learner has finished: resolves when the session is over, to whether all is saved. */
  finish(): Promise<boolean>;
  /** The page is going: end the session, once. */
  leave(): void;
  /** The page is reloaded: end the session, or leave it to be taken over. */
  reload(): void;
  /** The page came back from the browser's memory, after `leave`. */
  wake(): void;
  /** Called at once and whenever what can be told about saving changes. */
  onSaving(listener: (saving: Saving) => void): void;
}

/** The learner's own words on this device; `read` gives "" where there are none to be had. */
export interface Notes {
  /** False where it is known from the start that nothing can be kept. */
  readonly keeps: boolean;
  read(block: string): Promise<string>;
  /** Resolves to whether they were kept. */
  write(block: string, text: string): Promise<boolean>;
}

/** Answers as a file on the learner's own device, which only they can take up again. */
export interface Recovery {
  make(): Promise<Blob>;
  /** Resolves to how many answers were filled in; rejects where it isn't theirs or can't be read. */
  takeUp(file: Blob): Promise<number>;
}

/** How people answered a poll, in shares of a whole (`of`), by option in their order. */
export interface Figures {
  /** That many people, and some more. */
  moreThan: number;
  of: number;
  shares: number[];
}

/** All that the poll service tells of a poll. */
export interface Told {
  figures: Figures | null;
  /** Of polls with two votes: the first votes of those whose second ones `figures` are. */
  before: Figures | null;
  /** Tenths of them who changed their answer. */
  changed: number | null;
  /** Per cent of them, by the first and then the second vote; null where too few to tell. */
  moves: (number | null)[][] | null;
  /** `figures` of the deployment's own cohort. */
  cohort: Figures | null;
}

export type PollNews =
  | { kind: "unasked" }
  | { kind: "asking" }
  | { kind: "told"; told: Told }
  /** The service can't be reached, or says nothing of use. `waits`: a vote is still to be sent. */
  | { kind: "silent"; waits: boolean };

/** What is known of colleagues' answers. */
export interface Comparison {
  /** Whether the poll service is asked how colleagues have answered. */
  readonly isAsked: boolean;
  /** Whether answers to polls are sent in this visit. */
  readonly isSent: boolean;
  newsOf(poll: string): PollNews;
  /** Asks the service, where it has not been asked or did not answer. */
  ask(poll: string): void;
  /** Called after each change. */
  onNews(listener: () => void): void;
}

/** What a block's component may ask of the player; it never talks to a tracker. */
export interface Player {
  readonly data: ModuleData;
  readonly state: State;
  readonly standing: Standing;
  /** True in review: everything can be looked at and tried, nothing is written. */
  readonly reviewing: boolean;
  /** How much of the learner's earlier record could be read. */
  readonly reading: Reading;
  dispatch(action: Action): void;
  /** Called at once and after each change. */
  subscribe(listener: (state: State) => void): void;
  onSaving(listener: (saving: Saving) => void): void;
  readonly word: (key: string, values?: Record<string, string | number>) => string;
  /** Say something to a screen reader, politely: in the page's `#announcements`, a live region. */
  announce(text: string): void;
  readonly notes: Notes;
  /**
   * Ends the session with the LMS, as soon as all is saved; resolves to whether it is. Nothing is
   * recorded after it.
   */
  finish(): Promise<boolean>;
  /** The learner's recovery file; null where there is nobody whom it could be bound to. */
  readonly recovery: Recovery | null;
  readonly comparison: Comparison;
}

/** A block's behaviour: enhances its HTML, and shows a state when told to. */
export type Behaviour = (element: HTMLElement, block: BlockData, player: Player) => void;
