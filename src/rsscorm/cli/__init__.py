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
        "new": "Begin a module, and the workspace around it.",
        "preview": "Show a module in the browser while you write it.",
        "check": "Find every problem, and say what to do about it.",
        "schema": "Print the form of a file, for editors.",
        "migrate": "Bring modules to this version of the format.",
    },
    "Release": {
        "build": "Make the packages that are out of date.",
        "diff": "Say what a new edition will do to learners and tallies.",
        "release": "Check, build and file an edition for good.",
    },
    "Play and compare": {
        "referee": "Play any SCORM 1.2 package in a strict LMS.",
        "polls": "Run the poll service, and look after its votes.",
    },
    "For your shell": {
        "completion": "Print what completes commands when Tab is pressed.",
    },
}
"""What each command does, in the order in which an author meets them.

Each is `command` in the module of its name here, which is imported only when it is asked for.
"""


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
        if not any(name in names for names in COMMANDS.values()):
            return None
        command: click.Command = import_module(f"rsscorm.cli.{name}").command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their headings, each with what it does."""
        width = max(map(len, self.list_commands(context)))
        for heading, names in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), what) for name, what in names.items()])


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Write e-learning about relational security as text, and make packages of it for an LMS.

    It begins in an empty folder:

    \b
        rsscorm new "Saying no"
        rsscorm preview
        rsscorm check
        rsscorm build

    Exit codes: 0 all is well, 1 something in the sources or the package must be mended, 2 the
    command was not understood, 3 a fault of rsscorm, 4 the disk would not, 130 interrupted.
    """
