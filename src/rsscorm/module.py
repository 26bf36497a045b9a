"""Module and Step: what an author writes, as plain frozen data.

A `Module` knows nothing of YAML or of packages. Functions here answer what every later stage
asks of it: its recording blocks, the short codes of its ids, the room its resume data needs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from rsscorm.blocks import AnyBlock, Block
from rsscorm.blocks.base import Authored, Id, Percent, Plain, Truth, WholeNumber
from rsscorm.blocks.kinds import one_of

TITLE_LIMIT = 200
"""Code points that a manifest's title may have (IMS CP 1.1.2 XSD)."""

RESUME_LIMIT = 4096
"""Characters that `cmi.suspend_data` may have (SCORM 1.2, CMIString4096)."""

RESUME_BASE = 160
"""Characters of resume data beside answers and seen steps: version, place, keys, marks."""

BLOCK_CODE, OPTION_CODE = 4, 3
"""Characters of a resume code: of a step or block, and of an option within its block."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _edition(value: Any) -> Any:
    allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-"
    if not isinstance(value, str) or not value or set(value) - set(allowed):
        raise PydanticCustomError("bad-edition", "an edition is made of a to z, 0 to 9, `.` and `-`")
    return value


def _later(value: Any) -> Any:
    raise PydanticCustomError("not-yet", "translations come with a later version of rsscorm")


Title = Annotated[Plain, Field(max_length=TITLE_LIMIT)]


class Step(Authored):
    """One screen."""

    id: Id
    kind: Literal["learn", "reflect", "connect"]
    title: Title
    minutes: WholeNumber
    required: Truth = True
    blocks: Annotated[tuple[one_of(AnyBlock), ...], Field(min_length=1)]  # type: ignore[valid-type]


class Review(Authored):
    """Who reviewed the content, when, and when it is due again (dates as YYYY-MM-DD)."""

    by: Plain
    on: Plain
    next: Plain


class Completion(Authored):
    """The declared rule of completion, and what is scored."""

    when: Literal["all-steps", "required-steps", "passed"]
    pass_mark: Percent | None = None
    score: Literal["none"] | None = None


class PollRules(Authored):
    """How polls are asked; the two numbers protect people and may only be raised."""

    answers: Literal["anonymous", "named"] = "anonymous"
    least: Annotated[WholeNumber, Field(ge=11)] = 11
    step: Annotated[WholeNumber, Field(ge=10)] = 10
    compare: Literal["after-vote", "after-second-vote"] = "after-vote"


class Module(Authored):
    """A whole module of one language."""

    rsscorm: Literal["1"]
    id: Id
    edition: Annotated[str, BeforeValidator(_edition)]
    title: Title
    summary: Plain
    minutes: WholeNumber
    language: str
    languages: Annotated[tuple[str, ...], BeforeValidator(_later)] | None = None
    reviewed: Review | None = None
    complete: Completion
    polls: PollRules = PollRules()
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    def blocks(self) -> Iterator[Block]:
        """Every block of every step in reading order, those inside other blocks too."""
        for step in self.steps:
            for block in step.blocks:
                yield block
                yield from block.children()

    def recording(self) -> Iterator[Block]:
        """The blocks that leave something in an LMS's record."""
        return (block for block in self.blocks() if block.interaction() or block.children())

    @property
    def is_scored(self) -> bool:
        """Whether any question counts towards a score."""
        return any(getattr(block, "counts", False) for block in self.blocks())


def code(id: str, length: int) -> str:
    """The short code under which an id stands in resume data.

    Made from the id alone, so that it survives every edit that keeps ids: `length` base-62
    digits of its SHA-256.
    """
    number = int.from_bytes(hashlib.sha256(id.encode()).digest()[:8], "big")
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 62)
        digits.append(DIGITS[rest])
    return "".join(digits)


def longest_resume(module: Module) -> int:
    """The characters that the module's resume data can need at most.

    Mirrors `player/resume.ts`: a base, a code for every step seen, and for every recording
    block its code, tries, mark and separator with one option code for each id answered.
    """
    entry = BLOCK_CODE + 3
    answers = sum(entry + OPTION_CODE * block.longest_answer() for block in module.recording())
    return RESUME_BASE + BLOCK_CODE * len(module.steps) + answers


def clashing_codes(ids: list[str], length: int) -> list[tuple[str, str]]:
    """Pairs of different ids that would share a resume code."""
    seen: dict[str, str] = {}
    return [
        (first, id)
        for id in ids
        if (first := seen.setdefault(code(id, length), id)) != id
    ]

