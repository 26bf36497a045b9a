/** Small words for the page: finding, making and filling elements. Words go in as text only. */

/** The first element that matches; an error where the page has none, since a template made it. */
export function find<E extends Element = HTMLElement>(inside: ParentNode, selector: string): E {
  const found = inside.querySelector<E>(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
}

export function all<E extends Element = HTMLElement>(inside: ParentNode, selector: string): E[] {
  return [...inside.querySelectorAll<E>(selector)];
}

/** A new element with a class, holding words or other elements. */
export function make(tag: string, look: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  if (look) element.className = look;
  element.append(...children);
  return element;
}

/** A button that only this script gives something to do. */
export function makeButton(look: string, ...children: (Node | string)[]): HTMLElement {
  const button = make("button", look, ...children);
  button.setAttribute("type", "button");
  return button;
}

/** One of the page's symbols, hidden from screen readers: words always stand beside it. */
export function icon(name: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function link(address: string, words: string): HTMLAnchorElement {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.textContent = words;
  return anchor;
}

/** A time of day as it is said everywhere in the player: 14:05. */
export function clockTime(language: string, at: Date): string {
  return at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
