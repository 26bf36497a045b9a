/** What somebody has before them on a page, kept while the page is made anew below their hands. */

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Says where an element will be found again: by its own id, or its place in what has one. */
type Find = () => HTMLElement | undefined;

const OPENERS = "[aria-expanded], [aria-pressed], [aria-selected]";
const OPEN = ["aria-expanded", "aria-pressed", "aria-selected"];

/** Of all steps only one is seen; looking through all of them takes longer than a frame. */
const SEEN = ".step.is-current, .step.is-current *, .contents";

/** Remembers how the page stands; what it gives brings that back, as far as it still can be. */
export function keep(): () => void {
  const parts = [keepOpeners(), keepDetails(), keepFields(), keepFocus(), keepScrolling()];
  return () => parts.forEach((bringBack) => bringBack());
}

/** Tabs, cards, points of a picture: what a button had opened, it opens again. */
function keepOpeners(): () => void {
  const isOpen = (button: Element): boolean =>
    OPEN.some((name) => button.getAttribute(name) === "true");
  const open = all(OPENERS).filter(isOpen).map(placeOf);
  return () => {
    for (const find of open) {
      const button = find();
      if (button && !isOpen(button)) button.click();
    }
  };
}

function keepDetails(): () => void {
  const kept = all<HTMLDetailsElement>("details").map((one) => [placeOf(one), one.open] as const);
  return () => {
    for (const [find, open] of kept) {
      const details = find();
      if (details instanceof HTMLDetailsElement) details.open = open;
    }
  };
}

/** What was typed or chosen and not sent; what was sent, the player shows itself. */
function keepFields(): () => void {
  const kept = all<Field>("input, textarea, select")
    .filter((field) => !field.disabled && isTouched(field))
    .map((field) => [placeOf(field), field] as const);
  return () => {
    for (const [find, old] of kept) {
      const field = find() as Field | undefined;
      if (!field || field.disabled || field.type !== old.type) continue;
      if (field instanceof HTMLInputElement && old instanceof HTMLInputElement && isBox(field)) {
        field.checked = old.checked;
      } else if (field.value !== old.value) {
        field.value = old.value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  };
}

function keepFocus(): () => void {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || activeElement === document.body) {
    return () => undefined;
  }
  const find = placeOf(activeElement);
  const selection = selectionOf(activeElement);
  return () => {
    const element = find();
    element?.focus({ preventScroll: true });
    const isText = element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
    if (isText && selection) element.setSelectionRange(...selection);
  };
}

function keepScrolling(): () => void {
  const [x, y] = [scrollX, scrollY];
  const scrolled = all(SEEN)
    .filter(({ scrollTop, scrollLeft }) => scrollTop || scrollLeft)
    .map((element) => [placeOf(element), element.scrollTop, element.scrollLeft] as const);
  return () => {
    for (const [find, top, left] of scrolled) {
      const element = find();
      if (element) Object.assign(element, { scrollTop: top, scrollLeft: left });
    }
    scrollTo({ left: x, top: y, behavior: "instant" });
  };
}

function placeOf(element: HTMLElement): Find {
  if (element.id) return () => document.getElementById(element.id) ?? undefined;
  const anchor = element.closest<HTMLElement>("[id]")?.id ?? "";
  const around = (): ParentNode => document.getElementById(anchor) ?? document;
  const at = all(element.localName, around()).indexOf(element);
  return () => all(element.localName, around())[at];
}

function selectionOf(element: HTMLElement): [number, number] | undefined {
  const isText = element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
  if (!isText || element.selectionStart === null || element.selectionEnd === null) return undefined;
  return [element.selectionStart, element.selectionEnd];
}

function isTouched(field: Field): boolean {
  if (field instanceof HTMLSelectElement) return field.value !== "";
  if (isBox(field)) return (field as HTMLInputElement).checked;
  return field.value !== field.defaultValue;
}

function isBox({ type }: Field): boolean {
  return type === "radio" || type === "checkbox";
}

function all<Kind extends HTMLElement = HTMLElement>(
  selector: string, around: ParentNode = document.body,
): Kind[] {
  return [...around.querySelectorAll<Kind>(selector)];
}
