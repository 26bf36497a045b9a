"""A crowd that votes over HTTP: many connections, kept alive, on raw sockets.

It costs little, so that a service can be measured beside it on the same machine. A crowd runs in
a thread of its own: the test may meanwhile kill what it votes at.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from watched import Watched

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
RETRY = re.compile(rb"\r\nretry-after: *(\d+)", re.IGNORECASE)
AGAIN = 0.02
"""Seconds after which a vote that was not acknowledged is sent again."""


def vote_request(vote: dict[str, Any], host: str = "polls.example.org") -> bytes:
    """A vote as a package sends it."""
    body = json.dumps(vote, separators=(",", ":")).encode()
    head = (
        f"POST /v1/votes HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds. `retry` is Retry-After, if it was there."""

    status: int
    body: bytes
    retry: int | None
    seconds: float


class Line(asyncio.Protocol):
    """A connection, which takes one request after the other."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[tuple[bytes, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, address: str) -> Line:
        """A connection to `http://HOST:PORT`. Raises `OSError`."""
        host, port = address.removeprefix("http://").split(":")
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(cls, host, int(port))
        return line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Part of an answer, or all of it."""
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        length = LENGTH.search(self._received, 0, end) if end >= 0 else None
        if length and len(self._received) >= end + 4 + int(length[1]):
            answer = self._received[:end], self._received[end + 4 :]
            self._received = b""
            if self._answer and not self._answer.done():
                self._answer.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed, by whomever."""
        self._transport = None
        if self._answer and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    @property
    def is_open(self) -> bool:
        """Whether another request may be sent."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its answer. Raises `ConnectionError`."""
        if not self._transport:
            raise ConnectionResetError
        self._answer = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self._transport.write(request)
        head, body = await self._answer
        retry = RETRY.search(head)
        return Answer(
            int(head[9:12]), body, int(retry[1]) if retry else None, time.perf_counter() - began
        )

    def close(self) -> None:
        """Close it."""
        if self._transport:
            self._transport.close()


class Crowd(Watched):
    """Votes from `votes` on so many connections at once, as fast as they are answered.

    A vote is sent until it is acknowledged, as packages do: each time to where `address` then
    says. As a context it votes until the end of the context, and then until all that it began is
    acknowledged.
    """

    def __init__(
        self, address: Callable[[], str], votes: Iterator[dict[str, Any]], connections: int = 40
    ) -> None:
        super().__init__()
        self._address = address
        self._votes = votes
        self._connections = connections
        self._ends = False
        self.sent: list[dict[str, Any]] = []
        self.acknowledged: list[dict[str, Any]] = []
        self.seconds: list[float] = []
        self.others: Counter[tuple[int, int | None]] = Counter()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="crowd", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def end(self, seconds: float = 60) -> None:
        """Begin no more votes, and wait for those that were begun."""
        self._ends = True
        self._thread.join(seconds)
        if self.error:
            raise self.error
        assert not self._thread.is_alive(), "votes are still waiting"

    def wait_for_more(self, votes: int, seconds: float = 120) -> None:
        """Wait until so many more are acknowledged."""
        goal = len(self.acknowledged) + votes
        self.wait_for(
            lambda: len(self.acknowledged) >= goal or self.error is not None, "votes", seconds
        )

    def wait_for_all(self, seconds: float = 120) -> None:
        """Wait until there are no more votes, and all are acknowledged."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            asyncio.run(self._vote())
        except BaseException as error:
            self.error = error

    async def _vote(self) -> None:
        await asyncio.gather(*(self._one() for _ in range(self._connections)))

    async def _one(self) -> None:
        """One connection, and whatever takes its place."""
        line = Line()
        while not self._ends and (vote := next(self._votes, None)):
            self.sent.append(vote)
            request = vote_request(vote)
            while not await self._is_taken(line, request):
                await asyncio.sleep(AGAIN)
                line = await self._anew(line)
            with self.changed:
                self.acknowledged.append(vote)
                self.changed.notify_all()
        line.close()

    async def _is_taken(self, line: Line, request: bytes) -> bool:
        try:
            answer = await line.ask(request)
        except ConnectionError:
            return False
        if answer.status == 200:
            self.seconds.append(answer.seconds)
            return True
        with self.changed:
            self.others[answer.status, answer.retry] += 1
            self.changed.notify_all()
        return False

    async def _anew(self, line: Line) -> Line:
        if line.is_open:
            return line
        try:
            return await Line.to(self._address())
        except OSError:
            return line
