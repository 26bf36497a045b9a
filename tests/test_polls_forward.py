"""Votes reach an LRS, each exactly once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import count

import httpx
import pytest
from lrs import Lrs, LrsServer
from outbox import CREDENTIALS, KEY, POLLS, RELEASE, SECRET, SERVICE, Memory, vote, votes
from xapi.faults import Fault, Faults, Repeats
from xapi.rules import VOIDED

from rsscorm.polls import forward
from rsscorm.polls.forward import BATCH, STOPPED, Forwarder, Row
from rsscorm.polls.lrs import Client
from rsscorm.polls.rebuild import Recount, differences, rebuild
from rsscorm.polls.standing import FORGED
from rsscorm.statement import Vote, voted


@dataclass
class World:
    """An LRS, an outbox, and a clock that runs only while somebody waits."""

    outbox: Memory
    lrs: Lrs
    served: LrsServer
    now: float = 0
    pauses: list[float] = field(default_factory=list)
    later: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    kill: Callable[[], object] = lambda: None

    async def pause(self, seconds: float) -> None:
        """Let so much time pass at once, with what was to happen in it."""
        self.now += seconds
        self.pauses.append(seconds)
        due = [what for when, what in self.later if when <= self.now]
        self.later = [one for one in self.later if one[0] > self.now]
        for what in due:
            await asyncio.to_thread(what)
        await asyncio.sleep(0)

    def after(self, seconds: float, what: Callable[[], object]) -> None:
        """Let something happen then."""
        self.later.append((self.now + seconds, what))

    async def forward(self) -> None:
        """Tell everything, or be killed on the way."""
        async with Client(self.served.endpoint, CREDENTIALS, self.pause) as client:
            self.task = asyncio.create_task(
                Forwarder(self.outbox, client, SERVICE, pause=self.pause).drain()
            )
            loop = asyncio.get_running_loop()
            self.kill = lambda: loop.call_soon_threadsafe(self.task.cancel)
            await self.task

    def run(self) -> int:
        """Tell everything; in how many lives."""
        for lives in count(1):
            try:
                asyncio.run(self.forward())
            except (Killed, asyncio.CancelledError):
                continue
            return lives
        raise AssertionError

    def posts(self) -> int:
        """How many POSTs have come."""
        return sum(visit.method == "POST" for visit in self.lrs.journal)

    def ids(self) -> set[str]:
        """Of all statements that the LRS holds, but for those that void others."""
        return {one["id"] for one in self.lrs.statements if one["verb"]["id"] != VOIDED}


class Killed(Exception):  # noqa: N818 - not an error of the forwarder
    """The forwarder's process is no more."""


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something to be so."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def secrets_of(world: World) -> Iterator[str]:
    """What no log may hold: the secret as such and as it is sent, ids and pseudonyms."""
    yield from ("canary-secret", world.lrs.authorization.removeprefix("Basic "))
    for row in world.outbox.rows:
        yield from (row.vote.id, row.vote.voter.hex())


@pytest.fixture
def world() -> Iterator[World]:
    """An LRS with nothing in it, and an empty log."""
    lrs = Lrs(KEY, SECRET)
    with lrs.serve() as served:
        yield World(Memory(), lrs, served)


def test_votes_are_told(world: World) -> None:
    """Batches of a hundred; what is forged is told nobody, what is in quarantine is."""
    world.outbox = votes(250)
    world.run()
    assert world.ids() == world.outbox.ids()
    assert {row.held for row in world.outbox.rows} == {0, FORGED, 2}
    assert world.posts() == 3
    assert world.outbox.told == 250
    assert world.outbox.states == ["sending", "idle"]
    world.run()
    assert world.posts() == 3


def test_the_order_says_nothing(world: World) -> None:
    """Inside a batch statements are in the order of their ids, not of the votes."""
    world.outbox = votes(80)
    world.run()
    [visit] = world.lrs.journal
    told = [one["id"] for one in visit.body]
    assert told == sorted(told)
    assert told != [row.vote.id for row in world.outbox.rows if row.held != FORGED]


def test_only_forged_votes(world: World) -> None:
    """Nothing is sent, and the cursor goes on."""
    world.outbox.add(vote(), FORGED)
    world.run()
    assert (world.posts(), world.outbox.told) == (0, 1)


def test_a_vote_is_taken_back(world: World) -> None:
    """A request of a data subject: voided after the vote was told, and the LRS keeps the vote."""
    row = world.outbox.add(vote())
    world.outbox.take_back(row)
    world.outbox.add(vote(2))
    world.run()
    [*_, voiding] = world.lrs.statements
    assert voiding["actor"]["account"] == {"homePage": SERVICE, "name": "service"}
    assert voiding["object"] == {"objectType": "StatementRef", "id": row.vote.id}
    world.outbox.told = world.outbox.taken_back = 0
    world.run()
    assert len(world.lrs.statements) == 3
    assert world.outbox.dead == {}


@pytest.mark.parametrize("repeats", ["specification", "adl", "ralph"])
def test_told_already(world: World, repeats: Repeats, caplog: pytest.LogCaptureFixture) -> None:
    """What a lost answer has left there is no conflict, whatever kind of LRS it is; voided too.

    Nor does a log tell which statements were looked for.
    """
    caplog.set_level(logging.DEBUG)
    world.outbox = votes(60)
    first = world.outbox.rows[0]
    world.outbox.take_back(first)
    world.run()
    world.outbox.told = world.outbox.taken_back = 0
    world.lrs.faults = Faults(repeats=repeats)
    world.run()
    assert world.outbox.dead == {}
    assert world.ids() == world.outbox.ids()
    assert world.outbox.told == 60
    assert not [secret for secret in secrets_of(world) if secret in caplog.text]


def test_told_already_in_other_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new edition has another option: what was told before is still the same vote."""
    world.outbox.add(vote())
    world.run()
    more = replace(POLLS[0].asked(1), options=("now", "later", "never", "always"))
    monkeypatch.setattr(world.outbox, "asked", lambda *about: more)
    world.outbox.told = 0
    world.lrs.faults = Faults(repeats="ralph")
    world.run()
    assert [visit.status for visit in world.lrs.journal] == [200, 409, 200]
    assert (world.outbox.told, world.outbox.dead) == (1, {})


def test_a_conflict_with_what_cannot_be_found(world: World) -> None:
    """An LRS that knows the id and does not show the statement: the vote is a dead letter."""
    world.outbox.add(vote())
    world.run()
    world.outbox.told = 0
    world.lrs.faults = Faults(repeats="adl", phases={range(2, 4): 404})
    world.run()
    assert world.outbox.dead == {1: "refused with 409"}


def test_a_real_conflict(world: World) -> None:
    """Another statement with a vote's id: the vote is a dead letter, the others are told."""
    asked = POLLS[0].asked(1)
    with httpx.Client(headers={"X-Experience-API-Version": "1.0.3"}) as client:
        client.post(
            f"{world.served.endpoint}statements",
            json=voted(SERVICE, asked, vote(option="later")) | {"id": vote().id},
            headers={"Authorization": world.lrs.authorization},
        )
    for number in (2, 1, 3):
        world.outbox.add(vote(number))
    world.run()
    assert world.outbox.dead == {2: "refused with 409"}
    assert world.ids() == world.outbox.ids()
    assert world.outbox.told == 3


@pytest.mark.parametrize("status", [400, 422])
def test_poison(world: World, status: int) -> None:
    """What the LRS refuses by itself is a dead letter, found by halving; all else is told."""
    world.outbox = votes(100)
    told = [row for row in world.outbox.rows if row.held != FORGED]
    bad = {told[0].vote.id: told[0].seq, told[70].vote.id: told[70].seq}
    world.lrs.faults = Faults(poison={*bad}, poison_status=status)
    world.run()
    assert world.outbox.dead == dict.fromkeys(bad.values(), f"refused with {status}")
    assert world.ids() == world.outbox.ids() - bad.keys()
    assert world.posts() < 30


def test_an_lrs_that_refuses_everything(world: World) -> None:
    """Then it is not the votes that are wrong: nothing is a dead letter, and all is told later."""
    world.outbox = votes(40)
    world.lrs.faults = Faults(poison=world.outbox.ids())
    world.after(STOPPED, world.lrs.faults.poison.clear)
    world.run()
    stopped = "stopped: it refuses every statement"
    assert world.outbox.states == [stopped, "sending", "idle"]
    assert world.outbox.dead == {}
    assert world.ids() == world.outbox.ids()


def test_what_is_too_large(world: World) -> None:
    """413: smaller requests, and larger ones again once they are taken."""
    world.outbox = votes(2000)
    world.lrs.faults = Faults(largest=40_000)
    world.run()
    assert world.ids() == world.outbox.ids()
    sizes = [len(visit.body) for visit in world.lrs.journal]
    assert max(sizes[1:]) < BATCH
    world.outbox.told = 0
    world.lrs.faults = Faults(phases={range(1, 3): 413})
    world.lrs.journal.clear()
    world.run()
    sizes = [len(visit.body) for visit in world.lrs.journal]
    assert max(sizes[4:8]) < BATCH / 3
    assert max(sizes[-3:]) > 0.9 * BATCH


def test_requests_have_a_limit_of_their_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No request is larger than a megabyte, here 20 kB, whatever the LRS would take."""
    monkeypatch.setattr(forward, "LARGEST", 20_000)
    world.outbox = votes(100)
    world.run()
    assert world.ids() == world.outbox.ids()
    assert 5_000 < max(len(visit.sent) for visit in world.lrs.journal) <= 20_000


def test_one_statement_is_too_large(world: World) -> None:
    """All are of one size, so that it is the LRS that must be mended."""
    world.outbox.add(vote())
    world.lrs.faults = Faults(largest=10)

    def mend() -> None:
        world.lrs.faults.largest = None

    world.after(STOPPED, mend)
    world.run()
    assert world.outbox.states[0].startswith("stopped: one statement is too large")
    assert world.outbox.dead == {}


@pytest.mark.parametrize("status", [401, 403, 404, 302])
def test_an_lrs_that_shuts_us_out(
    world: World, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """It stops with an alarm, asks every five minutes, and goes on by itself."""
    world.outbox = votes(150)
    world.lrs.faults = Faults(phases={range(2, 5): status})
    world.run()
    stopped = f"stopped: it answers {status}"
    assert world.outbox.states == ["sending", stopped, "sending", "idle"]
    assert world.pauses == [STOPPED] * 3
    assert world.ids() == world.outbox.ids()
    [alarm] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert stopped in alarm.getMessage()


def test_an_lrs_that_is_ill(world: World) -> None:
    """It is waited for as long as it asks, and a state tells of it when it lasts."""
    world.outbox = votes(50)
    world.lrs.faults = Faults(phases={range(1, 6): 503})
    world.run()
    assert world.outbox.states == ["waiting: it answers 503", "sending", "idle"]
    assert len(world.pauses) == 5
    world.outbox.told = 0
    world.pauses.clear()
    world.lrs.faults = Faults(seed=1, busy=0.9)
    world.run()
    assert world.pauses
    assert min(world.pauses) == 7
    assert world.ids() == world.outbox.ids()


def test_it_runs_until_cancelled(world: World) -> None:
    """Votes that come later are told in their turn; it ends at once when cancelled."""
    world.outbox = votes(30)

    async def live() -> None:
        async with Client(world.served.endpoint, CREDENTIALS) as client:
            forwarder = Forwarder(world.outbox, client, SERVICE, every=0.01)
            task = asyncio.create_task(forwarder.run())
            await until(lambda: forwarder.state == "idle" and world.outbox.told == 30)
            world.outbox.add(vote())
            await until(lambda: world.outbox.told == 31)
            task.cancel()
            await asyncio.wait({task})

    asyncio.run(live())
    assert world.ids() == world.outbox.ids()


def test_it_outlives_its_store(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A store that fails is asked again later; what it says is not logged."""
    world.outbox.add(vote())
    broken = world.outbox.votes_after
    calls = []

    def fails_once(seq: int, limit: int) -> Sequence[Row]:
        calls.append(seq)
        if len(calls) == 1:
            raise RuntimeError("canary")
        return broken(seq, limit)

    world.outbox.votes_after = fails_once  # type: ignore[method-assign]

    async def live() -> None:
        async with Client(world.served.endpoint, CREDENTIALS) as client:
            forwarder = Forwarder(world.outbox, client, SERVICE, 0.01, world.pause)
            task = asyncio.create_task(forwarder.run())
            await until(lambda: forwarder.state == "idle")
            task.cancel()
            await asyncio.wait({task})

    asyncio.run(live())
    assert "failed: RuntimeError" in caplog.text
    assert "canary" not in caplog.text


# Chaos


class Mortal(Memory):
    """An outbox whose process is killed now and then, before or after it has done what it should.

    What is to happen once so many rows are told is in `plan`.
    """

    plan: dict[int, Callable[[], object]]
    draw: random.Random
    deaths = 0

    def votes_after(self, seq: int, limit: int) -> Sequence[Row]:
        """The next rows, and what was planned."""
        for at in [at for at in self.plan if at <= seq]:
            self.plan.pop(at)()
        return super().votes_after(seq, limit)

    def advance(self, lrs: str, seq: int) -> None:
        """Perhaps."""
        fate = self.draw.random()
        if fate > 0.02:
            super().advance(lrs, seq)
        if fate < 0.04:
            self.deaths += 1
            raise Killed


@dataclass
class Deadly(Faults):
    """At some requests the forwarder is killed while it waits for the answer."""

    deaths: set[int] = field(default_factory=set)
    kill: Callable[[], object] = lambda: None

    def next(self) -> Fault | None:
        """Perhaps."""
        fault = super().next()
        if self.requests in self.deaths:
            self.kill()
            time.sleep(0.05)
        return fault


def chaos(world: World, size: int, poison: int, repeats: Repeats = "specification") -> None:
    """Everything goes wrong that can, while votes are told."""
    log = votes(size)
    outbox = Mortal(log.rows)
    outbox.draw = draw = random.Random(3)
    told = [row for row in log.rows if row.held != FORGED]
    bad = {row.vote.id: row.seq for row in draw.sample(told, poison)}
    for row in draw.sample([row for row in told if row.vote.id not in bad], 5):
        outbox.take_back(row)
    faults = Deadly(seed=5, errors=0.2, lost=0.1, poison={*bad}, repeats=repeats)
    faults.phases = {range(size // 100, size // 100 + 4): 401}
    faults.deaths = {*draw.sample(range(size // 25), max(1, size // 1500))}
    faults.kill = lambda: world.kill()
    world.outbox, world.lrs.faults = outbox, faults
    outages = ExitStack()

    def outage() -> None:
        outages.enter_context(world.served.away())
        world.after(200, outages.close)

    outbox.plan = {
        size * 3 // 10: outage,
        size * 4 // 10: lambda: setattr(faults, "largest", 60_000),
        size * 5 // 10: lambda: setattr(faults, "largest", None),
    }

    lives = world.run()
    assert outbox.told == size
    assert outbox.plan == {}
    assert outbox.dead.keys() == {*bad.values()}
    assert world.ids() == outbox.ids() - bad.keys()
    ideal = math.ceil(size / BATCH) + 1
    print(
        f"\n{size} votes, {poison} poison: {world.posts()} POSTs, ideally {ideal} "
        f"({world.posts() / ideal:.2f} x); {lives} lives, {outbox.deaths} of which were cut "
        f"at the cursor; {world.now:.0f} s waited"
    )
    assert repeats == "adl" or world.posts() <= 5 * ideal
    check_tallies(world, [row.vote for row in log.rows if row.seq in outbox.dead])


def check_tallies(world: World, dead: list[Vote]) -> None:
    """What is rebuilt from the LRS is what the log says, less what is erased or held back."""
    gone = {void.statement for void in world.outbox.voiding}
    erased = {(row.vote.poll, row.vote.voter) for row in world.outbox.rows if row.vote.id in gone}
    held = {
        (row.vote.poll, row.vote.voter, row.vote.vote, row.vote.rev)
        for row in world.outbox.rows
        if row.held
    }
    recount = Recount({poll.id: poll.votes for poll in POLLS})
    for row in world.outbox.rows:
        if not row.held and (row.vote.poll, row.vote.voter) not in erased:
            recount.add(row.vote)

    async def read() -> list[str]:
        async with Client(world.served.endpoint, CREDENTIALS, world.pause) as client:
            waiting = [one for one in dead if (one.poll, one.voter) not in erased]
            waiting = [v for v in waiting if (v.poll, v.voter, v.vote, v.rev) not in held]
            rebuilt = await rebuild(client, SERVICE, RELEASE, POLLS, erased, held, waiting)
            assert sum(rebuilt.tallies.values()) > 0
            return differences(rebuilt.tallies, recount.tallies())

    assert asyncio.run(read()) == []


@pytest.mark.parametrize("repeats", ["specification", "ralph"])
def test_chaos(world: World, repeats: Repeats, caplog: pytest.LogCaptureFixture) -> None:
    """Everything at once: exactly once, poison and nothing else among the dead, equal tallies."""
    caplog.set_level(logging.DEBUG)
    chaos(world, 3000, 4, repeats)
    assert "state=" in caplog.text
    assert not [secret for secret in secrets_of(world) if secret in caplog.text]


def test_chaos_with_an_lrs_that_refuses_repeats(world: World) -> None:
    """The same where every statement that is there already is a conflict, as with ADL_LRS."""
    chaos(world, 600, 3, "adl")


@pytest.mark.long
def test_long_chaos(world: World) -> None:
    """Twenty thousand votes."""
    chaos(world, 20_000, 32)
