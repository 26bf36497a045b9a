"""`note:` a question answered in the learner's own words, which never leave the device."""

from __future__ import annotations

from rsscorm.blocks.base import Question
from rsscorm.blocks.fields import Inline, WholeNumber
from rsscorm.interaction import Interaction
from rsscorm.markdown import plain


class Note(Question):
    """Room for the learner's own words, about `words` of them."""

    kind = "note"

    note: Inline
    """The question."""
    words: WholeNumber = 80
    """About how many words are asked for."""

    def interaction(self) -> Interaction:
        return Interaction(self.id, "fill-in", plain(self.note), reports="fact")
