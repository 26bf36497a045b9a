"""The disk that loses power tells a database that syncs from one that does not."""

from __future__ import annotations

import random
import threading
import time
from itertools import count
from pathlib import Path
from typing import Any

import apsw
import pytest
from power import Held, PowerCutDisk, sectors

CUTS = 40


def open_votes(
    disk: PowerCutDisk, journal: str = "WAL", synchronous: str = "FULL"
) -> apsw.Connection:
    """A table of votes on the disk."""
    connection = disk.connect("votes.db")
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA wal_autocheckpoint = 12")
    connection.execute("CREATE TABLE IF NOT EXISTS vote (seq INTEGER PRIMARY KEY, voter TEXT)")
    return connection


def vote(connection: apsw.Connection, seq: int) -> None:
    """Store a vote: when this returns, it is acknowledged."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO vote VALUES (?, ?)", (seq, f"voter {seq} " * 30))
    connection.execute("COMMIT")


def vote_until_cut(disk: PowerCutDisk, modes: tuple[str, str], first: int) -> list[int]:
    """Vote until the power goes; the votes that were acknowledged."""
    acknowledged: list[int] = []
    try:
        connection = open_votes(disk, *modes)
        for seq in count(first):
            vote(connection, seq)
            acknowledged.append(seq)
    except (apsw.IOError, apsw.CantOpenError):
        pass
    return acknowledged


def survivors(folder: Path) -> list[int]:
    """The votes that SQLite finds in the folder with its own file system."""
    connection = apsw.Connection(str(folder / "votes.db"))
    assert connection.execute("PRAGMA integrity_check").get == "ok"
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vote'").fetchall()
    rows: list[Any] = connection.execute("SELECT seq FROM vote").fetchall() if there else []
    connection.close()
    return sorted(seq for (seq,) in rows)


def lost_in_cuts(folder: Path, *modes: str) -> tuple[int, int]:
    """How many acknowledged votes are lost in all cuts, and how many there were."""
    disk = PowerCutDisk(folder, seed=4)
    chance = random.Random(4)
    found: list[int] = []
    lost = asked = 0
    for _ in range(CUTS):
        disk.cut_after(chance.randrange(1, 800))
        before, first = found, max(found, default=0) + 1
        acknowledged = vote_until_cut(disk, (modes[0], modes[1]), first)
        disk.cut()
        found = survivors(folder)
        unanswered = first + len(acknowledged)
        assert found == [*before, *acknowledged, unanswered][: len(found)], "only the last are lost"
        asked += len(acknowledged)
        lost += max(0, len(before) + len(acknowledged) - len(found))
    return lost, asked


@pytest.mark.parametrize("modes", [("WAL", "FULL"), ("DELETE", "EXTRA")])
def test_no_acknowledged_vote_is_lost(
    tmp_path: Path, lines: list[str], modes: tuple[str, str]
) -> None:
    """The power goes 40 times, at any write or sync, and every vote with an answer is there."""
    started = time.perf_counter()
    lost, acknowledged = lost_in_cuts(tmp_path, *modes)
    seconds = time.perf_counter() - started
    lines.append(
        f"{CUTS} power cuts, {' '.join(modes)}: {lost} of {acknowledged} lost, in {seconds:.1f} s"
    )
    assert lost == 0
    assert acknowledged > 10 * CUTS


@pytest.mark.parametrize("modes", [("WAL", "NORMAL"), ("DELETE", "FULL")])
def test_votes_are_lost_where_sqlite_does_not_promise_them(
    tmp_path: Path, lines: list[str], modes: tuple[str, str]
) -> None:
    """The control: without a sync for each commit, or for a journal's end, some are forgotten."""
    lost, acknowledged = lost_in_cuts(tmp_path, *modes)
    lines.append(
        f"{CUTS} power cuts, {' '.join(modes)}, the control: {lost} of {acknowledged} lost"
    )
    assert lost > 0


def test_the_same_seed_loses_the_same(tmp_path: Path) -> None:
    """A loss can be looked into again."""
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    assert len({lost_in_cuts(folder, "WAL", "NORMAL") for folder in folders}) == 1


def test_a_disk_writes_whole_sectors() -> None:
    """Of a write, each sector gets to the disk whole or not at all, and sometimes only some do."""
    assert [start for start, _ in sectors((500, bytes(600)), 512)] == [500, 512, 1024]
    kept = set()
    for seed in range(20):
        file = Held(bytearray(4096), [(0, b"x" * 4096)])
        file.lose(random.Random(seed))
        kept |= {bytes(file.image[at : at + 512]) for at in range(0, 4096, 512)}
    assert kept == {bytes(512), b"x" * 512}


def test_what_a_failed_sync_lost_no_later_one_saves() -> None:
    """As on Linux: the pages count as written, and only writing them again helps."""
    file = Held(bytearray(8), [(0, b"lost")])
    file.lose(random.Random(1))
    file.waiting.append((4, b"kept"))
    file.sync()
    assert bytes(file.image) == b"\0\0\0\0kept"


def test_a_failed_sync_is_no_answer(tmp_path: Path) -> None:
    """EIO: the commit fails with the code that SQLite has for it."""
    disk = PowerCutDisk(tmp_path, seed=1)
    connection = open_votes(disk)
    vote(connection, 1)
    disk.fail_next_sync()
    with pytest.raises(apsw.IOError) as error:
        vote(connection, 2)
    assert vars(error.value)["extendedresult"] == apsw.SQLITE_IOERR_FSYNC
    disk.cut()
    assert survivors(tmp_path) in ([1], [1, 2])


def test_a_full_disk_is_no_answer(tmp_path: Path) -> None:
    """The commit fails, what was stored stays, and with room again votes are stored again."""
    disk = PowerCutDisk(tmp_path, seed=1)
    connection = open_votes(disk)
    vote(connection, 1)
    disk.fail_writes_full()
    with pytest.raises(apsw.FullError):
        vote(connection, 2)
    disk.make_room()
    vote(connection, 3)
    disk.cut()
    assert survivors(tmp_path) == [1, 3]


def test_a_cut_ends_every_connection_of_its_life(tmp_path: Path) -> None:
    """What was open before can do nothing to the files of the life after, not even by closing."""
    disk = PowerCutDisk(tmp_path, seed=1)
    before, reader = open_votes(disk), disk.connect("votes.db")
    vote(before, 1)
    assert reader.execute("SELECT count(*) FROM vote").get == 1
    disk.cut()
    after = open_votes(disk)
    vote(after, 2)
    for connection in (before, reader):
        with pytest.raises(apsw.IOError):
            vote(connection, 4)
        connection.close()
    vote(after, 3)
    disk.cut()
    assert survivors(tmp_path) == [1, 2, 3]


def test_the_power_goes_while_many_threads_vote(tmp_path: Path) -> None:
    """A cut from another thread, in the midst of whatever the writer does."""
    disk = PowerCutDisk(tmp_path, seed=1)
    acknowledged: list[int] = []
    some = threading.Event()

    def write() -> None:
        connection = open_votes(disk)
        with pytest.raises(apsw.IOError):
            for seq in count(1):
                vote(connection, seq)
                acknowledged.append(seq)
                some.set() if seq > 20 else None
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert some.wait(10)
    disk.cut()
    writer.join(10)
    assert survivors(tmp_path)[: len(acknowledged)] == acknowledged
