"""Releases an edition: checked, built, written into the changelog, and put on the shelf.

All or nothing: everything is laid out in hidden folders first, which then get their names. What
was on the shelf already stays as it is.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rsscorm import __version__
from rsscorm.build import Listener, Order, build
from rsscorm.build.lock import one_at_a_time
from rsscorm.build.shelf import RECORD, Released, contents, record, release_of, releases, shelf
from rsscorm.build.stamp import Stamp, Unit
from rsscorm.diff import Difference, OldError, compare, read_package
from rsscorm.module import Module
from rsscorm.package import whole
from rsscorm.problems import Problem, ProblemsFound
from rsscorm.release.changelog import CHANGELOG, entry, has_entry, with_entry
from rsscorm.release.sums import SUMS, sums
from rsscorm.source import check, read_module, read_workspace
from rsscorm.workspace import Workspace

__all__ = ["CHANGELOG", "SUMS", "Outcome", "RefusedError", "release"]


class RefusedError(Exception):
    """What must not be released, and what to do about it; nothing was written."""


@dataclass(frozen=True)
class Outcome:
    """A release for one deployment: its folder, and whether it was there already.

    `service` is where its polls send votes, if anywhere. `is_told` is whether the changelog had
    an entry of this edition, though no release of it was there.
    """

    deployment: str
    folder: Path
    stem: str
    is_new: bool
    service: str | None
    changelog: Path | None = None
    warnings: tuple[Problem, ...] = ()
    is_told: bool = False


def release(
    folder: Path, name: str, deployments: tuple[str, ...], listener: Listener,
    today: date, anyway: bool = False,
) -> list[Outcome]:  # fmt: skip
    """Release a module as it is, for some deployments (or `all`).

    `anyway` goes on where something means something else under its old id. Raises `RefusedError`,
    `ProblemsFound`, `UnknownNameError` and `OSError`.
    """
    order = Order((name,), deployments)
    _stop_at(build(str(folder), order, listener).problems)
    workspace = read_workspace(folder)
    targets = order.targets(workspace.settings.deployments)
    with one_at_a_time(str(workspace.cache / "lock"), listener.waiting):
        module, _ = read_module(workspace, name, today)
        warnings = check(folder, [name], today)
        stamp = Stamp(str(folder))
        _stop_where_changed(stamp, order.units(name, targets))
        return Desk(workspace, module, stamp, today, tuple(warnings)).release(targets, anyway)


def _stop_at(problems: list[Problem]) -> None:
    """Errors stop a release, and so does a review that is overdue."""
    if any(not problem.is_warning for problem in problems):
        raise ProblemsFound(problems)
    if any(problem.code == "review-past" for problem in problems):
        raise RefusedError(
            "Its review is overdue. Have it reviewed, and write in `reviewed` by whom, on which "
            "day, and when it is due again."
        )


def _stop_where_changed(stamp: Stamp, units: list[Unit]) -> None:
    """What was read just now must be what was built a moment ago."""
    if not all(map(stamp.is_current, units)):
        raise RefusedError("It was changed while it was being released. Release it again.")


class Desk:
    """An edition of a module, about to be released; the workspace's lock is held."""

    def __init__(
        self, workspace: Workspace, module: Module, stamp: Stamp,
        today: date, warnings: tuple[Problem, ...],
    ) -> None:  # fmt: skip
        self.workspace, self.module, self.edition = workspace, module.id, module.edition
        self.stamp, self.today, self.warnings = stamp, today, warnings
        self.stem = f"{module.id}-{module.edition}"
        self.has_polls = any(block.kind == "poll" for block in module.blocks())
        self.is_told = False

    def release(self, targets: Sequence[str], anyway: bool) -> list[Outcome]:
        """Put on the shelf what isn't there; refuse all where one must be refused."""
        new = [target for target in targets if not self._is_released(target)]
        changelog = None
        if new:
            difference = self._difference(new[0])
            if difference and not anyway:
                _stop_at_changes(difference)
            changelog = self._put(new, difference)
        return [self._outcome(target, target in new, changelog) for target in targets]

    def _is_released(self, target: str) -> bool:
        """Whether this very edition is on the shelf; raises `RefusedError` for another content."""
        found = release_of(self.workspace, target, self.module, self.edition)
        if found is None and (place := self._shelf(target) / self.edition).exists():
            raise RefusedError(
                f"{place.relative_to(self.workspace.folder).as_posix()} is there, and its "
                f"{RECORD} can't be read. Bring that back, or move the folder away."
            )
        built = contents(self.workspace.dist(target), self._files(target))
        if found and dict(found.content) != built:
            raise RefusedError(
                f"Edition {self.edition} was released on {found.on}, and is not what there is "
                f"now. Change `edition:` in modules/{self.module}/module.yaml, and release again."
            )
        return found is not None

    def _files(self, target: str) -> list[str]:
        """The names of all that a build made of this edition for a deployment, as it remembers."""
        units = Order().units(self.module, [target])
        return [Path(file).name for unit in units for file in self.stamp.files_of(unit)]

    def _difference(self, target: str) -> Difference | None:
        """What has changed since the last release; None for the first."""
        before = releases(self.workspace, target, self.module)
        if not before:
            return None
        built = next(name for name in self._files(target) if name.endswith(".zip"))
        try:
            last, *others = [read_package(each.package()) for each in before]
        except OldError as error:
            raise RefusedError(f"{error} Bring it back, or move its folder away.") from error
        return compare(last, read_package(self.workspace.dist(target) / built), others)

    def _is_anywhere(self) -> bool:
        """Whether this edition was released for any deployment."""
        there = self.workspace.settings.deployments
        found = (release_of(self.workspace, name, self.module, self.edition) for name in there)
        return any(found)

    def _put(self, targets: list[str], difference: Difference | None) -> Path | None:
        """Lay everything out, then write the changelog, then give the folders their names."""
        staged = {self._shelf(target) / f".{self.edition}.part": target for target in targets}
        done: list[Path] = []
        log = self.workspace.module_folder(self.module) / CHANGELOG
        before = self._read(log)
        self.is_told = has_entry(before or "", self.edition) and not self._is_anywhere()
        try:
            for place, target in staged.items():
                self._lay_out(place, target)
            after = with_entry(before, entry(self.module, self.edition, self.today, difference))
            if after != before:
                _write(log, after)
            for place in staged:
                done.append(place.replace(place.with_name(self.edition)))
        except BaseException:
            for place in (*staged, *done):
                shutil.rmtree(place, ignore_errors=True)
            _restore(log, before)
            raise
        return log if after != before else None

    def _read(self, log: Path) -> str | None:
        """The changelog with its own line ends; None where there is none yet."""
        try:
            return log.read_bytes().decode() if log.exists() else None
        except UnicodeDecodeError:
            file = log.relative_to(self.workspace.folder).as_posix()
            raise RefusedError(f"{file} isn't UTF-8. Save it as UTF-8, and say it again.") from None

    def _lay_out(self, place: Path, target: str) -> None:
        """Copy what was built, with its sums and its record."""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        names = self._files(target)
        for name in names:
            shutil.copyfile(self.workspace.dist(target) / name, place / name)
        (place / SUMS).write_bytes(sums(place, names))
        number = len(releases(self.workspace, target, self.module)) + 1
        made = Released(self.edition, place, number, self.today.isoformat(), contents(place, names))
        (place / RECORD).write_bytes(record(made, self.module, __version__))
        _flush(place)

    def _shelf(self, target: str) -> Path:
        return shelf(self.workspace, target, self.module)

    def _outcome(self, target: str, is_new: bool, changelog: Path | None) -> Outcome:
        service = self.workspace.settings.deployments[target].poll_service
        return Outcome(
            target, self._shelf(target) / self.edition, self.stem, is_new,
            service if self.has_polls else None, changelog, self.warnings, self.is_told,
        )  # fmt: skip


def _stop_at_changes(difference: Difference) -> None:
    """Something that means something else under its old id, or must be decided."""
    found = [change.said for item in difference.items for change in item.changes if change.stops]
    if found:
        listed = "\n".join(f"  - {said}." for said in found)
        raise RefusedError(
            f"Learners' answers would be taken for something else:\n{listed}\n"
            f"`rsscorm diff {difference.module}` says what to do; --anyway releases it as it is."
        )


def _write(path: Path, text: str) -> None:
    """Where the path is a link, what it leads to."""
    with whole(path.resolve()) as file:
        file.write(text.encode())


def _restore(path: Path, before: str | None) -> None:
    """A file as it was; gone where it was not there."""
    if before is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != before.encode():
        _write(path, before)


def _flush(folder: Path) -> None:
    """Everything in a folder is on the disk before the folder gets its name."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
