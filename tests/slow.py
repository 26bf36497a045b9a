"""Pages as a learner has them on a slow line and an old computer, and what is measured there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Frame, Locator, Page, ViewportSize

PACE = Path(__file__).parent / "pages" / "pace.js"
LINE = {
    "offline": False, "latency": 150,
    "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 1_600_000 / 8,
}  # fmt: skip
"""1.6 Mbit/s and 150 ms until the first byte of each answer, as Chromium's debugger takes it."""
SLOWED = 4
"""How many times slower the processor is."""
SCREEN: ViewportSize = {"width": 1280, "height": 800}
SECONDS = 30
"""Until something that should happen counts as failed."""
UNTIL = """(seconds, found) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error(`nothing after ${seconds} s`)), 1000 * seconds);
  const ask = () => (found() ? resolve(found()) : setTimeout(ask, 50));
  ask();
})"""
READY = f"(seconds) => ({UNTIL})(seconds, () => pace.ready && pace.readable > 0)"
PRESSED = f"([before, seconds]) => ({UNTIL})(seconds, () => pace.presses[before])"


@dataclass(frozen=True)
class Pace:
    """What `pace.js` measured, in milliseconds: since the page was asked for, or since a press."""

    readable: float
    """When the first step's title and first paragraph were painted."""
    ready: float
    """When the player had come to life."""
    presses: list[float]
    """From each press of a button or link to the painted change."""
    shifts: list[tuple[float, float]]
    """When something moved, and by how much of the screen: all that no input caused."""
    first: float
    """When anything was painted."""

    @property
    def shift(self) -> float:
        """Cumulative layout shift, of what had been painted.

        In a frame Chromium counts from a layout before the styles came, which nobody saw.
        """
        return sum(value for at, value in self.shifts if at > self.first)


class Visitor:
    """A learner with an empty cache; `is_slow` says on which line and computer."""

    def __init__(self, browser: Browser, is_slow: bool = True, **options: Any) -> None:
        self.context = browser.new_context(viewport=SCREEN, **options)
        self.context.add_init_script(path=PACE)
        self.context.set_default_timeout(SECONDS * 1000)
        self.page: Page = self.context.new_page()
        if is_slow:
            self._slow_down()

    def _slow_down(self) -> None:
        session = self.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})

    def open(self, address: str) -> None:
        """Go there, and wait until the player has come to life: in the LMS's frame, if any.

        Nothing looks for elements meanwhile, which would lay out the page before its time.
        """
        self.page.goto(address)
        self.frame.evaluate(READY, SECONDS)

    @property
    def frame(self) -> Frame:
        """Where the package is."""
        return self.page.frame("sco") or self.page.main_frame

    def press(self, target: Locator) -> float:
        """Press something: milliseconds until what it changes in the page has been painted.

        By the mouse alone, and asked for seldom: what looks for elements would be measured too.
        """
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box, f"{target} can't be seen"
        before = len(self.pace().presses)
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        waited: float = self.frame.evaluate(PRESSED, [before, SECONDS])
        return waited

    def pace(self) -> Pace:
        """What was measured up to now."""
        return Pace(**self.frame.evaluate("pace"))

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()
