"""One build at a time in a workspace: a lock that the system gives back when a process ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

PAUSE = 0.1
"""Seconds between two looks at a lock, where the system can't wake us."""


@contextmanager
def one_at_a_time(path: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file at `path` for a while; where it is held, call `waiting` and wait.

    The file stays behind, empty: removing it would let two in. A killed process holds nothing.
    """
    with open(path, "a+b") as file:
        if not _try(file):
            waiting()
            _wait(file)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait(file: IO[bytes]) -> None:
        while not _try(file):
            time.sleep(PAUSE)

else:
    import fcntl

    def _try(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
