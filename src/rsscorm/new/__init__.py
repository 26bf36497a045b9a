"""Begins a workspace and its modules: files to change, which build and teach as they are.

Nothing that is there is ever overwritten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rsscorm.module import TITLE_LIMIT

FILES = Path(__file__).parent / "files"

WORKSPACE = {
    "rsscorm.yaml": "rsscorm.yaml",
    "themes/ours/theme.yaml": "theme.yaml",
    ".gitignore": "gitignore.txt",
    ".editorconfig": "editorconfig.txt",
    ".vscode/settings.json": "vscode-settings.json",
    ".vscode/extensions.json": "vscode-extensions.json",
}
"""The files of a new workspace, and what each begins as."""

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.?!'’–-]*")
"""A title that YAML takes as it is typed."""

GAP = re.compile(r"THE-ID *")
"""Where a new module's id goes, with the room up to a note on the same line."""


class NewError(Exception):
    """Nothing was made; says why, and what to do."""


class Named(NamedTuple):
    """A module's id, and its title."""

    id: str
    title: str


def named(words: str) -> Named:
    """The id and title of a module from what its author calls it: an id, or a title.

    Raises `NewError` where no id can be made of the words.
    """
    title = " ".join(words.split())
    id = re.sub(r"[^a-z0-9]+", "-", title.lower().replace("'", "").replace("’", ""))[:40].strip("-")
    if not id or len(title) > TITLE_LIMIT:
        raise NewError(f"`{words}` can't name a module. Use a few letters, such as `saying-no`.")
    if title == id:
        title = id.replace("-", " ").capitalize()
    return Named(id, title)


def new_workspace(folder: Path) -> list[str]:
    """Make a workspace in an empty folder; the files that were made.

    Raises `NewError` where the folder holds anything but hidden files, such as git's.
    """
    if any(not path.name.startswith(".") for path in folder.iterdir()):
        raise NewError(
            f"`{folder}` isn't empty and is no workspace. Make an empty folder, go there, and say "
            "it again: mkdir our-modules; cd our-modules"
        )
    return list(_written(folder, {at: _text(name) for at, name in WORKSPACE.items()}))


def new_module(folder: Path, name: Named) -> list[str]:
    """Make a module in a workspace, the first with all there is to learn; the files made.

    Raises `NewError` where it is there already.
    """
    modules = folder / "modules"
    home = f"modules/{name.id}"
    if (folder / home).exists():
        raise NewError(f"`{home}` is there already, and stays as it is. Choose another name.")
    is_first = not any(modules.glob("*/module.yaml"))
    text = _text("first.yaml" if is_first else "next.yaml")
    files = {f"{home}/module.yaml": _filled(text, name)}
    if is_first:
        files[f"{home}/media/chairs.svg"] = _text("chairs.svg")
    return list(_written(folder, files))


def _text(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def _filled(text: str, name: Named) -> str:
    title = re.sub(r"([{}])", r"\\\1", name.title)
    if not PLAIN.fullmatch(title):
        title = json.dumps(title, ensure_ascii=False)
    return GAP.sub(lambda gap: _in_gap(name.id, gap[0]), text).replace("THE-TITLE", title, 1)


def _in_gap(id: str, gap: str) -> str:
    """The id in its place, with the note behind it in its column if the id is short enough."""
    return f"{id} ".ljust(len(gap)) if gap.endswith(" ") else id


def _written(folder: Path, files: dict[str, str]) -> Iterator[str]:
    """Write the files that aren't there yet; yields each that was made."""
    for at, text in files.items():
        path = folder / at
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            continue
        yield at
