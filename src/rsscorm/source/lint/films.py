"""Whether a film and its captions go together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rsscorm.problems import Problem
from rsscorm.source.captions import TIMING, seconds_of
from rsscorm.source.lint.length import seconds
from rsscorm.source.lint.seen import Seen

LATE = 1.0
"""Seconds that captions may go on after the film: encoders round."""

SILENT = 30.0
"""Seconds without captions at the end of a film that are worth a question, if they are a quarter
of it, too: many films end in music."""


def captions_and_length(seen: Seen) -> Iterator[Problem]:
    """Captions that go on after their film, or stop long before its end: of another cut of it."""
    told: set[str] = set()
    for _, part in seen.parts():
        film, captions = part.get("video"), part.get("captions")
        if not isinstance(film, str) or not isinstance(captions, str) or captions in told:
            continue
        told.add(captions)
        length = seconds(seen.reader.folder.root / film)
        if length is not None:
            yield from _compared(seen, film, captions, length)


def _compared(seen: Seen, film: str, captions: str, length: float) -> Iterator[Problem]:
    source = seen.reader.source("captions", captions)
    ends = [
        (seconds_of(match.groups()[4:8]), number)
        for number, line in enumerate(re.split(r"\r\n|\r|\n", source.text), 1)
        if (match := TIMING.fullmatch(line.strip()))
    ]
    last, line = max(ends)
    if last > length + LATE:
        yield source.at(
            line, 1, "captions-length",
            f"this caption ends at {_clock(last)}, and `{film}` at {_clock(length)}",
            "Are these the captions of another cut? Take them from this film, or mend the times.",
        )  # fmt: skip
    elif length - last > max(SILENT, length / 4):
        yield source.at(
            line, 1, "captions-length",
            f"the last caption ends at {_clock(last)}, and `{film}` goes on to {_clock(length)}",
            "If anything is said after it, or heard that matters, caption that, too.",
        )  # fmt: skip


def _clock(time: float) -> str:
    return f"{int(time // 60)}:{int(time % 60):02}"
