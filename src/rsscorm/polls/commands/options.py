"""What several commands share: their options, and what these stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rsscorm.polls.database import Database
    from rsscorm.polls.keys import Keys

FINE, PROBLEMS, INTERRUPTED = 0, 1, 130

PORT = 8420
"""That the service takes votes at."""

Command = Callable[..., Any]


def as_path(context: click.Context, option: click.Parameter, given: Any) -> Any:
    """What was given as a path, or as several; None stays None."""
    from pathlib import Path

    return tuple(map(Path, given)) if isinstance(given, tuple) else given and Path(given)


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


def store_option(command: Command) -> Command:
    """Where the votes are."""
    return click.option(
        "--store", default="polls.db", show_default=True, envvar="RSSCORM_POLLS_STORE",
        metavar="FILE|URL", callback=_as_store, help="A file for SQLite, or postgresql://USER@HOST/NAME.",
    )(command)  # fmt: skip


def salts_option(command: Command) -> Command:
    """Where the salts are."""
    return click.option(
        "--salts", default="polls.salts", show_default=True, envvar="RSSCORM_POLLS_SALTS",
        type=click.Path(file_okay=False), callback=as_path,
        help="The folder of the releases' salts. Keep it out of every backup.",
    )(command)  # fmt: skip


def lrs_option(command: Command) -> Command:
    """The LRS."""
    return click.option(
        "--lrs", envvar="RSSCORM_POLLS_LRS", metavar="URL",
        help="The endpoint of the LRS that votes are told to.",
    )(command)  # fmt: skip


def public_option(command: Command) -> Command:
    """The service's own address."""
    return click.option(
        "--public", envvar="RSSCORM_POLLS_PUBLIC", metavar="URL",
        help="The service's own public address, in whose name it speaks to the LRS.",
    )(command)  # fmt: skip


def out_option(*names: str, help: str) -> Callable[[Command], Command]:
    """A file to write, which may be there already; a folder is refused."""
    return click.option(
        *names, metavar="FILE", type=click.Path(dir_okay=False), callback=as_path, help=help
    )


def public_for(lrs: str | None, public: str | None) -> str:
    """In whose name the LRS is told."""
    if lrs and not public:
        raise click.UsageError("The LRS is told in the service's name: give --public, too.")
    if public and not public.startswith(("https://", "http://")):
        raise click.UsageError("--public is an address such as https://polls.example.org")
    return (public or "").rstrip("/")


def there(store: str) -> Database:
    """The database, which must be there: by a wrong --store none is ever made."""
    from rsscorm.polls.schema import existing

    return existing(store)


def keys(salts: Path) -> Keys:
    """The keys of this machine."""
    from rsscorm.polls.keys import Keys

    return Keys.found(salts)


def today() -> date:
    """The day, as votes are dated."""
    from rsscorm.polls import release

    return release.today()


def write(target: Path, text: str) -> None:
    """Write a file whole or not at all, and say where it is. Raises `OSError` with its name."""
    from rsscorm import disk

    disk.write(target, text)
    click.echo(str(target))
