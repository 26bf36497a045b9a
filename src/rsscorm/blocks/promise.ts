/** What is said before voting: the page promises what is true of this visit. */

import { all } from "../player/screen-dom";
import type { Player } from "../player/types";

/** Says of each poll whether answers are sent, and says so anew where that changes. */
export function mountPromises(player: Player): void {
  const update = (): void => {
    const { isSent } = player.comparison;
    for (const words of all(document, ".if-sent")) words.hidden = !isSent;
    for (const words of all(document, ".if-unsent")) words.hidden = isSent;
  };
  player.comparison.onNews(update);
  update();
}
