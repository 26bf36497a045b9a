"""A learner goes through a module: one step at a time, on and back, to the end page and again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from samples import example, step, write_module
from screens import FRAME, SCORED, assert_accessible, opened
from states import CHECK, pick


@pytest.fixture
def three_steps(tmp_path: Path) -> Path:
    """A workspace with a module to learn, reflect and connect."""
    write_module(
        tmp_path,
        step("- text: What we see.\n", "see", "learn", "What we see"),
        step(example("scale"), "think", "reflect", "What it means"),
        step(example("commitment"), "act", "connect", "What we do"),
    )
    return tmp_path


def test_one_step_shows(browser: Browser, three_steps: Path) -> None:
    """A learner sees one step, goes on and back, and the browser's own back button works."""
    with opened(browser, three_steps, viewport=FRAME) as at:
        page = at.page
        expect(page.get_by_role("heading", level=2)).to_have_text(["What we see"])
        page.get_by_role("link", name="Next").click()
        heading = page.get_by_role("heading", level=2)
        expect(heading).to_have_text(["What it means"])
        expect(heading).to_be_focused()
        assert page.title() == "What it means – A sample"
        page.get_by_role("link", name="Next").click()
        expect(heading).to_have_text(["What we do"])
        page.go_back()
        expect(heading).to_have_text(["What it means"])
        page.get_by_role("link", name="Back", exact=True).click()
        expect(heading).to_have_text(["What we see"])


def test_contents(browser: Browser, three_steps: Path) -> None:
    """On a small screen the contents open, lead to a step, and close again without a trap."""
    with opened(browser, three_steps, place="#s_think", viewport=FRAME) as at:
        page = at.page
        contents, button = page.locator("#contents"), page.get_by_role("button", name="Contents")
        expect(contents).to_be_hidden()
        button.click()
        expect(contents).to_be_visible()
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(contents).to_be_hidden()
        expect(button).to_be_focused()
        button.click()
        contents.get_by_role("link", name="What we do").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["What we do"])
        expect(contents).to_be_hidden()


def test_still_to_do(browser: Browser, three_steps: Path) -> None:
    """A step says what is still to do on it, leads there, and stops saying so when it is done."""
    with opened(browser, three_steps, place="#s_think") as at:
        to_do = at.page.locator(".to-do:visible")
        to_do.get_by_role("link", name="I know who to tell.").click()
        expect(at.page.locator("#b_know-who")).to_be_focused()
        expect(at.page.locator("#b_know-who")).to_be_in_viewport()
        pick("Fully", block="know-who")(at.page)
        expect(to_do).to_be_hidden()


def test_not_finished(browser: Browser, three_steps: Path) -> None:
    """The end page says what remains, and leads there."""
    with opened(browser, three_steps, place="#end", viewport=FRAME) as at:
        page = at.page
        expect(page.get_by_role("heading", level=2)).to_have_text(["Not finished yet"])
        expect(page.get_by_text("nothing has been recorded")).to_be_visible()
        assert_accessible(page)
        page.locator(".end-steps").get_by_role("link", name="What it means").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["What it means"])


def test_retake(browser: Browser, tmp_path: Path) -> None:
    """Below the mark a learner is told which questions to look at, and can open them again."""
    write_module(tmp_path, step(SCORED), complete="{when: passed, pass-mark: 80}")
    wrong = {"who-needs": "Nobody", "comes-first": "Act"}
    with opened(browser, tmp_path, viewport=FRAME) as at:
        page = at.page
        for block, option in wrong.items():
            page.goto(page.url.split("#")[0] + "#end")
            expect(page.get_by_text("You need 80% to pass, and you")).to_have_count(0)
            page.go_back()
            pick(option, block=block, send=CHECK)(page)
        page.get_by_role("link", name="Finish").click()
        expect(page.get_by_text("Your score is 0%. You need 80% to pass")).to_be_visible()
        questions = page.locator(".end-retake li")
        expect(questions).to_have_text(["Who needs to know?", "What comes first?"])
        assert_accessible(page)
        page.get_by_role("button", name="Open these questions again").click()
        expect(page.locator("#b_who-needs")).to_be_focused()
        pick("The team", block="who-needs", send=CHECK)(page)
        pick("Notice", block="comes-first", send=CHECK)(page)
        page.get_by_role("link", name="Finish").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["You have passed this module"])
        expect(page.get_by_text("Your score is 100%.")).to_be_visible()
        page.get_by_role("button", name="Finish and clear").click()
        expect(page.get_by_role("heading", name="This screen is clear")).to_be_focused()
        assert_accessible(page)
