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

    @property
    def drawn(self) -> int:
        """How many questions an attempt has."""
        return self.draw or len(self.bank)

    @property
    def counting(self) -> int:
        """How many of these count: in each attempt the same, as many as in the bank by share.

        At least one where any counts, so that the quiz has a result.
        """
        counts: int = sum(question.counts for question in self.bank)
        share = (2 * self.drawn * counts + len(self.bank)) // (2 * len(self.bank))
        return max(share, min(counts, 1))

    @property
    def aim(self) -> int:
        """How many must be right to reach the pass mark; 0 where there is none."""
        return -(-(self.pass_mark or 0) * self.counting // 100)

    @property
    def counts(self) -> bool:
        return self.counting > 0

    @property
    def may_skip(self) -> bool:
        return False

    def children(self) -> tuple[QuizQuestion, ...]:
        return self.bank

    def data(self) -> dict[str, Any]:
        return {
            "name": self.quiz,
            "draw": self.drawn,
            "scored": self.counting,
            "attempts": self.attempts,
            "passMark": self.pass_mark,
        }

    def answer_ids(self) -> tuple[str, ...]:
        return tuple(question.id for question in self.bank)

    def longest_answer(self) -> int:
        """With the answers to the questions drawn; its best result takes as much as an id."""
        counting = self._longest(counts=True)[: self.counting]
        others = self._longest(counts=False)[: self.drawn - self.counting]
        return 1 + self.drawn + sum(counting) + sum(others)

    def _longest(self, counts: bool) -> list[int]:
        """The longest answers to the questions that count, or don't, the longest first."""
        questions = (question for question in self.bank if question.counts == counts)
        return sorted((question.longest_answer() for question in questions), reverse=True)
