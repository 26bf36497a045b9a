/**
 * xAPI statements, built by the same rules as `rsscorm/statement.py`; both are tested against
 * `tests/statements/*.json`. The clauses are those of xAPI 1.0.3, Part Two (Data).
 */

import type { Component, InteractionData } from "./types";
import { namedUuid } from "./uuid";

export type Json = Record<string, unknown>;

/** An activity of ours: its permanent IRI and its words. */
export interface Named {
  id: string;
  name: string;
}

/** What the statements of one learner's registration have in common. */
export interface Setting {
  actor: Json;
  registration: string;
  /** The launched activity, which is the module. */
  activity: Named;
  language: string;
  /** Edition of the module (`context.revision`, 2.4.6.5). */
  edition: string;
  /** The LMS's name for itself, where the launch gave one. */
  platform?: string;
  /** An activity that the launch asks every statement to be grouped under. */
  grouping?: string;
}

export interface Answering {
  step: Named;
  block: { id: string; interaction: InteractionData; tolerance?: number };
  /** Of a poll, or the choice that is its first vote. */
  vote: boolean;
  /** What was answered, where it may be told; null where only that it was. */
  told: { response: string[]; right: boolean | null; seconds: number } | null;
}

export type LifecycleVerb = "initialized" | "completed" | "passed" | "terminated";

/** Under which names become ids. Never changes. */
export const NAMESPACE = "6f1c0a52-6b0e-5d7e-9d3b-5f2f6c1e9a40";
/** The category of votes, by which the statements of polls can be told from those of questions. */
export const POLL_PROFILE = `urn:uuid:${namedUuid(NAMESPACE, "profiles/poll/1")}`;

const VERBS = "http://adlnet.gov/expapi/verbs/";
const TYPES = "http://adlnet.gov/expapi/activities/";

/**
 * That a question was answered, a scenario brought to an end, or a vote cast. `id` and `at` are
 * made once and kept, so that sending again changes nothing (2.4.1, 2.4.7).
 */
export function answered(setting: Setting, id: string, at: string, answering: Answering): Json {
  const { step, block, vote, told } = answering;
  const parent = [activity(step, "lesson", setting.language)];
  const category = vote ? [{ objectType: "Activity", id: POLL_PROFILE }] : [];
  const within = [activity(setting.activity, "module", setting.language)];
  return {
    ...start(setting, id, at, "answered"),
    object: { objectType: "Activity", id: block.id, definition: definition(setting, answering) },
    ...(told ? { result: result(block.interaction, told) } : {}),
    context: context(setting, within, { parent, ...(vote ? { category } : {}) }),
  };
}

/** That the module was begun, completed, passed or left. `score` is a whole per cent. */
export function lifecycle(
  setting: Setting,
  id: string,
  at: string,
  verb: LifecycleVerb,
  { seconds, score }: { seconds?: number; score?: number } = {},
): Json {
  const outcome = {
    ...(score === undefined
      ? {}
      : { score: { scaled: score / 100, raw: score, min: 0, max: 100 } }),
    ...(verb === "passed" ? { success: true } : {}),
    ...(verb === "completed" || verb === "passed" ? { completion: true } : {}),
    ...(seconds === undefined ? {} : { duration: duration(seconds) }),
  };
  return {
    ...start(setting, id, at, verb),
    object: activity(setting.activity, "module", setting.language),
    ...(Object.keys(outcome).length ? { result: outcome } : {}),
    context: context(setting, [], {}),
  };
}

/** ISO 8601 (4.6), with two decimals at most: some LRSs compare no more. */
export function duration(seconds: number): string {
  return `PT${Math.floor(Math.max(0, seconds) * 100 + 0.5) / 100}S`;
}

function start({ actor }: Setting, id: string, at: string, verb: string): Json {
  return { id, timestamp: at, actor, verb: { id: VERBS + verb, display: { en: verb } } };
}

function activity({ id, name }: Named, type: string, language: string): Json {
  return {
    objectType: "Activity",
    id,
    definition: { name: { [language]: name }, type: TYPES + type },
  };
}

/** `contextActivities` hold arrays (2.4.6.2: "an Array ... SHOULD be used"). */
function context(setting: Setting, within: Json[], others: Json): Json {
  const grouping = setting.grouping ? [{ objectType: "Activity", id: setting.grouping }] : [];
  const groups = [...within, ...grouping];
  const activities = { ...others, ...(groups.length ? { grouping: groups } : {}) };
  return {
    registration: setting.registration,
    ...(Object.keys(activities).length ? { contextActivities: activities } : {}),
    revision: setting.edition,
    ...(setting.platform ? { platform: setting.platform } : {}),
    language: setting.language,
  };
}

/** 2.4.4.1: each interaction type has its own lists of components, and no others. */
function definition({ language }: Setting, { block, vote }: Answering): Json {
  const { type, name, components = [], targets = [], correct } = block.interaction;
  const described = (items: Component[]): Json[] =>
    items.map(({ id, text }) => ({ id, description: { [language]: text } }));
  const lists: Record<InteractionData["type"], Json> = {
    choice: { choices: described(components) },
    sequencing: { choices: described(components) },
    likert: { scale: described(components) },
    performance: { steps: described(components) },
    matching: { source: described(components), target: described(targets) },
    numeric: {},
    "fill-in": {},
  };
  return {
    name: { [language]: name },
    type: `${TYPES}cmi.interaction`,
    interactionType: type,
    ...(correct && !vote ? { correctResponsesPattern: [pattern(block, correct)] } : {}),
    ...lists[type],
  };
}

function result(interaction: InteractionData, told: NonNullable<Answering["told"]>): Json {
  return {
    response: response(interaction, told.response),
    ...(told.right === null ? {} : { success: told.right }),
    duration: duration(told.seconds),
  };
}

/** 2.4.4.1, Response Patterns: `[,]` between items, `[.]` within a pair, `[:]` in a range. */
function response({ type }: InteractionData, value: string[]): string {
  const pairs = type === "matching" || type === "performance";
  return value.map((item) => (pairs ? item.replace(".", "[.]") : item)).join("[,]");
}

function pattern({ interaction, tolerance = 0 }: Answering["block"], correct: string[]): string {
  if (interaction.type !== "numeric" || !tolerance) return response(interaction, correct);
  const ends = [Number(correct[0]) - tolerance, Number(correct[0]) + tolerance];
  return ends.map((end) => String(Math.round(end * 1e6) / 1e6)).join("[:]");
}
