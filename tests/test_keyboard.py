"""One learner with a keyboard alone, through every kind of block, from the first key to the last.

Wherever a key leads, the focus is in sight, not covered, and shows (`keys.py`). Both themes.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from keys import JUDGE, Keys
from ordering import order_of
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from samples import write_every_kind
from screens import FRAME, WEAR, opened
from states import CHECK, FIRST_THINGS, NURSE, SUPERVISOR

SEND = "Record my answer"
REACHED = """() => {
  const isStop = (part) => part.tabIndex >= 0 && !part.disabled && part.checkVisibility();
  const stops = "a[href], button, input, select, textarea, summary, video, audio, [tabindex]";
  return [...document.querySelectorAll(".step.is-current .blocks > .block")]
    .filter((block) => [...block.querySelectorAll(stops)].some(isStop))
    .map((block) => block.id);
}"""
"""The blocks of the step on screen in which something can be operated."""


class Learner:
    """She goes from block to block."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, Keys(page)

    def block(self, id: str) -> Locator:
        """A block by its id."""
        return self.page.locator(f"#b_{id}")

    def kind(self, kind: str) -> Locator:
        """The first block of a kind."""
        return self.page.locator(f".block-{kind}").first

    def press(self, target: Locator, key: str = "Enter") -> None:
        """Go to a control and operate it."""
        self.keys.to(target)
        self.keys.press(key)

    def send(self, question: Locator, name: str = CHECK) -> None:
        """Send an answer; something is said of it."""
        self.press(question.get_by_role("button", name=name))
        expect(question.locator(".said")).not_to_be_empty()

    def choose(self, id: str, downs: int, name: str = CHECK) -> None:
        """Choose one option, so many below the first, and send it."""
        question = self.block(id)
        self.press(question.locator("input").first, "Space")
        self.keys.press(*["ArrowDown"] * downs)
        expect(question.locator("input").nth(downs)).to_be_checked()
        self.send(question, name)

    def look_through(self, last: Locator) -> None:
        """Tab through a step and out of it again: all blocks in their order, and no trap."""
        expected = self.page.evaluate(REACHED)
        stops = self.keys.stops(last)
        blocks = [place["block"] for place in stops if place["block"]]
        assert list(dict.fromkeys(blocks)) == expected
        self.keys.back(stops)
        self.keys.press("Shift+Tab")

    def go_on(self) -> None:
        """Follow the link to the next step, whose title then has the focus."""
        onward = self.page.locator(".is-current .onward")
        self.keys.to(onward)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".is-current h2")).to_be_focused()
        self.keys.judge("Next")


SCREENS = [("player.css", FRAME), ("nhs.css", {"width": 1280, "height": 720})]


@pytest.mark.parametrize(("theme", "viewport"), SCREENS, ids=["clear", "nhs"])
def test_a_whole_module(
    theme: str, viewport: ViewportSize, browser: Browser, tmp_path: Path
) -> None:
    """Each block is reached in reading order, operated and answered, up to the cleared screen."""
    write_every_kind(tmp_path)
    with opened(browser, tmp_path, viewport=viewport, accept_downloads=True) as at:
        if theme != "player.css":
            at.page.evaluate(WEAR, theme)
        nurse = Learner(at.page)
        comes_in(nurse)
        sees(nurse)
        answers(nurse)
        takes_the_quiz(nurse)
        shares(nurse)
        finishes(nurse)


def comes_in(nurse: Learner) -> None:
    """The first key leads past the contents; they can be had all the same, and left again."""
    page, keys = nurse.page, nurse.keys
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("main")).to_be_focused()
    button = page.get_by_role("button", name="Contents")
    if button.is_visible():
        nurse.press(button)
        nurse.keys.to(page.locator(".contents a").last)
        keys.press("Escape")
        expect(button).to_be_focused()
        expect(page.locator("#contents")).to_be_hidden()
    else:
        nurse.keys.to(page.locator(".contents a").first)


def sees(nurse: Learner) -> None:
    """What is to be read, looked at and heard."""
    page, keys = nurse.page, nurse.keys
    nurse.look_through(page.locator("#s_see .onward"))
    video = nurse.kind("video")
    nurse.press(video.get_by_text("Read the transcript"))
    keys.press("Tab", "Enter")
    expect(video.locator(".film-marks")).to_have_text("You have read the transcript")
    nurse.keys.to(nurse.kind("audio").get_by_label("Speed"))
    keys.press("End")
    expect(video.get_by_label("Speed")).to_have_value("2")
    for section in nurse.kind("accordion").locator("summary").all():
        nurse.press(section)
    expect(page.get_by_text("And what cannot?")).to_be_visible()
    nurse.press(page.get_by_role("tab", name="Early shift"), "ArrowRight")
    expect(page.get_by_role("tab", name="Late shift")).to_be_focused()
    keys.press("Tab")
    expect(page.get_by_role("tabpanel", name="Late shift")).to_be_focused()
    for card in nurse.kind("cards").locator(".turn-over").all():
        nurse.press(card, "Space")
    expect(page.get_by_text("Seats changed twice")).to_be_visible()
    point = nurse.kind("hotspots").locator(".spot").first
    nurse.press(point)
    expect(page.get_by_text("Who sits where they can see it?")).to_be_visible()
    keys.press("Escape")
    expect(point).to_be_focused()
    nurse.press(nurse.kind("hotspots").locator(".spot-name").last)
    expect(page.get_by_text("Who holds the remote control?")).to_be_visible()
    keys.to(page.locator(".download"))
    with page.expect_download() as started:
        keys.press("Enter")
    assert started.value.suggested_filename == "card.pdf"
    nurse.go_on()


def answers(nurse: Learner) -> None:
    """All kinds of questions. Where one is done, the focus goes to what was said of it."""
    page, keys = nurse.page, nurse.keys
    nurse.look_through(page.locator("#s_think .onward"))
    early = nurse.block("early-sign")
    nurse.press(early.get_by_role("button", name=CHECK))
    expect(early.locator(".nudge")).to_have_text("Choose an answer first.")
    nurse.choose("early-sign", 0)
    expect(early.get_by_role("button", name=CHECK)).to_be_focused()
    nurse.choose("early-sign", 1)
    expect(early.locator(".said")).to_be_focused()
    nurse.press(nurse.block("would-help").get_by_role("button", name="Skip"))
    expect(nurse.block("would-help").locator(".said")).to_be_focused()
    several = nurse.block("stop-and-ask")
    for at in (0, 2):
        nurse.press(several.locator("input").nth(at), "Space")
    nurse.send(several)
    expect(several.locator(".said")).to_contain_text("That’s right")
    order = nurse.block("first-things")
    for id in reversed(FIRST_THINGS):
        nurse.press(order.locator(f'[data-option="{id}"] .handle'), "Home")
    assert order_of(order) == list(FIRST_THINGS)
    nurse.press(order.locator('[data-option="see"] .move').last)
    nurse.press(order.locator('[data-option="see"] .move').first)
    nurse.send(order)
    expect(order.locator(".said")).to_be_focused()
    pairs = nurse.block("who-to-tell")
    nurse.press(pairs.get_by_role("button", name=CHECK))
    expect(pairs.locator("select").first).to_be_focused()
    keys.type(NURSE)
    for at, side in enumerate((SUPERVISOR, NURSE), 1):
        keys.to(pairs.locator("select").nth(at))
        keys.type(side)
    nurse.send(pairs)
    expect(pairs.locator(".said")).to_contain_text("That’s right")
    number = nurse.block("how-many")
    nurse.press(number.locator("input"))
    expect(number.locator(".nudge")).to_have_text("Write a number first.")
    keys.type("10")
    keys.press("Enter")
    expect(number.locator(".said")).to_be_focused()
    nurse.choose("know-who", 2, SEND)
    keys.to(nurse.block("hard-to-refuse").locator("textarea"))
    keys.type("They were kind.")
    nurse.press(page.get_by_role("button", name="Take the card"))
    expect(page.locator(".is-chosen .turn-said")).to_be_focused()
    nurse.press(page.get_by_role("button", name="Start again"))
    expect(page.locator('[data-scene="asked"] .scene-words')).to_be_focused()
    nurse.press(page.get_by_role("button", name="Say that you will ask"))


def takes_the_quiz(nurse: Learner) -> None:
    """She is led from question to question, and to the result."""
    keys, quiz = nurse.keys, nurse.page.locator(".quiz")
    nurse.press(quiz.locator(".begin"))
    for _ in range(2):
        question = quiz.locator(".is-on")
        expect(question.locator("h3")).to_be_focused()
        keys.to(question.locator("input").first)
        if question.get_attribute("data-kind") == "number":
            keys.type("4")
        else:
            keys.press("Space")
        nurse.send(question)
        expect(question.locator(".said")).to_be_focused()
        nurse.press(quiz.locator(".next-question"))
    expect(quiz.get_by_role("heading", name="Your result")).to_be_focused()
    keys.to(quiz.locator(".again"))
    nurse.go_on()


def shares(nurse: Learner) -> None:
    """Votes, what others say, votes again, and a promise to herself."""
    page, keys = nurse.page, nurse.keys
    nurse.look_through(page.locator("#s_act .onward"))
    nurse.choose("bent-rule", 1, SEND)
    expect(nurse.block("bent-rule").locator(".said")).to_be_focused()
    nurse.press(nurse.block("bent-rule").get_by_text("The same as a table"))
    expect(nurse.block("bent-rule").get_by_role("table")).to_be_visible()
    nurse.choose("bent-rule_again", 0, SEND)
    nurse.choose("able-to-raise", 2, SEND)
    nurse.choose("would-you-tell", 1, SEND)
    nurse.choose("would-you-tell-now", 0, SEND)
    nurse.press(nurse.block("other-voices").get_by_role("button", name="Read on without"))
    expect(nurse.block("other-voices").locator(".voice").first).to_be_focused()
    keys.to(nurse.block("other-voices").locator("audio"))
    keys.to(page.locator(".block-commitment textarea"))
    keys.type("Ask Sam about the evening.")
    expect(page.locator(".to-do:visible")).to_have_count(0)
    nurse.go_on()


def finishes(nurse: Learner) -> None:
    """Nothing is left to do, her record opens, and the screen is cleared."""
    page = nurse.page
    expect(page.get_by_role("heading", level=2)).to_have_text("You have completed this module")
    nurse.look_through(page.locator(".finish"))
    nurse.press(page.get_by_role("button", name="Show my record"))
    expect(page.locator("#record h4").first).to_be_focused()
    nurse.keys.to(page.get_by_role("button", name="Finish and clear"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This screen is clear")).to_be_focused()
    assert page.evaluate(JUDGE) == ""


ZOOMED = {"width": 320, "height": 200}
"""What a window of 1280 by 800 pixels has at 400 %."""


def test_at_400_per_cent(browser: Browser, tmp_path: Path) -> None:
    """On a desktop at 400 % (320 by 200 pixels) all is reached; nothing covers it or is cut."""
    write_every_kind(tmp_path)
    with opened(browser, tmp_path, viewport=ZOOMED, device_scale_factor=4) as at:
        for theme in ("nhs.css", "player.css"):
            at.page.evaluate(WEAR, theme)
            for step in ("end", "s_see", "s_think", "s_act"):
                at.page.evaluate("name => { location.hash = name; }", step)
                expect(at.page.locator(f"#{step} h2")).to_be_focused()
                assert at.page.evaluate(CUT) == []
                last = at.page.locator(f"#{step} :is(.onward, .finish)")
                Learner(at.page).look_through(last)


CUT = """() => [...document.querySelectorAll("body *")]
  .filter((part) => part.checkVisibility() && !part.closest("svg, .unseen, .table, option"))
  .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
  .map((part) => part.outerHTML.slice(0, 200))
"""
"""What stands out of the window to the right, and would have to be scrolled to."""
