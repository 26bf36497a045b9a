"""How a service stands, and what needs a person: `rsscorm polls status`. No votes are counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from rsscorm.english import counted
from rsscorm.polls import catalog
from rsscorm.polls.admin import keyless
from rsscorm.polls.database import Database
from rsscorm.polls.disclosure import STEP
from rsscorm.polls.keys import Keys, SecretError
from rsscorm.polls.limit import TOO_MANY
from rsscorm.polls.listing import NONE_YET, cohorts, state
from rsscorm.polls.outbox import LogOutbox
from rsscorm.polls.release import Release
from rsscorm.polls.schema import VERSION


@dataclass(frozen=True)
class Status:
    """Everything that is shown; `needs` are sentences, each with what to do."""

    schema: int
    service: dict[str, Any] | None
    store: dict[str, Any]
    releases: list[dict[str, Any]]
    lrss: list[dict[str, Any]]
    quarantines: list[dict[str, Any]]
    needs: list[str]

    def as_json(self) -> dict[str, Any]:
        """For other programs."""
        return asdict(self)


@dataclass(frozen=True)
class Around:
    """What the store doesn't know: whether a service answers, and which keys this machine lacks."""

    address: str
    answers: bool
    lacks: list[str]

    @classmethod
    def found(cls, database: Database, salts: Path, address: str) -> Around:
        """As it is now. Raises `StoreError`."""
        address = address.rstrip("/")
        return cls(address, _answers(address), _missing(database, salts))

    def needs(self) -> list[str]:
        """What needs a person, each with what to do."""
        silent = (
            f"Nothing answers at {self.address}: start the service, or say with --address where "
            "it is."
        )
        return ([] if self.answers else [silent]) + self.lacks


def _answers(address: str) -> bool:
    with httpx.Client(trust_env=False, timeout=5) as client:
        try:
            return bool(client.get(f"{address}/healthz").json() == {"status": "ok"})
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return False


def _missing(database: Database, salts: Path) -> list[str]:
    needs = []
    try:
        Keys.found(salts)
    except SecretError as error:
        needs.append(f"The service's secret isn't here, without which it doesn't start: {error}.")
    for why in keyless(catalog.releases(database).values(), salts).values():
        sentence = why[0].upper() + why[1:]
        needs.append(f"{sentence}. Put it back; if it is lost, close the release.")
    return needs


def status(database: Database, today: date, around: Around | None = None) -> Status:
    """How it stands today, with what was found around the store."""
    releases = catalog.releases(database)
    lrss = [_lrs(database, lrs) for (lrs,) in database.execute("SELECT lrs FROM outlet")]
    quarantines = _quarantines(database)
    kept = {each.id for each in releases.values() if not each.purged}
    unseen = [
        each
        for each in quarantines
        if each["why"] == TOO_MANY and not each["undone"] and each["release"] in kept
    ]
    needs = [
        *(around.needs() if around else ()),
        *(need for lrs in lrss for need in _lrs_needs(lrs)),
        *map(_look, unseen),
        *(_over(each) for each in releases.values() if _is_over(each, today)),
        *(_old(each) for each in releases.values() if each.is_old(today)),
    ]
    told = [_release(each, today) for each in releases.values()]
    service = {"address": around.address, "answers": around.answers} if around else None
    return Status(VERSION, service, _store(database), told, lrss, quarantines, needs)


def _store(database: Database) -> dict[str, Any]:
    """Where votes are, and how large it is: to the next megabyte, since a vote takes bytes."""
    if "BLOB" in database.types["bytes"]:
        kind = "SQLite"
        [(size,)] = database.execute(
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        )
    else:
        kind = "PostgreSQL"
        [(size,)] = database.execute("SELECT pg_database_size(current_database())")
    return {"kind": kind, "megabytes": -(-size // 1_000_000)}


def _release(release: Release, today: date) -> dict[str, Any]:
    days = {"opened": release.opened, "until": release.until, "closed": release.closed}
    return {
        "id": release.id,
        "edition": release.edition,
        "answers": release.answers,
        "polls": len(release.polls),
        "cohorts": list(release.cohorts),
        "state": state(release, today),
        **{name: day and day.isoformat() for name, day in days.items()},
    }


def _lrs(database: Database, lrs: str) -> dict[str, Any]:
    behind, _, state = LogOutbox(database).standing(lrs)
    rows = database.execute(
        "SELECT why, count(*) FROM dead_letter WHERE lrs = ? GROUP BY why ORDER BY why", (lrs,)
    )
    passed = (behind - 1) // STEP * STEP if behind else None
    return {"lrs": lrs, "state": state, "behind_more_than": passed, "refused": dict(rows)}


def _lrs_needs(lrs: dict[str, Any]) -> list[str]:
    needs = []
    if lrs["state"].startswith("stopped"):
        why = lrs["state"].removeprefix("stopped: ")
        needs.append(f"{lrs['lrs']}: {why}. Mend its credentials or address; votes are kept.")
    if lrs["refused"]:
        whys = "; ".join(f"{count} x {why}" for why, count in lrs["refused"].items())
        needs.append(
            f"{lrs['lrs']} refuses votes for good ({whys}). They count here, and it lacks them: "
            f"ask its keeper why, and once that is mended: rsscorm polls resend --lrs {lrs['lrs']}"
        )
    return needs


def _quarantines(database: Database) -> list[dict[str, Any]]:
    rows = database.execute(
        "SELECT number, release, cohort, first_day, last_day, why, made, undone FROM quarantine "
        "ORDER BY number"
    )
    names = ("number", "release", "cohort", "first_day", "last_day", "why", "made", "undone")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _look(quarantine: dict[str, Any]) -> str:
    number, cohort = quarantine["number"], quarantine["cohort"] or "no cohort"
    return (
        f"Quarantine {number}: more people of {cohort} voted within an hour than are likely. If "
        f"they were real: rsscorm polls quarantine --undo {number}; if not: --keep {number}"
    )


def _is_over(release: Release, today: date) -> bool:
    return not release.closed and not release.takes_votes(today)


def _over(release: Release) -> str:
    return (
        f"{release.id} takes no votes any more, since its last day was {release.until}: close it, "
        f"so that its key is destroyed (rsscorm polls release close {release.id}), or open an "
        "edition with a later `polls.until`."
    )


def _old(release: Release) -> str:
    return (
        f"{release.id} was closed on {release.closed}, and its votes should be gone by now: the "
        "service deletes them while it runs."
    )


def as_text(found: Status) -> str:
    """For people."""
    lines = [_release_line(each) for each in found.releases] or [NONE_YET]
    if found.service:
        answers = "answers" if found.service["answers"] else "doesn't answer"
        lines.append(f"Service: {answers} at {found.service['address']}")
    lines += [
        f"LRS {each['lrs']}: {each['state'] or 'nothing told yet'}, {_behind(each)}"
        for each in found.lrss
    ]
    lines += [_quarantine_line(each) for each in found.quarantines]
    store = found.store
    lines.append(
        f"Store: {store['kind']}, up to {store['megabytes']:,} MB, tables of version {found.schema}"
    )
    lines += ["", *found.needs] if found.needs else ["Nothing needs you."]
    return "\n".join(lines) + "\n"


def _behind(lrs: dict[str, Any]) -> str:
    """Behind by how much: roughly, since of a new LRS it is the number of all votes."""
    passed = lrs["behind_more_than"]
    if passed is None:
        return "up to date"
    return f"more than {passed:,} votes behind" if passed else f"up to {STEP} votes behind"


def _release_line(release: dict[str, Any]) -> str:
    polls, answers = counted(release["polls"], "poll"), release["answers"]
    whose = f", {cohorts(release['cohorts'])}" if release["cohorts"] else ""
    return f"{release['id']}  {polls}, {answers}, {release['state']}{whose}"


def _quarantine_line(each: dict[str, Any]) -> str:
    whose = each["cohort"] or "no cohort"
    undone = f", undone {each['undone']}" if each["undone"] else ""
    days = f"{each['first_day']} to {each['last_day']}"
    return f"Quarantine {each['number']}: {each['release']}, {whose}, {days} {each['why']}{undone}"
