"""Tallies made anew from an LRS are those of the log, whatever else is in the LRS."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lrs import Lrs, LrsServer
from outbox import DAY, MODULE, POLLS, RELEASE, SERVICE, vote, votes
from xapi.faults import Faults

from rsscorm.polls import rebuild as module
from rsscorm.polls.lrs import Client, Credentials
from rsscorm.polls.rebuild import Rebuilt, Recount, Tallies, differences, rebuild
from rsscorm.statement import POLL_PROFILE, VOTE_EXTENSION, Vote, voided, voted

ASKED = {(poll.id, number): poll.asked(number) for poll in POLLS for number in (1, 2)}


def told(one: Vote, service: str = SERVICE) -> dict[str, Any]:
    """A vote as the service tells of it."""
    return voted(service, ASKED[one.poll, one.vote], one)


class Shelf:
    """An LRS, what is put there, and what is rebuilt from it."""

    def __init__(self, lrs: Lrs, served: LrsServer) -> None:
        self.lrs = lrs
        self.endpoint = served.endpoint

    def put(self, *statements: dict[str, Any]) -> None:
        """Store statements."""
        headers = {
            "Authorization": self.lrs.authorization,
            "X-Experience-API-Version": "1.0.3",
        }
        answer = httpx.post(f"{self.endpoint}statements", json=statements, headers=headers)
        assert answer.status_code == 200, answer.text

    def rebuild(self, **rest: Any) -> Rebuilt:
        """What the LRS says."""

        async def read() -> Rebuilt:
            async with Client(self.endpoint, Credentials("launch", "let-me-in"), pause) as client:
                return await rebuild(client, SERVICE, RELEASE, POLLS, **rest)

        async def pause(seconds: float) -> None:
            """Wait for nothing."""

        return asyncio.run(read())

    def tallies(self, **rest: Any) -> Tallies:
        """The tallies of it."""
        return self.rebuild(**rest).tallies


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """An LRS with nothing in it."""
    lrs = Lrs()
    with lrs.serve() as served:
        yield Shelf(lrs, served)


def test_nothing(shelf: Shelf) -> None:
    """An empty LRS has no votes."""
    assert shelf.tallies() == {}


def test_tallies(shelf: Shelf) -> None:
    """Once asked, all count; twice asked, those who answered twice; a choice is a first vote."""
    shelf.put(
        told(vote(1)),
        told(vote(2, cohort="northfield")),
        told(vote(3, "bent-rule", 1, option="ask")),
        told(vote(3, "bent-rule", 2, option="tell")),
        told(vote(4, "bent-rule", 1, option="ask")),
        told(vote(5, "listen", 2, option="1")),
    )
    rebuilt = shelf.rebuild()
    assert rebuilt.tallies == {
        ("usually", None, "now", None): 1,
        ("usually", "northfield", "now", None): 1,
        ("bent-rule", None, "ask", "tell"): 1,
    }
    assert rebuilt.votes == 6


def test_the_highest_rev_counts(shelf: Shelf) -> None:
    """Whatever came last: a vote that was overtaken on its way changes nothing."""
    shelf.put(told(vote(rev=3, option="later")))
    shelf.put(told(vote(rev=2, option="never", cohort="northfield")), told(vote(rev=1)))
    assert shelf.tallies() == {("usually", None, "later", None): 1}


def test_what_does_not_count(shelf: Shelf) -> None:
    """Who was erased does not come back, even where the LRS knows no voiding; nor what is held."""
    both = [vote(2, "bent-rule", number, option="ask") for number in (1, 2)]
    shelf.put(*map(told, [vote(1), vote(3, rev=1), vote(3, rev=2, option="later"), vote(4), *both]))
    who = [vote(number).voter for number in range(5)]
    assert shelf.tallies(
        erased={("usually", who[1]), ("bent-rule", who[2])},
        held={("usually", who[3], 1, 2)},
    ) == {("usually", None, "now", None): 2}
    shelf.put(voided(SERVICE, vote(4).id, DAY))
    assert shelf.tallies(erased={("usually", who[1]), ("bent-rule", who[2])}) == {
        ("usually", None, "later", None): 1
    }


def test_what_waits(shelf: Shelf) -> None:
    """Votes that the LRS has not heard of, or does not take, are counted with the rest."""
    shelf.put(told(vote(1)))
    waiting = [vote(1), vote(1, rev=2, option="later"), vote(2)]
    assert shelf.tallies(waiting=waiting) == {
        ("usually", None, "later", None): 1,
        ("usually", None, "now", None): 1,
    }


Change = Callable[[dict[str, Any]], object]

OTHERS: dict[str, Change] = {
    "another service": lambda s: s["actor"]["account"].update(homePage="https://other.example.org"),
    "a learner of the launch": lambda s: s.update(actor={"mbox": "mailto:nurse@example.org"}),
    "no profile": lambda s: s["context"]["contextActivities"].pop("category"),
    "another profile": lambda s: s["context"]["contextActivities"].update(
        category=[{"id": MODULE}]
    ),
    "another option": lambda s: s["context"]["extensions"][VOTE_EXTENSION].update(rev=9),
    "another voter": lambda s: s["actor"]["account"].update(name="ab" * 16),
    "no pseudonym": lambda s: s["actor"]["account"].update(name="nurse"),
    "another round": lambda s: s["context"]["extensions"][VOTE_EXTENSION].update(release="x"),
    "another vote": lambda s: s["context"]["extensions"][VOTE_EXTENSION].update(vote=2),
    "a word for a number": lambda s: s["context"]["extensions"][VOTE_EXTENSION].update(vote="?"),
    "a list for a number": lambda s: s["context"]["extensions"][VOTE_EXTENSION].update(rev=[]),
    "a word for all": lambda s: s["context"].update(extensions={VOTE_EXTENSION: "x"}),
    "nothing of a vote": lambda s: s["context"].pop("extensions"),
    "no context": lambda s: s.pop("context"),
    "no answer": lambda s: s.pop("result"),
    "another id": lambda s: s.update(id="8667f2d7-4778-43f8-86dc-3bdd0996dfcf"),
    "another release": lambda s: s.update(told(replace(vote(), release="other.00000000"))),
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_statements_of_others(shelf: Shelf, change: Change) -> None:
    """Whatever else was answered there is none of the service's votes, and stops nothing."""
    other = told(vote())
    change(other)
    shelf.put(other, told(vote(2)))
    rebuilt = shelf.rebuild()
    assert rebuilt.tallies == {("usually", None, "now", None): 1}
    assert rebuilt.votes == 1


def test_votes_that_were_never_asked_for(shelf: Shelf) -> None:
    """A second vote where one is asked, and a vote given to what another one is given to."""
    astray = told(vote(1, "bent-rule", 2, option="ask"))
    astray["object"]["id"] = POLLS[1].activity_of(1)
    shelf.put(told(vote(1, "usually", 2)), astray, told(vote(1, "bent-rule", 1, option="ask")))
    rebuilt = shelf.rebuild()
    assert rebuilt.tallies == {}
    assert rebuilt.votes == 1


def test_one_category_alone(shelf: Shelf) -> None:
    """Data 2.4.6.2: an LRS that keeps 0.95's single activity is understood."""
    one = told(vote())
    one["context"]["contextActivities"]["category"] = {"id": POLL_PROFILE}
    shelf.put(one)
    assert shelf.tallies() == {("usually", None, "now", None): 1}


def put_log(shelf: Shelf, count: int) -> Tallies:
    """Fill the LRS with a log in disorder; what it should say."""
    given = [row.vote for row in votes(count).rows]
    recount = Recount({poll.id: poll.votes for poll in POLLS})
    for one in given:
        recount.add(one)
    random.Random(1).shuffle(given)
    for start in range(0, count, 100):
        shelf.put(*map(told, given[start : start + 100]))
    return recount.tallies()


def test_many_pages(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page, from an LRS that is ill and busy."""
    expected = put_log(shelf, 1000)
    monkeypatch.setattr(module, "LIMIT", 20)
    shelf.lrs.faults = Faults(seed=4, errors=0.2, busy=0.1, lost=0.1)
    assert differences(shelf.tallies(), expected) == []
    assert shelf.lrs.faults.requests > 70


def test_pages_are_forgotten(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a page that was promised is gone, reading goes on from a little before."""
    expected = put_log(shelf, 600)
    monkeypatch.setattr(module, "LIMIT", 50)
    monkeypatch.setattr(module, "OVERLAP", module.OVERLAP / 10_000)
    shelf.lrs.faults = Forgetful(shelf.lrs)
    assert differences(shelf.tallies(), expected) == []
    since = [visit.query["since"] for visit in shelf.lrs.journal if "since" in visit.query]
    assert len(since) >= 3


class Forgetful(Faults):
    """Forgets its pages at every third request."""

    def __init__(self, lrs: Lrs) -> None:
        super().__init__()
        self._lrs = lrs

    def next(self) -> None:
        """Never a fault as such."""
        self.requests += 1
        if self.requests % 3 == 0:
            self._lrs.forget_pages()


@given(st.permutations(range(30)), st.lists(st.integers(0, 29)), st.integers(0, 1000))
def test_any_order_and_any_number_of_times(order: list[int], again: list[int], seed: int) -> None:
    """A log gives the same tallies in whatever order and however often its votes come."""
    given = [row.vote for row in votes(30, seed).rows]
    polls = {poll.id: poll.votes for poll in POLLS}
    straight, mixed = Recount(polls), Recount(polls)
    for one in given:
        straight.add(one)
    for index in [*order, *again]:
        mixed.add(given[index])
    assert mixed.tallies() == straight.tallies()


def test_differences_in_words() -> None:
    """What does not agree is told so that somebody can look for it."""
    here: Tallies = {
        ("a", None, "x", None): 2,
        ("a", "north", "x", "y"): 1,
        ("b", None, "x", None): 1,
    }
    there: Tallies = {("a", None, "x", None): 5, ("b", None, "x", None): 1}
    assert differences(here, there) == [
        "`a`, cohort `north`, `x`, then `y`: 1 more in the LRS than are served",
        "`a`, no cohort, `x`: 3 fewer in the LRS than are served",
    ]
    assert differences(there, there) == []
