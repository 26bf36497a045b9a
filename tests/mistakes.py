"""The page of mistakes: what authors get wrong, and what check says of it, from its own reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rsscorm.problems import CODES

HEAD = """\
# Mistakes, and what check says of them

Every mistake that `rsscorm check` knows, with a line as it was written and what is said. It tells
the file, the line and the column, too. The last of them are questions that hold nothing up.
`rsscorm check --fix` mends many by itself. This page is made from the cases in tests/problems.

| mistake | written | what check says |
|---|---|---|
"""

REPORT = re.compile(
    r"^(?P<place>\S+)  (?P<code>[a-z0-9-]+)\n(?P<said>(?:  \S.*\n)+)"
    r"(?: +\d+ \| (?P<line>.*)\n(?: +\| .*\n)?)?(?P<hint>(?:  \S.*\n)*)",
    re.MULTILINE,
)
"""One problem in a report (`source.report`)."""


class Mistake(NamedTuple):
    """A line as its author wrote it, and what is said of it."""

    line: str
    said: str


def page(cases: Path) -> str:
    """The whole page, in the order of the codes."""
    return HEAD + "".join(
        f"| {meaning if first else ''} | {_code(mistake.line)} | {_cell(mistake.said)} |\n"
        for code, meaning in CODES.items()
        for first, mistake in _numbered(_mistakes(cases / code, code))
    )


def _numbered(mistakes: Iterator[Mistake]) -> Iterator[tuple[bool, Mistake]]:
    seen: set[str] = set()
    for mistake in mistakes:
        if mistake.said not in seen:
            yield not seen, mistake
            seen.add(mistake.said)


def _mistakes(folder: Path, code: str) -> Iterator[Mistake]:
    for report in sorted(folder.glob("*/expected.txt")):
        for found in REPORT.finditer(report.read_text(encoding="utf-8")):
            if found["code"] == code:
                said = " ".join(f"{found['said']} {found['hint']}".split())
                yield Mistake((found["line"] or "").strip(), said)


def _code(line: str) -> str:
    shown = line if len(line) <= 60 else line[:57] + "..."
    marks = "``" if "`" in shown else "`"
    space = " " if "`" in shown else ""
    return _cell(f"{marks}{space}{shown}{space}{marks}") if shown else ""


def _cell(text: str) -> str:
    """A cell's text: no mark in it ends the cell, and outside backticks none begins a tag."""
    parts = re.split(r"(`+[^`]*`+)", text.replace("|", "\\|"))
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)
