"""Themes: found in the workspace before the tool's own, and filled in from what they extend."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

import rsscorm
from rsscorm.problems import Problem, ProblemsFound
from rsscorm.source.explain import did_you_mean, explain_one
from rsscorm.source.files import Refusal
from rsscorm.source.texts import load
from rsscorm.source.yaml import Document, parse
from rsscorm.workspace import Theme, Tokens, Workspace


def read_theme(workspace: Workspace, name: str) -> Theme:
    """A theme of the workspace, or else of the tool, with all that it inherits.

    Raises `ProblemsFound`.
    """
    chain = _chain(workspace, name)
    documents = [document for _, document in chain]
    merged = {key: value for each in reversed(documents) for key, value in each.data.items()}
    merged.pop("extends", None)
    try:
        tokens = Tokens.model_validate({**merged, **_extends(documents[0])})
    except ValidationError as error:
        raise ProblemsFound(_problems(error, documents)) from None
    return Theme(name, tokens, tuple(folder for folder, _ in chain))


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
        name = document.data.get("extends")
    return chain


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
    inside = path.is_relative_to(workspace.folder)
    name = (
        path.relative_to(workspace.folder).as_posix()
        if inside
        else f"{path.parent.name}/theme.yaml"
    )
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


def _extends(document: Document) -> dict[str, str]:
    return {key: value for key, value in document.data.items() if key == "extends"}


def _problems(error: ValidationError, documents: list[Document]) -> list[Problem]:
    """Each problem in the file that wrote the value, or, where none did, in the nearest."""
    problems: list[Problem] = []
    for details in error.errors(include_url=False):
        key = details["loc"][0]
        writer = next((each for each in documents if key in each.data), documents[0])
        problems += explain_one(details, writer, Tokens)
    return problems
