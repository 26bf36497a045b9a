"""Whatever dies, an acknowledged vote is there afterwards, once, and the tally is right.

The power goes, a sync fails, the disk is full, the process or PostgreSQL is killed: what was
answered with 200 is kept; what was not is sent again, and counts once.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from book import Book, check_snapshots, check_tallies
from polls import SECRET
from power import PowerCutDisk

from rsscorm.polls.database import Database, SQLite, StoreError, open_database
from rsscorm.polls.keys import Keys
from rsscorm.polls.ledger import Ledger
from rsscorm.polls.schema import prepare
from rsscorm.polls.standing import Ballot
from rsscorm.polls.writer import NotStoredError, Record, Writer

CUTS = 40
UNLIMITED = ("--most", "10000000")
GONE = 1.0
"""Seconds within which a service that can't store must be gone."""

Stored = dict[tuple[str, bytes, int, int], int]
"""Options by poll, pseudonym, vote and rev."""


# A disk that forgets what was not synced.


class Desk:
    """Twenty voters who share a writer, over a disk that loses power."""

    def __init__(self, folder: Path, seed: int, synchronous: str = "FULL") -> None:
        self.file = folder / "polls.db"
        self.disk = PowerCutDisk(folder, seed)
        self.synchronous = synchronous
        self.pages = 30
        self.settles = True
        self.opened: list[Database] = []
        self.chance = random.Random(seed)
        database = open_database(str(self.file))
        prepare(database)
        self.book = Book(database, Keys(SECRET, folder / "salts"))
        database.close()
        self.people = count()
        self.sent: set[Ballot] = set()
        self.acknowledged: set[Ballot] = set()
        self.published = 0

    def connect(self, path: str) -> Any:
        """A connection that copies its log into the file often, so that cuts fall there too."""
        connection = self.disk.connect(path)
        connection.execute(f"PRAGMA wal_autocheckpoint = {self.pages}")
        return connection

    def open_record(self) -> tuple[Database, Record]:
        """As the service does it at its start."""
        database = SQLite("polls.db", self.connect, self.synchronous)
        # What dies closes nothing.
        self.opened.append(database)
        if self.settles:
            database.settle()
        prepare(database)
        ledger = Ledger(database)

        def record(ballots: list[Ballot]) -> None:
            if ledger.record(ballots, self.book.polls):
                rows = database.execute("SELECT max(number) FROM snapshot")
                self.published = rows[0][0]

        return database, record

    def ballots(self) -> Iterator[Ballot]:
        """New people's votes, and now and then a second thought."""
        for who in self.people:
            now = self.book.ballot(who, self.chance.choice(("tell", "wait", "ask")))
            yield now
            if self.chance.random() < 0.2:
                yield self.book.ballot(who // 2, "ask", rev=2 + who % 2)

    async def vote_until_failure(self, cut_at: int | None = None) -> StoreError:
        """Vote until storing fails; the power may go at so many answers from now."""
        failed: asyncio.Future[StoreError] = asyncio.get_running_loop().create_future()
        writer = Writer(self.open_record, failed.set_result)
        ballots, answers = self.ballots(), count(1)

        async def voter() -> None:
            with suppress(NotStoredError):
                for each in ballots:
                    self.sent.add(each)
                    await writer.store(each)
                    self.acknowledged.add(each)
                    if next(answers) == cut_at:
                        self.disk.cut()

        await asyncio.gather(*(voter() for _ in range(20)))
        return await asyncio.wait_for(failed, 5)

    def kept(self) -> set[Ballot]:
        """The votes that SQLite's own file system finds; tallies are compared on the way."""
        database = open_database(str(self.file))
        try:
            assert database.execute("PRAGMA integrity_check") == [("ok",)]
            with database.transaction():
                check_tallies(database, self.book.polls)
                check_snapshots(database)
                rows = database.execute("SELECT coalesce(max(number), 0) FROM snapshot")
                if self.synchronous == "FULL" and self.settles:
                    assert rows[0][0] >= self.published, "what was told once is told on"
                columns = "poll, voter, vote, rev, option, cohort, proof, at"
                found = database.execute(f"SELECT {columns} FROM vote")
            assert len(found) == len(set(found))
            return {Ballot(*row) for row in found}
        finally:
            database.close()


def lost_in_cuts(folder: Path, synchronous: str) -> tuple[int, int]:
    """How many acknowledged votes are lost in all cuts, and how many there were."""
    desk = Desk(folder, 5, synchronous)
    lost = asked = 0
    for number in range(CUTS):
        before = len(desk.acknowledged)
        if number % 2:
            desk.disk.cut_after(desk.chance.randrange(1, 400))
            asyncio.run(desk.vote_until_failure())
            desk.disk.cut()
        else:
            asyncio.run(desk.vote_until_failure(cut_at=desk.chance.randrange(1, 300)))
        kept = desk.kept()
        asked += len(desk.acknowledged) - before
        lost += len(desk.acknowledged - kept)
        assert kept <= desk.sent
        desk.acknowledged &= kept
    return lost, asked


def test_no_acknowledged_vote_is_lost_in_power_cuts(tmp_path: Path, lines: list[str]) -> None:
    """The power goes 40 times, within commits and between them, while twenty people vote."""
    began = time.perf_counter()
    lost, asked = lost_in_cuts(tmp_path, "FULL")
    seconds = time.perf_counter() - began
    lines.append(f"{CUTS} power cuts: {lost} of {asked} votes lost, in {seconds:.1f} s")
    assert lost == 0
    assert asked > 20 * CUTS


def test_without_a_sync_for_each_commit_votes_are_lost(tmp_path: Path, lines: list[str]) -> None:
    """The control: with NORMAL the same cuts lose some."""
    lost, asked = lost_in_cuts(tmp_path, "NORMAL")
    lines.append(f"{CUTS} power cuts, the control (NORMAL): {lost} of {asked} votes lost")
    assert lost > 0


@pytest.mark.parametrize("fault", ["fail_next_sync", "fail_writes_full"])
def test_a_fault_of_the_disk_is_no_answer(tmp_path: Path, fault: str) -> None:
    """All who wait are told so, nobody falsely the other way, and storing ends for good."""
    desk = Desk(tmp_path, seed=7)

    async def story() -> StoreError:
        voting = asyncio.create_task(desk.vote_until_failure())
        while len(desk.acknowledged) < 100:
            await asyncio.sleep(0)
        getattr(desk.disk, fault)()
        return await asyncio.wait_for(voting, 5)

    error = asyncio.run(story())
    assert any(word in str(error) for word in ("IOError", "FullError"))
    desk.disk.cut()
    assert desk.acknowledged <= desk.kept() <= desk.sent


def lost_after_a_failed_sync(folder: Path, seed: int, settles: bool = True) -> int:
    """A sync fails, the service starts again on what the system shows, and the power goes."""
    desk = Desk(folder, seed)
    desk.pages, desk.settles = 1000, settles

    async def story(faulty: bool) -> None:
        goal = len(desk.acknowledged) + 60
        voting = asyncio.create_task(desk.vote_until_failure())
        while len(desk.acknowledged) < goal:
            await asyncio.sleep(0)
        desk.disk.fail_next_sync() if faulty else desk.disk.cut()
        await asyncio.wait_for(voting, 5)

    asyncio.run(story(faulty=True))
    desk.disk.kill()
    asyncio.run(story(faulty=False))
    return len(desk.acknowledged - desk.kept())


def test_what_a_failed_sync_left_in_memory_spoils_nothing(tmp_path: Path, lines: list[str]) -> None:
    """The service begins a new log; the control goes on with the old one, and later loses votes."""
    lost = []
    for settles in (True, False):
        folders = [tmp_path / f"{settles}-{seed}" for seed in range(8)]
        for folder in folders:
            folder.mkdir()
        each = [
            lost_after_a_failed_sync(folder, seed, settles) for seed, folder in enumerate(folders)
        ]
        lost.append(sum(each))
    lines.append(f"8 power cuts after a failed sync: {lost[0]} votes lost, the control {lost[1]}")
    assert lost[0] == 0 < lost[1]
