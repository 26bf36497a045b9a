"""Begins a workspace and its modules: files to change, which build and teach as they are.

Nothing that is there is ever overwritten.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rsscorm.module import TITLE_LIMIT
from rsscorm.source.files import WINDOWS_NAMES

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


SPELT = str.maketrans({"'": "", "’": "", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"})
"""Letters that no other is part of; an apostrophe parts no word."""


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
    id = _id_of(title)
    if not id or len(title) > TITLE_LIMIT or not title.isprintable():
        shown = "".join(each if each.isprintable() else "�" for each in words[:TITLE_LIMIT])
        raise NewError(f"`{shown}` can't name a module. Use a few letters, such as `saying-no`.")
    if WINDOWS_NAMES.fullmatch(id):
        raise NewError(f"Windows keeps the name `{id}` for itself. Choose another.")
    if title == id:
        title = id.replace("-", " ").capitalize()
    return Named(id, title)


def _id_of(title: str) -> str:
    """In the letters that an id may have: é is e, and signs part words."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(SPELT))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9]+", "-", letters)[:40].strip("-")


def new_workspace(folder: Path) -> list[str]:
    """Make a workspace in an empty folder; the files that were made.

    Raises `NewError` where the folder holds anything but hidden files, such as git's.
    """
    if any(not path.name.startswith(".") for path in folder.iterdir()):
        raise NewError(
            f"`{folder}` isn't empty and is no workspace. Make an empty folder, go there, and say "
            "it again: mkdir our-modules; cd our-modules"
        )
    return _written(folder, {at: _text(name) for at, name in WORKSPACE.items()})


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
    return _written(folder, files)


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


def _written(folder: Path, files: dict[str, str]) -> list[str]:
    """Write the files that aren't there yet; those that were made. All of them, or none."""
    made: list[str] = []
    try:
        for at, text in files.items():
            (folder / at).parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError), (folder / at).open("xb") as file:
                made.append(at)
                file.write(text.encode())
    except BaseException:
        _take_back(folder, made, files)
        raise
    return made


def _take_back(folder: Path, made: list[str], files: Iterable[str]) -> None:
    """Files that were made, and the folders that are empty without them."""
    for at in made:
        (folder / at).unlink()
    for at in files:
        for parent in (folder / at).relative_to(folder).parents[:-1]:
            with suppress(OSError):
                (folder / parent).rmdir()
