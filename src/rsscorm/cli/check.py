"""`rsscorm check`."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING

import click

from rsscorm.cli.common import (
    count,
    is_workspace,
    module_names,
    modules_in,
    must_be_there,
    nothing_here,
    problems_of,
    tell,
    tell_json,
    workspace,
)

if TYPE_CHECKING:
    from rsscorm.problems import Problem


@click.command("check")
@click.argument("modules", nargs=-1, metavar="[MODULE]...", shell_complete=module_names)
@click.option("--fix", is_flag=True, help="Mend in your files what can be mended safely.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print problems as a JSON list.")
@workspace
def command(modules: tuple[str, ...], fix: bool, diff: bool, as_json: bool, folder: str) -> int:
    """Find every problem of all modules, of the themes and of rsscorm.yaml.

    With --json each problem has code, file, line, column, message and hint. With --fix what is
    left is told after what was mended: text that YAML would cut, misspelt keys, paths in the
    wrong case, tabs, ids that are missing and more of that kind.
    """
    from rsscorm.build.schemas import keep_schemas

    there, _ = modules_in(folder)
    must_be_there(modules, there)
    if not is_workspace(folder):
        return nothing_here(folder)
    keep_schemas(folder, only_renew=True)
    if fix or diff:
        problems = _mended(folder, list(modules), diff, sys.stderr if as_json else sys.stdout)
    else:
        problems = problems_of(folder, modules)
    if as_json:
        return tell_json(problems)
    if not there and not problems:
        return nothing_here(folder)
    if not problems:
        click.echo(count(len(modules or there), "module") + " checked: nothing to mend.")
    code = tell(problems)
    if not (fix or diff):
        _say_what_can_be_mended(problems)
    return code


def _say_what_can_be_mended(problems: list[Problem]) -> None:
    """Tell a person of --fix where it may help; a log needs no such words."""
    if not problems or not sys.stderr.isatty():
        return
    from rsscorm.fix.edits import FIXES

    if any(problem.code in FIXES for problem in problems):
        click.echo("Some of it can be mended for you: rsscorm check --fix", err=True)


def _mended(folder: str, modules: list[str], only_show: bool, out: IO[str]) -> list[Problem]:
    """Mend, and say each fix; or show what would be changed. The problems that there are then."""
    from pathlib import Path

    from rsscorm.fix import mend

    mended = mend(Path(folder), modules or None)
    if only_show:
        click.echo(mended.diff(), file=out, nl=False)
        return problems_of(folder, tuple(modules))
    mended.write(Path(folder))
    for fix in mended.fixes:
        click.echo(f"{fix.file}:{fix.line}  {fix.what}", file=out)
    if mended.fixes:
        click.echo(f"{count(len(mended.fixes), 'fix', 'fixes')} made.", err=True)
    return mended.left
