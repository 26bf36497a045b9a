"""Whether an LRS and the service agree on a release: `rsscorm polls rebuild`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from rsscorm.polls import ledger, outbox
from rsscorm.polls.admin import find
from rsscorm.polls.database import Database
from rsscorm.polls.lrs import Client, checked, credentials
from rsscorm.polls.rebuild import Rebuilt, Tallies, Which, Who, differences, rebuild
from rsscorm.polls.release import Poll, Release, ReleaseError
from rsscorm.statement import Vote

TRIES = 5
"""So often it is begun anew where votes were held back or erased meanwhile."""


@dataclass(frozen=True)
class Comparison:
    """How many votes the LRS has, how many it has not been told of, and what differs, in words."""

    release: str
    votes: int
    waiting: int
    differences: list[str]


@dataclass
class _Book:
    """What the service knows of a release, beside one that may be running."""

    database: Database
    release: Release
    lrs: str
    cursor: int = 0
    served: Tallies = field(default_factory=dict)
    waiting: list[Vote] = field(default_factory=list)

    def out(self) -> tuple[set[Who], set[Which]]:
        """What doesn't count."""
        id = self.release.id
        return outbox.erased(self.database, id), outbox.held(self.database, id)

    def last(self) -> Iterator[Vote]:
        """Once the LRS was read: what is served, and what need not have been in the LRS by then."""
        with self.database.transaction():
            self.served = _served(self.database, self.release)
            self.waiting = outbox.untold(self.database, self.release.id, self.lrs, self.cursor)
        yield from self.waiting


def compare(database: Database, name: str, lrs: str, service: str) -> Comparison:
    """Make the tallies of a release anew from an LRS, and compare them with those that are served.

    Votes may come meanwhile. Raises `ReleaseError`, `SecretError`, `LrsError`, `StoreError`.
    """
    lrs = checked(lrs)
    release = find(database, name)
    if release.purged:
        raise ReleaseError(
            f"the votes of {release.id} were deleted on {release.purged}: only totals are kept, "
            "and nothing can be compared"
        )
    for _ in range(TRIES):
        book = _Book(database, release, lrs, outbox.LogOutbox(database).cursor(lrs))
        out = book.out()
        found = asyncio.run(_rebuild(book, service, out))
        if book.out() == out:
            return Comparison(
                release.id, found.votes, len(book.waiting), differences(found.tallies, book.served)
            )
    raise ReleaseError("votes are being held back or erased: try again when that is over")


async def _rebuild(book: _Book, service: str, out: tuple[set[Who], set[Which]]) -> Rebuilt:
    async with Client(book.lrs, credentials()) as client:
        release = book.release
        return await rebuild(client, service, release.id, release.polls, *out, book.last())


def _served(database: Database, release: Release) -> Tallies:
    return {
        (poll.id, cell.cohort or None, _name(poll, cell.first), _name(poll, cell.second)): number
        for poll in release.polls
        for cell in ledger.tally(database, poll.number)
        if (number := cell.voters)
    }


def _name(poll: Poll, option: int) -> str | None:
    return poll.options[option - 1] if option else None
