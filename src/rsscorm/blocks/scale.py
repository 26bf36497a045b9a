"""`scale:` a statement to place oneself on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rsscorm.blocks.base import ReportingQuestion
from rsscorm.blocks.fields import Inline, Plain
from rsscorm.interaction import Component, Interaction
from rsscorm.markdown import plain

Labels = Annotated[tuple[Plain, ...], Field(min_length=2, max_length=11)]
"""The points of a scale from one end to the other; a label's id is its number, from 1."""


def label_components(labels: tuple[str, ...]) -> tuple[Component, ...]:
    """The points of a scale in an LMS's words."""
    return tuple(Component(str(number), words) for number, words in enumerate(labels, 1))


class Scale(ReportingQuestion):
    """A statement and the labels of a scale; nothing is right or wrong."""

    kind = "scale"

    scale: Inline
    """The statement."""
    labels: Labels
    """The points of the scale, from one end to the other; a label's id is its number."""

    def answer_ids(self) -> tuple[str, ...]:
        return tuple(component.id for component in label_components(self.labels))

    def interaction(self) -> Interaction:
        return Interaction(
            self.id, "likert", plain(self.scale), label_components(self.labels),
            reports=self.reports(),
        )  # fmt: skip

    def longest_answer(self) -> int:
        return 1
