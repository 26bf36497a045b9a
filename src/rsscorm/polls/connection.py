"""A connection to the service, with bounds to what it can make the service keep.

A proxy stands before the service and has its own; but memory that strangers can fill is not for
another's configuration to guard.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rsscorm.polls.asgi import IS_WHOLE

LARGEST = 300_000
"""Bytes of one request, head and all; above what is read at a time, so that 413 can be said."""

MOST = 100
"""Requests of one connection that wait for the answer to the one before."""


class Connection(HttpToolsProtocol):
    """Ended where a request never ends, or where far too many are sent at once."""

    _size = 0

    def on_message_begin(self) -> None:
        """Another request begins."""
        super().on_message_begin()
        self._size = 0

    def on_message_complete(self) -> None:
        """All of a request has come."""
        super().on_message_complete()
        self.scope["state"][IS_WHOLE] = True

    def data_received(self, data: bytes) -> None:
        """Some bytes have come."""
        super().data_received(data)
        self._size += len(data)
        if self._size > LARGEST or len(self.pipeline) > MOST:
            self.transport.abort()
