"""`audio:` a recording with a transcript."""

from __future__ import annotations

from rsscorm.blocks.base import AudioFile, Authored, Block, MarkdownFile


class Recording(Authored):
    """The keys of a recording, wherever one may stand."""

    audio: AudioFile
    transcript: MarkdownFile


class Audio(Recording, Block):
    """A recording."""

    kind = "audio"
