"""`order:` things to put in the right order."""

from __future__ import annotations

from rsscorm.blocks.choice import OptionQuestion
from rsscorm.blocks.fields import Inline
from rsscorm.interaction import Interaction
from rsscorm.markdown import plain


class Order(OptionQuestion):
    """Things to put in order; they are written in the right one and shown shuffled."""

    kind = "order"

    order: Inline
    """The question; the options stand in the right order and are shown shuffled."""

    def interaction(self) -> Interaction:
        return Interaction(
            self.id, "sequencing", plain(self.order), self.components(),
            correct=self.answer_ids(), reports=self.reports(),
        )  # fmt: skip

    def longest_answer(self) -> int:
        return len(self.options)
