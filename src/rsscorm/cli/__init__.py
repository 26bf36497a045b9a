"""The commands. Exit codes: 0 all is well, 1 something in the sources or the package must be
mended, 2 the command was not understood, 3 a fault of rsscorm, 4 the disk would not, 130
interrupted.

What a command made goes to stdout, everything else to stderr. Nothing heavy is imported before
it is needed, so that `--help` is instant: each command is a module of its own, imported where it
is asked for, and imports what it works with where it runs.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from rsscorm import __version__
from rsscorm.cli.common import DISK, FAULT, FINE, INTERRUPTED, PROBLEMS, USAGE, failed

__all__ = ["DISK", "FAULT", "FINE", "INTERRUPTED", "PROBLEMS", "USAGE", "commands", "main", "run"]

COMMANDS = {
    "Write": {
        "new": "rsscorm.cli.new",
        "preview": "rsscorm.cli.preview",
        "check": "rsscorm.cli.check",
        "schema": "rsscorm.cli.schema",
    },
    "Release": {
        "build": "rsscorm.cli.build",
        "diff": "rsscorm.cli.diff",
    },
    "Play and compare": {
        "referee": "rsscorm.cli.referee",
        "polls": "rsscorm.polls.commands",
    },
}
"""Where each command is, in the order in which an author meets them: `command` of a module."""


def main() -> None:
    """What `rsscorm` runs: a command, with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code; says on stderr whatever went wrong."""
    try:
        return int(commands.main(arguments, prog_name="rsscorm", standalone_mode=False) or FINE)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        return failed("Interrupted. What was finished is there, and whole.", INTERRUPTED)
    except OSError as error:
        return failed(f"{error.filename or 'The disk'}: {error.strerror or error}", DISK)
    except Exception as error:
        return _fault(error)


def _fault(error: Exception) -> int:
    import traceback

    traceback.print_exc()
    message = f"This is a fault in rsscorm {__version__}, not in your module: {error}"
    return failed(message + "\nPlease send the lines above to its makers.", FAULT)


class Commands(click.Group):
    """The commands, each imported where it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, in the order of `COMMANDS`."""
        return [name for of_kind in COMMANDS.values() for name in of_kind]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name."""
        place = next((names[name] for names in COMMANDS.values() if name in names), None)
        if place is None:
            return None
        command: click.Command = import_module(place).command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their headings, each with what it does."""
        width = max(map(len, self.list_commands(context)))
        for heading, names in COMMANDS.items():
            with formatter.section(heading):
                rows = [(name.ljust(width), self._what_it_does(context, name)) for name in names]
                formatter.write_dl(rows)

    def _what_it_does(self, context: click.Context, name: str) -> str:
        command = self.get_command(context, name)
        return command.get_short_help_str(80) if command else ""


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Compile modules into SCORM 1.2 and xAPI packages.

    Exit codes: 0 all is well, 1 something in the sources or the package must be mended, 2 the
    command was not understood, 3 a fault of rsscorm, 4 the disk would not, 130 interrupted.
    """
