"""One thread that writes votes: whatever waits becomes one transaction (group commit).

A vote is acknowledged when its transaction is on the disk. If one fails, nobody can say what the
disk has: everybody who waits is told so, and the process is to end and be started again.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

from rsscorm.polls.database import Database, StoreError
from rsscorm.polls.standing import Ballot

MOST = 1000
"""Votes in one transaction at most."""

ROOM = 20_000
"""Votes that may wait; whoever comes then is asked to come again."""

Record = Callable[[list[Ballot]], None]
"""Stores votes, all or none of them. Raises `StoreError`."""


class NotStoredError(Exception):
    """A vote could not be stored: it may be sent again."""


class Writer:
    """Takes votes from an event loop's tasks to the database, and back comes that they are kept.

    `open_record` is called in the thread, and gives what stores a batch. `failed` is called once,
    when storing has failed for good.
    """

    def __init__(
        self,
        open_record: Callable[[], tuple[Database, Record]],
        failed: Callable[[StoreError], None],
    ) -> None:
        self._open_record = open_record
        self._failed = failed
        self._waiting: queue.SimpleQueue[tuple[Ballot, asyncio.Future[None]] | None] = (
            queue.SimpleQueue()
        )
        self._loop = asyncio.get_running_loop()
        self._has_failed = False
        self._thread = threading.Thread(target=self._run, name="votes", daemon=True)
        self._thread.start()

    async def store(self, ballot: Ballot) -> None:
        """Wait until a vote is on the disk. Raises `NotStoredError`."""
        if self._has_failed or self._waiting.qsize() > ROOM:
            raise NotStoredError
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((ballot, done))
        await done

    async def stop(self) -> None:
        """Store what waits, and end."""
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        batch: list[tuple[Ballot, asyncio.Future[None]]] = []
        try:
            database, record = self._open_record()
            for batch in self._batches():
                record([ballot for ballot, _ in batch])
                self._tell([done for _, done in batch], None)
            database.close()
        except Exception as error:
            self._fail(batch, error)

    def _batches(self) -> Iterator[list[tuple[Ballot, asyncio.Future[None]]]]:
        while (first := self._waiting.get()) is not None:
            batch = [first]
            with suppress(queue.Empty):
                while len(batch) < MOST and (more := self._waiting.get_nowait()) is not None:
                    batch.append(more)
                if len(batch) < MOST:
                    # It was the sign to stop: seen again once this batch is stored.
                    self._waiting.put(None)
            yield batch

    def _fail(self, batch: list[tuple[Ballot, asyncio.Future[None]]], error: Exception) -> None:
        self._has_failed = True
        self._tell([done for _, done in batch], NotStoredError())
        told = error if isinstance(error, StoreError) else StoreError(repr(error))
        self._loop.call_soon_threadsafe(self._give_up, told)

    def _give_up(self, error: StoreError) -> None:
        """In the loop, where nobody can queue any more: all who wait hear of it."""
        with suppress(queue.Empty):
            while True:
                if waiting := self._waiting.get_nowait():
                    _settle([waiting[1]], NotStoredError())
        self._failed(error)

    def _tell(self, waiting: list[asyncio.Future[None]], error: Exception | None) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(_settle, waiting, error)


def _settle(waiting: list[asyncio.Future[None]], error: Exception | None) -> None:
    for done in waiting:
        if not done.done():
            done.set_exception(error) if error else done.set_result(None)
