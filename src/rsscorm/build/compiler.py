"""The compiler: sources in, packages out.

A module is read (`read_module`), filled in and rendered for each deployment (`fill`, `render`), and
packed in each format (`FORMATS`, `write_zip`), with papers beside it that say what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import file_digest, sha256
from pathlib import Path

from rsscorm import __version__, papers
from rsscorm.build import POLLS, Listener, Made, Order, Outcome, UnknownNameError, today
from rsscorm.build.deployments import keep_deployments
from rsscorm.build.dist import Dist
from rsscorm.build.schemas import keep_schemas
from rsscorm.build.shelf import Released, release_of
from rsscorm.build.stamp import Stamp, Unit
from rsscorm.module import RESUME_LIMIT, Module, fill, longest_resume
from rsscorm.package import FORMATS, SourceChangedError, poll_file, write_zip
from rsscorm.problems import Problem, ProblemsFound
from rsscorm.render import Files, render
from rsscorm.render.pictures import PictureError, prune
from rsscorm.render.templating import TemplateError
from rsscorm.source import (
    check,
    misnamed,
    packed_figures,
    read_module,
    read_theme,
    read_workspace,
)


class Compiler:
    """One build at work: what was ordered, and what has come of it so far."""

    def __init__(self, stamp: Stamp, order: Order, listener: Listener) -> None:
        self.stamp, self.order, self.listener = stamp, order, listener
        self.outcome = Outcome([], [], [])

    def run(self) -> Outcome:
        """Make what is out of date, module by module; problems of one never stop another.

        With a problem in rsscorm.yaml or in a theme nothing is made, and every problem is told.
        """
        folder = Path(self.stamp.folder)
        keep_schemas(self.stamp.folder, self.stamp)
        try:
            self.workspace = read_workspace(folder)
            names, targets = self._ordered()
            keep_deployments(self.workspace, self.stamp)
        except ProblemsFound as found:
            others = check(folder, list(self.order.modules) or None, lints=False)
            return self.outcome._replace(problems=sorted({*found.problems, *others}))
        if not self.order.modules:
            self.outcome.problems.extend(misnamed(folder))
        self.dist = Dist(self.workspace, self.stamp)
        self.dist.remove_leftovers(targets)
        for number, name in enumerate(names, 1):
            with self._collecting():
                self._module(name, targets, (number, len(names)))
        prune(self.workspace.cache)
        is_recorded = any(made.file.endswith("-xapi.zip") for made in self.outcome.made)
        if is_recorded and self.workspace.settings.iri is None:
            self.listener.nameless()
        self.outcome.problems.sort()
        return self.outcome

    def _module(self, name: str, targets: list[str], count: tuple[int, int]) -> None:
        """Make what is due of a module; where nothing is, only say again what was said of it."""
        units = self.order.units(name, targets)
        due = [unit for unit in units if not self.stamp.is_current(unit)]
        self.outcome.current.extend(self.stamp.file_of(unit) for unit in units if unit not in due)
        said = self.stamp.warnings(name, today())
        if said is not None and not due:
            self.outcome.problems.extend(Problem(**warning) for warning in said)
            return
        self.listener.working(name, *count)
        module, warnings = read_module(self.workspace, name)
        self.stamp.keep_warnings(name, today(), [asdict(warning) for warning in warnings])
        self.outcome.problems.extend(warnings)
        before = len(self.outcome.made)
        for target in dict.fromkeys(unit.deployment for unit in due):
            with self._collecting():
                made = self._make(module, [unit for unit in due if unit.deployment == target])
                self._compare_with_release(module, target, made)
        if len(self.outcome.made) > before:
            self.listener.room(name, longest_resume(module), RESUME_LIMIT)

    def _make(self, module: Module, units: list[Unit]) -> list[Made]:
        """Make what is due of a module for one deployment."""
        workspace = self.workspace
        deployment = workspace.settings.deployments[units[0].deployment]
        theme = read_theme(workspace, deployment.theme)
        filled = fill(module, workspace.values(deployment))
        files = render(filled, workspace, deployment, theme, packed_figures(workspace, filled))
        facts = papers.Facts(filled, workspace.settings, deployment, theme, __version__)
        made: list[Made] = []
        for unit in units:
            target = self.dist.place(unit, module)
            if unit.format == POLLS:
                one = self._polls(unit, facts, target)
            else:
                one = self._package(unit, facts, files, target)
            made.append(one)
            self.outcome.made.append(one)
            self.listener.made(one)
        return made

    def _polls(self, unit: Unit, facts: papers.Facts, target: Path) -> Made:
        """The file for the poll service, and the answers on data protection."""
        content = poll_file(facts.module, facts.settings, facts.deployment)
        self.dist.write(target, content)
        digest = sha256(content).hexdigest()
        return self.dist.keep(unit, target, digest, papers.of_deployment(facts))

    def _package(self, unit: Unit, facts: papers.Facts, files: Files, target: Path) -> Made:
        """A package, and its papers."""
        packed = FORMATS[unit.format](facts.module, files, facts.settings)
        digest = write_zip(packed, target, self.stamp.checksum)
        with target.open("rb") as file:
            sum = file_digest(file, "sha256").hexdigest()
        size = target.stat().st_size
        zip = papers.Packed(target.name, unit.format, size, digest, sum, packed)
        return self.dist.keep(unit, target, digest, papers.of_package(facts, zip))

    def _compare_with_release(self, module: Module, target: str, made: list[Made]) -> None:
        """Say so where what was made just now is not what was released as this edition."""
        found = release_of(self.workspace, target, module.id, module.edition)
        if found and any(found.content.get(Path(each.file).name) != each.digest for each in made):
            self.outcome.problems.append(_released(module, found))

    def _ordered(self) -> tuple[list[str], list[str]]:
        """The modules to build, and the deployments to build them for."""
        modules, deployments = self.workspace.modules, self.workspace.settings.deployments
        for name in self.order.modules:
            if name not in modules:
                raise UnknownNameError("module", name, modules)
        for name in self.order.deployments:
            if name not in deployments and name != "all":
                raise UnknownNameError("deployment", name, deployments)
        return self.order.names(modules), self.order.targets(deployments)

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        """Turns what is wrong with the sources into problems to tell, and lets the build go on."""
        try:
            yield
        except ProblemsFound as found:
            self.outcome.problems.extend(found.problems)
        except (PictureError, TemplateError, SourceChangedError) as error:
            self.outcome.problems.append(error.problem(self.workspace.folder))


def _released(module: Module, found: Released) -> Problem:
    message = f"edition {found.edition} was released on {found.on}, and this is no longer the same"
    hint = "Change `edition:`, so that nobody takes one for the other."
    file = f"modules/{module.id}/module.yaml"
    return Problem(file, 0, 0, "released-edition", message, hint)
