"""`poll:` a question to colleagues, whose answers can be compared."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from rsscorm.blocks.base import Item, Question
from rsscorm.blocks.fields import Authored, CsvFile, Day, Id, Inline, Plain
from rsscorm.blocks.scale import Labels, label_components
from rsscorm.interaction import Component, Interaction
from rsscorm.markdown import plain


class PollOption(Item):
    """One of the answers of a poll."""


class Pilot(Authored):
    """Dated figures from a pilot, shown with that label where no others can be had.

    `votes` holds the counts by option, read from the file `from` (columns `option,votes`).
    """

    from_: CsvFile
    """A CSV file with the columns `option,votes`."""
    on: Day
    """The day of the figures."""
    who: Plain
    """Who was asked, such as `212 staff of two trusts`."""
    votes: dict[str, int] = Field(default={}, alias="(votes)")
    """The counts by option, read from the file."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, dict) and isinstance(value.get("from"), str) and info.context:
            return {**value, "(votes)": info.context.votes(value["from"])}
        return value


class Poll(Question):
    """A question to colleagues: exactly one of options, labels, or a first vote elsewhere.

    A poll that is the second vote of a choice (`first`) carries that choice's options once the
    module has been read.
    """

    kind = "poll"

    poll: Inline
    """The question."""
    options: Annotated[tuple[PollOption, ...], Field(min_length=2, max_length=26)] | None = None
    """What there is to choose from."""
    labels: Labels | None = None
    """The points of a scale instead of options."""
    first: Id | None = None
    """The id of the choice that was the first vote on the same question."""
    again_after: Id | None = None
    """The perspectives below which it is asked again."""
    after: Id | None = None
    """Held back until this question or poll is answered or skipped."""
    pilot: Pilot | None = None
    """Figures to show where no others can be had."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        given = [key for key in ("options", "labels", "first") if getattr(self, key) is not None]
        if len(given) != 1:
            raise PydanticCustomError(
                "poll-form", "a poll has exactly one of `options`, `labels` and `first`"
            )
        if self.first and self.again_after:
            raise PydanticCustomError(
                "poll-form",
                "a poll with `first` is the second vote, so it can't have `again-after`",
                {"hint": "Delete `again-after`."},
            )
        return self

    def components(self) -> tuple[Component, ...]:
        """The answers in an LMS's words."""
        if self.labels:
            return label_components(self.labels)
        return tuple(Component(option.id, plain(option.words)) for option in self.options or ())

    def answer_ids(self) -> tuple[str, ...]:
        return tuple(component.id for component in self.components())

    def interaction(self) -> Interaction:
        return Interaction(
            self.id, "likert" if self.labels else "choice", plain(self.poll), self.components(),
            reports="poll",
        )  # fmt: skip

    def data(self) -> dict[str, Any]:
        return {"first": self.first, "againAfter": self.again_after, "after": self.after}

    def longest_answer(self) -> int:
        """Two votes; where it is asked once, perhaps both of an edition that asked twice."""
        return 2
