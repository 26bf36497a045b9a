"""`rsscorm build`, and how it tells what it does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from rsscorm.cli.common import (
    count,
    module_names,
    modules_in,
    nothing_here,
    tell,
    usage_error,
    workspace,
)

if TYPE_CHECKING:
    from rsscorm.build import Made, Outcome


NO_IRI = """\
No `iri` in rsscorm.yaml: record stores (Tin Can) will know these modules by a made-up name. Before
the first release, write an address there that is your organisation's, such as
`iri: https://learning.example.org/`. It need not be a page, and it can't change afterwards."""

PAPERS = "Beside each package is its datasheet (.html, .txt)."


def _known_formats(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    from rsscorm.build import FORMAT_NAMES

    for name in given:
        if name not in FORMAT_NAMES:
            known = " and ".join(FORMAT_NAMES)
            raise click.UsageError(f"There is no format `{name}`. There are {known}.")
    return given or FORMAT_NAMES


@click.command("build")
@click.argument("modules", nargs=-1, metavar="[MODULE]...", shell_complete=module_names)
@click.option(
    "--for", "deployments", multiple=True, metavar="NAME", default=("default",),
    help="Build for this deployment of rsscorm.yaml, or for `all`. May be repeated.",
)  # fmt: skip
@click.option(
    "--format", "formats", multiple=True, metavar="FORMAT", callback=_known_formats,
    help="Build this format alone, scorm12 or xapi. May be repeated.",
)  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Say what is done, line by line.")
@workspace
def command(
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

    if not modules and not any(modules_in(folder)):
        return nothing_here(folder)
    progress = Progress(verbose)
    order = Order(modules, deployments, formats)
    try:
        outcome = build(folder, order, progress)
    except UnknownNameError as error:
        raise usage_error(error) from error
    finally:
        progress.clear()
    if not any(outcome):
        return nothing_here(folder)
    progress.summary(outcome)
    return tell(outcome.problems)


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
        for paper in made.papers if self.verbose else ():
            click.echo(paper)

    def room(self, module: str, needed: int, limit: int) -> None:
        """How much of what an LMS keeps of a learner a module needs at most, once it is half."""
        if not self.verbose and 2 * needed < limit:
            return
        self.clear()
        said = f"{module}: resume data of at most {needed:,} of {limit:,} characters"
        click.echo(said, err=True)

    def nameless(self) -> None:
        """What to decide while it still can be."""
        click.echo(NO_IRI, err=True)

    def summary(self, outcome: Outcome) -> None:
        """How many files were made, and how many were up to date."""
        made, current = len(outcome.made), len(outcome.current)
        if made:
            rest = f"; {current} up to date" if current else ""
            click.echo(f"{count(made, 'file')} made{rest}. {PAPERS}", err=True)
        elif current:
            click.echo(f"Nothing has changed: {count(current, 'file')} up to date.", err=True)

    def clear(self) -> None:
        """Take the changing line away."""
        if self.moving:
            click.echo("\r\033[K", err=True, nl=False)
