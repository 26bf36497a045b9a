"""The tests' own PostgreSQL is private, belongs to an ordinary user and keeps what it commits."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest
from postgres import Postgres


def setting(url: str, name: str) -> str:
    """What the server says of one of its settings."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row
    return str(row[0])


def sockets(pid: int) -> set[str]:
    """The numbers of the sockets that a process has open."""
    targets = [str(at.readlink()) for at in Path(f"/proc/{pid}/fd").iterdir()]
    return {name[8:-1] for name in targets if name.startswith("socket:[")}


def test_the_server_is_not_root(postgres: Postgres) -> None:
    """Each of its processes runs as an ordinary user, and root's group is none of its groups."""
    for pid in postgres.processes():
        status = Path(f"/proc/{pid}/status").read_text().splitlines()
        ids = [line for line in status if line.startswith(("Uid:", "Gid:", "Groups:"))]
        assert "0" not in " ".join(ids).split()


def test_the_server_has_no_door_but_its_socket(postgres: Postgres, pg_url: str) -> None:
    """Nothing listens on TCP, and nobody else may enter the folder of the socket."""
    assert setting(pg_url, "listen_addresses") == ""
    assert setting(pg_url, "unix_socket_directories") == str(postgres.folder)
    assert postgres.folder.stat().st_mode & 0o777 == 0o700
    tcp = [Path(f"/proc/net/{name}") for name in ("tcp", "tcp6")]
    lines = [line.split() for at in tcp if at.exists() for line in at.read_text().splitlines()[1:]]
    assert not sockets(postgres.process.pid) & {words[9] for words in lines}


def test_the_server_is_set_as_in_earnest(pg_url: str) -> None:
    """It is no faster than a real one where that would cost a vote, and speaks UTF-8."""
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        assert setting(pg_url, name) == "on"
    assert setting(pg_url, "server_encoding") == "UTF8"
    with psycopg.connect(pg_url) as connection:
        query = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
        assert connection.execute(query).fetchone() == ("C.UTF-8",)


def test_each_test_has_a_database_of_its_own(postgres: Postgres, pg_url: str) -> None:
    """What one test writes no other sees."""
    with psycopg.connect(pg_url) as connection:
        connection.execute("CREATE TABLE vote (seq integer)")
    with psycopg.connect(postgres.url(postgres.make_database())) as other:
        assert other.execute("SELECT to_regclass('vote')").fetchone() == (None,)


def test_a_committed_row_survives_a_kill(postgres: Postgres, pg_url: str) -> None:
    """All processes are killed at once: what was committed is there afterwards, no more."""
    first = postgres.process.pid
    with psycopg.connect(pg_url) as connection:
        connection.execute("CREATE TABLE vote (seq integer)")
        connection.execute("INSERT INTO vote VALUES (1)")
        connection.commit()
        connection.execute("INSERT INTO vote VALUES (2)")
        postgres.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.commit()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    postgres.start()
    with psycopg.connect(pg_url) as connection:
        assert connection.execute("SELECT seq FROM vote").fetchall() == [(1,)]
