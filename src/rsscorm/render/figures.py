"""Figures of a poll as they are shown: in words, as bars and as a table."""

from __future__ import annotations

from dataclasses import dataclass

from rsscorm.blocks.poll import Poll


@dataclass(frozen=True)
class Row:
    """One answer: how many people gave it, and its share in whole per cent."""

    id: str
    text: str
    votes: int
    width: int

    @property
    def share(self) -> str:
        """The share as it is said."""
        return f"{self.width}%"


@dataclass(frozen=True)
class Figures:
    """All answers in the order they were asked in; never ranked."""

    rows: tuple[Row, ...]

    @property
    def most(self) -> Row:
        """The answer that most people gave."""
        return max(self.rows, key=lambda row: row.votes)


def figures(poll: Poll) -> Figures:
    """The figures of a poll's pilot."""
    votes = poll.pilot.votes if poll.pilot else {}
    total = sum(votes.values()) or 1
    counted = [(c.id, c.text, votes.get(c.id, 0)) for c in poll.components()]
    return Figures(tuple(Row(id, text, n, round(100 * n / total)) for id, text, n in counted))
