"""`rsscorm referee`."""

from __future__ import annotations

import click

from rsscorm.cli.common import FINE, PROBLEMS, failed


def _tell_faults(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from rsscorm.referee.faults import told

        click.echo(told())
        context.exit()


@click.command("referee")
@click.argument("package", type=click.Path(exists=True, dir_okay=False))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Else any free one.")
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option(
    "--json", "report", metavar="REPORT", type=click.Path(dir_okay=False, writable=True),
    help="At the end, write every call and breach to this file.",
)  # fmt: skip
@click.option(
    "--faults", is_flag=True, is_eager=True, expose_value=False, callback=_tell_faults,
    help="List the ways in which the LMS can be made to fail, and exit.",
)  # fmt: skip
def command(package: str, port: int, no_open: bool, report: str | None) -> int:
    """Play a SCORM 1.2 package, ours or not, and tell each call that breaks the standard.

    It runs in the browser until Ctrl-C, in a strict LMS that can be made to fail as real ones do.
    Exit code 1: something was found.
    """
    from pathlib import Path

    from rsscorm.referee.archive import PackageError
    from rsscorm.referee.play import PortError, play

    try:
        found = play(Path(package), port, not no_open, Path(report) if report else None, click.echo)
    except PackageError as error:
        return failed(f"{package} can't be played. {error}", PROBLEMS)
    except PortError as error:
        raise click.UsageError(str(error)) from error
    return PROBLEMS if found else FINE
