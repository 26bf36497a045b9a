"""`commitment:` one thing that the learner means to do."""

from __future__ import annotations

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import Inline
from rsscorm.interaction import Interaction
from rsscorm.markdown import plain


class Commitment(Block):
    """A line to write and keep; it never leaves the device and never blocks."""

    kind = "commitment"

    commitment: Inline
    """What stands above the line to write, such as `One thing I will do`."""

    def interaction(self) -> Interaction | None:
        if self.id is None:
            return None
        return Interaction(self.id, "fill-in", plain(self.commitment), reports="fact")
