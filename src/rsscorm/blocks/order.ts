/** Orders: places that things are moved through, by buttons, by arrow keys or by hand. */

import { answerTo, wordsOf } from "../player/answers";
import { orderWords } from "../player/quiz";
import { all, find, icon, make, makeButton } from "../player/screen-dom";
import { diceOf, shuffled } from "../player/shuffle";
import type { Answer, Behaviour, BlockData, Player } from "../player/types";
import { dragged } from "./drag";
import { mark, unmark } from "./question";
import { held, score, type ScoredField } from "./scored";

export const behaviour: Behaviour = (element, block, player) => {
  const places = new Places(find(element, ".places"), block, player);
  const right = block.interaction?.correct ?? [];
  const first = (): string[] => atFirst(right, ...orderWords(player.state, block));
  const isInPlace = (id: string, at: number): boolean => right[at] === id;
  const field: ScoredField = {
    // Nothing is right in the order that it began with, so it would cost a try for nothing.
    read: () =>
      String(places.order) === String(first())
        ? { nudge: player.word("order_first") }
        : { value: places.order },
    show: (value) => places.arrange(value.length ? value : first()),
    // The style takes the buttons away, with all other controls of a question at rest.
    open: () => {},
    clearMarks: () => places.all.forEach((place) => unmark(place, find(place, ".handle"))),
    markAnswer: ({ value }) => value.forEach((id, at) => places.mark(id, isInPlace(id, at))),
    partly: (answer, spent) =>
      spokenOf(answer, spent, isInPlace).flatMap((id) =>
        held(element, `[data-option="${id}"]`, places.nameOf(id)),
      ),
    solution: () => solution(element, player),
  };
  score(element, block, player, field);
  // An attempt at a quiz gives it another order, before there is any answer to be shown.
  let words = "";
  player.subscribe((state) => {
    const now = orderWords(state, block).join("/");
    if (now !== words && !answerTo(state, block.id).value.length) places.arrange(first());
    words = now;
  });
};

/** Shuffled, alike whenever this learner comes back, and never right. */
export function atFirst(right: string[], ...words: string[]): string[] {
  const order = shuffled(right, diceOf(...words));
  return String(order) === String(right) ? [...order.slice(1), ...order.slice(0, 1)] : order;
}

/** Those of which something is said: all in the end, and before it those in a wrong place. */
function spokenOf(
  { value, right }: Answer, spent: boolean, isInPlace: (id: string, at: number) => boolean,
): string[] {
  return value.filter((id, at) => right || spent || !isInPlace(id, at));
}

function solution(element: HTMLElement, player: Player): Node[] {
  const line = make("p", "tries", player.word("right_order"));
  return [line, find(element, ".held .right-order").cloneNode(true)];
}

/** The list as it stands in the page. */
class Places {
  constructor(
    private readonly list: HTMLElement,
    private readonly block: BlockData,
    private readonly player: Player,
  ) {
    for (const place of this.all) this.equip(place);
  }

  get all(): HTMLElement[] {
    return all(this.list, ".place");
  }

  /** The ids of the things in the order that they stand in. */
  get order(): string[] {
    return this.all.map((place) => place.dataset.option ?? "");
  }

  nameOf(id: string): string {
    return wordsOf(this.block.interaction?.components, id);
  }

  arrange(order: string[]): void {
    const rank = (place: HTMLElement): number => order.indexOf(place.dataset.option ?? "");
    if (String(order) !== String(this.order)) {
      this.list.append(...this.all.sort((one, other) => rank(one) - rank(other)));
    }
    this.rename();
  }

  mark(id: string, isRight: boolean): void {
    const place = this.all.find(({ dataset }) => dataset.option === id);
    const word = this.player.word(isRight ? "place_right" : "place_wrong");
    if (place) mark(place, word, isRight ? "is-right" : "is-wrong", find(place, ".handle"));
  }

  private equip(place: HTMLElement): void {
    const handle = makeButton("handle", icon("grip"));
    handle.id = `g_${this.block.id}_${place.dataset.option}`;
    const up = makeButton("move", icon("up"));
    const down = makeButton("move", icon("lower"));
    up.addEventListener("click", () => this.move(place, -1));
    down.addEventListener("click", () => this.move(place, 1));
    handle.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      this.move(place, by);
    });
    dragged(handle, place, () => this.moved(place));
    place.prepend(handle);
    place.append(up, down);
  }

  /** Its neighbours go round it, so that what has the focus stays where it is. */
  private move(place: HTMLElement, by: number): void {
    const before = this.all.indexOf(place);
    for (let left = Math.abs(by); left > 0; left -= 1) {
      const next = by < 0 ? place.previousElementSibling : place.nextElementSibling;
      if (!next) break;
      if (by < 0) place.after(next);
      else place.before(next);
    }
    if (this.all.indexOf(place) !== before) this.moved(place);
  }

  private moved(place: HTMLElement): void {
    this.rename();
    this.list.dispatchEvent(new Event("input", { bubbles: true }));
    place.scrollIntoView({ block: "nearest" });
    this.player.announce(this.player.word("moved", this.whereIs(place)));
  }

  /** Each control says what it moves, and where that is now. */
  private rename(): void {
    this.all.forEach((place, at) => {
      const where = this.whereIs(place);
      const [handle, up, down] = all(place, "button");
      handle?.setAttribute("aria-label", this.player.word("move_by_keys", where));
      up?.setAttribute("aria-label", this.player.word("move_up", where));
      down?.setAttribute("aria-label", this.player.word("move_down", where));
      up?.setAttribute("aria-disabled", String(at === 0));
      down?.setAttribute("aria-disabled", String(at === where.count - 1));
    });
  }

  private whereIs(place: HTMLElement): { name: string; place: number; count: number } {
    const places = this.all;
    const name = this.nameOf(place.dataset.option ?? "");
    return { name, place: places.indexOf(place) + 1, count: places.length };
  }
}
