"""Releases in words: what `release open` has done, and what `release list` and `status` show.

Of how many have voted only what is published is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from rsscorm.english import counted
from rsscorm.polls import catalog
from rsscorm.polls.database import Database
from rsscorm.polls.published import told
from rsscorm.polls.release import GRACE, Poll, PollsFile, Release

NONE_YET = "No release is here yet: rsscorm polls release open NAME-EDITION.polls.json"


def state(release: Release, today: date) -> str:
    """Whether votes are taken, since when and until when."""
    if release.purged:
        return f"closed {release.closed}, votes deleted {release.purged}"
    if release.closed:
        return f"closed {release.closed}"
    if release.until is None:
        return f"open since {release.opened}"
    if today <= release.until:
        return f"open since {release.opened}, until {release.until}"
    return f"open since {release.opened}, {last_day(release.until, today)}"


def last_day(until: date, today: date) -> str:
    """What it means that a release's last day is past."""
    late = until + GRACE
    if today <= late:
        return f"last day {until} (answers that waited on a device are taken until {late})"
    return f"no votes are taken any more: its last day was {until}"


def cohorts(names: Iterable[str]) -> str:
    """Cohorts by their names."""
    there = [*names]
    return f"cohort{'' if len(there) == 1 else 's'} {', '.join(there)}" if there else "no cohort"


def as_text(database: Database, titles: Mapping[str, str], today: date) -> str:
    """Every release, for people; `titles` are of modules, by the release, where one is known."""
    published = catalog.snapshots(database)
    lines = []
    for release in catalog.releases(database).values():
        answers = [told(each, published.get(each.number), None) for each in release.polls]
        most = max((each["figures"]["moreThan"] for each in answers if each["figures"]), default=0)
        lines += [
            "  ".join(filter(None, (release.id, titles.get(release.id), state(release, today)))),
            f"  edition {release.edition}, {release.answers}, {cohorts(release.cohorts)}",
            f"  {counted(len(release.polls), 'poll')}: {', '.join(p.id for p in release.polls)}",
            f"  {_votes(most, release)}",
        ]
    return "\n".join(lines or [NONE_YET]) + "\n"


def _votes(most: int, release: Release) -> str:
    """As it is told to packages: of the poll that most have answered."""
    if most:
        return f"more than {most} people have voted"
    return f"fewer than {release.rules.least} people have voted, or nearly all alike"


def opened(before: Release | None, after: Release) -> str:
    """What `release open` has done."""
    if before is None:
        polls = counted(len(after.polls), "poll")
        return f"{after.id}: opened, edition {after.edition}, {polls}, {cohorts(after.cohorts)}."
    news, changes = _news(before, after), _changes(before, after)
    if not news and not changes:
        return f"{after.id}: already open, nothing changed ({cohorts(after.cohorts)})."
    also = [f"now also knows {', '.join(news)}"] if news else []
    return f"{after.id}: {'; '.join([*also, *changes])}."


def _news(before: Release, after: Release) -> list[str]:
    polls = [(poll, before.poll(poll.id)) for poll in after.polls]
    joined = [name for name in after.cohorts if name not in before.cohorts]
    return [
        *(f"the poll `{poll.id}`" for poll, old in polls if not old),
        *(
            f"the option `{option}` of `{poll.id}`"
            for poll, old in polls
            for option in _added(poll, old)
        ),
        *([f"the {cohorts(joined)}"] if joined else []),
    ]


def _added(poll: Poll, old: Poll | None) -> list[str]:
    return [option for option in poll.options if old and option not in old.options]


def _changes(before: Release, after: Release) -> list[str]:
    rules = f"results from {after.rules.least} people on, then after {after.rules.step} more"
    until = f"until {after.until}" if after.until else "without a last day"
    changed = {
        f"edition {after.edition} instead of {before.edition}": before.edition != after.edition,
        f"{until} now": before.until != after.until,
        f"{rules} now": before.rules != after.rules,
    }
    return [words for words, is_so in changed.items() if is_so]


def warnings(file: PollsFile, today: date) -> list[str]:
    """What may not be meant in a file that was opened."""
    found = []
    if file.service is None:
        found.append(
            "its packages send no votes: they were built for a deployment with `polls: none`. "
            "Write the service's address into rsscorm.yaml, and build again."
        )
    if file.until and today > file.until:
        found.append(f"{last_day(file.until, today)}. Build an edition with a later `polls.until`.")
    return found
