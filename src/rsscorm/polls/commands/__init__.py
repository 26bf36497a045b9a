"""The commands of the poll service: `rsscorm polls ...`, for whoever runs it on its own machine.

None of them imports what it needs before it runs, so that `rsscorm polls --help` is quick, too.
"""

from __future__ import annotations

from typing import Any

import click

from rsscorm.polls.commands.data import erase, quarantine, rebuild, resend
from rsscorm.polls.commands.machine import backup, deploy, privacy, restore
from rsscorm.polls.commands.publish import report, snapshot, status
from rsscorm.polls.commands.release import release
from rsscorm.polls.commands.serve import serve
from rsscorm.polls.errors import PollsError


class Polls(click.Group):
    """Tells what went wrong, where it is ours to tell, and ends the command with its exit code."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except PollsError as error:
            click.echo(error.told(), err=True)
            raise click.exceptions.Exit(error.code) from error


@click.group("polls", cls=Polls)
def polls() -> None:
    """Run the poll service, and look after the votes it keeps.

    The service's secrets come from systemd credentials or the environment, never from a command
    line: RSSCORM_POLLS_KEY (polls-key), RSSCORM_LRS_KEY and RSSCORM_LRS_SECRET (lrs-key,
    lrs-secret).
    """
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("uvicorn", "psycopg", "httpx")):
        raise click.UsageError("The poll service isn't installed: pip install 'rsscorm[polls]'")


for _command in (
    serve, release, status, report, snapshot, rebuild, resend, quarantine, erase, deploy, privacy,
    backup, restore,
):  # fmt: skip
    polls.add_command(_command)
