"""Files that are whole or not there at all, for their owner alone, and on the disk when said so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rsscorm.disk import replacing


@contextmanager
def written(file: Path) -> Iterator[Path]:
    """An empty file to write into, which takes the name of `file` once it is on the disk."""
    with replacing(file, 0o600) as new:
        yield new
        sync(new)
    sync(file.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
