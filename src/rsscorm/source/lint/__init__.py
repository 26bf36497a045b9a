"""What a good author would ask of a module that is right in form: always warnings, never more.

Each lint is a function of what was read (`Seen`) in a file of its own subject, and none needs
another. They speak only of what they can know: where a film's length can't be read, nothing is
said of the minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rsscorm.module import Module
from rsscorm.problems import Problem
from rsscorm.source.lint.answers import longest_answers, reflect_without_question
from rsscorm.source.lint.films import captions_and_length
from rsscorm.source.lint.minutes import minutes_of_steps, sum_of_minutes
from rsscorm.source.lint.seen import Seen
from rsscorm.source.lint.words import capitals, link_words, repeated_alts, same_titles
from rsscorm.source.outline import Outline
from rsscorm.source.reader import FolderReader

LINTS: tuple[Callable[[Seen], Iterator[Problem]], ...] = (
    minutes_of_steps, sum_of_minutes, reflect_without_question, longest_answers,
    captions_and_length, repeated_alts, capitals, same_titles, link_words,
)  # fmt: skip


def lint(module: Module, outline: Outline, reader: FolderReader) -> list[Problem]:
    """All that is to be asked of a module without errors."""
    seen = Seen(module, outline.document, reader)
    return [problem for each in LINTS for problem in each(seen)]
