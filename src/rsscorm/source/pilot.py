"""The figures of a pilot: a CSV file with the columns `option,votes`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rsscorm.problems import Problem
from rsscorm.source.texts import Source

ROW = re.compile(r"\s*(?P<option>[^,\s]+)\s*,\s*(?P<votes>[0-9]{1,9})\s*")


@dataclass(frozen=True)
class Row:
    """The votes of one option, and the line that they stand on."""

    option: str
    votes: int
    line: int


def rows(source: Source) -> Iterator[Row]:
    """The figures in a file; lines that can't be read are left to `check`."""
    for number, line in _lines(source):
        if match := ROW.fullmatch(line):
            yield Row(match["option"], int(match["votes"]), number)


def check(source: Source) -> Iterator[Problem]:
    """What is wrong with the form of the figures."""
    if re.sub(r"\s", "", source.text.split("\n")[0]) != "option,votes":
        yield source.at(
            1,
            1,
            "pilot-figures",
            "a pilot's figures begin with the line `option,votes`",
            "Write it above the figures.",
        )
    for number, line in _lines(source):
        if line.strip() and not ROW.fullmatch(line):
            yield source.at(
                number,
                1,
                "pilot-figures",
                "an option's id, a comma and a whole number belong here",
                "Such as `speak-now,87`.",
            )


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    """The lines below the first, with their numbers."""
    return ((number, line) for number, line in enumerate(source.text.split("\n"), 1) if number > 1)
