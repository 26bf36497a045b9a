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
    alt: Plain | None = None
    decorative: Truth = False
    caption: Inline | None = None
    credit: Plain | None = None

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
