"""WebVTT captions, as strict as the players that learners have (W3C WebVTT, section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rsscorm.problems import Problem
from rsscorm.source.texts import Source

TIME = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}(?P<settings>[ \t].*)?")

Block = list[tuple[int, str]]
"""Lines that stand together, each with its number."""


def check(source: Source) -> Iterator[Problem]:
    """What is wrong with the captions in a file."""
    lines = re.split(r"\r\n|\r|\n", source.text)
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        yield _problem(source, 1, "captions begin with a line `WEBVTT`",
                       "Write it as the first line, with an empty line after it.")  # fmt: skip
        return
    before, cues = -1.0, 0
    for block in _blocks(lines):
        if re.match(r"(NOTE|STYLE|REGION)([ \t]|$)", block[0][1]):
            continue
        cues += 1
        start, problems = _cue(source, block, before)
        before = before if start is None else start
        yield from problems
    if not cues:
        yield _problem(source, 1, "there are no captions in this file", "Write at least one.")


def _blocks(lines: list[str]) -> Iterator[Block]:
    """The passages between empty lines, after the header's."""
    block: Block = []
    is_header = True
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append((number, line))
        elif block:
            if not is_header:
                yield block
            elif any("-->" in text for _, text in block):
                yield block[1:]
            block, is_header = [], False


def _cue(source: Source, block: Block, before: float) -> tuple[float | None, list[Problem]]:
    """When a cue starts, and what is wrong with it."""
    timing = next((index for index, (_, line) in enumerate(block[:2]) if "-->" in line), None)
    if timing is None:
        return None, [
            _problem(
                source,
                block[0][0],
                "here a line with times such as `00:00:01.000 --> 00:00:04.000` belongs",
                _time_hint(block[0][1]),
            )
        ]
    number, line = block[timing]
    match = TIMING.fullmatch(line.strip())
    if not match:
        return None, [_problem(source, number, "these times can't be read", _time_hint(line))]
    start, end = seconds_of(match.groups()[:4]), seconds_of(match.groups()[4:8])
    return start, list(_faults(source, block, timing, start, end, before))


def _faults(
    source: Source, block: Block, timing: int, start: float, end: float, before: float
) -> Iterator[Problem]:
    number = block[timing][0]
    if end <= start:
        yield _problem(
            source,
            number,
            "this caption ends before it starts, or at once",
            "Write a later time after the arrow.",
        )
    if start < before:
        yield _problem(source, number, "this caption starts before the one above it",
                       "Put captions in the order of time.")  # fmt: skip
    words = block[timing + 1 :]
    if not words:
        yield _problem(
            source,
            number,
            "this caption has no words",
            "Write them on the next line, or delete the times.",
        )
    for line_number, line in words:
        if "-->" in line:
            yield _problem(
                source, line_number, "another caption begins here", "Put an empty line before it."
            )


def _problem(source: Source, line: int, message: str, hint: str) -> Problem:
    return source.at(line, 1, "captions", message, hint)


def _time_hint(line: str) -> str:
    if re.search(r"\d,\d{3}", line):
        return (
            "WebVTT has a full stop before the thousandths, where SRT has a comma: `00:00:01.000`."
        )
    if re.search(r"\d->|->\d|\S-->|-->\S", line) or ("->" in line and "-->" not in line):
        return "Write the arrow as ` --> `, with a space on each side."
    return "Hours (if any), minutes, seconds and thousandths: `00:00:01.000 --> 00:00:04.000`."


def seconds_of(parts: tuple[str | None, ...]) -> float:
    """The seconds of a time's hours, minutes, seconds and thousandths."""
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
