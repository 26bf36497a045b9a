"""Problems as their author sees them: the place, what is wrong, their own line, what to do."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TextIO

import click

from rsscorm.english import counted
from rsscorm.problems import Problem
from rsscorm.source.place import UNPRINTABLE

WIDTH, ROOM = 100, 85
"""Columns of a report, and of the author's own line in it."""


def show(problems: list[Problem], stream: TextIO, color: bool | None = None) -> None:
    """Write problems to a stream, file by file, with their number at the end.

    `color` is None for colour where the stream is a terminal.
    """
    for _, of_file in groupby(problems, key=lambda problem: problem.file):
        for problem in of_file:
            click.echo(_told(problem), file=stream, color=color)
    if problems:
        click.echo(click.style(summary(problems), bold=True), file=stream, color=color)


def summary(problems: list[Problem]) -> str:
    """How many problems and warnings there are, in how many files."""
    warnings = sum(problem.is_warning for problem in problems)
    errors = len(problems) - warnings
    counts = [counted(errors, "problem")] if errors else []
    counts += [counted(warnings, "warning")] if warnings else []
    return f"{' and '.join(counts)} in {counted(len({p.file for p in problems}), 'file')}."


def _told(problem: Problem) -> str:
    """One problem, with an empty line after it."""
    colour = "yellow" if problem.is_warning else "red"
    file = _visible(problem.file)
    place = f"{file}:{problem.line}:{problem.column}" if problem.line else file
    head = f"{click.style(place, bold=True)}  {click.style(problem.code, fg=colour)}"
    lines = [head, *_wrapped(_visible(problem.message[:1].upper() + problem.message[1:] + "."))]
    if problem.excerpt.strip():
        lines += [*_excerpt(problem, colour)]
    if problem.hint:
        lines += [click.style(line, fg="cyan") for line in _wrapped(_visible(problem.hint))]
    return "\n".join([*lines, ""])


def _excerpt(problem: Problem, colour: str) -> list[str]:
    """The author's line, and a caret below the place."""
    shown, caret = shown_line(problem)
    lines = [click.style(f"{problem.line:>6} | ", dim=True) + shown]
    if caret is not None:
        arrow = " " * caret + click.style("^", fg=colour)
        lines.append(click.style(" " * 7 + "| ", dim=True) + arrow)
    return lines


def shown_line(problem: Problem) -> tuple[str, int | None]:
    """The author's line, or as much of it as there is room for, and how far in the place is."""
    line = _visible(problem.excerpt).replace("\t", " ")
    start = 0 if problem.code == "indentation" else len(line) - len(line.lstrip())
    if problem.column - start > ROOM:
        start = problem.column - ROOM // 2
    dots = "..." if line[:start].strip() else ""
    shown = dots + line[start : start + ROOM] + ("..." if len(line) > start + ROOM else "")
    if not 0 < problem.column <= len(line) + 1:
        return shown, None
    return shown, max(problem.column - 1 - start + len(dots), 0)


def _visible(text: str) -> str:
    """A text without what a terminal would obey: names of files can hold anything."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ",
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip
