"""What the fakes share: state that a test waits upon, and dates as HTTP writes them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Watched:
    """State that many threads change and a test waits upon."""

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())

    def wait_for(self, condition: Callable[[], bool], what: str, seconds: float = 10) -> None:
        """Wait until the condition holds, looking again at each change; AssertionError if never."""
        with self.changed:
            if not self.changed.wait_for(condition, seconds):
                raise AssertionError(f"waited {seconds:g} s in vain for {what}")


def http_date(seconds: float | None = None) -> str:
    """A moment (seconds since 1970; now, if none) as HTTP writes it."""
    moment = time.gmtime(time.time() if seconds is None else seconds)
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", moment)
