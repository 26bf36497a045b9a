"""A ledger for tests, and the log counted anew by another way than the service's."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from polls import RELEASE, polls_json

from rsscorm.polls import admin, catalog, ledger
from rsscorm.polls.database import Database
from rsscorm.polls.keys import Keys
from rsscorm.polls.ledger import Ledger
from rsscorm.polls.published import Cell, told
from rsscorm.polls.release import Poll, Release
from rsscorm.polls.standing import Ballot

Polls = dict[int, tuple[Release, Poll]]


class Book:
    """A ledger with the release of `polls_json`, and people known by a number."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self.database = database
        self.keys = keys
        self.ledger = Ledger(database)
        self.open()

    def open(self, **changed: Any) -> None:
        """Open the release, or another edition of it."""
        admin.open_release(self.database, self.keys, polls_json(**changed))
        release = catalog.releases(self.database)[RELEASE]
        self.polls: Polls = {poll.number: (release, poll) for poll in release.polls}

    def poll(self, id: str) -> Poll:
        """A poll by its id."""
        return next(poll for _, poll in self.polls.values() if poll.id == id)

    def ballot(self, who: int, option: str, poll: str = "safe", **changed: Any) -> Ballot:
        """A vote."""
        asked = self.poll(poll)
        made = Ballot(
            asked.number, bytes([who >> 8, who & 255] * 8), 1, 1, asked.options.index(option) + 1,
            "", bytes([who & 255] * 16), 0,
        )  # fmt: skip
        return made._replace(**changed)

    def vote(self, *ballots: Ballot) -> bool:
        """Store them at once."""
        return self.ledger.record(ballots, self.polls)

    def counts(self, poll: str = "safe") -> dict[tuple[str, int, int], int]:
        """How many stand where; the log counted anew must agree."""
        asked = self.poll(poll)
        counted = [each._replace(joined=0) for each in ledger.tally(self.database, asked.number)]
        assert counted == ledger.recount(self.database, asked)
        return {each[:3]: each.voters for each in counted}

    def told(self, poll: str = "safe", cohort: str | None = None) -> dict[str, Any]:
        """What is published."""
        asked = self.poll(poll)
        return told(asked, catalog.snapshots(self.database).get(asked.number), cohort)


def counted(database: Database, poll: Poll) -> list[Cell]:
    """What the tally of a poll must be, by the log alone."""
    [(base,)] = database.execute("SELECT base FROM poll WHERE number = ?", (poll.number,))
    given: dict[bytes, list[tuple[int, int, int, int, str]]] = defaultdict(list)
    for voter, *entry in database.execute(
        "SELECT voter, seq, vote, rev, option, cohort FROM vote WHERE poll = ? AND held = 0 "
        "ORDER BY seq",
        (poll.number,),
    ):
        given[bytes(voter)].append((entry[0], entry[1], entry[2], entry[3], entry[4]))
    voters: Counter[tuple[str, int, int]] = Counter()
    joined: Counter[tuple[str, int, int]] = Counter()
    for entries in given.values():
        latest = {
            vote: option for _, vote, _, option, _ in sorted(entries, key=lambda each: each[2])
        }
        if len(latest) < poll.votes:
            continue
        cohort = min(entries, key=lambda each: each[1:3])[4]
        where = (cohort, latest[1], latest[2] if poll.votes == 2 else 0)
        since = max(min(each[0] for each in entries if each[1] == vote) for vote in latest)
        voters[where] += 1
        joined[where] += since > base
    return [Cell(*where, count, joined[where]) for where, count in sorted(voters.items())]


def check_tallies(database: Database, polls: Polls) -> None:
    """Assert that tallies say what the log says; to be called in a transaction."""
    for number, (_, poll) in polls.items():
        cells = counted(database, poll)
        assert ledger.tally(database, number) == cells
        assert ledger.recount(database, poll) == [each._replace(joined=0) for each in cells]


def check_snapshots(database: Database) -> None:
    """Assert that what is published has all but those who joined since.

    To be called in a transaction, where nothing was put aside, put back or erased.
    """
    for number, snapshot in catalog.snapshots(database).items():
        settled = sum(each.voters - each.joined for each in ledger.tally(database, number))
        assert sum(map(sum, snapshot.cells)) == settled
