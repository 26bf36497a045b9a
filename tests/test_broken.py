"""A block whose script fails stays readable, stops nothing else, and never holds the learner up."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe import AXE, TAGS, assert_axe_finds_nothing
from browser import Watch
from learner import Learner, Visits
from lms import Lms
from playwright.sync_api import Browser, Locator, Page, expect
from samples import example, pages, read, step, write_module
from screens import FRAME, SCORED, Site
from states import CHECK, pick

from rsscorm.blocks import KINDS
from rsscorm.package import scorm12
from rsscorm.package.zip import write_zip
from rsscorm.referee.web import Server
from rsscorm.render import Files
from rsscorm.workspace import Settings

SAYS_SO = "This does not work here, but it does not hold you up"
PARTS = {
    "cards": "turn-over", "choice": "said", "choices": "said", "order": "places", "match": "nudge",
    "number": "entry", "scale": "said", "note": "count", "hotspots": "spot-hint",
    "tabs": "tab-row", "scenario": "scenes", "quiz": "result", "poll": "said",
    "commitment": "kept",
}  # fmt: skip
"""Of each kind that a script brings to life, something in its HTML that the script needs."""
READABLE = {
    "cards": "Seats changed twice in one evening.",
    "choice": "Secrecy is what the serious ones have in common.",
    "choices": "A favourite and a silence.",
    "order": "The right order",
    "match": "A worry about yourself",
    "number": "Every one of them.",
    "scale": "Mostly",
    "note": "What makes this kind of request hard to refuse?",
    "hotspots": "Who holds the remote control?",
    "tabs": "Visits, supper and the quiet after it.",
    "scenario": "The team agrees how cards are posted.",
    "quiz": "How many eyes are enough?",
    "poll": "Speak to them there and then",
    "commitment": "One thing I will do on my next shift",
}
"""What still stands there, though nothing was pressed."""
BANK = """\
- quiz: Check what you know
  id: check
  bank:
    - number: How many eyes are enough?
      id: eyes
      answer: 4
    - choice: Who needs to know?
      id: needs
      options: [{team: The team}, {nobody: Nobody}]
      answer: team
"""


def press(name: str) -> Callable[[Page], None]:
    """Press a button."""
    return lambda page: page.get_by_role("button", name=name).first.click()


def press_on(where: str) -> Callable[[Page], None]:
    """Press what is there."""
    return lambda page: page.locator(where).click()


def press_key(where: str, key: str) -> Callable[[Page], None]:
    """Press a key on something."""
    return lambda page: page.locator(where).press(key)


NEIGHBOUR = "- scale: This works.\n  id: neighbour\n  labels: [No, Yes]\n"


def broken(files: Files, *parts: tuple[str, str]) -> Files:
    """The files, where blocks whose class and what follows fits a pattern lack a part."""
    page = files["index.html"]
    assert isinstance(page, bytes)
    blocks = re.split(r'(?=<div class="block )', page.decode())
    for start, part in parts:
        found = [each for each in blocks if re.match(f'<div class="block {start}', each)]
        assert any(f'class="{part}"' in each for each in found), (start, part)
        blocks = [
            each.replace(f'class="{part}"', 'class="lost"') if each in found else each
            for each in blocks
        ]
    return {**files, "index.html": "".join(blocks).encode()}


def test_every_script_can_fail() -> None:
    """Each kind is here whose script needs anything; perspectives' own takes what it finds."""
    scripts = re.findall(r"^  (\w+)(?:: \w+)?,$", INDEX.read_text("utf-8"), re.MULTILINE)
    assert {*scripts} <= {*KINDS}
    assert {*scripts} - {"perspectives"} == PARTS.keys() == READABLE.keys()


INDEX = Path(scorm12.__file__).parents[1] / "blocks" / "index.ts"


@pytest.mark.parametrize("kind", PARTS)
def test_a_kind_that_fails(kind: str, browser: Browser, tmp_path: Path) -> None:
    """It can be read and says so if it asks something; its neighbour works, its step is done."""
    write_module(
        tmp_path, step(example(kind) + NEIGHBOUR), step("- text: End.\n", "second", title="Another")
    )
    files = broken(pages(tmp_path), (f'block-{kind}"(?!.*neighbour)', PARTS[kind]))
    with Server(Site(files)) as server:
        watch = Watch(browser, server.origin)
        watch.expect(f"The page has no .*{PARTS[kind]}")
        page = watch.open(reduced_motion="reduce", viewport=FRAME)
        page.goto(f"{server.origin}/index.html")
        block = page.locator(f".block-{kind}.is-plain").first
        words = block.get_by_text(READABLE[kind]).locator("visible=true").first
        expect(words).to_be_visible()
        asks = 'class="question' in block.inner_html() or kind in ("scenario", "quiz")
        expect(block.get_by_text(SAYS_SO)).to_have_count(int(asks))
        expect(block.locator(".actions:visible")).to_have_count(0)
        expect(page.locator("[inert]")).to_have_count(0)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert_axe_finds_nothing(page, TAGS)
        pick("Yes", block="neighbour")(page)
        if kind == "poll":
            expect(page.locator(".block-perspectives .voice")).to_be_visible()
            expect(page.locator(".to-do li")).to_have_text(["Would you tell somebody?"])
            pick("Today", block="would-you-tell")(page)
        expect(page.locator(".to-do:visible")).to_have_count(0)
        finish(page)
        watch.verdict()


def finish(page: Page) -> None:
    """Go through to the end, which says that the module is complete, and clear the screen."""
    page.locator(".onward:visible").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Another")
    page.locator(".onward:visible").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("You have completed this module")
    page.get_by_role("button", name="Finish and clear").click()
    expect(page.get_by_role("heading", name="This screen is clear")).to_be_focused()


def test_a_question_of_a_quiz_that_fails(browser: Browser, tmp_path: Path) -> None:
    """The quiz passes over it, and comes to its result."""
    write_module(tmp_path, step(BANK))
    with Server(Site(broken(pages(tmp_path), ("block-choice", "nudge")))) as server:
        watch = Watch(browser, server.origin)
        watch.expect("The page has no .nudge")
        page = watch.open(reduced_motion="reduce", viewport=FRAME)
        page.goto(f"{server.origin}/index.html")
        page.get_by_role("button", name="Begin").click()
        page.get_by_label("Your answer", exact=True).fill("4")
        page.locator(".is-on").get_by_role("button", name=CHECK).click()
        page.get_by_role("button", name="See your result").click()
        expect(page.locator(".result .score")).to_have_text("1 of 2 right")
        expect(page.locator(".is-on").get_by_text(SAYS_SO)).to_be_visible()
        watch.verdict()


NO_WAY = "() => { throw new Error('The browser does not do this'); }"
FAILS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "cards": ("window.getSelection", press("Turn over")),
    "choice": (
        "$('#b_early-sign .said').focus",
        pick("Something is kept from the rest of the team", block="early-sign", send=CHECK),
    ),
    "order": ("$('.place').scrollIntoView", press_key(".place:first-child .handle", "ArrowDown")),
    "match": ("$('.pair select').focus", press(CHECK)),
    "number": ("$('.entry input').focus", press(CHECK)),
    "scale": ("$('.option').querySelector", press_on("#b_know-who .option:last-child")),
    "note": ("$('.skip').closest('.writing').querySelector('.said').focus", press("Skip")),
    "hotspots": ("$('.spot-panel').scrollIntoView", press_on(".spot-name >> nth=0")),
    "tabs": ("$('.tab-name:last-child').scrollIntoView", press_on(".tab-name:last-child")),
    "scenario": ("$('.turn-said').focus", press("Take the card")),
    "quiz": ("$('.block-quiz').scrollIntoView", press("Begin")),
    "poll": (
        "$('#b_bent-rule .said').focus",
        pick("Speak to them there and then", block="bent-rule"),
    ),
}
"""Of each kind: what the browser fails at, and the deed of the learner's in which it does."""


@pytest.mark.parametrize("kind", FAILS)
def test_a_deed_that_fails(kind: str, browser: Browser, tmp_path: Path) -> None:
    """A block that fails in the learner's hands is let go like one that never came to life; it
    says so where the learner is."""
    write_module(
        tmp_path, step(example(kind) + NEIGHBOUR), step("- text: End.\n", "second", title="Another")
    )
    place, deed = FAILS[kind]
    with Server(Site(pages(tmp_path))) as server:
        watch = Watch(browser, server.origin)
        watch.expect("The browser does not do this")
        page = watch.open(reduced_motion="reduce", viewport=FRAME)
        page.goto(f"{server.origin}/index.html")
        expect(page.locator(".js")).to_have_count(1)
        page.evaluate(
            f"() => {{ const $ = (at) => document.querySelector(at); {place} = {NO_WAY}; }}"
        )
        deed(page)
        block = page.locator(f".block-{kind}.is-plain").first
        words = block.get_by_text(READABLE[kind]).locator("visible=true").first
        expect(words).to_be_visible()
        assert_lets_go(page, block)
        pick("Yes", block="neighbour")(page)
        expect(page.locator(".saving")).to_have_attribute("data-kind", "nowhere")
        watch.verdict()


def assert_lets_go(page: Page, block: Locator) -> None:
    """It says that it does not work if it asks something, has the focus, and does nothing more."""
    asks = block.locator(".question, .scenario, .quiz").count() > 0
    said = block.get_by_text(SAYS_SO)
    expect(said).to_have_count(int(asks))
    expect(said.locator("..") if asks else block).to_be_focused()
    expect(block.locator(".actions:visible, .turn:enabled, [role=tab]")).to_have_count(0)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert_axe_finds_nothing(page, TAGS)


def broken_visit(
    lms: Lms, page: Page, watch: Watch, folder: Path, *, complete: str
) -> tuple[Learner, Visits]:
    """A learner at two scored questions in an LMS, of which the second does not work."""
    write_module(folder, step(SCORED), complete=complete)
    files = broken(pages(folder), ('block-choice" data-kind="choice" id="b_comes-first"', "said"))
    write_zip(scorm12.package(read(folder), files, Settings()), folder / "sample.zip")
    watch.expect("The page has no .said")
    visits = Visits(lms, lms.add(folder / "sample.zip"), page, "referee")
    nurse = visits.open()
    nurse.saved()
    nurse.answer("who-needs", "The team")
    return nurse, visits


def test_an_lms_hears_that_it_is_complete(
    lms: Lms, page: Page, watch: Watch, tmp_path: Path
) -> None:
    """Without a mark the module is complete; the score is of all questions, the answered right."""
    nurse, visits = broken_visit(lms, page, watch, tmp_path, complete="{when: all-steps}")
    record = lms.attempt(visits.package)
    assert record["cmi.core.lesson_status"] == "completed"
    assert record["cmi.core.score.raw"] == "50"
    assert "cmi.interactions.1.id" not in record
    nurse.contents("Your record")
    expect(nurse.sco.get_by_role("heading", level=2)).to_have_text("You have completed this module")


def test_no_mark_is_reached_without_an_answer(
    lms: Lms, page: Page, watch: Watch, tmp_path: Path
) -> None:
    """Where a mark is asked for, a question that nobody could answer is no right one."""
    nurse, visits = broken_visit(
        lms, page, watch, tmp_path, complete="{when: passed, pass-mark: 80}"
    )
    assert lms.attempt(visits.package)["cmi.core.lesson_status"] == "incomplete"
    expect(nurse.sco.locator(".to-do")).to_be_hidden()
    expect(nurse.sco.get_by_text(SAYS_SO)).to_be_visible()
    nurse.contents("Your record")
    expect(nurse.sco.get_by_role("heading", level=2)).to_have_text("Not finished yet")
    nurse.press("Finish and clear")
    expect(nurse.sco.get_by_role("heading", name="This screen is clear")).to_be_visible()
