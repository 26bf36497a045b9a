"""`text:` a passage to read, with all of Markdown."""

from __future__ import annotations

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import Markdown


class Text(Block):
    """A passage to read."""

    kind = "text"

    text: Markdown
    """The passage, or `{from: see.md}` for one in a file of its own."""
