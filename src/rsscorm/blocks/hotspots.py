"""`hotspots:` a picture with points that open."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rsscorm.blocks.base import Authored, Block, Decimal, ImageFile, Markdown, Plain

PerCent = Annotated[Decimal, Field(ge=0, le=100)]


class Point(Authored):
    """A point of the picture, `at` per cent from its left and top edges."""

    at: tuple[PerCent, PerCent]
    title: Plain
    text: Markdown


class Hotspots(Block):
    """A picture with points that open."""

    kind = "hotspots"
    plays = False

    hotspots: ImageFile
    alt: Plain
    points: Annotated[tuple[Point, ...], Field(min_length=1)]
