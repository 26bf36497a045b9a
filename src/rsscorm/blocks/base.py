"""What every block is made of: the base classes, and the items of an author's lists."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rsscorm.blocks.fields import (
    RESERVED_IDS,
    Authored,
    Id,
    Inline,
    OptionId,
    Truth,
    WholeNumber,
    keys_of,
)
from rsscorm.interaction import Interaction


def lift(value: Any, reserved: frozenset[str] | set[str]) -> Any:
    """Turn an author's `- id: words` item, with what belongs to it, into `(id)` and `(words)`.

    The id is the first key; `reserved` are the keys that may follow. Raises
    `PydanticCustomError` where the item is not of that form.
    """
    if not isinstance(value, dict) or not value:
        raise PydanticCustomError("not-an-item", "an id and its words belong here")
    first, *rest = value
    if first in reserved:
        raise PydanticCustomError(
            "reserved-id",
            "`{id}` is a key of the format, so it can't be an id; the id and its words come first",
            {"id": first, "hint": "Write both as one key and its value: `- my-id: Words`."},
        )
    return {"(id)": first, "(words)": value[first], **{key: value[key] for key in rest}}


class Item(Authored):
    """One line of a list whose first key is its permanent id and whose value is its words."""

    id: OptionId = Field(alias="(id)")
    """Permanent, unique in its list."""
    words: Inline = Field(alias="(words)")
    """What is shown."""

    @classmethod
    def gathered(cls, value: Any) -> Any:
        """The author's item, with the parts that stand beside its words gathered."""
        return value

    @model_validator(mode="before")
    @classmethod
    def _lift(cls, value: Any) -> Any:
        return lift(cls.gathered(value), RESERVED_IDS | keys_of(cls))


class Option(Item):
    """A choice among several: its words and what is said when it is taken."""

    feedback: Inline | None = None
    """What is said to those who chose it."""


class Feedback(Authored):
    """What is said after an answer as a whole."""

    correct: Inline | None = None
    """What is said to a right answer."""
    incorrect: Inline | None = None
    """What is said to any other."""


class Block(Authored):
    """One thing on a screen.

    A kind is a subclass: `kind` is its name and the first key that an author writes; `records`
    says whether it keeps an answer.
    """

    kind: ClassVar[str]
    records: ClassVar[bool] = False

    id: Id | None = None
    """Permanent, unique in the module."""

    def interaction(self) -> Interaction | None:
        """The question as an LMS sees it, or None for a block that records nothing."""
        return None

    def data(self) -> dict[str, Any]:
        """What the player must know of it beyond the page's HTML; keys are the player's."""
        return {}

    def answer_ids(self) -> tuple[str, ...]:
        """All ids that an answer may hold, each of which gets a resume code."""
        return ()

    def longest_answer(self) -> int:
        """How many ids an answer holds at most; bounds the resume data."""
        return 0

    def films(self) -> tuple[str, ...]:
        """The films and recordings in it, by the name under which a learner's place is kept."""
        return ()

    def children(self) -> tuple[Block, ...]:
        """Blocks inside this one (the questions of a quiz)."""
        return ()

    @property
    def counts(self) -> bool:
        """Whether it takes part in the score."""
        return False

    @property
    def may_skip(self) -> bool:
        """Whether a learner may go on without answering it (`canSkip` of `player/state.ts`)."""
        return True


class Question(Block):
    """A block that records an answer, and so has a permanent id."""

    records: ClassVar[bool] = True

    id: Id
    """Permanent, unique in the module: answers are kept under it."""


class ReportingQuestion(Question):
    """A question whose answer an LMS record holds if its author says so."""

    report: Truth = False
    """True: the answer itself is told to the LMS, not only that there was one."""

    def reports(self) -> Literal["answer", "fact"]:
        """What an LMS record may hold of it (format.md, What leaves the device)."""
        return "answer" if self.report else "fact"


class ScoredQuestion(ReportingQuestion):
    """A question that may have a right answer, which is then always reported."""

    feedback: Feedback | None = None
    """What is said to right and to other answers."""
    attempts: WholeNumber | None = None
    """How many tries there are; as many as wished where absent."""
    scored: Truth = True
    """False: the question does not take part in the score."""

    @property
    def has_right_answer(self) -> bool:
        """Whether an answer to it can be right or wrong."""
        return True

    @property
    def counts(self) -> bool:
        return self.scored and self.has_right_answer

    @property
    def may_skip(self) -> bool:
        return not self.has_right_answer

    def data(self) -> dict[str, Any]:
        return {"attempts": self.attempts, "counts": self.counts}

    def reports(self) -> Literal["answer", "fact"]:
        return "answer" if self.has_right_answer else super().reports()


def gather(value: Any, into: str, keys: frozenset[str], sign: str) -> Any:
    """Move the keys of a picture, film or recording that stand beside others into one place.

    `sign` is the key that shows there is one. Anything else is left where it is, so that an
    unknown or a stray key is refused under its own name.
    """
    if not isinstance(value, dict) or sign not in value:
        return value
    inner = {key: value[key] for key in value if key in keys}
    return {**{key: value[key] for key in value if key not in keys}, into: inner}
