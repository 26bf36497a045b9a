"""`number:` a question answered with a number."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from rsscorm.blocks.base import ScoredQuestion
from rsscorm.blocks.fields import Decimal, Inline, Plain
from rsscorm.interaction import Interaction
from rsscorm.markdown import plain


class Number(ScoredQuestion):
    """A question answered with a number, right within `tolerance`."""

    kind = "number"

    number: Inline
    """The question."""
    answer: Decimal
    """The right number."""
    tolerance: Annotated[Decimal, Field(ge=0)] = 0
    """How far off still is right."""
    unit: Plain | None = None
    """What is counted, shown behind the field."""

    def interaction(self) -> Interaction:
        # Adding 0 takes the sign from -0.
        right = f"{self.answer + 0:.6f}".rstrip("0").rstrip(".")
        return Interaction(
            self.id, "numeric", plain(self.number), correct=(right,), reports=self.reports()
        )

    def data(self) -> dict[str, Any]:
        return {**super().data(), "tolerance": self.tolerance, "unit": self.unit}

    def longest_answer(self) -> int:
        return 6  # a number is kept as typed: at most 18 characters, as long as six codes
