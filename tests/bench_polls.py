"""`./bench polls`: what the poll service promises of speed and memory, as ratios taken in one run.

What is compared runs in turns, so that another load on the machine meets both. The load comes
from a process of its own (rush.py), and a run is void where that was late: by more than 5 ms at
its 99th percentile, in the runs that have a timetable. A vote per fdatasync is a vote per
transaction: SQLite's WAL with FULL syncs once a commit.
"""

from __future__ import annotations

import os
import platform
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from nothing import nothing
from polls import RELEASE, Service
from postgres import Postgres
from rush import Result, rush

import bootstrap
from bench import MB, Line, say, tell
from rsscorm.polls.database import SQLite
from rsscorm.polls.schema import prepare

LATE = 5.0
"""Milliseconds that the client may be late."""

CLIENTS, MANY = 200, 1000
"""Connections at once; and in the rush, where many wait."""

UNLIMITED = ("--most", "1000000000")
VOTES, BATCHES = "rsscorm_polls_votes_total", "rsscorm_polls_batches_total"
INSERT = (
    "INSERT INTO vote (poll, voter, vote, rev, option, cohort, proof, at, held) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def measure(folder: Path, quick: bool) -> int:
    """Measure everything and print a line for each; 1 where a goal is missed or the run is void."""
    processors = f"{os.cpu_count()} processors"
    print(f"{date.today()}, {platform.platform()}, {processors}, Python {sys.version.split()[0]}")
    bench = PollsBench(folder, quick)
    lines = [*bench.speed(), *bench.size(), *bench.rush(), bench.one_address()]
    bench.postgresql()
    if bench.late > LATE:
        print(f"void: the load client was late by {bench.late:.1f} ms at its 99th percentile")
    return 1 if bench.late > LATE or any(line.missed for line in lines) else 0


class PollsBench:
    """Services with more and fewer votes, and what is measured of them."""

    def __init__(self, folder: Path, quick: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.first = 0
        self.late = 0.0

    def service(self, name: str, votes: int = 0, store: str = "", *options: str) -> Service:
        """A service that has so many votes, ready to start."""
        folder = self.folder / name
        folder.mkdir()
        service = Service(folder, store, *(options or UNLIMITED))
        service.open()
        if votes:
            say(f"filling a store with {votes:,} votes")
            fill(folder / "polls.db", votes)
        return service

    def vote(self, address: str, votes: int, connections: int, rate: float = 0) -> Result:
        """Have people vote who have never voted before."""
        self.first += votes
        result = rush(address, votes, connections, first=self.first, rate=rate)
        self.late = max(self.late, result.late)
        return result

    def speed(self) -> list[Line]:
        """Votes a second, in turns with nothing and with raw SQLite; and votes per fdatasync."""
        say("votes a second, against nothing and raw SQLite")
        votes, rounds = (4_000, 3) if self.quick else (10_000, 5)
        service = self.service("speed")
        with (
            service,
            nothing(service.vote("first", "tell").content) as idle,
            closing(Raw(self.folder)) as raw,
        ):
            self.vote(service.address, votes, CLIENTS)
            before = service.measured()
            found = [
                (self.pace(service.address, votes), self.pace(idle, votes), raw.pace(votes))
                for _ in range(rounds)
            ]
            after = service.measured()
        ours, idling, rows = (median(each) for each in zip(*found, strict=True))
        stored, synced = (after[name] - before[name] for name in (VOTES, BATCHES))
        syncs = f"one a commit, {CLIENTS} clients"
        return [
            tell("votes / framework alone", ours / idling, 0.33, "x", pace(ours, idling), True),
            tell("votes / raw SQLite by 100", ours / rows, 0.10, "x", pace(ours, rows), True),
            tell("votes per fdatasync", stored / synced, 10, "", syncs, True),
        ]

    def pace(self, address: str, votes: int) -> float:
        """Votes answered in a second."""
        result = self.vote(address, votes, CLIENTS)
        assert result.answered == votes, result
        return votes / result.seconds

    def size(self) -> list[Line]:
        """What is told and the next vote, with many votes and with few; and a restart."""
        few, many = (1_000, 100_000) if self.quick else (10_000, 10_000_000)
        small, large = self.service("small", few), self.service("large", many)
        with small, large:
            found = [
                (*self.times(small.address), *self.times(large.address))
                for _ in range(3 if self.quick else 7)
            ]
            told, vote, told_of_many, next_of_many = (
                median(each) for each in zip(*found, strict=True)
            )
            restart = max(self.restart(large) for _ in range(3))
        how = f"{many:,} votes against {few:,}"
        return [
            tell("figures told", told_of_many / told, 2, "x", f"{how}, {told:.2f} ms"),
            tell("the next vote", next_of_many / vote, 2, "x", f"{how}, {vote:.2f} ms"),
            tell("first vote after a restart", restart, 2, "s", f"slowest of 3, {many:,} votes"),
        ]

    def times(self, address: str) -> tuple[float, float]:
        """Milliseconds of a question and of a vote, one after the other."""
        path = f"/v1/figures?release={RELEASE}&poll=safe"
        asked = rush(address, 400, 1, path=path)
        return asked.middle, self.vote(address, 300, 1).middle

    def restart(self, service: Service) -> float:
        """Seconds from the start of a process to its first answered vote, after one was killed."""
        self.vote(service.address, 500, CLIENTS)
        service.stop(signal.SIGKILL)
        began = time.monotonic()
        service.start()
        assert service.vote(began, "tell").status_code == 200
        return time.monotonic() - began

    def rush(self) -> list[Line]:
        """Votes that come when they come: an extreme hour, and a hundred thousand within 30 s."""
        votes = 100_000 if self.quick else 1_000_000
        service = self.service("rush", votes)
        seconds = 5 if self.quick else 30
        with service:
            say(f"250 votes a second, then 3,300 a second for {seconds} s")
            calm = self.vote(service.address, 250 * seconds, CLIENTS, rate=250)
            flood = self.vote(service.address, 3300 * seconds, MANY, rate=3300)
            resident = peak(service.process.pid)
        lost = votes + calm.answered + flood.answered - stored(service)
        errors = sum(calm.others.values()) + sum(flood.others.values())
        how = f"p50 {flood.middle:.0f} ms, p99 {flood.p99:.0f}, client late {flood.late:.1f}"
        return [
            tell("250/s: p99", calm.p99, 25, "ms", f"p50 {calm.middle:.1f}, late {calm.late:.1f}"),
            tell(f"3,300/s, {seconds} s: errors, lost", errors + lost, 0, "", how),
            tell("resident at most", resident / MB, 150, "MB", f"{votes:,} votes, {MANY} clients"),
        ]

    def one_address(self) -> Line:
        """A trust's voters come from one address, as its proxy says; the service's own limits."""
        service = self.service("trust", 0, "", "--host", "127.0.0.1")
        voters = 10_000
        with service:
            result = self.vote(service.address, voters, 50)
            kept, held = stored(service), stored(service, "held <> 0")
        refused = voters - result.answered + voters - kept + held
        how = f"{voters:,} voters within {result.seconds:.0f} s"
        return tell("one address: refused, held back", refused, 0, "", how)

    def postgresql(self) -> None:
        """For information: votes a second over PostgreSQL, on this machine too."""
        programs = bootstrap.postgres()
        if not programs:
            return
        votes = 4_000 if self.quick else 10_000
        with TemporaryDirectory(prefix="rsscorm-pg-") as folder:
            cluster = Postgres(programs, Path(folder))
            try:
                service = self.service("pg", 0, cluster.url(cluster.make_database()))
                with service:
                    found = median(self.pace(service.address, votes) for _ in range(3))
            finally:
                cluster.stop()
        tell("over PostgreSQL", found, None, "/s", f"{CLIENTS} clients")


class Raw:
    """The service's database alone, its table and settings: what SQLite and the disk can do."""

    def __init__(self, folder: Path) -> None:
        self.database = SQLite(str(folder / "raw.db"))
        prepare(self.database)
        self.database.execute("PRAGMA foreign_keys = OFF")

    def pace(self, votes: int) -> float:
        """Rows in a second, a hundred in a transaction."""
        made = [(1, os.urandom(16), 1, 1, 1, "", os.urandom(16), 0, 0) for _ in range(votes)]
        began = time.perf_counter()
        for start in range(0, votes, 100):
            with self.database.transaction():
                self.database.many(INSERT, made[start : start + 100])
        return votes / (time.perf_counter() - began)

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()


def fill(path: Path, votes: int) -> None:
    """Put votes of as many voters into a store, with their tally, faster than they could come."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        [(poll,)] = connection.execute("SELECT number FROM poll WHERE id = 'safe'")
        connection.executemany(INSERT, rows(poll, votes))
        connection.executemany(
            "INSERT INTO tally VALUES (?, '', ?, 0, ?, ?)",
            [(poll, at, count, count) for at in (1, 2, 3) if (count := (votes + 3 - at) // 3)],
        )
        connection.commit()
    # What the system has yet to write would be in the way of what is measured.
    os.sync()


def rows(poll: int, votes: int) -> Iterator[tuple[object, ...]]:
    """One vote each of voters whose pseudonyms lie as far apart as real ones."""
    apart = (1 << 128) // votes
    for number in range(votes):
        voter = (number * apart).to_bytes(16, "big")
        yield poll, voter, 1, 1, number % 3 + 1, "", voter[::-1], 0, 0


def stored(service: Service, where: str = "TRUE") -> int:
    """How many votes are in the store."""
    with closing(sqlite3.connect(service.folder / "polls.db")) as connection:
        [(count,)] = connection.execute(f"SELECT count(*) FROM vote WHERE {where}")
    return int(count)


def peak(process: int) -> int:
    """The most memory in bytes that a process has held."""
    status = Path(f"/proc/{process}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def pace(part: float, whole: float) -> str:
    """Two numbers of votes a second."""
    return f"{part:,.0f}/s against {whole:,.0f}/s"
