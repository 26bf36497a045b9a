"""What every block is made of: the base class and the types of an author's text and files.

Aliases are the author's own keys, so a validation error's location is a path in the file.
Types that need the module's folder (files that must exist, text kept in files) ask the
validation context, a `Reader`; without one they are taken as they are.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from rsscorm.interaction import Interaction

RESERVED_IDS = frozenset("feedback goto to text video audio transcript captions".split())
"""Keys that may stand beside an option's id, and so can't be one."""

FileRole = Literal["image", "video", "audio", "captions", "markdown", "csv", "download"]


class Reader(Protocol):
    """What validation asks of the folder that a module is read from."""

    def check(self, role: FileRole, path: str) -> str:
        """Return the path, or raise `PydanticCustomError` saying why that file won't do."""

    def text(self, path: str) -> str:
        """Return the words of a Markdown file, or raise `PydanticCustomError`."""


class Prose:
    """Marks a text field with how much Markdown it may hold."""

    def __init__(self, kind: Literal["plain", "inline", "markdown"]) -> None:
        self.kind = kind


def _key(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class Authored(BaseModel):
    """Anything an author writes as keys and values: frozen, and no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_key)


def _words(value: Any) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise PydanticCustomError("empty", "nothing is written here")
    return value.strip() if isinstance(value, str) else value


def _one_line(value: str) -> str:
    return " ".join(value.split("\n"))


def _number_text(pattern: str, expected: str) -> BeforeValidator:
    def convert(value: Any) -> Any:
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            raise PydanticCustomError("not-a-number", "{expected}", {"expected": expected})
        return value

    return BeforeValidator(convert)


def _truth(value: Any) -> Any:
    if value not in ("true", "false", True, False):
        raise PydanticCustomError("not-true-or-false", "only true and false are allowed here")
    return value in ("true", True)


def _id(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9-]{1,40}", value):
        raise PydanticCustomError(
            "bad-id", "an id is 1 to 40 of the small letters a to z, 0 to 9 and -"
        )
    return value


def _option_id(value: str) -> str:
    if value in RESERVED_IDS:
        raise PydanticCustomError(
            "reserved-id", "`{id}` is a key of the format and can't be an id", {"id": value}
        )
    return value


Plain = Annotated[str, BeforeValidator(_words), AfterValidator(_one_line), Prose("plain")]
"""Words shown exactly as typed: titles, labels, alt texts, names."""

Inline = Annotated[str, BeforeValidator(_words), Prose("inline")]
"""A little Markdown (emphasis and links): questions, options, feedback, captions."""

Truth = Annotated[bool, BeforeValidator(_truth)]
WholeNumber = Annotated[int, _number_text(r"[0-9]{1,6}", "a whole number such as 5"), Field(ge=1)]
Decimal = Annotated[
    float, _number_text(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", "a number such as 12 or 0.5")
]
Percent = Annotated[int, _number_text(r"[0-9]{1,3}", "a whole number from 1 to 100"), Field(ge=1, le=100)]
Id = Annotated[str, BeforeValidator(_id), Field(json_schema_extra={"pattern": "^[a-z0-9-]{1,40}$"})]
OptionId = Annotated[Id, AfterValidator(_option_id)]


class Markdown(Authored):
    """A passage with all of Markdown, typed in place or kept in a file (`{from: see.md}`)."""

    text: Annotated[str, Prose("markdown")]
    file: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, dict) and "from" in value and len(value) == 1:
            path = _words(value["from"])
            text = info.context.text(path) if info.context else path
            return {"text": _words(text), "file": path}
        if value is None or isinstance(value, str):
            return {"text": _words(value)}
        raise PydanticCustomError("not-text", "text, or `{{from: file.md}}`, belongs here")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        path = {"type": "string", "description": "A Markdown file beside module.yaml"}
        from_file = {
            "type": "object",
            "properties": {"from": path},
            "required": ["from"],
            "additionalProperties": False,
        }
        return {"anyOf": [{"type": "string"}, from_file]}


class MarkdownFile(Markdown):
    """A passage that is always kept in a file: a transcript."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        return super()._read({"from": value}, info)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "description": "A Markdown file beside module.yaml"}


class FileIn:
    """Marks a path field with the role the file plays, and checks it in the module's folder."""

    def __init__(self, role: FileRole) -> None:
        self.role = role


def _file(role: FileRole) -> Any:
    def check(value: str, info: ValidationInfo) -> str:
        reader: Reader | None = info.context
        return reader.check(role, value) if reader else value

    return Annotated[str, BeforeValidator(_words), AfterValidator(check), FileIn(role)]


ImageFile = _file("image")
VideoFile = _file("video")
AudioFile = _file("audio")
CaptionsFile = _file("captions")
CsvFile = _file("csv")
DownloadFile = _file("download")


def lift(value: Any, reserved: frozenset[str] | set[str]) -> Any:
    """Turn an author's `- id: words` item, with what belongs to it, into `id` and `words`.

    The id is the first key; `reserved` are the keys that may follow. Raises
    `PydanticCustomError` where the item is not of that form.
    """
    if not isinstance(value, dict) or not value:
        raise PydanticCustomError("not-an-item", "an id and its words belong here: `- my-id: Words`")
    first, *rest = value
    if first in reserved:
        raise PydanticCustomError(
            "reserved-id",
            "`{id}` is a key of the format and can't be an id; the id and its words come first",
            {"id": first},
        )
    return {"id": first, "words": value[first], **{key: value[key] for key in rest}}


class Item(Authored):
    """One line of a list whose first key is its permanent id and whose value is its words."""

    id: OptionId
    words: Inline

    @model_validator(mode="before")
    @classmethod
    def _lift(cls, value: Any) -> Any:
        keys = {_key(name) for name in cls.model_fields} - {"id", "words"}
        return lift(value, RESERVED_IDS | keys)


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


class Question(Block):
    """A block that records an answer, and so has a permanent id."""

    records: ClassVar[bool] = True

    id: Id
    report: Truth = False


class ScoredQuestion(Question):
    """A question that may have a right answer."""

    feedback: Feedback | None = None
    attempts: WholeNumber | None = None
    scored: Truth = True

    @property
    def has_right_answer(self) -> bool:
        """Whether an answer to it can be right or wrong."""
        return True

    @property
    def counts(self) -> bool:
        """Whether it takes part in the score."""
        return self.scored and self.has_right_answer

    def data(self) -> dict[str, Any]:
        return {"attempts": self.attempts, "counts": self.counts}

    def reports(self) -> Literal["answer", "fact"]:
        """What an LMS record may hold of it (format.md, What leaves the device)."""
        return "answer" if self.has_right_answer or self.report else "fact"




def gather(value: Any, into: str, keys: frozenset[str], sign: str) -> Any:
    """Move the keys of a picture, film or recording that stand beside others into one place.

    `sign` is the key that shows there is one. Anything else is left where it is, so that an
    unknown or a stray key is refused under its own name.
    """
    if not isinstance(value, dict) or sign not in value:
        return value
    inner = {key: value[key] for key in value if key in keys}
    return {**{key: value[key] for key in value if key not in keys}, into: inner}


def keys_of(model: type[Authored]) -> frozenset[str]:
    """The keys that an author may write in a part of this kind."""
    return frozenset(_key(name) for name in model.model_fields)
