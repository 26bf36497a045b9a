/**
 * The data types of SCORM 1.2 (Run-Time Environment, "CMI data types and vocabularies").
 *
 * Where the standard leaves room, the strictest reading that LMSs are known to enforce is taken,
 * so that what passes here passes everywhere.
 */

/** One data type: its name in the standard, and what is wrong with a value (undefined: nothing). */
export interface Format {
  readonly name: string;
  problem(value: string): string | undefined;
}

function matching(name: string, pattern: RegExp, wanted: string): Format {
  return { name, problem: (value) => (pattern.test(value) ? undefined : `must be ${wanted}`) };
}

function text(limit: number): Format {
  const tooLong = (length: number): string =>
    `is ${length} characters long; at most ${limit} are allowed`;
  return {
    name: `CMIString${limit}`,
    problem: (value) => (value.length > limit ? tooLong(value.length) : undefined),
  };
}

function words(name: string, ...allowed: string[]): Format {
  const wanted = allowed.map((word) => `"${word}"`).join(", ");
  return {
    name,
    problem: (value) => (allowed.includes(value) ? undefined : `must be one of ${wanted}`),
  };
}

function between(name: string, pattern: RegExp, low: number, high: number): Format {
  const fits = (value: string): boolean =>
    pattern.test(value) && Number(value) >= low && Number(value) <= high;
  return {
    name,
    problem: (value) => (fits(value) ? undefined : `must be a number from ${low} to ${high}`),
  };
}

function either(first: Format, second: Format): Format {
  const problem = (value: string): string | undefined => {
    const one = first.problem(value);
    return one && second.problem(value) ? `${one}, or a ${second.name}` : undefined;
  };
  return { name: `${first.name} or ${second.name}`, problem };
}

const DECIMAL = /^-?\d+(\.\d+)?$/;
const INTEGER = /^-?\d+$/;

export const string255 = text(255);
export const string4096 = text(4096);
export const decimal = matching("CMIDecimal", DECIMAL, "a number such as 80 or -2.5");
export const blank = words("CMIBlank", "");
export const score = either(between("CMIDecimal", DECIMAL, 0, 100), blank);
export const weighting = between("CMIDecimal", DECIMAL, -100, 100);
export const audio = between("CMISInteger", INTEGER, -1, 100);
export const speed = between("CMISInteger", INTEGER, -100, 100);
export const textPreference = between("CMISInteger", INTEGER, -1, 1);

/** White space and non-ASCII are forbidden; the dot and colon are refused by some LMSs. */
export const identifier = matching(
  "CMIIdentifier",
  /^[A-Za-z0-9_-]{1,255}$/,
  "1 to 255 characters of A-Z, a-z, 0-9, _ and -",
);

export const time = matching(
  "CMITime",
  /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/,
  "a time of day, HH:MM:SS or HH:MM:SS.SS",
);

export const timespan = matching(
  "CMITimespan",
  /^\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?$/,
  "a span of time, HHHH:MM:SS.SS: two to four digits, two, two, and at most two decimals",
);

export const exit = words("CMIVocabulary (Exit)", "time-out", "suspend", "logout", "");

const STATUSES = ["passed", "completed", "failed", "incomplete", "browsed"];
/** What a SCO may set: never "not attempted", which only the LMS says. */
export const status = words("CMIVocabulary (Status)", ...STATUSES);
export const objectiveStatus = words("CMIVocabulary (Status)", ...STATUSES, "not attempted");
export const result = either(
  words("CMIVocabulary (Result)", "correct", "wrong", "unanticipated", "neutral"),
  decimal,
);

const SINGLE = "[0-9a-z]";
const LIST = `${SINGLE}(,${SINGLE}){0,25}`;
const PAIRS = `${SINGLE}\\.${SINGLE}(,${SINGLE}\\.${SINGLE})*`;
const whole = (pattern: string): RegExp => new RegExp(`^(${pattern})$`);
const inBraces = (list: string): RegExp => whole(`${list}|\\{${list}\\}`);
const LINE = /^[^\p{Cc}]{0,255}$/u;

/** CMIFeedback, the answer to an interaction, has a form of its own for each interaction type. */
export const feedback: Readonly<Record<string, Format>> = {
  "true-false": matching("CMIFeedback (true-false)", /^[01tf]$/, "0, 1, t or f"),
  choice: matching("CMIFeedback (choice)", inBraces(LIST), "single characters, such as a,c"),
  "fill-in": matching("CMIFeedback (fill-in)", LINE, "at most 255 characters on one line"),
  matching: matching("CMIFeedback (matching)", inBraces(PAIRS), "pairs, such as 1.c,2.b"),
  performance: matching("CMIFeedback (performance)", LINE, "at most 255 characters on one line"),
  sequencing: matching("CMIFeedback (sequencing)", whole(LIST), "single characters, such as b,a"),
  likert: matching("CMIFeedback (likert)", whole(`${SINGLE}?`), "one character 0-9 or a-z"),
  numeric: { ...decimal, name: "CMIFeedback (numeric)" },
};

export const type = words("CMIVocabulary (Interaction)", ...Object.keys(feedback));

const HUNDREDTHS_PER_HOUR = 360_000;
const LONGEST = 9999 * HUNDREDTHS_PER_HOUR + 359_999;

function hundredths(span: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = span.split(":").map(Number);
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 100);
}

/** The sum of two CMITimespans as `HHHH:MM:SS.SS`, stopping at the longest that can be written. */
export function addTimespans(first: string, second: string): string {
  const sum = Math.min(hundredths(first) + hundredths(second), LONGEST);
  const two = (amount: number): string => String(Math.floor(amount)).padStart(2, "0");
  const hours = String(Math.floor(sum / HUNDREDTHS_PER_HOUR)).padStart(4, "0");
  const rest = sum % HUNDREDTHS_PER_HOUR;
  return `${hours}:${two(rest / 6000)}:${two((rest % 6000) / 100)}.${two(rest % 100)}`;
}
