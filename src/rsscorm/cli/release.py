"""`rsscorm release`, and what it says at the end: what to send to whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rsscorm.cli.common import (
    FINE,
    PROBLEMS,
    failed,
    module_names,
    modules_in,
    tell,
    usage_error,
    workspace,
)

if TYPE_CHECKING:
    from rsscorm.release import Outcome


TOLD = """\
modules/{module}/CHANGELOG.md has an entry of this edition already, and no release of it was here.
If it was ever sent to anybody: change `edition:`, delete {place}/, and release again."""


@click.command("release", short_help="Check, build and file an edition for good.")
@click.argument("module", metavar="MODULE", required=False, shell_complete=module_names)
@click.option(
    "--for", "deployments", multiple=True, metavar="NAME", default=("default",),
    help="Release for this deployment of rsscorm.yaml, or for `all`. May be repeated.",
)  # fmt: skip
@click.option(
    "--anyway", is_flag=True,
    help="Go on although something means something else under its old id (see `rsscorm diff`).",
)  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Say what is done, line by line.")
@workspace
def command(
    module: str | None, deployments: tuple[str, ...], anyway: bool, verbose: bool, folder: str
) -> int:
    """Release a module's edition: check it, build it, and file it under dist/releases/.

    What has changed since the last release is written into modules/MODULE/CHANGELOG.md, which is
    yours to edit. An edition that was released is never replaced: change `edition:` for another.
    """
    from datetime import date

    from rsscorm.build import UnknownNameError, today
    from rsscorm.cli.build import Progress
    from rsscorm.problems import ProblemsFound
    from rsscorm.release import RefusedError, release

    if module is None:
        raise click.UsageError(_which(folder))
    day, progress = date.fromisoformat(today()), Progress(verbose)
    try:
        found = release(Path(folder), module, deployments, progress, day, anyway)
    except UnknownNameError as error:
        raise usage_error(error) from error
    except ProblemsFound as error:
        tell(error.problems)
        return failed(f"{module} was not released.", PROBLEMS)
    except RefusedError as error:
        return failed(f"{module} was not released. {error}", PROBLEMS)
    finally:
        progress.clear()
    for outcome in found:
        _tell(outcome, Path(folder))
    if changelog := next((outcome.changelog for outcome in found if outcome.changelog), None):
        log = changelog.relative_to(folder).as_posix()
        click.echo(f"  Yours to read and put right:\n    {log}", err=True)
    if found[0].is_told:
        click.echo(TOLD.format(module=module, place=_place(found[0], Path(folder))), err=True)
    return tell(list(found[0].warnings)) if found else FINE


def _which(folder: str) -> str:
    """Which modules there are to release, where none was named."""
    there, _ = modules_in(folder)
    if not there:
        return "There is no module here to release."
    return f"Say which module to release: {', '.join(there)}. Such as: rsscorm release {there[0]}"


def _tell(outcome: Outcome, folder: Path) -> None:
    """Where a release is, and what to send to whom."""
    place = _place(outcome, folder)
    if not outcome.is_new:
        click.echo(f"Already released, the same as now: {place}/", err=True)
        return
    click.echo(f"{place}/")
    for whom, what in _to_send(outcome):
        click.echo(f"  {whom}:\n    {what}", err=True)


def _place(outcome: Outcome, folder: Path) -> str:
    return outcome.folder.relative_to(folder).as_posix()


def _to_send(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """In the order in which it is to be sent."""
    stem = outcome.stem
    if outcome.service:
        yield f"To {_host(outcome.service)}, before anything else", f"{stem}.polls.json"
    yield "To the LMS administrator", f"{stem}-scorm12.zip and its datasheet (.html or .txt)"
    yield "For a Tin Can launch instead", f"{stem}-xapi.zip and its datasheet"
    yield "To information governance", f"{stem}-data-protection.html"
    yield "To whoever asks for them", "SHA256SUMS, and the parts lists (.cdx.json)"


def _host(address: str) -> str:
    return address.removeprefix("https://").split("/")[0]
