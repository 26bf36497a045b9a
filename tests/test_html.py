"""Every page that we make is good HTML: as it is sent, and as it stands after a learner's deeds."""

from __future__ import annotations

from pathlib import Path

import pytest
from markup import SCRIPTED, validate, written
from playwright.sync_api import Browser, expect
from samples import pages, text_of, write_every_kind
from screens import visited
from states import press
from test_broken import PARTS, broken


@pytest.mark.parametrize("theme", ["clear", "nhs"])
def test_as_it_is_sent(theme: str, tmp_path: Path) -> None:
    """A module with every kind of block, and its end page, before any script."""
    write_every_kind(tmp_path)
    target = tmp_path / "index.html"
    target.write_text(text_of(pages(tmp_path, theme=theme), "index.html"), "utf-8")
    validate(tmp_path, target)


def test_the_end(browser: Browser, tmp_path: Path) -> None:
    """The page with the learner's own record, and the cleared screen."""
    write_every_kind(tmp_path)
    with visited(browser, pages(tmp_path), "#end") as at:
        press("Show my record")(at.page)
        expect(at.page.locator("#record")).to_be_visible()
        record = written(at.page, tmp_path / "record.html")
        press("Finish and clear")(at.page)
        expect(at.page.get_by_role("heading", name="This screen is clear")).to_be_visible()
        cleared = written(at.page, tmp_path / "cleared.html")
    validate(tmp_path, record, cleared, **SCRIPTED)


def test_blocks_that_fail(browser: Browser, tmp_path: Path) -> None:
    """The page in which the script of every block has failed."""
    write_every_kind(tmp_path)
    parts = [(f'block-{kind}"', part) for kind, part in PARTS.items()]
    with visited(browser, broken(pages(tmp_path), *parts)) as at:
        at.watch.expect("The page has no")
        expect(at.page.locator(".is-plain").first).to_be_attached()
        target = written(at.page, tmp_path / "broken.html")
    validate(tmp_path, target, **SCRIPTED)
