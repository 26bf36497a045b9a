"""Whatever happens in whatever order: tallies say what people have said, and no more is told.

A machine of Hypothesis does all that a service goes through, over both databases. Beside it stands
in plain Python who has said what; what must follow from that is written here anew.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import ssl
import tempfile
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from book import check_tallies
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from lrs import Lrs
from polls import RELEASE, SECRET, hash_of, polls_json
from xapi.faults import Faults

from rsscorm.polls import admin, catalog, ledger
from rsscorm.polls.compare import compare
from rsscorm.polls.database import open_database
from rsscorm.polls.desk import ClosedError, Desk, FiguresRequest, VoteRequest
from rsscorm.polls.forward import Forwarder
from rsscorm.polls.keys import Keys, SecretError, pseudonym
from rsscorm.polls.ledger import Ledger
from rsscorm.polls.lrs import Client, credentials
from rsscorm.polls.outbox import LogOutbox, votes
from rsscorm.polls.rebuild import Recount
from rsscorm.polls.schema import prepare
from rsscorm.polls.standing import FORGED
from rsscorm.statement import NAMESPACE, Vote, named_id

OPTIONS = {"safe": ("tell", "wait", "ask"), "rule": ("now", "later")}
LEAST, STEP, GAIN = 11, 10, 2
PEOPLE = 60
SERVICE = "https://polls.example.org"
TODAY = datetime.now(UTC).date()
YESTERDAY = TODAY - timedelta(days=1)


# What people have said.


@dataclass
class Given:
    """A vote; `place` counts all that were taken, `held` is the quarantine that it is in, or 0."""

    place: int
    vote: int
    rev: int
    option: str
    cohort: str
    day: date
    held: int = 0


@dataclass
class Said:
    """All that was said in one poll; `base` is the place from which newcomers are counted."""

    poll: str
    votes: int
    people: dict[int, list[Given]] = field(default_factory=dict)
    proofs: dict[int, object] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)
    base: int = 0
    looked: int = 0
    is_published: bool = False
    published: list[Counter[Any]] = field(default_factory=lambda: [Counter(), Counter()])

    def take(self, who: int, proof: object, given: Given) -> bool:
        """Hear somebody: not if they are erased, are another, or have said just this before."""
        entries = self.people.setdefault(who, [])
        number = (given.vote, given.rev)
        is_known = number in {(each.vote, each.rev) for each in entries}
        if who in self.erased or self.proofs.setdefault(who, proof) != proof or is_known:
            return False
        given.held = min((each.held for each in entries), default=0)
        entries.append(given)
        return True

    def standings(self) -> list[tuple[str, str, str | None, int]]:
        """Cohort, first and second vote, and since when, of whoever has given all."""
        found = [self._standing(entries) for entries in self.people.values()]
        return [each for each in found if each]

    def _standing(self, entries: list[Given]) -> tuple[str, str, str | None, int] | None:
        counted = sorted((e for e in entries if not e.held), key=lambda e: (e.vote, e.rev))
        last = {each.vote: each.option for each in counted}
        if len(last) < self.votes:
            return None
        since = max(min(e.place for e in counted if e.vote == vote) for vote in last)
        return counted[0].cohort, last[1], last.get(2), since

    def tally(self) -> Counter[tuple[str, str, str | None]]:
        """How many stand where."""
        return Counter(each[:3] for each in self.standings())

    def is_due(self) -> bool:
        """Whether enough newcomers have come, and of every vote at least two views.

        Where they all have one, or who has voted again could be seen to have changed, those who
        wait do so for a whole step more.
        """
        standings = self.standings()
        new = [each for each in standings if each[3] > self.base]
        if len(new) < (self.looked + STEP if self.looked else STEP if self.is_published else LEAST):
            return False
        self.looked = len(new)
        counts = [[Counter(each[vote] for each in some) for some in (standings, new)]
                  for vote in range(1, self.votes + 1)]  # fmt: skip
        if len(standings) < LEAST or not all(
            self._is_plain(before, *each)
            for before, each in zip(self.published, counts, strict=False)
        ):
            return False
        self.published = [now for now, _ in counts]
        return True

    def _is_plain(self, before: Counter[Any], now: Counter[Any], new: Counter[Any]) -> bool:
        """Whether newcomers have two views, and alone could have made what is seen to change."""
        gained = [now[option] - before[option] for option in OPTIONS[self.poll]]
        spare = max(sum(new.values()) - sum(gained) - 1, 0)
        views = [sum(each >= GAIN for each in new.values()),
                 sum(each >= GAIN - spare for each in gained)]  # fmt: skip
        return min(views) >= 2 and min(gained) >= -spare

    def change(self, which: Any, held: int, place: int) -> None:
        """Hold votes, or let them count again; if there are any, newcomers are counted anew."""
        found = [each for entries in self.people.values() for each in entries if which(each)]
        for each in found:
            each.held = held
        self.base, self.looked = (place, 0) if found else (self.base, self.looked)


# What the machine does.

Asked = dict[str, Any]

ballots = st.fixed_dictionaries(
    {
        "who": st.integers(0, 3) | st.integers(0, PEOPLE - 1),
        "poll": st.sampled_from(sorted(OPTIONS)),
        "vote": st.sampled_from((1, 2)),
        "rev": st.integers(1, 4),
        "option": st.integers(0, 2),
        "cohort": st.sampled_from((None, "northfield", "southfield")),
        "proof": st.sampled_from(("own", "own", "own", "forged")),
        "day": st.sampled_from((TODAY, YESTERDAY)),
    }
)


class Machine(RuleBasedStateMachine):
    """A service without its process: desk, ledger and database, and who has said what."""

    server = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="rsscorm-machine-"))
        self.store = self.server or str(self.folder / "polls.db")
        if self.server:
            empty(self.server)
        self.said = {"safe": Said("safe", 1), "rule": Said("rule", 2)}
        self.sent: list[Asked] = []
        self.quarantines: dict[int, bool] = {}
        self.taken: set[str] = set()
        self.voids: set[str] = set()
        self.place = 0
        self.is_closed = False

    @initialize()
    def begin(self) -> None:
        """The release is opened for two cohorts."""
        self.keys = Keys(SECRET, self.folder / "salts")
        self.open()
        for cohort in ("northfield", "southfield"):
            admin.open_release(self.database, self.keys, polls_json(cohort=cohort))
        self.desk.read(self.database)
        self.key = self.keys.key(RELEASE)
        self.told = {poll: self.answer(poll) for poll in OPTIONS}

    def open(self) -> None:
        """Open the database, as the service does when it starts."""
        self.database = open_database(self.store)
        self.database.settle()
        prepare(self.database)
        self.desk = Desk(self.keys)
        self.desk.read(self.database)
        self.ledger = Ledger(self.database)

    def answer(self, poll: str) -> bytes:
        """What is told of a poll."""
        return self.desk.told(FiguresRequest(release=RELEASE, poll=poll))

    def voter(self, who: int) -> str:
        """The id that a browser makes of a learner's."""
        return str(uuid.uuid5(NAMESPACE, f"voter|{RELEASE}|{who}"))

    def request(self, asked: Asked) -> VoteRequest:
        """A vote as a package sends it."""
        return VoteRequest(
            release=RELEASE, poll=asked["poll"], vote=asked["vote"], rev=asked["rev"],
            option=asked["option"], voter=self.voter(asked["who"]),
            proof=hash_of(asked["proof"], asked["who"]), cohort=asked["cohort"],
        )  # fmt: skip

    def send(self, batch: list[Asked]) -> None:
        """Votes that come at once, as the service takes them; and what must follow."""
        if self.is_closed:
            with pytest.raises(ClosedError):
                self.desk.ballot(self.request(batch[0]))
            return
        requests = [self.request(asked) for asked in batch]
        taken = [
            self.desk.ballot(request)._replace(at=moment(asked["day"]))
            for request, asked in zip(requests, batch, strict=True)
        ]
        is_new = self.ledger.record(taken, self.desk.polls)
        if is_new:
            self.desk.read(self.database)
        self.sent += batch
        heard = [self.hear(poll, batch) for poll in OPTIONS]
        assert is_new == any(heard)
        for request in requests:
            assert self.desk.told(request) == self.answer(request.poll), "all are answered alike"

    def hear(self, poll: str, batch: list[Asked]) -> bool:
        """What was said in a poll; whether enough has been to publish it anew."""
        said = self.said[poll]
        mine = [asked for asked in batch if asked["poll"] == poll]
        for asked in mine:
            self.place += 1
            given = Given(
                self.place, asked["vote"], asked["rev"], asked["option"], asked["cohort"] or "",
                asked["day"],
            )  # fmt: skip
            if said.take(asked["who"], asked["proof"], given):
                self.taken.add(self.statement(asked["who"], poll, given))
        if not (mine and said.is_due()):
            return False
        said.base, said.looked, said.is_published = self.place, 0, True
        self.told[poll] = self.answer(poll)
        self.check_number(poll, len(said.standings()))
        return True

    def statement(self, who: int, poll: str, given: Given) -> str:
        """The id of the statement that a vote becomes."""
        voter = pseudonym(self.key, poll, self.voter(who))
        return named_id("vote", RELEASE, poll, given.vote, voter.hex(), given.rev)

    def check_number(self, poll: str, voters: int) -> None:
        """The number that is told is passed by those who have voted now, by a step at most."""
        figures = json.loads(self.told[poll])["figures"]
        assert LEAST - 1 <= figures["moreThan"] < voters <= figures["moreThan"] + STEP

    @rule(batch=st.lists(ballots, min_size=1, max_size=6))
    def vote(self, batch: list[Asked]) -> None:
        """People vote, or vote again, in any order; somebody uses a colleague's name."""
        self.send([made(asked) for asked in batch])

    @rule(
        first=st.integers(0, PEOPLE - 1),
        size=st.integers(5, 20),
        poll=st.sampled_from(sorted(OPTIONS)),
        views=st.tuples(st.integers(1, 3), st.integers(1, 3)),
        pattern=ballots,
    )
    def crowd(
        self, first: int, size: int, poll: str, views: tuple[int, int], pattern: Asked
    ) -> None:
        """Colleagues vote together, with one view or with several."""
        self.send(
            [
                made(
                    {**pattern, "who": (first + at) % PEOPLE, "poll": poll, "vote": vote,
                     "option": at % views[vote - 1], "proof": "own"}
                )
                for at in range(size)
                for vote in range(1, self.said[poll].votes + 1)
            ]
        )  # fmt: skip

    @precondition(lambda self: self.sent)
    @rule(chance=st.randoms(use_true_random=False))
    def replay(self, chance: random.Random) -> None:
        """What was sent before comes again, in another order."""
        self.send(chance.sample(self.sent, min(len(self.sent), 12)))

    @precondition(lambda self: self.sent)
    @rule(
        chance=st.randoms(use_true_random=False), rev=st.integers(1, 50), is_answered=st.booleans()
    )
    def forge(self, chance: random.Random, rev: int, is_answered: bool) -> None:
        """Somebody who knows a colleague's name votes for them, perhaps just before they do."""
        known = {**chance.choice(self.sent), "rev": rev}
        one, other = OPTIONS[known["poll"]][:2]
        self.send([{**known, "proof": "forged", "option": one}])
        if is_answered:
            self.send([{**known, "proof": "own", "option": other}])

    @rule()
    def restart(self) -> None:
        """The service ends and starts again."""
        self.database.close()
        self.open()

    @rule(
        cohort=st.sampled_from(("", "northfield", "southfield")),
        days=st.sampled_from(((TODAY, TODAY), (YESTERDAY, TODAY), (YESTERDAY, YESTERDAY))),
    )
    def quarantine(self, cohort: str, days: tuple[date, date]) -> None:
        """A cohort's votes of some days are held back."""
        release = catalog.releases(self.database)[RELEASE]
        number = admin.put_aside(self.database, release, cohort, days, "odd")
        self.quarantines[number] = True

        def is_meant(given: Given) -> bool:
            return not given.held and given.cohort == cohort and days[0] <= given.day <= days[1]

        for said in self.said.values():
            said.change(is_meant, number, self.place)

    @precondition(lambda self: any(self.quarantines.values()))
    @rule(chance=st.randoms(use_true_random=False))
    def undo(self, chance: random.Random) -> None:
        """Votes that were held back count again."""
        number = chance.choice([each for each, is_held in self.quarantines.items() if is_held])
        self.quarantines[number] = False
        admin.put_back(self.database, number)
        for said in self.said.values():
            said.change(lambda given: given.held == number, 0, self.place)

    @rule(who=st.integers(0, PEOPLE - 1))
    def erase(self, who: int) -> None:
        """Somebody's votes are taken out, and never counted again."""
        release = catalog.releases(self.database)[RELEASE]
        if self.is_closed:
            with pytest.raises(SecretError):
                admin.erase(self.database, self.keys, release, [str(who)])
            return
        admin.erase(self.database, self.keys, release, [str(who)])
        for said in self.said.values():
            if entries := said.people.pop(who, None):
                said.erased.add(who)
                said.base, said.looked = self.place, 0
                self.voids |= {self.statement(who, said.poll, given) for given in entries}
        assert {row[0] for row in self.database.execute("SELECT statement FROM void")} == self.voids

    @precondition(lambda self: self.place > 100 and not self.is_closed)
    @rule(sure=st.integers(0, 3))
    def close(self, sure: int) -> None:
        """The release is closed for good."""
        if sure == 3:
            admin.close_release(self.database, self.keys, RELEASE, TODAY)
            self.desk.read(self.database)
            self.is_closed = True

    @rule(chance=st.randoms(use_true_random=False))
    def rebuild(self, chance: random.Random) -> None:
        """The log's votes give the same tallies in any order, and however often they come."""
        rows = self.database.execute(
            "SELECT poll.id, vote, voter, rev, option, cohort, at FROM vote "
            "JOIN poll ON poll.number = vote.poll WHERE held = 0 ORDER BY seq"
        )
        votes = [
            Vote(
                RELEASE,
                poll,
                vote,
                bytes(voter),
                rev,
                OPTIONS[poll][option - 1],
                cohort or None,
                at,
            )
            for poll, vote, voter, rev, option, cohort, at in rows
        ]
        recount = Recount({poll: said.votes for poll, said in self.said.items()})
        for vote in chance.sample(votes * 2, len(votes) * 2):
            recount.add(vote)
        assert recount.tallies() == {
            (poll, cell[0] or None, *cell[1:]): count
            for poll, said in self.said.items()
            for cell, count in said.tally().items()
        }

    @invariant()
    def tallies_are_what_was_said(self) -> None:
        """By the counters, by the log, and by the plain list of who said what."""
        for number, (_, poll) in self.desk.polls.items():
            if poll.id in OPTIONS:
                options = dict(enumerate(OPTIONS[poll.id], 1))
                found = {
                    (cell.cohort, options[cell.first], options.get(cell.second)): cell.voters
                    for cell in ledger.tally(self.database, number)
                }
                assert found == self.said[poll.id].tally()
        with self.database.transaction():
            check_tallies(self.database, self.desk.polls)

    @invariant()
    def what_is_told_stands(self) -> None:
        """Until enough newcomers have come; and nothing is told below eleven."""
        for poll, said in self.said.items():
            assert self.answer(poll) == self.told[poll]
            assert said.is_published == (json.loads(self.told[poll])["figures"] is not None)

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "database"):
            self.database.close()
        shutil.rmtree(self.folder)


class EnoughError(Exception):
    """The service ends while it waits for the LRS."""


class LrsMachine(Machine):
    """The same with an LRS, which has its days."""

    def __init__(self) -> None:
        super().__init__()
        self.lrs = Lrs()
        self.server_of_lrs = self.lrs.serve()
        self.server_of_lrs.__enter__()
        self.endpoint = self.server_of_lrs.endpoint

    @rule(
        seed=st.integers(0, 1_000),
        shares=st.sampled_from(((0, 0, 0), (0.3, 0, 0), (0, 0.3, 0), (0, 0, 0.3), (0.2, 0.1, 0.2))),
    )
    def lrs_fault(self, seed: int, shares: tuple[float, float, float]) -> None:
        """From now on the LRS errs, is busy or loses its answers, more or less often."""
        errors, busy, lost = shares
        self.lrs.faults = Faults(seed, errors=errors, busy=busy, lost=lost)

    @rule(patience=st.sampled_from((0, 0, 1, 3, 30)))
    def forward(self, patience: int) -> None:
        """The LRS is told, as long as the service lives."""
        with suppress(EnoughError):
            asyncio.run(self.drained(patience))

    async def drained(self, patience: int) -> None:
        """Tell all; or end after so many pauses."""
        pauses = count()

        async def pause(seconds: float) -> None:
            if next(pauses) >= patience:
                raise EnoughError

        async with Client(self.endpoint, credentials()) as client:
            await Forwarder(LogOutbox(self.database), client, SERVICE, pause=pause).drain()

    @rule()
    def rebuild_from_lrs(self) -> None:
        """What the LRS has, and what it has not been told of yet, are what is served."""
        faults, self.lrs.faults = self.lrs.faults, Faults()
        assert compare(self.database, RELEASE, self.endpoint, SERVICE).differences == []
        self.lrs.faults = faults

    def teardown(self) -> None:
        """Each vote was told once, those erased were voided, and nothing else is there."""
        if hasattr(self, "database"):
            self.lrs.faults = Faults()
            asyncio.run(self.drained(0))
            self.rebuild_from_lrs()
            rows = votes(self.database, "vote.held <> ?", FORGED)
            verbs = {each["id"]: each["verb"]["id"] for each in self.lrs.statements}
            told = {id for id, verb in verbs.items() if verb.endswith("answered")}
            assert {row.vote.id for row in rows} <= told <= self.taken
            voided = {
                each["object"]["id"] for each in self.lrs.statements if each["id"] not in told
            }
            assert voided == self.voids
        self.server_of_lrs.__exit__()
        super().teardown()


def made(asked: Asked) -> Asked:
    """A vote that the poll knows: of two options the third is the first, of one vote the second."""
    options = OPTIONS[asked["poll"]]
    option = options[asked["option"] % len(options)]
    return {**asked, "option": option, "vote": asked["vote"] if asked["poll"] == "rule" else 1}


def moment(day: date) -> int:
    """As the service keeps it of an anonymous poll."""
    return int(datetime.combine(day, datetime.min.time(), UTC).timestamp())


def empty(store: str) -> None:
    """Drop all tables of a PostgreSQL database."""
    with psycopg.connect(store, autocommit=True) as connection:
        connection.execute("SET client_min_messages = error")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def run(machine: type[Machine], store: str, examples: int) -> None:
    """Try so many ways through a machine; a third of them on a server, which takes its time."""

    is_server = store.startswith("postgres")

    class Here(machine):  # type: ignore[misc, valid-type]
        server = store if is_server else ""

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples // 3 if is_server else examples,
            stateful_step_count=30, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("examples", [45, pytest.param(300, marks=pytest.mark.long)])
def test_whatever_happens_tallies_are_right(store: str, examples: int) -> None:
    """In any order of votes, forgeries, restarts, quarantines, erasures and the end."""
    run(Machine, store, examples)


@pytest.mark.parametrize("examples", [15, pytest.param(80, marks=pytest.mark.long)])
def test_whatever_happens_the_lrs_agrees(
    store: str, examples: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same with an LRS that errs: it hears of each vote once, and its tallies are those."""
    # The world's certificates take longer to read than all else does.
    monkeypatch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
    monkeypatch.setenv("RSSCORM_LRS_KEY", "launch")
    monkeypatch.setenv("RSSCORM_LRS_SECRET", "let-me-in")
    run(LrsMachine, store, examples)
