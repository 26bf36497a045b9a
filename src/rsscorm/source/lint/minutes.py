"""Whether the minutes that learners are told are those that a step takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from math import ceil
from typing import Any, NamedTuple

from rsscorm.blocks.audio import Recording
from rsscorm.blocks.base import Block
from rsscorm.blocks.commitment import Commitment
from rsscorm.blocks.fields import Authored
from rsscorm.blocks.note import Note
from rsscorm.blocks.video import Film
from rsscorm.module import Step, text_fields
from rsscorm.problems import Problem
from rsscorm.source.lint.length import seconds
from rsscorm.source.lint.seen import Seen

WORDS_A_MINUTE = 200
"""At which adults read for understanding: a little slower than the 238 of silent reading
(Brysbaert 2019), since every sentence is to be thought about."""

UNREAD = ("transcript", "alt", "credit")
"""What those who see and hear don't read."""

PERHAPS = ("feedback", "scenes", "bank")
"""Of which a learner meets a part."""


class Span(NamedTuple):
    """The least and the most minutes that something takes; the most with time to think."""

    least: float
    most: float

    def plus(self, other: Span) -> Span:
        """Both, one after the other."""
        return Span(self.least + other.least, self.most + other.most)

    def misses(self, minutes: int) -> bool:
        """Whether minutes are a third off and more than one."""
        too_few = minutes < min(self.least - 1, self.least * 2 / 3)
        return too_few or minutes > max(self.most + 1, self.most * 4 / 3)


class _UnknownLengthError(Exception):
    """A film or recording that doesn't say how long it is: then its step can't be judged."""


def minutes_of_steps(seen: Seen) -> Iterator[Problem]:
    """Steps whose words, films and questions take much more or much less than they say."""
    for number, step in enumerate(seen.module.steps):
        span = _span_of_step(step, seen)
        if span is None or not span.misses(step.minutes):
            continue
        least, most = max(1, round(span.least)), max(1, ceil(span.most))
        takes = f"{least}" if least == most else f"{least} to {most}"
        yield seen.document.about_value(
            ("steps", number, "minutes"), "minutes-of-step",
            f"learners are told {_minutes(step.minutes)}, and what stands in this step takes "
            f"about {takes}",
            f"Write `minutes: {most if step.minutes > most else least}`, or make the step "
            f"{'longer' if step.minutes > most else 'shorter'}.",
        )  # fmt: skip


def sum_of_minutes(seen: Seen) -> Iterator[Problem]:
    """A module whose minutes aren't those of its steps together."""
    total = sum(step.minutes for step in seen.module.steps)
    if total != seen.module.minutes:
        yield seen.document.about_value(
            ("minutes",), "minutes-sum",
            f"the module takes {_minutes(seen.module.minutes)}, and its steps {total} together",
            f"Write `minutes: {total}`, or mend those of a step.",
        )  # fmt: skip


def _span_of_step(step: Step, seen: Seen) -> Span | None:
    """What a step takes; None where the length of a film in it can't be known."""
    try:
        return _together(_span(block, seen) for block in step.blocks)
    except _UnknownLengthError:
        return None


def _span(part: Authored, seen: Seen) -> Span:
    """What a part of a step takes, with all that is in it."""
    names = [name for name in text_fields(type(part)) if name not in UNREAD]
    below = [(name, _span_of_value(getattr(part, name), seen)) for name in names]
    met = [Span(0, span.most) if name in PERHAPS else span for name, span in below]
    return _together([_thinking(part), _playing(part, seen), *met])


def _span_of_value(value: Any, seen: Seen) -> Span:
    if isinstance(value, str):
        minutes = len(value.split()) / WORDS_A_MINUTE
        return Span(minutes, minutes)
    if isinstance(value, Authored):
        return _span(value, seen)
    each = value.values() if isinstance(value, dict) else value or ()
    return _together(_span_of_value(one, seen) for one in each)


def _playing(part: Authored, seen: Seen) -> Span:
    """A film or recording takes as long as it is."""
    if not isinstance(part, Film | Recording):
        return Span(0, 0)
    file = part.video if isinstance(part, Film) else part.audio
    length = seconds(seen.reader.folder.root / file)
    if length is None:
        raise _UnknownLengthError
    return Span(length / 60, length / 60)


def _thinking(part: Authored) -> Span:
    """A minute to think about each question, and three to write something."""
    if isinstance(part, Note):
        return Span(0, 3)
    asks = isinstance(part, Commitment) or (isinstance(part, Block) and part.interaction())
    return Span(0, 1 if asks else 0)


def _together(spans: Iterable[Span]) -> Span:
    return reduce(Span.plus, spans, Span(0, 0))


def _minutes(number: int) -> str:
    return f"{number} minute{'' if number == 1 else 's'}"
