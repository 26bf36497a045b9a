"""What a difference is made of: changes, and what comes of them, item by item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal, NamedTuple

from rsscorm.diff.fit import Outcome

Meaning = Literal["", "perhaps", "surely"]
"""Whether something else stands under an old id."""

NEW_ID = "If it is another question now, give it a new id, and this one to `retired`."

OUTCOMES: tuple[Outcome, ...] = ("keep", "partly", "reset")


class Effects(NamedTuple):
    """What becomes of those in the middle of it, and of all that was recorded before."""

    learners: Outcome = "keep"
    completions: Outcome = "keep"
    tallies: Outcome = "keep"
    reports: Outcome = "keep"

    def and_also(self, other: Effects) -> Effects:
        """The worse of both, each for itself."""
        return Effects(*(worst(pair) for pair in zip(self, other, strict=True)))


ALL_STAYS = Effects()


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was: in a word, in an author's words, and what comes of it.

    A release should stop at what surely means something else, and at what must be decided.
    """

    code: str
    said: str
    effects: Effects = ALL_STAYS
    then: str = ""
    meaning: Meaning = ""
    advice: str = ""
    must_decide: bool = False

    @property
    def stops(self) -> bool:
        """Whether a release should stop at it, whatever becomes of anything."""
        return self.meaning == "surely" or self.must_decide


@dataclass(frozen=True)
class Item:
    """The module, a step or a question with all that has changed of it.

    What becomes of learners' answers is known of a question as a whole (`fit.outcome`).
    """

    what: str
    id: str
    name: str
    changes: tuple[Change, ...]
    answers: Outcome = "keep"

    @property
    def effects(self) -> Effects:
        """What becomes of everything, by all changes together."""
        effects = (change.effects for change in self.changes)
        return reduce(Effects.and_also, effects, Effects(learners=self.answers))

    @property
    def outcome(self) -> Outcome:
        """The worst that becomes of anything."""
        return worst(self.effects)

    @property
    def stops(self) -> bool:
        """Whether a release should stop at it: something is lost, or means something else."""
        return self.outcome != "keep" or any(change.stops for change in self.changes)

    def as_json(self) -> dict[str, Any]:
        """For other programs."""
        changes = [
            {"code": c.code, "said": c.said, "then": c.then, "meaning": c.meaning,
             "advice": c.advice}
            for c in self.changes
        ]  # fmt: skip
        return {"what": self.what, "id": self.id, "name": self.name, "outcome": self.outcome,
                **self.effects._asdict(), "changes": changes}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """Two editions of a module, the worst first. `old` is "" where there was none.

    `retire` are ids that learners have had and nothing has now; `against` is where `old` is.
    """

    module: str
    old: str
    new: str
    items: tuple[Item, ...]
    retire: tuple[str, ...] = ()
    against: str = ""

    @property
    def summary(self) -> Effects:
        """What becomes of the module as a whole: `reset` where nothing at all stays."""
        return reduce(Effects.and_also, map(_share, self.items), ALL_STAYS)

    @property
    def stops(self) -> bool:
        """Whether a release should stop at anything."""
        return any(item.stops for item in self.items)

    def as_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "module": self.module, "old": self.old, "new": self.new, "against": self.against,
            "summary": self.summary._asdict(),
            "items": [item.as_json() for item in self.items],
            "retire": list(self.retire),
        }  # fmt: skip


def _share(item: Item) -> Effects:
    """What an item does to the module as a whole: a question that is lost is a part of it."""
    if item.what == "module":
        return item.effects
    return Effects(*("partly" if each == "reset" else each for each in item.effects))


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of some outcomes."""
    return max(outcomes, key=OUTCOMES.index, default="keep")


def as_often(attempts: int | None) -> str:
    """How often something may be done, in words."""
    if attempts is None:
        return "as often as wished"
    return "once" if attempts == 1 else f"{attempts} times"


def pass_marks(old: int | None, new: int | None) -> str:
    """What a pass mark was and is, in words."""
    was, now = (f"{mark}%" if mark else "none" for mark in (old, new))
    return f"was {was}, is {now}"
