"""Notices that something in a workspace was saved.

By watchfiles, which asks the operating system to be told. As it comes, it gathers what belongs
together for up to 1.6 seconds and looks every 50 ms, which suits programs that are begun anew.
Here a silence of 5 ms ends a save (a rename into place, or a file emptied and written), and after
50 ms no more is waited for. To look as often takes half a per cent of a processor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import Change, watch

GATHER, PAUSE = 50, 5
"""Milliseconds: the longest that is gathered, and the silence that ends it."""

IN_WORKSPACE = ("rsscorm.yaml", "modules", "themes")
DEEP = ("modules", "themes")


class Changes:
    """Calls `saved` after each save, from threads of its own, until the context ends.

    Watched are rsscorm.yaml, `modules/` and `themes/` alone: whatever else lies in the folder may
    be large, and be written by the preview itself.
    """

    def __init__(self, folder: Path, saved: Callable[[], None]) -> None:
        self._folder, self._saved = folder, saved
        self._end = threading.Event()
        self._watched: set[str] = set()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Changes:
        self._begin(self._folder, recursive=False)
        self._begin_deep()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _begin_deep(self) -> None:
        """Watch what is there by now: folders may be made while the preview is open."""
        there = {name for name in DEEP if (self._folder / name).is_dir()}
        for name in sorted(there - self._watched):
            self._watched.add(name)
            self._begin(self._folder / name, recursive=True)

    def _begin(self, folder: Path, recursive: bool) -> None:
        thread = threading.Thread(target=self._watch, args=(folder, recursive), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _watch(self, folder: Path, recursive: bool) -> None:
        seen = watch(
            folder, debounce=GATHER, step=PAUSE, recursive=recursive, stop_event=self._end,
            watch_filter=None if recursive else _is_ours, raise_interrupt=False,
        )  # fmt: skip
        for _ in seen:
            if not recursive:
                self._begin_deep()
            self._saved()
        self._watched.discard(folder.name)


def _is_ours(_: Change, path: str) -> bool:
    return Path(path).name in IN_WORKSPACE
