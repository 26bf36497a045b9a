"""What an author types: texts, numbers, ids, days and files, each with its check.

Aliases are the author's own keys, so a validation error's location is a path in the file.
Types that need the module's folder (files that must exist, text kept in files) ask the
validation context, a `Reader`; without one they are taken as they are.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, Protocol

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

RESERVED_IDS = frozenset(
    ["feedback", "goto", "to", "text", "video", "audio", "transcript", "captions"]
)
"""Keys that may stand beside an option's id, and so can't be one."""

FileRole = Literal[
    "image", "video", "audio", "captions", "markdown", "csv", "download", "font", "licence"
]

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


@cache
def keys_of(model: type[Authored]) -> frozenset[str]:
    """The keys that an author may write in a part of this kind."""
    return frozenset(_key(name) for name in model.model_fields)


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
