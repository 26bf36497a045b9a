/**
 * An answer as SCORM 1.2 records it (RTE, `cmi.interactions`): the place where permanent ids
 * become what its CMIFeedback allows. What may be told at all is format.md's table.
 */

import { isSecondVote, reveals } from "./state";
import type { Answered, Component, InteractionData, ModuleData } from "./types";

const LONGEST = 255;
const LONGEST_HOURS = 9999;

/** The fields of one entry of `cmi.interactions`, in the order in which they are to be set. */
export function interactionFields(data: ModuleData, answered: Answered): [string, string][] {
  const { block, answer, at, seconds } = answered;
  const interaction = block.interaction as InteractionData;
  const { type, correct } = interaction;
  const fields: [string, string][] = [
    ["id", isSecondVote(block, answer) ? `${block.id}_again` : block.id],
    ["type", type],
    ["time", timeOfDay(at)],
    ["weighting", block.counts ? "1" : "0"],
    ["result", answer.right === null ? "neutral" : answer.right ? "correct" : "wrong"],
  ];
  if (!reveals(data, block)) return fields;
  const told = interaction.reports === "poll" ? answer.value.slice(-1) : answer.value;
  if (correct) fields.push(["correct_responses.0.pattern", feedback(interaction, correct)]);
  fields.push(["student_response", feedback(interaction, told)]);
  fields.push(["latency", timespan(seconds)]);
  return fields;
}

/** CMIFeedback: single characters for options, joined by commas; text is cut at 255. */
export function feedback(interaction: InteractionData, value: string[]): string {
  const { type, components = [], targets = [] } = interaction;
  if (type === "choice")
    return value
      .map((id) => letter(components, id))
      .sort()
      .join();
  if (type === "sequencing") return value.map((id) => letter(components, id)).join();
  if (type === "likert") return value.map((id) => Number(id).toString(36)).join();
  if (type === "matching") return value.map((pair) => matched(components, targets, pair)).join();
  return value.join().slice(0, LONGEST);
}

function letter(components: Component[], id: string): string {
  return "abcdefghijklmnopqrstuvwxyz"[components.findIndex((one) => one.id === id)] ?? "";
}

function matched(components: Component[], targets: Component[], pair: string): string {
  const [left = "", right = ""] = pair.split(".");
  const number = components.findIndex((one) => one.id === left) + 1;
  return `${number.toString(36)}.${letter(targets, right)}`;
}

/** CMITime, by the learner's own clock. */
function timeOfDay(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
}

/** CMITimespan: `HHHH:MM:SS.SS`. */
export function timespan(seconds: number): string {
  const hundredths = Math.round(Math.max(0, seconds) * 100);
  const hours = Math.floor(hundredths / 360000);
  if (hours > LONGEST_HOURS) return "9999:59:59.99";
  const minutes = Math.floor(hundredths / 6000) % 60;
  const rest = (hundredths % 6000) / 100;
  return `${String(hours).padStart(4, "0")}:${two(minutes)}:${rest.toFixed(2).padStart(5, "0")}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
