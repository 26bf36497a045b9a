"""How far a store and a backup go: which is newer, and what is given up by putting one back.

Roughly, as everything that is said of votes: never how many, but more than how many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rsscorm.polls.disclosure import STEP

VOTES = "SELECT count(*), max(at) FROM vote"
CHANGES = "SELECT sum(value) FROM meta WHERE name IN ('changes', 'batches')"


@dataclass(frozen=True)
class Extent:
    """How many votes there are, when the last one was given (unix seconds), and how often
    anything was changed."""

    votes: int
    last: int
    changes: int

    @classmethod
    def read(cls, ask: Callable[[str], Iterable[Any]]) -> Extent:
        """From a database, of which `ask` gives the rows."""
        [(votes, last)], [(changes,)] = ask(VOTES), ask(CHANGES)
        return cls(votes, last or 0, int(changes or 0))

    @classmethod
    def of_dump(cls, lines: Iterable[str]) -> Extent:
        """From the SQL of the tables `meta` and `vote`, as `pg_restore` writes it."""
        votes = last = changes = 0
        for table, row in _copied(lines):
            if table == "vote":
                votes, last = votes + 1, max(last, int(row["at"]))
            elif row["name"] in ("changes", "batches"):
                changes += int(row["value"])
        return cls(votes, last, changes)

    @property
    def day(self) -> date:
        """Of the last vote."""
        return datetime.fromtimestamp(self.last, UTC).date()

    def said(self) -> str:
        """In words."""
        if not self.votes:
            return "no votes"
        passed = (self.votes - 1) // STEP * STEP
        many = f"more than {passed:,}" if passed else f"up to {STEP}"
        return f"{many} votes, the last of {self.day}"


def _copied(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows that COPY is given, with the names of their columns."""
    table, columns = "", [""]
    for line in lines:
        if line.startswith("COPY "):
            name, _, names = line.removeprefix("COPY ").partition(" (")
            table = name.rpartition(".")[2]
            columns = names.partition(")")[0].replace('"', "").split(", ")
        elif line.startswith("\\."):
            table = ""
        elif table:
            yield table, dict(zip(columns, line.rstrip("\n").split("\t"), strict=True))


def compared(store: Extent | None, backup: Extent) -> str:
    """What each has, which is newer, and what is lost where the backup takes the store's place.

    Of a store that can't be read only that is said.
    """
    if store is None:
        return f"The store can't be read; the backup has {backup.said()}."
    both = f"The store has {store.said()}; the backup has {backup.said()}."
    if store == backup:
        return f"{both} They are the same: nothing is lost."
    if (store.day, store.changes) > (backup.day, backup.changes):
        return f"{both} The store is newer: what came after the backup is lost."
    return f"{both} The backup is newer: what the store alone has is lost."
