"""The commands of the poll service: `rsscorm polls ...`, for whoever runs it on its own machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rsscorm.polls.database import Database
    from rsscorm.polls.keys import Keys

FINE, PROBLEMS, USAGE, DISK = 0, 1, 2, 4


@click.group("polls")
def polls() -> None:
    """Run the poll service, and look after the votes it keeps.

    The service's secrets come from systemd credentials or the environment, never from a command
    line: RSSCORM_POLLS_KEY (polls-key), RSSCORM_LRS_KEY and RSSCORM_LRS_SECRET (lrs-key,
    lrs-secret).
    """
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("starlette", "uvicorn", "psycopg", "httpx")):
        raise click.UsageError("The poll service isn't installed: pip install 'rsscorm[polls]'")


def _as_path(context: click.Context, option: click.Parameter, given: Any) -> Any:
    from pathlib import Path

    return tuple(map(Path, given)) if isinstance(given, tuple) else Path(given)


def _as_store(context: click.Context, option: click.Parameter, given: str) -> str:
    """A password on a command line can be read by everybody on the machine."""
    import re

    from click.core import ParameterSource

    is_typed = context.get_parameter_source("store") is ParameterSource.COMMANDLINE
    if is_typed and re.match(r"postgres(ql)?://([^/]*:[^/]*@|.*[?&]password=)", given):
        raise click.UsageError(
            "A password doesn't belong on a command line: put the whole address into "
            "RSSCORM_POLLS_STORE, or the password into PGPASSWORD or ~/.pgpass."
        )
    return given


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the votes are."""
    return click.option(
        "--store", default="polls.db", show_default=True, envvar="RSSCORM_POLLS_STORE",
        metavar="FILE|URL", callback=_as_store, help="A file for SQLite, or postgresql://USER@HOST/NAME.",
    )(command)  # fmt: skip


def salts_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the salts are."""
    return click.option(
        "--salts", default="polls.salts", show_default=True, envvar="RSSCORM_POLLS_SALTS",
        type=click.Path(file_okay=False), callback=_as_path,
        help="The folder of the releases' salts. Keep it out of every backup.",
    )(command)  # fmt: skip


def lrs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The LRS."""
    return click.option(
        "--lrs", envvar="RSSCORM_POLLS_LRS", metavar="URL",
        help="The endpoint of the LRS that votes are told to.",
    )(command)  # fmt: skip


def public_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The service's own address."""
    return click.option(
        "--public", envvar="RSSCORM_POLLS_PUBLIC", metavar="URL",
        help="The service's own public address, in whose name it speaks to the LRS.",
    )(command)  # fmt: skip


@polls.command("serve")
@store_option
@salts_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8420, show_default=True, type=click.IntRange(0, 65535),
              help="The port; 0 takes a free one.")  # fmt: skip
@click.option(
    "--metrics-port", default=8421, show_default=True, type=click.IntRange(0, 65535),
    help="The port of Prometheus metrics, on the loopback address alone.",
)  # fmt: skip
@click.option(
    "--most", default=20_000, show_default=True, type=click.IntRange(1),
    help="Newcomers to a poll from one cohort in an hour; what comes above is held back.",
)  # fmt: skip
@lrs_option
@public_option
@click.option(
    "--lrs-every", default=60.0, show_default=True, metavar="SECONDS", type=click.FloatRange(0),
    help="How often the LRS is told: it notes when it hears of a vote.",
)  # fmt: skip
def serve_command(
    store: str, salts: Path, host: str, port: int, metrics_port: int, most: int, lrs: str | None,
    public: str | None, lrs_every: float,
) -> int:  # fmt: skip
    """Take votes and tell figures until stopped.

    It is to stand behind a proxy that speaks TLS, such as Caddy. Where votes can't be stored it
    ends with exit code 1, and is to be started again.
    """
    from rsscorm.polls.serve import Plan, serve

    with telling():
        plan = Plan(
            store, salts, host, port, metrics_port, most, lrs, _public(lrs, public), lrs_every
        )
        return serve(plan)
    return PROBLEMS


def _public(lrs: str | None, public: str | None) -> str:
    if lrs and not public:
        raise click.UsageError("The LRS is told in the service's name: give --public, too.")
    if public and not public.startswith(("https://", "http://")):
        raise click.UsageError("--public is an address such as https://polls.example.org")
    return (public or "").rstrip("/")


@polls.group("release")
def release() -> None:
    """Open a module's polls from what the build wrote, list them, and close them."""


@release.command("open")
@store_option
@salts_option
@click.argument("files", nargs=-1, required=True, metavar="NAME-EDITION.polls.json...",
                type=click.Path(exists=True, dir_okay=False), callback=_as_path)  # fmt: skip
def open_command(store: str, salts: Path, files: tuple[Path, ...]) -> int:
    """Open releases: votes on their polls are taken from now on.

    The files of further editions and deployments of the same module go on with the same tallies.
    """
    from rsscorm.polls.admin import open_release

    for file in files:
        with telling(str(file)):
            opened = open_release(database(store), keys(salts), file.read_bytes())
            click.echo(f"{opened.id}: {len(opened.polls)} polls, edition {opened.edition}")
    return FINE


@release.command("list")
@store_option
def list_command(store: str) -> int:
    """List releases, with what is open and since when."""
    from rsscorm.polls import catalog

    with telling():
        for each in catalog.releases(database(store)).values():
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

    with telling():
        opened = database(store)
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


@polls.command("rebuild")
@store_option
@lrs_option
@public_option
@click.argument("name", metavar="RELEASE")
def rebuild_command(store: str, lrs: str | None, public: str | None, name: str) -> int:
    """Count a release's votes anew from its statements in the LRS, and compare.

    Says whether what the LRS has, less what was erased or is in quarantine, agrees with what is
    served. Nothing is changed. Exit code 1 where they differ.
    """
    from rsscorm.polls.compare import compare

    if not lrs:
        raise click.UsageError("Say which LRS: --lrs https://lrs.example.org/xapi/")
    with telling():
        found = compare(database(store), name, lrs, _public(lrs, public))
        waiting = f", {found.waiting:,} not there yet" if found.waiting else ""
        click.echo(f"{found.release}: {found.votes:,} votes in the LRS{waiting}.")
        for line in found.differences:
            click.echo(line)
        if not found.differences:
            click.echo("The tallies made from them are those that are served.")
        return PROBLEMS if found.differences else FINE
    return PROBLEMS


@polls.command("quarantine")
@store_option
@click.argument("name", metavar="[RELEASE]", required=False)
@click.option("--cohort", metavar="NAME", help="Whose votes; `none` for those without a cohort.")
@click.option("--from", "first", metavar="DATE", help="The first day, as 2026-11-25; else today.")
@click.option("--to", "last", metavar="DATE", help="The last day; else the first.")
@click.option("--why", default="", help="A word for those who look at it later.")
@click.option(
    "--undo",
    type=click.IntRange(1, 2**62),
    metavar="NUMBER",
    help="Let the votes of a quarantine count.",
)
def quarantine_command(
    store: str, name: str | None, cohort: str | None, first: str | None, last: str | None,
    why: str, undo: int | None,
) -> int:  # fmt: skip
    """Hold back the votes of a cohort in some days, or let them count again.

    For votes that look forged. What was published stands until enough others have voted.
    """
    from rsscorm.polls import admin

    if undo is None and not (name and cohort):
        raise click.UsageError("Say of which RELEASE and --cohort, or which one to --undo.")
    with telling():
        opened = database(store)
        if undo is not None:
            admin.put_back(opened, undo)
            click.echo(f"The votes of quarantine {undo} count again.")
            return FINE
        days = (_day(first), _day(last or first))
        if days[1] < days[0]:
            raise click.UsageError("The last day is before the first.")
        found = admin.find(opened, name or "")
        number = admin.put_aside(opened, found, "" if cohort == "none" else cohort or "", days, why)
        click.echo(f"Quarantine {number}: held back until you --undo {number}.")
    return FINE


def _day(text: str | None) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text) if text else today()
    except ValueError as error:
        raise click.UsageError(f"`{text}` isn't a day, such as 2026-11-25.") from error


@polls.command("erase")
@store_option
@salts_option
@click.argument("name", metavar="RELEASE")
@click.option(
    "--home-page", metavar="IRI",
    help="The id is of an account there, as in xAPI, and not an LMS's own.",
)  # fmt: skip
def erase_command(store: str, salts: Path, name: str, home_page: str | None) -> int:
    """Erase what a person has voted, at their request. The id is asked for, or read from stdin.

    It is the id that the LMS gives to packages: in Moodle the username. The answer is the same
    whether there was a vote or not. In the LRS the person's statements are voided; its keeper
    still has the originals. Once a release is closed nobody can be identified any more.
    """
    from rsscorm.polls import admin
    from rsscorm.polls.keys import SecretError

    with telling():
        opened = database(store)
        found = admin.find(opened, name)
        try:
            known = keys(salts)
            known.key(found.id)
        except SecretError:
            if not found.closed:
                raise
            click.echo(f"{found.id} is closed and its key destroyed: nobody can be identified.")
            return PROBLEMS
        learner = _learner()
        admin.erase(opened, known, found, admin.spellings(learner, home_page))
        click.echo(
            "Whatever this person had voted is erased. An LRS that had it keeps the original,"
        )
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


def database(store: str) -> Database:
    """The database, with its tables."""
    from rsscorm.polls.database import open_database
    from rsscorm.polls.schema import prepare

    opened = open_database(store)
    prepare(opened)
    return opened


def keys(salts: Path) -> Keys:
    """The keys of this machine."""
    from rsscorm.polls.keys import Keys

    return Keys.found(salts)


def today() -> date:
    """The day, as votes are dated."""
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


class telling:  # noqa: N801
    """A context that tells what went wrong, as it is told to people, and ends the command."""

    def __init__(self, about: str = "") -> None:
        self._about = f"{about}: " if about else ""

    def __enter__(self) -> None:
        """Nothing is done before."""

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        """What is ours to tell is told; the rest goes on."""
        from rsscorm.polls.database import StoreError
        from rsscorm.polls.keys import SecretError
        from rsscorm.polls.release import ReleaseError
        from rsscorm.polls.schema import NewerSchemaError

        known = (SecretError, ReleaseError, NewerSchemaError)
        if isinstance(error, known) or type(error).__name__ in ("AlreadyServedError", "LrsError"):
            self._end(str(error), PROBLEMS)
        if isinstance(error, StoreError):
            self._end(f"The store would not: {error}", DISK)

    def _end(self, message: str, code: int) -> None:
        click.echo(self._about + message, err=True)
        raise click.exceptions.Exit(code)
