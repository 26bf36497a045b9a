"""A private PostgreSQL for the tests: a cluster of an ordinary user, on a socket of its own.

A plug-in of pytest: `conftest.py` names it in `pytest_plugins`. Nothing of it is shared with a
server that the machine may have, and nothing of it is left behind.
"""

from __future__ import annotations

import os
import pwd
import select
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from watched import Watched

import bootstrap

READY = "database system is ready to accept connections"
ORDINARY = "nobody"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "timezone": "UTC",
}
# A test run that is killed takes its server with it.
WITH_US = ("setpriv", "--pdeathsig", "INT")


class Log(Watched):
    """What one run of the server writes, read as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.ended = False
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with self._process.stderr or open(os.devnull) as output:  # noqa: PTH123
            for line in output:
                self._tell(line)
        self._tell(None)

    def _tell(self, line: str | None) -> None:
        with self.changed:
            self.lines += [] if line is None else [line]
            self.ended = line is None
            self.changed.notify_all()

    def is_ready(self) -> bool:
        """Whether the server takes connections."""
        return any(READY in line for line in self.lines)

    def wait_until_ready(self) -> None:
        """Wait for the server; AssertionError with all it said, if it ended instead."""
        self.wait_for(lambda: self.is_ready() or self.ended, "PostgreSQL to start", 60)
        assert self.is_ready(), "".join(self.lines)


class Postgres:
    """A cluster in a folder of its own, reached through the socket in that folder alone.

    Start it in the main thread: it ends with the thread that started it.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.data = folder / "data"
        self._numbers = count(1)
        self._initialise()
        self.process, self.log = self._launch()

    def _initialise(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, ORDINARY, pwd.getpwnam(ORDINARY).pw_gid)
        options = ("--username=rsscorm", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        command = [str(self.programs / "initdb"), *options, "--no-sync", "-D", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, **self._as_ordinary_user())
        assert done.returncode == 0, done.stderr

    def _as_ordinary_user(self) -> dict[str, Any]:
        """Options of a process; PostgreSQL refuses to be root."""
        options: dict[str, Any] = {"cwd": self.folder, "start_new_session": True}
        options["env"] = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        if os.geteuid() == 0:
            options |= {"user": ORDINARY, "group": self.folder.stat().st_gid, "extra_groups": []}
        return options

    def _launch(self) -> tuple[subprocess.Popen[str], Log]:
        settings = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        words = [f"--{name}={value}" for name, value in settings.items()]
        command = [*with_us(), str(self.programs / "postgres"), "-D", str(self.data), *words]
        options = self._as_ordinary_user()
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)
        log = Log(process)
        log.wait_until_ready()
        return process, log

    def start(self) -> None:
        """Start the server again, after `kill` or `stop`; returns when it takes connections."""
        if self.process.poll() is not None:
            self.process, self.log = self._launch()

    def kill(self) -> None:
        """SIGKILL to every process of the server at once; returns when all are gone."""
        self.process.send_signal(signal.SIGSTOP)  # so that it starts no other
        doomed = [os.pidfd_open(pid) for pid in self.processes()]
        for process in doomed:
            signal.pidfd_send_signal(process, signal.SIGKILL)
        self.process.wait()
        for process in doomed:
            select.select([process], [], [])
            os.close(process)

    def stop(self) -> None:
        """Stop the server in good order, whatever is still connected."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def processes(self) -> list[int]:
        """The ids of all processes of the server, the first of them first."""
        first = self.process.pid
        others = [int(at.name) for at in Path("/proc").glob("[0-9]*") if parent(at) == first]
        return [first, *others]

    def url(self, database: str) -> str:
        """The address of a database of this cluster."""
        return f"postgresql://rsscorm@/{database}?host={quote(str(self.folder), safe='')}&port=5432"

    def run(self, statement: str) -> None:
        """Run a statement outside of any test's database; a server that was killed is started."""
        self.start()
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def make_database(self) -> str:
        """A new, empty database; its name."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        return name


def with_us() -> list[str]:
    """The start of a command that must not outlive this process, where that can be had."""
    return list(WITH_US) if shutil.which(WITH_US[0]) else []


def parent(process: Path) -> int | None:
    """Of a process's folder in /proc: the id of its parent; None if it has just gone."""
    try:
        status = (process / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(status.rpartition(")")[2].split()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running cluster for all tests of this run."""
    if os.name == "nt":
        pytest.skip("PostgreSQL as an ordinary user is tested on POSIX systems")
    programs = bootstrap.postgres()
    assert programs, "PostgreSQL's server is missing: ./test installs it on Debian"
    with tempfile.TemporaryDirectory(prefix="rsscorm-pg-") as folder:
        cluster = Postgres(programs, Path(folder))
        try:
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture
def pg_url(postgres: Postgres) -> Iterator[str]:
    """The address of a fresh database, for one test."""
    name = postgres.make_database()
    yield postgres.url(name)
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")
