/** What questions share that may have a right answer: the verdict, feedback, and tries left. */

import { all, make } from "../player/screen-dom";
import { isSpent } from "../player/state";
import type { Answer, BlockData, Player } from "../player/types";
import { ask, onAnswer, verdict, type Field } from "./question";

export interface ScoredField extends Field {
  /** Mark the parts of an answer; where the tries are spent, also what would have been right. */
  markAnswer(answer: Answer, isSpent: boolean): void;
  /** What is said of single parts of an answer. */
  partly?(answer: Answer, isSpent: boolean): Node[];
  /** What is said when the tries are spent, if the right answer is not marked above. */
  solution?(): Node[];
}

/** Asks a question and shows what is said of each answer; `onShown` is told of each. */
export function score(
  element: HTMLElement,
  block: BlockData,
  player: Player,
  field: ScoredField,
  onShown: (answer: Answer) => void = () => {},
): void {
  const question = ask(element, block, player, field);
  const talk = new Talk(element, block, player, field);
  let isShown = false;
  onAnswer(player, block, (answer) => {
    const spent = isSpent(player.data, block, answer);
    // What a learner chose before the script was there stays, but in a quiz, which wasn't begun.
    if (isShown || answer.value.length || block.quiz) field.show(answer.value);
    isShown = true;
    field.clearMarks();
    question.open(!spent);
    question.skippable(answer.tries === 0 && !answer.skipped);
    if (answer.tries > 0) field.markAnswer(answer, spent);
    question.say(...talk.of(answer, spent));
    onShown(answer);
  });
}

/** What is said of answers to a question. */
class Talk {
  constructor(
    private readonly element: HTMLElement,
    private readonly block: BlockData,
    private readonly player: Player,
    private readonly field: ScoredField,
  ) {}

  of(answer: Answer, spent: boolean): Node[] {
    const { value, tries, skipped, right } = answer;
    if (!tries) return skipped ? this.line("", "skipped") : [];
    if (!value.length) return [verdict("is-noted", this.player.word("voted_before"))];
    const parts = this.field.partly?.(answer, spent) ?? [];
    if (right === null) return [verdict("is-noted", this.player.word("noted")), ...parts];
    const [word, selector] = right ? ["right", "correct"] : ["wrong", "incorrect"];
    return [
      verdict(right ? "is-right" : "is-wrong", this.player.word(word)),
      ...parts,
      ...held(this.element, `[data-verdict="${selector}"]`),
      ...(right ? [] : this.triesLeft(tries, spent)),
    ];
  }

  private triesLeft(tries: number, spent: boolean): Node[] {
    const { attempts } = this.block;
    if (spent) {
      // Where there was one try from the start, nobody has used anything up.
      const last = attempts === 1 ? [] : this.line("tries", "no_tries_left");
      return [...last, ...(this.field.solution?.() ?? this.line("tries", "right_marked"))];
    }
    if (attempts == null) return this.line("tries", "try_again");
    const count = attempts - tries;
    return this.line("tries", count === 1 ? "one_try_left" : "tries_left", { count });
  }

  private line(look: string, word: string, values = {}): Node[] {
    return [make("p", look, this.player.word(word, values))];
  }
}

/** A copy of what the page holds back until there is an answer, perhaps under a heading. */
export function held(element: HTMLElement, selector: string, heading = ""): Node[] {
  const found = all(element, `.held ${selector} .held-words`).map((words) => words.cloneNode(true));
  return found.length && heading ? [make("h4", "", heading), ...found] : found;
}
