"""What packages talk to: an ASGI application with protocol v1.

Every answer may be read by every page, since pages come from all trusts' LMSs and carry no
credentials. No answer says whether somebody has voted: a new vote, a repeated one and one that is
held back are answered alike.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from rsscorm.polls.desk import ClosedError, Desk, FiguresRequest, UnknownError, VoteRequest
from rsscorm.polls.ledger import Ballot
from rsscorm.polls.metrics import Metrics
from rsscorm.polls.openapi import description
from rsscorm.polls.writer import NotStoredError

LARGEST = 2048
"""Bytes of a request's body."""

SECONDS = 10
"""That a body may take to come."""

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
    "Cache-Control": "no-store",
    "Content-Type": "application/json",
    "X-Content-Type-Options": "nosniff",
}

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


def application(desk: Desk, store: Store, metrics: Metrics) -> Starlette:
    """The service's public side."""
    service = Service(desk, store, metrics)
    return Starlette(
        routes=[
            Route("/v1/votes", service.vote, methods=["POST"]),
            Route("/v1/figures", service.figures, methods=["GET"]),
            Route("/v1/openapi.json", service.openapi, methods=["GET"]),
            Route("/healthz", service.health, methods=["GET"]),
        ],
        exception_handlers={HTTPException: service.refused, Exception: service.refused},
    )


class Service:
    """What each address answers."""

    def __init__(self, desk: Desk, store: Store, metrics: Metrics) -> None:
        self._desk = desk
        self._store = store
        self._metrics = metrics

    async def vote(self, request: Request) -> Response:
        """Take a vote; answered once it is on the disk."""
        asked = _read(VoteRequest, await _body(request))
        with _told():
            await self._store(self._desk.ballot(asked))
            self._metrics.votes.inc()
            return _answer(self._desk.told(asked))

    async def figures(self, request: Request) -> Response:
        """What is published of a poll."""
        asked = _read(FiguresRequest, json.dumps(dict(request.query_params)).encode())
        with _told():
            return _answer(self._desk.told(asked))

    async def health(self, request: Request) -> Response:
        """Whether the service runs: it ends by itself when it can't store."""
        return _answer(b'{"status":"ok"}')

    async def openapi(self, request: Request) -> Response:
        """The description of all this."""
        return _answer(json.dumps(description()).encode())

    async def refused(self, request: Request, error: Exception) -> Response:
        """An error, in words that say nothing of what was sent."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        self._metrics.refusals.labels(str(status)).inc()
        headers = (error.headers if isinstance(error, HTTPException) else None) or {}
        words = WORDS.get(status, "something went wrong here: send it again later")
        return _answer(json.dumps({"error": words}).encode(), status, dict(headers))


@contextmanager
def _told() -> Iterator[None]:
    """What went wrong, as the status that says so."""
    try:
        yield
    except UnknownError as error:
        raise HTTPException(404) from error
    except ClosedError as error:
        raise HTTPException(410) from error
    except NotStoredError as error:
        raise HTTPException(503, headers={"Retry-After": "2"}) from error


def _answer(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, {**HEADERS, **(headers or {})})


async def _body(request: Request) -> bytes:
    """The body, as long as it is small and comes in time."""
    body = b""
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST:
                    raise HTTPException(413, headers={"Connection": "close"})
    except TimeoutError as error:
        raise HTTPException(408, headers={"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    return body


def _read(model: type[Model], body: bytes) -> Model:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise HTTPException(400) from error
