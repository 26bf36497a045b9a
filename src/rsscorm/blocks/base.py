"""What every block is made of: the base class and the types of an author's text and files.

Aliases are the author's own keys, so a validation error's location is a path in the file.
Types that need the module's folder (files that must exist, text kept in files) ask the
validation context, a `Reader`; without one they are taken as they are.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from rsscorm.interaction import Interaction

RESERVED_IDS = frozenset(
    ["feedback", "goto", "to", "text", "video", "audio", "transcript", "captions"]
)
"""Keys that may stand beside an option's id, and so can't be one."""

FileRole = Literal["image", "video", "audio", "captions", "markdown", "csv", "download"]


ProseKind = Literal["plain", "inline", "markdown"]
"""How much Markdown a text may hold: none, a little (emphasis, links), or all of it."""


class Reader(Protocol):
    """What validation asks of the folder that a module is read from.

    Each method raises `PydanticCustomError` for what is wrong where the author refers to a
    file; what is wrong inside that file the reader collects itself.
    """

    def file(self, role: FileRole, path: str) -> str:
        """Return the path of a file that can play that role."""

    def markdown(self, path: str) -> str:
        """Return the words of a Markdown file."""

    def votes(self, path: str) -> dict[str, int]:
        """Return the counts by option of a pilot's figures."""

    def prose(self, kind: ProseKind, text: str) -> None:
        """Check the marks, links and `{names}` in a text."""


class Cut(str):
    """A value of which YAML may have dropped words; `why` is how, `place` (line, column) where.

    Where prose belongs it is refused; where it doesn't (a comment behind a number) it is fine.
    """

    why: str
    place: tuple[int, int]


class Prose:
    """Marks a text field with how much Markdown it may hold."""

    def __init__(self, kind: ProseKind) -> None:
        self.kind = kind


def _key(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class Authored(BaseModel):
    """Anything an author writes as keys and values: frozen, and no unknown keys.

    Fields whose alias stands in brackets are ours (the parts of `- id: words`, say); since no
    author's key looks like that, none can be mistaken for them.
    """

    # Deferred: only a whole Module or Settings is ever validated, and building each part is slow.
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_key, defer_build=True)


def _filled(value: Any) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("not-text", "words belong here")
    if not value.strip():
        raise PydanticCustomError("empty", "nothing is written here")
    return value


def _prose(kind: ProseKind, value: Any, info: ValidationInfo) -> str:
    """Return words that nothing was cut from, without the space around them."""
    text = _filled(value)
    if isinstance(text, Cut):
        raise PydanticCustomError("cut-prose", "{why}", {"why": text.why, "place": text.place})
    if info.context:
        info.context.prose(kind, text)
    return text.strip()


def _plain(value: Any, info: ValidationInfo) -> str:
    return " ".join(_prose("plain", value, info).split("\n"))


def _inline(value: Any, info: ValidationInfo) -> str:
    return _prose("inline", value, info)


def _number(pattern: str, expected: str) -> BeforeValidator:
    def convert(value: Any) -> Any:
        if isinstance(value, (bool, int, float)) or (
            isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII)
        ):
            return value
        raise PydanticCustomError("not-a-number", "{expected} belongs here", {"expected": expected})

    return BeforeValidator(convert)


def _truth(value: Any) -> Any:
    if value not in ("true", "false", True, False):
        raise PydanticCustomError("not-true-or-false", "only `true` or `false` can stand here")
    return value in ("true", True)


def _id(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9-]{1,40}", value):
        raise PydanticCustomError(
            "bad-id", "an id is made of 1 to 40 of the small letters a to z, the digits and `-`"
        )
    return value


def _option_id(value: str) -> str:
    if value in RESERVED_IDS:
        raise PydanticCustomError(
            "reserved-id", "`{id}` is a key of the format, so it can't be an id", {"id": value}
        )
    return value


def _day(value: Any) -> Any:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise PydanticCustomError("bad-date", "a real date as year-month-day belongs here")


TEXT_SCHEMA = {"type": ["string", "number", "boolean"]}
"""What an editor may take words for: `title: 1.10` is text to us and a number to it."""

Plain = Annotated[str, BeforeValidator(_plain), Prose("plain"), WithJsonSchema(TEXT_SCHEMA)]
"""Words shown exactly as typed: titles, labels, alt texts, names."""

Inline = Annotated[str, BeforeValidator(_inline), Prose("inline"), WithJsonSchema(TEXT_SCHEMA)]
"""A little Markdown (emphasis and links): questions, options, feedback, captions."""

Word = Annotated[str, BeforeValidator(_filled), AfterValidator(str.strip)]
"""A value that is not prose (an address, a colour), behind which a comment may stand."""

Truth = Annotated[bool, BeforeValidator(_truth)]
WholeNumber = Annotated[int, _number(r"[0-9]{1,6}", "a whole number such as 5"), Field(ge=1)]
Decimal = Annotated[float, _number(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", "a number such as 12 or 0.5")]
Percent = Annotated[
    int, _number(r"[0-9]{1,3}", "a whole number from 1 to 100"), Field(ge=1, le=100)
]
Day = Annotated[
    str, BeforeValidator(_day), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"})
]
"""A date as YYYY-MM-DD; a day that no calendar has is refused."""

Id = Annotated[str, BeforeValidator(_id), Field(json_schema_extra={"pattern": "^[a-z0-9-]{1,40}$"})]
OptionId = Annotated[Id, AfterValidator(_option_id)]


def _from_file(value: Any, info: ValidationInfo) -> dict[str, str]:
    path = _filled(value)
    return {"text": info.context.markdown(path) if info.context else path, "file": path}


class Markdown(Authored):
    """A passage with all of Markdown, typed in place or kept in a file (`{from: see.md}`)."""

    text: Annotated[str, Prose("markdown")]
    file: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, dict) and list(value) == ["from"]:
            return _from_file(value["from"], info)
        return {"text": _prose("markdown", value, info)}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        path = {"type": "string", "description": "A Markdown file in the module's folder."}
        from_file = {
            "type": "object",
            "properties": {"from": path},
            "required": ["from"],
            "additionalProperties": False,
        }
        return {"anyOf": [TEXT_SCHEMA, from_file], "description": cls.__doc__}


class MarkdownFile(Markdown):
    """A passage that is always kept in a file: a transcript."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        return _from_file(value, info)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "description": cls.__doc__}


def in_folder(role: FileRole, instead: str | None = None) -> BeforeValidator:
    """Marks the path of a file that plays a role; `instead` is a word that may stand for one."""

    def check(value: Any, info: ValidationInfo) -> str:
        path = _filled(value)
        return path if path == instead or not info.context else str(info.context.file(role, path))

    return BeforeValidator(check)


ImageFile = Annotated[str, in_folder("image")]
VideoFile = Annotated[str, in_folder("video")]
AudioFile = Annotated[str, in_folder("audio")]
CaptionsFile = Annotated[str, in_folder("captions")]
CsvFile = Annotated[str, in_folder("csv")]
DownloadFile = Annotated[str, in_folder("download")]


def lift(value: Any, reserved: frozenset[str] | set[str]) -> Any:
    """Turn an author's `- id: words` item, with what belongs to it, into `(id)` and `(words)`.

    The id is the first key; `reserved` are the keys that may follow. Raises
    `PydanticCustomError` where the item is not of that form.
    """
    if not isinstance(value, dict) or not value:
        raise PydanticCustomError("not-an-item", "an id and its words belong here")
    first, *rest = value
    if first in reserved:
        raise PydanticCustomError(
            "reserved-id",
            "`{id}` is a key of the format, so it can't be an id; the id and its words come first",
            {"id": first, "hint": "Write both as one key and its value: `- my-id: Words`."},
        )
    return {"(id)": first, "(words)": value[first], **{key: value[key] for key in rest}}


class Item(Authored):
    """One line of a list whose first key is its permanent id and whose value is its words."""

    id: OptionId = Field(alias="(id)")
    words: Inline = Field(alias="(words)")

    @classmethod
    def gathered(cls, value: Any) -> Any:
        """The author's item, with the parts that stand beside its words gathered."""
        return value

    @model_validator(mode="before")
    @classmethod
    def _lift(cls, value: Any) -> Any:
        return lift(cls.gathered(value), RESERVED_IDS | keys_of(cls))


class Option(Item):
    """A choice among several: its words and what is said when it is taken."""

    feedback: Inline | None = None


class Feedback(Authored):
    """What is said after an answer as a whole."""

    correct: Inline | None = None
    incorrect: Inline | None = None


class Block(Authored):
    """One thing on a screen.

    A kind is a subclass: `kind` is its name and the first key that an author writes; `plays`
    says whether the player shows it yet; `records` whether it keeps an answer.
    """

    kind: ClassVar[str]
    plays: ClassVar[bool] = True
    records: ClassVar[bool] = False

    id: Id | None = None

    def interaction(self) -> Interaction | None:
        """The question as an LMS sees it, or None for a block that records nothing."""
        return None

    def data(self) -> dict[str, Any]:
        """What the player must know of it beyond the page's HTML; keys are the player's."""
        return {}

    def answer_ids(self) -> tuple[str, ...]:
        """All ids that an answer may hold, each of which gets a resume code."""
        return ()

    def longest_answer(self) -> int:
        """How many ids an answer holds at most; bounds the resume data."""
        return 0

    def children(self) -> tuple[Block, ...]:
        """Blocks inside this one (the questions of a quiz)."""
        return ()

    @property
    def counts(self) -> bool:
        """Whether it takes part in the score."""
        return False

    @property
    def may_skip(self) -> bool:
        """Whether a learner may go on without answering it (`canSkip` of `player/state.ts`)."""
        return True


class Question(Block):
    """A block that records an answer, and so has a permanent id."""

    records: ClassVar[bool] = True

    id: Id


class ReportingQuestion(Question):
    """A question whose answer an LMS record holds if its author says so."""

    report: Truth = False

    def reports(self) -> Literal["answer", "fact"]:
        """What an LMS record may hold of it (format.md, What leaves the device)."""
        return "answer" if self.report else "fact"


class ScoredQuestion(ReportingQuestion):
    """A question that may have a right answer, which is then always reported."""

    feedback: Feedback | None = None
    attempts: WholeNumber | None = None
    scored: Truth = True

    @property
    def has_right_answer(self) -> bool:
        """Whether an answer to it can be right or wrong."""
        return True

    @property
    def counts(self) -> bool:
        return self.scored and self.has_right_answer

    @property
    def may_skip(self) -> bool:
        return not self.has_right_answer

    def data(self) -> dict[str, Any]:
        return {"attempts": self.attempts, "counts": self.counts}

    def reports(self) -> Literal["answer", "fact"]:
        return "answer" if self.has_right_answer else super().reports()


def gather(value: Any, into: str, keys: frozenset[str], sign: str) -> Any:
    """Move the keys of a picture, film or recording that stand beside others into one place.

    `sign` is the key that shows there is one. Anything else is left where it is, so that an
    unknown or a stray key is refused under its own name.
    """
    if not isinstance(value, dict) or sign not in value:
        return value
    inner = {key: value[key] for key in value if key in keys}
    return {**{key: value[key] for key in value if key not in keys}, into: inner}


@cache
def keys_of(model: type[Authored]) -> frozenset[str]:
    """The keys that an author may write in a part of this kind."""
    return frozenset(_key(name) for name in model.model_fields)
