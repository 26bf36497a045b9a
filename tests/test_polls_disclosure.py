"""Colleagues are compared, and nobody is exposed: what the service tells of votes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rsscorm
from rsscorm.polls import disclosure
from rsscorm.polls.disclosure import (
    EDGES,
    Cohort,
    Counts,
    Figures,
    Rules,
    figures,
    is_due,
    movement,
    next_cohorts,
)
from rsscorm.polls.openapi import description
from rsscorm.source import snapshot

RULES = Rules()
TOLD = Path(rsscorm.__file__).parent / "player" / "told.ts"


def next_snapshot(
    published: Counts | None, now: Counts, joined: Counts, rules: Rules
) -> Counts | None:
    """The counts that are published from now on: `now`, or still those of before."""
    return now if is_due(published, now, joined, rules) else published


def test_nothing_is_told_of_ten() -> None:
    """Ten voters are told nothing; eleven are, if they didn't all say the same."""
    assert next_snapshot(None, (6, 4), (6, 4), RULES) is None
    assert next_snapshot(None, (6, 5), (6, 5), RULES) == (6, 5)
    assert next_snapshot(None, (11, 0), (11, 0), RULES) is None
    assert next_snapshot(None, (10, 1), (10, 1), RULES) is None


def test_a_snapshot_stands_until_enough_have_joined() -> None:
    """Nine newcomers change nothing, and neither do ten who vote alike."""
    assert next_snapshot((6, 5), (11, 9), (5, 4), RULES) == (6, 5)
    assert next_snapshot((6, 5), (16, 5), (10, 0), RULES) == (6, 5)
    assert next_snapshot((6, 5), (15, 6), (9, 1), RULES) == (6, 5)
    assert next_snapshot((6, 5), (14, 7), (8, 2), RULES) == (14, 7)


def test_votes_that_change_make_no_snapshot() -> None:
    """Changed votes, or votes taken out, wait for newcomers, and then are in."""
    assert next_snapshot((6, 5), (2, 9), (0, 0), RULES) == (6, 5)
    assert next_snapshot((6, 5), (4, 3), (0, 0), RULES) == (6, 5)
    assert next_snapshot((6, 5), (7, 10), (5, 5), RULES) == (7, 10)
    assert next_snapshot((6, 5), (5, 5), (5, 5), RULES) == (6, 5), "fewer than 11 are left"


def test_a_changed_vote_that_could_be_seen_waits() -> None:
    """Nothing is told that newcomers alone can't have done: a step of ten gives at most eight."""
    assert next_snapshot((6, 5), (15, 6), (8, 2), RULES) == (6, 5), "one has changed to the first"
    assert next_snapshot((6, 5), (14, 7), (7, 3), RULES) == (14, 7), "nobody knows if one has"
    assert next_snapshot((6, 4, 1), (12, 9, 0), (5, 5, 0), RULES) == (6, 4, 1), "one has left"
    assert next_snapshot((6, 5), (14, 6), (8, 2), RULES) == (6, 5), "who was taken out is known"
    assert next_snapshot((6, 5), (13, 7), (8, 2), RULES) == (13, 7), "nobody knows who was"
    assert next_snapshot((60, 90), (65, 15), (5, 5), RULES) == (65, 15), "many were taken out"


def test_a_module_may_only_be_stricter() -> None:
    """Higher thresholds hold; lower ones are refused."""
    strict = Rules(least=50, step=20)
    assert next_snapshot(None, (30, 19), (30, 19), strict) is None
    assert next_snapshot((30, 20), (40, 29), (10, 9), strict) == (30, 20)
    for less in ({"least": 10}, {"step": 9}):
        with pytest.raises(ValueError, match="protect voters"):
            Rules(**less)


def test_shares_are_the_coarser_the_fewer_there_are() -> None:
    """Tenths below 100 voters, twentieths below 400, then whole per cents; never all or nothing."""
    assert figures((13, 8)) == Figures(more_than=20, of=10, shares=(6, 4))
    assert figures((20, 1)) == Figures(more_than=20, of=10, shares=(9, 1))
    assert figures((150, 50)) == Figures(more_than=190, of=20, shares=(15, 5))
    assert figures((399, 1)) == Figures(more_than=390, of=100, shares=(96, 4))


@given(st.lists(st.integers(0, 500), min_size=2, max_size=11).filter(lambda c: sum(c) >= 11))
def test_a_share_is_near_the_truth(counts: list[int]) -> None:
    """What is told is off by half a part at most, but at the edges; the number was passed."""
    told = figures(tuple(counts))
    smallest, largest = disclosure.EDGES[told.of]
    for count, share in zip(counts, told.shares, strict=True):
        true = told.of * count / sum(counts)
        assert abs(share - true) <= 0.5 or (share, true < share) in (
            (smallest, True),
            (largest, False),
        )
    assert told.more_than < sum(counts) <= told.more_than + 10


def test_a_cohort_and_the_rest_are_both_large() -> None:
    """Neither a small cohort nor, by subtraction, a small rest can be told."""
    for cohort, is_told in (((60, 39), False), ((260, 141), False), ((60, 40), True)):
        others = (300 - cohort[0], 200 - cohort[1])
        known = {"northfield": Cohort(None, cohort, others)}
        told = next_cohorts(known, {"northfield": cohort}, (300, 200), RULES)["northfield"]
        assert told.published == (cohort if is_told else None)


def test_movement() -> None:
    """How many changed their answer is told from 50 pairs, and how they did from 200."""
    few = movement(((20, 9), (5, 15)))
    assert (few.changed, few.cells) == (None, None)
    some = movement(((20, 15), (5, 15)))
    assert (some.before.shares, some.after.shares) == ((6, 4), (5, 5))
    assert (some.changed, some.cells) == (4, None)
    many = movement(((90, 40), (10, 80)))
    assert many.cells == ((41, 18), (5, 36))


def test_small_cells_are_hidden_with_their_complements() -> None:
    """No cell under 8 is told, nor can it be had from the totals of its row or column."""
    pairs = ((90, 3, 40), (20, 80, 30), (15, 25, 60))
    assert movement(pairs).cells == ((25, None, None), (6, 22, 8), (4, None, None))


@given(
    st.integers(2, 5).flatmap(
        lambda size: st.lists(
            st.lists(st.integers(0, 40), min_size=size, max_size=size).map(tuple),
            min_size=size,
            max_size=size,
        ).map(tuple)
    )
)
def test_no_line_has_just_one_hidden_cell(pairs: tuple[Counts, ...]) -> None:
    """Of no row and no column could the one cell that is not told be had by subtraction."""
    cells = movement(pairs).cells if sum(map(sum, pairs)) >= disclosure.CROSSED else None
    for line in [*(cells or ()), *zip(*(cells or ()), strict=True)]:
        assert list(line).count(None) != 1
    for counts, told in zip(pairs, cells or (), strict=False):
        assert all(share is None for count, share in zip(counts, told, strict=True) if count < 8)


Publish = Callable[[Counts | None, Counts, Counts], Counts | None]


def careful(published: Counts | None, now: Counts, joined: Counts) -> Counts | None:
    """The rules as they are."""
    return next_snapshot(published, now, joined, RULES)


def without_the_two_options(published: Counts | None, now: Counts, joined: Counts) -> Counts | None:
    """The rules without the one that a step must not be unanimous: the control."""
    needed = RULES.least if published is None else RULES.step
    return now if sum(joined) >= needed else published


def snapshots(votes: list[int], options: int, publish: Publish) -> Iterator[tuple[Counts, Counts]]:
    """Each snapshot as votes come in, with what the newcomers since the last one chose."""
    published: Counts | None = None
    now, joined = [0] * options, [0] * options
    for vote in votes:
        now[vote] += 1
        joined[vote] += 1
        after = publish(published, tuple(now), tuple(joined))
        if after != published and after is not None:
            yield after, tuple(joined)
            published, joined = after, [0] * options


class Observer:
    """Knows who voted in each step and how the figures are made, and reckons back."""

    def __init__(self, options: int, publish: Publish) -> None:
        self.options, self.publish = options, publish
        self.possible: set[Counts] = {(0,) * options}
        self.is_first = True

    def read(self, told: Figures, newcomers: int) -> bool:
        """Read a snapshot; whether the votes of its newcomers are now certain."""
        steps = {
            (before, step)
            for before in self.possible
            for step in compositions(newcomers, self.options)
            if figures(now := plus(before, step)) == told
            and self.publish(None if self.is_first else before, now, step) == now
        }
        self.possible = {plus(before, step) for before, step in steps}
        self.is_first = False
        return all(max(step) == newcomers for _, step in steps)


def plus(one: Counts, other: Counts) -> Counts:
    """The votes of both."""
    return tuple(a + b for a, b in zip(one, other, strict=True))


def compositions(total: int, parts: int) -> Iterator[Counts]:
    """Every way in which so many voters can have chosen."""
    for some in product(range(total + 1), repeat=parts - 1):
        if sum(some) <= total:
            yield (*some, total - sum(some))


def identified(publish: Publish, share: float, options: int, cohort: int) -> int:
    """How many of a cohort's votes the observer knows for certain."""
    dice = random.Random(f"{share} {options} {cohort}")
    weights = [share, *[(1 - share) / (options - 1)] * (options - 1)]
    votes = dice.choices(range(options), weights, k=cohort)
    observer = Observer(options, publish)
    known = 0
    for counts, joined in snapshots(votes, options, publish):
        if observer.read(figures(counts), sum(joined)):
            known += sum(joined)
    return known


CASES = [(share, options, cohort)
         for share in (0.5, 0.7, 0.85, 0.95)
         for options in (2, 3)
         for cohort in (11, 21, 51, 99, 120, 250)]  # fmt: skip


def test_an_observer_learns_nobody_s_vote() -> None:
    """Nobody is known for certain at any size of cohort; without the two options some are."""
    careless = sum(identified(without_the_two_options, *case) for case in CASES)
    known = {case: identified(careful, *case) for case in CASES}
    voters = sum(cohort for *_, cohort in CASES)
    print(f"{voters} votes in {len(CASES)} cohorts: {sum(known.values())} known for certain; "
          f"without the rule of two options {careless}")  # fmt: skip
    assert not any(known.values())
    assert careless > 0


def test_what_is_told_has_the_same_edges_everywhere() -> None:
    """The service rounds, describes, and the build and the page read within one set of bounds."""
    found = re.search(r"export const EDGES\b.*= (.*);", TOLD.read_text("utf-8"))
    assert found
    bounds = re.findall(r"(\d+): \[(\d+), (\d+)\]", found[1])
    assert {int(of): (int(least), int(most)) for of, least, most in bounds} == EDGES
    assert snapshot.EDGES == EDGES
    schemas = description()["components"]["schemas"]
    told = schemas["Figures"]["properties"]
    assert told["of"]["enum"] == list(EDGES)
    for of, (least, most) in EDGES.items():
        assert f"{least} and {most} of {of}" in told["of"]["description"]
    shares = told["shares"]["additionalProperties"]
    edges = list(EDGES.values())
    assert (shares["minimum"], shares["maximum"]) == (min(edges)[0], max(edges)[1])
