"""`rsscorm diff`."""

from __future__ import annotations

import sys

import click

from rsscorm.cli.common import (
    FINE,
    PROBLEMS,
    module_names,
    tell,
    usage_error,
    wants_colour,
    workspace,
)


@click.command("diff")
@click.argument("words", nargs=-1, metavar="[MODULE] [OLD]", shell_complete=module_names)
@click.option(
    "--for", "deployment", metavar="NAME", default="default",
    help="Compare as built for this deployment of rsscorm.yaml.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print a list, one entry a module.")
@workspace
def command(words: tuple[str, ...], deployment: str, as_json: bool, folder: str) -> int:
    """Say what a release will do to learners, completions, poll tallies and LMS reports.

    OLD is what learners have: a package, a folder (a module's or a workspace's) or a git
    revision; without it, the last release, else the newest package of another edition in dist/,
    and of the older ones there each id that is taken up again. Without MODULE, the module that
    OLD is of, or all.

    Exit codes: 0 nothing is lost, 1 something is reset or lost, means something else under its
    old id or must be decided, 2 the command was not understood or there is nothing to compare with.
    """
    import json
    from pathlib import Path

    from rsscorm.build import UnknownNameError
    from rsscorm.diff import OldError, differences
    from rsscorm.diff.report import told
    from rsscorm.problems import ProblemsFound

    if len(words) > 2:
        raise click.UsageError("Name a module and what to compare it with, and no more.")
    try:
        found = differences(Path(folder), words, deployment)
    except UnknownNameError as error:
        raise usage_error(error) from error
    except OldError as error:
        raise click.UsageError(str(error)) from error
    except ProblemsFound as error:
        return tell(error.problems)
    if as_json:
        data = [difference.as_json() for difference in found]
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    for difference in () if as_json else found:
        click.echo(told(difference), color=wants_colour(sys.stdout))
    return PROBLEMS if any(difference.stops for difference in found) else FINE
