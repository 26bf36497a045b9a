"""What the open page is told: server-sent events (HTML Standard, 9.2)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

from rsscorm.referee.web import Response

STILL_HERE = 15
"""Seconds of silence after which something is said: only then is it known who has gone."""


class Stream:
    """News of several kinds; of each only the latest counts, and who listens later hears it too."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._latest: dict[str, tuple[int, str]] = {}
        self._turn = 0
        self._ended = False
        self.listeners = 0

    def tell(self, kind: str, news: Any) -> None:
        """Tell everybody who listens."""
        text = json.dumps(news, ensure_ascii=False)
        with self._changed:
            self._turn += 1
            self._latest[kind] = (self._turn, text)
            self._changed.notify_all()

    def end(self) -> None:
        """Nobody is told any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def response(self) -> Response:
        """The news as an answer that goes on."""
        headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
        return Response(200, headers=headers, stream=self._listen())

    def _listen(self) -> Iterator[bytes]:
        self.listeners += 1
        heard = 0
        try:
            yield b"retry: 500\n\n"
            while not self._ended:
                heard, news = self._after(heard)
                yield news or b": still here\n\n"
        finally:
            self.listeners -= 1

    def _after(self, heard: int) -> tuple[int, bytes]:
        """What is new since a turn, in the order in which it was told."""
        with self._changed:
            self._changed.wait_for(lambda: self._turn > heard or self._ended, STILL_HERE)
            news = sorted((turn, kind, text) for kind, (turn, text) in self._latest.items())
            said = [f"event: {kind}\ndata: {text}\n\n" for turn, kind, text in news if turn > heard]
            return self._turn, "".join(said).encode()
