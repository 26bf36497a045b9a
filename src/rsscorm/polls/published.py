"""What is published of a poll: a snapshot of its votes, and what is told of it.

The exact counts stay here and in the database; whatever leaves has gone through `disclosure`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from operator import attrgetter
from typing import Any, NamedTuple

from rsscorm.polls import disclosure
from rsscorm.polls.disclosure import Cohort, Counts, Figures, Rules
from rsscorm.polls.release import Poll

Json = dict[str, Any]
Number = Callable[["Cell"], int]


class Cell(NamedTuple):
    """Voters who stand alike: cohort ("" for none), first and second vote as numbers from 1.

    `second` is 0 where a poll is asked once. `joined` of them are new since the last snapshot.
    """

    cohort: str
    first: int
    second: int
    voters: int
    joined: int


@dataclass(frozen=True)
class Snapshot:
    """Voters by first and second vote (one column where a poll is asked once), and the cohorts."""

    cells: tuple[Counts, ...]
    cohorts: dict[str, Cohort] = field(default_factory=dict)

    def as_text(self) -> str:
        """To be kept."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Snapshot:
        """As it was kept."""
        data = json.loads(text)
        cohorts = {
            name: Cohort(
                known["published"] and tuple(known["published"]),
                tuple(known["joined"]),
                tuple(known["others"]),
                tuple(known["looked"]),
                tuple(known["beside"]),
            )
            for name, known in data["cohorts"].items()
        }
        return cls(tuple(map(tuple, data["cells"])), cohorts)


def next_snapshot(
    poll: Poll, rules: Rules, published: Snapshot | None, tally: Iterable[Cell]
) -> Snapshot | None:
    """The snapshot that is published from now on, or None where the old one still stands."""
    cells = [*tally]
    before = _margins(published) if published else (None, None)
    for vote in range(1, poll.votes + 1):
        now, joined = (
            _by_vote(cells, vote, len(poll.options), number)
            for number in (attrgetter("voters"), attrgetter("joined"))
        )
        if not disclosure.is_due(before[vote - 1], now, joined, rules):
            return None
    return Snapshot(_matrix(poll, cells), _cohorts(poll, rules, published, cells))


def _margins(snapshot: Snapshot) -> tuple[Counts, Counts]:
    """The first votes of a snapshot, and the second ones."""
    return tuple(map(sum, snapshot.cells)), tuple(map(sum, zip(*snapshot.cells, strict=True)))


def _padded(counts: Counts, size: int) -> Counts:
    return counts + (0,) * (size - len(counts))


def _by_vote(cells: Iterable[Cell], vote: int, size: int, number: Number) -> Counts:
    """A number of cells, summed by the option of the first or the second vote."""
    counts = [0] * size
    for cell in cells:
        counts[(cell.first if vote == 1 else cell.second) - 1] += number(cell)
    return tuple(counts)


def _matrix(poll: Poll, cells: Iterable[Cell]) -> tuple[Counts, ...]:
    size = len(poll.options)
    rows = [[0] * (size if poll.votes == 2 else 1) for _ in range(size)]
    for cell in cells:
        rows[cell.first - 1][max(cell.second - 1, 0)] += cell.voters
    return tuple(map(tuple, rows))


def _cohorts(
    poll: Poll, rules: Rules, published: Snapshot | None, cells: list[Cell]
) -> dict[str, Cohort]:
    """Of polls that are asked once: never is a cohort told of by how its members moved."""
    if poll.votes == 2:
        return {}
    size = len(poll.options)
    everybody = _by_vote(cells, 1, size, attrgetter("voters"))
    known = published.cohorts if published else {}
    found, votes = {}, {}
    for name in sorted({cell.cohort for cell in cells} - {""}):
        inside = [cell for cell in cells if cell.cohort == name]
        outside = [cell for cell in cells if cell.cohort != name]
        found[name] = _joined(known.get(name), inside, outside, size)
        votes[name] = _by_vote(inside, 1, size, attrgetter("voters"))
    return disclosure.next_cohorts(found, votes, everybody, rules)


def _joined(known: Cohort | None, inside: list[Cell], outside: list[Cell], size: int) -> Cohort:
    """A cohort with those who have joined since the last snapshot of everybody."""
    old = known or Cohort(None, (), ())
    new = [_by_vote(cells, 1, size, attrgetter("joined")) for cells in (inside, outside)]
    sums = [
        tuple(a + b for a, b in zip(_padded(was, size), more, strict=True))
        for was, more in zip((old.joined, old.others), new, strict=True)
    ]
    return replace(old, joined=sums[0], others=sums[1])


def told(poll: Poll, snapshot: Snapshot | None, cohort: str | None) -> Json:
    """All that may be told of a poll, as the page gets it (protocol v1)."""
    answer: Json = dict.fromkeys(("figures", "before", "changed", "moves", "cohort"))
    if snapshot is None:
        return answer
    size = len(poll.options)
    if poll.votes == 2:
        return answer | _movement(poll, _grown(snapshot.cells, size))
    everybody = _padded(tuple(map(sum, snapshot.cells)), size)
    answer["figures"] = _figures(poll, disclosure.figures(everybody))
    known = snapshot.cohorts.get(cohort or "")
    if known and known.published:
        answer["cohort"] = _figures(poll, disclosure.figures(_padded(known.published, size)))
    return answer


def _grown(cells: tuple[Counts, ...], size: int) -> tuple[Counts, ...]:
    """With the options that came after a snapshot, which nobody had chosen then."""
    rows = [_padded(row, size) for row in cells]
    return (*rows, *[(0,) * size] * (size - len(rows)))


def _movement(poll: Poll, cells: tuple[Counts, ...]) -> Json:
    found = disclosure.movement(cells)
    moves = found.cells and {
        before: dict(zip(poll.options, row, strict=True))
        for before, row in zip(poll.options, found.cells, strict=True)
    }
    return {
        "figures": _figures(poll, found.after),
        "before": _figures(poll, found.before),
        "changed": found.changed,
        "moves": moves,
    }


def _figures(poll: Poll, figures: Figures) -> Json:
    shares = dict(zip(poll.options, figures.shares, strict=True))
    return {"moreThan": figures.more_than, "of": figures.of, "shares": shares}
