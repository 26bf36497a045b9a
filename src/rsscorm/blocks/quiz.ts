/** Quizzes: one question of an attempt at a time, then the result. */

import { answerTo } from "../player/answers";
import { draw } from "../player/attempt";
import {
  bankOf,
  drawnFor,
  isDealtWith,
  isQuiz,
  isUnderWay,
  metOf,
  orderWords,
  resultOf,
  type QuizData,
} from "../player/quiz";
import { all, find, make } from "../player/screen-dom";
import { diceOf, shuffled, type Dice } from "../player/shuffle";
import type { Behaviour, BlockData, Player } from "../player/types";

export const behaviour: Behaviour = (element, block, player) => {
  if (isQuiz(block)) new View(element, block, player).begin();
};

class View {
  private readonly start = find(this.element, ".quiz-start");
  private readonly place = find(this.element, ".quiz-place");
  private readonly result = find(this.element, ".result");
  private readonly next = find<HTMLButtonElement>(this.element, ".next-question");
  private readonly questions: Shown[];
  /** The id of the question on screen; "" before the first and after the last. */
  private at = "";

  constructor(
    private readonly element: HTMLElement,
    private readonly quiz: QuizData,
    private readonly player: Player,
  ) {
    const parts = all(element, ".bank > .block");
    this.questions = bankOf(player.data, quiz).flatMap((question) => {
      const part = parts.find(({ dataset }) => dataset.block === question.id);
      return part ? [new Shown(part, question, player)] : [];
    });
  }

  begin(): void {
    for (const name of [".begin", ".again"]) {
      find(this.element, name).addEventListener("click", () => this.take());
    }
    this.next.addEventListener("click", () => this.go());
    for (const { heading } of this.questions) {
      heading.setAttribute("aria-describedby", find(this.place, "p").id);
    }
    this.player.subscribe(() => this.show());
  }

  /** A new attempt. */
  private take(): void {
    const drawn = draw(this.player.data, this.player.state, this.quiz, chance);
    this.player.dispatch({ type: "begin", block: this.quiz.id, drawn });
    this.go();
  }

  /** On to the next question, or to the result. */
  private go(): void {
    this.at = this.waiting[0]?.id ?? "";
    this.show();
    const shown = this.questions.find(({ block }) => block.id === this.at);
    (shown?.heading ?? find(this.result, "h3")).focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "start" });
    if (!shown) this.player.announce(this.says.join(" "));
  }

  private get drawn(): BlockData[] {
    return drawnFor(this.player.data, this.player.state, this.quiz);
  }

  private get waiting(): BlockData[] {
    return this.drawn.filter((question) => !isDealtWith(this.player.state, question));
  }

  private show(): void {
    const { drawn, waiting } = this;
    const { state } = this.player;
    const answer = answerTo(state, this.quiz.id);
    if (!drawn.some(({ id }) => id === this.at)) this.at = waiting[0]?.id ?? "";
    const isOver = !this.at && answer.tries > 0 && !isUnderWay(answer);
    this.start.hidden = this.at !== "" || isOver;
    this.place.hidden = !this.at;
    this.result.hidden = !isOver;
    const missed = drawn.filter(({ id, counts }) => counts && !answerTo(state, id).best);
    for (const question of this.questions) {
      const isMissed = isOver && missed.includes(question.block);
      question.show(question.block.id === this.at || isMissed);
    }
    this.showPlace(drawn, waiting);
    if (isOver) this.showResult(missed.length > 0);
  }

  private showPlace(drawn: BlockData[], waiting: BlockData[]): void {
    const { player } = this;
    const number = drawn.findIndex(({ id }) => id === this.at) + 1;
    const values = { number, total: drawn.length };
    // The questions below a result are described by it too.
    find(this.place, "p").textContent = number ? player.word("quiz_place", values) : "";
    const look = (at: number): string => (at < number ? "is-past" : at === number ? "is-now" : "");
    const pips = drawn.map((_, at) => make("span", look(at + 1)));
    find(this.place, ".pips").replaceChildren(...pips);
    this.next.hidden = !this.at || waiting.some(({ id }) => id === this.at);
    this.next.textContent = player.word(waiting.length ? "next_question" : "see_result");
  }

  private showResult(isMissed: boolean): void {
    const { player, quiz } = this;
    const [first = "", ...rest] = this.says;
    const says = [make("p", "score", first), ...rest.map((words) => make("p", "", words))];
    find(this.result, ".result-says").replaceChildren(...says);
    const again = find(this.result, ".again");
    again.hidden = this.left === 0;
    const isAll = quiz.draw === this.questions.length;
    again.textContent = player.word(isAll ? "again_same" : "again_new");
    find(this.result, ".look-again").hidden = !isMissed;
  }

  /** Attempts that are left. */
  private get left(): number {
    const { tries } = answerTo(this.player.state, this.quiz.id);
    return Math.max(0, (this.quiz.attempts ?? Infinity) - tries);
  }

  /** What is said of the last attempt, and of what is left. */
  private get says(): string[] {
    const { player, quiz } = this;
    const { right, of } = resultOf(player.data, player.state, quiz);
    const best = metOf(player.state, quiz);
    const isMet = answerTo(player.state, quiz.id).right;
    const least = Math.ceil(((quiz.passMark ?? 0) * (of || quiz.scored)) / 100);
    const says = of ? [player.word("result", { right, count: of })] : [];
    if (least) {
      says.push(player.word(isMet ? "aim_reached" : "aim_open", { least, count: of || quiz.scored }));
    }
    if (best > right) says.push(player.word("best_result", { right: best, count: quiz.scored }));
    if (!says.length) says.push(player.word("result_none"));
    return [...says, ...this.saysLeft];
  }

  private get saysLeft(): string[] {
    if (this.left === Infinity) return [];
    const key = ["again_none", "again_once"][this.left] ?? "again_left";
    return [this.player.word(key, { count: this.left })];
  }
}

/** A question of the bank, as it stands in the page. */
class Shown {
  readonly heading: HTMLElement;
  /** What an attempt puts in another order, as the author wrote it. */
  private readonly lists: [Element, Element[]][];
  private order = "";

  constructor(
    private readonly part: HTMLElement,
    readonly block: BlockData,
    private readonly player: Player,
  ) {
    this.heading = find(part, "h3");
    this.heading.tabIndex = -1;
    const lists = all(part, ".options, .sides ul, .pair select");
    this.lists = lists.map((list) => [list, [...list.children].filter(hasWords)]);
  }

  show(isOn: boolean): void {
    this.part.classList.toggle("is-on", isOn);
    const words = orderWords(this.player.state, this.block);
    if (!isOn || this.order === words.join()) return;
    this.order = words.join();
    for (const [list, items] of this.lists) list.append(...shuffled(items, diceOf(...words)));
  }
}

/** All but what stands in a select before anything is chosen. */
function hasWords(item: Element): boolean {
  return !(item instanceof HTMLOptionElement) || item.value !== "";
}

/** Dice that nobody can foretell. */
const chance: Dice = (below) => {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return Math.floor((number / 2 ** 32) * below);
};
