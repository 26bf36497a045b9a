"""`callout:` a short passage that stands out."""

from __future__ import annotations

from typing import Literal

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import Markdown


class Callout(Block):
    """A short passage that stands out, in one of three tones."""

    kind = "callout"

    callout: Markdown
    """The passage."""
    tone: Literal["key-point", "warning", "remember"]
    """What it is: a key point, a warning, or something to remember."""
