"""The tables, the same in both databases.

What a row of the log of votes says is never changed, but for by what it is held back. Rows go by an
erasure, when a release's time is over, and where a forged vote, which never counted, makes way for
the real one of its number.
"""

from __future__ import annotations

from rsscorm.polls.database import Database

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


class NewerSchemaError(Exception):
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
