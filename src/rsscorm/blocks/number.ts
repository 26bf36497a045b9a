/** Numbers: taken as people write them, and shown as they were understood. */

import { find, make } from "../player/screen-dom";
import type { Behaviour } from "../player/types";
import { mark, unmark } from "./question";
import { score, type ScoredField } from "./scored";

export const behaviour: Behaviour = (element, block, player) => {
  const part = find(element, ".entry");
  const input = find<HTMLInputElement>(part, "input");
  const unit = block.unit ?? "";
  const field: ScoredField = {
    read: () => {
      const number = decimalOf(input.value, unit);
      if (number !== null) return { value: [number] };
      return { nudge: player.word(input.value.trim() ? "not_a_number" : "number_first"), at: input };
    },
    show: ([number = ""]) => (input.value = number),
    open: (isOpen) => (input.disabled = !isOpen),
    clearMarks: () => unmark(part),
    markAnswer: ({ right }) =>
      right
        ? mark(part, player.word("part_right"), "is-right")
        : mark(part, player.word("part_wrong"), "is-wrong"),
    solution: () => {
      const answer = [block.interaction?.correct?.[0] ?? "", unit].join(" ").trim();
      return [make("p", "tries", player.word("right_number", { answer }))];
    },
  };
  score(element, block, player, field);
};

/** As many characters as resume data keeps of a number. */
const LONGEST = 18;
const SIGNED = /^([+-]?)0*(\d*)(?:\.(\d*))?$/;
/** `1,000` and `12,500.5`: in English a comma before three digits each time parts thousands. */
const THOUSANDS = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;

/**
 * A number as a learner may write it (`12`, `12,5`, `1 000`, `−3`, with the unit behind it) in
 * its normal form: digits, a dot where there are decimals, a minus. Null for what is none.
 */
export function decimalOf(text: string, unit = ""): string | null {
  const words = text.trim();
  const alone = unit && words.endsWith(unit) ? words.slice(0, -unit.length) : words;
  const signs = alone.replace(/\s/g, "").replace(/[−–]/, "-");
  const dotted = THOUSANDS.test(signs) ? signs.replace(/,/g, "") : signs.replace(",", ".");
  const found = SIGNED.exec(dotted);
  if (!found || !/\d/.test(dotted)) return null;
  const [, sign = "", whole = "", decimals = ""] = found;
  const rest = decimals.replace(/0+$/, "");
  const size = (whole || "0") + (rest && `.${rest}`);
  const normal = sign === "-" && size !== "0" ? `-${size}` : size;
  return whole.length > LONGEST - 1 ? null : normal.slice(0, LONGEST).replace(/\.$/, "");
}
