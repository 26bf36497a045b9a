"""Whether there is something to think about, and whether thinking is needed."""

from __future__ import annotations

from collections.abc import Iterator

from rsscorm.blocks.choice import Choice
from rsscorm.markdown import plain
from rsscorm.problems import Problem
from rsscorm.source.lint.seen import Seen
from rsscorm.source.outline import outline

ENOUGH = 4
"""Questions from which on a pattern in their answers is no accident."""


def reflect_without_question(seen: Seen) -> Iterator[Problem]:
    """Reflect steps in which nothing is asked."""
    for number, step in enumerate(seen.module.steps):
        asks = any(block.interaction() or block.children() for block in step.blocks)
        if step.kind == "reflect" and not asks:
            yield seen.document.about_value(
                ("steps", number, "kind"), "no-question",
                "this step is to reflect, and asks nothing",
                "Add a question, such as a `choice`, a `scenario` or a `note`. Or is it to learn?",
            )  # fmt: skip


def longest_answers(seen: Seen) -> Iterator[Problem]:
    """A module whose right option is the longest in each question, which learners soon notice."""
    spots = outline(seen.document, seen.module).spots
    asked = [(spot.path, spot.block) for spot in spots if isinstance(spot.block, Choice)]
    right = [(path, block) for path, block in asked if block.answer]
    if len(right) >= ENOUGH and all(_is_longest(block) for _, block in right):
        yield seen.document.problem(
            (*right[0][0], "answer"), "longest-answer",
            f"in all {len(right)} questions with one right option, it is the longest",
            "Learners notice without reading. Shorten some right options, or say more in others.",
        )  # fmt: skip


def _is_longest(block: Choice) -> bool:
    lengths = {option.id: len(plain(option.words)) for option in block.options}
    right = lengths.pop(block.answer or "", 0)
    return right > max(lengths.values(), default=0)
