"""`perspectives:` how others see it, perhaps held back until the learner has answered."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rsscorm.blocks.audio import Recording
from rsscorm.blocks.base import Block, Item, gather
from rsscorm.blocks.fields import Id, Markdown, Plain, keys_of
from rsscorm.blocks.video import Film


class Perspective(Item):
    """What one speaker says: in writing, on film or as a recording."""

    words: Plain = Field(alias="(words)")
    """Who is speaking."""
    text: Markdown | None = None
    """What they say."""
    film: Film | None = Field(default=None, alias="(film)")
    """A film of them."""
    recording: Recording | None = Field(default=None, alias="(recording)")
    """A recording of them."""

    @classmethod
    def gathered(cls, value: Any) -> Any:
        """The keys of a film or a recording, in one place."""
        value = gather(value, "(film)", keys_of(Film), "video")
        return gather(value, "(recording)", keys_of(Recording), "audio")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if sum(part is not None for part in (self.text, self.film, self.recording)) != 1:
            raise PydanticCustomError(
                "perspective-form", "a perspective has exactly one of `text`, `video` and `audio`"
            )
        return self


class Perspectives(Block):
    """Several people's views; with `after`, shown once that has been answered or skipped."""

    kind = "perspectives"

    id: Id
    """Permanent, unique in the module."""
    perspectives: Annotated[tuple[Perspective, ...], Field(min_length=1)]
    """Who speaks, in order, each with a text, a film or a recording."""
    after: Id | None = None
    """Held back until this question or poll is answered or skipped."""

    def films(self) -> tuple[str, ...]:
        films = (name for voice in self.perspectives if voice.film for name in voice.film.names())
        recordings = (voice.recording.name for voice in self.perspectives if voice.recording)
        return (*films, *recordings)

    def data(self) -> dict[str, Any]:
        return {"after": self.after}
