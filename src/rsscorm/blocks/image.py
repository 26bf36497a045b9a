"""`image:` a picture with a text alternative, or marked as decoration."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import Authored, ImageFile, Inline, Plain, Truth


def _or_has_words(decorative: bool, info: ValidationInfo) -> bool:
    """Of the key and not of the whole, so that it is told beside what else is wrong."""
    if decorative and info.data.get("alt"):
        raise PydanticCustomError(
            "alt-text", "a picture that has `alt` words isn't decorative",
            {"hint": "Delete `decorative: true`. If the picture says nothing, delete `alt`."},
        )  # fmt: skip
    if not decorative and info.data.get("alt", "wrong") is None:
        raise PydanticCustomError(
            "alt-text", "a picture needs either `alt` words or `decorative: true`"
        )
    return decorative


class Picture(Authored):
    """The keys of a picture, wherever one may stand."""

    image: ImageFile
    """The picture's file (WebP, PNG, JPEG or SVG)."""
    alt: Plain | None = None
    """The picture in words, for those who cannot see it."""
    decorative: Annotated[Truth, AfterValidator(_or_has_words)] = Field(
        default=False, validate_default=True
    )
    """True: it says nothing, and needs no words."""
    caption: Inline | None = None
    """What stands below it."""
    credit: Plain | None = None
    """Who made it."""


class Image(Picture, Block):
    """A picture."""

    kind = "image"
