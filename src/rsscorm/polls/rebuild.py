"""Tallies made anew from an LRS, from the service's own statements there.

Whoever else can write into the LRS changes nothing by accident: a vote counts only if it speaks in
the service's name, is of the profile of polls, and has the id that follows from what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from rsscorm.polls.lrs import Client, GoneError, Json, Page, Statement
from rsscorm.statement import POLL_PROFILE, VERBS, VOTE_EXTENSION, Vote

ANSWERED = f"{VERBS}answered"

OVERLAP = timedelta(minutes=1)
"""Where reading begins again, it begins so much earlier: an LRS may be late with a statement."""

LIMIT = 500
"""Statements in a page; an LRS may give fewer."""

RESUMED = 5
"""So often reading is taken up again without having come any further."""

Cell = tuple[str, str | None, str | None, str | None]
"""A poll, a cohort, and how somebody voted: first, and second where a poll has two votes."""

Tallies = dict[Cell, int]
"""How many voters stand in each cell; those who have not given all their votes stand in none."""

Who = tuple[str, bytes]
"""A poll and a voter's pseudonym."""

Which = tuple[str, bytes, int, int]
"""A row of the log: poll, voter, vote and rev."""


class Poll(Protocol):
    """What must be known of a poll."""

    @property
    def id(self) -> str:
        """Its id in the release."""

    @property
    def votes(self) -> int:
        """How many votes are asked: 1 or 2."""

    def activity_of(self, vote: int) -> str:
        """The IRI that a vote was given to."""


class _State(NamedTuple):
    """What one voter gave: the earliest vote and its cohort, and the latest rev of each vote."""

    earliest: tuple[int, int] = (9, 0)
    cohort: str | None = None
    first: tuple[int, str] | None = None
    second: tuple[int, str] | None = None

    def joined(self, vote: Vote) -> _State:
        """The state with one more vote, which may be known."""
        state, given = self, (vote.rev, vote.option)
        if (vote.vote, vote.rev) < self.earliest:
            state = state._replace(earliest=(vote.vote, vote.rev), cohort=vote.cohort)
        if vote.vote == 1:
            return state._replace(first=max(state.first or given, given))
        return state._replace(second=max(state.second or given, given))


@dataclass
class Recount:
    """Counts votes that come in any order and any number of times. `polls` says how many are asked.

    The highest rev of a vote counts. The cohort is that of the first vote, by vote and rev, so
    that it does not hang on what came when.
    """

    polls: Mapping[str, int]
    _voters: dict[str, dict[bytes, _State]] = field(default_factory=dict)
    _states: dict[_State, _State] = field(default_factory=dict)

    def add(self, vote: Vote) -> None:
        """Count a vote, or count it again."""
        voters = self._voters.setdefault(vote.poll, {})
        state = voters.get(vote.voter, _State()).joined(vote)
        # Few are different: a million voters share them.
        voters[vote.voter] = self._states.setdefault(state, state)

    def tallies(self) -> Tallies:
        """What has been counted."""
        found: Counter[Cell] = Counter()
        for poll, voters in self._voters.items():
            for state, number in Counter(voters.values()).items():
                for cell in _cells(poll, self.polls[poll], state):
                    found[cell] += number
        return dict(found)


def _cells(poll: str, votes: int, state: _State) -> Iterator[Cell]:
    if state.first and votes == 1:
        yield poll, state.cohort, state.first[1], None
    elif state.first and state.second:
        yield poll, state.cohort, state.first[1], state.second[1]


@dataclass(frozen=True)
class Rebuilt:
    """What the LRS says, and of how many votes."""

    tallies: Tallies
    votes: int


async def rebuild(
    client: Client,
    service: str,
    release: str,
    polls: Iterable[Poll],
    erased: Container[Who] = (),
    held: Container[Which] = (),
    waiting: Iterable[Vote] = (),
) -> Rebuilt:
    """Count a release's votes in the LRS, but for those of voters erased and those held back.

    `waiting` are votes that the LRS has not been told of yet, or does not take: they are counted
    as if it had. Raises `LrsError`.
    """
    polls = list(polls)
    recount = Recount({poll.id: poll.votes for poll in polls})
    counted = 0
    for poll in polls:
        reader = _Reader(service, release, poll)
        async for page in _walk(client, poll):
            for vote in map(reader.vote, page.statements):
                if vote and not is_out(vote, erased, held):
                    counted += 1
                    recount.add(vote)
    for vote in waiting:
        recount.add(vote)
    return Rebuilt(recount.tallies(), counted)


def is_out(vote: Vote, erased: Container[Who], held: Container[Which]) -> bool:
    """Whether a vote does not count."""
    who = (vote.poll, vote.voter)
    return who in erased or (*who, vote.vote, vote.rev) in held


def differences(rebuilt: Tallies, served: Tallies) -> list[str]:
    """In what the LRS and the service disagree, in words; nothing if they agree."""
    cells = sorted(rebuilt.keys() | served.keys(), key=str)
    return [
        _difference(cell, rebuilt.get(cell, 0) - served.get(cell, 0))
        for cell in cells
        if rebuilt.get(cell, 0) != served.get(cell, 0)
    ]


def _difference(cell: Cell, more: int) -> str:
    poll, cohort, first, second = cell
    whose = f"cohort `{cohort}`" if cohort else "no cohort"
    how = f"`{first}`, then `{second}`" if second else f"`{first}`"
    than = "more" if more > 0 else "fewer"
    return f"`{poll}`, {whose}, {how}: {abs(more)} {than} in the LRS than are served"


@dataclass(frozen=True)
class _Reader:
    """Reads a poll's votes from statements."""

    service: str
    release: str
    poll: Poll

    def vote(self, data: Json) -> Vote | None:
        """The vote that a statement tells of; None if it is none of ours."""
        try:
            statement = Statement.model_validate(data)
            vote = self._vote(statement, statement.context.extensions[VOTE_EXTENSION])
            is_ours = vote.id == statement.id.lower() and self._is_told_so(statement, vote)
        except (ValidationError, KeyError, ValueError, TypeError):
            return None
        return vote if is_ours else None

    def _vote(self, statement: Statement, told: dict[str, Any]) -> Vote:
        if statement.timestamp is None or statement.result.response is None:
            raise ValueError
        return Vote(
            told["release"],
            self.poll.id,
            int(told["vote"]),
            bytes.fromhex(statement.actor.account.name),
            int(told["rev"]),
            statement.result.response,
            told.get("cohort"),
            int(statement.timestamp.timestamp()),
        )

    def _is_told_so(self, statement: Statement, vote: Vote) -> bool:
        return (
            vote.release == self.release
            and statement.actor.account.homePage == self.service
            and vote.vote in range(1, self.poll.votes + 1)
            and statement.object.id == self.poll.activity_of(vote.vote)
            and any(one.id == POLL_PROFILE for one in statement.context.contextActivities.category)
        )


async def _walk(client: Client, poll: Poll) -> AsyncIterator[Page]:
    for activity in dict.fromkeys(map(poll.activity_of, range(1, poll.votes + 1))):
        query = {"verb": ANSWERED, "activity": activity, "ascending": "true", "limit": str(LIMIT)}
        async for page in _resumed(client, query):
            yield page


async def _resumed(client: Client, query: dict[str, str]) -> AsyncIterator[Page]:
    """All pages; some come twice where the LRS forgot what it promised."""
    last: datetime | None = None
    in_vain = 0
    while True:
        since = {"since": (last - OVERLAP).isoformat()} if last else {}
        try:
            async for page in client.pages({**query, **since}):
                yield page
                reached = _stored(page)
                if reached and (last is None or reached > last):
                    last, in_vain = reached, 0
            return
        except GoneError:
            in_vain += 1
            if in_vain > RESUMED:
                raise


def _stored(page: Page) -> datetime | None:
    """When the LRS stored the last statement of a page."""
    if not page.statements:
        return None
    try:
        return Statement.model_validate(page.statements[-1]).stored
    except ValidationError:
        return None
