"""What a learner sees and can do with a module of every kind of block."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from axe import AXE, TAGS, assert_axe_finds_nothing
from lms import Lms
from node import PLAYER
from ordering import arrange, order_of
from playwright.sync_api import Browser, FrameLocator, Page, expect
from samples import example, pages, step, text_of, write_module, zipped
from screens import EVERYTHING, Site, box, opened
from states import CHECK, FIRST_THINGS, NURSE

from rsscorm.referee.web import Server
from rsscorm.render import Files


def test_four_requests(browser: Browser, tmp_path: Path) -> None:
    """The first screen needs the page, its style, script and typeface, and nothing else."""
    write_module(tmp_path, step("- text: What we see.\n"))
    with opened(browser, tmp_path) as at:
        expect(at.page.get_by_text("What we see.")).to_be_visible()
        names = [address.rsplit("/", 1)[-1] for address in at.watch.requests]
        assert sorted(names) == ["brygada-1918.woff2", "index.html", "player.css", "player.js"]


def test_the_first_words_wait_for_no_script(browser: Browser, tmp_path: Path) -> None:
    """Before the script comes a long module's first step is not below its contents."""
    write_module(tmp_path, *(step("- text: Words.\n", f"at-{n}") for n in range(40)))
    files = pages(tmp_path)
    for width in (390, 836, 1280):
        before = top_of_the_step(browser, {**files, "player.js": b""}, width)
        after = top_of_the_step(browser, files, width)
        assert before <= after + 1, width


def top_of_the_step(browser: Browser, files: Files, width: int) -> float:
    """How far down a step's title is: in the end, or for good where the script does nothing."""
    with Server(Site(files)) as server:
        page = browser.new_page(viewport={"width": width, "height": 666})
        page.goto(f"{server.origin}/index.html")
        expect(page.locator(".js .is-current")).to_have_count(int("player.js" not in files))
        top = box(page.get_by_role("heading", level=2))["y"]
        page.close()
    return top


def test_come_back(lms: Lms, page: Page, tmp_path: Path) -> None:
    """In an LMS every answer is shown again to a learner who comes back, and words are kept."""
    write_module(tmp_path, step(EVERYTHING), step(example("commitment"), "second"))
    package = lms.add(zipped(tmp_path))
    page.goto(lms.launch(package, "scorm-again"))
    screen = page.frame_locator("iframe")
    answer_everything(screen)
    expect(screen.locator(".saving")).to_contain_text("Saved to your record at")
    page.goto("about:blank")
    page.goto(lms.launch(package, "scorm-again"))
    for words in RESTORED:
        expect(screen.get_by_text(words).locator("visible=true").first).to_be_visible()
    expect(screen.locator("#b_hard-to-refuse textarea")).to_have_value("They were kind.")
    expect(screen.locator("#b_how-many input")).to_have_value("9.5")
    assert order_of(screen.locator("#b_first-things")) == list(FIRST_THINGS)
    frame = page.frames[1]
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    assert_axe_finds_nothing(frame, TAGS)


def answer_everything(screen: FrameLocator) -> None:
    """Answer one of each kind."""

    def choose(block: str, option: str, send: str = "Record my answer") -> None:
        question = screen.locator(f"#b_{block}")
        question.locator(".option").get_by_text(option, exact=True).click()
        question.get_by_role("button", name=send).click()

    choose("early-sign", "Something is kept from the rest of the team", CHECK)
    choose("stop-and-ask", "They asked politely", CHECK)
    arrange(screen.locator("#b_first-things"), FIRST_THINGS)
    screen.locator("#b_first-things").get_by_role("button", name=CHECK).click()
    for select in screen.locator("#b_who-to-tell select").all():
        select.select_option(NURSE)
    screen.locator("#b_who-to-tell").get_by_role("button", name=CHECK).click()
    screen.locator("#b_how-many input").fill("9.50")
    screen.locator("#b_how-many").get_by_role("button", name=CHECK).click()
    choose("know-who", "Mostly")
    choose("bent-rule", "Speak to them there and then")
    screen.get_by_role("button", name="Take the card").click()
    expect(screen.locator("#b_hard-to-refuse .stays")).to_contain_text("stays on this device")
    screen.locator("#b_hard-to-refuse textarea").fill("They were kind.")
    expect(screen.locator("#b_hard-to-refuse .kept")).to_have_text("Kept on this device.")


RESTORED = [
    "That’s right",
    "Two of these have nothing to do with manners.",
    "Right place",
    "Not right",
    "Every one of them.",
    "Thank you",
    "To protect your privacy, your choice was not kept.",
    "Nobody knows but you and Sam.",
]


def test_without_scripts(browser: Browser, tmp_path: Path) -> None:
    """Without JavaScript all can be read: every step, transcripts, what is said of answers."""
    others = step(example("perspectives"), "second", title="Others")
    write_module(tmp_path, step(EVERYTHING), others)
    with opened(browser, tmp_path, java_script_enabled=False) as at:
        page = at.page
        expect(page.get_by_role("heading", level=2)).to_have_text(["A step", "Others"])
        for words in (
            "Scripts are switched off",
            "Secrecy is what the serious ones have in common.",
            "Dee moved away from Jo, twice.",
            "The team agrees how cards are posted.",
            "I try to thank them first.",
            "And what cannot?",
            "Seats changed twice in one evening.",
            "Who holds the remote control?",
            "The right order",
            "Choose from these:",
            "10 handovers",
        ):
            expect(page.get_by_text(words).first).to_be_visible()
        for words in ("Record my answer", "These open when you have answered", "Finish and clear"):
            expect(page.get_by_text(words).locator("visible=true")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 836, 1280])
def test_widths(width: int, browser: Browser, tmp_path: Path) -> None:
    """Nothing scrolls sideways and nothing is cut, from 320 pixels (400 % zoom) to a desktop."""
    word = "Donaudampfschifffahrtsgesellschaft"
    long = step(f"- text: {word * 4}\n", "long", title="W" * 60)
    write_module(tmp_path, step(EVERYTHING), long)
    with opened(browser, tmp_path, viewport={"width": width, "height": 600}) as at:
        page = at.page
        for place in ("#s_first", "#s_long", "#end"):
            page.goto(page.url.split("#")[0] + place)
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_budget(tmp_path: Path) -> None:
    """What is promised: scripts take at most 40 kB gzipped, styles 14 kB in either theme."""
    for script in ("scorm12.js", "xapi.js"):
        assert len(gzip.compress((PLAYER / "built" / script).read_bytes())) <= 40_000
    write_module(tmp_path, step(example("text")))
    for theme in ("clear", "nhs"):
        style = text_of(pages(tmp_path, theme=theme), "player.css")
        assert len(gzip.compress(style.encode())) <= 14_000
