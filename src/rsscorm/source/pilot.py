"""The figures of a pilot: a CSV file with the columns `option,votes`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rsscorm.problems import Problem

if TYPE_CHECKING:
    from rsscorm.source.reader import Source


@dataclass(frozen=True)
class Row:
    """The votes of one option, and where in the file they stand."""

    option: str
    votes: int
    offset: int


def rows(source: Source) -> tuple[list[Row], list[Problem]]:
    """Read the figures, with what is wrong with the lines that can't be read."""
    found: list[Row] = []
    problems: list[Problem] = []
    offset = 0
    for number, line in enumerate(source.text.splitlines(keepends=True)):
        cells = [cell.strip() for cell in line.rstrip("\r\n").split(",")]
        if number == 0 and cells != ["option", "votes"]:
            problems.append(_header(source))
        elif number and any(cells):
            if len(cells) == 2 and re.fullmatch(r"[0-9]{1,9}", cells[1]):
                found.append(Row(cells[0], int(cells[1]), offset))
            else:
                problems.append(_line(source, offset))
        offset += len(line)
    return found, problems or ([_header(source)] if offset == 0 else [])


def _header(source: Source) -> Problem:
    return source.problem(0, "pilot-figures", "the first line of a pilot's figures is `option,votes`",
                          "Write it above the figures.")  # fmt: skip


def _line(source: Source, offset: int) -> Problem:
    return source.problem(offset, "pilot-figures", "a line of a pilot's figures is an option's id, a comma and a whole number",
                          "Such as `speak-now,87`.")  # fmt: skip
