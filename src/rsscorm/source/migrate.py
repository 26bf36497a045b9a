"""Brings a module from the version of the format that it was written in to this rsscorm's.

Each version of the format has one step from the version before it: it gets the texts of a
module's folder and gives back those that it changed, edited as its author would, so that comments,
order and layout stay. The mark `rsscorm: N` is set here. There is one version so far, and no step.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

Texts = dict[str, str]
"""The texts of a module by their paths in its folder."""

Step = Callable[[Texts], Texts]

STEPS: dict[int, Step] = {}
"""By version: the step from it to the next."""

MARK = re.compile(r"""^(rsscorm:[ \t]*)(["']?)([0-9]{1,4})(["']?)""", re.MULTILINE)
ENDINGS = frozenset([".csv", ".md", ".vtt", ".yaml"])
FILE = "module.yaml"


class NotMigratedError(Exception):
    """A module that can't be brought to this version; says why."""


class NoVersionError(Exception):
    """A module that doesn't say in which version of the format it is written."""


class TooNewError(Exception):
    """A module that is written in a later version than any we know."""


def newest() -> int:
    """The version of the format that this rsscorm reads."""
    return 1 + len(STEPS)


def version_of(module: str) -> int | None:
    """The version that a `module.yaml` says it is written in."""
    found = MARK.search(module)
    return int(found[3]) if found else None


def migrate(workspace: Path, name: str) -> list[str]:
    """Bring a module to the newest version; the files that were changed, in the workspace.

    Raises `NotMigratedError` and `OSError`.
    """
    home = workspace / "modules" / name
    if home.is_symlink() or (home / FILE).is_symlink():
        why = "is a link, and stays as it is: migrate it where it is."
        raise NotMigratedError(f"modules/{name} {why}")
    try:
        changed = migrated(texts_in(home))
    except (NoVersionError, UnicodeDecodeError):
        why = f"can't be read: `rsscorm check {name}` says why."
        raise NotMigratedError(f"modules/{name} {why}") from None
    except TooNewError:
        why = "is in a newer format than this rsscorm reads."
        raise NotMigratedError(f"modules/{name} {why}") from None
    write(home, changed)
    return [f"modules/{name}/{path}" for path in changed]


def migrated(texts: Texts) -> Texts:
    """The texts that change on the way to the newest version; none where there is nothing to do.

    Raises `NoVersionError` and `TooNewError`.
    """
    version, now = version_of(texts[FILE]), dict(texts)
    if version is None:
        raise NoVersionError
    if version > newest():
        raise TooNewError
    while version in STEPS:
        now |= STEPS[version](dict(now))
        version += 1
        now[FILE] = MARK.sub(rf"\g<1>\g<2>{version}\g<4>", now[FILE], count=1)
    return {path: text for path, text in now.items() if texts.get(path) != text}


def texts_in(folder: Path) -> Texts:
    """Every text of a module's folder; raises `UnicodeDecodeError` for one that isn't UTF-8."""
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in ENDINGS)
    files = (path for path in found if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): _read(path) for path in files}


def write(folder: Path, texts: Texts) -> None:
    """Write texts, all first beside their places, then each into its place."""
    parts = {folder / path: folder / f"{path}.part" for path in texts}
    try:
        for (target, part), text in zip(parts.items(), texts.values(), strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(text.encode())
        for target, part in parts.items():
            part.replace(target)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _read(path: Path) -> str:
    """The text with its own line ends."""
    return path.read_bytes().decode("utf-8")
