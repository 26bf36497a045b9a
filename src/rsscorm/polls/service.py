"""What packages talk to: an ASGI application with protocol v1.

Every answer may be read by every page, since pages come from all trusts' LMSs and carry no
credentials. No answer says whether somebody has voted: a new vote, a repeated one and one that is
held back are answered alike.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from rsscorm.polls.asgi import Receive, RefusedError, Scope, Send, answer, read_body
from rsscorm.polls.desk import ClosedError, Desk, FiguresRequest, UnknownError, VoteRequest
from rsscorm.polls.metrics import Metrics
from rsscorm.polls.openapi import description
from rsscorm.polls.standing import Ballot
from rsscorm.polls.writer import NotStoredError

HEADERS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Retry-After"),
    (b"cache-control", b"no-store"),
    (b"content-type", b"application/json"),
    (b"x-content-type-options", b"nosniff"),
]
"""Of every answer."""

WORDS = {
    400: "this is no request of protocol v1",
    404: "there is nothing of that name here",
    405: "this method isn't for this address",
    408: "the request took too long",
    410: "this release takes no more votes",
    413: "the request is too large",
    503: "not stored: send it again later",
}

Model = TypeVar("Model", bound=BaseModel)

Store = Callable[[Ballot], Awaitable[None]]
"""Returns once a vote is on the disk. Raises `NotStoredError`."""


Answer = Callable[[Scope, Receive], Awaitable[bytes]]
"""What an address does: reads the request, and gives the body of the answer."""


class Service:
    """The service's public side, as an ASGI application."""

    def __init__(self, desk: Desk, store: Store, metrics: Metrics) -> None:
        self._desk = desk
        self._store = store
        self._metrics = metrics
        self._addresses: dict[str, tuple[str, Answer]] = {
            "/v1/votes": ("POST", self.vote),
            "/v1/figures": ("GET", self.figures),
            "/v1/openapi.json": ("GET", self.openapi),
            "/healthz": ("GET", self.health),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it in words that say nothing of what was sent."""
        try:
            body = await self._find(scope)(scope, receive)
        except RefusedError as error:
            await self._refuse(send, error)
        except Exception:
            await self._refuse(send, RefusedError(500))
            raise
        else:
            await answer(send, body, HEADERS)

    def _find(self, scope: Scope) -> Answer:
        if scope["path"] not in self._addresses:
            raise RefusedError(404)
        method, found = self._addresses[scope["path"]]
        if scope["method"] != method and (scope["method"], method) != ("HEAD", "GET"):
            raise RefusedError(405, (b"allow", method.encode()))
        return found

    async def _refuse(self, send: Send, error: RefusedError) -> None:
        self._metrics.refusals.labels(str(error.status)).inc()
        words = WORDS.get(error.status, "something went wrong here: send it again later")
        told = {"error": words, **({"field": error.field} if error.field else {})}
        await answer(send, json.dumps(told).encode(), [*HEADERS, *error.headers], error.status)

    async def vote(self, scope: Scope, receive: Receive) -> bytes:
        """Take a vote; answered once it is on the disk."""
        asked = _read(VoteRequest, await read_body(scope, receive))
        with _told():
            await self._store(self._desk.ballot(asked))
            self._metrics.votes.inc()
            return self._desk.told(asked)

    async def figures(self, scope: Scope, receive: Receive) -> bytes:
        """What is published of a poll."""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        asked = _read(FiguresRequest, json.dumps(query).encode())
        with _told():
            return self._desk.told(asked)

    async def health(self, scope: Scope, receive: Receive) -> bytes:
        """Whether the service runs: it ends by itself when it can't store."""
        return b'{"status":"ok"}'

    async def openapi(self, scope: Scope, receive: Receive) -> bytes:
        """The description of all this."""
        return json.dumps(description()).encode()


@contextmanager
def _told() -> Iterator[None]:
    """What went wrong, as the status that says so."""
    try:
        yield
    except UnknownError as error:
        raise RefusedError(404, field=error.field) from error
    except ClosedError as error:
        raise RefusedError(410) from error
    except NotStoredError as error:
        raise RefusedError(503, (b"retry-after", b"2")) from error


def _read(model: type[Model], body: bytes) -> Model:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise RefusedError(400, field=_wrong(model, error)) from error


def _wrong(model: type[BaseModel], error: ValidationError) -> str:
    """The first field that is wrong: never a name that the sender alone knows."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    places = [str(fault["loc"][0]) for fault in faults if fault["loc"]]
    return next((name for name in places if name in model.model_fields), "")
