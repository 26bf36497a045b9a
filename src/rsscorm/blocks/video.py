"""`video:` a film with captions and a transcript."""

from __future__ import annotations

from typing import Annotated

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import (
    Authored,
    CaptionsFile,
    ImageFile,
    MarkdownFile,
    VideoFile,
    in_folder,
)

Described = Annotated[str, in_folder("video", instead="same-as-text")]


class Film(Authored):
    """The keys of a film, wherever one may stand.

    `described` says how a person who cannot see it is served: the sound says all that is seen,
    or a second film does.
    """

    video: VideoFile
    """The film's file (MP4 or WebM)."""
    captions: CaptionsFile
    """A WebVTT file."""
    transcript: MarkdownFile
    """A Markdown file with all that is said and seen."""
    poster: ImageFile | None = None
    """A picture that shows before it plays."""
    described: Described | None = None
    """For those who cannot see: `same-as-text` if the sound says all, or else a second film."""


class Video(Film, Block):
    """A film."""

    kind = "video"
