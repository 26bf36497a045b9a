/**
 * Tabs: one passage at a time; the arrow keys go from tab to tab (ARIA practices, Tabs). Tabs that
 * find no room beside each other stand under each other, each passage right below its own.
 */

import { all, find, makeButton } from "../player/screen-dom";
import type { Behaviour } from "../player/types";

export const behaviour: Behaviour = (element) => {
  const row = find(element, ".tab-row");
  const panels = all(element, ".tab");
  const tabs = panels.map((panel) => tabFor(panel));
  const choose = (chosen: number): void => {
    tabs.forEach((tab, place) => {
      tab.setAttribute("aria-selected", String(place === chosen));
      tab.tabIndex = place === chosen ? 0 : -1;
    });
    panels.forEach((panel, place) => (panel.hidden = place !== chosen));
  };
  tabs.forEach((tab, place) =>
    tab.addEventListener("click", () => {
      choose(place);
      tab.scrollIntoView({ block: "nearest" });
    }),
  );
  row.addEventListener("keydown", (event) => {
    const now = tabs.findIndex((tab) => tab === document.activeElement);
    const last = tabs.length - 1;
    const [on, back] = isStacked(element) ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
    const next = { [on]: now === last ? 0 : now + 1, [back]: now > 0 ? now - 1 : last,
      Home: 0, End: last }[event.key];
    if (now < 0 || next === undefined) return;
    event.preventDefault();
    choose(next);
    tabs[next]?.focus();
  });
  row.append(...tabs);
  row.hidden = false;
  element.classList.add("has-tabs");
  choose(0);
  // In the next frame: what changes the height of what is observed may not do so at once.
  const fit = (): number => requestAnimationFrame(() => stackIfNarrow(element, row, tabs));
  new ResizeObserver(fit).observe(element);
};

function isStacked(element: HTMLElement): boolean {
  return element.classList.contains("is-stacked");
}

function stackIfNarrow(element: HTMLElement, row: HTMLElement, tabs: HTMLElement[]): void {
  element.classList.remove("is-stacked");
  const isOneRow = tabs.every((tab) => tab.offsetTop === tabs[0]?.offsetTop);
  element.classList.toggle("is-stacked", !isOneRow);
  row.setAttribute("aria-orientation", isOneRow ? "horizontal" : "vertical");
}

/** The tab of a passage, whose own title it stands for. */
function tabFor(panel: HTMLElement): HTMLElement {
  const tab = makeButton("tab-name", find(panel, "h3").textContent ?? "");
  tab.id = `${panel.id}_tab`;
  for (const [name, value] of [["role", "tab"], ["aria-controls", panel.id]]) {
    tab.setAttribute(name ?? "", value ?? "");
  }
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
  panel.tabIndex = 0;
  return tab;
}
