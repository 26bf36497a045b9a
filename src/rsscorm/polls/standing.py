"""How somebody stands in a poll, by all the votes that they have given there.

Whoever votes again has several rows; the one with the highest `rev` counts, whatever came first.
A vote is held back, that is kept and not counted, where it lacks the proof that the voter's first
one came with, or while it is in quarantine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

COUNTS, FORGED = 0, 1
"""What votes hold that count, and those without proof; above stands a quarantine's number."""

LATER = 1 << 62
"""Stands for the place in the log of what is only about to be written."""


class Ballot(NamedTuple):
    """A vote as it arrives, in the numbers of the database. `option` counts from 1."""

    poll: int
    voter: bytes
    vote: int
    rev: int
    option: int
    cohort: str
    proof: bytes
    at: int


class Entry(NamedTuple):
    """A row of the log, as far as tallies need it."""

    seq: int
    vote: int
    rev: int
    option: int
    cohort: str
    proof: bytes
    held: int


class Standing(NamedTuple):
    """How somebody stands in a poll, once all that is asked there is answered.

    Only `since` hangs on what came when: the cohort is that of the first vote's lowest `rev`.
    `second` is 0 where a poll is asked once; `since` is the place in the log of the vote that
    made it whole.
    """

    cohort: str
    first: int
    second: int
    since: int


@dataclass
class Voter:
    """All that somebody has given in one poll, in the order of the log."""

    votes: int
    entries: list[Entry] = field(default_factory=list)

    def is_forger(self, ballot: Ballot) -> bool:
        """Whether a vote lacks the proof that the first one had."""
        return bool(self.entries) and self.entries[0].proof != ballot.proof

    def same(self, ballot: Ballot) -> Entry | None:
        """The vote of that number, if there is one."""
        number = (ballot.vote, ballot.rev)
        return next((each for each in self.entries if (each.vote, each.rev) == number), None)

    def knows(self, ballot: Ballot) -> bool:
        """Whether a vote of that number is there; a forged one makes way for a real one."""
        same = self.same(ballot)
        return same is not None and (same.held != FORGED or self.is_forger(ballot))

    def held(self, ballot: Ballot) -> int:
        """By what a further vote is held back: whoever has none that counts gets none by more."""
        if self.is_forger(ballot):
            return FORGED
        return min(each.held for each in self.entries if each.held != FORGED)

    def take(self, ballot: Ballot, held: int) -> Entry:
        """Enter a vote, instead of a forged one of that number if there is one."""
        self.entries = [each for each in self.entries if each is not self.same(ballot)]
        entry = Entry(
            LATER, ballot.vote, ballot.rev, ballot.option, ballot.cohort, ballot.proof, held
        )
        self.entries.append(entry)
        return entry

    def standing(self) -> Standing | None:
        """How they stand, by the votes that count; None while something is unanswered."""
        counted = [each for each in self.entries if each.held == COUNTS]
        if not counted:
            return None
        given = [[each for each in counted if each.vote == vote] for vote in (1, 2)]
        if not all(given[: self.votes]):
            return None
        latest = [max(each, key=lambda entry: entry.rev).option for each in given if each]
        since = max(min(entry.seq for entry in each) for each in given[: self.votes])
        second = latest[1] if self.votes == 2 else 0
        cohort = min(counted, key=lambda entry: (entry.vote, entry.rev)).cohort
        return Standing(cohort, latest[0], second, since)
