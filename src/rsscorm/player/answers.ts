/** Looking up what a module asks and what a learner has answered. */

import type { Answer, BlockData, Component, ModuleData, News, State } from "./types";

export const NOTHING: Answer = {
  value: [],
  tries: 0,
  right: null,
  best: false,
  skipped: false,
  records: [],
};

const found = new WeakMap<ModuleData, readonly BlockData[]>();

/** All blocks with an id, put together once: a module's data never changes. */
export function blocksOf(data: ModuleData): readonly BlockData[] {
  const blocks = found.get(data) ?? data.steps.flatMap((step) => step.blocks);
  found.set(data, blocks);
  return blocks;
}

export function blockOf(data: ModuleData, id: string): BlockData | undefined {
  return blocksOf(data).find((block) => block.id === id);
}

/** What is asked, or what a quiz is called. */
export function nameOf({ interaction, name }: BlockData): string {
  return interaction?.name ?? name ?? "";
}

/** The words of one of the things to choose from; "" where there is none of this id. */
export function wordsOf(components: Component[] | undefined, id: string): string {
  return components?.find((component) => component.id === id)?.text ?? "";
}

/** What a table holds of an id: an author may choose `constructor`, which every object has. */
export function own<Thing>(table: Readonly<Record<string, Thing>>, id: string): Thing | undefined {
  return Object.prototype.hasOwnProperty.call(table, id) ? table[id] : undefined;
}

/** What is known of the answer to a block; before anything was done, an empty answer. */
export function answerTo(state: State, id: string): Answer {
  return own(state.answers, id) ?? NOTHING;
}

/** Whether a block can't be worked in this window; of a quiz, one of its questions too. */
export function isBroken({ broken }: State, id: string): boolean {
  return broken?.includes(id) ?? false;
}

/** Whether nothing was done, but perhaps a place in the LMS's record is kept for it. */
export function isEmpty({ value, tries, skipped }: Answer): boolean {
  return !value.length && !tries && !skipped;
}

export function newsWithout(news: News, isOld: (id: string) => boolean): News {
  return Object.fromEntries(Object.entries(news).filter(([id]) => !isOld(id)));
}
