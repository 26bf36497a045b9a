"""A vote log in memory, as the forwarder sees one, and votes to fill it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from rsscorm.polls.forward import Row, Void
from rsscorm.polls.lrs import Credentials
from rsscorm.polls.standing import FORGED
from rsscorm.statement import Asked, Vote

KEY, SECRET = "polls", "canary-secret-\N{SNOWMAN}"
CREDENTIALS = Credentials(KEY, SECRET)

SERVICE = "https://polls.example.org"
RELEASE = "boundaries-on-the-ward.3f2a9c1e"
MODULE = "https://learning.example.org/boundaries-on-the-ward"
DAY = 1_795_996_800


@dataclass(frozen=True)
class Poll:
    """A poll as a release has it."""

    id: str
    votes: int
    options: tuple[str, ...]
    first: str | None = None
    kind: str = "options"

    def activity_of(self, vote: int) -> str:
        """The IRI that a vote was given to."""
        return f"{MODULE}/{self.first if self.first and vote == 1 else self.id}"

    def asked(self, vote: int) -> Asked:
        """The same in the standard's words."""
        kind = "likert" if self.kind == "scale" else "choice"
        return Asked(MODULE, self.activity_of(vote), kind, self.options)  # type: ignore[arg-type]


POLLS = (
    Poll("usually", 1, ("now", "later", "never")),
    Poll("bent-rule", 2, ("tell", "ask"), first="before"),
    Poll("listen", 2, ("1", "2", "3", "4"), kind="scale"),
)


@dataclass
class Memory:
    """A log and what each LRS has been told of it; everything in memory."""

    rows: list[Row] = field(default_factory=list)
    voiding: list[Void] = field(default_factory=list)
    told: int = 0
    taken_back: int = 0
    dead: dict[int, str] = field(default_factory=dict)
    states: list[str] = field(default_factory=list)

    def cursor(self, lrs: str) -> int:
        """How far the LRS has been told."""
        return self.told

    def votes_after(self, seq: int, limit: int) -> Sequence[Row]:
        """The next rows; numbers begin at 1 and have no gaps here."""
        return self.rows[seq : seq + limit]

    def asked(self, release: str, poll: str, vote: int) -> Asked:
        """What a vote was given to."""
        assert release == RELEASE
        return next(one for one in POLLS if one.id == poll).asked(vote)

    def advance(self, lrs: str, seq: int) -> None:
        """All up to there is told."""
        assert seq > self.told
        self.told = seq

    def dead_letter(self, lrs: str, seq: int, why: str) -> None:
        """The LRS does not take it."""
        self.dead[seq] = why

    def voids(self, lrs: str, limit: int) -> Sequence[Void]:
        """What is due to be taken back."""
        due = [v for v in self.voiding if v.number > self.taken_back and v.after <= self.told]
        return due[:limit]

    def void_sent(self, lrs: str, number: int) -> None:
        """All up to there is taken back."""
        self.taken_back = number

    def tell(self, lrs: str, state: str) -> None:
        """How it goes."""
        self.states.append(state)

    def add(self, vote: Vote, held: int = 0) -> Row:
        """Enter a vote."""
        row = Row(len(self.rows) + 1, vote, held)
        self.rows.append(row)
        return row

    def take_back(self, row: Row) -> None:
        """Ask for a vote's statement to be voided."""
        self.voiding.append(Void(len(self.voiding) + 1, row.vote.id, row.seq, DAY))

    def ids(self) -> set[str]:
        """Of the statements that an LRS is to hear of."""
        return {row.vote.id for row in self.rows if row.held != FORGED}


def vote(
    voter: int = 1,
    poll: str = "usually",
    number: int = 1,
    rev: int = 1,
    option: str = "now",
    cohort: str | None = None,
) -> Vote:
    """One vote."""
    who = uuid.UUID(int=voter).bytes
    return Vote(RELEASE, poll, number, who, rev, option, cohort, DAY)


def votes(count: int, seed: int = 1) -> Memory:
    """A log of so many: votes given once and again, in some disorder, some of them held back."""
    draw = random.Random(seed)
    given: dict[str, Vote] = {}
    while len(given) < count:
        poll = draw.choice(POLLS)
        one = vote(
            draw.randrange(count // 2 + 1) << 64 | 0xBEEF,
            poll.id,
            draw.randint(1, poll.votes),
            draw.randint(1, 3),
            draw.choice(poll.options),
            draw.choice(("northfield", "southfield", None)),
        )
        given.setdefault(one.id, one)
    memory = Memory()
    for one in given.values():
        memory.add(one, draw.choices((0, FORGED, 2), (96, 2, 2))[0])
    return memory
