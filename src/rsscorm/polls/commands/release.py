"""`rsscorm polls release`: open a module's polls, list what is there, close them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rsscorm.polls.commands.options import (
    FINE,
    PROBLEMS,
    as_path,
    keys,
    salts_option,
    store_option,
    there,
    today,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.group("release")
def release() -> None:
    """Open a module's polls from what the build wrote, list them, and close them."""


@release.command("open")
@store_option
@salts_option
@click.argument("files", nargs=-1, required=True, metavar="NAME-EDITION.polls.json...",
                type=click.Path(exists=True, dir_okay=False), callback=as_path)  # fmt: skip
def open_command(store: str, salts: Path, files: tuple[Path, ...]) -> int:
    """Open releases: votes on their polls are taken from now on.

    The files of further editions and deployments of the same module go on with the same tallies.
    """
    from rsscorm.polls.admin import open_release
    from rsscorm.polls.errors import PollsError
    from rsscorm.polls.schema import opened_database

    for file in files:
        try:
            opened = open_release(opened_database(store), keys(salts), file.read_bytes())
        except PollsError as error:
            error.about = str(file)
            raise
        click.echo(f"{opened.id}: {len(opened.polls)} polls, edition {opened.edition}")
    return FINE


@release.command("list")
@store_option
def list_command(store: str) -> int:
    """List releases, with what is open and since when."""
    from rsscorm.polls import catalog

    for each in catalog.releases(there(store)).values():
        state = f"closed {each.closed}" if each.closed else f"open since {each.opened}"
        until = f", until {each.until}" if each.until else ""
        click.echo(f"{each.id}  {each.answers}  {len(each.polls)} polls  {state}{until}")
    return FINE


@release.command("close")
@store_option
@salts_option
@click.argument("name", metavar="RELEASE")
@click.option("--yes", is_flag=True, help="Don't ask.")
def close_command(store: str, salts: Path, name: str, yes: bool) -> int:
    """Close a release for good, and destroy its key.

    No more votes are taken, and nobody can tell any longer whose a vote was. What was published
    stays. After 90 days the votes themselves go, and totals are kept.
    """
    from rsscorm.polls.admin import close_release, find

    opened = there(store)
    found = find(opened, name)
    if not yes:
        click.confirm(f"Close {found.id} for good and destroy its key?", abort=True)
    if close_release(opened, keys(salts), found.id, today()):
        click.echo(f"{found.id} is closed, and its key destroyed.")
        return FINE
    click.echo(
        f"{found.id} is closed, but its salt isn't in {salts}. If it is in another folder, "
        "its key isn't destroyed yet: do this again with --salts.",
        err=True,
    )
    return PROBLEMS
