"""The commands. Exit codes: 0 all is well, 1 something in the sources or the package must be
mended, 2 the command was not understood, 3 a fault of rsscorm, 4 the disk would not, 130
interrupted.

What a command made goes to stdout, everything else to stderr. Nothing heavy is imported before
it is needed, so that `--help` is instant.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from rsscorm import __version__

if TYPE_CHECKING:
    from rsscorm.build import Made, Outcome, UnknownNameError
    from rsscorm.problems import Problem

FINE, PROBLEMS, USAGE, FAULT, DISK, INTERRUPTED = 0, 1, 2, 3, 4, 130

NO_MODULES = """There are no modules here yet.

A module is a folder in `modules/` with a `module.yaml` in it:

    modules/my-first-module/module.yaml

Looked in: {folder}"""


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
        return _failed("Interrupted. What was finished is there, and whole.", INTERRUPTED)
    except OSError as error:
        return _failed(f"{error.filename or 'The disk'}: {error.strerror or error}", DISK)
    except Exception as error:
        return _fault(error)


def _failed(message: str, code: int) -> int:
    click.echo(message, err=True)
    return code


def _fault(error: Exception) -> int:
    import traceback

    traceback.print_exc()
    message = f"This is a fault in rsscorm {__version__}, not in your module: {error}"
    return _failed(message + "\nPlease send the lines above to its makers.", FAULT)


class Commands(click.Group):
    """The commands, and those of the poll service, which are imported where they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted([*super().list_commands(context), "polls"])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name."""
        if name != "polls":
            return super().get_command(context, name)
        from rsscorm.polls.commands import polls

        return polls


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Compile modules into SCORM 1.2 and xAPI packages.

    Exit codes: 0 all is well, 1 something in the sources or the package must be mended, 2 the
    command was not understood, 3 a fault of rsscorm, 4 the disk would not, 130 interrupted.
    """


def _workspace(command: Callable[..., Any]) -> Callable[..., Any]:
    option = click.option(
        "-C", "--workspace", "folder", metavar="FOLDER", callback=_find_workspace,
        type=click.Path(exists=True, file_okay=False),
        help="The workspace; else the nearest folder upwards with rsscorm.yaml or modules/.",
    )  # fmt: skip
    return option(command)


def _find_workspace(context: click.Context, option: click.Parameter, given: str | None) -> str:
    here = os.path.abspath(given or os.getcwd())
    folder = here
    while not given and not _is_workspace(folder):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return here
    return folder


def _is_workspace(folder: str) -> bool:
    inside = (os.path.join(folder, name) for name in ("rsscorm.yaml", "modules"))
    return any(os.path.exists(path) for path in inside)


def _known_formats(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    from rsscorm.build import FORMAT_NAMES

    for name in given:
        if name not in FORMAT_NAMES:
            known = " and ".join(FORMAT_NAMES)
            raise click.UsageError(f"There is no format `{name}`. There are {known}.")
    return given or FORMAT_NAMES


@commands.command("build")
@click.argument("modules", nargs=-1, metavar="[MODULE]...")
@click.option(
    "--for", "deployments", multiple=True, metavar="NAME", default=("default",),
    help="Build for this deployment of rsscorm.yaml, or for `all`. May be repeated.",
)  # fmt: skip
@click.option(
    "--format", "formats", multiple=True, metavar="FORMAT", callback=_known_formats,
    help="Build this format alone, scorm12 or xapi. May be repeated.",
)  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Say what is done, line by line.")
@_workspace
def build_command(
    modules: tuple[str, ...],
    deployments: tuple[str, ...],
    formats: tuple[str, ...],
    verbose: bool,
    folder: str,
) -> int:
    """Build packages into dist/, as far as they are out of date.

    Without names all modules are built. A module with problems is not built; the others are.
    """
    from rsscorm.build import Order, UnknownNameError, build

    if not modules and not any(_modules(folder)):
        return _nothing_here(folder)
    progress = Progress(verbose)
    order = Order(modules, deployments, formats)
    try:
        outcome = build(folder, order, progress)
    except UnknownNameError as error:
        raise _usage_error(error) from error
    finally:
        progress.clear()
    if not any(outcome):
        return _nothing_here(folder)
    progress.summary(outcome)
    return _tell(outcome.problems)


@commands.command()
@click.argument("modules", nargs=-1, metavar="[MODULE]...")
@click.option("--json", "as_json", is_flag=True, help="Print problems as a JSON list.")
@_workspace
def check(modules: tuple[str, ...], as_json: bool, folder: str) -> int:
    """Find every problem of all modules, of the themes and of rsscorm.yaml.

    With --json each problem has code, file, line, column, message and hint.
    """
    from rsscorm.build import UnknownNameError

    there, _ = _modules(folder)
    for name in modules:
        if name not in there:
            raise _usage_error(UnknownNameError("module", name, there))
    problems = _problems_of(folder, modules)
    if as_json:
        return _tell_json(problems)
    if not there and not problems:
        return _nothing_here(folder)
    if not problems:
        click.echo(_count(len(modules or there), "module") + " checked: nothing to mend.")
    return _tell(problems)


@commands.command("diff")
@click.argument("words", nargs=-1, metavar="[MODULE] [OLD]")
@click.option(
    "--for", "deployment", metavar="NAME", default="default",
    help="Compare as built for this deployment of rsscorm.yaml.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print a list, one entry a module.")
@_workspace
def diff_command(words: tuple[str, ...], deployment: str, as_json: bool, folder: str) -> int:
    """Say what a release will do to learners, completions, poll tallies and LMS reports.

    OLD is what learners have: a package, a folder (a module's or a workspace's) or a git
    revision; without it, the newest package of another edition in dist/, and of the older ones
    there each id that is taken up again. Without MODULE, the module that OLD is of, or all.

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
        raise _usage_error(error) from error
    except OldError as error:
        raise click.UsageError(str(error)) from error
    except ProblemsFound as error:
        return _tell(error.problems)
    if as_json:
        data = [difference.as_json() for difference in found]
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    for difference in () if as_json else found:
        click.echo(told(difference), color=_wants_colour(sys.stdout))
    return PROBLEMS if any(difference.stops for difference in found) else FINE


@commands.command()
def schema() -> None:
    """Print the JSON Schema of module.yaml, for editors."""
    import json

    from rsscorm.source import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _tell_faults(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from rsscorm.referee.faults import told

        click.echo(told())
        context.exit()


@commands.command()
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
def referee(package: str, port: int, no_open: bool, report: str | None) -> int:
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
        return _failed(f"{package} can't be played. {error}", PROBLEMS)
    except PortError as error:
        raise click.UsageError(str(error)) from error
    return PROBLEMS if found else FINE


@commands.command("preview")
@click.argument("module", required=False)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Else any free one.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@_workspace
def preview_command(module: str | None, port: int, no_browser: bool, folder: str) -> int:
    """Show a module in the browser while you write it, inside a pretend LMS.

    Each save is on screen at once, at the same place, with the same answers; so is what is wrong,
    with its file and line. It runs until Ctrl-C. Without MODULE it begins with a list of all.
    """
    from importlib.util import find_spec
    from pathlib import Path

    from rsscorm.build import UnknownNameError

    if not find_spec("watchfiles"):
        raise click.UsageError("The preview isn't installed: pip install 'rsscorm[preview]'")
    from rsscorm.preview.play import preview
    from rsscorm.referee.play import PortError

    there, _ = _modules(folder)
    if module and module not in there:
        raise _usage_error(UnknownNameError("module", module, there))
    try:
        preview(Path(folder), module, port, not no_browser, click.echo)
    except PortError as error:
        raise click.UsageError(str(error)) from error
    return FINE


def _modules(folder: str) -> tuple[list[str], list[str]]:
    """The names of the module folders, and of those in `modules/` that hold no module."""
    from rsscorm.build.stamp import Stamp

    return Stamp(folder).modules()


def _nothing_here(folder: str) -> int:
    """Say what to do in a workspace without modules; its settings may be wrong already."""
    code = _tell(_problems_of(folder, ()))
    return _failed(NO_MODULES.format(folder=folder), code)


def _problems_of(folder: str, modules: tuple[str, ...]) -> list[Problem]:
    from pathlib import Path

    from rsscorm.source import check as find_problems

    return find_problems(Path(folder), list(modules) or None)


def _usage_error(error: UnknownNameError) -> click.UsageError:
    from difflib import get_close_matches

    if close := get_close_matches(error.name, error.known, 1):
        hint = f"Did you mean `{close[0]}`?"
    else:
        hint = f"Those here: {', '.join(error.known)}." if error.known else "There is none yet."
    if error.kind == "deployment" and error.name == "default" and error.known:
        hint = f"Say for whom: --for {error.known[0]}, or --for all."
    return click.UsageError(f"There is no {error.kind} `{error.name}`. {hint}")


def _tell(problems: list[Problem]) -> int:
    """Show problems, if there are any; the exit code for them."""
    if not problems:
        return FINE
    from rsscorm.source.report import show

    show(problems, sys.stderr, _wants_colour(sys.stderr))
    return _code_for(problems)


def _tell_json(problems: list[Problem]) -> int:
    import json

    data = [problem.as_json() for problem in problems]
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    return _code_for(problems)


def _code_for(problems: list[Problem]) -> int:
    """Warnings alone leave all well."""
    return PROBLEMS if any(not problem.is_warning for problem in problems) else FINE


def _wants_colour(stream: Any) -> bool:
    """Colour is for terminals, and for none where NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


class Progress:
    """Tells what a build does: a line that changes on a terminal, or with -v a line for each."""

    def __init__(self, verbose: bool) -> None:
        self.verbose = verbose
        self.moving = sys.stderr.isatty() and not verbose

    def waiting(self) -> None:
        """Another build is at work in this workspace."""
        self.clear()
        click.echo("Another build is at work in this folder; waiting for it to finish.", err=True)

    def working(self, module: str, number: int, total: int) -> None:
        """A module is being built."""
        if self.moving:
            self.clear()
            click.echo(f"Building {number} of {total}: {module}", err=True, nl=False)
        elif self.verbose:
            click.echo(f"{number} of {total}: {module}", err=True)

    def made(self, made: Made) -> None:
        """A file is there."""
        self.clear()
        size = f"{made.size / 1e6:.1f} MB" if made.size >= 1e6 else f"{made.size / 1e3:.0f} kB"
        digest = f"  content {made.digest}" if self.verbose else ""
        click.echo(f"{made.file}  {size}{digest}")

    def room(self, module: str, needed: int, limit: int) -> None:
        """How much of what an LMS keeps of a learner a module needs at most."""
        self.clear()
        said = f"{module}: resume data of at most {needed:,} of {limit:,} characters"
        click.echo(said, err=True)

    def summary(self, outcome: Outcome) -> None:
        """How many files were made, and how many were up to date."""
        made, current = len(outcome.made), len(outcome.current)
        if made:
            rest = f"; {current} up to date" if current else ""
            click.echo(f"{_count(made, 'file')} made{rest}.", err=True)
        elif current:
            click.echo(f"Nothing has changed: {_count(current, 'file')} up to date.", err=True)

    def clear(self) -> None:
        """Take the changing line away."""
        if self.moving:
            click.echo("\r\033[K", err=True, nl=False)
