"""`video:` a film with captions and a transcript.

Films and recordings are the browser's own `video` and `audio`, with a small row of ours below
(`player/films.ts`): speed, "Go on at 2:14", and a mark of what was watched or read. The native
controls weigh nothing, are known to every learner and assistive technology, and have what no
component of ours would match on every device: full screen, picture in picture, captions in the
learner's own style, keys (Space, arrows), hardware keys. What a component could add, one look in
every browser, no learner asked for.

Nothing is fetched before it plays: `preload` is none, the still before it is a lazy picture behind
the film (a `poster` is fetched even on a step that does not show), and captions are switched on by
the script when it first plays (a `default` track is fetched with the page). Without the script
they are one press away, and the transcript stands open below.
"""

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

    @property
    def name(self) -> str:
        """Under which a learner's place in it is kept."""
        return self.video

    @property
    def second(self) -> str | None:
        """The film with audio description, where there is one, whose place is kept apart."""
        return None if self.described == "same-as-text" else self.described

    def names(self) -> tuple[str, ...]:
        """The same of both."""
        return (self.name, self.second) if self.second else (self.name,)


class Video(Film, Block):
    """A film."""

    kind = "video"

    @property
    def name(self) -> str:
        return self.id or self.video

    def films(self) -> tuple[str, ...]:
        return self.names()
