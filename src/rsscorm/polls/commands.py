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

FINE, PROBLEMS, DISK = 0, 1, 4
TOLD = (
    "AlreadyServedError",
    "AddressError",
    "LrsError",
    "PackageWordsError",
    "BackupError",
    "DeployError",
)
"""Errors in words that are people's, of modules that not every command imports."""


@click.group("polls")
def polls() -> None:
    """Run the poll service, and look after the votes it keeps.

    The service's secrets come from systemd credentials or the environment, never from a command
    line: RSSCORM_POLLS_KEY (polls-key), RSSCORM_LRS_KEY and RSSCORM_LRS_SECRET (lrs-key,
    lrs-secret).
    """
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("uvicorn", "psycopg", "httpx")):
        raise click.UsageError("The poll service isn't installed: pip install 'rsscorm[polls]'")


def _as_path(context: click.Context, option: click.Parameter, given: Any) -> Any:
    from pathlib import Path

    return tuple(map(Path, given)) if isinstance(given, tuple) else Path(given)


def _as_path_or_none(context: click.Context, option: click.Parameter, given: Any) -> Any:
    return given and _as_path(context, option, given)


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
@click.option(
    "--keep",
    type=click.IntRange(1, 2**62),
    metavar="NUMBER",
    help="You have looked at it: its votes are forged.",
)
def quarantine_command(
    store: str, name: str | None, cohort: str | None, first: str | None, last: str | None,
    why: str, undo: int | None, keep: int | None,
) -> int:  # fmt: skip
    """Hold back the votes of a cohort in some days, or let them count again.

    For votes that look forged. What was published stands until enough others have voted.
    """
    from rsscorm.polls import admin

    if undo is None and keep is None and not (name and cohort):
        raise click.UsageError("Say of which RELEASE and --cohort, or which to --undo or --keep.")
    with telling():
        opened = database(store)
        if undo is not None:
            admin.put_back(opened, undo)
            click.echo(f"The votes of quarantine {undo} count again.")
            return FINE
        if keep is not None:
            admin.keep_aside(opened, keep)
            click.echo(f"Quarantine {keep} stays, and `status` asks no more about it.")
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
    from contextlib import suppress

    from rsscorm.polls import admin
    from rsscorm.polls.database import StoreError
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
        # The log of a file still holds what was erased, until another takes its place.
        with suppress(StoreError):
            opened.settle()
        click.echo(
            "Whatever this person had voted is erased. An LRS that had it keeps the original,"
        )
        click.echo("marked as void: ask its keeper to delete it there.")
    return FINE


@polls.command("report")
@store_option
@click.argument("name", metavar="RELEASE")
@click.option("--html", metavar="FILE", callback=_as_path_or_none, help="Write a page.")
@click.option("--csv", metavar="FILE", callback=_as_path_or_none, help="Write a table.")
@click.option(
    "--package", metavar="FILE.zip", callback=_as_path_or_none,
    help="A package of the module, for the words; else ids are shown.",
)  # fmt: skip
def report_command(
    store: str, name: str, html: Path | None, csv: Path | None, package: Path | None
) -> int:
    """Report what a release's polls have shown: over time, before and after, by cohort.

    Only what packages are told is in it. Without --html and --csv it is a few lines of text.
    """
    from rsscorm.polls import report
    from rsscorm.polls.admin import find
    from rsscorm.polls.words import Words, words_of

    with telling():
        opened = existing(store)
        found = find(opened, name)
        words = words_of(package) if package else Words()
        polls = report.reports(opened, found, words)
        if html:
            _write(html, report.as_page(found, polls, words.title or found.module, today()))
        if csv:
            # Excel takes what begins without the mark for another encoding.
            _write(csv, "\ufeff" + report.as_csv(found, polls))
        if not (html or csv):
            click.echo(report.as_text(found, polls), nl=False)
    return FINE


@polls.command("snapshot")
@store_option
@click.argument("name", metavar="RELEASE")
@click.option("-o", "target", metavar="FILE", callback=_as_path_or_none, help="Else to stdout.")
def snapshot_command(store: str, name: str, target: Path | None) -> int:
    """Print dated figures, for packages where the service can't be reached.

    Kept as modules/NAME/figures.json they are packed by the next `rsscorm build`.
    """
    from rsscorm.polls import snapshot
    from rsscorm.polls.admin import find

    with telling():
        opened = existing(store)
        text = snapshot.as_file(opened, find(opened, name), today())
        if target:
            _write(target, text)
        else:
            click.echo(text, nl=False)
    return FINE


def _write(target: Path, text: str) -> None:
    """Whole or not at all."""
    new = target.with_name(target.name + ".new")
    new.write_text(text, encoding="utf-8", newline="")
    new.replace(target)
    click.echo(str(target))


@polls.command("status")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print it for other programs.")
def status_command(store: str, as_json: bool) -> int:
    """Say how the service stands, and what needs you: exit code 1 where something does."""
    import json

    from rsscorm.polls.status import as_text, status

    with telling():
        found = status(existing(store), today())
        text = json.dumps(found.as_json(), indent=2) + "\n" if as_json else as_text(found)
        click.echo(text, nl=False)
        return PROBLEMS if found.needs else FINE
    return PROBLEMS


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


def existing(store: str) -> Database:
    """The database, which must be there: in an empty one nothing would ever be amiss."""
    from pathlib import Path

    from rsscorm.polls.database import is_server
    from rsscorm.polls.release import ReleaseError

    if not is_server(store) and not Path(store.removeprefix("sqlite:")).is_file():
        raise ReleaseError(f"there is no store {store}: say which with --store")
    return database(store)


def keys(salts: Path) -> Keys:
    """The keys of this machine."""
    from rsscorm.polls.keys import Keys

    return Keys.found(salts)


def today() -> date:
    """The day, as votes are dated."""
    from rsscorm.polls import release

    return release.today()


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
        if isinstance(error, known) or type(error).__name__ in TOLD:
            self._end(str(error), PROBLEMS)
        if isinstance(error, StoreError):
            self._end(f"The store would not: {error}", DISK)

    def _end(self, message: str, code: int) -> None:
        click.echo(self._about + message, err=True)
        raise click.exceptions.Exit(code)


@polls.command("deploy")
@click.argument("folder", type=click.Path(), callback=_as_path)
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
@click.option("--replace", is_flag=True, help="Write over files that are there.")
def deploy_command(
    folder: Path, public: str, store: str, lrs: str | None, name: str, contact: str, replace: bool
) -> int:
    """Write what it takes to run the service: systemd, Caddy, a container, data protection.

    None of the files holds a secret. README.txt among them says how to begin.
    """
    from rsscorm.polls.deploy import Deployment, files, write
    from rsscorm.polls.privacy import Facts, found, privacy_page

    with telling():
        plan = Deployment(public.rstrip("/"), store, lrs, name, contact)
        facts = Facts(store, plan.public, lrs, name, contact)
        page = privacy_page(facts, found(store), today())
        for file in write(folder, files(plan, page), replace):
            click.echo(str(file))
    return FINE


@polls.command("privacy")
@store_option
@lrs_option
@public_option
@click.option("--name", default="", metavar="ORGANISATION", help="Who is responsible.")
@click.option("--contact", default="", metavar="MAIL", help="Where people write to.")
@click.option(
    "--html", "file", metavar="FILE", type=click.Path(dir_okay=False),
    help="Where to write the page, and not to stdout.",
)  # fmt: skip
def privacy_command(
    store: str, lrs: str | None, public: str | None, name: str, contact: str, file: str | None
) -> int:
    """Write the page on data protection, from how the service is run and what is open.

    It marks plainly what the organisation itself has to fill in.
    """
    from pathlib import Path

    from rsscorm.polls.privacy import Facts, existing, privacy_page

    with telling():
        page = privacy_page(
            Facts(store, (public or "").rstrip("/"), lrs, name, contact), existing(store), today()
        )
        Path(file).write_text(page, "utf-8") if file else click.echo(page, nl=False)
    return FINE


@polls.command("backup")
@store_option
@click.argument("file", type=click.Path(dir_okay=False), callback=_as_path)
def backup_command(store: str, file: Path) -> int:
    """Back the votes up into FILE, while the service goes on.

    The service's secret and the salts are not in it, on purpose: with them a closed release could
    be opened again. Keep the secret elsewhere; without the salts nobody can join votes to people.
    """
    from rsscorm.polls.backup import backup

    with telling():
        backup(store, file)
        click.echo(f"{file} has all votes. The secret and the salts are not in it, on purpose:")
        click.echo("without them its votes can't be joined to people, nor a release go on.")
    return FINE


@polls.command("restore")
@store_option
@salts_option
@click.argument("file", type=click.Path(dir_okay=False), callback=_as_path)
@click.option("--replace", is_flag=True, help="Give up the votes that are there now.")
def restore_command(store: str, salts: Path, file: Path, replace: bool) -> int:
    """Put the votes of a backup in the place of the store; the service must be stopped.

    Where a salt or the secret isn't the one it was, votes can't be joined to people any more: that
    release is refused, and the service won't start, until it is back or the release is closed.
    """
    from rsscorm.polls.backup import missing_keys, restore

    with telling():
        restore(store, file, replace)
        click.echo(f"The votes of {file} are back. Erase and close again what was since then.")
        for name in missing_keys(store, salts):
            click.echo(f"{name}: its salt or the secret is missing, or another one. The service")
            click.echo("won't start until that is back, or the release is closed.")
    return FINE
