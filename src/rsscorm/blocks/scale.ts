/** Scales: what was answered stands marked, and may be changed. */

import { make } from "../player/screen-dom";
import type { Behaviour } from "../player/types";
import { optionsOf } from "./options";
import { ask, onAnswer, verdict } from "./question";

export const behaviour: Behaviour = (element, block, player) => {
  const labels = optionsOf(element, player);
  const question = ask(element, block, player, labels);
  let isShown = false;
  onAnswer(player, block, (answer) => {
    // What was chosen before the script was there stays.
    if (isShown ? !answer.tries : answer.value.length) labels.show(answer.value);
    isShown = true;
    labels.clearMarks();
    question.open(true);
    question.skippable(answer.tries === 0 && !answer.skipped);
    const sent = answer.tries > 0 ? answer.value : [];
    for (const id of sent) labels.mark(id, player.word("your_answer"), "is-yours");
    if (answer.tries > 0) question.say(verdict("is-noted", player.word("noted")));
    else if (answer.skipped) question.say(make("p", "", player.word("skipped")));
  });
};
