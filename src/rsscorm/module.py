"""Module and Step: what an author writes, as plain frozen data.

A `Module` knows nothing of YAML or of packages. Functions here answer what every later stage
asks of it: its recording blocks, the short codes of its ids, the room its resume data needs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from rsscorm.blocks import AnyBlock, Block
from rsscorm.blocks.fields import Authored, Day, Id, Percent, Plain, Prose, Truth, WholeNumber
from rsscorm.blocks.kinds import one_of

TITLE_LIMIT = 200
"""Code points that a manifest's title may have (IMS CP 1.1.2 XSD)."""

RESUME_LIMIT = 4096
"""Characters that `cmi.suspend_data` may have (SCORM 1.2, CMIString4096)."""

RESUME_BASE = 43
"""Characters of resume data beside answers and seen steps: form, place, key, next place, seal."""

BLOCK_CODE, OPTION_CODE = 4, 3
"""Characters of a resume code: of a step or block, and of an option within its block."""

FILM_ENTRY, FILM_PLACE, FILM_PLACES = 7, 3, 4
"""Characters of a film's mark, of the place in one, and in how many films a place is kept."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


RETIRED = "[a-z0-9-]{1,40}(/[a-z0-9-]{1,40})?"
"""The id of a step or block, or of an option within its block."""


def _edition(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,39}", value):
        raise PydanticCustomError(
            "bad-edition", "an edition is made of 1 to 40 of a to z, 0 to 9, `.` and `-`"
        )
    return value


def _language(value: Any) -> Any:
    tag = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
    if not isinstance(value, str) or not re.fullmatch(tag, value):
        raise PydanticCustomError(
            "bad-language", "a language tag such as `en` or `en-GB` belongs here"
        )
    if value[:2] != "en" or value[2:3] not in ("", "-"):
        raise PydanticCustomError(
            "not-yet",
            "the player speaks English alone so far, so a module can't be in `{tag}` yet",
            {"tag": value},
        )
    return value


def _retired(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(RETIRED, value):
        raise PydanticCustomError(
            "bad-id", "an id such as `my-question` or `my-question/an-option` belongs here"
        )
    return value


def _later(value: Any) -> Any:
    raise PydanticCustomError("not-yet", "translations come with a later version of rsscorm")


RetiredId = Annotated[
    str, BeforeValidator(_retired), Field(json_schema_extra={"pattern": f"^{RETIRED}$"})
]
Title = Annotated[Plain, Field(max_length=TITLE_LIMIT)]


class Step(Authored):
    """One screen."""

    id: Id
    """Permanent: learners' progress hangs on it."""
    kind: Literal["learn", "reflect", "connect"]
    """Learn (films, pages), reflect (questions, scenarios) or connect (others' views, polls)."""
    title: Title
    """Shown as typed, at the top of the screen and in the contents."""
    minutes: WholeNumber
    """Whole minutes that the step takes, said to the learner."""
    required: Truth = True
    """False: the step does not count for `required-steps` and `passed`."""
    blocks: Annotated[tuple[one_of(AnyBlock), ...], Field(min_length=1)]  # type: ignore[valid-type]
    """What stands on the screen, in reading order."""


class Review(Authored):
    """Who reviewed the content, when, and when it is due again (dates as YYYY-MM-DD)."""

    by: Plain
    """Who reviewed it, such as a role."""
    on: Day
    """The day of the review."""
    next: Day
    """When it is due again; a warning comes when that is near or past."""


class Completion(Authored):
    """The declared rule of completion, and what is scored."""

    when: Literal["all-steps", "required-steps", "passed"]
    """All steps, the required steps, or these and the pass mark (`passed`)."""
    pass_mark: Percent | None = None
    """In per cent of the scored questions, each all or nothing, best try."""
    score: Literal["none"] | None = None
    """None: no score is sent. Otherwise it goes with the final status, 100 if nothing is scored."""


class PollRules(Authored):
    """How polls are asked; the two numbers protect people and may only be raised."""

    answers: Literal["anonymous", "named"] = "anonymous"
    """Anonymous: only the fact of a vote is recorded. Named: the organisation sees the answer."""
    least: Annotated[WholeNumber, Field(ge=11)] = 11
    """How many must have answered before results show."""
    step: Annotated[WholeNumber, Field(ge=10)] = 10
    """How many more must have answered before results change."""
    compare: Literal["after-vote", "after-second-vote"] = "after-vote"
    """When colleagues' answers show: after the vote, or after the second one where there is one."""
    until: Day | None = None
    """The last day on which answers are sent to the poll service."""
    round: Id | None = None
    """Another name begins the tallies anew, for a new year."""


class Module(Authored):
    """A whole module of one language.

    `retired` are ids that learners have had and that nothing may have again.
    """

    rsscorm: Annotated[Literal["1"], WithJsonSchema({"enum": [1, "1"]})]
    """The version of this format."""
    id: Id
    """The name of the module's folder, and permanent."""
    edition: Annotated[str, BeforeValidator(_edition)]
    """Of a to z, 0 to 9, `.` and `-`; shown to the learner and the administrator."""
    title: Title
    """Shown as typed, at most 200 characters."""
    summary: Plain
    """One or two sentences for the LMS's catalogue."""
    minutes: WholeNumber
    """Whole minutes that the module takes."""
    language: Annotated[str, BeforeValidator(_language)]
    """A language tag such as `en` or `en-GB`."""
    languages: Annotated[tuple[str, ...], BeforeValidator(_later)] | None = None
    """Translations; refused until they come."""
    reviewed: Review | None = None
    """Who reviewed the content, and when it is due again."""
    complete: Completion
    """When the module is complete, and what is scored."""
    polls: PollRules = PollRules()
    """How polls are asked."""
    retired: tuple[RetiredId, ...] = ()
    """Ids that learners have had, `question` or `question/option`, which nothing may have again."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """The screens, in order; all are open from the start."""

    def blocks(self) -> Iterator[Block]:
        """Every block of every step in reading order, those inside other blocks too."""
        for step in self.steps:
            for block in step.blocks:
                yield block
                yield from block.children()

    def films(self) -> tuple[str, ...]:
        """The films and recordings in it, each once, by the names under which places are kept."""
        return tuple(dict.fromkeys(name for block in self.blocks() for name in block.films()))

    def recording(self) -> Iterator[Block]:
        """The blocks that keep an answer; a quiz stands for the questions of its bank."""
        blocks = (block for step in self.steps for block in step.blocks)
        return (block for block in blocks if block.interaction() or block.children())


@dataclass(frozen=True)
class Snapshot:
    """Figures of the module's polls as the poll service told them on a day, by poll (`Told`).

    A package carries them for places where the service can't be reached.
    """

    on: str
    polls: dict[str, Any]


BRACES = re.compile(r"\\([{}])|\{([a-z0-9-]{1,40})\}")
"""An escaped brace, or the name of a value (format.md, Rules of the text)."""

MARKDOWN_BRACES = re.compile(r"\\\\|" + BRACES.pattern)
"""The same in Markdown, where a pair of backslashes is one that escapes nothing."""


_Part = TypeVar("_Part", bound=Authored)


def fill(part: _Part, values: dict[str, str]) -> _Part:
    """A module, or a part of one, as a deployment shows it: `{name}` is its value, `\\{` a brace.

    In Markdown a value's own marks are escaped, so that it shows as it was typed. Where nothing
    changes it is the part itself. Raises `KeyError` for a name without a value, which `source`
    has refused before.
    """
    changes: dict[str, Any] = {}
    for name, kind in text_fields(type(part)).items():
        before = getattr(part, name)
        after = _filled(before, kind, values)
        if after is not before:
            changes[name] = after
    return part.model_copy(update=changes) if changes else part


def _filled(value: Any, kind: str | None, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        return fill_text(value, kind, values) if kind and ("{" in value or "}" in value) else value
    if isinstance(value, Authored):
        return fill(value, values)
    if isinstance(value, tuple):
        items = tuple(_filled(item, kind, values) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    if isinstance(value, dict):
        return {key: _filled(item, kind, values) for key, item in value.items()}
    return value


def fill_text(text: str, kind: str, values: dict[str, str]) -> str:
    """A text of that kind (see `Prose`) with its values in place of their names."""

    def show(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[1] or match[0]
        value = values[match[2]]
        return value if kind == "plain" else re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", value)

    return (BRACES if kind == "plain" else MARKDOWN_BRACES).sub(show, text)


@cache
def text_fields(model: type[Authored]) -> dict[str, str | None]:
    """The fields of a part that hold text, with its kind, or hold parts that may (None)."""
    found: dict[str, str | None] = {}
    for name, field in model.model_fields.items():
        marks = _marks_in(
            Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        )
        if marks:
            found[name] = next((mark for mark in marks if mark != "part"), None)
    return found


def _marks_in(annotation: Any) -> set[str]:
    """The kinds of text in a field's type, and `part` where it holds parts."""
    if isinstance(annotation, type) and issubclass(annotation, Authored):
        return {"part"}
    if isinstance(annotation, Prose):
        return {annotation.kind}
    inner = (*get_args(annotation), *getattr(annotation, "__metadata__", ()))
    return {mark for each in inner for mark in _marks_in(each)}


@cache
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

    Mirrors `player/resume.ts`: a base, a code for every step seen, an entry for every block that
    records, and one for every film. Answers of other editions count: a poll may hold two votes of
    when it was asked twice.
    """
    answers = sum(resume_entry(block) for block in module.recording())
    films = len(module.films())
    watched = FILM_ENTRY * films + FILM_PLACE * min(films, FILM_PLACES)
    return RESUME_BASE + BLOCK_CODE * len(module.steps) + answers + watched


def resume_entry(block: Block) -> int:
    """The characters of resume data that the answer to one block can need at most.

    Its code, mark, tries, separator, two places in the LMS's record (one for each vote of a
    poll) of two digits each, and one option code for each id answered. In a quiz the same of
    each question in its bank, with the ids of those drawn alone.
    """
    entries = 1 + len(block.children())
    return (BLOCK_CODE + 7) * entries + OPTION_CODE * block.longest_answer()


def clashing_codes(ids: list[str], length: int) -> list[tuple[str, str]]:
    """Pairs of different ids that would share a resume code."""
    seen: dict[str, str] = {}
    return [(first, id) for id in ids if (first := seen.setdefault(code(id, length), id)) != id]
