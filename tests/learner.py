"""A learner at the story's module, and the packages of it: what browser tests are told with.

A plug-in of pytest: `conftest.py` names it in `pytest_plugins`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lms import Api, Lms, Package
from playwright.sync_api import FrameLocator, Page, expect
from workspaces import Quiet

from rsscorm.build import Order, build

STORIES = Path(__file__).parent / "stories"
SETTINGS = "iri: https://learning.example.org/\ndeployments:\n  default: {}\n"


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of the story's module, built with the real compiler."""
    return built(tmp_path_factory.mktemp("workspace"), {})


def built(workspace: Path, changes: dict[str, str], story: str = "a-shift") -> Path:
    """Build a story's module with these words in it replaced."""
    module = workspace / "modules" / story
    shutil.copytree(STORIES / story / "module", module)
    text = (module / "module.yaml").read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (module / "module.yaml").write_text(text, "utf-8")
    (workspace / "rsscorm.yaml").write_text(SETTINGS, "utf-8")
    outcome = build(str(workspace), Order(), Quiet())
    assert outcome.problems == []
    return workspace / "dist"


@pytest.fixture
def scorm(lms: Lms, dist: Path) -> Package:
    """The SCORM package, imported."""
    return lms.add(dist / "a-shift-2026.1-scorm12.zip")


@pytest.fixture
def tincan(lms: Lms, dist: Path) -> Package:
    """The Tin Can package, imported."""
    return lms.add(dist / "a-shift-2026.1-xapi.zip")


class Learner:
    """Somebody at the module; each method is something that she does, up to its being saved."""

    def __init__(self, page: Page, sco: Page | FrameLocator) -> None:
        self.page = page
        self.sco = sco

    def saved(self, kind: str = "saved") -> None:
        """Wait until the line below the title says that all is saved."""
        expect(self.sco.locator(".saving")).to_have_attribute("data-kind", kind)

    def go(self, step: str) -> None:
        """Go to a step by the contents."""
        self.contents(step)
        expect(self.sco.get_by_role("heading", level=2, name=step)).to_be_visible()
        self.saved()

    def contents(self, name: str) -> None:
        """Follow an entry of the contents, which a small window has below a button."""
        button = self.sco.get_by_role("button", name="Contents")
        if button.is_visible():
            button.click()
        self.sco.get_by_role("navigation").get_by_role("link", name=name).click()

    def block(self, id: str) -> Any:
        """A block of the page."""
        return self.sco.locator(f'[data-block="{id}"]').first

    def answer(self, id: str, *labels: str, again: bool = False) -> None:
        """Choose these options of a question and send them."""
        blocks = self.sco.locator(f'[data-block="{id}"]')
        block = blocks.last if again else blocks.first
        for label in labels:
            block.get_by_label(label, exact=True).check()
        block.get_by_role("button", name=re.compile("my answer")).click()
        self.saved()

    def decide(self, id: str, *turns: str) -> None:
        """Take these turns of a scenario, one after another."""
        for turn in turns:
            self.block(id).get_by_role("button", name=turn).click()
            self.saved()

    def write(self, id: str, words: str) -> None:
        """Write something, and wait until it is kept."""
        self.block(id).get_by_role("textbox").fill(words)
        expect(self.block(id).locator(".kept")).to_have_text("Kept on this device.")
        self.saved()

    def press(self, name: str) -> None:
        """Press a button of the page."""
        self.sco.get_by_role("button", name=name).click()


class Visits:
    """Launches the module as one learner, by one way of launching."""

    def __init__(self, lms: Lms, package: Package, page: Page, api: Api) -> None:
        self.lms, self.package, self.page, self.api = lms, package, page, api

    def open(self, **query: Any) -> Learner:
        """Open the module; how it is left is for the story to say."""
        self.page.goto(self.lms.launch(self.package, self.api, **query))
        sco = self.page if self.api == "tincan" else self.page.frame_locator("#sco")
        return Learner(self.page, sco)

    @contextmanager
    def visit(self, kind: str = "saved", **query: Any) -> Iterator[Learner]:
        """Open the module, do what the story says, and leave by the LMS's own way out."""
        learner = self.open(**query)
        learner.saved(kind)
        yield learner
        self.leave()

    def leave(self) -> None:
        """Close the module: by the exit link, or by going somewhere else."""
        if self.api == "tincan":
            self.page.goto(f"{self.lms.origin}/left")
        else:
            self.page.get_by_role("link", name="Exit activity").click()
            self.page.get_by_text("You have left").wait_for()
            self.lms.wait_for_call(self.package, "LMSFinish")
