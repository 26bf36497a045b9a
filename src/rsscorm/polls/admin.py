"""What commands do to releases and votes, beside a service that may be running meanwhile.

Each is one transaction, and none publishes anything: what was published stands until as many
newcomers as a step asks for have voted after it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from rsscorm.polls import catalog
from rsscorm.polls.database import Database
from rsscorm.polls.keys import Keys, SecretError, mark
from rsscorm.polls.release import Release, ReleaseError, opened, read_polls_file


def find(database: Database, name: str) -> Release:
    """The release of that id, or the only one of that module. Raises `ReleaseError`."""
    known = catalog.releases(database)
    if name in known:
        return known[name]
    alike = [each for each in known.values() if each.module == name]
    if len(alike) == 1:
        return alike[0]
    there = ", ".join(each.id for each in alike or known.values()) or "none yet"
    raise ReleaseError(f"there is no one release `{name}`. Those here: {there}")


def open_release(database: Database, keys: Keys, content: bytes) -> Release:
    """Open a release, or go on with it, from a `polls.json`.

    Raises `ReleaseError` and `SecretError`.
    """
    file = read_polls_file(content)
    with database.transaction():
        known = catalog.releases(database).get(file.release)
        if known and known.closed:
            raise ReleaseError(f"{known.id} was closed on {known.closed}: begin another round")
        key = keys.key(known.id) if known else keys.make(file.release)
        if known and known.mark != mark(key):
            raise SecretError(f"{known.id} was opened with another secret or salt")
        release = opened(file, known, mark(key), datetime.now(UTC).date())
        catalog.save(database, release)
    return find(database, file.release)


def close_release(database: Database, keys: Keys, release: str, day: date) -> None:
    """Close a release for good; its key is destroyed once that is on the disk."""
    with database.transaction():
        catalog.end(database, release, "closed", day)
    keys.destroy(release)
