"""`text:` a passage to read, with all of Markdown."""

from __future__ import annotations

from rsscorm.blocks.base import Block, Markdown


class Text(Block):
    """A passage to read."""

    kind = "text"

    text: Markdown
