"""`rsscorm polls release`: open a module's polls, list what is there, close them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rsscorm.polls.commands.options import (
    FINE,
    INTERRUPTED,
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
    from rsscorm.polls.errors import PollsError

    for file in files:
        try:
            _open(store, salts, file.read_bytes())
        except PollsError as error:
            error.about = str(file)
            raise
    return FINE


def _open(store: str, salts: Path, content: bytes) -> None:
    from contextlib import closing

    from rsscorm.polls import catalog, listing
    from rsscorm.polls.admin import open_release
    from rsscorm.polls.release import read_polls_file
    from rsscorm.polls.schema import opened_database

    file, known = read_polls_file(content), keys(salts)
    with closing(opened_database(store)) as database:
        before = catalog.releases(database).get(file.release)
        after = open_release(database, known, content)
    click.echo(listing.opened(before, after))
    for words in listing.warnings(file, today()):
        click.echo(f"{after.id}: {words}", err=True)


@release.command("list")
@store_option
@click.option(
    "--package", "packages", multiple=True, metavar="FILE.zip", callback=as_path,
    help="A package of a module, for its title. May be repeated.",
)  # fmt: skip
def list_command(store: str, packages: tuple[Path, ...]) -> int:
    """List releases: what is open until when, with which polls, for whom, and roughly how used.

    How many have voted is said as packages are told it, never more exactly.
    """
    from rsscorm.polls import listing
    from rsscorm.polls.words import words_of

    known = [words_of(package) for package in packages]
    titles = {words.release: words.title for words in known}
    click.echo(listing.as_text(there(store), titles, today()), nl=False)
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
    if not yes and (code := _refuses(f"Close {found.id} for good and destroy its key?")):
        return code
    if close_release(opened, keys(salts), found.id, today()):
        click.echo(f"{found.id} is closed, and its key destroyed.")
        return FINE
    click.echo(
        f"{found.id} is closed, but its salt isn't in {salts}. If it is in another folder, "
        "its key isn't destroyed yet: do this again with --salts.",
        err=True,
    )
    return PROBLEMS


def _refuses(question: str) -> int:
    """Ask; 0 for yes, else the exit code, once it is said that nothing was changed."""
    try:
        if click.confirm(question, err=True):
            return FINE
        code = PROBLEMS
    except click.Abort:
        click.echo(err=True)
        code = INTERRUPTED
    click.echo("Nothing was changed.", err=True)
    return code
