"""`quiz:` questions drawn from a bank."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from rsscorm.blocks.base import Block
from rsscorm.blocks.choice import Choice, Choices
from rsscorm.blocks.fields import Id, Percent, Plain, WholeNumber
from rsscorm.blocks.kinds import one_of
from rsscorm.blocks.match import Match
from rsscorm.blocks.number import Number
from rsscorm.blocks.order import Order

QuizQuestion = Choice | Choices | Order | Match | Number


class Quiz(Block):
    """Questions drawn from a bank and shuffled, anew at each attempt."""

    kind = "quiz"
    plays = False
    records = True

    id: Id
    """Permanent, unique in the module."""
    quiz: Plain
    """The title."""
    bank: Annotated[tuple[one_of(QuizQuestion), ...], Field(min_length=1)]  # type: ignore[valid-type]
    """The questions that are drawn from."""
    draw: WholeNumber | None = None
    """How many are drawn for an attempt; all where absent."""
    attempts: WholeNumber | None = None
    """How many attempts there are; as many as wished where absent."""
    pass_mark: Percent | None = None
    """In per cent of the questions drawn."""

    def children(self) -> tuple[QuizQuestion, ...]:
        return self.bank

    def data(self) -> dict[str, Any]:
        return {"draw": self.draw, "attempts": self.attempts, "passMark": self.pass_mark}
