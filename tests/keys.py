"""A learner who has a keyboard alone, and looks where the focus is after each key."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

JUDGE = """() => {
  const active = document.activeElement;
  if (!active || active === document.body) return "the focus is lost";
  const told = active.outerHTML.slice(0, 200);
  const { left, right, top, bottom } = active.getBoundingClientRect();
  const part = {
    left: Math.max(left, 0), right: Math.min(right, innerWidth),
    top: Math.max(top, 0), bottom: Math.min(bottom, innerHeight),
  };
  // Where it is higher than the window a good part of it; of what there is more in to come to (a
  // passage, a film, the lines of a text field) the browser shows where it is.
  const isFree = active.matches("video, audio, [tabindex='-1']");
  const most = isFree || active.matches("textarea") ? 24 : Infinity;
  const needed = Math.min(bottom - top, innerHeight / 2, most) - 1;
  if (part.right - part.left < 1 || part.bottom - part.top < needed) return `out of sight: ${told}`;
  // Not at the corners, which may be round.
  for (const [x, y] of [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]]) {
    const over = document.elementFromPoint(
      part.left + x * (part.right - part.left), part.top + y * (part.bottom - part.top),
    );
    const isOwn = over && (active.contains(over) || over.contains(active));
    if (!isOwn) return `covered by ${over?.outerHTML.slice(0, 100)}: ${told}`;
  }
  // Inside a film's own controls the browser shows the focus, where no style of ours reaches; a
  // passage that is led to, and not operated, needs no ring.
  if (isFree) return "";
  const looks = [active, active.closest("label") ?? active].map((part) => getComputedStyle(part));
  const isRinged = looks.some(
    (look) => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2
      && (look.outlineColor !== "rgba(0, 0, 0, 0)" || look.boxShadow !== "none"),
  );
  return isRinged ? "" : `no ring: ${told}`;
}"""
"""What is wrong with where the focus is; "" if it is in sight, not covered, and shows."""

PLACE = """() => {
  const active = document.activeElement;
  const { left, right, top, bottom } = active.getBoundingClientRect();
  const [step, side] = [active.closest(".step"), active.closest(".side")];
  return {
    left, right, top: top + scrollY, bottom: bottom + scrollY,
    block: active.closest(".blocks > .block")?.id ?? "",
    // A radio group is one stop; the points on a picture come in their author's order.
    stop: active.name || active.id || [...document.querySelectorAll("*")].indexOf(active),
    isPoint: active.matches(".spot"),
    // Led to by a script, and not reached by Tab.
    isPassage: active.tabIndex < 0,
    isFixed: side !== null && getComputedStyle(side.firstElementChild).position === "sticky",
  };
}"""
"""Where the focus is on the page."""

PRECEDES = """element =>
  !!(element.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)
"""

CONTROLS = 12
"""More than a film's own controls are."""

Place = dict[str, Any]


class Keys:
    """Presses keys; after each the focus must be in sight, not covered, and show."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.judge(key)

    def type(self, words: str) -> None:
        """Type words where the focus is."""
        self.page.keyboard.type(words)
        self.judge(words)

    def judge(self, after: str) -> None:
        """Fail if the focus is lost, out of sight, covered, or doesn't show."""
        wrong = self.page.evaluate(JUDGE)
        assert not wrong, f"after {after}: {wrong}"

    def to(self, target: Locator) -> None:
        """Press Tab, or Shift and Tab where that is the way, until the focus is there."""
        key = "Shift+Tab" if target.evaluate(PRECEDES) else "Tab"
        for _ in range(150):
            self.press(key)
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{key} never comes to {target}")

    def stops(self, last: Locator) -> list[Place]:
        """The places that Tab comes by until the last, in an order that is that of the screen."""
        found: list[Place] = [self.page.evaluate(PLACE)]
        while not last.evaluate("element => element === document.activeElement"):
            place = self._leave("Tab")
            assert follows(place, found[-1]), (found[-1], place)
            found.append(place)
        return found

    def back(self, stops: list[Place]) -> None:
        """Go by the same places, backwards: nothing is a trap."""
        for place in reversed([place for place in stops[:-1] if not place["isPassage"]]):
            found = self._leave("Shift+Tab")
            assert found["stop"] == place["stop"], (found, place)

    def _leave(self, key: str) -> Place:
        """Press a key until the focus is elsewhere; a film has several stops of its own."""
        before = self.page.evaluate(PLACE)["stop"]
        for _ in range(CONTROLS):
            self.press(key)
            place: Place = self.page.evaluate(PLACE)
            if place["stop"] != before:
                return place
        raise AssertionError(f"{key} never leaves {before}")


def follows(place: Place, before: Place) -> bool:
    """Whether a place is read after another: below it, or beside it on the right."""
    if place["isPoint"] and before["isPoint"]:
        return True
    if before["isFixed"] and not place["isFixed"]:
        return bool(place["left"] >= before["right"])
    return bool(place["top"] >= before["top"] - 4 or place["left"] >= before["right"] - 1)
