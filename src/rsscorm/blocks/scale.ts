/** Scales: what was answered stands marked, and may be changed. */

import { make } from "../player/screen-dom";
import { answerTo } from "../player/state";
import type { Answer, Behaviour } from "../player/types";
import { optionsOf } from "./options";
import { ask, verdict } from "./question";

export const behaviour: Behaviour = (element, block, player) => {
  const labels = optionsOf(element, player);
  const question = ask(element, block, player, labels);
  let shown: Answer | undefined;
  player.subscribe((state) => {
    const answer = answerTo(state, block.id);
    if (answer === shown) return;
    if (!shown || !answer.tries) labels.show(answer.value);
    shown = answer;
    labels.clearMarks();
    question.open(true);
    question.skippable(answer.tries === 0 && !answer.skipped);
    const sent = answer.tries > 0 ? answer.value : [];
    for (const id of sent) labels.mark(id, player.word("your_answer"), "is-yours");
    if (answer.tries > 0) question.say(verdict("is-noted", player.word("noted")));
    else if (answer.skipped) question.say(make("p", "", player.word("skipped")));
  });
};
