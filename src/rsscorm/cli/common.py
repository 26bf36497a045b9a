"""What commands share: exit codes, the workspace they work in, and how problems are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rsscorm.build import UnknownNameError
    from rsscorm.problems import Problem

FINE, PROBLEMS, USAGE, FAULT, DISK, INTERRUPTED = 0, 1, 2, 3, 4, 130

NO_MODULES = """There are no modules here yet. This begins one:

    rsscorm new "My first module"

A module is a folder in `modules/` with a `module.yaml` in it. Looked in: {folder}"""

NO_WORKSPACE = """This is no workspace, and nor is a folder above it: {folder}

In an empty folder, this begins one with a first module:

    rsscorm new "My first module\""""


def failed(message: str, code: int) -> int:
    """Say on stderr what went wrong; the exit code for it."""
    click.echo(message, err=True)
    return code


def workspace(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that names the workspace, as the argument `folder`."""
    option = click.option(
        "-C", "--workspace", "folder", metavar="FOLDER", callback=_find_workspace,
        type=click.Path(exists=True, file_okay=False),
        help="The workspace; else the nearest folder upwards with rsscorm.yaml or modules/.",
    )  # fmt: skip
    return option(command)


def module_names(context: click.Context, argument: click.Parameter, begun: str) -> list[str]:
    """What Tab completes a module's name to; for `shell_complete` of arguments."""
    folder = context.params.get("folder") or _find_workspace(context, argument, None)
    return [name for name in modules_in(folder)[0] if name.startswith(begun)]


def _find_workspace(context: click.Context, option: click.Parameter, given: str | None) -> str:
    here = os.path.abspath(given or os.getcwd())
    folder = here
    while not given and not is_workspace(folder):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return here
    return folder


def is_workspace(folder: str) -> bool:
    """Whether a folder holds what makes it a workspace."""
    inside = (os.path.join(folder, name) for name in ("rsscorm.yaml", "modules"))
    return any(os.path.exists(path) for path in inside)


def modules_in(folder: str) -> tuple[list[str], list[str]]:
    """The names of the module folders, and of those in `modules/` that hold no module."""
    from rsscorm.build.stamp import Stamp

    return Stamp(folder).modules()


def nothing_here(folder: str) -> int:
    """Say how to begin where there is no module; a workspace's settings may be wrong already."""
    if not is_workspace(folder):
        return failed(NO_WORKSPACE.format(folder=folder), PROBLEMS)
    code = tell(problems_of(folder, ()))
    return failed(NO_MODULES.format(folder=folder), code)


def problems_of(folder: str, modules: tuple[str, ...]) -> list[Problem]:
    """All problems and warnings of some modules, or (none named) of all."""
    from pathlib import Path

    from rsscorm.source import check as find_problems

    return find_problems(Path(folder), list(modules) or None)


def must_be_there(names: Iterable[str], there: list[str]) -> None:
    """Raise a usage error for the first of these modules that isn't there."""
    from rsscorm.build import UnknownNameError

    if unknown := next((name for name in names if name not in there), None):
        raise usage_error(UnknownNameError("module", unknown, there))


def usage_error(error: UnknownNameError) -> click.UsageError:
    """What is told of a name that isn't there: what may have been meant."""
    from difflib import get_close_matches

    if close := get_close_matches(error.name, error.known, 1):
        hint = f"Did you mean `{close[0]}`?"
    else:
        hint = f"Those here: {', '.join(error.known)}." if error.known else "There is none yet."
    if error.kind == "deployment" and error.name == "default" and error.known:
        hint = f"Say for whom: --for {error.known[0]}, or --for all."
    return click.UsageError(f"There is no {error.kind} `{error.name}`. {hint}")


def tell(problems: list[Problem]) -> int:
    """Show problems, if there are any; the exit code for them."""
    if not problems:
        return FINE
    from rsscorm.source.report import show

    show(problems, sys.stderr, wants_colour(sys.stderr))
    return _code_for(problems)


def tell_json(problems: list[Problem]) -> int:
    """Print problems as a JSON list, for editors; the exit code for them."""
    import json

    data = [problem.as_json() for problem in problems]
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    return _code_for(problems)


def _code_for(problems: list[Problem]) -> int:
    """Warnings alone leave all well."""
    return PROBLEMS if any(not problem.is_warning for problem in problems) else FINE


def wants_colour(stream: Any) -> bool:
    """Colour is for terminals, and for none where NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def count(number: int, thing: str, several: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{number} {thing if number == 1 else several or thing + 's'}"
