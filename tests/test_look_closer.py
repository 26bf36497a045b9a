"""Cards, pictures with points, and tabs: by pointer, by keyboard, read out, narrow, on paper."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from samples import step, write_module
from screens import FRAME, assert_accessible, box, opened

CARDS = """\
- cards:
    - front: What do I see?
      back: |
        Seats changed twice in one evening.

        There is more in [the guide](https://www.example.org/guide).
    - front: Whom do I tell?
      back: The nurse in charge.
"""

POINTS = """\
- hotspots: media/lounge.webp
  alt: The lounge of a ward, seen from the door.
  points:
    - at: [0, 100]
      title: The door
      text: Who sits [where they can see it](https://www.example.org/door)?
    - at: [{second}, 40]
      title: The television
      text: Who holds the remote control?
    - at: [70, 40]
      title: The window
      text: Who is looking out?
"""

TABS = """\
- tabs:
    - {title: What the team knows, text: The team knows who is unwell.}
    - {title: What the patients know, text: The patients know who is sad.}
    - {title: What visitors see, text: Visitors see who is alone.}
"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {target}")


def spoken(page: Page) -> str:
    """What a screen reader finds in the first block."""
    return page.locator(".block").first.aria_snapshot()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_card_turns(motion: Any, browser: Browser, tmp_path: Path) -> None:
    """Only the side that shows is read and reached by Tab, and the page does not jump."""
    write_module(tmp_path, step(CARDS))
    with opened(browser, tmp_path, viewport=FRAME, reduced_motion=motion) as at:
        page = at.page
        card = page.locator(".card").first
        button = card.get_by_role("button", name="Turn over (card 1 of 2)")
        expect(button).to_have_attribute("aria-pressed", "false")
        expect(card.get_by_text("Seats changed")).to_be_hidden()
        assert "What do I see?" in spoken(page) and "Seats changed" not in spoken(page)
        before = box(card)
        tab_to(page, button)
        page.keyboard.press("Space")
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_be_focused()
        expect(card.get_by_text("What do I see?")).to_be_hidden()
        expect(card.get_by_text("Seats changed")).to_be_visible()
        assert "Seats changed" in spoken(page) and "What do I see?" not in spoken(page)
        assert "Whom do I tell?" in spoken(page)
        assert box(card) == before
        page.keyboard.press("Shift+Tab")
        expect(card.get_by_role("link", name="the guide")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(card.get_by_role("link")).to_have_count(0)
        expect(card.get_by_text("Seats changed")).to_be_hidden()


def test_a_click_on_a_card(browser: Browser, tmp_path: Path) -> None:
    """A card turns wherever it is clicked, but not where a link is."""
    write_module(tmp_path, step(CARDS))
    with opened(browser, tmp_path, viewport=FRAME) as at:
        card = at.page.locator(".card").first
        card.get_by_text("What do I see?").click()
        link = card.get_by_role("link", name="the guide")
        expect(link).to_be_visible()
        link.evaluate("link => link.addEventListener('click', event => event.preventDefault())")
        link.click()
        expect(link).to_be_visible()


def test_cards_flip_only_where_motion_is_welcome(browser: Browser, tmp_path: Path) -> None:
    """With reduced motion the other side is simply there."""
    write_module(tmp_path, step(CARDS))
    for motion, flips in (("reduce", False), ("no-preference", True)):
        with opened(browser, tmp_path, reduced_motion=motion) as at:
            at.page.locator(".turn-over").first.click()
            sides = at.page.locator(".card-sides").first
            look = "element => getComputedStyle(element).transform !== 'none'"
            assert sides.evaluate(look) is flips


def test_a_point_opens(browser: Browser, tmp_path: Path) -> None:
    """A point opens in the panel, alone; Escape closes it and leads back to where one was."""
    write_module(tmp_path, step(POINTS.format(second=40)))
    with opened(browser, tmp_path, viewport=FRAME) as at:
        page, panel = at.page, at.page.locator(".spot-panel")
        first, second = page.locator(".spot").nth(0), page.locator(".spot").nth(1)
        tab_to(page, first)
        page.keyboard.press("Enter")
        expect(panel).to_contain_text("Who sits where they can see it")
        expect(first).to_be_focused()
        expect(first).to_have_attribute("aria-expanded", "true")
        tab_to(page, second)
        page.keyboard.press("Space")
        expect(panel).to_contain_text("Who holds the remote control?")
        expect(panel).not_to_contain_text("Who sits")
        expect(page.get_by_role("button", expanded=True)).to_have_count(2)
        page.keyboard.press("Escape")
        expect(second).to_be_focused()
        expect(panel).to_have_text("Choose a point on the picture, or in the list below,"
                                   " to read about it.")  # fmt: skip
        entry = page.locator(".spot-name").first
        tab_to(page, entry)
        page.keyboard.press("Enter")
        page.keyboard.press("Shift+Tab")
        expect(panel.get_by_role("link")).to_be_focused()
        page.keyboard.press("Escape")
        expect(entry).to_be_focused()


def test_points_that_were_seen(browser: Browser, tmp_path: Path) -> None:
    """What was opened has a tick and says so, on the picture and in the list."""
    write_module(tmp_path, step(POINTS.format(second=40)))
    with opened(browser, tmp_path, viewport=FRAME) as at:
        page = at.page
        page.locator(".spot").nth(1).click()
        page.locator(".spot-name").nth(2).click()
        for name in ("2 The television (seen)", "3 The window (seen)"):
            buttons = page.get_by_role("button", name=name)
            expect(buttons.locator(".spot-seen svg").locator("visible=true")).to_have_count(2)
        expect(page.get_by_role("button", name="(seen)")).to_have_count(4)
        assert_accessible(page)


@pytest.mark.parametrize("width", [320, 836])
def test_points_can_all_be_pressed(width: int, browser: Browser, tmp_path: Path) -> None:
    """Points are 44 pixels across, inside the picture; too near each other, the list has them."""
    write_module(tmp_path, step(POINTS.format(second=64)))
    with opened(browser, tmp_path, viewport={"width": width, "height": 600}) as at:
        page, points = at.page, at.page.locator(".spot:visible")
        expect(points).to_have_count(0 if width == 320 else 3)
        picture = box(page.locator(".spots"))
        for point in points.all():
            at_point = box(point)
            assert at_point["width"] >= 44 and at_point["height"] >= 44
            assert picture["x"] <= at_point["x"]
            assert at_point["y"] + at_point["height"] <= picture["y"] + picture["height"] + 1
            point.click()
        for entry in page.locator(".spot-name").all():
            assert box(entry)["height"] >= 44
            entry.click()
            expect(entry).to_contain_text("(seen)")
        expect(page.locator(".spot-marks text")).to_have_text(["1", "2", "3"])
        page.set_viewport_size({"width": 836, "height": 600})
        expect(points).to_have_count(3)


@pytest.mark.parametrize("way", ["paper", "no script"])
def test_all_of_it_without_pressing(way: str, browser: Browser, tmp_path: Path) -> None:
    """On paper, and without the script, both sides and every point's words stand there."""
    write_module(tmp_path, step(CARDS + POINTS.format(second=40)))
    with opened(browser, tmp_path, java_script_enabled=way == "paper") as at:
        page = at.page
        if way == "paper":
            page.locator(".turn-over").first.click()
            page.locator(".spot").first.click()
            page.emulate_media(media="print")
        for words in (
            "What do I see?", "Seats changed", "Whom do I tell?", "The nurse in charge.",
            "Who sits", "Who holds", "Who is looking out?",
        ):  # fmt: skip
            expect(page.get_by_text(words)).to_be_visible()
        expect(page.locator(".turn-over:visible, .spot:visible")).to_have_count(0)
        expect(page.locator(".spot-marks text").first).to_be_visible()


def test_tabs_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    """Tabs without room beside each other stand under each other, the passage below its own."""
    write_module(tmp_path, step(TABS))
    with opened(browser, tmp_path, viewport={"width": 390, "height": 844}) as at:
        page, tabs = at.page, at.page.get_by_role("tab")
        expect(page.get_by_role("tablist")).to_have_attribute("aria-orientation", "vertical")
        tabs.nth(1).click()
        seen = [*tabs.all()[:2], page.get_by_role("tabpanel"), tabs.nth(2)]
        for above, below in pairwise(map(box, seen)):
            assert above["y"] + above["height"] == pytest.approx(below["y"], abs=1)
        page.keyboard.press("ArrowDown")
        expect(tabs.nth(2)).to_be_focused()
        expect(page.get_by_role("tabpanel")).to_contain_text("Visitors see who is alone.")
        page.keyboard.press("ArrowDown")
        expect(tabs.nth(0)).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Tab")
        expect(page.get_by_role("tabpanel", name="What the team knows")).to_be_focused()
        assert_accessible(page)
        page.set_viewport_size({"width": 1280, "height": 844})
        expect(page.get_by_role("tablist")).to_have_attribute("aria-orientation", "horizontal")
        assert len({box(tab)["y"] for tab in tabs.all()}) == 1
