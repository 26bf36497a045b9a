"""The log of votes and its tallies, changed together: what the service knows is what it stores.

By which of their votes somebody counts, and how, is said in `standing`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from rsscorm.polls.database import Database, Row
from rsscorm.polls.disclosure import STEP, is_time
from rsscorm.polls.published import Cell, Snapshot, next_snapshot
from rsscorm.polls.release import Poll, Release, today
from rsscorm.polls.schema import changing, tell_change
from rsscorm.polls.standing import COUNTS, Ballot, Entry, Standing, Voter

PORTION = 500
"""So many voters are looked up, or changed, at a time."""

Who = tuple[int, bytes]
"""A voter in a poll: the poll's number and the voter's pseudonym."""


@dataclass
class Changes:
    """What a transaction changes in the tallies. `bases` say from where newcomers are counted."""

    bases: dict[int, int]
    voters: dict[tuple[int, str, int, int], int] = field(default_factory=lambda: defaultdict(int))
    joined: dict[tuple[int, str, int, int], int] = field(default_factory=lambda: defaultdict(int))

    def moved(self, poll: int, before: Standing | None, after: Standing | None) -> None:
        """Somebody stood there, and stands here now."""
        for standing, by in ((before, -1), (after, 1)):
            if standing:
                cell = (poll, *standing[:3])
                self.voters[cell] += by
                self.joined[cell] += by if standing.since > self.bases[poll] else 0

    def write(self, database: Database) -> None:
        """Add them to the tallies."""
        database.many(
            "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (poll, cohort, first, second) "
            "DO UPDATE SET voters = tally.voters + excluded.voters, "
            "joined = tally.joined + excluded.joined",
            [(*cell, by, self.joined[cell]) for cell, by in sorted(self.voters.items())],
        )


@dataclass
class Ledger:
    """Writes votes, one transaction a batch.

    `holds(database, ballot)` is asked of each newcomer, and gives the number under which the vote
    is held back, or 0.
    """

    database: Database
    holds: Callable[[Database, Ballot], int] = lambda database, ballot: COUNTS

    def record(self, ballots: Sequence[Ballot], polls: dict[int, tuple[Release, Poll]]) -> bool:
        """Store votes, all or none of them; whether anything new is published.

        A vote that is known, or whose voter has been erased, changes nothing. Raises `StoreError`.
        """
        with self.database.transaction():
            touched = {ballot.poll for ballot in ballots}
            changes = Changes(_bases(self.database, touched))
            self._enter(ballots, polls, changes)
            changes.write(self.database)
            # Votes that change nothing must take as long as others, or their haste would tell
            # that somebody has voted: only where something is written the disk is waited for.
            self.database.execute("UPDATE meta SET value = value + 1 WHERE name = 'batches'")
            return not changing(self.database) and self._publish(touched, polls)

    def _enter(
        self,
        ballots: Sequence[Ballot],
        polls: dict[int, tuple[Release, Poll]],
        changes: Changes,
    ) -> None:
        who = {(ballot.poll, ballot.voter) for ballot in ballots}
        voters = _voters(self.database, who, {number: poll for number, (_, poll) in polls.items()})
        erased = _erased(self.database, who)
        rows: dict[Row, Row] = {}
        instead = []
        for ballot in ballots:
            voter = voters[ballot.poll, ballot.voter]
            if (ballot.poll, ballot.voter) in erased or voter.knows(ballot):
                continue
            if voter.same(ballot):
                instead.append(ballot[:4])
            before = voter.standing()
            entry = voter.take(ballot, self._held(voter, ballot))
            changes.moved(ballot.poll, before, voter.standing())
            rows[ballot[:4]] = (*ballot, entry.held)
        self.database.many(
            "DELETE FROM vote WHERE poll = ? AND voter = ? AND vote = ? AND rev = ?", instead
        )
        self.database.many(
            "INSERT INTO vote (poll, voter, vote, rev, option, cohort, proof, at, held) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows.values(),
        )

    def _held(self, voter: Voter, ballot: Ballot) -> int:
        return voter.held(ballot) if voter.entries else self.holds(self.database, ballot)

    def _publish(self, touched: set[int], polls: dict[int, tuple[Release, Poll]]) -> bool:
        due = False
        for number, joined, looked in _busy(self.database, touched):
            release, poll = polls[number]
            known = _snapshot(self.database, number)
            if not is_time(known is None, joined, looked, release.rules):
                continue
            cells = tally(self.database, number)
            if any(max(cell.first, cell.second) > len(poll.options) for cell in cells):
                # Another service knows of a newer edition already: it publishes.
                continue
            if new := next_snapshot(poll, release.rules, known, cells):
                _keep(self.database, number, new)
                due = True
            else:
                _look_later(self.database, number, joined)
        if due:
            tell_change(self.database)
        return due


def _keep(database: Database, poll: int, snapshot: Snapshot) -> None:
    database.execute(
        "INSERT INTO snapshot (poll, on_day, content) VALUES (?, ?, ?)",
        (poll, today().isoformat(), snapshot.as_text()),
    )
    begin_anew(database, [poll])


def _look_later(database: Database, poll: int, joined: int) -> None:
    database.execute("UPDATE poll SET looked = ? WHERE number = ?", (joined, poll))


def begin_anew(database: Database, polls: Iterable[int]) -> None:
    """From here on newcomers are counted anew: as many as a step asks for must come."""
    [(last,)] = database.execute("SELECT coalesce(max(seq), 0) FROM vote")
    for poll in polls:
        database.execute("UPDATE poll SET base = ?, looked = 0 WHERE number = ?", (last, poll))
        database.execute("UPDATE tally SET joined = 0 WHERE poll = ?", (poll,))


def tally(database: Database, poll: int) -> list[Cell]:
    """The voters of a poll by how they stand, as counted now; nothing of it may leave as it is."""
    rows = database.execute(
        "SELECT cohort, first, second, voters, joined FROM tally WHERE poll = ? AND voters > 0 "
        "ORDER BY cohort, first, second",
        (poll,),
    )
    return [Cell(*row) for row in rows]


def recount(database: Database, poll: Poll) -> list[Cell]:
    """The same, counted from the log: a tally is right if it says nothing else."""
    found: dict[tuple[str, int, int], int] = defaultdict(int)
    rows = database.execute("SELECT DISTINCT voter FROM vote WHERE poll = ?", (poll.number,))
    who = {(poll.number, bytes(voter)) for (voter,) in rows}
    for voter in _voters(database, who, {poll.number: poll}).values():
        if standing := voter.standing():
            found[standing[:3]] += 1
    return [Cell(*cell, count, 0) for cell, count in sorted(found.items())]


def change_votes(
    database: Database, poll: Poll, held: int | None, where: str, values: Sequence[object]
) -> int:
    """Have votes of a poll held by a number, or delete them (None), with the poll's tally.

    `where` says in SQL which votes, with `values` for its marks. Nothing is ever published by it.
    To be called in a transaction. Returns how many people had such votes.
    """
    found = f"SELECT DISTINCT voter FROM vote WHERE poll = ? AND {where}"  # noqa: S608
    rows = database.execute(found, (poll.number, *values))
    who = [(poll.number, bytes(voter)) for (voter,) in rows]
    for portion in _portions(who):
        _change(database, poll, held, where, values, portion)
    if who:
        _count_anew(database, poll)
    return len(who)


def change_some(
    database: Database, poll: Poll, held: int, where: str, values: Sequence[object], after: bytes
) -> bytes | None:
    """The same for the votes of some, who come next after a pseudonym; the last of theirs, if any.

    Until there are none left nothing may be published (`schema.changing`).
    """
    rows = database.execute(
        f"SELECT DISTINCT voter FROM vote WHERE poll = ? AND {where} "  # noqa: S608
        "AND voter > ? ORDER BY voter LIMIT ?",
        (poll.number, *values, after, PORTION),
    )
    who = [(poll.number, bytes(voter)) for (voter,) in rows]
    if not who:
        return None
    _change(database, poll, held, where, values, who)
    _count_anew(database, poll)
    return who[-1][1]


def _change(
    database: Database, poll: Poll, held: int | None, where: str, values: Sequence[object],
    who: list[Who],
) -> None:  # fmt: skip
    what = "DELETE FROM vote" if held is None else f"UPDATE vote SET held = {held:d}"  # noqa: S608
    marks = ", ".join("?" * len(who))
    changes = Changes(_bases(database, {poll.number}))
    before = _voters(database, set(who), {poll.number: poll})
    database.execute(
        f"{what} WHERE poll = ? AND {where} AND voter IN ({marks})",
        (poll.number, *values, *(voter for _, voter in who)),
    )
    after = _voters(database, set(who), {poll.number: poll})
    for key in who:
        changes.moved(poll.number, before[key].standing(), after[key].standing())
    changes.write(database)


def _count_anew(database: Database, poll: Poll) -> None:
    """What is told after a change must be of newcomers alone, in cohorts too."""
    begin_anew(database, [poll.number])
    _forget_joined(database, poll.number)


def _forget_joined(database: Database, poll: int) -> None:
    """For each cohort, too, newcomers are counted anew; what is told of it stays."""
    if known := _snapshot(database, poll):
        text = replace(known, cohorts={
            name: replace(cohort, joined=(), others=()) for name, cohort in known.cohorts.items()
        }).as_text()  # fmt: skip
        sql = (
            "UPDATE snapshot SET content = ? WHERE number = "
            "(SELECT max(number) FROM snapshot WHERE poll = ?)"
        )
        database.execute(sql, (text, poll))


def _portions(who: Iterable[Who]) -> Iterator[list[Who]]:
    waiting = iter(who)
    while portion := list(islice(waiting, PORTION)):
        yield portion


def _bases(database: Database, polls: set[int]) -> dict[int, int]:
    marks = ", ".join("?" * len(polls))
    sql = f"SELECT number, base FROM poll WHERE number IN ({marks})"  # noqa: S608
    return dict(database.execute(sql, sorted(polls)))


def _busy(database: Database, polls: set[int]) -> list[tuple[int, int, int]]:
    """Those of the polls that a step has joined, with newcomers, and those of the last look."""
    marks = ", ".join("?" * len(polls))
    sql = (
        "SELECT number, sum(joined), looked FROM poll JOIN tally ON poll = number "  # noqa: S608
        f"WHERE number IN ({marks}) "
        "GROUP BY number, looked HAVING sum(joined) >= looked + ? ORDER BY number"
    )
    rows = database.execute(sql, (*sorted(polls), STEP))
    return [(poll, int(joined), looked) for poll, joined, looked in rows]


def _snapshot(database: Database, poll: int) -> Snapshot | None:
    rows = database.execute(
        "SELECT content FROM snapshot WHERE poll = ? ORDER BY number DESC LIMIT 1", (poll,)
    )
    return Snapshot.from_text(rows[0][0]) if rows else None


def _voters(database: Database, who: set[Who], polls: dict[int, Poll]) -> dict[Who, Voter]:
    """All that these have given; an empty one for whoever is new."""
    found = {key: Voter(polls[key[0]].votes) for key in sorted(who)}
    columns = "vote.poll, vote.voter, seq, vote, rev, option, cohort, proof, held"
    for poll, voter, *entry in _of(database, who, "vote", columns):
        found[poll, bytes(voter)].entries.append(Entry(*entry))
    return found


def _erased(database: Database, who: set[Who]) -> set[Who]:
    rows = _of(database, who, "erasure", "erasure.poll, erasure.voter")
    return {(poll, bytes(voter)) for poll, voter in rows}


def _of(database: Database, who: set[Who], table: str, columns: str) -> Iterator[Row]:
    """Rows of these voters, in the order in which they were written."""
    for portion in _portions(sorted(who)):
        marks = ", ".join(["(?, ?)"] * len(portion))
        # CROSS JOIN: SQLite then looks each of them up, instead of reading the whole table.
        sql = (
            f"WITH who (poll, voter) AS (VALUES {marks}) SELECT {columns} FROM who "  # noqa: S608
            f"CROSS JOIN {table} WHERE {table}.poll = who.poll AND {table}.voter = who.voter"
        )
        yield from sorted(database.execute(sql, [each for key in portion for each in key]))
