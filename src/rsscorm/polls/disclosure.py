"""Disclosure control: what may be told of a poll, so that nobody's vote can be read from it.

Exact live tallies give votes away: whoever reads before and after a colleague votes knows the
vote. So figures are published in snapshots, each of which stands until enough others have voted
in more than one way, and they are rounded the more the fewer have voted. All that the service
tells of votes comes from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

LEAST = 11
"""How many must have voted before anything is told."""

STEP = 10
"""How many more must have voted before what is told changes."""

GAIN = 2
"""So many newcomers must have chosen each of at least two options: never is a step unanimous."""

GRAINS = ((100, 10), (400, 20))
"""Below so many voters, shares are told as so many parts of the whole; beyond, in per cent."""

EDGES = {10: (1, 9), 20: (1, 19), 100: (4, 96)}
"""The smallest and the largest share that is told: "1 in 10 or fewer", "under 5 per cent"."""

COHORT = 100
"""A cohort is told of only if it and everybody else are at least so many."""

CHANGED, CROSSED, CELL = 50, 200, 8
"""Pairs of votes from which it is told how many changed, and how; and the smallest cell told."""

Counts = tuple[int, ...]
"""How many voters stand by each option, in the poll's order."""


@dataclass(frozen=True)
class Rules:
    """How careful a poll is; a module may only be more so. Raises `ValueError` for less."""

    least: int = LEAST
    step: int = STEP

    def __post_init__(self) -> None:
        if self.least < LEAST or self.step < STEP:
            raise ValueError(f"at least {LEAST} and steps of at least {STEP} protect voters")


@dataclass(frozen=True)
class Figures:
    """What may be told: shares of the whole, each so many of `of`, and a number that was passed."""

    more_than: int
    of: int
    shares: tuple[int, ...]


def is_time(is_first: bool, joined: int, looked: int, rules: Rules) -> bool:
    """Whether to look if a new snapshot is due; `looked` newcomers were there at the last look.

    The moment at which figures change is read, too: if the first newcomer who disagrees with ten
    others ended their wait, everybody would know that vote. So whoever waits, waits for a step.
    """
    needed = rules.least if is_first else rules.step
    return joined >= (looked + rules.step if looked else needed)


def is_due(published: Counts | None, now: Counts, joined: Counts, rules: Rules) -> bool:
    """Whether a new snapshot may be published, rather than that of before go on.

    `now` are all present votes, `joined` those of people who voted for the first time since the
    last snapshot: a vote that was changed, taken out or brought back never makes a new one.
    """
    needed = rules.least if published is None else rules.step
    return sum(now) >= rules.least and _are_enough(published, now, joined, needed)


def _are_enough(published: Counts | None, now: Counts, joined: Counts, needed: int) -> bool:
    """Whether so many have joined, and not all with one view."""
    is_step = sum(joined) >= needed and _has_two_views(joined, GAIN)
    return is_step and hides_changes(published or (), now, joined)


def hides_changes(published: Counts, now: Counts, joined: Counts) -> bool:
    """Whether all that is told could have come about by newcomers alone.

    Were an option seen to lose a voter, or to gain more than a step can give it, then whoever has
    voted again is known to have changed, and how. Where some have been taken out, so much less
    may have been gained, but for one.
    """
    gained = [new - old for new, old in zip(now, _padded(published, len(now)), strict=True)]
    spare = max(sum(joined) - sum(gained) - 1, 0)
    return min(gained) >= -spare and _has_two_views(gained, GAIN - spare)


def _has_two_views(gained: Iterable[int], least: int) -> bool:
    return sum(each >= least for each in gained) >= 2


def _padded(counts: Counts, size: int) -> Counts:
    """With nobody at the options that are new."""
    return counts + (0,) * (size - len(counts))


@dataclass(frozen=True)
class Cohort:
    """A cohort beside everybody else: what is published of it, and who has joined since.

    `joined` are the present votes of newcomers in it, `others` those of newcomers outside it;
    so many of each were `looked` at, and found too few or too much alike. `beside` are the votes
    of all others at the time of what is published.
    """

    published: Counts | None
    joined: Counts
    others: Counts
    looked: tuple[int, int] = (0, 0)
    beside: Counts = ()


def next_cohorts(
    known: dict[str, Cohort], now: Mapping[str, Counts], everybody: Counts, rules: Rules
) -> dict[str, Cohort]:
    """The cohorts once a snapshot of everybody has been published; `now` are their present votes.

    All that are large are told together or not at all, from that snapshot: else few people's votes
    could be had by taking one figure from another. So there must be enough newcomers in each and
    among those outside, and those outside of all must be many, or nobody.
    """
    large = [name for name in known if known[name].published or sum(now[name]) >= COHORT]
    if not _are_large([now[name] for name in large], everybody):
        return known
    told = [name for name in large if known[name].published] or large
    groups = [_Group(known[name], now[name], known[name].looked[0]) for name in large]
    rest = _outside([known[name] for name in told], [now[name] for name in told], everybody)
    if sum(rest.now):
        groups.append(rest)
    if not all(is_time(False, sum(each.known.joined), each.looked, rules) for each in groups):
        return known
    are_enough = all(
        _are_enough(each.known.published, each.now, each.known.joined, rules.step)
        for each in groups
    )
    return known | {
        name: _renewed(now[name], everybody)
        if are_enough
        else _looked_at(known[name], sum(rest.known.joined))
        for name in large
    }


class _Group(NamedTuple):
    """People whose figures are told, or can be had from those that are: then and now."""

    known: Cohort
    now: Counts
    looked: int


def _are_large(cohorts: list[Counts], everybody: Counts) -> bool:
    """Whether each has enough people, and those outside of all are as many; or nobody, if two."""
    sizes = [sum(cohort) for cohort in cohorts]
    outside = sum(everybody) - sum(sizes)
    least = 0 if outside == 0 and len(cohorts) > 1 else COHORT
    return bool(cohorts) and min(sizes) >= COHORT and outside >= least


def _outside(told: list[Cohort], now: list[Counts], everybody: Counts) -> _Group:
    """All who are outside of all cohorts that are told together."""
    size, first = len(everybody), told[0]
    joined = _less(
        _sum([first.joined, first.others], size), _sum([each.joined for each in told], size)
    )
    published = None
    if first.published:
        were = _sum([first.published, first.beside], size)
        published = _less(were, _sum([each.published or () for each in told], size))
    return _Group(Cohort(published, joined, ()), _less(everybody, _sum(now, size)), first.looked[1])


def _sum(several: list[Counts], size: int) -> Counts:
    return tuple(map(sum, zip(*(_padded(each, size) for each in several), strict=True)))


def _less(whole: Counts, part: Counts) -> Counts:
    return tuple(max(a - b, 0) for a, b in zip(whole, part, strict=True))


def _renewed(now: Counts, everybody: Counts) -> Cohort:
    nobody = (0,) * len(now)
    return Cohort(now, nobody, nobody, beside=_less(everybody, now))


def _looked_at(cohort: Cohort, others: int) -> Cohort:
    return replace(cohort, looked=(sum(cohort.joined), others))


def figures(counts: Counts) -> Figures:
    """A published snapshot, rounded."""
    voters = sum(counts)
    of = next((grain for below, grain in GRAINS if voters < below), 100)
    smallest, largest = EDGES[of]
    shares = tuple(min(max(_share(count, voters, of), smallest), largest) for count in counts)
    return Figures(_passed(voters), of, shares)


def _share(count: int, voters: int, of: int) -> int:
    """Rounded to the nearest, halves up."""
    return (2 * of * count + voters) // (2 * voters)


def _passed(voters: int) -> int:
    return (voters - 1) // STEP * STEP


@dataclass(frozen=True)
class Movement:
    """Before and after, of the same people. `changed` is in tenths; cells are None if hidden."""

    before: Figures
    after: Figures
    changed: int | None
    cells: tuple[tuple[int | None, ...], ...] | None


def movement(pairs: tuple[Counts, ...]) -> Movement:
    """What may be told of a published snapshot of pairs: by the first vote, then by the second."""
    people = sum(map(sum, pairs))
    before = tuple(map(sum, pairs))
    after = tuple(map(sum, zip(*pairs, strict=True)))
    moved = people - sum(row[at] for at, row in enumerate(pairs))
    smallest, largest = EDGES[10]
    changed = min(max(_share(moved, people, 10), smallest), largest) if people >= CHANGED else None
    cells = _cells(pairs) if people >= CROSSED else None
    return Movement(figures(before), figures(after), changed, cells)


def _cells(pairs: tuple[Counts, ...]) -> tuple[tuple[int | None, ...], ...]:
    """Shares in per cent; small cells are hidden, and others with them.

    A single hidden cell of a row or column could be had from its total, so that a second one is
    hidden with it, until no line has just one.
    """
    people = sum(map(sum, pairs))
    hidden = {
        (row, column)
        for row, counts in enumerate(pairs)
        for column, count in enumerate(counts)
        if count < CELL
    }
    while cell := _complement(pairs, hidden):
        hidden.add(cell)
    smallest, largest = EDGES[100]
    return tuple(
        tuple(
            None
            if (row, column) in hidden
            else min(max(_share(count, people, 100), smallest), largest)
            for column, count in enumerate(counts)
        )
        for row, counts in enumerate(pairs)
    )


Cell = tuple[int, int]


def _complement(pairs: tuple[Counts, ...], hidden: set[Cell]) -> Cell | None:
    """A cell to hide in a row or column in which just one is hidden; None where there is none.

    Rather one that is alone in its other line too, since it serves both; else the smallest.
    """
    size = range(len(pairs))

    def hidden_in(row: int | None, column: int | None) -> int:
        return sum(row in (None, a) and column in (None, b) for a, b in hidden)

    for line in size:
        if hidden_in(line, None) == 1:
            told = [column for column in size if (line, column) not in hidden]
            best = min(told, key=lambda at: (hidden_in(None, at) != 1, pairs[line][at]))
            return line, best
        if hidden_in(None, line) == 1:
            told = [row for row in size if (row, line) not in hidden]
            best = min(told, key=lambda at: (hidden_in(at, None) != 1, pairs[at][line]))
            return best, line
    return None
