"""`rsscorm migrate`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from rsscorm.cli.common import (
    FINE,
    PROBLEMS,
    count,
    failed,
    module_names,
    modules_in,
    must_be_there,
    nothing_here,
    workspace,
)


@click.command("migrate", short_help="Bring modules to this version of the format.")
@click.argument("modules", nargs=-1, metavar="[MODULE]...", shell_complete=module_names)
@workspace
def command(modules: tuple[str, ...], folder: str) -> int:
    """Edit modules that were written for an older format, keeping their comments and layout.

    Ids stay, so learners keep what they have. Without names all modules are looked at. Look at
    what was changed before you build (`git diff`).
    """
    there, _ = modules_in(folder)
    if not there:
        return nothing_here(folder)
    must_be_there(modules, there)
    return _migrate(folder, modules or there)


def _migrate(folder: str, names: Sequence[str]) -> int:
    """Migrate what can be, and tell each file that was changed; the exit code."""
    from pathlib import Path

    from rsscorm.source.migrate import NotMigratedError, migrate, newest

    is_changed = is_wrong = False
    for name in names:
        try:
            for file in migrate(Path(folder), name):
                click.echo(file)
                is_changed = True
        except NotMigratedError as error:
            failed(str(error), PROBLEMS)
            is_wrong = True
    if not is_changed and not is_wrong:
        said = "is" if len(names) == 1 else "are all"
        click.echo(f"{count(len(names), 'module')} {said} in format {newest()}: nothing to do.")
    return PROBLEMS if is_wrong else FINE
