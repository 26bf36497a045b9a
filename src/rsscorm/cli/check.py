"""`rsscorm check`."""

from __future__ import annotations

import click

from rsscorm.cli.common import (
    count,
    modules_in,
    nothing_here,
    problems_of,
    tell,
    tell_json,
    usage_error,
    workspace,
)


@click.command("check", short_help="Find every problem, and say what to do about it.")
@click.argument("modules", nargs=-1, metavar="[MODULE]...")
@click.option("--json", "as_json", is_flag=True, help="Print problems as a JSON list.")
@workspace
def command(modules: tuple[str, ...], as_json: bool, folder: str) -> int:
    """Find every problem of all modules, of the themes and of rsscorm.yaml.

    With --json each problem has code, file, line, column, message and hint.
    """
    from rsscorm.build import UnknownNameError

    there, _ = modules_in(folder)
    for name in modules:
        if name not in there:
            raise usage_error(UnknownNameError("module", name, there))
    problems = problems_of(folder, modules)
    if as_json:
        return tell_json(problems)
    if not there and not problems:
        return nothing_here(folder)
    if not problems:
        click.echo(count(len(modules or there), "module") + " checked: nothing to mend.")
    return tell(problems)
