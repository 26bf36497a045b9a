"""Somebody's package, read where it lies: nothing is unpacked, and nothing of it is trusted."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

MOST_FILES = 50_000
MOST_MANIFEST = 16 * 1024**2
BOMB_SIZE = 256 * 1024**2
"""Uncompressed; what is larger must be at least a `BOMB_RATIO`th of it as a zip."""
BOMB_RATIO = 100
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class PackageError(Exception):
    """The package can't be played; the message says why to whoever has it."""


class Archive:
    """The files of a zip, by name. Raises `PackageError` where no LMS should take it."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except DAMAGED as error:
            raise PackageError(f"{path.name} is not a zip, or is damaged: {error}.") from error
        self._sizes: dict[str, int] = {}
        try:
            self._look(path.stat().st_size)
        except PackageError:
            self.close()
            raise

    def __contains__(self, name: object) -> bool:
        return name in self._sizes

    @property
    def names(self) -> list[str]:
        """The names of all files, in order."""
        return sorted(self._sizes)

    def size(self, name: str) -> int:
        """A file's size in bytes."""
        return self._sizes[name]

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """A file's bytes from `start` up to, not including, `end`; `PackageError` if damaged."""
        try:
            with self._zip.open(name) as file:
                file.seek(start)
                return file.read(-1 if end is None else end - start)
        except DAMAGED as error:
            raise PackageError(f"{name} is damaged: {error}.") from error

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def _look(self, packed: int) -> None:
        """Sizes are those that the zip states, and no more than that is ever read."""
        entries = self._zip.infolist()
        if len(entries) > MOST_FILES:
            raise PackageError(f"It holds {len(entries)} files; at most {MOST_FILES} are played.")
        total = sum(entry.file_size for entry in entries)
        if total > max(BOMB_SIZE, packed * BOMB_RATIO):
            raise PackageError(f"It would unpack to {total / 1e9:.1f} GB, which looks like a bomb.")
        for entry in entries:
            if problem := _problem(entry) or (entry.filename in self._sizes and "is there twice"):
                raise PackageError(f"The file {entry.filename!r} {problem}.")
            if not entry.is_dir():
                self._sizes[entry.filename] = entry.file_size


def _problem(entry: zipfile.ZipInfo) -> str:
    """What is wrong with an entry, as the end of a sentence; "" if nothing is."""
    # As it was written: zipfile ends a name at a NUL, and Windows turns backslashes.
    name = entry.orig_filename
    if name.startswith("/") or name[1:2] == ":" or ".." in PurePosixPath(name).parts:
        return "would land outside the package"
    if "\\" in name:
        return "has a backslash in its name: zip it again with forward slashes"
    if not name.isprintable():
        return "has invisible characters in its name"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link, and not a file"
    if entry.flag_bits & 1:
        return "is encrypted, and no LMS has the key"
    return ""
