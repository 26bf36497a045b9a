"""The compiler on one screen: sources in, packages out.

A module is read (`read_module`), filled in and rendered for each deployment (`fill`, `render`), and
packed in each format (`FORMATS`, `write_zip`), with papers beside it that say what it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import file_digest, sha256
from pathlib import Path

from rsscorm import __version__, papers
from rsscorm.build import POLLS, Listener, Made, Order, Outcome, UnknownNameError, today
from rsscorm.build.schemas import keep_schemas
from rsscorm.build.shelf import Released, release_of
from rsscorm.build.stamp import Stamp, Unit, files_below
from rsscorm.module import RESUME_LIMIT, Module, fill, longest_resume
from rsscorm.package import FORMATS, SourceChangedError, poll_file, whole, write_zip
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
from rsscorm.workspace import Deployment, Theme

ENDINGS = {POLLS: ".polls.json"}
"""What names of files end in that are no packages."""

WRITTEN = ("zip", "json", "html", "txt")
"""What ends the names of all that a build writes."""


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
            self.there = self.workspace.modules
            names, targets = self._names(), self._targets()
        except ProblemsFound as found:
            problems = {
                *found.problems,
                *check(folder, list(self.order.modules) or None, lints=False),
            }
            return self.outcome._replace(problems=sorted(problems))
        if not self.order.modules:
            self.outcome.problems.extend(misnamed(folder))
        self._remove_leftovers(targets)
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
            start = len(self.outcome.made)
            with self._collecting():
                self._make(module, [unit for unit in due if unit.deployment == target])
                self._compare_with_release(module, target, start)
        if len(self.outcome.made) > before:
            self.listener.room(name, longest_resume(module), RESUME_LIMIT)

    def _make(self, module: Module, units: list[Unit]) -> None:
        """Make what is due of a module for one deployment."""
        settings = self.workspace.settings
        deployment = settings.deployments[units[0].deployment]
        theme = read_theme(self.workspace, deployment.theme)
        filled = fill(module, self.workspace.values(deployment))
        files = self._render(filled, deployment, theme)
        facts = papers.Facts(filled, settings, deployment, theme, __version__)
        for unit in units:
            target = self.workspace.folder / self._file(unit, module)
            if unit.format == POLLS:
                self._write_polls(unit, facts, target)
            else:
                self._pack(unit, facts, files, target)

    def _write_polls(self, unit: Unit, facts: papers.Facts, target: Path) -> None:
        """Write the file for the poll service, and the answers on data protection."""
        content = poll_file(facts.module, facts.settings, facts.deployment)
        _write(target, content)
        self._keep(unit, target, sha256(content).hexdigest(), papers.of_deployment(facts))

    def _pack(self, unit: Unit, facts: papers.Facts, files: Files, target: Path) -> None:
        """Write a package, and its papers."""
        packed = FORMATS[unit.format](facts.module, files, facts.settings)
        digest = write_zip(packed, target, self.stamp.checksum)
        with target.open("rb") as file:
            sum = file_digest(file, "sha256").hexdigest()
        size = target.stat().st_size
        zip = papers.Packed(target.name, unit.format, size, digest, sum, packed)
        self._keep(unit, target, digest, papers.of_package(facts, zip))

    def _render(self, module: Module, deployment: Deployment, theme: Theme) -> Files:
        workspace = self.workspace
        return render(
            module, workspace.module_folder(module.id), theme, deployment, workspace.settings,
            workspace.cache, packed_figures(workspace, module),
        )  # fmt: skip

    def _file(self, unit: Unit, module: Module) -> str:
        """Where a unit's file goes, from the workspace; refused where another module's would."""
        ending = ENDINGS.get(unit.format, f"-{unit.format}.zip")
        target = self.workspace.dist(unit.deployment) / f"{module.id}-{module.edition}{ending}"
        file = target.relative_to(self.workspace.folder).as_posix()
        maker = self.stamp.maker_of(file)
        if maker != module.id and maker in self.there:
            raise ProblemsFound([_same_package(module.id, maker, file)])
        return file

    def _keep(self, unit: Unit, target: Path, digest: str, papers: dict[str, bytes]) -> None:
        """Write the papers beside a file, remember both, and tell."""
        stem = target.name.removesuffix(ENDINGS.get(unit.format, ".zip"))
        beside = {target.with_name(stem + ending): text for ending, text in papers.items()}
        for path, text in beside.items():
            _write(path, text)
        names = tuple(map(self._relative, beside))
        made = Made(self._relative(target), target.stat().st_size, digest, names)
        self.stamp.keep(unit, made.file, names)
        self.outcome.made.append(made)
        self.listener.made(made)

    def _compare_with_release(self, module: Module, target: str, before: int) -> None:
        """Say so where what was made just now is not what was released as this edition."""
        found = release_of(self.workspace, target, module.id, module.edition)
        made = {Path(each.file).name: each.digest for each in self.outcome.made[before:]}
        if found and any(found.content.get(name) != digest for name, digest in made.items()):
            self.outcome.problems.append(_released(module, found))

    def _names(self) -> list[str]:
        """The modules to build."""
        for name in self.order.modules:
            if name not in self.there:
                raise UnknownNameError("module", name, self.there)
        return self.order.names(self.there)

    def _targets(self) -> list[str]:
        """The deployments to build for; remembers what each of them depends on."""
        there = self.workspace.settings.deployments
        for name in self.order.deployments:
            if name not in there and name != "all":
                raise UnknownNameError("deployment", name, there)
        digests = {name: self._digest(deployment) for name, deployment in there.items()}
        logos = {str(each.logo) for each in there.values() if each.logo}
        self.stamp.keep_deployments(digests, sorted(logos))
        return self.order.targets(there)

    def _digest(self, deployment: Deployment) -> str:
        """Of all that decides how a deployment's packages differ: settings, theme and logo."""
        settings, theme = self.workspace.settings, read_theme(self.workspace, deployment.theme)
        found = (Path(at) for folder in theme.folders for _, at in files_below(str(folder)))
        files = [file for file in found if file.is_file()]
        if deployment.logo:
            files.append(self.workspace.folder / deployment.logo)
        values, own = self.workspace.values(deployment), deployment.model_dump(mode="json")
        digest = sha256(json.dumps([settings.iri, values, own], sort_keys=True).encode())
        for file in files:
            digest.update(file.name.encode() + sha256(file.read_bytes()).digest())
        return digest.hexdigest()

    def _remove_leftovers(self, targets: list[str]) -> None:
        """Half-made files of a build that was killed; we hold the lock, so they are nobody's."""
        for target in targets:
            for ending in WRITTEN:
                for part in self.workspace.dist(target).glob(f".*.{ending}.part"):
                    part.unlink()

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        """Turns what is wrong with the sources into problems to tell, and lets the build go on."""
        try:
            yield
        except ProblemsFound as found:
            self.outcome.problems.extend(found.problems)
        except PictureError as error:
            self.outcome.problems.append(_unreadable(self._relative(error.picture), error.why))
        except TemplateError as error:
            self.outcome.problems.append(error.problem(self.workspace.folder))
        except SourceChangedError as error:
            self.outcome.problems.append(_changed(self._relative(error.path)))

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.workspace.folder).as_posix()


def _write(target: Path, content: bytes) -> None:
    with whole(target) as file:
        file.write(content)


def _same_package(module: str, other: str, file: str) -> Problem:
    message = f"its package would be `{file}`, and so is that of the module `{other}`"
    hint = "Change the edition of one of them."
    return Problem(f"modules/{module}/module.yaml", 0, 0, "same-package", message, hint)


def _released(module: Module, found: Released) -> Problem:
    message = f"edition {found.edition} was released on {found.on}, and this is no longer the same"
    hint = "Change `edition:`, so that nobody takes one for the other."
    file = f"modules/{module.id}/module.yaml"
    return Problem(file, 0, 0, "released-edition", message, hint)


def _unreadable(file: str, why: str) -> Problem:
    return Problem(file, 0, 0, "bad-picture", why)


def _changed(file: str) -> Problem:
    message, hint = "it was changed while it was being packed", "Build again."
    return Problem(file, 0, 0, "changed-meanwhile", message, hint)
