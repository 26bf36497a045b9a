"""Dated figures that a package carries, for places where the service can't be reached."""

from __future__ import annotations

import json
from datetime import date

from rsscorm.polls import catalog
from rsscorm.polls.database import Database
from rsscorm.polls.published import told
from rsscorm.polls.release import Release

VERSION = 1


def as_file(database: Database, release: Release, today: date) -> str:
    """The `figures.json` of a module: what is told today of each poll, if anything is."""
    published = catalog.snapshots(database)
    polls = {poll.id: told(poll, published.get(poll.number), None) for poll in release.polls}
    for answer in polls.values():
        del answer["cohort"]
    data = {
        "rsscorm": VERSION,
        "release": release.id,
        "on": today.isoformat(),
        "polls": {id: answer for id, answer in polls.items() if answer["figures"]},
    }
    return json.dumps(data, indent=2) + "\n"
