"""The vocabulary of an author: one slice of files a kind, and the union of them all.

A kind is added by copying a slice and adding its class here.
"""

from __future__ import annotations

from typing import get_args

from rsscorm.blocks.audio import Audio
from rsscorm.blocks.base import Block
from rsscorm.blocks.callout import Callout
from rsscorm.blocks.cards import Cards
from rsscorm.blocks.choice import Choice, Choices
from rsscorm.blocks.commitment import Commitment
from rsscorm.blocks.download import Download
from rsscorm.blocks.hotspots import Hotspots
from rsscorm.blocks.image import Image
from rsscorm.blocks.match import Match
from rsscorm.blocks.note import Note
from rsscorm.blocks.number import Number
from rsscorm.blocks.order import Order
from rsscorm.blocks.perspectives import Perspectives
from rsscorm.blocks.poll import Poll
from rsscorm.blocks.quiz import Quiz
from rsscorm.blocks.quote import Quote
from rsscorm.blocks.scale import Scale
from rsscorm.blocks.scenario import Scenario
from rsscorm.blocks.sections import Accordion, Tabs, Timeline
from rsscorm.blocks.text import Text
from rsscorm.blocks.video import Video

AnyBlock = (
    Text | Image | Video | Audio | Quote | Callout
    | Accordion | Tabs | Timeline | Cards | Hotspots | Download
    | Choice | Choices | Order | Match | Scale | Number | Note | Scenario | Quiz
    | Poll | Perspectives | Commitment
)  # fmt: skip

KINDS: dict[str, type[Block]] = {kind.kind: kind for kind in get_args(AnyBlock)}
"""Every kind by the key that names it."""

__all__ = ["KINDS", "AnyBlock", "Block"]
