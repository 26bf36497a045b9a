/** Pairs: a select for each left side, and what of them is right. */

import { wordsOf } from "../player/answers";
import { all, find, make } from "../player/screen-dom";
import type { Behaviour, BlockData, Player } from "../player/types";
import { mark, unmark } from "./question";
import { score, type ScoredField } from "./scored";

export const behaviour: Behaviour = (element, block, player) => {
  const pairs = all(element, ".pair").map((part) => new Pair(part, block, player));
  const field: ScoredField = {
    read: () => {
      const open = pairs.find(({ isOpen }) => isOpen);
      if (open) return { nudge: player.word("match_first", { name: open.name }), at: open.select };
      return { value: pairs.map(({ value }) => value) };
    },
    show: (value) => pairs.forEach((pair) => pair.show(value)),
    open: (isOpen) => pairs.forEach(({ select }) => (select.disabled = !isOpen)),
    clearMarks: () => pairs.forEach((pair) => pair.clear()),
    markAnswer: (_, spent) => pairs.forEach((pair) => pair.mark(spent)),
  };
  score(element, block, player, field);
};

/** A left side with its select. */
class Pair {
  readonly select: HTMLSelectElement;

  constructor(
    private readonly part: HTMLElement,
    private readonly block: BlockData,
    private readonly player: Player,
  ) {
    this.select = find<HTMLSelectElement>(part, "select");
  }

  get isOpen(): boolean {
    return !this.select.value;
  }

  get name(): string {
    return find(this.part, "label").textContent ?? "";
  }

  /** `left.right`, as answers hold it. */
  get value(): string {
    return this.start + this.select.value;
  }

  show(answer: string[]): void {
    this.select.value = this.rightSideIn(answer);
    // What an earlier edition offered, and this one does not, is chosen no more.
    if (this.select.selectedIndex < 0) this.select.value = "";
  }

  mark(spent: boolean): void {
    // A pair that came with a later edition than the answer.
    if (this.isOpen && !spent) return;
    const right = this.rightSideIn(this.block.interaction?.correct ?? []);
    const isRight = this.select.value === right;
    const word = this.player.word(isRight ? "part_right" : "part_wrong");
    mark(this.part, word, isRight ? "is-right" : "is-wrong", this.select);
    if (isRight || !spent) return;
    const answer = wordsOf(this.block.interaction?.targets, right);
    this.part.append(make("p", "right-side", this.player.word("right_side", { answer })));
  }

  clear(): void {
    unmark(this.part, this.select);
    this.part.querySelector(".right-side")?.remove();
  }

  private get start(): string {
    return `${this.part.dataset.pair}.`;
  }

  private rightSideIn(pairs: string[]): string {
    const found = pairs.find((pair) => pair.startsWith(this.start)) ?? "";
    return found.slice(this.start.length);
  }
}
