"""What has changed of a quiz as a whole; the questions of its bank are told one by one."""

from __future__ import annotations

from collections.abc import Iterator

from rsscorm.diff.change import NEW_ID, Change, Effects, Item, Meaning, as_often, pass_marks
from rsscorm.diff.edition import Edition, Quiz
from rsscorm.diff.likeness import means_another


def item(before: Edition, now: Edition, old: Quiz, new: Quiz) -> Item | None:
    """All that has changed of a quiz, if anything has: attempts and best results stay with it."""
    was, there = (each.step_of[new.id] for each in (before, now))
    changes = list(_changes(old, new))
    if was != there:
        said = f"From step `{was}` to step `{there}`"
        changes.insert(0, Change("moved", said, then="Attempts go with it."))
    return Item("quiz", new.id, new.name, tuple(changes)) if changes else None


def _changes(old: Quiz, new: Quiz) -> Iterator[Change]:
    if old.name != new.name:
        doubt: Meaning = "perhaps" if means_another(old.name, new.name) else ""
        advice = "If it is another quiz now, give it a new id." if doubt else ""
        yield Change("reworded", f"Was “{old.name}”, is “{new.name}”", meaning=doubt, advice=advice)
    if (old.draw, old.scored) != (new.draw, new.scored):
        yield _draw(old, new)
    if old.attempts != new.attempts:
        said = f"It may be taken {as_often(new.attempts)}"
        yield Change("attempts", said, then="Attempts so far stay counted.")
    if old.pass_mark != new.pass_mark:
        then = "It is said of attempts that are finished from now on."
        yield Change(
            "pass-mark", f"Its pass mark {pass_marks(old.pass_mark, new.pass_mark)}", then=then
        )


def _draw(old: Quiz, new: Quiz) -> Change:
    said = f"An attempt has {new.draw} questions, {new.scored} of which count; it had {old.draw}"
    if old.scored != new.scored:
        said += f" and {old.scored}"
    then = "The score of learners in progress is reckoned anew from their best attempt."
    effects = Effects()
    if new.draw < old.draw:
        then += (
            " An attempt that is under way ends sooner, and a longer list of answers is dropped."
        )
        effects = Effects(learners="partly")
    return Change("draw", said, effects, then)


def turned(quiz: Quiz, name: str, was: str, now: str) -> Item:
    """A quiz that was a question under its id, or is one now."""
    change = Change(
        "kind", f"Was `{was}`, is `{now}`", Effects(reports="partly"),
        "Earlier answers are dropped: everybody begins anew.", "surely", NEW_ID,
    )  # fmt: skip
    return Item("quiz", quiz.id, name, (change,), "reset")


def added(quiz: Quiz) -> Item:
    """A quiz that is new."""
    then = "Nobody loses anything; who has been on its step already is told that it is new."
    return Item("quiz", quiz.id, quiz.name, (Change("added", "New: a `quiz`", then=then),))


def removed(quiz: Quiz) -> Item:
    """A quiz that is gone."""
    then = "Attempts and results are dropped; what reports hold of its questions stays there."
    change = Change("removed", "Gone", then=then)
    return Item("quiz", quiz.id, quiz.name, (change,), "reset")
