"""What is so of a module as one organisation has it, and of one package of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from rsscorm.blocks import Block
from rsscorm.blocks.download import Download
from rsscorm.blocks.fields import Authored
from rsscorm.blocks.poll import Poll
from rsscorm.blocks.video import Film
from rsscorm.module import Module
from rsscorm.workspace import Deployment, Settings, Theme, activity_id, release_id

Told = Literal["scored", "answer", "fact", "written", "poll"]
"""What an LMS is told of a question: answer and result, the answer, that it was answered, that
something was written, or what the module's rules of polls allow."""

OUTWARD = re.compile(rb'<a [^>]*href="https?://([^/"?#:]+)')
"""Where a link in a page leads."""

LANGUAGES = {"en": "English", "en-GB": "English (United Kingdom)"}


@dataclass(frozen=True)
class Packed:
    """A package as it was written: its name, format, bytes, two digests, and its files.

    `content` is the digest of what is in it, which is the same on every machine; `sha256` that of
    the zip itself.
    """

    file: str
    format: str
    size: int
    content: str
    sha256: str
    files: Mapping[str, bytes | Path]

    @property
    def is_scorm(self) -> bool:
        """Whether an LMS keeps the record, and not an LRS."""
        return self.format == "scorm12"

    @property
    def links(self) -> list[str]:
        """The places on the web that its links lead to."""
        page = self.files["index.html"]
        found = OUTWARD.findall(page) if isinstance(page, bytes) else []
        return sorted({unescape(host.decode()) for host in found})


@dataclass(frozen=True)
class Facts:
    """A module whose values are filled in, with the settings and theme of a deployment."""

    module: Module
    settings: Settings
    deployment: Deployment
    theme: Theme
    version: str

    @property
    def language(self) -> str:
        """The language as people call it."""
        return LANGUAGES.get(self.module.language, self.module.language)

    @property
    def service(self) -> str | None:
        """The host of the poll service; None where no answer leaves for one."""
        return urlsplit(self.deployment.poll_service or "").hostname if self.polls else None

    @property
    def is_named(self) -> bool:
        """Whether the organisation can see who answered what in a poll."""
        return self.module.polls.answers == "named"

    @property
    def has_score(self) -> bool:
        """Whether a score is sent."""
        return self.module.complete.score != "none"

    @property
    def status(self) -> str:
        """The status that a learner has in the end."""
        return "passed" if self.module.complete.when == "passed" else "completed"

    @property
    def activity(self) -> str:
        """The permanent id of the module in statements."""
        return activity_id(self.settings, self.module.id)

    @property
    def release(self) -> str:
        """The name under which the poll service keeps its votes."""
        return release_id(self.settings, self.module)

    @cached_property
    def polls(self) -> list[Poll]:
        """The polls in it."""
        return [block for block in self.module.blocks() if isinstance(block, Poll)]

    @cached_property
    def told(self) -> Counter[Told]:
        """How many of its questions tell an LMS what."""
        votes = {poll.first for poll in self.polls}
        blocks = (block for block in self.module.blocks() if block.interaction())
        return Counter("poll" if block.id in votes else _told(block) for block in blocks)

    @cached_property
    def films(self) -> list[Film]:
        """The films in it, wherever they stand."""
        # Looking through every part of a long module takes time, and most blocks hold no film.
        return [film for block in self.module.blocks() if block.films() for film in _films(block)]

    @property
    def has_downloads(self) -> bool:
        """Whether it gives files to keep, whose own making isn't known."""
        return any(isinstance(block, Download) for block in self.module.blocks())


def _told(block: Block) -> Told:
    """What is told of one question (`reveals` of `player/state.ts` decides it there)."""
    asked = block.interaction()
    if asked is None or asked.reports == "poll":
        return "poll"
    if asked.type == "fill-in":
        return "written"
    if asked.correct is not None:
        return "scored"
    return "answer" if asked.reports == "answer" else "fact"


def _films(part: object) -> list[Film]:
    """The films in a part of a module, itself included."""
    if isinstance(part, Film):
        return [part]
    if isinstance(part, tuple):
        return [film for each in part for film in _films(each)]
    if isinstance(part, dict):
        return [film for each in part.values() for film in _films(each)]
    fields = type(part).model_fields if isinstance(part, Authored) else ()
    return [film for name in fields for film in _films(getattr(part, name))]
