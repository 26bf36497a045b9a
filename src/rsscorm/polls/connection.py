"""A connection to the service, with bounds to what it can make the service keep.

A proxy stands before the service and has its own; but memory that strangers can fill is not for
another's configuration to guard.
"""

from __future__ import annotations

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rsscorm.polls.asgi import IS_WHOLE

LARGEST = 300_000
"""Bytes of one request, head and all; above what is read at a time, so that 413 can be said."""

MOST = 100
"""Requests of one connection that wait for the answer to the one before."""

SECONDS = 15
"""That all of a request may take to come, from when the connection is there; `asgi.SECONDS`, which
a body alone has, are fewer, so that 408 can be said."""


class Connection(HttpToolsProtocol):
    """Ended where a request never ends, or where far too many are sent at once."""

    _size = 0
    _late: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Somebody is there, who ought to ask something."""
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Another request begins."""
        super().on_message_begin()
        self._size = 0
        self._await_request()

    def on_message_complete(self) -> None:
        """All of a request has come."""
        super().on_message_complete()
        self.scope["state"][IS_WHOLE] = True
        self._stop_waiting()

    def data_received(self, data: bytes) -> None:
        """Some bytes have come."""
        self._await_request()  # here, too, since empty lines begin none
        super().data_received(data)
        self._size += len(data)
        if self._size > LARGEST or len(self.pipeline) > MOST:
            self.transport.abort()

    def _await_request(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
