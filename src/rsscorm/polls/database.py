"""The two databases that votes are kept in, SQLite and PostgreSQL, behind the same few calls.

SQL is written once, with `?` for values; what differs is how a table is declared and how a
transaction begins. Only one transaction that changes anything runs at a time, over all processes:
so the numbers of votes are in the order of their commits, and a reader who has seen number 7 has
missed nothing before it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from rsscorm.polls.errors import PollsError

if TYPE_CHECKING:
    import psycopg

Row = tuple[Any, ...]
"""One row of an answer."""

LOG_PAGES = 8000
"""Of 4 KiB, after which SQLite's log is moved into the file: votes wait meanwhile."""


class StoreError(PollsError):
    """The database would not: what was to be stored is not, or nobody knows."""

    code = 4

    def told(self) -> str:
        """The sentence for people."""
        return f"The store would not: {super().told()}"


class Database(Protocol):
    """One connection, for one thread at a time. All calls raise `StoreError`."""

    types: dict[str, str]
    """How a table declares `{number}` (counts up by itself) and `{bytes}`."""

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Run a statement; the rows that it gives."""

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of values."""

    def transaction(self) -> Any:
        """A context: all or nothing of what is changed in it; the only one of its time."""

    def lead(self) -> bool:
        """Whether this connection is, from now on, the one that does what only one may do."""

    def settle(self) -> None:
        """See to it that all that can be read is on the disk; to be called at the start."""

    def close(self) -> None:
        """Let go of the connection."""


def is_server(store: str) -> bool:
    """Whether the votes are in PostgreSQL, and not in a file."""
    return store.startswith(("postgresql://", "postgres://"))


def open_database(address: str) -> Database:
    """The database at `postgresql://...`, or in the file of that name (`sqlite:FILE` too)."""
    if is_server(address):
        return PostgreSQL(address)
    return SQLite(file_of(address))


def file_of(address: str) -> str:
    """The file that votes are in. Raises `StoreError` for what would be kept nowhere."""
    path = address.removeprefix("sqlite:")
    if path in ("", ":memory:"):
        raise StoreError("a store has a file's name: without one nothing would be kept")
    return path


def _plainly(path: str) -> Any:
    # For its owner alone; SQLite makes the files beside it alike. Only where there is none (EXCL):
    # to close a file that is in use would let go of all locks that this process has on it.
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)


class SQLite:
    """A file, with its log beside it (WAL). What is committed survives a power cut (FULL).

    `connect` opens it in another way; what it gives has an `execute` as sqlite3's and apsw's.
    """

    types = {"number": "INTEGER PRIMARY KEY AUTOINCREMENT", "bytes": "BLOB"}  # noqa: RUF012

    def __init__(
        self, path: str, connect: Callable[[str], Any] = _plainly, synchronous: str = "FULL"
    ) -> None:
        with _told():
            self._connection = connect(path)
            self.execute("PRAGMA busy_timeout = 30000")
            self.execute("PRAGMA journal_mode = WAL")
            self.execute(f"PRAGMA synchronous = {synchronous}")
            self.execute("PRAGMA foreign_keys = ON")
            self.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
            # What is erased is overwritten.
            self.execute("PRAGMA secure_delete = ON")

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Run a statement; the rows that it gives."""
        with _told():
            return list(self._connection.execute(sql, values))

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of values."""
        with _told():
            self._connection.cursor().executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and nobody else meanwhile."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            with suppress(StoreError):
                self.execute("ROLLBACK")
            raise

    def lead(self) -> bool:
        """A file has one service."""
        return True

    def settle(self) -> None:
        """Begin a new log.

        Where a sync has failed, the system may show what the disk hasn't got, and no later sync
        mends that: votes written after it would be lost with it at a power cut.
        """
        [(is_busy, _, _)] = self.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if is_busy:
            raise StoreError("others are reading the file of votes: try again")

    def close(self) -> None:
        """Let go of the file."""
        with _told():
            self._connection.close()


class PostgreSQL:
    """A server, which several services may share."""

    types = {  # noqa: RUF012
        "number": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "bytes": "BYTEA",
    }

    LOCK = 0x72737363
    """The advisory lock of whoever changes anything."""

    def __init__(self, address: str) -> None:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        try:
            conninfo_to_dict(address)
        except psycopg.ProgrammingError:
            # The driver would repeat it, with the password.
            raise StoreError("its address is none, such as postgresql://USER@HOST/NAME") from None
        with _told():
            self._connection: psycopg.Connection[Row] = psycopg.connect(
                address, autocommit=True, connect_timeout=10, tcp_user_timeout=20_000
            )
            # Whatever the server's own habit: what is acknowledged is on its disk, and whoever
            # has waited for another's transaction sees what it did.
            self._connection.execute("SET synchronous_commit = on")
            self._connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Run a statement; the rows that it gives."""
        with _told():
            cursor = self._connection.execute(sql.replace("?", "%s"), values)
            return cursor.fetchall() if cursor.description else []

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of values."""
        with _told(), self._connection.cursor() as cursor:
            cursor.executemany(sql.replace("?", "%s"), rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and nobody else meanwhile, whichever service they are of."""
        with _told(), self._connection.transaction():
            self.execute("SELECT pg_advisory_xact_lock(?)", (self.LOCK,))
            yield

    def lead(self) -> bool:
        """Until this connection ends."""
        [(leads,)] = self.execute("SELECT pg_try_advisory_lock(?)", (self.LOCK + 1,))
        return bool(leads)

    def settle(self) -> None:
        """Nothing: the server itself ends where a sync fails."""

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


@contextmanager
def _told() -> Iterator[None]:
    """A driver's own errors become ours, recognised by name: no driver need be there."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        names = {base.__module__.partition(".")[0] for base in type(error).__mro__}
        if names & {"sqlite3", "psycopg", "apsw"}:
            raise StoreError(f"{type(error).__name__}: {error}".strip()) from error
        raise
