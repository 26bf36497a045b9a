"""What a learner sees and can do: every kind of block, in every state it can be in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import Watch
from lms import TYPES
from node import PLAYER, node
from playwright.sync_api import Browser, Locator, Page, expect
from samples import example, pages, step, write_module
from web import Request, Response, Server

from rsscorm.blocks import KINDS
from rsscorm.render import Files

AXE = PLAYER / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WEAR = """name => new Promise((resolve, reject) => {
  const link = document.querySelector("link[rel=stylesheet]");
  link.onload = resolve;
  link.onerror = reject;
  link.href = name;
})"""
"""Puts another theme on the page; resolves when it is there."""


class Site:
    """Serves rendered files, and the player's script as a SCORM package has it."""

    def __init__(self, files: Files) -> None:
        script = PLAYER / "built" / "scorm12.js"
        self.files: Files = {**files, "player.js": script}

    def answer(self, request: Request) -> Response:
        """The file of this name."""
        if request.path == "/favicon.ico":
            return Response(204)
        content = self.files.get(request.path.lstrip("/"))
        if content is None:
            return Response(404)
        body = content if isinstance(content, bytes) else content.read_bytes()
        return Response(200, body, {"Content-Type": TYPES[Path(request.path).suffix]})


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a module of given steps in a page; the test fails if anything goes wrong in it."""
    closing: list[Callable[[], None]] = []

    def open(*steps: str, theme: str = "clear", place: str = "", **more: Any) -> Page:
        options = {key: more.pop(key) for key in ("complete", "polls", "title") if key in more}
        write_module(tmp_path, *steps, **options)
        server = Server(Site(pages(tmp_path, theme=theme)))
        server.__enter__()
        watch = Watch(browser, server.origin)
        more.setdefault("reduced_motion", "reduce")
        page = watch.open(**more)
        closing.extend([watch.verdict, page.context.close, lambda: server.__exit__(None, None, None)])
        page.goto(f"{server.origin}/index.html{place}")
        return page

    yield open
    for close in closing[1:]:
        close()
    for verdict in closing[:1]:
        verdict()


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing in our theme; nor in the other, where only looks differ.

    Its script comes through the debugger, which no policy hinders.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert_axe_finds_nothing(page, TAGS)
    page.evaluate(WEAR, "nhs.css")
    assert_axe_finds_nothing(page, ["color-contrast", "target-size"])


def assert_axe_finds_nothing(page: Page, rules: list[str]) -> None:
    """None of these rules (or rules with these tags) is broken, and nothing scrolls sideways."""
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    told = [
        f"{rule['id']}: {rule['help']}\n  {part['html']}\n  {part['failureSummary']}"
        for rule in found["violations"]
        for part in rule["nodes"]
    ]
    assert not told, "\n".join(told)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide), "the page scrolls sideways"


# What a learner does, and then sees, by kind of block. A kind that plays and is not here fails.


def look(page: Page) -> None:
    """Do nothing yet."""


def pick(*options: str, block: str, send: str = "Record my answer") -> Callable[[Page], None]:
    """Choose options of a question and press its button."""

    def act(page: Page) -> None:
        question = page.locator(f"#b_{block}")
        for option in options:
            question.locator(".option").get_by_text(option, exact=True).click()
        question.get_by_role("button", name=send).click()

    return act


def press(name: str, within: str = "main") -> Callable[[Page], None]:
    """Press a button, or what opens a passage."""
    return lambda page: page.locator(f"{within} >> visible=true").get_by_text(name).first.click()


def write(words: str) -> Callable[[Page], None]:
    """Type words, and leave the field."""

    def act(page: Page) -> None:
        page.locator("textarea:visible").fill(words)
        page.keyboard.press("Tab")
        expect(page.locator(".kept").filter(has_text="kept").first).to_be_visible()

    return act


CHECK = "Check my answer"
STATES: dict[str, list[tuple[str, list[Callable[[Page], None]], str]]] = {
    "text": [("fresh", [look], "what we know about each other")],
    "image": [("fresh", [look], "Picture: Ward art group")],
    "video": [
        ("fresh", [look], "Read the transcript"),
        ("transcript open", [press("Read the transcript")], "Dee moved away from Jo"),
    ],
    "audio": [
        ("fresh", [look], "Read the transcript"),
        ("transcript open", [press("Read the transcript")], "Dee moved away from Jo"),
    ],
    "quote": [("fresh", [look], "A ward manager")],
    "callout": [("fresh", [look], "Do not promise to keep a secret.")],
    "accordion": [
        ("fresh", [look], "The team"),
        ("open", [press("The place")], "And what cannot?"),
    ],
    "timeline": [("fresh", [look], "A card in the post")],
    "download": [("fresh", [look], "(PDF, 1 kB)")],
    "choice": [
        ("fresh", [look], "Choose one answer."),
        ("nothing chosen", [pick(block="early-sign", send=CHECK)], "Choose an answer first."),
        (
            "wrong",
            [pick("Staff and patients use first names", block="early-sign", send=CHECK)],
            "You can try once more.",
        ),
        (
            "tries spent",
            2 * [pick("Staff and patients use first names", block="early-sign", send=CHECK)],
            "Your tries are used up.",
        ),
        (
            "right",
            [pick("Something is kept from the rest of the team", block="early-sign", send=CHECK)],
            "That’s right",
        ),
        (
            "opinion",
            [pick("Somebody to talk to", block="would-help")],
            "Supervision is one such place.",
        ),
        (
            "skipped",
            [press("Skip this question", "#b_would-help")],
            "You skipped this question. You can still answer it.",
        ),
    ],
    "choices": [
        ("fresh", [look], "Choose every answer that fits."),
        ("wrong", [pick("They asked politely", block="stop-and-ask", send=CHECK)], "Not quite"),
        (
            "right",
            [
                pick(
                    "You would not do it for most of the others",
                    "You would rather not mention it at handover",
                    block="stop-and-ask",
                    send=CHECK,
                )
            ],
            "A favourite and a silence.",
        ),
    ],
    "scale": [
        ("fresh", [look], "There is no right or wrong answer here."),
        ("answered", [pick("Mostly", block="know-who")], "Thank you"),
        ("skipped", [press("Skip this question")], "You skipped this question."),
    ],
    "note": [
        ("fresh", [look], "What you write stays on this device."),
        ("written", [write("They were kind to me.")], "5 words so far"),
        ("skipped", [press("Skip this question")], "You skipped this question."),
    ],
    "scenario": [
        ("fresh", [look], "What would you do first?"),
        ("ending", [press("Take the card")], "Nobody knows but you and Sam."),
        (
            "another way",
            [press("Take the card"), press("Go back and try another way")],
            "Say that you will ask",
        ),
    ],
    "poll": [
        ("fresh", [look], "Only the fact that you answered is recorded."),
        ("held back", [look], "These open when you have answered"),
        (
            "voted",
            [pick("Speak to them there and then", block="bent-rule")],
            "The answer given most often was “Speak to them after the shift” (59%).",
        ),
        ("read on", [press("Read on without answering")], "Tell me early"),
        (
            "voted again",
            [
                pick("Speak to them there and then", block="bent-rule"),
                pick("Speak to them after the shift", block="bent-rule_again"),
            ],
            "Before: Speak to them there and then. Now: Speak to them after the shift.",
        ),
        (
            "second vote of a choice",
            [
                pick("Today", block="would-you-tell"),
                pick("When there is time", block="would-you-tell-now"),
            ],
            "Before: Today. Now: When there is time.",
        ),
    ],
    "perspectives": [
        ("held back", [look], "These open when you have answered"),
        ("open", [press("Read on without answering")], "I try to thank them first."),
    ],
    "commitment": [
        ("fresh", [look], "One thing I will do on my next shift"),
        ("written", [write("Ask Sam about the evening.")], "5 words so far"),
    ],
}

PLAYING = [name for name, kind in KINDS.items() if kind.plays]


@pytest.mark.parametrize("kind", PLAYING)
def test_states(kind: str, browser: Browser, tmp_path: Path) -> None:
    """In each state of each block a learner finds the words expected, and axe-core finds nothing."""
    assert kind in STATES, f"say in STATES what a learner does with `{kind}`"
    write_module(tmp_path, step(example(kind)))
    files = pages(tmp_path)
    files["nhs.css"] = pages(tmp_path, theme="nhs")["player.css"]
    with Server(Site(files)) as server:
        watch = Watch(browser, server.origin)
        for name, acts, seen in STATES[kind]:
            page = watch.open(reduced_motion="reduce", viewport={"width": 836, "height": 666})
            page.goto(f"{server.origin}/index.html")
            for act in acts:
                act(page)
            words = page.locator("main").get_by_text(seen).locator("visible=true").first
            expect(words, f"{kind}, {name}").to_be_visible()
            assert_accessible(page)
            page.context.close()
        watch.verdict()
