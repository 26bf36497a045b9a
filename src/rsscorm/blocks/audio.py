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

    @property
    def name(self) -> str:
        """Under which a learner's place in it is kept."""
        return self.audio


class Audio(Recording, Block):
    """A recording."""

    kind = "audio"

    @property
    def name(self) -> str:
        return self.id or self.audio

    def films(self) -> tuple[str, ...]:
        return (self.name,)
