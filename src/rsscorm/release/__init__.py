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
from rsscorm.build import FORMAT_NAMES, Listener, Order, build
from rsscorm.build.lock import one_at_a_time
from rsscorm.build.shelf import RECORD, Released, contents, record, release_of, releases, shelf
from rsscorm.diff import Difference, compare, read_package
from rsscorm.module import Module
from rsscorm.package import whole
from rsscorm.problems import Problem, ProblemsFound, stop
from rsscorm.release.changelog import CHANGELOG, entry, with_entry
from rsscorm.release.sums import SUMS, sums
from rsscorm.source import check, read_module, read_workspace
from rsscorm.workspace import Workspace

__all__ = ["CHANGELOG", "SUMS", "Outcome", "RefusedError", "release"]

PAPERS = (".html", ".txt", ".cdx.json")


class RefusedError(Exception):
    """What must not be released, and what to do about it; nothing was written."""


@dataclass(frozen=True)
class Outcome:
    """A release for one deployment: its folder, and whether it was there already.

    `service` is where its polls send votes, if anywhere.
    """

    deployment: str
    folder: Path
    stem: str
    is_new: bool
    service: str | None
    changelog: Path | None = None
    warnings: tuple[Problem, ...] = ()


def release(
    folder: Path, name: str, deployments: tuple[str, ...], listener: Listener,
    today: date, anyway: bool = False,
) -> list[Outcome]:  # fmt: skip
    """Release a module as it is, for some deployments (or `all`).

    `anyway` goes on where something means something else under its old id. Raises `RefusedError`,
    `ProblemsFound`, `UnknownNameError` and `OSError`.
    """
    outcome = build(str(folder), Order((name,), deployments, FORMAT_NAMES), listener)
    _stop_at(outcome.problems)
    workspace = read_workspace(folder)
    module, _ = read_module(workspace, name, today)
    warnings = check(folder, [name], today)
    targets = Order((name,), deployments).targets(workspace.settings.deployments)
    with one_at_a_time(str(workspace.cache / "lock"), listener.waiting):
        return Desk(workspace, module, today, tuple(warnings)).release(targets, anyway)


def _stop_at(problems: list[Problem]) -> None:
    """Errors stop a release, and so does a review that is overdue."""
    if stop(problems):
        raise ProblemsFound(problems)
    if any(problem.code == "review-past" for problem in problems):
        raise RefusedError(
            "Its review is overdue. Have it reviewed, and write in `reviewed` by whom, on which "
            "day, and when it is due again."
        )


class Desk:
    """An edition of a module, about to be released; the workspace's lock is held."""

    def __init__(
        self, workspace: Workspace, module: Module, today: date, warnings: tuple[Problem, ...]
    ) -> None:
        self.workspace, self.module, self.edition = workspace, module.id, module.edition
        self.today, self.warnings = today, warnings
        self.stem = f"{module.id}-{module.edition}"
        self.has_polls = any(block.kind == "poll" for block in module.blocks())

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
        built = contents(self.workspace.dist(target), self._files(target))
        if found and dict(found.content) != built:
            raise RefusedError(
                f"Edition {self.edition} was released on {found.on}, and is not what there is "
                f"now. Change `edition:` in modules/{self.module}/module.yaml, and release again."
            )
        return found is not None

    def _files(self, target: str) -> list[str]:
        """The names of all that a build made of this edition for a deployment."""
        ours = [
            f"{self.stem}-{format}{end}" for format in FORMAT_NAMES for end in (".zip", *PAPERS)
        ]
        ours += [f"{self.stem}.polls.json", f"{self.stem}-data-protection.html"]
        return [name for name in ours if (self.workspace.dist(target) / name).is_file()]

    def _difference(self, target: str) -> Difference | None:
        """What has changed since the last release; None for the first."""
        before = releases(self.workspace, target, self.module)
        if not before:
            return None
        built = self.workspace.dist(target) / f"{self.stem}-{FORMAT_NAMES[0]}.zip"
        last, *others = [read_package(each.package()) for each in before]
        return compare(last, read_package(built), others)

    def _put(self, targets: list[str], difference: Difference | None) -> Path | None:
        """Lay everything out, then write the changelog, then give the folders their names."""
        staged = {self._shelf(target) / f".{self.edition}.part": target for target in targets}
        done: list[Path] = []
        log = self.workspace.module_folder(self.module) / CHANGELOG
        before = log.read_text("utf-8") if log.exists() else None
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
            service if self.has_polls else None, changelog, self.warnings,
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
    with whole(path) as file:
        file.write(text.encode())


def _restore(path: Path, before: str | None) -> None:
    """A file as it was; gone where it was not there."""
    if before is None:
        path.unlink(missing_ok=True)
    elif path.read_text("utf-8") != before:
        _write(path, before)


def _flush(folder: Path) -> None:
    """Everything in a folder is on the disk before the folder gets its name."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
