"""What can be learnt of votes by whoever reads all that is published, and by whoever forges votes.

The observer knows who voted when, and every rule; its reckoning is exact (observer.py). Where
there are too many ways to vote, it is also told the exact counts of each snapshot, which nobody
is: what it can't identify then, nobody can.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pytest
from forger import exposed
from observer import Told, Vote, asked, choices, identified

from rsscorm.polls import disclosure
from rsscorm.polls.disclosure import Cohort, Counts, Rules

SHARES = (0.5, 0.7, 0.85, 0.95)


class Case(NamedTuple):
    """A poll and a crowd: of how many, how alike, which part of them is a cohort.

    `again` of them vote a second time, some time later.
    """

    votes: int
    options: int
    size: int
    share: float
    exact: bool = False
    part: float = 0
    seed: int = 0
    again: int = 0

    def identified(self) -> int:
        """How many of their votes the observer knows in the end."""
        return identified(Told(asked(self.votes, self.options), self.exact), [*self.crowd()])

    def crowd(self) -> Iterator[Vote]:
        """People in the order in which they vote."""
        dice = random.Random(repr(self))
        ways = choices(asked(self.votes, self.options))
        others = (1 - self.share) / (len(ways) - 1)
        weights = [self.share, *[others] * (len(ways) - 1)]
        for who in self.order(dice):
            [choice] = dice.choices(ways, weights)
            # Who votes twice is of no cohort, or of another if they are even in number.
            is_part = self.part > who % 2 if who else dice.random() < self.part
            yield Vote(who, "northfield" if is_part else "", choice)

    def order(self, dice: random.Random) -> list[int]:
        """Who votes when: those who vote twice are numbered from 1."""
        order = [0] * (self.size - self.again)
        for who in range(1, self.again + 1):
            for _ in range(2):
                order.insert(dice.randint(0, len(order)), who)
        return order


def cases(votes: int, options: int, sizes: Iterable[int], exact: bool = False) -> list[Case]:
    """Crowds of these sizes, from divided to nearly unanimous."""
    return [Case(votes, options, size, share, exact) for size in sizes for share in SHARES]


ONCE = [
    *cases(1, 2, (11, 21, 51, 99, 101, 201)),
    *cases(1, 2, (21, 51, 101, 201, 401), exact=True),
]
THREE = cases(1, 3, (11, 21, 31))
TWICE = cases(2, 2, (11,))
AGAIN = [
    *(Case(1, 2, size, share, again=2) for size in (21, 31, 51) for share in SHARES),
    *(Case(1, 2, size, share, True, seed=seed, again=2) for size in (51, 101)
      for share in SHARES for seed in range(8)),
    *(Case(1, 3, 21, share, again=1) for share in SHARES),
]  # fmt: skip
COHORTS = [
    Case(1, 2, size, share, exact=True, part=part)
    for size, part, share in ((220, 0.5, 0.95), (320, 0.4, 0.5))
]
LONG = [
    *cases(1, 2, (401, 1001)),
    *cases(1, 3, (51,)),
    *cases(2, 2, (21,)),
    *cases(1, 3, (251,), exact=True),
    *cases(2, 2, (51,), exact=True),
    *(
        Case(1, 2, size, share, True, seed=seed, again=3)
        for size in (21, 101, 201)
        for share in SHARES
        for seed in range(8)
    ),
    *(Case(1, 3, 31, share, seed=seed, again=2) for share in SHARES for seed in range(4)),
    *[
        Case(1, 2, size, share, exact=True, part=part)
        for size, part in ((520, 0.25), (1000, 0.3))
        for share in SHARES
    ],
]


def known(several: list[Case]) -> int:
    """How many votes are known in all these cases, printed."""
    found = sum(case.identified() for case in several)
    voters = sum(case.size for case in several)
    print(f"{len(several)} crowds, {voters:,} voters: {found} identified ({found / voters:.1%})")
    return found


@pytest.mark.parametrize(
    "several", [ONCE, THREE, TWICE, AGAIN, COHORTS], ids=["2", "3", "twice", "again", "part"]
)
def test_nobody_s_vote_can_be_read(several: list[Case]) -> None:
    """Whoever knows who voted in each step, and reads all that is published, knows no vote."""
    assert known(several) == 0


@pytest.mark.long
@pytest.mark.parametrize("case", LONG, ids=str)
def test_nobody_s_vote_can_be_read_in_large_polls_and_cohorts(case: Case) -> None:
    """The same, to a thousand voters and cohorts of one to three hundred among them."""
    assert known([case]) == 0


def test_without_two_options_votes_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where a step may be unanimous, some are known."""
    monkeypatch.setattr(disclosure, "GAIN", 0)
    assert known(ONCE) > 0


def test_when_figures_change_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: if whoever is the first to disagree ended a wait, that vote would be known."""
    monkeypatch.setattr(disclosure, "is_time", lambda is_first, joined, looked, rules: True)
    assert known(ONCE) > 0


def test_where_changed_votes_show_they_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: if figures changed by more than newcomers could, who voted again is known."""
    monkeypatch.setattr(disclosure, "hides_changes", lambda published, now, joined: True)
    assert known(AGAIN) > 0


def hasty(
    known: dict[str, Cohort], now: Mapping[str, Counts], everybody: Counts, rules: Rules
) -> dict[str, Cohort]:
    """Cohorts that change whenever everybody's figures do."""
    least = disclosure.COHORT
    large = [name for name in now if least <= sum(now[name]) <= sum(everybody) - least]
    return known | {name: Cohort(now[name], (0,) * 2, (0,) * 2) for name in large}


def test_without_newcomers_on_both_sides_votes_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where a cohort's figures don't wait for ten on both sides, some are known."""
    monkeypatch.setattr(disclosure, "next_cohorts", hasty)
    assert known(COHORTS) > 0


def test_few_outside_two_cohorts_are_not_left_over() -> None:
    """Where all but one are in two cohorts, neither is told: the rest would be that one's vote."""
    north, south, one = (90, 60), (70, 80), (0, 1)
    names = {"north": north, "south": south}
    everybody = tuple(map(sum, zip(north, south, one, strict=True)))
    new = {
        name: Cohort(None, votes, tuple(a - b for a, b in zip(everybody, votes, strict=True)))
        for name, votes in names.items()
    }
    assert disclosure.next_cohorts(new, names, everybody, Rules()) == new
    nobody_else = tuple(map(sum, zip(north, south, strict=True)))
    told = disclosure.next_cohorts(new, names, nobody_else, Rules())
    assert [each.published for each in told.values()] == [north, south]


def test_one_newcomer_of_a_third_cohort_is_not_left_over() -> None:
    """Where two cohorts have ten newcomers and a third has one, all three wait."""
    votes = dict.fromkeys(("north", "south", "west"), (60, 60))
    known = {
        "north": Cohort((55, 55), (5, 5), (6, 5)),
        "south": Cohort((55, 55), (5, 5), (6, 5)),
        "west": Cohort((59, 60), (1, 0), (10, 10)),
    }
    assert disclosure.next_cohorts(known, votes, (180, 180), Rules()) == known


SIZES = (11, 21, 51, 101, 201, 401, 1001)


def victims(size: int, times: int, patient: bool) -> tuple[float, float]:
    """The share of victims whose vote a forger knows, and how many votes that took."""
    found = [
        exposed(share, size, seed, patient) for share in (0.5, 0.7, 0.85) for seed in range(times)
    ]
    return sum(is_known for is_known, _ in found) / len(found), sum(n for _, n in found) / len(
        found
    )


def table(times: int, sizes: Iterable[int] = SIZES) -> list[tuple[int, float, float, float]]:
    """By size of the poll: victims known by one step of forged votes, by many, and how many."""
    print("voters | known after one step | after many | forged for that")
    rows = []
    for size in sizes:
        once, _ = victims(size, times, patient=False)
        often, forged = victims(size, times, patient=True)
        rows.append((size, once, often, forged))
        print(f"{size:6} | {once:20.0%} | {often:10.0%} | {forged:15.0f}")
    return rows


def test_what_forged_votes_reveal() -> None:
    """The fewer vote, the more a forger learns at once; and with patience always all."""
    small, large = table(5, (11, 401))
    assert small[1] > large[1]
    assert small[2] > 0.9 and large[2] > 0.9, "the documentation must not promise more"


@pytest.mark.long
def test_what_forged_votes_reveal_by_size() -> None:
    """The table of the documentation."""
    assert len(table(40)) == len(SIZES)
