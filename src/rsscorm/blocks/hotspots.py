"""`hotspots:` a picture with points that open."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import Authored, Decimal, ImageFile, Markdown, Plain

PerCent = Annotated[Decimal, Field(ge=0, le=100)]


def _two(value: Any) -> Any:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise PydanticCustomError("bad-point", "two numbers belong here, such as `[30, 55]`")
    return value


class Point(Authored):
    """A point of the picture, `at` per cent from its left and top edges."""

    at: Annotated[tuple[PerCent, PerCent], BeforeValidator(_two)]
    """Where it is: per cent from the left, per cent from the top."""
    title: Plain
    """What it is called."""
    text: Markdown
    """What is said of it."""


class Hotspots(Block):
    """A picture with points that open."""

    kind = "hotspots"

    hotspots: ImageFile
    """The picture's file."""
    alt: Plain
    """The picture in words, for those who cannot see it."""
    points: Annotated[tuple[Point, ...], Field(min_length=1)]
    """The points, in reading order."""
