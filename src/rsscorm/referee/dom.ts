/** Small helpers of our own pages. */

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  ...content: (string | Node)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.append(...content);
  return element;
}

export function classed<Kind extends HTMLElement>(element: Kind, name: string): Kind {
  element.className = name;
  return element;
}

export function counted(count: number, thing: string, things: string): string {
  return `${count} ${count === 1 ? thing : things}`;
}

export function one<Kind extends HTMLElement>(selector: string): Kind {
  return document.querySelector<Kind>(selector)!;
}

/** New entries of a list; it follows the newest, unless somebody has gone back to read. */
export function appendTo(list: HTMLElement, items: HTMLElement[]): void {
  const around = list.parentElement!;
  const isAtEnd = around.scrollTop + around.clientHeight >= around.scrollHeight - 8;
  list.append(...items);
  if (isAtEnd) around.scrollTop = around.scrollHeight;
}

/** The frame takes the size that is chosen; a narrow screen begins with a phone's. */
export function mountSizes(): void {
  const isAsked = new URLSearchParams(location.search).has("size");
  if (!isAsked && window.innerWidth < 880) one<HTMLInputElement>("#size-phone").checked = true;
  const resize = (): void => {
    const size = document.querySelector<HTMLInputElement>("[name=size]:checked")?.value;
    if (size) one("#stage").dataset.size = size;
  };
  for (const box of document.querySelectorAll("[name=size]")) {
    box.addEventListener("change", resize);
  }
  resize();
}
