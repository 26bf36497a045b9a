"""`rsscorm migrate`."""

from __future__ import annotations

import click

from rsscorm.cli.common import (
    FINE,
    PROBLEMS,
    failed,
    modules_in,
    nothing_here,
    usage_error,
    workspace,
)
from rsscorm.english import counted


@click.command("migrate", short_help="Bring modules to this version of the format.")
@click.argument("modules", nargs=-1, metavar="[MODULE]...")
@workspace
def command(modules: tuple[str, ...], folder: str) -> int:
    """Edit modules that were written for an older format, keeping their comments and layout.

    Ids stay, so learners keep what they have. Without names all modules are looked at. Look at
    what was changed before you build (`git diff`).
    """
    from rsscorm.build import UnknownNameError

    there, _ = modules_in(folder)
    if not there:
        return nothing_here(folder)
    for name in modules:
        if name not in there:
            raise usage_error(UnknownNameError("module", name, there))
    codes = [_migrate(folder, name) for name in modules or there]
    changed, wrong = codes.count(True), codes.count(None)
    if not changed and not wrong:
        from rsscorm.source.migrate import newest

        said = "is" if len(codes) == 1 else "are all"
        click.echo(f"{counted(len(codes), 'module')} {said} in format {newest()}: nothing to do.")
    return PROBLEMS if wrong else FINE


def _migrate(folder: str, name: str) -> bool | None:
    """Whether a module was changed; None where it can't be."""
    from pathlib import Path

    from rsscorm.source.migrate import FILE, NoVersionError, migrated, newest, texts_in, version_of
    from rsscorm.source.migrate import write as write_texts

    home = Path(folder) / "modules" / name
    try:
        texts = texts_in(home)
        changed = migrated(texts)
    except (NoVersionError, UnicodeDecodeError):
        failed(f"modules/{name} can't be read: `rsscorm check {name}` says why.", PROBLEMS)
        return None
    if (version_of(texts[FILE]) or 0) > newest():
        failed(f"modules/{name} is in a newer format than this rsscorm reads.", PROBLEMS)
        return None
    write_texts(home, changed)
    for path in changed:
        click.echo(f"modules/{name}/{path}")
    return bool(changed)
