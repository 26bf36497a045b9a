/**
 * Hotspots: points on a picture, and the same in a list, open in one panel between them
 * (disclosure). Focus stays where it is and the panel is read out; Escape closes it and leads
 * back. Where points would lie over each other the picture shows numbers alone: the list has all.
 */

import { all, find, icon, make, makeButton } from "../player/screen-dom";
import type { Behaviour, Player } from "../player/types";

/** A point: what opens it (on the picture, and in the list), and what is said of it. */
interface Point {
  entry: HTMLElement;
  openers: [HTMLElement, HTMLElement];
  text: HTMLElement;
}

/** Pixels across a point that a finger finds. */
const ACROSS = 44;

export const behaviour: Behaviour = (element, _, player) => {
  const picture = find(element, ".spots");
  const panel = find(element, ".spot-panel");
  const points = all(element, ".spot-list > li").map((entry, at) => ({
    entry,
    openers: openersOf(entry, at, picture, panel.id),
    text: find(entry, ".spot-text"),
  }));
  new Spots(element, panel, points, player).listen();
  panel.hidden = false;
  element.classList.add("has-spots");
  new ResizeObserver(() => crowd(element, picture, points)).observe(picture);
};

/** Which point is open; one is at most. */
class Spots {
  private open: Point | undefined;
  /** What opened it, where Escape leads back to. */
  private from: HTMLElement | undefined;
  private readonly hint = find(this.panel, ".spot-hint");

  constructor(
    private readonly element: HTMLElement,
    private readonly panel: HTMLElement,
    private readonly points: Point[],
    private readonly player: Player,
  ) {}

  listen(): void {
    for (const point of this.points) {
      for (const opener of point.openers) {
        opener.addEventListener("click", () =>
          point === this.open ? this.show() : this.show(point, opener),
        );
      }
    }
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.open) return;
      const back = this.from;
      this.show();
      back?.focus();
    });
  }

  /** Shows a point in the panel, and the one before in its place in the list again; or none. */
  private show(point?: Point, from?: HTMLElement): void {
    this.open?.entry.append(this.open.text);
    [this.open, this.from] = [point, from];
    for (const each of this.points) mark(each, each === point, this.player);
    this.panel.classList.toggle("is-open", !!point);
    if (!point) return this.panel.replaceChildren(this.hint);
    const title = point.entry.querySelector(".spot-title")?.textContent ?? "";
    this.panel.replaceChildren(make("h3", "", title), point.text);
    this.panel.scrollIntoView({ block: "nearest" });
  }
}

/** A button over the point's mark, placed as the mark is, and the entry's title as a button. */
function openersOf(
  entry: HTMLElement, at: number, picture: HTMLElement, panel: string,
): Point["openers"] {
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

function button(look: string, panel: string, ...children: (Node | string)[]): HTMLElement {
  const made = makeButton(look, ...children);
  made.setAttribute("aria-expanded", "false");
  made.setAttribute("aria-controls", panel);
  return made;
}

/** A point that was opened once has a tick and says so. */
function mark({ openers }: Point, isOpen: boolean, player: Player): void {
  for (const opener of openers) {
    opener.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || opener.querySelector(".spot-seen")) continue;
    const words = make("span", "unseen", ` (${player.word("point_seen")})`);
    opener.append(make("span", "spot-seen", icon("tick"), words));
  }
}

/** Whether any two points are too near each other to be pressed apart. */
function crowd(element: HTMLElement, picture: HTMLElement, points: Point[]): void {
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
  for (const { openers: [spot] } of points) spot.hidden = isCrowded;
}
