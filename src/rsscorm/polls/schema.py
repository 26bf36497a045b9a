"""The tables, the same in both databases.

What a row of the log of votes says is never changed, but for by what it is held back. Rows go by an
erasure, when a release's time is over, and where a forged vote, which never counted, makes way for
the real one of its number.
"""

from __future__ import annotations

from pathlib import Path

from rsscorm.polls.database import Database, file_of, is_server, open_database
from rsscorm.polls.errors import PollsError

VERSION = 1

TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS release (
    id TEXT PRIMARY KEY, module TEXT NOT NULL, activity TEXT NOT NULL, edition TEXT NOT NULL,
    answers TEXT NOT NULL, least INTEGER NOT NULL, step INTEGER NOT NULL, until TEXT,
    opened TEXT NOT NULL, mark {bytes} NOT NULL, closed TEXT, purged TEXT
);
CREATE TABLE IF NOT EXISTS poll (
    number {number}, release TEXT NOT NULL REFERENCES release, id TEXT NOT NULL,
    kind TEXT NOT NULL, activity TEXT NOT NULL, first_activity TEXT NOT NULL,
    votes INTEGER NOT NULL, options TEXT NOT NULL, base BIGINT NOT NULL DEFAULT 0,
    looked BIGINT NOT NULL DEFAULT 0,
    UNIQUE (release, id)
);
CREATE TABLE IF NOT EXISTS cohort (
    release TEXT NOT NULL REFERENCES release, id TEXT NOT NULL, PRIMARY KEY (release, id)
);
CREATE TABLE IF NOT EXISTS vote (
    seq {number}, poll BIGINT NOT NULL REFERENCES poll, voter {bytes} NOT NULL,
    vote INTEGER NOT NULL, rev INTEGER NOT NULL, option INTEGER NOT NULL, cohort TEXT NOT NULL,
    proof {bytes} NOT NULL, at BIGINT NOT NULL, held BIGINT NOT NULL,
    UNIQUE (poll, voter, vote, rev)
);
CREATE TABLE IF NOT EXISTS tally (
    poll BIGINT NOT NULL REFERENCES poll, cohort TEXT NOT NULL, first INTEGER NOT NULL,
    second INTEGER NOT NULL, voters BIGINT NOT NULL, joined BIGINT NOT NULL,
    PRIMARY KEY (poll, cohort, first, second)
);
CREATE TABLE IF NOT EXISTS snapshot (
    number {number}, poll BIGINT NOT NULL REFERENCES poll, on_day TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS snapshot_poll ON snapshot (poll, number);
CREATE TABLE IF NOT EXISTS quarantine (
    number {number}, release TEXT NOT NULL REFERENCES release, cohort TEXT NOT NULL,
    first_day TEXT NOT NULL, last_day TEXT NOT NULL, why TEXT NOT NULL, made TEXT NOT NULL,
    undone TEXT
);
CREATE TABLE IF NOT EXISTS erasure (
    poll BIGINT NOT NULL REFERENCES poll, voter {bytes} NOT NULL, on_day TEXT NOT NULL,
    PRIMARY KEY (poll, voter)
);
CREATE TABLE IF NOT EXISTS void (
    number {number}, statement TEXT NOT NULL UNIQUE, after BIGINT NOT NULL, at BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS outlet (
    lrs TEXT PRIMARY KEY, seq BIGINT NOT NULL, void BIGINT NOT NULL, state TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS dead_letter (
    lrs TEXT NOT NULL, seq BIGINT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (lrs, seq)
)
"""


MADE_BY = "`rsscorm polls release open` and `rsscorm polls serve` make one"


class NoStoreError(PollsError):
    """There is no store where one was looked for."""


class NewerSchemaError(PollsError):
    """The database was made by a newer version, which this one can't read."""


def prepare(database: Database) -> None:
    """Make the tables where they are missing. Raises `NewerSchemaError`, `StoreError`."""
    with database.transaction():
        for table in TABLES.split(";"):
            database.execute(table.format(**database.types))
        database.many(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING",
            [("version", VERSION), ("changes", 0), ("batches", 0), ("changing", 0)],
        )
        [(version,)] = database.execute("SELECT value FROM meta WHERE name = 'version'")
        if version != VERSION:
            raise NewerSchemaError(f"the tables are of version {version}, this reads {VERSION}")


def opened_database(store: str) -> Database:
    """The database, made with its tables where there is none. Raises as `prepare`."""
    database = open_database(store)
    prepare(database)
    return database


def existing(store: str) -> Database:
    """The database, which must be there: in an empty one nothing would ever be amiss.

    Raises `NoStoreError` where it isn't, and nothing is made; else as `prepare`.
    """
    database = unprepared(store)
    prepare(database)
    return database


def unprepared(store: str) -> Database:
    """The same as it is, of whatever version its tables are. Raises `NoStoreError`."""
    if not is_server(store) and not Path(file_of(store)).is_file():
        raise NoStoreError(f"there is no store {_shown(store)}: say which with --store; {MADE_BY}")
    database = open_database(store)
    if not _has_tables(database):
        database.close()
        raise NoStoreError(f"{_shown(store)} holds no votes: say which --store; {MADE_BY}")
    return database


def _shown(store: str) -> str:
    """Where a store is, without the password that an address may hold."""
    return "that PostgreSQL database" if is_server(store) else str(Path(file_of(store)).absolute())


def _has_tables(database: Database) -> bool:
    if "BLOB" in database.types["bytes"]:
        return bool(database.execute("SELECT 1 FROM sqlite_master WHERE name = 'release'"))
    return database.execute("SELECT to_regclass('release') IS NOT NULL") == [(True,)]


def changes(database: Database) -> int:
    """A number that grows whenever what is told, or what may be voted on, changes."""
    [(value,)] = database.execute("SELECT value FROM meta WHERE name = 'changes'")
    return int(value)


def tell_change(database: Database) -> None:
    """Let every service know, within a second, that it must look again."""
    database.execute("UPDATE meta SET value = value + 1 WHERE name = 'changes'")


def changing(database: Database) -> int:
    """The number of a quarantine that is being made or undone, or 0: then nothing is published."""
    [(value,)] = database.execute("SELECT value FROM meta WHERE name = 'changing'")
    return int(value)


def set_changing(database: Database, quarantine: int) -> None:
    """Say which quarantine is being made or undone from now on; 0 for none."""
    database.execute("UPDATE meta SET value = ? WHERE name = 'changing'", (quarantine,))
