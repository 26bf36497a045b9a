"""`rsscorm new`."""

from __future__ import annotations

import os
from shlex import quote

import click

from rsscorm.cli.common import FINE, count, is_workspace, workspace


@click.command("new")
@click.argument("name", default="my-first-module")
@workspace
def command(name: str, folder: str) -> int:
    """Begin a module, to be changed into yours; in an empty folder, with a workspace around it.

    NAME is the module's title, such as "Saying no", or its id, saying-no. Nothing that is there
    is overwritten.
    """
    from pathlib import Path

    from rsscorm.build.schemas import keep_schemas
    from rsscorm.new import NewError, named, new_module, new_workspace

    try:
        words = named(name)
        made = [] if is_workspace(folder) else new_workspace(Path(folder))
        made += new_module(Path(folder), words)
    except NewError as error:
        raise click.UsageError(str(error)) from error
    keep_schemas(folder)
    for file in made:
        click.echo(file)
    _say_next(words.id, len(made), folder)
    return FINE


def _say_next(id: str, number: int, folder: str) -> None:
    """What to open, and what to type after that."""
    where = "" if os.path.samefile(folder, os.getcwd()) else f" -C {quote(folder)}"
    inside = f" in the workspace {folder}" if where else ""
    said = (
        f"{count(number, 'file')} made{inside}. Open modules/{id}/module.yaml in an editor, then:"
    )
    steps = (f"preview {id}{where}", f"check{where}", f"build{where}")
    click.echo("\n".join([said, "", *(f"    rsscorm {step}" for step in steps)]), err=True)
