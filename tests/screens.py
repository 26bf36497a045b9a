"""A module in a page, without an LMS: in either theme, light and dark, and what axe-core says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from axe import AXE, TAGS, assert_axe_finds_nothing
from browser import Watch
from node import PLAYER
from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize
from samples import example, pages

from rsscorm.blocks import KINDS
from rsscorm.referee.lms import TYPES
from rsscorm.referee.web import Request, Response, Server
from rsscorm.render import Files

FRAME: ViewportSize = {"width": 836, "height": 666}
"""What Moodle leaves to a package on an ordinary screen."""

WEAR = """name => new Promise((resolve, reject) => {
  const link = document.querySelector("link[rel=stylesheet]");
  if (link.getAttribute("href") === name) resolve();
  link.onload = resolve;
  link.onerror = reject;
  link.href = name;
})"""
"""Puts another theme on the page; resolves when it is there."""

ELSEWHERE = {"perspectives", "commitment"}
EVERYTHING = "\n".join(example(kind) for kind in KINDS if kind not in ELSEWHERE)
SCORED = """\
- choice: Who needs to know?
  id: who-needs
  options:
    - team: The team
    - nobody: Nobody
  answer: team
- choice: What comes first?
  id: comes-first
  options:
    - see: Notice
    - act: Act
  answer: see
  attempts: 1
"""
"""Two questions of which both count."""


class Site:
    """Serves rendered files, and the player's script as a SCORM package has it."""

    def __init__(self, files: Files) -> None:
        self.files: Files = {"player.js": PLAYER / "built" / "scorm12.js", **files}

    def answer(self, request: Request) -> Response:
        """The file of this name."""
        content = self.files.get(request.path.lstrip("/"))
        if content is None:
            return Response(404)
        body = content if isinstance(content, bytes) else content.read_bytes()
        return Response(200, body, {"Content-Type": TYPES[Path(request.path).suffix]})


class Opened(NamedTuple):
    """A module in a page."""

    page: Page
    watch: Watch


def both_themes(folder: Path, clear: str = "clear", nhs: str = "nhs") -> Files:
    """The sample module's files in our theme, with the other's style beside it."""
    return {**pages(folder, theme=clear), "nhs.css": pages(folder, theme=nhs)["player.css"]}


@contextmanager
def opened(browser: Browser, folder: Path, place: str = "", **options: Any) -> Iterator[Opened]:
    """The sample module of a workspace in a page; fails if anything goes wrong in it."""
    with visited(browser, both_themes(folder), place, **options) as at:
        yield at


@contextmanager
def visited(browser: Browser, files: Files, place: str = "", **options: Any) -> Iterator[Opened]:
    """The same of rendered files."""
    with Server(Site(files)) as server:
        watch = Watch(browser, server.origin)
        page = watch.open(**{"reduced_motion": "reduce", **options})
        try:
            page.goto(f"{server.origin}/index.html{place}")
            yield Opened(page, watch)
        finally:
            page.context.close()
        watch.verdict()


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing in our theme; nor in the other or in the dark, where looks differ.

    Its script comes through the debugger, which no policy hinders.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert_axe_finds_nothing(page, TAGS)
    page.evaluate(WEAR, "nhs.css")
    assert_axe_finds_nothing(page, ["color-contrast", "target-size"])
    page.emulate_media(color_scheme="dark")
    assert_axe_finds_nothing(page, ["color-contrast"])
    page.evaluate(WEAR, "player.css")
    assert_axe_finds_nothing(page, ["color-contrast"])
    page.emulate_media(color_scheme="light")


def box(part: Locator) -> FloatRect:
    """Where a part of the page is, in pixels."""
    found = part.bounding_box()
    assert found
    return found
