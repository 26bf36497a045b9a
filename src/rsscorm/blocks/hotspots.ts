/**
 * Hotspots: points on a picture, and the same in a list, open in one panel between them
 * (disclosure). Focus stays where it is and the panel is read out; Escape closes it and leads
 * back. Where points would lie over each other the picture shows numbers alone: the list has all.
 */

import { all, find, icon, make } from "../player/screen-dom";
import type { Behaviour, Player } from "../player/types";

/** What opens a point: on the picture, and in the list. */
type Openers = [HTMLElement, HTMLElement];

/** Pixels across a point that a finger finds. */
const ACROSS = 44;

export const behaviour: Behaviour = (element, _, player) => {
  const picture = find(element, ".spots");
  const panel = find(element, ".spot-panel");
  const hint = find(panel, ".spot-hint");
  const entries = all(element, ".spot-list > li");
  const openers = entries.map((entry, at) => openersOf(entry, at, picture, panel.id));
  const texts = entries.map((entry) => find(entry, ".spot-text"));
  let [open, from] = [-1, null as HTMLElement | null];

  const show = (chosen: number, by: HTMLElement | null): void => {
    const text = texts[open];
    if (text) entries[open]?.append(text);
    [open, from] = [chosen, by];
    openers.forEach((both, at) => mark(both, at === chosen, player));
    const shown = texts[chosen];
    const title = make("h3", "", openers[chosen]?.[1].querySelector(".spot-title")?.textContent ?? "");
    panel.replaceChildren(...(shown ? [title, shown] : [hint]));
    panel.classList.toggle("is-open", !!shown);
    if (shown) panel.scrollIntoView({ block: "nearest" });
  };
  openers.forEach((both, at) => {
    for (const opener of both) {
      opener.addEventListener("click", () => show(at === open ? -1 : at, opener));
    }
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || open < 0) return;
    const back = from;
    show(-1, null);
    back?.focus();
  });
  panel.hidden = false;
  element.classList.add("has-spots");
  new ResizeObserver(() => crowd(element, picture, openers)).observe(picture);
};

/** A button over the point's mark, placed as the mark is, and the entry's title as a button. */
function openersOf(
  entry: HTMLElement, at: number, picture: HTMLElement, panel: string,
): Openers {
  const heading = find(entry, "h3");
  const title = heading.lastElementChild?.textContent ?? "";
  const point = button("spot", panel, String(at + 1), make("span", "unseen", ` ${title}`));
  const circle = all<SVGElement>(picture, "circle")[at];
  for (const [side, name] of [["left", "cx"], ["top", "cy"]] as const) {
    // Whole inside the picture, however near its edge the point is.
    const place = circle?.getAttribute(name) ?? "0";
    point.style[side] = `clamp(${ACROSS / 2}px, ${place}, 100% - ${ACROSS / 2}px)`;
  }
  picture.append(point);
  const named = button("spot-name", panel, ...heading.childNodes);
  named.lastElementChild?.classList.add("spot-title");
  heading.replaceChildren(named);
  return [point, named];
}

function button(look: string, panel: string, ...children: Node[] | [string, Node]): HTMLElement {
  const made = make("button", look, ...children);
  made.setAttribute("type", "button");
  made.setAttribute("aria-expanded", "false");
  made.setAttribute("aria-controls", panel);
  return made;
}

/** A point that was opened once has a tick and says so. */
function mark(both: Openers, isOpen: boolean, player: Player): void {
  for (const opener of both) {
    opener.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || opener.querySelector(".spot-seen")) continue;
    const words = make("span", "unseen", ` (${player.word("point_seen")})`);
    opener.append(make("span", "spot-seen", icon("tick"), words));
  }
}

/** Whether any two points are too near each other to be pressed apart. */
function crowd(element: HTMLElement, picture: HTMLElement, openers: Openers[]): void {
  const { width, height } = picture.getBoundingClientRect();
  const places = all(picture, "circle").map((circle) =>
    [width, height].map((size, at) => {
      const share = parseFloat(circle.getAttribute(at ? "cy" : "cx") ?? "0") / 100;
      return Math.min(Math.max(share * size, ACROSS / 2), size - ACROSS / 2);
    }),
  );
  const isNear = ([x = 0, y = 0]: number[], [u = 0, v = 0]: number[]): boolean =>
    Math.abs(x - u) < ACROSS && Math.abs(y - v) < ACROSS;
  const isCrowded = places.some((one, at) => places.slice(at + 1).some((two) => isNear(one, two)));
  element.classList.toggle("is-crowded", isCrowded);
  for (const [point] of openers) point.hidden = isCrowded;
}
