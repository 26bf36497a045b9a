"""What is told to an LRS of a vote, and the client that tells it."""

from __future__ import annotations

import asyncio
import gzip
import json
import resource
from pathlib import Path
from typing import Any

import pytest
from node import node
from outbox import CREDENTIALS, DAY, KEY, MODULE, POLLS, RELEASE, SECRET, SERVICE, vote
from xapi.rules import statement_problems

from rsscorm.polls.keys import SecretError
from rsscorm.polls.lrs import (
    LONGEST,
    SHORTEST,
    Client,
    LrsError,
    Outcome,
    credentials,
    delay,
)
from rsscorm.referee.web import Request, Response, Server
from rsscorm.statement import POLL_PROFILE, VOTE_EXTENSION, voided, voted

VALIDATE = """
const { default: validate } = require("xapi-validation");
const statements = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(statements.flatMap((statement) => validate(statement))));
"""


# Statements


def statements() -> list[dict[str, Any]]:
    """One of each kind that the service makes."""
    asked = [(poll, number) for poll in POLLS for number in range(1, poll.votes + 1)]
    told = [
        voted(SERVICE, poll.asked(number), vote(7, poll.id, number, 2, poll.options[0], "north"))
        for poll, number in asked
    ]
    return [*told, voided(SERVICE, told[0]["id"], DAY)]


def test_a_vote_as_a_statement() -> None:
    """A pseudonym in the service's name answered, neither rightly nor wrongly."""
    [told, *_] = statements()
    assert told == {
        "id": vote(7, rev=2).id,
        "timestamp": "2026-11-30T00:00:00.000Z",
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": SERVICE, "name": "00000000000000000000000000000007"},
        },
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/answered",
            "display": {"en": "answered"},
        },
        "object": {
            "objectType": "Activity",
            "id": f"{MODULE}/usually",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "interactionType": "choice",
                "choices": [{"id": "now"}, {"id": "later"}, {"id": "never"}],
            },
        },
        "result": {"response": "now"},
        "context": {
            "contextActivities": {
                "grouping": [{"objectType": "Activity", "id": MODULE}],
                "category": [{"objectType": "Activity", "id": POLL_PROFILE}],
            },
            "extensions": {
                VOTE_EXTENSION: {"release": RELEASE, "vote": 1, "rev": 2, "cohort": "north"}
            },
        },
    }


def test_nothing_depends_on_when_it_is_told() -> None:
    """The same row makes the same statement, so that sending it again is no conflict."""
    assert statements() == statements()
    assert len({one["id"] for one in statements()}) == len(statements())


def test_statements_keep_the_specification() -> None:
    """Our rules and npm's xapi-validation find nothing wrong with what the service makes."""
    assert [statement_problems(one) for one in statements()] == [[]] * len(statements())
    done = node("-e", VALIDATE, input=json.dumps(statements()))
    assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stderr


# The client


def test_credentials_come_from_the_environment(tmp_path: Path) -> None:
    """Two variables, or what systemd loaded; never shown, and missed with a word of what to do."""
    named = {"RSSCORM_LRS_KEY": KEY, "RSSCORM_LRS_SECRET": SECRET}
    assert credentials(named) == CREDENTIALS
    assert SECRET not in repr(CREDENTIALS)
    assert KEY not in repr(CREDENTIALS)
    (tmp_path / "lrs-key").write_text(KEY + "\n", "utf-8")
    loaded = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    with pytest.raises(SecretError, match=r"RSSCORM_LRS_SECRET, .* named `lrs-secret`"):
        credentials(loaded)
    (tmp_path / "lrs-secret").write_text(SECRET + "\r\n", "utf-8")
    assert credentials(loaded) == CREDENTIALS
    with pytest.raises(SecretError, match="RSSCORM_LRS_KEY"):
        credentials({})
    with pytest.raises(LrsError, match="colon"):
        credentials({**named, "RSSCORM_LRS_KEY": "a:b"})


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "lrs.example.org",
        "ftp://lrs.example.org/",
        "https://key:secret@lrs.example.org/",
        "https://lrs.example.org/xapi?key=1",
        "https://lrs.example.org:port/",
    ],
)
def test_what_is_no_endpoint(endpoint: str) -> None:
    """An address that can't be one is refused before anything is sent, and not repeated."""
    with pytest.raises(LrsError) as refused:
        Client(endpoint, CREDENTIALS)
    assert "secret@" not in str(refused.value)


def test_delays() -> None:
    """Full jitter between half a second and a minute; Retry-After is obeyed, within reason."""
    for tries in (1, 5, 50, 5000):
        waits = [delay(tries) for _ in range(200)]
        assert SHORTEST <= min(waits) <= max(waits) <= LONGEST
        assert len(set(waits)) > 100
    assert max(delay(1) for _ in range(200)) <= 2 * SHORTEST
    assert max(delay(50) for _ in range(200)) > LONGEST / 2
    assert delay(1, 100) == 100
    assert delay(1, 1e9) == 3600


class Stub:
    """Answers with one response, whatever is asked."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.requests: list[Request] = []

    def answer(self, request: Request) -> Response:
        """The response."""
        self.requests.append(request)
        return self.response


async def no_pause(seconds: float) -> None:
    """Wait for nothing."""


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (Response(200, b'["A"]'), Outcome.DONE),
        (Response(204), Outcome.DONE),
        (Response(200, b"<html>Welcome to our wireless network</html>"), Outcome.STOP),
        (Response(200, b"[]"), Outcome.STOP),
        (Response(301, headers={"Location": "/elsewhere"}), Outcome.STOP),
        (Response(302, headers={"Location": "https://elsewhere.example.org/"}), Outcome.STOP),
        (Response(400), Outcome.WRONG),
        (Response(401), Outcome.STOP),
        (Response(403), Outcome.STOP),
        (Response(404), Outcome.STOP),
        (Response(408), Outcome.AGAIN),
        (Response(409), Outcome.WRONG),
        (Response(413), Outcome.TOO_LARGE),
        (Response(422), Outcome.WRONG),
        (Response(429, headers={"Retry-After": "7"}), Outcome.AGAIN),
        (Response(500), Outcome.AGAIN),
        (Response(503, headers={"Retry-After": "soon"}), Outcome.AGAIN),
        (Response(0), Outcome.AGAIN),
    ],
)
def test_what_an_answer_means(response: Response, outcome: Outcome) -> None:
    """Every status has its meaning, and only a list of our own ids is taken for an LRS's yes."""
    stub = Stub(response)

    async def post() -> None:
        with Server(stub) as server:
            async with Client(server.origin, CREDENTIALS) as client:
                answer = await client.post(["a"], b"[]")
        assert (answer.outcome, answer.status) == (outcome, response.status)
        assert answer.wait == (7 if response.status == 429 else 0)

    asyncio.run(post())
    [request] = stub.requests
    assert request.path == "/statements"
    assert request.headers["x-experience-api-version"] == "1.0.3"
    assert request.headers["content-type"] == "application/json"


def test_retry_after_can_be_a_date() -> None:
    """RFC 9110, 10.2.3: a date, or seconds."""

    async def wait(date: str) -> float:
        with Server(Stub(Response(503, headers={"Retry-After": date}))) as server:
            async with Client(server.origin, CREDENTIALS) as client:
                return (await client.post([], b"[]")).wait

    assert asyncio.run(wait("Fri, 31 Dec 2199 23:59:59 GMT")) > 3600
    assert asyncio.run(wait("Fri, 31 Dec 1999 23:59:59 GMT")) == 0
    assert asyncio.run(wait("Fri, 31 Dec 2199 23:59:59 +" + "9" * 13)) == 0


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"statements": [], "more": "http://127.0.0.1:1/more"}', "another server"),
        (b'{"statements": [], "more": "https://127.0.0.1/more"}', "another server"),
        (b'{"statements": [], "more": "//elsewhere.example.org/more"}', "another server"),
        (b'{"statements": [], "more": "/more"}', "circle"),
        (b'{"statements": [], "more": "http://x:y/"}', "no address"),
        (b'{"statement": []}', "no LRS"),
        (b"<html>", "no LRS"),
    ],
)
def test_pages_of_a_bad_lrs(body: bytes, why: str) -> None:
    """What is no page, leads elsewhere or never ends is not followed."""

    async def read() -> None:
        with Server(Stub(Response(200, body))) as server:
            async with Client(server.origin, CREDENTIALS) as client:
                async for page in client.pages({}):
                    assert page.statements == []

    with pytest.raises(LrsError, match=why):
        asyncio.run(read())


BOMB = gzip.compress(bytes(300_000_000), 9)
"""300 MB in 300 kB."""


@pytest.mark.parametrize(
    "response",
    [
        Response(200, BOMB, {"Content-Encoding": "gzip"}),
        Response(200, b"[" * 100_000),
        Response(200, b"not gzip", {"Content-Encoding": "gzip"}),
    ],
    ids=["a bomb", "too deep", "not as it says"],
)
def test_an_answer_that_is_none_is_not_kept(response: Response) -> None:
    """However an LRS answers, the service that takes votes has the memory for it."""

    async def post() -> None:
        with Server(Stub(response)) as server:
            async with Client(server.origin, CREDENTIALS) as client:
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                answer = await client.post(["a"], b"[]")
                after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert answer.outcome in (Outcome.STOP, Outcome.AGAIN)
        assert after - before < 200_000

    asyncio.run(post())


def test_pages_may_be_absolute_or_none() -> None:
    """Some LRSs give an address with its origin, some a null where nothing is left."""

    class Absolute(Stub):
        def answer(self, request: Request) -> Response:
            more = f"{origin}/x" if request.path == "/lrs/statements" else None
            return Response(200, json.dumps({"statements": [{}], "more": more}).encode())

    async def read() -> int:
        async with Client(f"{origin}/lrs", CREDENTIALS) as client:
            return sum([len(page.statements) async for page in client.pages({})])

    with Server(Absolute(Response(200))) as server:
        origin = server.origin
        assert asyncio.run(read()) == 2


def test_reading_is_given_up_in_the_end() -> None:
    """A page is asked for again while the LRS is ill, and not for ever."""
    stub = Stub(Response(503))

    async def read() -> None:
        with Server(stub) as server:
            async with Client(server.origin, CREDENTIALS, no_pause) as client:
                async for _ in client.pages({}):
                    pass

    with pytest.raises(LrsError, match="503"):
        asyncio.run(read())
    assert len(stub.requests) == 8
