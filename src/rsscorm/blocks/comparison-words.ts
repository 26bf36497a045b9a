/**
 * Figures of a poll in words: rounded as they were told, in the order in which was asked, and
 * without a word on who is right.
 */

import { EDGES } from "../player/told";
import type { Figures } from "../player/types";

type Word = (key: string, values?: Record<string, string | number>) => string;

/** A share in words, such as "about 6 in 10" or "under 5%". */
export function shareWords(word: Word, share: number, of: number): string {
  const [least, most] = EDGES[of] ?? [0, of];
  const which = share <= least ? "_least" : share >= most ? "_most" : "";
  return word(`share_${of}${which}`, { n: of === 20 ? 5 * share : share });
}

/**
 * The sentence that stands before the bars. `yours` is where the learner's own option stands, or
 * -1; where it `goesOn`, it does not begin with a capital.
 */
export function sentence(
  word: Word, { shares, of }: Figures, options: string[], yours: number, goesOn = false,
): string {
  const begin = goesOn ? (text: string) => text : capital;
  const quoted = (at: number): string => word("quoted", { words: options[at] ?? "" });
  const most = Math.max(...shares);
  const top = shares.flatMap((share, at) => (share === most ? [at] : []));
  const [first = "", ...others] = top.map(quoted);
  const own = { yours: quoted(yours), share: shareWords(word, shares[yours] ?? 0, of) };
  if (!others.length || top.length < options.length) {
    const people = word(of === 10 ? "people" : "people_percent", {
      share: begin(shareWords(word, most, of)),
    });
    const answers = others.length ? word("tied", { first, others: listed(word, others) }) : first;
    const among = others.length ? "most_among" : "most_yours";
    const key = yours < 0 ? "most" : top.includes(yours) ? among : "most_other";
    return word(key, { people, answers, ...own });
  }
  return begin(word(yours < 0 ? "level" : "level_yours", own));
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function listed(word: Word, parts: string[]): string {
  const last = parts[parts.length - 1] ?? "";
  const others = parts.slice(0, -1).join(", ");
  return others ? word("list", { others, last }) : last;
}
