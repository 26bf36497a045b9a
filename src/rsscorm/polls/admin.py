"""What commands do to releases and votes, beside a service that may be running meanwhile.

Each is one transaction, but for quarantines, which may be large. None publishes anything: what was
published stands until as many newcomers as a step asks for have voted after it.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from rsscorm.polls import catalog
from rsscorm.polls.database import Database
from rsscorm.polls.keys import Keys, SecretError, credential, mark, pseudonym
from rsscorm.polls.ledger import change_some, change_votes
from rsscorm.polls.limit import held_by, quarantine
from rsscorm.polls.outbox import votes
from rsscorm.polls.release import Poll, Release, ReleaseError, opened, read_polls_file, today
from rsscorm.polls.schema import changing, set_changing
from rsscorm.polls.standing import COUNTS, FORGED
from rsscorm.statement import NAMESPACE

PAUSE = 0.01
"""Seconds between two portions of a quarantine, in which votes are stored."""


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
            raise ReleaseError(
                f"{known.id} was closed on {known.closed}: begin another `polls: round`"
            )
        key = _same_key(keys, known) if known else keys.make(file.release)
        release = opened(file, known, mark(key), today())
        catalog.save(database, release)
    return find(database, file.release)


def _same_key(keys: Keys, release: Release) -> bytes:
    """The key that a release was opened with. Raises `SecretError` for any other."""
    key = keys.key(release.id)
    if release.mark != mark(key):
        raise SecretError(f"{release.id} was opened with another secret or salt")
    return key


def keyless(releases: Iterable[Release], salts: Path) -> dict[str, str]:
    """Why votes of open releases can't be joined to people: by the release, what is missing here.

    Without the service's secret no more can be said than whether the salt is there.
    """
    found = {}
    for release in releases:
        if not release.closed and (why := _lacks(release, salts)):
            found[release.id] = why
    return found


def _lacks(release: Release, salts: Path) -> str:
    try:
        credential("polls-key")
    except SecretError:
        is_there = (salts / release.id).is_file()
        return "" if is_there else f"the salt of {release.id} isn't in {salts}"
    try:
        _same_key(Keys.found(salts), release)
    except SecretError as error:
        return str(error)
    return ""


def close_release(database: Database, keys: Keys, release: str, day: date) -> bool:
    """Close a release for good; its key is destroyed once that is on the disk.

    Returns whether it was: a salt that is lost, or kept in another folder, isn't here.
    """
    with database.transaction():
        catalog.end(database, release, "closed", day)
    return keys.destroy(release)


def put_aside(
    database: Database, release: Release, cohort: str, days: tuple[date, date], why: str
) -> int:
    """Hold back all votes of a cohort ("" for none) from the first to the last of these days.

    They are kept, and count again once it is undone. Returns the quarantine's number. Raises
    `ReleaseError` where there is no such cohort.
    """
    if cohort and cohort not in release.cohorts:
        there = ", ".join(release.cohorts) or "none yet"
        raise ReleaseError(f"{release.id} has no cohort `{cohort}`. Those here: {there}")
    finish_quarantine(database)
    with database.transaction():
        number = quarantine(database, release.id, cohort, why, days)
        _begin(database, number)
    finish_quarantine(database)
    return number


def put_back(database: Database, number: int) -> None:
    """Undo a quarantine: its votes count again. Raises `ReleaseError` where there is none."""
    finish_quarantine(database)
    with database.transaction():
        rows = database.execute(
            "UPDATE quarantine SET undone = ? WHERE number = ? AND undone IS NULL "
            "RETURNING release",
            (today().isoformat(), number),
        )
        if not rows:
            raise ReleaseError(f"there is no quarantine {number} to undo")
        _begin(database, number)
    finish_quarantine(database)


def _begin(database: Database, number: int) -> None:
    """From here on nothing is published until it is finished, by whomever."""
    if other := changing(database):
        raise ReleaseError(f"quarantine {other} is being made or undone: try again after it")
    set_changing(database, number)


def finish_quarantine(database: Database) -> None:
    """Go on with a quarantine, or the undoing of one, that was begun; until it is done.

    Each portion is a transaction, so that votes need not wait. What ends in between is finished by
    the next command, or by the service when it starts.
    """
    after: dict[str, bytes] = {}
    while _change_next(database, after):
        time.sleep(PAUSE)


def _change_next(database: Database, after: dict[str, bytes]) -> bool:
    """Change the votes of some more voters; `after` keeps how far it is. Whether any were left."""
    with database.transaction():
        if not (number := changing(database)):
            return False
        release, held, where, values = _which(database, number)
        for poll in catalog.releases(database)[release].polls:
            begin = after.get(poll.id, b"")
            if last := change_some(database, poll, held, where, values, begin):
                after[poll.id] = last
                return True
        set_changing(database, 0)
        return False


def _which(database: Database, number: int) -> tuple[str, int, str, tuple[object, ...]]:
    """Of a quarantine the release, what its votes are to hold, and which these are, in SQL."""
    [(release, cohort, first, last, undone)] = database.execute(
        "SELECT release, cohort, first_day, last_day, undone FROM quarantine WHERE number = ?",
        (number,),
    )
    if undone:
        return release, COUNTS, "held = ?", (held_by(number),)
    span = (_midnight(date.fromisoformat(first)), _midnight(date.fromisoformat(last)) + 86_400)
    where = f"held = {COUNTS} AND cohort = ? AND at >= ? AND at < ?"
    return release, held_by(number), where, (cohort, *span)


def keep_aside(database: Database, number: int) -> None:
    """Somebody has looked at a quarantine, and its votes are not to count.

    Raises `ReleaseError` where there is none.
    """
    with database.transaction():
        rows = database.execute(
            "UPDATE quarantine SET why = why || ? WHERE number = ? AND undone IS NULL "
            "RETURNING number",
            (f", looked at {today().isoformat()}", number),
        )
        if not rows:
            raise ReleaseError(f"there is no quarantine {number} to look at")


def spellings(learner: str, home_page: str | None) -> list[str]:
    """How packages may have written a learner's id; of an xAPI account they write JSON."""
    if home_page is None:
        return [learner, json.dumps(learner, ensure_ascii=False)]
    account = {"homePage": home_page, "name": learner}
    orders = (account, dict(reversed(account.items())))
    return [json.dumps(each, separators=(",", ":"), ensure_ascii=False) for each in orders]


def erase(database: Database, keys: Keys, release: Release, learners: list[str]) -> None:
    """Take out the votes of a person, whose id the LMS may write in several ways.

    Their statements are to be voided; the LRS keeps the originals of what it got. Votes of theirs
    that still wait on a device are not taken any more. Nothing here tells whether they had voted.
    Raises `SecretError` once the release's key is destroyed: then nobody can be identified. And
    where it is another key, with which nobody would be found.
    """
    key = _same_key(keys, release)
    with database.transaction():
        for poll in release.polls:
            for learner in learners:
                voter = str(uuid.uuid5(NAMESPACE, f"voter|{release.id}|{learner}"))
                _erase(database, poll, pseudonym(key, poll.id, voter))


def _erase(database: Database, poll: Poll, voter: bytes) -> None:
    of = "vote.poll = ? AND vote.voter = ? AND vote.held <> ?"
    told = list(votes(database, of, poll.number, voter, FORGED))
    database.many(
        "INSERT INTO void (statement, after, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(row.vote.id, row.seq, int(time.time())) for row in told],
    )
    if change_votes(database, poll, None, "voter = ?", (voter,)):
        database.execute(
            "INSERT INTO erasure VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (poll.number, voter, today().isoformat()),
        )


def purge(database: Database, today: date) -> list[str]:
    """Delete the votes of releases that were closed long ago, and keep totals; which ones."""
    due = [each for each in catalog.releases(database).values() if each.is_old(today)]
    for release in due:
        with database.transaction():
            for poll in release.polls:
                for table in ("vote", "erasure"):
                    database.execute(f"DELETE FROM {table} WHERE poll = ?", (poll.number,))  # noqa: S608
            catalog.end(database, release.id, "purged", today)
    return [release.id for release in due]


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400
