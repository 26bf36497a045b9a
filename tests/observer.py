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


class State(NamedTuple):
    """All that the service has: what is published (as text), the tally, and its last look."""

    published: str
    cells: tuple[Cell, ...]
    looked: int


@dataclass
class Told:
    """The service without its database; with `exact` it also tells every published count.

    Nobody is told those. Who can't identify a vote with them can't without.
    """

    poll: Poll
    exact: bool = False
    after: dict[tuple[State, str, Choice], State] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)

    def vote(self, state: State, cohort: str, choice: Choice) -> State:
        """What comes of a vote."""
        key = (state, cohort, choice)
        if key not in self.after:
            self.after[key] = self._vote(state, _with(state.cells, (cohort, *choice)))
        return self.after[key]

    def _vote(self, state: State, cells: tuple[Cell, ...]) -> State:
        joined = sum(cell.joined for cell in cells)
        if not disclosure.is_time(not state.published, joined, state.looked, RULES):
            return State(state.published, cells, state.looked)
        known = Snapshot.from_text(state.published) if state.published else None
        new = next_snapshot(self.poll, RULES, known, cells)
        if new is None:
            return State(state.published, cells, joined)
        return State(new.as_text(), tuple(cell._replace(joined=0) for cell in cells), 0)

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


def _with(cells: Iterable[Cell], where: tuple[str, int, int]) -> tuple[Cell, ...]:
    """A tally with one newcomer more."""
    by = {cell[:3]: cell for cell in cells}
    old = by.get(where, Cell(*where, 0, 0))
    by[where] = Cell(*where, old.voters + 1, old.joined + 1)
    return tuple(by[key] for key in sorted(by))


def identified(service: Told, voters: Sequence[tuple[str, Choice]]) -> int:
    """How many of the voters have a vote that the observer knows for certain in the end."""
    layers, seen, state = [{START}], [], START
    for cohort, choice in voters:
        state = service.vote(state, cohort, choice)
        seen.append(service.reading(state.published))
        layers.append(_after(service, layers[-1], cohort, seen[-1]))
    left, known = layers[-1], 0
    for (cohort, _), before in zip(reversed(voters), reversed(layers[:-1]), strict=True):
        left, ways = _before(service, before, cohort, left)
        known += any(len({way[vote] for way in ways}) == 1 for vote in range(service.poll.votes))
    return known


START = State("", (), 0)


def _after(service: Told, states: set[State], cohort: str, reading: str) -> set[State]:
    """Every state that a vote can have led to, after which that is read."""
    found = {
        service.vote(state, cohort, choice) for state in states for choice in choices(service.poll)
    }
    return {state for state in found if service.reading(state.published) == reading}


def _before(
    service: Told, states: set[State], cohort: str, left: set[State]
) -> tuple[set[State], set[Choice]]:
    """The states that can have led to those that are left, and by which choices."""
    ways = {
        (state, choice)
        for state in states
        for choice in choices(service.poll)
        if service.vote(state, cohort, choice) in left
    }
    return {state for state, _ in ways}, {choice for _, choice in ways}
