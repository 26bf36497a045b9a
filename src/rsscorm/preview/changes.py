"""Notices that something in a workspace was saved.

By watchfiles, which asks the operating system to be told. As it comes, it gathers what belongs
together for up to 1.6 seconds and looks every 50 ms, which suits programs that are begun anew.
Here a silence of 2 ms ends a save (a rename into place, or a file emptied and written), and after
50 ms no more is waited for. To look as often takes 1.6 per cent of a processor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, watch

GATHER, PAUSE = 50, 2
"""Milliseconds: the longest that is gathered, and the silence that ends it."""

SETTLED = 500
"""Milliseconds without a save after which a folder that was made anew is surely being watched."""

IN_WORKSPACE = ("rsscorm.yaml", "modules", "themes")
DEEP = ("modules", "themes")


class Changes:
    """Calls `saved` after each save, from threads of its own, until the context ends.

    Watched are rsscorm.yaml, `modules/` and `themes/` alone: whatever else lies in the folder may
    be large, and be written by the preview itself.
    """

    def __init__(self, folder: Path, saved: Callable[[], None]) -> None:
        self._folder, self._saved = folder, saved
        self._ends: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Changes:
        self._begin("")
        self._begin_deep(DEEP)
        return self

    def __exit__(self, *_: object) -> None:
        self._ends[""].set()
        self._threads[0].join()
        for end in self._ends.values():
            end.set()
        for thread in self._threads:
            thread.join()

    def _begin_deep(self, names: Iterable[str], again: bool = False) -> None:
        """Watch those that are there by now; `again` a folder that was made anew under its name."""
        for name in names:
            if (self._folder / name).is_dir():
                self._begin(name, again)

    def _begin(self, name: str, again: bool = False) -> None:
        if old := self._ends.get(name):
            old.set()
        end = self._ends[name] = threading.Event()
        thread = threading.Thread(target=self._watch, args=(name, end, again), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _watch(self, name: str, end: threading.Event, again: bool) -> None:
        """Watch a folder, or the workspace's own files; what was saved before counts, too."""
        seen = watch(
            self._folder / name, debounce=GATHER, step=PAUSE, recursive=bool(name),
            watch_filter=None if name else _is_ours, stop_event=end, raise_interrupt=False,
            rust_timeout=SETTLED, yield_on_timeout=True,
        )  # fmt: skip
        with suppress(FileNotFoundError):
            for found in seen:
                if not name:
                    made = {Path(path).name for _, path in found}
                    self._begin_deep(made.intersection(DEEP), again=True)
                if found or again:
                    self._saved()
                again = again and bool(found)


def _is_ours(_: Change, path: str) -> bool:
    return Path(path).name in IN_WORKSPACE
