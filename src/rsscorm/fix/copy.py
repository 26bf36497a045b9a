"""A copy of a workspace in which fixes are tried; media are linked, never copied."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rsscorm.build import make_cache

APART = ("dist", ".rsscorm", ".git", ".venv", "node_modules")
"""Folders that no source is in."""


@contextmanager
def copied(folder: Path, names: list[str] | None) -> Iterator[Path]:
    """A copy of a workspace, with some modules of it or with all; gone at the end.

    It is in `.rsscorm/`, on the same disk, so that files can be linked.
    """
    cache = folder / ".rsscorm"
    make_cache(str(cache))
    with tempfile.TemporaryDirectory(prefix="fix-", dir=cache) as made:
        for root, folders, files in os.walk(folder):
            inside = Path(root).relative_to(folder)
            folders[:] = [each for each in folders if _belongs(inside, each, names)]
            (Path(made) / inside).mkdir(exist_ok=True)
            for name in files:
                _link(Path(root) / name, Path(made) / inside / name)
        yield Path(made)


def _belongs(inside: Path, name: str, names: list[str] | None) -> bool:
    if inside == Path("modules") and names is not None:
        return name in names
    return name not in APART


def _link(source: Path, target: Path) -> None:
    """The same content under another name; a link stays the link that it is."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copyfile(source, target, follow_symlinks=False)
