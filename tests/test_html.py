"""Every page that we make is good HTML: as it is sent, and as it stands after a learner's deeds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from node import node
from playwright.sync_api import Browser, Page, expect
from samples import example, pages, step, write_every_kind, write_module
from screens import Site
from states import STATES, look, press
from test_broken import PARTS, broken

from rsscorm.blocks import KINDS
from rsscorm.referee.web import Server
from rsscorm.render import Files

Act = Callable[[Page], None]
SCRIPTED = {
    # Points on a picture are placed by script, which the policy of the page allows.
    "no-inline-style": "off",
    # How a browser writes its page down again.
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
}
"""What does not matter in a page that is written down by a browser."""
QUIZ = {"first question", "right", "wrong", "below the mark", "to look at again", "another attempt"}
"""States of the quiz beside its beginning; the others have the same parts."""


def validate(folder: Path, rules: dict[str, str], *targets: Path) -> None:
    """html-validate finds nothing in these pages."""
    file = folder / "rules.json"
    extends = ["html-validate:recommended"]
    file.write_text(json.dumps({"root": True, "extends": extends, "rules": rules}))
    done = node("node_modules/html-validate/bin/html-validate.mjs", "--config", file, *targets)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("theme", ["clear", "nhs"])
def test_as_it_is_sent(theme: str, tmp_path: Path) -> None:
    """A module with every kind of block, and its end page, before any script."""
    write_every_kind(tmp_path)
    target = tmp_path / "index.html"
    content = pages(tmp_path, theme=theme)["index.html"]
    assert isinstance(content, bytes)
    target.write_bytes(content)
    validate(tmp_path, {}, target)


def states(kind: str) -> dict[str, list[Act]]:
    """What a learner does with a kind of block, by state."""
    found = {name: acts for name, acts, _ in STATES[kind] if acts != [look]}
    return {name: acts for name, acts in found.items() if kind != "quiz" or name in QUIZ}


def open_record(page: Page) -> None:
    """The record on the end page."""
    page.evaluate("location.hash = 'end'")
    press("Show my record")(page)
    expect(page.locator("#record")).to_be_visible()


def clear(page: Page) -> None:
    """Finish and clear the screen."""
    page.evaluate("location.hash = 'end'")
    press("Finish and clear")(page)
    expect(page.get_by_role("heading", name="This screen is clear")).to_be_visible()


def test_as_it_stands_after_the_script(browser: Browser, tmp_path: Path) -> None:
    """The page in every state of every block, with the record, cleared, and with broken blocks."""
    targets: list[Path] = []
    for kind in KINDS:
        write_module(tmp_path / kind, step(example(kind)))
        targets += left(browser, pages(tmp_path / kind), states(kind), tmp_path / kind)
    write_every_kind(tmp_path)
    files = pages(tmp_path)
    ends: dict[str, list[Act]] = {"fresh": [look], "record": [open_record], "cleared": [clear]}
    targets += left(browser, files, ends, tmp_path)
    lacking = broken(files, *((f'block-{kind}"', part) for kind, part in PARTS.items()))
    targets += left(browser, lacking, {"broken": [look]}, tmp_path)
    validate(tmp_path, SCRIPTED, *targets)


def left(browser: Browser, files: Files, acts: dict[str, list[Act]], folder: Path) -> list[Path]:
    """The page as it stands after what a learner did, in a file for each state."""
    targets = []
    with Server(Site(files)) as server:
        page = browser.new_page(reduced_motion="reduce")
        for name, deeds in acts.items():
            page.goto(f"{server.origin}/index.html?{len(targets)}")
            expect(page.locator("html.js")).to_be_attached()
            for deed in deeds:
                deed(page)
            targets.append(folder / f"{re.sub('[^a-z]+', '-', name)}.html")
            targets[-1].write_text(page.content(), "utf-8")
        page.close()
    return targets
