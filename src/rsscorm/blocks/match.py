"""`match:` left sides to pair with right sides."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rsscorm.blocks.base import Item, ScoredQuestion
from rsscorm.blocks.fields import Inline
from rsscorm.interaction import Component, Interaction
from rsscorm.markdown import plain


class Pair(Item):
    """A left side, its id and words, and the right side it belongs `to`."""

    to: Inline
    """The right side; equal right sides count as equal."""


class Match(ScoredQuestion):
    """Pairs to find; equal right sides count as equal."""

    kind = "match"

    match: Inline
    """The question."""
    pairs: Annotated[tuple[Pair, ...], Field(min_length=2, max_length=26)]
    """The left sides, each with its right side."""

    def answer_ids(self) -> tuple[str, ...]:
        return tuple(pair.id for pair in self.pairs)

    def targets(self) -> dict[str, str]:
        """The different right sides as they are shown, each with the id of its first pair."""
        ids: dict[str, str] = {}
        for pair in self.pairs:
            ids.setdefault(plain(pair.to), pair.id)
        return ids

    def interaction(self) -> Interaction:
        ids = self.targets()
        return Interaction(
            self.id, "matching", plain(self.match),
            tuple(Component(pair.id, plain(pair.words)) for pair in self.pairs),
            tuple(Component(id, words) for words, id in ids.items()),
            correct=tuple(f"{pair.id}.{ids[plain(pair.to)]}" for pair in self.pairs),
            reports=self.reports(),
        )  # fmt: skip

    def longest_answer(self) -> int:
        return 2 * len(self.pairs)
