"""Files that are whole or not there at all, for their owner alone, and on the disk when said so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp


@contextmanager
def written(file: Path) -> Iterator[Path]:
    """An empty file to write into, which takes the name of `file` once it is on the disk."""
    handle, name = mkstemp(".new", f"{file.name}.", file.parent)
    os.close(handle)
    new = Path(name)
    try:
        yield new
        sync(new)
        new.replace(file)
        sync(file.parent)
    finally:
        new.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
