"""`accordion:`, `tabs:` and `timeline:` titled passages, shown in three ways."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import Authored, Markdown, Plain


class Section(Authored):
    """A titled passage."""

    title: Plain
    """What it is called."""
    text: Markdown
    """The passage."""


class Moment(Section):
    """A titled passage with its time."""

    when: Plain | None = None
    """When it was or is, as it is to be shown."""


class Accordion(Block):
    """Passages that open one under the other."""

    kind = "accordion"

    accordion: Annotated[tuple[Section, ...], Field(min_length=1)]
    """The passages, in order."""


class Tabs(Block):
    """Passages of which one shows at a time."""

    kind = "tabs"

    tabs: Annotated[tuple[Section, ...], Field(min_length=2)]
    """The passages, in order."""


class Timeline(Block):
    """Passages in the order of time."""

    kind = "timeline"

    timeline: Annotated[tuple[Moment, ...], Field(min_length=2)]
    """The moments, in order."""
