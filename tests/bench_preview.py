"""Measures how soon a save is on screen: from the rename to the painted change, in a real browser.

Both ends have one clock: `performance.timeOrigin` says when the page's began, in milliseconds
since 1970, as `time.time` does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browser import chromium
from playwright.sync_api import Frame

import bench
from rsscorm.preview.changes import Changes
from rsscorm.preview.site import Preview
from rsscorm.referee.web import Server

STEPS, SAVES = 40, 100
EDITS = {"a text": "since yesterday", "a title": "Step 0"}
"""What is changed, and so put in its place alone; and what the player is begun anew for."""

MEDIAN, LATE = 60, 150
"""Milliseconds within which half of the saves, and 95 of 100, are to be on screen."""

WATCH = """() => {
  window.paintedAt = {};
  const look = () => {
    const words = document.querySelector(".step.is-current")?.textContent;
    const number = /edit number (\\d+)\\b/.exec(words)?.[1] ?? "0";
    window.paintedAt[number] ??= performance.timeOrigin + performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
"""Looks at each frame that is painted: the change that is there now will be seen with this one."""


def measure(folder: Path, quick: bool) -> int:
    """Print how long saves take; 1 where a goal is missed (in a quick run none is set)."""
    saves = 10 if quick else SAVES
    lines = []
    for name, words in EDITS.items():
        taken = sorted(1000 * each for each in _seconds(folder / name, words, saves))
        middle, late = statistics.median(taken), taken[int(0.95 * (saves - 1))]
        how = f"{saves} saves, {STEPS} steps"
        goals = (None, None) if quick else (MEDIAN, LATE)
        lines.append(bench.tell(f"{name} on screen, median", middle, goals[0], "ms", how))
        lines.append(bench.tell(f"{name} on screen, 95th of 100", late, goals[1], "ms", how))
    return 1 if any(line.missed for line in lines) else 0


def _seconds(folder: Path, words: str, saves: int) -> Iterator[float]:
    """How long each save took in which these words were changed; the first few not counted."""
    path = _module(folder)
    text = path.read_text()
    with _opened(folder) as frame:
        for number in range(1, saves + 4):
            began = _save(path, text.replace(words, f"edit number {number}", 1))
            frame.wait_for_function("(number) => window.paintedAt[number]", arg=str(number))
            painted = frame.evaluate("(number) => window.paintedAt[number]", str(number))
            if number > 3:
                yield painted / 1000 - began
            time.sleep(0.05)


def _module(folder: Path) -> Path:
    bench.make_modules(folder, 1, media=bench.MB, steps=STEPS)
    return folder / "modules" / "module-000" / "module.yaml"


def _save(path: Path, text: str) -> float:
    """Rename a new version into place, as editors do; returns the moment of that."""
    new = path.with_suffix(".new")
    new.write_text(text)
    began = time.time()
    new.replace(path)
    return began


@contextmanager
def _opened(folder: Path) -> Iterator[Frame]:
    """The module in the preview's frame, being watched."""
    site = Preview(folder)
    with Server(site) as server, Changes(folder, site.saved):
        site.origin = server.origin
        with chromium() as browser:
            page = browser.new_page()
            page.goto(f"{server.origin}/play/module-000")
            page.frame_locator("#sco").locator(".saving", has_text="Saved").wait_for()
            frame = page.frame("sco")
            assert frame
            frame.evaluate(WATCH)
            yield frame
        site.close()
