"""The process: takes votes, tells figures, and ends where it can't store, to be started again."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import logging
import os
import signal
import socket
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import uvicorn

from rsscorm.polls import logs
from rsscorm.polls.admin import finish_quarantine, purge
from rsscorm.polls.asgi import Application, Receive, Scope, Send, answer
from rsscorm.polls.connection import Connection
from rsscorm.polls.database import Database, StoreError, file_of, is_server, open_database
from rsscorm.polls.desk import Desk
from rsscorm.polls.errors import PollsError
from rsscorm.polls.forward import Forwarder
from rsscorm.polls.keys import Keys, SecretError
from rsscorm.polls.ledger import Ledger
from rsscorm.polls.limit import MOST, Limit
from rsscorm.polls.lrs import Client, Credentials, checked, credentials
from rsscorm.polls.metrics import Metrics
from rsscorm.polls.outbox import LogOutbox
from rsscorm.polls.release import today
from rsscorm.polls.schema import changes, prepare
from rsscorm.polls.service import Service
from rsscorm.polls.standing import Ballot
from rsscorm.polls.writer import Record, Writer

log = logging.getLogger("rsscorm.polls")

LOOK_EVERY = 1.0
"""Seconds after which what others have changed in the database is seen."""

TIDY_EVERY = 3600.0
"""Seconds after which votes whose time is over are looked for."""

COLLECT_AFTER = 10_000
"""Objects made after which garbage is looked for; Python's own habit is 700."""

METRICS_TYPE = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")

LAST_WORDS = 0.5
"""Seconds for answers to those who wait, once storing has failed."""


@dataclass(frozen=True)
class Plan:
    """How a service is run.

    `metrics` is a port on the loopback address; `most` see `limit`. The LRS is told every so many
    seconds, in the name of the service's public address.
    """

    store: str
    salts: Path
    host: str = "127.0.0.1"
    port: int = 8420
    metrics: int = 8421
    most: int = MOST
    lrs: str | None = None
    public: str = ""
    every: float = 60.0


class AddressError(PollsError):
    """An address to listen on can't be had."""


class AlreadyServedError(PollsError):
    """Another service has this file of votes open."""


def serve(plan: Plan) -> int:
    """Serve until a signal; the exit code.

    Raises `SecretError`, `StoreError`, `NewerSchemaError`, `AlreadyServedError`, `LrsError`, and
    `AddressError`.
    """
    logs.begin()
    with alone(plan.store):
        process = _Process(plan)
        _collect_less()
        with asyncio.Runner(
            loop_factory=uvicorn.Config("", log_config=None).get_loop_factory()
        ) as runner:
            return runner.run(process.run())


def _collect_less() -> None:
    """Look for garbage rarely, and not in what stays: it took a fifth of all time under load."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


@contextmanager
def alone(store: str) -> Iterator[None]:
    """A file of votes is served by one process, which alone knows what it has acknowledged."""
    if is_server(store):
        yield
        return
    lock = f"{Path(file_of(store)).resolve()}.lock"
    with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)) as file:
        _lock(file, store)
        yield


def _lock(file: IO[str], store: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AlreadyServedError(
            f"another service has {store} open: stop it first, or leave it to its work"
        ) from error


class _Process:
    """One run of the service."""

    def __init__(self, plan: Plan) -> None:
        self.plan = replace(plan, lrs=plan.lrs and checked(plan.lrs))
        self.metrics = Metrics()
        self.desk = Desk(Keys.found(plan.salts))
        self.database = open_database(plan.store)
        self.database.settle()
        prepare(self.database)
        self.seen = changes(self.database)
        self.desk.read(self.database)
        self.credentials = credentials() if plan.lrs else Credentials("", "")
        self.code = 0

    async def run(self) -> int:
        """Serve until a signal or a failure."""
        self.writer = Writer(self._open_record, self._failed)
        public = _listen(self.plan.host, self.plan.port)
        private = _listen("127.0.0.1", self.plan.metrics)
        self.server = _server(Service(self.desk, self.writer.store, self.metrics))
        work = (self._look(), self._tidy(), self._forward())
        others = [
            asyncio.create_task(_server(self._measured).serve(sockets=[private])),
            *(asyncio.create_task(self._sure(each)) for each in work),
        ]
        address, port = public.getsockname()[:2]
        log.info("serving", extra={"address": f"http://{address}:{port}",
                                   "metrics": private.getsockname()[1]})  # fmt: skip
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, self.server.handle_exit, sign, None)
        await self.server.serve(sockets=[public])
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.writer.stop()
        log.info("stopped")
        return self.code

    def _open_record(self) -> tuple[Database, Record]:
        database = open_database(self.plan.store)
        ledger = Ledger(database, Limit(self.desk.release_of, self.plan.most))

        def record(ballots: list[Ballot]) -> None:
            if ledger.record(ballots, self.desk.polls):
                self._read(database)
            self.metrics.batches.inc()

        return database, record

    def _failed(self, error: Exception) -> None:
        """Say so and go: only a new start can tell what the disk has."""
        log.critical("the service can't go on", extra={"why": f"{type(error).__name__}: {error}"})
        self.code = 1
        self.server.should_exit = True
        asyncio.get_running_loop().call_later(LAST_WORDS, os._exit, 1)

    async def _sure(self, work: Coroutine[None, None, None]) -> None:
        """Work that must go on: where it fails, a new start is better than half a service."""
        try:
            await work
        except Exception as error:
            self._failed(error)

    async def _look(self) -> None:
        """See what commands and other services have changed."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await asyncio.to_thread(self._read_again)

    def _read_again(self) -> None:
        if (now := changes(self.database)) != self.seen:
            self._read(self.database)
            self.seen = now

    async def _forward(self) -> None:
        """Tell the LRS of votes; where the store would not, begin anew."""
        while lrs := self.plan.lrs:
            try:
                await self._tell(lrs)
            except StoreError as error:
                log.error("the LRS isn't told", extra={"why": str(error)})
            await asyncio.sleep(LOOK_EVERY)

    async def _tell(self, lrs: str) -> None:
        """Of several services at one database, one does."""
        with closing(await asyncio.to_thread(open_database, self.plan.store)) as database:
            outbox = LogOutbox(database)
            while not await asyncio.to_thread(outbox.lead):
                await asyncio.sleep(LOOK_EVERY)
            async with Client(lrs, self.credentials) as client:
                await Forwarder(outbox, client, self.plan.public, self.plan.every).run()

    def _read(self, database: Database) -> None:
        """What somebody opened with a wrong key stops nobody else's polls."""
        try:
            self.desk.read(database)
        except SecretError as error:
            log.error("changes can't be read", extra={"why": str(error)})

    async def _tidy(self) -> None:
        """Let go, once an hour, of what is kept no longer; and finish what a command has begun."""
        while True:
            try:
                for release in await asyncio.to_thread(self._purge):
                    log.info("votes deleted, totals kept", extra={"release": release})
            except StoreError as error:
                log.error("old votes can't be deleted yet", extra={"why": str(error)})
            await asyncio.sleep(TIDY_EVERY)

    def _purge(self) -> list[str]:
        with closing(open_database(self.plan.store)) as database:
            finish_quarantine(database)
            return purge(database, today())

    def _measure(self, lrs: str) -> None:
        """How it stands with the LRS, as the store has it: another service may be telling it."""
        with closing(open_database(self.plan.store)) as database:
            behind, dead, state = LogOutbox(database).standing(lrs)
        self.metrics.behind.set(behind)
        self.metrics.dead.set(dead)
        self.metrics.alarm.set(state.startswith("stopped"))

    async def _measured(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The metrics, as an ASGI application of its own."""
        if scope["path"] != "/metrics":
            await answer(send, b"", [], 404)
            return
        if self.plan.lrs:
            await asyncio.to_thread(self._measure, self.plan.lrs)
        await answer(send, self.metrics.text(), [METRICS_TYPE])


def _listen(host: str, port: int) -> socket.socket:
    """A socket that waits for connections; where a port is 0, one that is free."""
    try:
        return socket.create_server((host, port), backlog=4096)
    except OSError as error:
        why = error.strerror or error
        raise AddressError(
            f"{host}, port {port}: {why}. Choose others with --host, --port and --metrics-port."
        ) from error


def config(application: Application) -> uvicorn.Config:
    """How the server runs. It never looks at addresses: what a proxy says of them is not read."""
    return uvicorn.Config(
        application, interface="asgi3", http=Connection, ws="none", log_config=None,
        access_log=False, server_header=False, proxy_headers=False, lifespan="off",
        timeout_keep_alive=30, timeout_graceful_shutdown=5,
    )  # fmt: skip


class _Server(uvicorn.Server):
    """Without its own way with signals, which ends the process before votes are stored."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of them: the process has handlers."""
        yield


def _server(application: Application) -> _Server:
    return _Server(config(application))
