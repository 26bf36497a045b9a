"""Somebody who forges votes around a colleague's, to read it: disclosure control can't prevent it.

Votes cannot be proven to be a person's (SCORM 1.2). The forger knows how every forged voter votes,
knows that one real vote is among them, and chooses the forged ones so that the figures must come
out differently for either answer of that one. What is reckoned with are the exact counts that the
figures, as rounded, leave possible.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from rsscorm.polls.disclosure import GAIN, LEAST, STEP, Counts, figures

FORGED = range(STEP - 1, 3 * STEP)
"""So many are forged in the victim's step."""


def figures_of(first: int, voters: int) -> object:
    """What is told where so many of the voters chose the first of two options."""
    return figures((first, voters - first))


def read(share: float, voters: int, dice: random.Random) -> tuple[int, set[int]]:
    """A poll of 11, 21, ... real voters: how many chose the first option, and how many may have.

    Snapshots come in steps in which both options gain, and all of them are read.
    """
    possible, first = {0}, 0
    for there, gained in steps(share, voters, dice):
        first += gained[0]
        told = figures_of(first, there)
        possible = {
            before + step
            for before in possible
            for step in range(GAIN, sum(gained) - GAIN + 1)
            if figures_of(before + step, there) == told
        }
    return first, possible


def steps(share: float, voters: int, dice: random.Random) -> Iterator[tuple[int, Counts]]:
    """The steps of a poll: how many are there then, and what its newcomers chose."""
    there = 0
    while there < voters:
        size = LEAST if there == 0 else STEP
        first = min(max(sum(dice.random() < share for _ in range(size)), GAIN), size - GAIN)
        there += size
        yield there, (first, size - first)


def tells(possible: set[int], voters: int, forged: Counts) -> dict[object, set[tuple[int, int]]]:
    """By what is told after the victim's step: the counts before and the victim's votes."""
    found: dict[object, set[tuple[int, int]]] = {}
    for before in possible:
        for vote in (0, 1):
            told = figures_of(before + vote + forged[0], voters + 1 + sum(forged))
            found.setdefault(told, set()).add((before, vote))
    return found


def sure(cases: set[tuple[int, int]]) -> bool:
    """Whether all that is possible agrees on the victim's vote."""
    return len({vote for _, vote in cases}) == 1


def forge(possible: set[int], voters: int) -> Counts:
    """The forged votes that are most likely to tell the victim's."""

    def chance(forged: Counts) -> int:
        found = tells(possible, voters, forged).values()
        return sum(len(cases) for cases in found if sure(cases))

    mixes = ((some, size - some) for size in FORGED for some in range(GAIN, size - GAIN + 1))
    return max(mixes, key=chance)


def narrow(possible: set[int], first: int, voters: int) -> tuple[set[int], int, int]:
    """What a patient forger does before: whole steps of forged votes that tell the counts apart."""
    for _ in range(40):
        if len(possible) == 1:
            break
        mixes = [(some, size - some) for size in (10, 11, 13) for some in range(2, size - 1)]
        forged = min(mixes, key=lambda mix: _largest(possible, voters, mix))
        first, voters = first + forged[0], voters + sum(forged)
        told = figures_of(first, voters)
        moved = {before + forged[0] for before in possible}
        possible = {count for count in moved if figures_of(count, voters) == told}
    return possible, first, voters


def _largest(possible: set[int], voters: int, forged: Counts) -> int:
    """How many counts would be left at worst."""
    found: dict[object, int] = {}
    for before in possible:
        told = figures_of(before + forged[0], voters + sum(forged))
        found[told] = found.get(told, 0) + 1
    return max(found.values())


def exposed(share: float, voters: int, seed: int, patient: bool) -> tuple[bool, int]:
    """Whether the forger knows, in the end, how the victim voted; and how many were forged."""
    dice = random.Random(f"{share} {voters} {seed}")
    first, possible = read(share, voters, dice)
    real = voters
    if patient:
        possible, first, voters = narrow(possible, first, voters)
    forged = forge(possible, voters)
    vote = int(dice.random() < share)
    told = figures_of(first + vote + forged[0], voters + 1 + sum(forged))
    return sure(tells(possible, voters, forged)[told]), voters - real + sum(forged)
