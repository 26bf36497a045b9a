"""Somebody who tries to learn votes from what is published, and knows everything but the votes.

The observer knows who voted when and of which cohort they are, reads all that is told after each
vote, knows every rule, and keeps each way in which people can have voted that would have shown
just that: forwards from the first vote, then backwards from the last. A vote is identified where
all ways that are left agree on it. That is exact: nothing is guessed, and nothing is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rsscorm.polls import disclosure
from rsscorm.polls.disclosure import Rules
from rsscorm.polls.published import Cell, Snapshot, next_snapshot, told
from rsscorm.polls.release import Poll

RULES = Rules()

Choice = tuple[int, int]
"""First and second vote, from 1; the second is 0 where a poll is asked once."""


def asked(votes: int, options: int) -> Poll:
    """A poll."""
    names = tuple(f"option-{number}" for number in range(1, options + 1))
    return Poll(1, "safe", "options", "", "", votes, names)


def choices(poll: Poll) -> list[Choice]:
    """Every way to answer a poll."""
    size = range(1, len(poll.options) + 1)
    return [(first, second) for first in size for second in (size if poll.votes == 2 else (0,))]


class Vote(NamedTuple):
    """Somebody votes; `who` is 0 for those who do so once, since one is as good as another."""

    who: int
    cohort: str
    choice: Choice


class Stands(NamedTuple):
    """Somebody who will vote again: their vote so far, and whether it is new since the snapshot."""

    who: int
    choice: Choice
    is_new: bool


class State(NamedTuple):
    """All that the service has: what is published (as text), the tally, and its last look.

    Of those who will vote again also their votes.
    """

    published: str
    cells: tuple[Cell, ...]
    looked: int
    again: tuple[Stands, ...] = ()


@dataclass
class Told:
    """The service without its database; with `exact` it also tells every published count.

    Nobody is told those. Who can't identify a vote with them can't without.
    """

    poll: Poll
    exact: bool = False
    after: dict[tuple[State, Vote, bool], State] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)

    def vote(self, state: State, vote: Vote, again: bool = False) -> State:
        """What comes of a vote; whether its voter will vote once more."""
        key = (state, vote, again)
        if key not in self.after:
            self.after[key] = self._look(_voted(state, vote, again))
        return self.after[key]

    def _look(self, state: State) -> State:
        joined = sum(cell.joined for cell in state.cells)
        if not disclosure.is_time(not state.published, joined, state.looked, RULES):
            return state
        known = Snapshot.from_text(state.published) if state.published else None
        new = next_snapshot(self.poll, RULES, known, state.cells)
        if new is None:
            return state._replace(looked=joined)
        cells = tuple(cell._replace(joined=0) for cell in state.cells)
        again = tuple(each._replace(is_new=False) for each in state.again)
        return State(new.as_text(), cells, 0, again)

    def reading(self, published: str) -> str:
        """All that is told, of everybody and of each cohort."""
        if published not in self.readings:
            snapshot = Snapshot.from_text(published) if published else None
            names = [None, *(snapshot.cohorts if snapshot else ())]
            found = [told(self.poll, snapshot, name) for name in names]
            counts = snapshot and self.exact and (
                snapshot.cells, [cohort.published for cohort in snapshot.cohorts.values()]
            )  # fmt: skip
            self.readings[published] = json.dumps([found, counts])
        return self.readings[published]


def _voted(state: State, vote: Vote, again: bool) -> State:
    """With a newcomer more, or with somebody's vote changed."""
    old = next((each for each in state.again if each.who == vote.who), None)
    cells, is_new = state.cells, old is None or old.is_new
    if old:
        cells = _with(cells, (vote.cohort, *old.choice), -1, is_new)
    cells = _with(cells, (vote.cohort, *vote.choice), 1, is_new)
    others = tuple(each for each in state.again if each is not old)
    stands = (Stands(vote.who, vote.choice, is_new),) if again else ()
    return state._replace(cells=cells, again=tuple(sorted(others + stands)))


def _with(
    cells: Iterable[Cell], where: tuple[str, int, int], by: int, is_new: bool
) -> tuple[Cell, ...]:
    """A tally with one voter more or less."""
    found = {cell[:3]: cell for cell in cells}
    old = found.get(where, Cell(*where, 0, 0))
    found[where] = Cell(*where, old.voters + by, old.joined + by * is_new)
    return tuple(found[key] for key in sorted(found) if found[key].voters)


def identified(service: Told, votes: Sequence[Vote]) -> int:
    """How many of the votes the observer knows for certain in the end."""
    steps = [_Step(vote, _is_last(votes, at)) for at, vote in enumerate(votes)]
    layers, state = [{START}], START
    for step in steps:
        state = service.vote(state, *step.way(step.vote.choice))
        reading = service.reading(state.published)
        layers.append(_after(service, layers[-1], step, reading))
    left, known = layers[-1], 0
    for step, before in zip(reversed(steps), reversed(layers[:-1]), strict=True):
        left, ways = _before(service, before, step, left)
        known += any(len({way[vote] for way in ways}) == 1 for vote in range(service.poll.votes))
    return known


class _Step(NamedTuple):
    """A vote as the observer sees it: of whom, and whether it is their last."""

    vote: Vote
    is_last: bool

    def way(self, choice: Choice) -> tuple[Vote, bool]:
        """As it would be if they had chosen that."""
        return self.vote._replace(choice=choice), not self.is_last


def _is_last(votes: Sequence[Vote], at: int) -> bool:
    """Who is numbered 0 votes once."""
    return not votes[at].who or all(vote.who != votes[at].who for vote in votes[at + 1 :])


START = State("", (), 0)


def _after(service: Told, states: set[State], step: _Step, reading: str) -> set[State]:
    """Every state that a vote can have led to, after which that is read."""
    found = {
        service.vote(state, *step.way(choice))
        for state in states
        for choice in choices(service.poll)
    }
    return {state for state in found if service.reading(state.published) == reading}


def _before(
    service: Told, states: set[State], step: _Step, left: set[State]
) -> tuple[set[State], set[Choice]]:
    """The states that can have led to those that are left, and by which choices."""
    ways = {
        (state, choice)
        for state in states
        for choice in choices(service.poll)
        if service.vote(state, *step.way(choice)) in left
    }
    return {state for state, _ in ways}, {choice for _, choice in ways}
