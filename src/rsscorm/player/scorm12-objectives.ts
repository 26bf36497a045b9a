/**
 * A step is an objective (SCORM 1.2 RTE, `cmi.objectives`): its id, how far it is, and its score
 * where questions on it count. Each is found by its id, whatever its place in the LMS's list.
 */

import { isStepDone, scoreOf } from "./state";
import type { Scorm12Api } from "./scorm12-api";
import type { Fields } from "./scorm12-record";
import type { ModuleData, State, StepData } from "./types";

const LIST = "cmi.objectives";

export class Objectives {
  private readonly places = new Map<string, number>();
  private readonly done = new Set<string>();
  private next: number;
  /** What the LMS holds, by element. */
  readonly held = new Map<string, string>();

  /** Reads those of earlier launches; an LMS may have no objectives at all. */
  constructor(api: Scorm12Api) {
    this.next = api.count(LIST) ?? NaN;
    for (let at = 0; at < this.next; at += 1) {
      const id = api.get(`${LIST}.${at}.id`);
      if (!id) continue;
      // No id of ours ends so: another value came last, and the truth did not (`alternates.ts`).
      this.places.set(id.replace(/_$/, ""), at);
      this.hold(at, "id", id);
      for (const field of ["status", "score.raw"]) {
        this.hold(at, field, api.get(`${LIST}.${at}.${field}`) ?? "");
      }
      if (this.held.get(`${LIST}.${at}.status`) === "completed") this.done.add(id);
    }
  }

  /** What the LMS should hold of the steps that were seen; a step once done stays so. */
  fields(data: ModuleData, state: State): Fields {
    if (Number.isNaN(this.next)) return [];
    const seen = data.steps.filter(({ id }) => state.seen.includes(id));
    return seen.flatMap((step) => this.fieldsOf(step, state));
  }

  private fieldsOf(step: StepData, state: State): Fields {
    if (isStepDone(state, step)) this.done.add(step.id);
    const isDone = this.done.has(step.id);
    const at = this.places.get(step.id) ?? this.next++;
    this.places.set(step.id, at);
    const fields: Fields = [
      ["id", step.id],
      ["status", isDone ? "completed" : "incomplete"],
    ];
    const score = isDone ? scoreOf(step.blocks, state) : null;
    const before = Number(this.held.get(`${LIST}.${at}.score.raw`) || 0);
    if (score !== null) fields.push(["score.raw", String(Math.max(score, before))]);
    return fields.map(([field, value]) => [`${LIST}.${at}.${field}`, value]);
  }

  private hold(at: number, field: string, value: string): void {
    this.held.set(`${LIST}.${at}.${field}`, value);
  }
}
