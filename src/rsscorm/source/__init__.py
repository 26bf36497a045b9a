"""What an author wrote, read and checked: YAML and Markdown in, a `Module` out.

Everything that is wrong is told at once, with its file, line and column; nothing is skipped.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from rsscorm.module import Module, Snapshot
from rsscorm.problems import Problem, ProblemsFound, stop
from rsscorm.source import meaning, settings
from rsscorm.source.explain import did_you_mean
from rsscorm.source.files import link_out
from rsscorm.source.model import read_model
from rsscorm.source.outline import outline
from rsscorm.source.polls import second_votes
from rsscorm.source.reader import FolderReader, SettingsReader
from rsscorm.source.schema import SCHEMAS, json_schema
from rsscorm.source.snapshot import read_snapshot
from rsscorm.source.theme import read_theme
from rsscorm.workspace import Settings, Workspace

MISNAMED = ("module.yml", "module.yaml", "module.yaml.txt", "module.json")
"""What else a module's file is called by those who didn't know."""


def read_workspace(folder: Path) -> Workspace:
    """The workspace in a folder; without a `rsscorm.yaml`, with the default settings.

    Raises `ProblemsFound`.
    """
    path = folder / "rsscorm.yaml"
    if not os.path.lexists(path):
        return Workspace(folder, Settings())
    reader = SettingsReader(folder)
    found, document, problems = read_model(Settings, path, "rsscorm.yaml", reader)
    if found is None or document is None or problems:
        raise ProblemsFound(problems)
    workspace = Workspace(folder, found)
    if problems := settings.problems(workspace, document):
        raise ProblemsFound(problems)
    return workspace


def read_module(
    workspace: Workspace, name: str, today: date | None = None, lints: bool = False
) -> tuple[Module, list[Problem]]:
    """A module of the workspace, with the warnings about it.

    `today` is the day by which a review is due; with `lints` the warnings are those, too, that a
    good author would ask for. Raises `ProblemsFound` with all its errors.
    """
    values = _values(workspace)
    module, problems = _module(workspace.folder, name, values, today, workspace.settings, lints)
    if module is None:
        raise ProblemsFound(problems)
    return module, problems


def packed_figures(workspace: Workspace, module: Module) -> Snapshot | None:
    """The figures that the module's package carries, from its `figures.json`; None without it.

    Raises `ProblemsFound`.
    """
    found, problems = read_snapshot(workspace.module_folder(module.id), module, workspace.settings)
    if stop(problems):
        raise ProblemsFound(problems)
    return found


def check(
    folder: Path, names: list[str] | None = None, today: date | None = None, lints: bool = True
) -> list[Problem]:
    """All problems and warnings of a workspace's settings and modules, sorted by place.

    `names` are the modules to look at (all of them unless said); `lints` asks what a good author
    would ask, too, of those without errors. Never raises.
    """
    problems: list[Problem] = []
    values = known = None
    try:
        workspace = read_workspace(folder)
        values, known = _values(workspace), workspace.settings
    except ProblemsFound as found:
        workspace = Workspace(folder, Settings())
        problems += found.problems
    problems += _own_themes(workspace)
    if names is None:
        problems += misnamed(folder)
    for name in workspace.modules if names is None else names:
        problems += _module(folder, name, values, today, known, lints)[1]
    return sorted(set(problems))


def _own_themes(workspace: Workspace) -> list[Problem]:
    """What is wrong with the themes in the workspace, whether a deployment uses them or not."""
    problems: list[Problem] = []
    for path in (workspace.folder / "themes").glob("*/theme.yaml"):
        try:
            read_theme(workspace, path.parent.name)
        except ProblemsFound as found:
            problems += found.problems
    return problems


def misnamed(folder: Path) -> list[Problem]:
    """Folders that would be modules if their file had its right name."""
    return [
        Problem(
            f"modules/{path.parent.name}/{path.name}", 0, 0, "no-module",
            f"`{path.name}` isn't read: a module's file is named `module.yaml`",
            "Rename it `module.yaml`.",
        )
        for path in sorted((folder / "modules").glob("*/*"))
        if path.name != "module.yaml" and path.name.lower() in MISNAMED
        and not (path.parent / "module.yaml").exists()
    ] + [
        Problem(
            f"modules/{path.name}", 0, 0, "no-module", "this folder holds no `module.yaml`",
            f"Write `modules/{path.name}/module.yaml`, or take the folder out of `modules/`.",
        )
        for path in sorted((folder / "modules").glob("*/"))
        if path.is_dir() and not path.name.startswith(".")
        and not any(each.name.lower() in MISNAMED for each in path.iterdir())
    ]  # fmt: skip


def _values(workspace: Workspace) -> dict[str, dict[str, str]]:
    """What `{name}` stands for in each deployment."""
    deployments = workspace.settings.deployments
    return {name: workspace.values(each) for name, each in deployments.items()}


def _module(
    folder: Path,
    name: str,
    values: dict[str, dict[str, str]] | None,
    today: date | None,
    settings: Settings | None,
    lints: bool = False,
) -> tuple[Module | None, list[Problem]]:
    """A module and everything that is wrong with it."""
    home = folder / "modules" / name
    path = home / "module.yaml"
    if not path.is_file():
        return None, [_no_module(folder, name)]
    if not path.resolve().is_relative_to(home.resolve()):
        file = f"modules/{name}/module.yaml"
        return None, [link_out("module.yaml").problem(file)]
    reader = FolderReader(home, f"modules/{name}/", values)
    module, document, problems = read_model(Module, path, f"modules/{name}/module.yaml", reader)
    if document is not None:
        found = meaning.problems(outline(document, module), name, reader, today or date.today())
        problems += [problem for problem in found if problem.line not in document.repaired]
    if module is None or stop(problems):
        return None, sorted(set(problems))
    plain, module = module, second_votes(module)
    problems += read_snapshot(home, module, settings)[1]
    if stop(problems):
        return None, sorted(set(problems))
    if lints and document is not None:
        from rsscorm.source.lint import lint  # a build doesn't ask it

        problems += lint(plain, outline(document, plain), reader)
    return module, sorted(set(problems))


def _no_module(folder: Path, name: str) -> Problem:
    names = Workspace(folder, Settings()).modules
    hint = did_you_mean(
        name, names, "A module is a folder in `modules/` with a `module.yaml` in it."
    )
    return Problem(f"modules/{name}", 0, 0, "no-module", f"there is no module `{name}`", hint)


__all__ = [
    "SCHEMAS",
    "check",
    "json_schema",
    "misnamed",
    "packed_figures",
    "read_module",
    "read_theme",
    "read_workspace",
]
