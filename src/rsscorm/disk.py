"""Files that are whole or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copymode


@contextmanager
def replacing(file: Path, mode: int = 0o666) -> Iterator[Path]:
    """An empty file to write into, which takes the place of `file` at the end.

    `mode` says who may read and write it, less what the umask takes. Where anything goes wrong,
    what was there stays as it is, and nothing is left beside it.
    """
    part = file.with_name(f".{file.name}.{os.urandom(4).hex()}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def write(file: Path, text: str) -> None:
    """Write a text with its own line ends; a file that was there keeps its mode.

    Raises `OSError` with the name of `file`.
    """
    try:
        with replacing(file) as part:
            part.write_text(text, encoding="utf-8", newline="")
            if file.exists():
                copymode(file, part)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
