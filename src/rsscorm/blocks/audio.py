"""`audio:` a recording with a transcript."""

from __future__ import annotations

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import AudioFile, Authored, MarkdownFile


class Recording(Authored):
    """The keys of a recording, wherever one may stand."""

    audio: AudioFile
    """The recording's file."""
    transcript: MarkdownFile
    """A Markdown file with all that is said."""


class Audio(Recording, Block):
    """A recording."""

    kind = "audio"
