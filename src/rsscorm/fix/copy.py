"""A copy of a workspace in which fixes are tried; media are linked, never copied.

Texts are copied: an editor that saves into the file itself would otherwise change the copy too.
"""

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

TEXTS = frozenset([".csv", ".md", ".vtt", ".yaml"])
"""Endings of what an author writes."""


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
            for name in (*files, *folders):
                _take(Path(root) / name, Path(made) / inside / name, folder.resolve())
        yield Path(made)


def _belongs(inside: Path, name: str, names: list[str] | None) -> bool:
    if inside == Path("modules") and names is not None:
        return name in names
    return name not in APART


def _take(source: Path, target: Path, workspace: Path) -> None:
    """The same content in the copy, and a link as a link; a folder is walked into by itself."""
    if source.is_symlink():
        target.symlink_to(_destination(source, workspace))
    elif source.is_file():
        (shutil.copyfile if source.suffix.lower() in TEXTS else _link)(source, target)


def _destination(link: Path, workspace: Path) -> str | Path:
    """Where a link leads from the copy: to the same place in it, or out of the workspace."""
    real, home = link.resolve(), link.parent.resolve()
    if real.is_relative_to(workspace) and home.is_relative_to(workspace):
        return os.path.relpath(real, home)
    return real


def _link(source: Path, target: Path) -> None:
    """The same content under another name."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
