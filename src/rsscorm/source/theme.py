"""Themes: found in the workspace before the tool's own, and filled in from what they extend."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import rsscorm
from rsscorm.blocks.fields import FileRole
from rsscorm.problems import Problem, ProblemsFound
from rsscorm.source import palette
from rsscorm.source.explain import did_you_mean, explain_one
from rsscorm.source.files import Refusal, link_out
from rsscorm.source.reader import FolderReader
from rsscorm.source.texts import load
from rsscorm.source.yaml import Document, parse
from rsscorm.source.yaml import Path as Keys
from rsscorm.workspace import Font, Theme, Tokens, Typeface, Workspace

LOADS = re.compile(r"@import|url\(\s*[\"']?(?!\s*(#|data:))", re.IGNORECASE)
"""What the page's content policy would stop, so that nobody need wonder why."""

FEW = 3
"""Keys that a theme may lack by an oversight; one that lacks more meant to extend another."""


def read_theme(workspace: Workspace, name: str) -> Theme:
    """A theme of the workspace, or else of the tool, with all that it inherits.

    Raises `ProblemsFound`.
    """
    chain = _chain(workspace, name)
    documents = [document for _, document in chain]
    looks = (look(workspace, folder) for folder, _ in chain for look in (_style, _templates))
    if problems := [problem for found in looks for problem in found]:
        raise ProblemsFound(problems)
    try:
        tokens = Tokens.model_validate(_merged(documents))
    except ValidationError as error:
        raise ProblemsFound(_problems(error, documents)) from None
    light = _colours(tokens, documents, "light", palette.light)
    dark = _colours(tokens, documents, "dark", palette.dark)
    files = _Files(workspace, chain)
    logo, typefaces = files.logo(), files.typefaces(tokens)
    if problems := [*palette.problems(tokens, light, dark, documents), *files.problems]:
        raise ProblemsFound(problems)
    folders = tuple(folder for folder, _ in chain)
    return Theme(name, tokens, folders, light, dark, logo, typefaces)


def _merged(documents: list[Document]) -> dict[str, Any]:
    """What a theme and all that it extends say together.

    A dark colour counts until a nearer theme changes the light one.
    """
    merged = {key: value for each in reversed(documents) for key, value in each.data.items()}
    merged.pop("extends", None)
    below = [each.data["dark"] for each in documents if each.data.get("dark") is not None]
    if all(isinstance(each, dict) for each in below):
        merged["dark"] = _merged_dark(documents, {name for each in below for name in each})
    return {**merged, **_extends(documents[0])}


def _merged_dark(documents: list[Document], names: Iterable[str]) -> dict[str, Any]:
    writers = {name: palette.writer(documents, name, "dark") for name in sorted(names)}
    return {
        name: documents[number].data["dark"][name]
        for name, (number, path) in writers.items()
        if path[:1] == ("dark",)
    }


def _colours(
    tokens: Tokens,
    documents: list[Document],
    scheme: str,
    find: Callable[[Tokens], dict[str, str]],
) -> dict[str, str]:
    """A scheme's colours; raises `ProblemsFound` where some are named after each other round."""
    try:
        return find(tokens)
    except ValueError as error:
        number, path = palette.writer(documents, str(error), scheme)
        raise ProblemsFound([documents[number].about_value(
            path, "not-a-colour", f"`{error}` is named after itself in the end",
            'Write figures for one of them, such as `"#0b5c5c"`.',
        )]) from None  # fmt: skip


class _Files:
    """Finds and checks the files that themes name, each in the folder of the theme that did."""

    def __init__(self, workspace: Workspace, chain: list[tuple[Path, Document]]) -> None:
        self.workspace = workspace
        self.chain = chain
        self.problems: list[Problem] = []

    def logo(self) -> Path | None:
        """The logo of the nearest theme that has one."""
        return next(
            (self._find("image", document.data["logo"], folder, document, ("logo",))
             for folder, document in self.chain if "logo" in document.data), None,
        )  # fmt: skip

    def typefaces(self, tokens: Tokens) -> tuple[Typeface, ...]:
        """The fonts of the nearest theme that has some, but for those that nothing is set in."""
        used = re.findall(r"[A-Za-z0-9][A-Za-z0-9 -]*", f"{tokens.font},{tokens.title_font}")
        link = next((link for link in self.chain if "fonts" in link[1].data), self.chain[-1])
        found = [
            self._typeface(font, number, *link)
            for number, font in enumerate(tokens.fonts) if font.family in used
        ]  # fmt: skip
        return tuple(font for font in found if font)

    def _typeface(
        self, font: Font, number: int, folder: Path, document: Document
    ) -> Typeface | None:
        at = ("fonts", number)
        file = self._find("font", font.file, folder, document, (*at, "file"))
        licence = font.licence and self._find(
            "licence", font.licence, folder, document, (*at, "licence")
        )
        return Typeface(font.family, font.weight, file, licence or None) if file else None

    def _find(
        self, role: FileRole, path: str, folder: Path, document: Document, at: Keys
    ) -> Path | None:
        prefix = f"{Path(document.file).parent.as_posix()}/"
        reader = FolderReader(folder, prefix, None, "theme")
        try:
            return folder / reader.file(role, path.strip())
        except Refusal as refusal:
            told = refusal.problem(document.file)
            self.problems.append(document.about_value(at, told.code, told.message, told.hint))
            return None
        finally:
            self.problems += reader.problems


def theme_names(workspace: Workspace) -> list[str]:
    """The names of all themes that a deployment may use."""
    found = (path.parent.name for root in _roots(workspace) for path in root.glob("*/theme.yaml"))
    return sorted(set(found))


def _roots(workspace: Workspace) -> list[Path]:
    """Where themes are looked for: the workspace, the wheel, and the project it is worked on in."""
    tool = Path(rsscorm.__file__).parent
    return [workspace.folder / "themes", tool / "themes", tool.parent.parent / "themes"]


def _chain(workspace: Workspace, name: str | None) -> list[tuple[Path, Document]]:
    """A theme and what it extends, nearest first, each with its folder."""
    chain: list[tuple[Path, Document]] = []
    while name is not None:
        folder = _folder(workspace, name, chain)
        document = _document(workspace, folder / "theme.yaml")
        if any(folder == earlier for earlier, _ in chain):
            raise ProblemsFound([chain[-1][1].problem(
                ("extends",), "theme-circle", f"`{name}` extends this theme in its turn",
                "Leave out `extends` in one of them.",
            )])  # fmt: skip
        chain.append((folder, document))
        name = _parent(document)
    return chain


def _parent(document: Document) -> str | None:
    """What a theme extends, by name; a name is never a way to another folder."""
    name = document.data.get("extends")
    if name is None or (isinstance(name, str) and re.fullmatch(r"[a-z0-9-]{1,40}", name)):
        return name
    raise ProblemsFound([document.problem(
        ("extends",), "bad-id", "the name of a theme belongs here", "Such as `extends: clear`.",
    )])  # fmt: skip


def _style(workspace: Workspace, folder: Path) -> list[Problem]:
    """What is wrong with a theme's own CSS, which becomes part of each package's."""
    path = folder / "theme.css"
    if not os.path.lexists(path):
        return []
    name = _name(workspace, path)
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise link_out("theme.css", "theme")
        source = load(path, name)
    except Refusal as refusal:
        return [refusal.problem(name)]
    loads = [
        source.problem(match.start(), "unsafe-link", "a style can't load anything",
                       "Delete it, or put what it loads here as `url(data:...)`.")
        for match in LOADS.finditer(source.text)
    ]  # fmt: skip
    return [*source.strangers(), *loads]


def _templates(workspace: Workspace, folder: Path) -> list[Problem]:
    """The first way out of a theme's folder among its templates: what they hold is packed."""
    home, place = folder.resolve(), folder / "templates"
    for path in (place, *sorted(place.rglob("*"))):
        if not path.resolve().is_relative_to(home):
            name = path.relative_to(folder).as_posix()
            return [link_out(name, "theme").problem(_name(workspace, place))]
    return []


def _folder(workspace: Workspace, name: str, chain: list[tuple[Path, Document]]) -> Path:
    for root in _roots(workspace):
        if (root / name / "theme.yaml").is_file():
            return root / name
    told = (f"there is no theme `{name}`", did_you_mean(name, theme_names(workspace),
            "A theme is a folder in `themes/` with a `theme.yaml` in it."))  # fmt: skip
    if chain:
        raise ProblemsFound([chain[-1][1].problem(("extends",), "no-theme", *told)])
    raise ProblemsFound([Problem(f"themes/{name}", 0, 0, "no-theme", *told)])


def _document(workspace: Workspace, path: Path) -> Document:
    name = _name(workspace, path)
    try:
        source = load(path, name)
    except Refusal as refusal:
        raise ProblemsFound([refusal.problem(name)]) from None
    document = parse(source.text, name)
    if not isinstance(document.data, dict) or document.problems:
        empty = document.at(
            1, 1, "not-keys", "keys and values belong here", "Write `extends: clear`."
        )
        raise ProblemsFound(document.problems or [empty])
    return document


def _name(workspace: Workspace, path: Path) -> str:
    """How a theme's file is named in problems."""
    if path.is_relative_to(workspace.folder):
        return path.relative_to(workspace.folder).as_posix()
    return f"{path.parent.name}/{path.name}"


def _extends(document: Document) -> dict[str, str]:
    return {key: value for key, value in document.data.items() if key == "extends"}


def _problems(error: ValidationError, documents: list[Document]) -> list[Problem]:
    """Each problem in the file that wrote the value, or, where none did, in the nearest."""
    faults = error.errors(include_url=False)
    missing = [details for details in faults if details["type"] == "missing"]
    if any(("extends",) in each.empty for each in documents):
        return _empty(documents)
    if len(missing) > FEW and not any("extends" in each.data for each in documents):
        return [*_empty(documents), documents[0].at(
            1, 1, "missing-key", f"{len(missing)} keys are missing from this theme",
            "Write `extends: clear`, and only what differs from that theme.",
        )]  # fmt: skip
    problems = _empty(documents)
    for details in faults:
        problems += explain_one(details, _writer(documents, details["loc"]), Tokens)
    return problems


def _writer(documents: list[Document], at: tuple[str | int, ...]) -> Document:
    """The nearest file that says something there."""
    if at[0] == "dark" and len(at) > 1:
        return documents[palette.writer(documents, str(at[1]), "dark")[0]]
    return next((each for each in documents if at[0] in each.data), documents[0])


def _empty(documents: list[Document]) -> list[Problem]:
    """Keys with nothing behind them: of a colour without quotes nothing is left."""
    return [
        document.problem(path, "empty", f"`{path[-1]}` is empty", _way_out(document, path))
        for document in documents
        for path in sorted(document.empty, key=str)
        if path
    ]


def _way_out(document: Document, path: Keys) -> str:
    line = document.lines[document.place(path).key[0]]
    if colour := re.search(r"\s(#[0-9A-Fa-f]{3,8})\b", line):
        return (
            "A colour begins with #, which YAML takes for a comment: put it in quotes, "
            f'`{path[-1]}: "{colour[1]}"`.'
        )
    return "Such as `extends: clear`." if path == ("extends",) else "Write it, or delete the line."
