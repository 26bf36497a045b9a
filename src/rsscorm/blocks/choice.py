"""`choice:` and `choices:` a question with options, of which one or several are taken."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from rsscorm.blocks.base import Option, ScoredQuestion
from rsscorm.blocks.fields import Inline, OptionId
from rsscorm.interaction import Component, Interaction
from rsscorm.markdown import plain

Options = Annotated[tuple[Option, ...], Field(min_length=2, max_length=26)]
"""SCORM 1.2 names options by single letters, so there are at most 26."""


class OptionQuestion(ScoredQuestion):
    """What questions with options share."""

    options: Options
    """What there is to choose from."""

    def answer_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    def components(self) -> tuple[Component, ...]:
        """The options in an LMS's words."""
        return tuple(Component(option.id, plain(option.words)) for option in self.options)


class Choice(OptionQuestion):
    """A question of which one option is taken; without an `answer`, a matter of opinion."""

    kind = "choice"

    choice: Inline
    """The question."""
    answer: OptionId | None = None
    """The id of the right option; without it nothing is right or wrong."""

    @property
    def has_right_answer(self) -> bool:
        return self.answer is not None

    def interaction(self) -> Interaction:
        correct = (self.answer,) if self.answer else None
        return Interaction(
            self.id, "choice", plain(self.choice), self.components(),
            correct=correct, reports=self.reports(),
        )  # fmt: skip

    def longest_answer(self) -> int:
        return 1


class Choices(OptionQuestion):
    """A question of which several options may be taken."""

    kind = "choices"

    choices: Inline
    """The question."""
    answer: Annotated[tuple[OptionId, ...], Field(min_length=1)] | None = None
    """The ids of all right options; without it nothing is right or wrong."""

    @property
    def has_right_answer(self) -> bool:
        return self.answer is not None

    def interaction(self) -> Interaction:
        return Interaction(
            self.id, "choice", plain(self.choices), self.components(),
            correct=self.answer, reports=self.reports(),
        )  # fmt: skip

    def data(self) -> dict[str, Any]:
        return {**super().data(), "several": True}

    def longest_answer(self) -> int:
        return len(self.options)
