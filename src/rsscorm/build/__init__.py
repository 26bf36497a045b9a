"""Builds what is out of date in a workspace, one build at a time.

Here is only what a build with nothing to do needs, so that it answers at once; the work itself
is in `compiler`, on one screen.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from rsscorm.build.lock import one_at_a_time
from rsscorm.build.stamp import Stamp, Unit

if TYPE_CHECKING:
    from rsscorm.problems import Problem

FORMAT_NAMES = ("scorm12", "xapi")
"""The names of `package.FORMATS`, to be had without importing it."""

POLLS = "polls"
"""Made beside the packages of every module: the file for the poll service."""


class Order(NamedTuple):
    """What to build: modules (none named: all), deployments (`all`, or names), formats."""

    modules: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ("default",)
    formats: tuple[str, ...] = FORMAT_NAMES

    def names(self, there: Iterable[str]) -> list[str]:
        """The modules to build, of those that are there."""
        return list(dict.fromkeys(self.modules or there))

    def targets(self, there: Iterable[str]) -> list[str]:
        """The deployments to build for, of those that are there."""
        return list(there if "all" in self.deployments else dict.fromkeys(self.deployments))

    def units(self, module: str, deployments: Iterable[str]) -> list[Unit]:
        """All that is to be made of a module."""
        formats = (*self.formats, POLLS)
        return [Unit(module, name, format) for name in deployments for format in formats]


class Made(NamedTuple):
    """A file that was made: where (in the workspace), its bytes, a package's content digest.

    `papers` are the files beside it that say what it is, made with it.
    """

    file: str
    size: int
    digest: str
    papers: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What came of a build: files made, files that were up to date, and problems found."""

    made: list[Made]
    current: list[str]
    problems: list[Problem]


class Listener(Protocol):
    """Who is told of what goes on."""

    def waiting(self) -> None:
        """Another build is at work in this workspace."""

    def working(self, module: str, number: int, total: int) -> None:
        """A module is being built."""

    def made(self, made: Made) -> None:
        """A file is there."""

    def room(self, module: str, needed: int, limit: int) -> None:
        """A module was built whose resume data need so many characters at most."""

    def nameless(self) -> None:
        """Packages were made for record stores, and the workspace has no `iri`."""


class UnknownNameError(Exception):
    """A module or deployment was named that isn't there; `known` are those that are."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, list(known)
        super().__init__(f"there is no {kind} `{name}`")


def build(folder: str, order: Order, listener: Listener) -> Outcome:
    """Build what is ordered in a workspace folder, as far as it is out of date.

    A module with problems isn't built, and its older packages are left as they are; the other
    modules are built. Raises `UnknownNameError`, `package.SelfCheckError` (our fault) and
    `OSError`; no half-made file is ever to be seen.
    """
    cache = os.path.join(folder, ".rsscorm")
    make_cache(cache)
    with one_at_a_time(os.path.join(cache, "lock"), listener.waiting):
        stamp = Stamp(folder)
        try:
            return _nothing_to_do(stamp, order) or _compile(stamp, order, listener)
        finally:
            stamp.save()


def today() -> str:
    """The day, on which it depends whether a review is due."""
    return time.strftime("%Y-%m-%d")


def make_cache(cache: str) -> None:
    """The cache's place, which git is told to leave alone."""
    os.makedirs(cache, exist_ok=True)
    ignored = os.path.join(cache, ".gitignore")
    if not os.path.exists(ignored):
        with open(ignored, "w", encoding="ascii") as file:
            file.write("*\n")


def _nothing_to_do(stamp: Stamp, order: Order) -> Outcome | None:
    """The outcome where all that is ordered is up to date; None where it isn't, or may not be."""
    deployments, (modules, others) = stamp.deployments(), stamp.modules()
    names, targets = order.names(modules), order.targets(deployments)
    if others or not deployments:
        return None
    if not set(names) <= set(modules) or not set(targets) <= set(deployments):
        return None
    units = [unit for name in names for unit in order.units(name, targets)]
    said = [stamp.warnings(name, today()) for name in names]
    if None in said or not all(map(stamp.is_current, units)):
        return None
    warnings = [warning for each in said for warning in each or ()]
    return Outcome([], [stamp.file_of(unit) for unit in units], list(_problems(warnings)))


def _problems(warnings: list[dict[str, Any]]) -> Iterator[Problem]:
    if warnings:
        from rsscorm.problems import Problem

        yield from (Problem(**warning) for warning in warnings)


def _compile(stamp: Stamp, order: Order, listener: Listener) -> Outcome:
    from rsscorm.build.compiler import Compiler

    return Compiler(stamp, order, listener).run()
