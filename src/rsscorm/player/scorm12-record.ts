/** What a SCORM 1.2 LMS should hold, and what it was given. */

import { alternate } from "./alternates";
import type { Scorm12Api } from "./scorm12-api";

export const STATUS = "cmi.core.lesson_status";
/** Elements with their values. */
export type Fields = [element: string, value: string][];

const LISTS = /^cmi\.(interactions|objectives)\./;

/** A table of elements, written in one task and committed with completion last. */
export class Scorm12Record {
  /** Whether what was given may not have arrived. */
  isDoubtful = false;
  private readonly wanted = new Map<string, string>();
  /** What the LMS told, or was given and did not refuse. */
  private readonly given = new Map<string, string>();

  constructor(private readonly api: Scorm12Api) {}

  /** The LMS holds this already. */
  hold(fields: Fields): void {
    for (const [element, value] of fields) this.given.set(element, value);
  }

  want(fields: Fields): void {
    for (const [element, value] of fields) this.wanted.set(element, value);
  }

  get isDirty(): boolean {
    return this.isDoubtful || this.news().length > 0;
  }

  /**
   * Writes what is new, or all where there is doubt, with `also` beside it; whether the LMS says
   * that it is saved. With `resends`, a doubt is met with other values first (`alternates.ts`).
   */
  save(also: Fields, resends: boolean): boolean {
    if (this.isDoubtful && resends) this.sendOthers();
    if (this.isDoubtful) this.given.clear();
    for (const [element, value] of also) this.api.set(element, value);
    const taken = this.news().map(([element, value]) => this.write(element, value));
    this.isDoubtful = !this.api.commit() || taken.includes(false);
    return !this.isDoubtful;
  }

  /** What the LMS was not given yet; completion comes after all that it stands on. */
  private news(): Fields {
    const news = [...this.wanted].filter(([element, value]) => this.given.get(element) !== value);
    const isLast = ([element]: Fields[number]): boolean => element === STATUS;
    return [...news.filter((field) => !isLast(field)), ...news.filter(isLast)];
  }

  private sendOthers(): void {
    for (const [element, value] of this.wanted) {
      const other = alternate(element, value);
      if (other !== undefined) this.api.set(element, other);
    }
    this.api.commit();
  }

  /** An LMS may refuse an interaction or objective: that never stands in the way of the rest. */
  private write(element: string, value: string): boolean {
    const isTaken = this.api.set(element, value) || LISTS.test(element);
    if (isTaken) this.given.set(element, value);
    return isTaken;
  }
}
