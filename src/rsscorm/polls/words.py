"""The words of polls, from a package: the service itself knows ids alone."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from rsscorm.polls.errors import PollsError

DATA = re.compile(rb'<script type="application/json" id="module-data">(.*?)</script>', re.DOTALL)

LARGEST = 20_000_000
"""Bytes of a package's page."""


class PackageWordsError(PollsError):
    """A file is no package of ours."""


class Words:
    """Questions and options by their ids; an id stands for itself where there are no words."""

    def __init__(
        self, blocks: dict[str, dict[str, Any]] | None = None, title: str = "", release: str = ""
    ) -> None:
        self._blocks = blocks or {}
        self.title = title
        self.release = release

    def question(self, poll: str) -> str:
        """What a poll asks."""
        return str(self._blocks.get(poll, {}).get("name", poll))

    def option(self, poll: str, option: str) -> str:
        """What an option says."""
        components = self._blocks.get(poll, {}).get("components", ())
        return next((str(each["text"]) for each in components if each["id"] == option), option)


def words_of(package: Path) -> Words:
    """The words of a package that `rsscorm build` made. Raises `PackageWordsError`."""
    try:
        data = json.loads(_data(package))
        blocks = [block for step in data["steps"] for block in step["blocks"]]
        asked = {each["id"]: each["interaction"] for each in blocks if "interaction" in each}
        return Words(asked, str(data["title"]), str(data["polls"]["release"]))
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PackageWordsError(f"{package} is no package that `rsscorm build` made") from error


def words_for(package: Path, release: str, known: Collection[str]) -> Words:
    """The words of a release's own package; `known` are the releases of the store.

    Raises `PackageWordsError` for a package of another module or round, whose words would be
    those of other polls.
    """
    words = words_of(package)
    if words.release != release:
        where = "which is another one" if words.release in known else "which isn't in this store"
        raise PackageWordsError(
            f"{package} is of the release {words.release}, {where}: a package of {release} is "
            "needed, of any edition and deployment"
        )
    return words


def _data(package: Path) -> bytes:
    with zipfile.ZipFile(package) as opened, opened.open("index.html") as page:
        found = DATA.search(page.read(LARGEST))
    if not found:
        raise ValueError("there is no module in it")
    return found[1]
