"""On a slow line a learner is quicker than the script: what they do before it comes is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from browser import Watch
from playwright.sync_api import Browser, Locator, Page, expect
from samples import example, pages, step, write_module
from screens import FRAME, Site
from states import CHECK

from rsscorm.referee.web import Request, Response, Server
from rsscorm.render import Files

SECONDS = 30
"""Until a script that does not come counts as lost."""
RECORD = "Record my answer"


class SlowLine(Site):
    """Holds the script back until it is said that it comes."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.comes = Event()

    def answer(self, request: Request) -> Response:
        """The file of this name."""
        if request.path == "/player.js":
            assert self.comes.wait(SECONDS)
        return super().answer(request)


@contextmanager
def before_the_script(browser: Browser, folder: Path) -> Iterator[tuple[Page, Event]]:
    """The sample module in a page whose script has not come, and what lets it come."""
    site = SlowLine(pages(folder))
    with Server(site) as server:
        watch = Watch(browser, server.origin)
        page = watch.open(reduced_motion="reduce", viewport=FRAME)
        try:
            page.goto(f"{server.origin}/index.html", wait_until="commit")
            page.locator(".foot").wait_for()
            expect(page.locator(".js")).to_have_count(0)
            yield page, site.comes
        finally:
            site.comes.set()
            page.context.close()
        watch.verdict()


def options_of(page: Page, block: str) -> Locator:
    """The options of a question."""
    return page.locator(f"#b_{block} .option input")


@pytest.mark.parametrize(
    ("kind", "block", "send"),
    [
        ("choice", "early-sign", CHECK),
        ("choices", "stop-and-ask", CHECK),
        ("scale", "know-who", RECORD),
        ("poll", "bent-rule", RECORD),
    ],
)
def test_a_choice_stays(kind: str, block: str, send: str, browser: Browser, tmp_path: Path) -> None:
    """An option that was chosen before is chosen still, and can be sent; Enter does no harm."""
    write_module(tmp_path, step(example(kind)))
    with before_the_script(browser, tmp_path) as (page, comes):
        chosen = options_of(page, block).last
        chosen.check()
        page.keyboard.press("Enter")
        comes.set()
        expect(page.locator(".js")).to_have_count(1)
        expect(chosen).to_be_checked()
        page.locator(f"#b_{block}").get_by_role("button", name=send).click()
        expect(page.locator(f"#b_{block} .verdict")).to_be_visible()


def test_no_choice_begins_a_quiz(browser: Browser, tmp_path: Path) -> None:
    """What was chosen in its bank, which stands there to be read, is no answer in an attempt."""
    write_module(tmp_path, step(example("quiz")))
    with before_the_script(browser, tmp_path) as (page, comes):
        page.locator(".bank .option input").first.check()
        comes.set()
        page.get_by_role("button", name="Begin").click()
        expect(page.locator(".bank > .is-on")).to_have_count(1)
        expect(page.locator(".bank :checked:not(option)")).to_have_count(0)


def test_a_scenario_waits(browser: Browser, tmp_path: Path) -> None:
    """What would do nothing yet says so; nothing is moved by its coming to life."""
    write_module(tmp_path, step(example("scenario")))
    with before_the_script(browser, tmp_path) as (page, comes):
        turn = page.locator(".turn").first
        expect(turn).to_be_disabled()
        before = turn.bounding_box()
        comes.set()
        expect(turn).to_be_enabled()
        assert turn.bounding_box() == before
        turn.click()
        expect(page.locator(".turn.is-chosen, .is-chosen > .turn")).to_have_count(1)
