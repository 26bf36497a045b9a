"""What has changed of one question, and what that does to answers, tallies and reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rsscorm.diff import fit
from rsscorm.diff.change import NEW_ID, Change, Effects, Item, Meaning, as_often
from rsscorm.diff.edition import Edition, Question
from rsscorm.diff.likeness import means_another

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LETTERED = ("choice", "sequencing", "matching")
"""What SCORM 1.2 records as letters (`player/scorm12-interaction.ts`)."""


@dataclass(frozen=True)
class Pair:
    """A question as it was and as it is, each in its edition."""

    before: Edition
    now: Edition
    old: Question
    new: Question

    def item(self) -> Item | None:
        """All that has changed of it, if anything has."""
        changes = tuple(self._changes())
        if not changes:
            return None
        answers = fit.outcome(self.before, self.old, self.now, self.new)
        return Item(self.new.what, self.new.id, self.new.interaction.name, changes, answers)

    def _changes(self) -> Iterator[Change]:
        if (self.old.kind, self.old.interaction.type) != (self.new.kind, self.new.interaction.type):
            yield self._kind()
            return
        yield from self._place()
        yield from self._question()
        yield from self._labels() if self._has_labels else self._options()
        yield from self._scenes()
        yield from self._answer()
        yield from self._letters()
        yield from self._rules()

    # What there is to know of both

    @cached_property
    def lost(self) -> set[str]:
        """Options for which an answer is dropped."""
        return fit.lost(self.before, self.old, self.now, self.new)

    @property
    def is_vote(self) -> bool:
        """Whether there is a tally of it."""
        return self.before.is_vote(self.old) or self.now.is_vote(self.new)

    @property
    def is_reported(self) -> bool:
        """Whether answers to it are in reports."""
        return self.before.reveals(self.old)

    @property
    def _has_labels(self) -> bool:
        return self.old.interaction.type == "likert"

    @cached_property
    def _moved_words(self) -> dict[str, str]:
        """Options whose very words stood under another id, with that id."""
        old, new = self.old.options, self.new.options
        owners = {words: id for id, words in old.items()}
        return {
            id: owners[words]
            for id, words in new.items()
            if words in owners and id in old and old[id] != words
        }

    def _mixed(self) -> Effects:
        """What is counted and reported under one name is no longer one thing."""
        return Effects(
            tallies="reset" if self.is_vote else "keep",
            reports="partly" if self.is_reported else "keep",
        )

    # What has changed

    def _kind(self) -> Change:
        kinds = f"Was `{self.old.kind}`, is `{self.new.kind}`"
        if self.old.kind == self.new.kind:
            kinds = "Options have become labels, or labels options"
        then = "Earlier answers are taken over only as far as they can be answers to it now."
        effects = self._mixed().and_also(Effects(reports="partly"))
        return Change("kind", kinds, effects, then, "surely", NEW_ID)

    def _place(self) -> Iterator[Change]:
        was, now = (each.step_of[self.new.id] for each in (self.before, self.now))
        if was != now:
            yield Change("moved", f"From step `{was}` to step `{now}`", then="Answers go with it.")
        if self.old.quiz != self.new.quiz:
            yield self._bank()

    def _bank(self) -> Change:
        was, now = self.old.quiz, self.new.quiz
        if now is None:
            then = "Who was asked it in their last attempt keeps that answer."
            return Change("bank", f"It is no longer drawn from the quiz `{was}`", then=then)
        then = "Earlier answers are dropped: in an attempt it is asked as if for the first time."
        return Change("bank", f"It is drawn from the quiz `{now}` now", then=then)

    def _question(self) -> Iterator[Change]:
        was, now = self.old.interaction.name, self.new.interaction.name
        if was != now:
            doubt: Meaning = "perhaps" if means_another(was, now) else ""
            said = f"Was “{was}”, is “{now}”"
            yield Change("reworded", said, meaning=doubt, advice=NEW_ID if doubt else "")

    def _labels(self) -> Iterator[Change]:
        """Labels are known by their number, so another number or order is another question."""
        was, now = list(self.old.options.values()), list(self.new.options.values())
        if len(was) != len(now):
            said = f"{len(was)} labels have become {len(now)}"
        elif self._moved_words:
            said = "The labels have another order"
        else:
            yield from self._reworded()
            return
        then = "Answers are kept by their number, and would stand under other words."
        yield Change("labels", said, self._mixed(), then, "surely", NEW_ID)

    def _options(self) -> Iterator[Change]:
        old, new = self.old.options, self.new.options
        yield from (self._added(id) for id in new if id not in old)
        yield from (self._removed(id) for id in old if id not in new)
        if self._moved_words:
            yield self._swapped()
        else:
            yield from self._reworded()
        if [id for id in old if id in new] != [id for id in new if id in old]:
            yield Change("reordered", "Its options have another order", then="Answers stay.")

    def _added(self, id: str) -> Change:
        then = "Who has voted could not choose it; the tally goes on." if self.is_vote else ""
        if self.new.interaction.type == "sequencing":
            then = "An order without it is none, so everybody is asked again."
        return Change("option-added", f"Option `{id}` is new", then=then)

    def _removed(self, id: str) -> Change:
        then = "Who chose it is asked again."
        if id not in self.lost:
            then = "Which option was chosen is not kept, so nobody is asked again."
        effects = Effects(tallies="partly" if self.is_vote else "keep")
        if self.is_vote:
            then += " Votes for it are no longer shown."
        advice = self._renamed(id)
        return Change("option-removed", f"Option `{id}` is gone", effects, then, advice=advice)

    def _renamed(self, gone: str) -> str:
        old, new = self.old.options, self.new.options
        twin = next((id for id in new if id not in old and new[id] == old[gone]), None)
        return f"`{twin}` has its words: if it is the same, give it back the id." if twin else ""

    def _swapped(self) -> Change:
        moved = ", ".join(f"of `{was}` under `{id}`" for id, was in self._moved_words.items())
        then = "Who chose one of them would be shown another, and counts and reports mix them."
        advice = (
            "Let the ids go with the words; to show options in another order, move their lines."
        )
        return Change(
            "swapped", f"Words stand under other ids: those {moved}", self._mixed(), then, "surely",
            advice,
        )  # fmt: skip

    def _reworded(self) -> Iterator[Change]:
        old, new = self.old.options, self.new.options
        for id in (id for id in new if id in old and old[id] != new[id]):
            doubt: Meaning = "perhaps" if means_another(old[id], new[id]) else ""
            name = f"Label {id}" if self._has_labels else f"Option `{id}`"
            advice = "If it is another answer now, give it a new id." if doubt else ""
            if doubt and self._has_labels:
                advice = NEW_ID
            said = f"{name} was “{old[id]}”, is “{new[id]}”"
            yield Change("option-reworded", said, meaning=doubt, advice=advice)

    def _scenes(self) -> Iterator[Change]:
        if self.old.scenes is None or self.new.scenes is None:
            return
        was, now = (_leads_to(question.scenes or {}) for question in (self.old, self.new))
        if broken := [id for id in was if id in now and id in self.lost]:
            names = ", ".join(f"`{id}`" for id in broken)
            yield Change(
                "paths", f"Ways through it have changed: {names}",
                then="Who went a way that no longer leads on is asked again.",
            )  # fmt: skip
        elif elsewhere := [id for id in was if now.get(id, was[id]) != was[id]]:
            names = ", ".join(f"`{id}`" for id in elsewhere)
            yield Change("paths", f"Another scene comes after {names}", then="Earlier ways stay.")
        was, now = ({c.id: c.text for c in q.interaction.components} for q in (self.old, self.new))
        if edited := [id for id in was if now.get(id, was[id]) != was[id]]:
            names = ", ".join(f"`{id}`" for id in edited)
            yield Change("scenes", f"Reworded scenes: {names}")

    def _answer(self) -> Iterator[Change]:
        old, new = self.old.interaction, self.new.interaction
        effects = Effects(reports="partly" if self.is_reported else "keep")
        is_ordered = old.type == "sequencing" and set(old.correct or ()) != set(new.correct or ())
        if sorted(old.correct or ()) == sorted(new.correct or ()) and old.type != "sequencing":
            if (self.old.tolerance, self.old.unit) != (self.new.tolerance, self.new.unit):
                yield Change("answer", "It takes other numbers", effects, JUDGED, "surely", NEW_ID)
        elif old.correct is None:
            then = f"{JUDGED} Who skipped it is asked again."
            yield Change("answer", "It has a right answer now", effects, then, "surely", NEW_ID)
        elif new.correct is None:
            said = "It no longer has a right answer"
            yield Change("answer", said, effects, "It counts no more.", "surely", NEW_ID)
        elif old.correct != new.correct and not is_ordered:
            said = "Another answer is right"
            yield Change("answer", said, effects, JUDGED, "surely", NEW_ID)

    def _letters(self) -> Iterator[Change]:
        """In SCORM 1.2 an option is the letter of its place."""
        if self.new.interaction.type not in LETTERED or not self.is_reported:
            return
        both = (self.old.options, self.new.options)
        was, now = (dict(zip(options, LETTERS, strict=False)) for options in both)
        shifted = [id for id in was if id in now and was[id] != now[id]]
        if shifted:
            names = ", ".join(f"`{id}` was {was[id]}, is {now[id]}" for id in shifted)
            then = (
                "Reports of SCORM 1.2 name options by their place, so earlier ones read otherwise."
            )
            effects = Effects(reports="partly")
            is_added = set(now) > set(was)
            advice = "A new option shifts no other when it stands last." if is_added else ""
            yield Change("letters", f"Letters in reports: {names}", effects, then, "", advice)

    def _rules(self) -> Iterator[Change]:
        old, new = self.old, self.new
        if old.counts != new.counts:
            said = "It counts towards the score now" if new.counts else "It counts no more"
            then = (
                "The score of learners in progress is reckoned anew; a score that was sent stays."
            )
            yield Change("scored", said, then=then)
        if old.attempts != new.attempts:
            said = f"It may be tried {as_often(new.attempts)}"
            yield Change("attempts", said, then="Tries so far stay counted.")
        if old.interaction.reports != new.interaction.reports:
            told = "is" if new.interaction.reports == "answer" else "is not"
            then = "What was reported before stays as it is."
            yield Change("report", f"The answer itself {told} reported from now on", then=then)
        if self.before.is_vote(old) and not self.now.is_vote(new):
            then = "Votes are kept apart from answers, so what was chosen may not be known."
            yield Change("votes", "It is no vote any more", then=then)
        if (old.first, old.again_after) != (new.first, new.again_after):
            effects = Effects(tallies="partly")
            then = "First and second votes from before and after can't be compared."
            yield Change("votes", "It is asked at other moments", effects, then)


def _leads_to(scenes: dict[str, dict[str, str]]) -> dict[str, str]:
    return {turn: scene for turns in scenes.values() for turn, scene in turns.items()}


JUDGED = "Earlier answers are judged anew when they are opened; what was right once still counts."


def added(question: Question) -> Item:
    """A question that is new."""
    then = "Nobody loses anything; who has been on its step already is told that it is new."
    if question.quiz:
        then = "Nobody loses anything; it may be drawn from now on."
    change = Change("added", f"New: a `{question.kind}`", then=then)
    return Item(question.what, question.id, question.interaction.name, (change,))


def removed(before: Edition, question: Question, advice: str) -> Item:
    """A question that is gone."""
    then = "Answers to it are dropped; what reports hold of it stays there."
    effects = Effects(reports="partly")
    if question.quiz:
        then = "An attempt under way has another in its place; what reports hold of it stays there."
    elif question.what == "note":
        then = "What learners wrote is no longer shown to them."
    elif before.is_vote(question):
        then, effects = f"{then} Its tally ends.", Effects(tallies="reset", reports="partly")
    change = Change("removed", "Gone", effects, then, advice=advice)
    return Item(question.what, question.id, question.interaction.name, (change,), "reset")
