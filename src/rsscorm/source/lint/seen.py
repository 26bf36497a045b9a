"""What lints look at: a module, the places of its parts, and its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rsscorm.module import Module
from rsscorm.source.reader import FolderReader
from rsscorm.source.yaml import Document, Path


class Seen(NamedTuple):
    """A module without errors, as its author wrote it and as it was read."""

    module: Module
    document: Document
    reader: FolderReader

    def parts(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Everything with keys that the author wrote, with its place."""
        yield from _parts((), self.document.data)


def _parts(path: Path, data: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(data, dict):
        yield path, data
        for key, value in data.items():
            yield from _parts((*path, key), value)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _parts((*path, number), value)
