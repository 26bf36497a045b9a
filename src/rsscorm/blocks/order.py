"""`order:` things to put in the right order."""

from __future__ import annotations

from rsscorm.blocks.base import Inline, ScoredQuestion
from rsscorm.blocks.choice import Options
from rsscorm.interaction import Component, Interaction
from rsscorm.markdown import plain


class Order(ScoredQuestion):
    """Things to put in order; they are written in the right one and shown shuffled."""

    kind = "order"
    plays = False

    order: Inline
    options: Options

    def answer_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    def interaction(self) -> Interaction:
        components = tuple(Component(option.id, plain(option.words)) for option in self.options)
        return Interaction(
            self.id, "sequencing", plain(self.order), components,
            correct=self.answer_ids(), reports=self.reports(), scored=self.counts,
        )  # fmt: skip

    def longest_answer(self) -> int:
        return len(self.options)
