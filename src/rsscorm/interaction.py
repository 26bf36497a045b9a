"""An answer in the standards' words: the one place where author's and standards' terms meet.

An author writes a question with options; SCORM 1.2 and xAPI record an *interaction* with
responses. Everything here is neutral between the two standards: the player maps the ids to
what SCORM 1.2 allows (option k is the letter k), `statement` maps them to xAPI definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

InteractionType = Literal[
    "choice", "sequencing", "matching", "likert", "numeric", "fill-in", "performance"
]
"""The types that SCORM 1.2 (`cmi.interactions.n.type`) and xAPI's `cmi.interaction` share."""

Reports = Literal["answer", "fact", "poll"]
"""What an LMS record may hold of it (format.md, What leaves the device): the answer itself,
only the fact that it was answered, or, for a poll, what the module's poll settings allow."""


@dataclass(frozen=True, slots=True)
class Component:
    """One of the things to choose from: its permanent id and its words as plain text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """A question as an LMS or LRS sees it.

    `components` are the options (the left sides when `matching`, the scenes when
    `performance`), `targets` the right sides when `matching`. `correct` is one right response
    as a list of ids (`left.right` pairs when `matching`, a decimal when `numeric`), or None
    where there is no right answer.
    """

    id: str
    type: InteractionType
    name: str
    components: tuple[Component, ...] = ()
    targets: tuple[Component, ...] = ()
    correct: tuple[str, ...] | None = None
    reports: Reports = "answer"

    def as_data(self) -> dict[str, Any]:
        """The JSON form that the player gets in the page."""
        data: dict[str, Any] = {"type": self.type, "name": self.name, "reports": self.reports}
        for key in ("components", "targets"):
            if items := getattr(self, key):
                data[key] = [{"id": item.id, "text": item.text} for item in items]
        if self.correct is not None:
            data["correct"] = list(self.correct)
        return data
