"""`./bench page`: what learners are promised of waiting, on a slow line and an old computer.

A page is readable when the title and the first paragraph of its first step have been painted;
counted from when the page is asked for, which in an LMS is when its own page has come as far as the
frame. A press is answered when the change it makes in the page has been painted. A shift is
whatever moves by itself, on a walk through every step with all of its pictures. Each launch is that
of somebody new, with an empty cache; nothing is compressed. Five runs: their median is judged, and
the worst is told.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from browser import chromium
from courses import REAL, copied, long_module, package
from learner import Learner
from lms import Lms, Package
from node import PLAYER
from playwright.sync_api import Browser, Locator
from playwright.sync_api import Page as BrowserPage
from samples import example, pages, step, text_of, write_module
from screens import Site, both_themes
from slow import Pace, Visitor
from states import STATES, look
from walk import walk

from bench import Line, say, tell
from rsscorm.blocks import KINDS
from rsscorm.module import Module
from rsscorm.referee.web import Server
from rsscorm.source import read_module, read_workspace

READABLE, ANSWERED, SHIFT = 1500.0, 100.0, 0.01
"""What is promised: milliseconds, milliseconds, and no unit."""
SCRIPT_SIZE, STYLE_SIZE = 40_000, 14_000
"""The most bytes, compressed with gzip, of a format's script and of a theme's styles."""
STEPS = 200
NUMBERS = count(1)


def launched(lms: Lms, package: Package) -> str:
    """The address that somebody new to this LMS opens."""
    return lms.launch(package, learner=f"nurse-{next(NUMBERS)}")


WHERE = {"in an LMS": launched, "alone": Lms.content}
"""How a package is opened."""


def measure(folder: Path, quick: bool) -> int:
    """Measure everything and print a line for each; 1 where a goal is missed."""
    with chromium() as browser, Lms() as lms:
        bench = PageBench(folder, browser, lms, quick)
        lines = [*bench.waiting(), *bench.presses(), *bench.kinds(), bench.shift(), *sizes(folder)]
    return 1 if any(line.missed for line in lines) else 0


class PageBench:
    """A real module and a long one in an LMS, and what is measured of them."""

    def __init__(self, folder: Path, browser: Browser, lms: Lms, quick: bool) -> None:
        self.browser, self.lms = browser, lms
        self.runs = 1 if quick else 5
        self.steps = STEPS // 10 if quick else STEPS
        copied(folder / "real", REAL)
        long_module(folder / "long", self.steps)
        self.packages = {
            "real module": lms.add(package(folder / "real")),
            f"{self.steps} steps": lms.add(package(folder / "long")),
        }
        self.module, _ = read_module(read_workspace(folder / "real"), REAL.name)

    def waiting(self) -> list[Line]:
        """Until the first step can be read, and until answers are taken."""
        lines = []
        for name, content in self.packages.items():
            for where, opened in WHERE.items():
                say(f"{name}, {where}")
                found = [self.opened(opened(self.lms, content)) for _ in range(self.runs)]
                read, ready = [pace.readable for pace in found], [pace.ready for pace in found]
                lines.append(told(f"readable: {name}, {where}", read, READABLE))
                lines.append(told(f"in use: {name}, {where}", ready, None))
        return lines

    def opened(self, address: str) -> Pace:
        """Open a page as somebody new."""
        with Visitor(self.browser) as visitor:
            visitor.open(address)
            return visitor.pace()

    def presses(self) -> list[Line]:
        """In the long module, where every step hangs on every answer: answering, and going on."""
        [*_, (name, content)] = self.packages.items()
        say(f"answers: {name}")
        found = [self.pressed(content) for _ in range(self.runs)]
        answers, turns = ([each[at] for each in found] for at in (0, 1))
        return [
            told(f"answer: {name}, in an LMS", answers, ANSWERED),
            told(f"next step: {name}, in an LMS", turns, ANSWERED),
        ]

    def pressed(self, content: Package) -> tuple[float, float]:
        """From the press to the painted answer, and from another to the painted next step."""
        middle = self.steps // 2
        with Visitor(self.browser) as visitor:
            visitor.open(launched(self.lms, content))
            nurse = Learner(visitor.page, visitor.page.frame_locator("#sco"))
            nurse.saved()
            visitor.frame.evaluate("place => { location.hash = place; }", f"#s_step-{middle}")
            here = nurse.sco.locator(f"#s_step-{middle}")
            here.get_by_text("Wait and see").click()
            answer = visitor.press(here.locator("button[type=submit]"))
            nurse.saved()
            turn = visitor.press(here.locator(".onward"))
        return answer, turn

    def kinds(self) -> list[Line]:
        """Every kind of block that answers a press: each thing that a learner can do with it."""
        lines = []
        for kind in KINDS:
            say(f"answers: {kind}")
            with TemporaryDirectory() as folder:
                found = [self.acted(kind, Path(folder) / str(run)) for run in range(self.runs)]
            if any(found):
                lines.append(told(f"answer: {kind}", [max(each) for each in found], ANSWERED))
        return lines

    def acted(self, kind: str, folder: Path) -> list[float]:
        """All that can be done with a kind's example, each in a page of its own: the presses."""
        write_module(folder, step(example(kind)))
        found: list[float] = []
        with Server(Site(both_themes(folder))) as server:
            for _, acts, seen in STATES[kind]:
                if acts == [look]:
                    continue
                with Visitor(self.browser) as visitor:
                    visitor.open(f"{server.origin}/index.html")
                    do(visitor, acts, seen)
                    found += visitor.pace().presses
        return found

    def shift(self) -> Line:
        """What moves by itself while somebody walks through the real module."""
        say("a walk through the real module")
        content = self.packages["real module"]
        found = [self.walked(content, self.module) for _ in range(self.runs)]
        return told("layout shift: real module", found, SHIFT, "")

    def walked(self, package: Package, module: Module) -> float:
        """See all of each step with its pictures, then do all that is asked: the shifts."""
        with Visitor(self.browser) as visitor:
            visitor.open(launched(self.lms, package))
            nurse = Learner(visitor.page, visitor.page.frame_locator("#sco"))
            nurse.saved()
            for each in module.steps:
                see(nurse.sco.locator(f"#s_{each.id}"))
                nurse.sco.locator(f"#s_{each.id} .onward").click()
            nurse.contents(module.steps[0].title)
            walk(nurse, module)
            return visitor.pace().shift


def see(step: Locator) -> None:
    """Scroll to the end of a step, and wait for its pictures."""
    for image in step.locator("img").all():
        if image.is_visible():
            image.scroll_into_view_if_needed()
            image.evaluate("image => image.decode()")
    step.locator(".onward").scroll_into_view_if_needed()


def do(visitor: Visitor, acts: list[Callable[[BrowserPage], None]], seen: str) -> None:
    """Do these things one after another, and see the words that come of it."""
    for act in acts:
        act(visitor.page)
        visitor.page.wait_for_timeout(500)
    visitor.page.locator("main").get_by_text(seen).locator("visible=true").first.wait_for()


def sizes(folder: Path) -> list[Line]:
    """What a format's script and a theme's styles weigh where a server does compress."""
    write_module(folder, step(example("text")))
    found = {f"gzip: {name}": (PLAYER / "built" / name, SCRIPT_SIZE)
             for name in ("scorm12.js", "xapi.js")}  # fmt: skip
    lines = [
        tell(name, gzipped(path.read_bytes()), limit / 1000, "kB", "script")
        for name, (path, limit) in found.items()
    ]
    for theme in ("clear", "nhs"):
        style = text_of(pages(folder, theme=theme), "player.css").encode()
        name = f"gzip: {theme}"
        lines.append(tell(name, gzipped(style), STYLE_SIZE / 1000, "kB", "styles"))
    return lines


def gzipped(content: bytes) -> float:
    """Kilobytes after gzip."""
    return len(gzip.compress(content)) / 1000


def told(name: str, found: list[float], goal: float | None, unit: str = "ms") -> Line:
    """A line of the median of some runs, with the worst."""
    digits = 0 if unit else 4
    how = f"worst of {len(found)}: {max(found):.{digits}f}{unit}"
    return tell(name, median(found), goal, unit, how)
