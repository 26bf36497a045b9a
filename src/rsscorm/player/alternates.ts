/**
 * Another value for each element, to be written and committed before the truth. An LMS that
 * marked a value as sent before it was sends nothing when the same value comes again; after an
 * alternate it does (seen to work on Moodle 4.5).
 */

/** Candidates by the end of an element's name; the first that isn't the value itself is taken. */
const OTHERS: [RegExp, (value: string) => string[]][] = [
  // The next launch of an incomplete attempt sets it again by itself.
  [/core\.lesson_status$/, (value) => ({ completed: ["passed"], passed: ["completed"] })[value] ?? []],
  [/core\.exit$/, () => [""]],
  // Above the true one, since a score is never lowered; but there is none above 100.
  [/score\.(raw|min|max)$/, (value) => [beside(Number(value))]],
  // Reads the same, should it be the last thing that arrives.
  [/suspend_data$/, (value) => [value.length < 4096 ? `${value},` : flipped(value)]],
  [/lesson_location$/, (value) => [`${value}-`.slice(0, 255)]],
  [/objectives\.\d+\.status$/, () => ["incomplete", "browsed"]],
  [/\.id$/, (value) => [`${value}_`.slice(0, 255)]],
  [/\.type$/, () => ["performance", "fill-in"]],
  [/\.time$/, () => ["00:00:00", "00:00:01"]],
  [/\.latency$/, () => ["0000:00:00.00", "0000:00:00.01"]],
  [/\.weighting$/, () => ["0.5"]],
  [/\.result$/, () => ["unanticipated"]],
  [/\.(pattern|student_response)$/, () => ["x", "y"]],
];

/** A valid value that differs; undefined where none is needed. */
export function alternate(element: string, value: string): string | undefined {
  const [, others] = OTHERS.find(([name]) => name.test(element)) ?? [];
  return others?.(value).find((other) => other !== value);
}

function beside(score: number): string {
  return (score < 100 ? score + 0.01 : score - 0.01).toFixed(2);
}

function flipped(value: string): string {
  return value.slice(0, -1) + (value.endsWith("0") ? "1" : "0");
}
