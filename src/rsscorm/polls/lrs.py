"""A client of an LRS, for a server: xAPI 1.0.3 over HTTP, and what an answer means.

Every call has its time limits. Nothing here is sent twice by itself but reading; whether to send
again is for `forward`. What is read may hold more than we know of. Credentials come from the
environment or from systemd, and are in no message.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from itertools import count
from typing import Any, Self

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError, field_validator

from rsscorm.polls.errors import PollsError
from rsscorm.polls.keys import credential
from rsscorm.statement import VERSION

Json = dict[str, Any]
Pause = Callable[[float], Awaitable[object]]
"""Waits for so many seconds."""

SHORTEST, LONGEST = 0.5, 60.0
"""Seconds between two tries: up to a random part of a time that doubles between these."""

OBEYED = 3600.0
"""The longest that an LRS can make us wait with Retry-After."""

TRIES = 8
"""So often is a page asked for before reading is given up."""

WHOLE_ANSWER = 60.0
"""Seconds in which an answer must be complete, however slowly it drips."""

LARGEST = 50_000_000
"""Bytes of the largest answer that is read: a page of statements is far smaller."""

for _name in ("httpx", "httpcore"):
    # They would log every address, and so the ids of statements.
    logging.getLogger(_name).setLevel(logging.WARNING)


class LrsError(PollsError):
    """An LRS can't be used as it is configured, or doesn't answer as one."""


class GoneError(LrsError):
    """A page that was promised is no more there: the query has to begin again."""


@dataclass(frozen=True)
class Credentials:
    """What an LRS knows us by; kept out of every representation."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


def credentials(environ: Mapping[str, str] = os.environ) -> Credentials:
    """What this machine knows as `lrs-key` and `lrs-secret`.

    Raises `SecretError` where there are none, `LrsError` where they can't be meant.
    """
    key, secret = (credential(name, environ) for name in ("lrs-key", "lrs-secret"))
    if ":" in key:
        raise LrsError("the LRS's key can't hold a colon (RFC 7617): make another in the LRS")
    return Credentials(key, secret)


class Outcome(Enum):
    """What an answer means for what was sent."""

    DONE = "done"
    AGAIN = "again"
    STOP = "stop"
    TOO_LARGE = "too large"
    WRONG = "wrong"


_OUTCOMES = {
    200: Outcome.DONE,
    204: Outcome.DONE,
    400: Outcome.WRONG,
    408: Outcome.AGAIN,
    409: Outcome.WRONG,
    413: Outcome.TOO_LARGE,
    422: Outcome.WRONG,
    425: Outcome.AGAIN,
    429: Outcome.AGAIN,
}


@dataclass(frozen=True)
class Answer:
    """What came of a request. Status 0: no answer. `wait` is what Retry-After asks for."""

    outcome: Outcome
    status: int = 0
    wait: float = 0.0
    body: Any = None


def delay(tries: int, wait: float = 0.0) -> float:
    """How long to wait after so many tries in vain: full jitter, and never less than asked for."""
    ceiling = min(LONGEST, SHORTEST * 2 ** min(tries, 10))
    return max(random.uniform(SHORTEST, ceiling), min(wait, OBEYED))  # noqa: S311


class _Read(BaseModel):
    model_config = ConfigDict(extra="allow")


class Account(_Read):
    """An account on a system (Data 2.4.2.4)."""

    homePage: str  # noqa: N815 - the standard's name
    name: str


class Actor(_Read):
    """Somebody with an account; whoever is known otherwise is none of ours."""

    account: Account


class Thing(_Read):
    """Whatever has an id: a verb, an activity, a statement that is referred to."""

    id: str


class Groups(_Read):
    """The context's activities, as far as we look at them."""

    category: list[Thing] = []

    @field_validator("category", mode="before")
    @classmethod
    def _always_a_list(cls, value: object) -> object:
        return [value] if isinstance(value, dict) else value


class Context(_Read):
    """A statement's context, as far as we look at it."""

    contextActivities: Groups = Groups()  # noqa: N815 - the standard's name
    extensions: Json = {}


class Result(_Read):
    """A statement's result, as far as we look at it."""

    response: str | None = None


class Statement(_Read):
    """A statement as an LRS gives it back."""

    id: str
    actor: Actor
    verb: Thing
    object: Thing
    result: Result = Result()
    context: Context = Context()
    timestamp: AwareDatetime | None = None
    stored: AwareDatetime | None = None

    def says(self) -> tuple[Any, ...]:
        """All that matters in it: two statements that say the same are the same."""
        account = self.actor.account
        return (
            self.id.lower(),
            (account.homePage, account.name),
            self.verb.id,
            self.object.id,
            self.result.response,
            self.timestamp,
            self.context.extensions,
        )


class Page(_Read):
    """A part of what a query finds."""

    statements: list[Json]
    more: str = ""

    @field_validator("more", mode="before")
    @classmethod
    def _nothing_is_no_more(cls, value: object) -> object:
        return value or ""


def same(sent: Json, stored: object) -> bool:
    """Whether what the LRS holds says what was sent."""
    try:
        theirs = Statement.model_validate(stored)
    except ValidationError:
        return False
    return theirs.says() == Statement.model_validate(sent).says()


class Client:
    """Speaks to one LRS; a context manager. `pause` waits between tries to read."""

    def __init__(
        self, endpoint: str, credentials: Credentials, pause: Pause = asyncio.sleep
    ) -> None:
        self.endpoint = checked(endpoint)
        self._pause = pause
        self._http = httpx.AsyncClient(
            auth=httpx.BasicAuth(credentials.key, credentials.secret),
            headers={"X-Experience-API-Version": VERSION},
            timeout=httpx.Timeout(10, connect=5),
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._http.aclose()

    async def post(self, ids: Sequence[str], body: bytes) -> Answer:
        """Store a list of statements, all or none; `body` is their JSON."""
        headers = {"Content-Type": "application/json"}
        answer = await self._ask("POST", self._address("statements"), content=body, headers=headers)
        if answer.status == 200 and not _are_told(ids, answer.body):
            # A page of a proxy or of a portal: what was sent is not stored.
            return Answer(Outcome.STOP, answer.status)
        return answer

    async def find(self, id: str) -> Answer:
        """A statement by its id, be it voided, as the answer's body; None if there is none."""
        answer = Answer(Outcome.DONE)
        for name in ("statementId", "voidedStatementId"):
            answer = await self._ask("GET", self._address("statements"), params={name: id})
            if answer.status != 404:
                return Answer(answer.outcome, answer.status, answer.wait, _single(answer.body))
        return Answer(Outcome.DONE, answer.status)

    async def pages(self, query: Mapping[str, str]) -> AsyncIterator[Page]:
        """All that a query finds, page by page. Raises `LrsError`."""
        page = await self._page(self._address("statements"), query)
        yield page
        asked: set[str] = set()
        while page.more:
            address = self._within(page.more)
            if address in asked:
                raise LrsError("the LRS's pages go round in a circle")
            asked.add(address)
            page = await self._page(address, None)
            yield page

    async def _page(self, address: str, query: Mapping[str, str] | None) -> Page:
        for tries in count(1):
            answer = await self._ask("GET", address, params=query)
            if answer.outcome is not Outcome.AGAIN or tries == TRIES:
                break
            await self._pause(delay(tries, answer.wait))
        if query is None and answer.status in (400, 404, 410):
            raise GoneError("the LRS knows no more of a page that it promised")
        if answer.outcome is not Outcome.DONE:
            raise LrsError(f"the LRS can't be read: {answer.status or 'no answer'}")
        try:
            return Page.model_validate(answer.body)
        except ValidationError:
            raise LrsError("what answers there is no LRS: these are no statements") from None

    async def _ask(self, method: str, address: str, **parts: Any) -> Answer:
        try:
            async with (
                asyncio.timeout(WHOLE_ANSWER),
                self._http.stream(method, address, **parts) as response,
            ):
                body = await _bounded(response)
        except (httpx.TransportError, httpx.DecodingError, TimeoutError):
            return Answer(Outcome.AGAIN)
        status = response.status_code
        usual = Outcome.AGAIN if status >= 500 else Outcome.STOP
        if body is None:
            return Answer(Outcome.STOP, status)
        return Answer(_OUTCOMES.get(status, usual), status, _wait(response), _json(body))

    def _address(self, resource: str) -> str:
        return self.endpoint + resource

    def _within(self, more: str) -> str:
        """The address of the next page, relative or absolute: never of another server."""
        here = httpx.URL(self.endpoint)
        try:
            there = here.join(more)
        except httpx.InvalidURL:
            raise LrsError("the LRS's next page has no address") from None
        if (there.scheme, there.host, there.port) != (here.scheme, here.host, here.port):
            raise LrsError("the LRS's next page is on another server: it is not asked for")
        return str(there)


def checked(endpoint: str) -> str:
    """The endpoint with a slash at its end. Raises `LrsError` for what can't be one."""
    try:
        url = httpx.URL(endpoint)
    except httpx.InvalidURL:
        raise LrsError("the LRS's endpoint is no address") from None
    if url.userinfo:
        raise LrsError("the LRS's key and secret don't belong in its address: see `polls serve`")
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise LrsError("the LRS's endpoint is an address such as https://lrs.example.org/xapi/")
    return str(url).rstrip("/") + "/"


async def _bounded(response: httpx.Response) -> bytes | None:
    """What came, unpacked; None where it is more than could be meant."""
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _json(content: bytes) -> Any:
    """What came; None if it is no JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _wait(response: httpx.Response) -> float:
    """Retry-After in seconds, whether it is a number or a date."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _are_told(ids: Sequence[str], body: object) -> bool:
    return isinstance(body, list) and {str(id).lower() for id in body} == {*ids}


def _single(body: object) -> object:
    """The statement; some LRSs answer with a list of one."""
    if isinstance(body, dict) and isinstance(body.get("statements"), list):
        return next(iter(body["statements"]), None)
    return body
