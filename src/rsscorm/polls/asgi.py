"""The little of ASGI that the service needs: a small body comes in, a whole answer goes out.

A framework's routes, requests and responses took a fifth of the time of a vote.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

LARGEST = 2048
"""Bytes of a request's body."""

SECONDS = 10
"""That a body may take to come."""

IS_WHOLE = "rsscorm.is_whole"
"""In a request's state once all of it has come: then there is nothing to wait for."""

CLOSE = (b"connection", b"close")

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Header = tuple[bytes, bytes]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class RefusedError(Exception):
    """A request that is not served: the status that says why, and headers beside the usual.

    `field` is which of the protocol's fields is wrong, where it is one.
    """

    def __init__(self, status: int, *headers: Header, field: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.field = field
        self.headers = headers


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The body, as long as it is small and comes in time. Raises `RefusedError`."""
    if scope["state"].get(IS_WHOLE):
        return await _parts(receive)
    try:
        async with asyncio.timeout(SECONDS):
            return await _parts(receive)
    except TimeoutError as error:
        raise RefusedError(408, CLOSE) from error


async def _parts(receive: Receive) -> bytes:
    body, is_more = b"", True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedError(400)
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise RefusedError(413, CLOSE)
        is_more = message.get("more_body", False)
    return body


async def answer(send: Send, body: bytes, headers: list[Header], status: int = 200) -> None:
    """Send all of an answer."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
