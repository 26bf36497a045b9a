"""`quote:` somebody's words."""

from __future__ import annotations

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import Markdown, Plain


class Quote(Block):
    """Somebody's words, and whose they are."""

    kind = "quote"

    quote: Markdown
    """What was said."""
    who: Plain
    """Who said it."""
