"""Backups of the votes: made while the service runs, and put back while it doesn't.

The service's secret and the salts are in none of them. A backup that had them would undo the
closing of a release; so it is of no use to whoever finds it, nor, without them, to ourselves.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rsscorm.polls import catalog
from rsscorm.polls.admin import keyless
from rsscorm.polls.database import Database, StoreError, file_of, is_server, open_database
from rsscorm.polls.disk import written
from rsscorm.polls.errors import PollsError
from rsscorm.polls.extent import Extent, compared
from rsscorm.polls.schema import VERSION, NewerSchemaError, unprepared
from rsscorm.polls.serve import alone


class BackupError(PollsError):
    """A backup can't be made or put back; the message says what to do."""


def backup(store: str, file: Path) -> None:
    """Write all that the store has into a file: whole or not at all.

    Raises `BackupError`, `NoStoreError`, `StoreError`, and `OSError` where the disk would not.
    """
    unprepared(store).close()
    if not is_server(store):
        _check_other(file, Path(file_of(store)))
    with written(file) as new:
        _dump(store, new) if is_server(store) else _copy(Path(file_of(store)), new)


def restore(store: str, file: Path, replace: bool = False) -> str:
    """Put a backup in the store's place, once it is known to be whole.

    Returns how the two compare, in words; nothing where there was no store. Raises `BackupError`
    where there is a store already that is not to be replaced, or a service has it open
    (`AlreadyServedError` for a file), and `StoreError`.
    """
    if not file.is_file():
        raise BackupError(f"there is no file {file}")
    if is_server(store):
        return _restore_server(store, file, replace)
    return _restore_file(Path(file_of(store)), file, replace)


def missing_keys(store: str, salts: Path) -> list[str]:
    """The open releases whose votes can't be joined to people: their salt or secret isn't here."""
    with closing(open_database(store)) as database:
        return [*keyless(catalog.releases(database).values(), salts)]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{type(error).__name__}: {error}") from error


def _connect(path: Path, how: str) -> closing[sqlite3.Connection]:
    address = f"{path.absolute().as_uri()}?mode={how}"
    return closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=30))


def _copy(source: Path, target: Path) -> None:
    """A moment of a database, in one file. Whoever votes meanwhile need not wait."""
    with _told(), _connect(source, "rw") as old, _connect(target, "rw") as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")
        _check(new)


def _check(connection: sqlite3.Connection) -> None:
    """Whether it is whole, and ours."""
    if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise BackupError("the file is damaged: take another backup")
    if connection.execute("PRAGMA foreign_key_check").fetchall():
        raise BackupError("the file is damaged, parts of it are missing: take another backup")
    row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    _check_version(row[0] if row else None)


def _check_version(version: int | None) -> None:
    if version is None:
        raise BackupError("the file is no backup of votes")
    if version != VERSION:
        raise NewerSchemaError(f"the tables are of version {version}, this reads {VERSION}")


def _restore_file(store: Path, file: Path, replace: bool) -> str:
    _check_other(file, store)
    with alone(str(store)):
        found = _whole(file)
        said = compared(_extent(store), found) if store.exists() else ""
        _check_given_up(str(store), said, replace)
        with written(store) as new:
            _read_back(file, new)
            _owned_as_folder(new)
            _owned_as_folder(Path(f"{store}.lock"))
            _let_go(store)
    return said


def _check_given_up(store: str, said: str, replace: bool) -> None:
    if said and not replace:
        raise BackupError(f"{store} is there already. {said} Say --replace to give up the store.")


def _extent(store: Path) -> Extent | None:
    """How far a store goes; None where it is damaged, for which backups are."""
    with suppress(sqlite3.Error), _connect(store, "rw") as opened:
        return Extent.read(opened.execute)
    return None


def _check_other(file: Path, store: Path) -> None:
    if file.exists() and store.exists() and file.samefile(store):
        raise BackupError(f"{file} is the store itself: the backup must be another file")


def _whole(file: Path) -> Extent:
    """How far a backup goes, which must be one."""
    with _read(file), _connect(file, "ro") as old:
        _check(old)
        return Extent.read(old.execute)


def _read_back(file: Path, new: Path) -> None:
    with _read(file):
        _copy(file, new)


@contextmanager
def _read(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, StoreError) as error:
        raise BackupError(f"{file} is no whole backup of votes: {error}") from error


def _owned_as_folder(new: Path) -> None:
    """What root puts back is the service's, whose folder it is in."""
    if os.geteuid() == 0:
        folder = new.parent.stat()
        os.chown(new, folder.st_uid, folder.st_gid)


def _let_go(store: Path) -> None:
    """The old database's log must not be taken for the new one's."""
    if store.exists():
        with suppress(sqlite3.Error), _connect(store, "rw") as old:
            old.execute("PRAGMA busy_timeout = 1000")
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for end in ("-wal", "-shm", "-journal"):
        Path(f"{store}{end}").unlink(missing_ok=True)


def _dump(store: str, new: Path) -> None:
    whole = ["--format=custom", "--no-owner", "--no-privileges", f"--file={new}"]
    _run("pg_dump", store, *whole)


def _restore_server(store: str, file: Path, replace: bool) -> str:
    _run("pg_restore", "", f"--file={os.devnull}", str(file))
    meta = _run("pg_restore", "", "--data-only", "--table=meta", "--file=-", str(file))
    found = re.search(r"^version\t(\d+)$", meta, re.MULTILINE)
    _check_version(int(found[1]) if found else None)
    there = _extent_of_server(store)
    said = compared(there, _extent_of_dump(file)) if there else ""
    _check_given_up("the database", said, replace)
    anew = ["--clean", "--if-exists"] if replace else []
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", store, *options, *anew, str(file))
    return said


def _extent_of_server(store: str) -> Extent | None:
    """How far a database goes that nobody else has open; None where there are no votes yet."""
    with closing(open_database(store)) as database:
        if _is_used(database):
            raise BackupError("a service, or somebody else, has the database open: stop it first")
        is_there = database.execute("SELECT to_regclass('vote') IS NOT NULL") == [(True,)]
        return Extent.read(database.execute) if is_there else None


def _extent_of_dump(file: Path) -> Extent:
    words = ["pg_restore", "--data-only", "--table=meta", "--table=vote", "--file=-", str(file)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        return Extent.of_dump(process.stdout or ())


def _is_used(database: Database) -> bool:
    """Whether others are connected, and stay so: whoever has just left is seen for a moment."""
    for _ in range(10):
        [(others,)] = database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        if not others:
            return False
        time.sleep(0.2)
    return True


def _run(program: str, store: str, *words: str) -> str:
    """Run one of PostgreSQL's own programs; a password is in no command line."""
    address, secret = _address(store) if store else ("", {})
    command = [program, *([f"--dbname={address}"] if address else []), *words]
    if not shutil.which(program):
        raise BackupError(f"{program} isn't here. Where it is, run: {' '.join(command)}")
    environment = {**os.environ, **secret}
    done = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        raise BackupError(f"{program} would not: {done.stderr.strip()}")
    return done.stdout


def _address(store: str) -> tuple[str, Mapping[str, str]]:
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    parts = {name: str(value) for name, value in conninfo_to_dict(store).items()}
    password = parts.pop("password", None)
    return make_conninfo("", **parts), {"PGPASSWORD": password} if password else {}
