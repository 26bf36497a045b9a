"""`video:` a film with captions and a transcript."""

from __future__ import annotations

from rsscorm.blocks.base import (
    Authored,
    Block,
    CaptionsFile,
    ImageFile,
    MarkdownFile,
    VideoFile,
    file_in,
)

Described = file_in("video", instead="same-as-text")


class Film(Authored):
    """The keys of a film, wherever one may stand.

    `described` says how a person who cannot see it is served: the sound says all that is seen,
    or a second film does.
    """

    video: VideoFile
    captions: CaptionsFile
    transcript: MarkdownFile
    poster: ImageFile | None = None
    described: Described | None = None


class Video(Film, Block):
    """A film."""

    kind = "video"
