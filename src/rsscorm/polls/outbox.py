"""The log of votes as the forwarder sees it: what an LRS has been told, and what is next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from rsscorm.polls import catalog
from rsscorm.polls.database import Database, StoreError
from rsscorm.polls.forward import Row, Void
from rsscorm.polls.rebuild import Which, Who
from rsscorm.polls.release import Poll, Release
from rsscorm.polls.standing import COUNTS
from rsscorm.statement import Asked, Vote

COLUMNS = (
    "vote.seq, poll.release, poll.id, vote.vote, vote.voter, vote.rev, vote.option, vote.cohort, "
    "vote.at, vote.held, poll.options"
)


class LogOutbox:
    """An outbox over the store, for one forwarder (see `forward.Outbox`)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._releases = catalog.releases(database)

    def lead(self) -> bool:
        """Whether this is the one that tells LRSs, of all services at this database."""
        return self._database.lead()

    def cursor(self, lrs: str) -> int:
        """How far this LRS has been told."""
        rows = self._database.execute("SELECT seq FROM outlet WHERE lrs = ?", (lrs,))
        return int(rows[0][0]) if rows else 0

    def votes_after(self, seq: int, limit: int) -> Sequence[Row]:
        """The next rows of the log, in their order."""
        return list(votes(self._database, "seq > ? ORDER BY seq LIMIT ?", seq, limit))

    def asked(self, release: str, poll: str, vote: int) -> Asked:
        """What a vote of that poll was given to. Raises `StoreError` where there is none."""
        known = self._find(release, poll)
        if not known:
            self._releases = catalog.releases(self._database)
            known = self._find(release, poll)
        if not known:
            raise StoreError(f"the log has votes of {poll} of {release}, which isn't there")
        module, found = known
        kind: Literal["likert", "choice"] = "likert" if found.kind == "scale" else "choice"
        return Asked(module.activity, found.activity_of(vote), kind, found.options)

    def _find(self, release: str, poll: str) -> tuple[Release, Poll] | None:
        known = self._releases.get(release)
        found = known.poll(poll) if known else None
        return (known, found) if known and found else None

    def advance(self, lrs: str, seq: int) -> None:
        """All up to that row is told."""
        self._set(lrs, "seq", seq)

    def dead_letter(self, lrs: str, seq: int, why: str) -> None:
        """The LRS does not take this row."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO dead_letter VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (lrs, seq, why)
            )

    def dead_letters(self, lrs: str) -> list[int]:
        """The rows that the LRS does not take, be it their votes or the voiding of these."""
        sql = "SELECT seq FROM dead_letter WHERE lrs = ? ORDER BY seq"
        return [seq for (seq,) in self._database.execute(sql, (lrs,))]

    def bring_back(self, lrs: str, seqs: Sequence[int]) -> None:
        """These are dead letters no more."""
        with self._database.transaction():
            self._database.many(
                "DELETE FROM dead_letter WHERE lrs = ? AND seq = ?", [(lrs, seq) for seq in seqs]
            )

    def rows(self, seqs: Sequence[int]) -> list[Row]:
        """Those of these rows that are there."""
        return list(votes(self._database, f"seq IN ({_marks(seqs)}) ORDER BY seq", *seqs))

    def voids_of(self, seqs: Sequence[int]) -> list[Void]:
        """What takes these rows back."""
        rows = self._database.execute(
            f"SELECT number, statement, after, at FROM void WHERE after IN ({_marks(seqs)})",  # noqa: S608
            seqs,
        )
        return [Void(*row) for row in rows]

    def voids(self, lrs: str, limit: int) -> Sequence[Void]:
        """What is to be taken back and is due: where nothing else waits, all.

        An erased row is gone, so that no cursor may ever reach it; yet an LRS may have been told.
        """
        cursor = self.cursor(lrs)
        rows = self._database.execute(
            "SELECT number, statement, after, at FROM void "
            "WHERE (after <= ? OR NOT EXISTS (SELECT 1 FROM vote WHERE seq > ?)) AND number > "
            "coalesce((SELECT void FROM outlet WHERE lrs = ?), 0) ORDER BY number LIMIT ?",
            (cursor, cursor, lrs, limit),
        )
        return [Void(*row) for row in rows]

    def void_sent(self, lrs: str, number: int) -> None:
        """All voids up to that number are told."""
        self._set(lrs, "void", number)

    def tell(self, lrs: str, state: str) -> None:
        """How it goes."""
        self._set(lrs, "state", state)

    def standing(self, lrs: str) -> tuple[int, int, str]:
        """How many votes the LRS has not been told of, how many it refuses, and how it goes."""
        cursor = self.cursor(lrs)
        [(behind,)] = self._database.execute("SELECT count(*) FROM vote WHERE seq > ?", (cursor,))
        [(dead,)] = self._database.execute("SELECT count(*) FROM dead_letter WHERE lrs = ?", (lrs,))
        rows = self._database.execute("SELECT state FROM outlet WHERE lrs = ?", (lrs,))
        return int(behind), int(dead), rows[0][0] if rows else ""

    def _set(self, lrs: str, column: str, value: object) -> None:
        row = {"seq": 0, "void": 0, "state": ""} | {column: value}
        with self._database.transaction():
            self._database.execute(
                f"INSERT INTO outlet (lrs, seq, void, state) VALUES (?, ?, ?, ?) "  # noqa: S608
                f"ON CONFLICT (lrs) DO UPDATE SET {column} = excluded.{column}",
                (lrs, *row.values()),
            )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def votes(database: Database, which: str, *values: object) -> Iterator[Row]:
    """Rows of the log; `which` says in SQL which ones, with values for its marks."""
    sql = f"SELECT {COLUMNS} FROM vote JOIN poll ON poll.number = vote.poll WHERE {which}"  # noqa: S608
    for row in database.execute(sql, values):
        seq, release, poll, vote, voter, rev, option, cohort, at, held, options = row
        name = json.loads(options)[option - 1]
        given = Vote(release, poll, vote, bytes(voter), rev, name, cohort or None, at)
        yield Row(seq, given, held)


def erased(database: Database, release: str) -> set[Who]:
    """Whose votes were erased in a release."""
    rows = database.execute(
        "SELECT poll.id, erasure.voter FROM erasure JOIN poll ON poll.number = erasure.poll "
        "WHERE poll.release = ?",
        (release,),
    )
    return {(poll, bytes(voter)) for poll, voter in rows}


def held(database: Database, release: str) -> set[Which]:
    """Votes of a release that don't count now."""
    return {
        (row.vote.poll, row.vote.voter, row.vote.vote, row.vote.rev)
        for row in votes(database, "poll.release = ? AND vote.held <> ?", release, COUNTS)
    }


def untold(database: Database, release: str, lrs: str, cursor: int) -> list[Vote]:
    """Votes of a release that count, and that an LRS has not got: not by then, or not ever."""
    rows = votes(
        database,
        "poll.release = ? AND vote.held = ? AND (vote.seq > ? "
        "OR vote.seq IN (SELECT seq FROM dead_letter WHERE lrs = ?))",
        release, COUNTS, cursor, lrs,
    )  # fmt: skip
    return [row.vote for row in rows]
