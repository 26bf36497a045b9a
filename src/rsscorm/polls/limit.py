"""How many newcomers a cohort may have in an hour before its votes are held back.

Votes cannot be proven to be a person's, so somebody may send very many. They are kept, and not
counted, until somebody has looked: `rsscorm polls quarantine --undo` counts them after all. The
sender can't tell: the answer is the same. It never looks at addresses: a trust shares one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date

from rsscorm.polls.database import Database
from rsscorm.polls.release import today
from rsscorm.polls.standing import COUNTS, FORGED, Ballot

log = logging.getLogger("rsscorm.polls")

TOO_MANY = "too many in an hour"
"""Why a quarantine was made by itself."""

MOST = 20_000
"""Newcomers to one poll from one cohort in an hour."""


class Limit:
    """Counts newcomers by poll and cohort; made to be asked by a `Ledger`."""

    def __init__(self, release_of: Callable[[int], str], most: int = MOST) -> None:
        self._release_of = release_of
        self._most = most
        self._hour = 0
        self._counts: dict[tuple[int, str], int] = {}
        self._held: dict[tuple[int, str], int] = {}

    def __call__(self, database: Database, ballot: Ballot) -> int:
        """The number that a newcomer's vote is held back under, or 0."""
        hour = int(time.time() // 3600)
        if hour != self._hour:
            self._hour, self._counts, self._held = hour, {}, {}
        key = (ballot.poll, ballot.cohort)
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] <= self._most:
            return COUNTS
        if key not in self._held:
            release = self._release_of(ballot.poll)
            number = quarantine(database, release, ballot.cohort, why=TOO_MANY)
            self._held[key] = held_by(number)
            log.warning("votes held back", extra={"cohort": ballot.cohort, "most": self._most})
        return self._held[key] if _stands(database, self._held[key]) else COUNTS


def quarantine(
    database: Database,
    release: str,
    cohort: str,
    why: str,
    days: tuple[date, date] | None = None,
) -> int:
    """Enter a quarantine of a cohort's votes; its number.

    To be called in a transaction; `days` are the first and the last one, else today.
    """
    first, last = days or (today(), today())
    [(number,)] = database.execute(
        "INSERT INTO quarantine (release, cohort, first_day, last_day, why, made) "
        "VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
        (release, cohort, first.isoformat(), last.isoformat(), why, today().isoformat()),
    )
    return int(number)


def held_by(quarantine: int) -> int:
    """What votes hold that are in this quarantine."""
    return quarantine + FORGED


def _stands(database: Database, held: int) -> bool:
    """Whether nobody has undone it: then nobody could let go of what it holds."""
    sql = "SELECT 1 FROM quarantine WHERE number = ? AND undone IS NULL"
    return bool(database.execute(sql, (held - FORGED,)))
