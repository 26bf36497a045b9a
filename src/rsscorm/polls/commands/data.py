"""Commands on the votes themselves: compare them with the LRS, hold them back, erase them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rsscorm.polls.commands.options import (
    FINE,
    PROBLEMS,
    keys,
    lrs_option,
    public_for,
    public_option,
    salts_option,
    store_option,
    there,
    today,
)

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@click.command("rebuild")
@store_option
@lrs_option
@public_option
@click.argument("name", metavar="RELEASE")
def rebuild(store: str, lrs: str | None, public: str | None, name: str) -> int:
    """Count a release's votes anew from its statements in the LRS, and compare.

    Says whether what the LRS has, less what was erased or is in quarantine, agrees with what is
    served. Nothing is changed. Exit code 1 where they differ.
    """
    from rsscorm.polls.compare import compare

    if not lrs:
        raise click.UsageError("Say which LRS: --lrs https://lrs.example.org/xapi/")
    found = compare(there(store), name, lrs, public_for(lrs, public))
    waiting = f", {found.waiting:,} not there yet" if found.waiting else ""
    click.echo(f"{found.release}: {found.votes:,} votes in the LRS{waiting}.")
    for line in found.differences:
        click.echo(line)
    if not found.differences:
        click.echo("The tallies made from them are those that are served.")
    return PROBLEMS if found.differences else FINE


@click.command("resend")
@store_option
@lrs_option
@public_option
def resend(store: str, lrs: str | None, public: str | None) -> int:
    """Send an LRS again what it has refused for good, once its keeper has mended why.

    The service may go on meanwhile. Exit code 1 where something is refused still.
    """
    from rsscorm.polls import resend as dead

    if not lrs:
        raise click.UsageError("Say which LRS: --lrs https://lrs.example.org/xapi/")
    found = dead.resend(there(store), lrs, public_for(lrs, public))
    if not (found.taken or found.refused or found.gone):
        click.echo("This LRS has refused nothing: there is nothing to send again.")
        return FINE
    click.echo(f"{found.taken:,} taken, {found.refused:,} refused still.")
    if found.gone:
        click.echo(f"{found.gone:,} are of votes that were deleted: nothing is left to send.")
    return PROBLEMS if found.refused else FINE


_NUMBER = click.IntRange(1, 2**62)


@click.command("quarantine")
@store_option
@click.argument("name", metavar="[RELEASE]", required=False)
@click.option("--cohort", metavar="NAME", help="Whose votes; `none` for those without a cohort.")
@click.option("--from", "first", metavar="DATE", help="The first day, as 2026-11-25; else today.")
@click.option("--to", "last", metavar="DATE", help="The last day; else the first.")
@click.option("--why", default="", help="A word for those who look at it later.")
@click.option("--undo", type=_NUMBER, metavar="NUMBER", help="Let the votes of a quarantine count.")
@click.option("--keep", type=_NUMBER, metavar="NUMBER",
              help="You have looked at it: its votes are forged.")  # fmt: skip
def quarantine(
    store: str, name: str | None, cohort: str | None, first: str | None, last: str | None,
    why: str, undo: int | None, keep: int | None,
) -> int:  # fmt: skip
    """Hold back the votes of a cohort in some days, or let them count again.

    For votes that look forged. What was published stands until enough others have voted.
    """
    from rsscorm.polls import admin

    if undo is None and keep is None and not (name and cohort):
        raise click.UsageError("Say of which RELEASE and --cohort, or which to --undo or --keep.")
    opened = there(store)
    if undo is not None:
        admin.put_back(opened, undo)
        click.echo(f"The votes of quarantine {undo} count again.")
    elif keep is not None:
        admin.keep_aside(opened, keep)
        click.echo(f"Quarantine {keep} stays, and `status` asks no more about it.")
    else:
        days, found = _days(first, last), admin.find(opened, name or "")
        number = admin.put_aside(opened, found, "" if cohort == "none" else cohort or "", days, why)
        click.echo(f"Quarantine {number}: held back until you --undo {number}.")
    return FINE


def _days(first: str | None, last: str | None) -> tuple[date, date]:
    days = (_day(first), _day(last or first))
    if days[1] < days[0]:
        raise click.UsageError("The last day is before the first.")
    return days


def _day(text: str | None) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text) if text else today()
    except ValueError as error:
        raise click.UsageError(f"`{text}` isn't a day, such as 2026-11-25.") from error


@click.command("erase")
@store_option
@salts_option
@click.argument("name", metavar="RELEASE")
@click.option(
    "--home-page", metavar="IRI",
    help="The id is of an account there, as in xAPI, and not an LMS's own.",
)  # fmt: skip
def erase(store: str, salts: Path, name: str, home_page: str | None) -> int:
    """Erase what a person has voted, at their request. The id is asked for, or read from stdin.

    It is the id that the LMS gives to packages: in Moodle the username. The answer is the same
    whether there was a vote or not. In the LRS the person's statements are voided; its keeper
    still has the originals. Once a release is closed nobody can be identified any more.
    """
    from contextlib import suppress

    from rsscorm.polls import admin
    from rsscorm.polls.database import StoreError
    from rsscorm.polls.keys import SecretError

    opened = there(store)
    found = admin.find(opened, name)
    try:
        known = keys(salts)
        known.key(found.id)
    except SecretError:
        if not found.closed:
            raise
        click.echo(f"{found.id} is closed and its key destroyed: nobody can be identified.")
        return PROBLEMS
    admin.erase(opened, known, found, admin.spellings(_learner(), home_page))
    # The log of a file still holds what was erased, until another takes its place.
    with suppress(StoreError):
        opened.settle()
    click.echo("Whatever this person had voted is erased. An LRS that had it keeps the original,")
    click.echo("marked as void: ask its keeper to delete it there.")
    return FINE


def _learner() -> str:
    """As it is typed, without showing it; else the first line of stdin."""
    import sys

    if sys.stdin.isatty():
        return str(click.prompt("The learner's id", hide_input=True, err=True))
    if not (line := sys.stdin.readline().rstrip("\r\n")):
        raise click.UsageError("There is no learner's id on stdin.")
    return line
