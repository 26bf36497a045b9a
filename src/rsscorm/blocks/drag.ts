/** Moving a place of a list by its handle with a mouse, a pen or a finger. */

/** Lets neighbours go round a place that is dragged; `onMoved` is told once it is let go. */
export function dragged(handle: HTMLElement, place: HTMLElement, onMoved: () => void): void {
  let from: Element | null = null;
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    from = place.previousElementSibling;
    place.classList.add("is-dragged");
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) follow(place, event.clientY);
  });
  handle.addEventListener("lostpointercapture", () => {
    place.classList.remove("is-dragged");
    if (place.previousElementSibling !== from) onMoved();
  });
}

/** The place itself is never taken out of the page: it would lose the pointer. */
function follow(place: HTMLElement, y: number): void {
  const { previousElementSibling: above, nextElementSibling: below } = place;
  if (above && y < middleOf(above)) place.after(above);
  else if (below && y > middleOf(below)) place.before(below);
  else return;
  place.scrollIntoView({ block: "nearest" });
  follow(place, y);
}

function middleOf(element: Element): number {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
