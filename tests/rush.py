"""The load of the benchmark: a process of its own, so that it shares no interpreter with anything.

Two ways to vote. Closed: so many connections, each of which sends when it has been answered. Open:
so many votes a second, whatever comes back; each is timed from the moment it was planned for, so
that a service that stands still is seen to, and how late the client itself was is told beside.
Run as a program it reads a plan (JSON) and prints a result.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import uvloop
from load import LENGTH, vote_request
from polls import ballot

TICK = 0.001
"""Seconds after which an open rush looks at what is due."""

VOTER = "00000000-0000-5000-8000-000000000000"
OPTIONS = ("tell", "wait", "ask")


@dataclass
class Plan:
    """What is asked: `rate` (votes a second) makes it an open rush. `path` is asked with GET."""

    address: str
    votes: int
    connections: int
    first: int = 0
    rate: float = 0
    path: str = ""
    cohort: str | None = None


@dataclass
class Result:
    """What came back, in milliseconds and seconds; `late` is the client's own lateness."""

    answered: int = 0
    others: dict[str, int] = field(default_factory=dict)
    seconds: float = 0
    middle: float = 0
    p99: float = 0
    late: float = 0


class Connection(asyncio.Protocol):
    """A connection that takes one request after the other."""

    transport: asyncio.Transport

    def __init__(self, rush: Rush) -> None:
        self.rush = rush
        self.received = b""
        self.since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        # uvloop's are no subclasses of it.
        self.transport = cast(asyncio.Transport, transport)

    def send(self, request: bytes, since: float) -> None:
        """Ask; the time counts from `since`."""
        self.since = since
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Part of an answer, or all of it."""
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        length = LENGTH.search(self.received, 0, end) if end >= 0 else None
        if length and len(self.received) >= end + 4 + int(length[1]):
            status, self.received = self.received[9:12], b""
            self.rush.answered(self, status.decode(), time.perf_counter() - self.since)

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody may close it before the end."""
        self.rush.lost()


class Rush:
    """One run of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.result = Result()
        self.times: list[float] = []
        self.late: list[float] = []
        self.begun = 0
        self.free: deque[Connection] = deque()
        self.due: deque[float] = deque()
        self.requests = [request_of(plan, option) for option in OPTIONS]

    async def run(self) -> Result:
        """Open the connections, send everything, wait for every answer."""
        loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = loop.create_future()
        host, port = self.plan.address.removeprefix("http://").split(":")
        for _ in range(self.plan.connections):
            _, made = await loop.create_connection(lambda: Connection(self), host, int(port))
            self.free.append(made)
        began = time.perf_counter()
        self._tick(began) if self.plan.rate else self._all()
        await self.done
        self.result.seconds = time.perf_counter() - began
        return self._told()

    def _all(self) -> None:
        """Closed: every connection begins."""
        while self.free and self.begun < self.plan.votes:
            self._send(self.free.popleft(), time.perf_counter())

    def _tick(self, began: float) -> None:
        """Open: send what is due by now, and look again soon."""
        now, planned = time.perf_counter(), began + len(self.late) / self.plan.rate
        while planned <= now and len(self.late) < self.plan.votes:
            self.late.append(now - planned)
            self.due.append(planned)
            planned = began + len(self.late) / self.plan.rate
        while self.due and self.free:
            self._send(self.free.popleft(), self.due.popleft())
        if len(self.late) < self.plan.votes:
            asyncio.get_running_loop().call_later(TICK, self._tick, began)

    def _send(self, connection: Connection, since: float) -> None:
        number = self.plan.first + self.begun
        self.begun += 1
        template = self.requests[number % len(self.requests)]
        connection.send(template.replace(b"00000000-", b"%08x-" % number), since)

    def answered(self, connection: Connection, status: str, seconds: float) -> None:
        """An answer: the next one may go on this connection."""
        self.times.append(seconds)
        self.result.others[status] = self.result.others.get(status, 0) + 1
        if not self.plan.rate and self.begun < self.plan.votes:
            self._send(connection, time.perf_counter())
        elif self.due:
            self._send(connection, self.due.popleft())
        else:
            self.free.append(connection)
        if len(self.times) == self.plan.votes:
            self.done.set_result(None)

    def lost(self) -> None:
        """A connection that was closed too early ends the run."""
        if not self.done.done():
            self.done.set_exception(ConnectionResetError("the service closed a connection"))

    def _told(self) -> Result:
        self.result.answered = self.result.others.pop("200", 0)
        self.result.middle = 1000 * part(self.times, 0.5)
        self.result.p99 = 1000 * part(self.times, 0.99)
        self.result.late = 1000 * part(self.late, 0.99)
        return self.result


def part(times: list[float], share: float) -> float:
    """The time that such a share of them stays within."""
    return sorted(times)[int(share * (len(times) - 1))] if times else 0.0


def request_of(plan: Plan, option: str) -> bytes:
    """A request with room for the voter's number; all come from one address, through a proxy."""
    if plan.path:
        return f"GET {plan.path} HTTP/1.1\r\nHost: polls.example.org\r\n\r\n".encode()
    vote = ballot(0, option, voter=VOTER, proof=VOTER, cohort=plan.cohort)
    head, _, rest = vote_request(vote).partition(b"\r\n")
    return head + b"\r\nX-Forwarded-For: 192.0.2.1\r\n" + rest


def rush(address: str, votes: int, connections: int, **more: Any) -> Result:
    """Have a process of its own do it; the result."""
    plan = json.dumps(asdict(Plan(address, votes, connections, **more)))
    words = [sys.executable, str(Path(__file__))]
    done = subprocess.run(words, input=plan, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return Result(**json.loads(done.stdout))


def main() -> None:
    """Read a plan, do it, and print what came of it."""
    made = Rush(Plan(**json.load(sys.stdin)))
    gc.disable()
    with suppress(PermissionError):
        # A load that is late measures itself: where it may, it comes before what it measures.
        os.nice(-15)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(asdict(runner.run(made.run()))))


if __name__ == "__main__":
    main()
