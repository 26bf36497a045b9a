"""The releases that a database knows, with their polls and what is published of them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from rsscorm.polls.database import Database
from rsscorm.polls.disclosure import Rules
from rsscorm.polls.published import Snapshot
from rsscorm.polls.release import Poll, Release
from rsscorm.polls.schema import tell_change


def releases(database: Database) -> dict[str, Release]:
    """Every release by its id, those that were opened first first."""
    rows = database.execute(
        "SELECT id, module, activity, edition, answers, least, step, until, opened, mark, closed, "
        "purged FROM release ORDER BY opened, id"
    )
    polls, cohorts = _polls(database), _cohorts(database)
    return {row[0]: _release(row, polls.get(row[0], ()), cohorts.get(row[0], ())) for row in rows}


def _release(row: tuple[Any, ...], polls: tuple[Poll, ...], cohorts: tuple[str, ...]) -> Release:
    id, module, activity, edition, answers, least, step, until, opened, mark, closed, purged = row
    return Release(
        id, module, activity, edition, answers, Rules(least, step), _day(until),
        date.fromisoformat(opened), bytes(mark), _day(closed), _day(purged), polls, cohorts,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _polls(database: Database) -> dict[str, tuple[Poll, ...]]:
    rows = database.execute(
        "SELECT release, number, id, kind, activity, first_activity, votes, options FROM poll "
        "ORDER BY number"
    )
    found: dict[str, tuple[Poll, ...]] = {}
    for release, number, id, kind, activity, first, votes, options in rows:
        poll = Poll(number, id, kind, activity, first, votes, tuple(json.loads(options)))
        found[release] = (*found.get(release, ()), poll)
    return found


def _cohorts(database: Database) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for release, id in database.execute("SELECT release, id FROM cohort ORDER BY id"):
        found[release] = (*found.get(release, ()), id)
    return found


def save(database: Database, release: Release) -> None:
    """Keep a release as `release.opened` made it; to be called in a transaction."""
    database.execute(
        "INSERT INTO release (id, module, activity, edition, answers, least, step, until, opened, "
        "mark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "edition = excluded.edition, least = excluded.least, step = excluded.step, "
        "until = excluded.until",
        (
            release.id, release.module, release.activity, release.edition, release.answers,
            release.rules.least, release.rules.step, release.until and release.until.isoformat(),
            release.opened.isoformat(), release.mark,
        ),
    )  # fmt: skip
    database.many(
        "INSERT INTO poll (release, id, kind, activity, first_activity, votes, options) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (release, id) DO UPDATE SET "
        "options = excluded.options",
        [
            (release.id, poll.id, poll.kind, poll.activity, poll.first_activity, poll.votes,
             json.dumps(poll.options))
            for poll in release.polls
        ],
    )  # fmt: skip
    database.many(
        "INSERT INTO cohort VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(release.id, cohort) for cohort in release.cohorts],
    )
    tell_change(database)


def end(database: Database, release: str, what: Literal["closed", "purged"], day: date) -> None:
    """Mark a release as closed or purged; to be called in a transaction."""
    sql = f"UPDATE release SET {what} = ? WHERE id = ? AND {what} IS NULL"  # noqa: S608
    database.execute(sql, (day.isoformat(), release))
    tell_change(database)


def snapshots(database: Database) -> dict[int, Snapshot]:
    """What is published, by the number of the poll."""
    rows = database.execute(
        "SELECT poll, content FROM snapshot WHERE number IN "
        "(SELECT max(number) FROM snapshot GROUP BY poll)"
    )
    return {poll: Snapshot.from_text(content) for poll, content in rows}


def history(database: Database, poll: int) -> list[tuple[date, Snapshot]]:
    """All that was ever published of a poll, oldest first."""
    rows = database.execute(
        "SELECT on_day, content FROM snapshot WHERE poll = ? ORDER BY number", (poll,)
    )
    return [(date.fromisoformat(day), Snapshot.from_text(content)) for day, content in rows]
