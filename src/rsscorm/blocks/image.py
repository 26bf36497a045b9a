"""`image:` a picture with a text alternative, or marked as decoration."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import Authored, ImageFile, Inline, Plain, Truth


class Picture(Authored):
    """The keys of a picture, wherever one may stand."""

    image: ImageFile
    """The picture's file (WebP, PNG, JPEG or SVG)."""
    alt: Plain | None = None
    """The picture in words, for those who cannot see it."""
    decorative: Truth = False
    """True: it says nothing, and needs no words."""
    caption: Inline | None = None
    """What stands below it."""
    credit: Plain | None = None
    """Who made it."""

    @model_validator(mode="after")
    def _has_alternative(self) -> Self:
        if bool(self.alt) == self.decorative:
            raise PydanticCustomError(
                "alt-text", "a picture needs either `alt` words or `decorative: true`"
            )
        return self


class Image(Picture, Block):
    """A picture."""

    kind = "image"
