"""Commands for the machine that the service runs on: its files, its page, its backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rsscorm.polls.commands.options import (
    FINE,
    as_path,
    lrs_option,
    out_option,
    public_option,
    salts_option,
    store_option,
    today,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command("deploy")
@click.argument("folder", type=click.Path(), callback=as_path)
@click.option(
    "--public", required=True, envvar="RSSCORM_POLLS_PUBLIC", metavar="URL",
    help="The service's own public address, as https://polls.example.org.",
)  # fmt: skip
@click.option(
    "--store", default="/var/lib/rsscorm-polls/polls.db", show_default=True, metavar="FILE|URL",
    help="Or postgresql://HOST/NAME, without a password.",
)  # fmt: skip
@lrs_option
@click.option("--name", default="", metavar="ORGANISATION", help="Who is responsible.")
@click.option("--contact", default="", metavar="MAIL", help="Where people write to.")
@click.option(
    "--replace",
    is_flag=True,
    help="Write over files that are there, but for a page on data protection that has changed.",
)
def deploy(
    folder: Path, public: str, store: str, lrs: str | None, name: str, contact: str, replace: bool
) -> int:
    """Write what it takes to run the service: systemd, Caddy, a container, data protection.

    None of the files holds a secret. README.txt among them says how to begin.
    """
    from rsscorm.polls.deploy import BESIDE, PAGE, Deployment, files, write
    from rsscorm.polls.privacy import Facts, found, privacy_page

    plan = Deployment(public.rstrip("/"), store, lrs, name, contact)
    facts = Facts(store, plan.public, lrs, name, contact)
    page = privacy_page(facts, found(store), today())
    written = write(folder, files(plan, page), replace)
    for file in written:
        click.echo(str(file))
    if folder / BESIDE in written:
        click.echo(
            f"{folder / PAGE} says something else, and is kept as it is. The new one is {BESIDE}.",
            err=True,
        )
    return FINE


@click.command("privacy")
@store_option
@lrs_option
@public_option
@click.option("--name", default="", metavar="ORGANISATION", help="Who is responsible.")
@click.option("--contact", default="", metavar="MAIL", help="Where people write to.")
@out_option("--html", "file", help="Where to write the page, and not to stdout.")
def privacy(
    store: str, lrs: str | None, public: str | None, name: str, contact: str, file: Path | None
) -> int:
    """Write the page on data protection, from how the service is run and what is open.

    It marks plainly what the organisation itself has to fill in.
    """
    from rsscorm.polls.privacy import Facts, privacy_page, releases

    facts = Facts(store, (public or "").rstrip("/"), lrs, name, contact)
    page = privacy_page(facts, releases(store), today())
    write(file, page) if file else click.echo(page, nl=False)
    return FINE


@click.command("backup")
@store_option
@click.argument("file", type=click.Path(dir_okay=False), callback=as_path)
def backup(store: str, file: Path) -> int:
    """Back the votes up into FILE, while the service goes on.

    The service's secret and the salts are not in it, on purpose: with them a closed release could
    be opened again. Keep the secret elsewhere; without the salts nobody can join votes to people.
    """
    from rsscorm.polls.backup import backup

    backup(store, file)
    click.echo(f"{file} has all votes. The secret and the salts are not in it, on purpose:")
    click.echo("without them its votes can't be joined to people, nor a release go on.")
    return FINE


@click.command("restore")
@store_option
@salts_option
@click.argument("file", type=click.Path(dir_okay=False), callback=as_path)
@click.option("--replace", is_flag=True, help="Give up the votes that are there now.")
def restore(store: str, salts: Path, file: Path, replace: bool) -> int:
    """Put the votes of a backup in the place of the store; the service must be stopped.

    Where there is a store already it is said which of the two is newer, and what would be lost.
    Where a salt or the secret isn't the one it was, votes can't be joined to people any more: that
    release is refused, and the service won't start, until it is back or the release is closed.
    """
    from rsscorm.polls.backup import missing_keys, restore

    compared = restore(store, file, replace)
    if compared:
        click.echo(f"As it was: {compared}")
    click.echo(f"The votes of {file} are back. Erase and close again what was since then.")
    for name in missing_keys(store, salts):
        click.echo(f"{name}: its salt or the secret is missing, or another one. The service")
        click.echo("won't start until that is back, or the release is closed.")
    return FINE
