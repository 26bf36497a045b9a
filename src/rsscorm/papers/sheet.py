"""A paper as plain data, which HTML and plain text are both made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Row:
    """What is said of one thing.

    `said` are sentences, each its own line where there are several; `code` is to be copied
    letter by letter; `open` is what only the reader's own organisation can say.
    """

    name: str
    said: tuple[str, ...] = ()
    code: str = ""
    open: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with rows below it."""

    title: str
    rows: tuple[Row, ...]
    lead: str = ""


@dataclass(frozen=True)
class Sheet:
    """A whole paper. `dense` is one that must fit on one page of paper."""

    kind: str
    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    language: str = "en-GB"
    owner: str = ""
    dense: bool = False


def row(name: str, *said: str, code: str = "", open: str = "") -> Row:
    """A row of some sentences, of which empty ones are left out."""
    return Row(name, tuple(each for each in said if each), code, open)


def listed(things: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(things[:-1]), things[-1]] if things[1:] else things)


def day(text: str) -> str:
    """A date as people write it: 1 May 2026."""
    found = date.fromisoformat(text)
    return f"{found.day} {found:%B} {found.year}"
