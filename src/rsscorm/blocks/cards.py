"""`cards:` passages with a front and a back."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import Authored, Markdown


class Card(Authored):
    """Two sides, of which the front shows first."""

    front: Markdown
    """The side that shows first."""
    back: Markdown
    """The side that it turns to."""


class Cards(Block):
    """Cards to turn."""

    kind = "cards"

    cards: Annotated[tuple[Card, ...], Field(min_length=1)]
    """The cards, in order."""
