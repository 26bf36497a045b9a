/**
 * Writes the longest resume data that each module on standard input (a JSON list of module data)
 * can come to, as a JSON list of lengths: for the test that Python's bound holds. Every answer has
 * two places in the LMS's record, and a poll two votes, as an edition before may have left them; every
 * film was watched and read, and its place is in its last second.
 */

import { readFileSync } from "node:fs";

import { decode, encode } from "./resume";
import { blocksOf, isRight } from "./state";
import type { Answer, BlockData, ModuleData, State } from "./types";

/** As long as any other. */
const SOME_PLACE = 999;

function fullest(data: ModuleData): State {
  const recording = blocksOf(data).filter((block) => block.interaction);
  return {
    place: data.steps[0]?.id ?? "",
    seen: data.steps.map(({ id }) => id),
    answers: Object.fromEntries(recording.map((block) => [block.id, longest(block)])),
    key: "k".repeat(22),
    next: SOME_PLACE + 1,
    films: (data.films ?? []).map((code) => ({ code, at: 9e9, watched: true, read: true })),
    news: {},
  };
}

function longest(block: BlockData): Answer {
  const value = longestValue(block);
  const records = [SOME_PLACE, SOME_PLACE];
  return { value, tries: 61, right: isRight(block, value), best: true, skipped: false, records };
}

function longestValue(block: BlockData): string[] {
  const { type, components = [], targets = [], reports } = block.interaction ?? {};
  const ids = components.map(({ id }) => id);
  if (block.scenes) return longestPath(block, block.start ?? "");
  if (type === "matching") return ids.map((id) => `${id}.${targets[0]?.id}`);
  if (type === "numeric") return ["-123456789.1234567"];
  if (block.several || type === "sequencing") return ids;
  return ids.slice(0, reports === "poll" ? 2 : 1);
}

function longestPath(block: BlockData, scene: string): string[] {
  const paths = Object.entries(block.scenes?.[scene] ?? {}).map(([turn, next]) => [
    turn,
    ...longestPath(block, next),
  ]);
  return paths.sort((one, other) => other.length - one.length)[0] ?? [];
}

const modules = JSON.parse(readFileSync(0, "utf8")) as ModuleData[];
const texts = modules.map((data) => {
  const text = encode(data, fullest(data));
  if (encode(data, decode(data, text)) !== text) throw new Error(`not the same again: ${text}`);
  return text.length;
});
console.log(JSON.stringify(texts));
