"""The module in modules/gallery shows every kind of block, in words that are worth reading."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from browser import Watch
from examples import ROOT
from layout import poor
from playwright.sync_api import Browser, expect
from samples import pages, read
from screens import FRAME, Site

from rsscorm.blocks import KINDS
from rsscorm.referee.web import Server
from rsscorm.source import check

NAME = "gallery"


def lay_out(folder: Path) -> Path:
    """A workspace with the gallery in it."""
    shutil.copytree(ROOT / "modules" / NAME, folder / "modules" / NAME)
    return folder


def test_no_kind_of_block_is_missing(tmp_path: Path) -> None:
    """Whoever adds a kind of block shows it here, too."""
    module = read(lay_out(tmp_path), NAME)
    shown = {block.kind for step in module.steps for block in step.blocks}
    assert set(KINDS) - shown == set()


def test_nothing_is_to_be_mended_or_asked(tmp_path: Path) -> None:
    """It is an example to follow: neither an error nor a warning."""
    assert check(lay_out(tmp_path), [NAME], today=date(2026, 12, 1)) == []


def test_its_steps_are_laid_out_well(browser: Browser, tmp_path: Path) -> None:
    """In both themes and at every width nothing overflows, overlaps, is clipped or too small."""
    workspace, found = lay_out(tmp_path), []
    files = {**pages(workspace, NAME), "nhs.css": pages(workspace, NAME, "nhs")["player.css"]}
    with Server(Site(files)) as server:
        watch = Watch(browser, server.origin)
        machine = watch.machine(reduced_motion="reduce", viewport=FRAME)
        for step in read(workspace, NAME).steps:
            page = machine.new_page()
            page.goto(f"{server.origin}/index.html#s_{step.id}")
            expect(page.locator(f"#s_{step.id}")).to_be_visible()
            found += [f"{step.id}, {what}" for what in poor(page)]
            page.close()
        machine.close()
        watch.verdict()
    assert found == []
