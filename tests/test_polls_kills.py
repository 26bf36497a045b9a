"""The real service dies under load, or what it stores in does: nothing acknowledged is lost.

A crowd votes all the while, and sends what was not acknowledged again, as packages do.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from book import check_snapshots, check_tallies
from load import Crowd
from polls import RELEASE, SECRET, Service, ballot
from postgres import Postgres

from rsscorm.polls import catalog
from rsscorm.polls.database import open_database
from rsscorm.polls.keys import Keys, pseudonym
from rsscorm.polls.serve import LAST_WORDS

UNLIMITED = ("--most", "10000000")
GONE = 5.0
"""Seconds within which a service that can't store is gone, busy machines too. It may take one
itself, which is for its `LAST_WORDS`."""

AGREED = 2.0
"""Seconds within which two services tell the same: each looks once in a second."""

Json = dict[str, Any]


def votes(seed: int, people: range = range(1_000_000)) -> Iterator[Json]:
    """Everybody votes on one poll; some twice, some think again, some on another poll too."""
    chance = random.Random(seed)
    for who in people:
        cohort = chance.choice((None, "northfield"))
        yield ballot(who, chance.choice(("tell", "wait", "ask")), cohort=cohort)
        if who % 5 == 0:
            other = people[people.index(who) // 2]
            yield ballot(other, "ask", cohort=cohort, rev=2 + who % 2)
        if who % 4 == 0:
            for vote in (1, 2):
                option = chance.choice(("now", "later"))
                yield ballot(who, option, poll="rule", vote=vote, cohort=cohort)


Row = tuple[str, bytes, int, int, int]


def rows_of(service: Service, sent: list[Json]) -> set[Row]:
    """Votes as they stand in the log."""
    key = Keys(SECRET, service.folder / "salts").key(RELEASE)
    options = {"safe": ("tell", "wait", "ask"), "rule": ("now", "later")}
    return {
        (
            vote["poll"], pseudonym(key, vote["poll"], vote["voter"]), vote["vote"], vote["rev"],
            options[vote["poll"]].index(vote["option"]) + 1,
        )
        for vote in sent
    }  # fmt: skip


def check(service: Service, *crowds: Crowd) -> int:
    """Assert that all that was acknowledged is there once, and nothing else; how many votes."""
    database = open_database(service.store)
    release = catalog.releases(database)[RELEASE]
    with database.transaction():
        check_tallies(database, {poll.number: (release, poll) for poll in release.polls})
        check_snapshots(database)
        kept = database.execute(
            "SELECT poll.id, voter, vote, rev, option FROM vote JOIN poll ON poll = poll.number"
        )
    database.close()
    acknowledged = [rows_of(service, crowd.acknowledged) for crowd in crowds]
    found = {(poll, bytes(voter), *rest) for poll, voter, *rest in kept}
    assert len(found) == len(kept), "doubled"
    assert not set().union(*acknowledged) - found, "lost"
    assert not found - set().union(*(rows_of(service, crowd.sent) for crowd in crowds)), "invented"
    return sum(len(crowd.acknowledged) for crowd in crowds)


KILLS = [
    pytest.param(3, 700, id="short"),
    pytest.param(20, 5_500, id="long", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("kills", "between"), KILLS)
def test_the_service_is_killed_under_load(
    store: str, tmp_path: Path, lines: list[str], kills: int, between: int
) -> None:
    """SIGKILL again and again: what was acknowledged is there, and what is sent again is one."""
    service, chance = Service(tmp_path, store, *UNLIMITED), random.Random(kills)
    service.open()
    began = time.perf_counter()
    with service, Crowd(lambda: service.address, votes(kills)) as crowd:
        for _ in range(kills):
            crowd.wait_for_more(chance.randrange(between * 4 // 5, between * 6 // 5))
            service.stop(signal.SIGKILL)
            service.start()
        crowd.end()
        acknowledged = check(service, crowd)
    seconds = time.perf_counter() - began
    kind = "PostgreSQL" if store.startswith("postgres") else "SQLite"
    lines.append(
        f"{kills} SIGKILLs over {kind}: {acknowledged} votes acknowledged, 0 lost, 0 doubled, "
        f"in {seconds:.0f} s"
    )
    assert not crowd.others, "whoever is not answered is not refused"
    assert acknowledged >= kills * between * 4 // 5


def gone(service: Service, since: float) -> None:
    """Assert that the service has ended by itself, in time and with a word about why."""
    assert service.process.wait(10) == 1
    assert time.monotonic() - since < GONE
    assert LAST_WORDS < 1
    service.heard("the service can't go on")


def refused(crowd: Crowd) -> None:
    """Assert that those who waited were told to come again, and nothing worse."""
    assert set(crowd.others) == {(503, 2)}


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.long)])
def test_postgresql_is_killed_under_load(
    postgres: Postgres, pg_url: str, tmp_path: Path, lines: list[str], kills: int
) -> None:
    """All its processes at once, without a sync: whoever waits is told so, and the service ends."""
    service = Service(tmp_path, pg_url, *UNLIMITED)
    service.open()
    chance = random.Random(kills)
    with service, Crowd(lambda: service.address, votes(kills)) as crowd:
        for _ in range(kills):
            crowd.wait_for_more(chance.randrange(300, 900))
            killed = time.monotonic()
            postgres.kill()
            gone(service, killed)
            assert service.command("serve", *service.where()).returncode == 4
            postgres.start()
            service.start()
        crowd.end()
        acknowledged = check(service, crowd)
    refused(crowd)
    lines.append(f"{kills} times PostgreSQL killed: {acknowledged} acknowledged, 0 lost, 0 doubled")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of a megabyte, where root can have one; else the test is skipped."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can have a disk of its own")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_the_disk_is_full(tmp_path: Path, lines: list[str]) -> None:
    """No vote is acknowledged that isn't kept; with room again all is well."""
    with small_disk(tmp_path / "disk") as disk:
        service = Service(tmp_path, str(disk / "polls.db"), *UNLIMITED)
        service.open()
        with service, Crowd(lambda: service.address, votes(1)) as crowd:
            service.heard("the service can't go on", 60)
            gone(service, time.monotonic())
            crowd.wait_for(lambda: crowd.others.total() > 0, "a refusal")
            before = len(crowd.acknowledged)
            subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
            service.start()
            crowd.wait_for_more(500)
            crowd.end()
            acknowledged = check(service, crowd)
    refused(crowd)
    lines.append(f"a full disk after {before} votes: {acknowledged} acknowledged, 0 lost")


def test_the_system_refuses_to_write(tmp_path: Path) -> None:
    """A file may not grow any more: whoever waits is told so, and the service ends."""
    service = Service(tmp_path, "", *UNLIMITED)
    service.open()
    with service, Crowd(lambda: service.address, votes(1)) as crowd:
        crowd.wait_for_more(500)
        size = max(file.stat().st_size for file in tmp_path.glob("polls.db*"))
        refusal = time.monotonic()
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (size // 2, size * 2))
        gone(service, refusal)
        service.start()
        crowd.wait_for_more(500)
        crowd.end()
        check(service, crowd)
    refused(crowd)


FAULTY = """
import signal, sys
from pathlib import Path
from power import PowerCutDisk
from rsscorm.cli import run
from rsscorm.polls import database, serve
disk = PowerCutDisk(Path(sys.argv[1]), seed=1)
serve.open_database = lambda address: database.SQLite(address, disk.connect)
signal.signal(signal.SIGUSR1, lambda number, frame: disk.fail_next_sync())
sys.exit(run(sys.argv[2:]))
"""


class FaultyService(Service):
    """The service on a disk whose next sync fails when the process gets SIGUSR1."""

    def _start(self, *words: str) -> list[str]:
        tests = {"PYTHONPATH": str(Path(__file__).parent)}
        self.environment |= tests
        return [sys.executable, "-c", FAULTY, str(self.folder), "polls", *words]


def test_a_sync_fails(tmp_path: Path) -> None:
    """EIO from the disk: whoever waits is told so, and the service ends at once."""
    service = FaultyService(tmp_path, "", *UNLIMITED)
    service.open()
    with service, Crowd(lambda: service.address, votes(1)) as crowd:
        for _ in range(2):
            crowd.wait_for_more(300)
            failed = time.monotonic()
            service.process.send_signal(signal.SIGUSR1)
            gone(service, failed)
            service.start()
        crowd.wait_for_more(300)
        crowd.end()
        check(service, crowd)
    refused(crowd)


@pytest.mark.parametrize("people", [2_000, pytest.param(20_000, marks=pytest.mark.long)])
def test_two_services_share_a_database(
    pg_url: str, tmp_path: Path, lines: list[str], people: int
) -> None:
    """Both take votes of the same people at once: each counts once, and both tell the same."""
    one, other = (Service(tmp_path, pg_url, *UNLIMITED) for _ in range(2))
    one.open()
    crowd, same = (
        Crowd(lambda at=service: at.address, votes(1, range(people)), 20)  # type: ignore[misc]
        for service in (one, other)
    )
    with one, other:
        with crowd, same:
            crowd.wait_for_all()
            same.wait_for_all()
        ended = time.monotonic()
        while [one.figures(), one.figures("rule")] != [other.figures(), other.figures("rule")]:
            assert time.monotonic() - ended < AGREED
        agreed = time.monotonic() - ended
        assert one.figures()["figures"]["moreThan"] >= people - 20
        check(one, crowd, same)
    assert rows_of(one, crowd.acknowledged) == rows_of(one, same.acknowledged)
    lines.append(
        f"two services, {people} people at both: 0 lost, 0 doubled, alike after {agreed:.1f} s"
    )
