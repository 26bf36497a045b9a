"""What a build writes into `dist/`: where each file goes, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rsscorm.build import POLLS, Made
from rsscorm.build.stamp import Stamp, Unit
from rsscorm.module import Module
from rsscorm.package import whole
from rsscorm.problems import Problem, ProblemsFound
from rsscorm.workspace import Workspace

ENDINGS = {POLLS: ".polls.json"}
"""What names of files end in that are no packages."""

WRITTEN = ("zip", "json", "html", "txt")
"""What ends the names of all that a build writes."""


class Dist:
    """The places of a workspace's packages, and of the papers beside them."""

    def __init__(self, workspace: Workspace, stamp: Stamp) -> None:
        self.workspace, self.stamp = workspace, stamp

    def place(self, unit: Unit, module: Module) -> Path:
        """Where a unit's file goes; raises `ProblemsFound` where another module's goes there."""
        ending = ENDINGS.get(unit.format, f"-{unit.format}.zip")
        target = self.workspace.dist(unit.deployment) / f"{module.id}-{module.edition}{ending}"
        file = self._relative(target)
        maker = self.stamp.maker_of(file)
        if maker not in (None, module.id) and maker in self.workspace.modules:
            raise ProblemsFound([_same_package(module.id, maker, file)])
        return target

    def write(self, target: Path, content: bytes) -> None:
        """Write a file, whole or not at all."""
        with whole(target) as file:
            file.write(content)

    def keep(self, unit: Unit, target: Path, digest: str, papers: dict[str, bytes]) -> Made:
        """Write the papers beside a file that was made, and remember them with it."""
        stem = target.name.removesuffix(ENDINGS.get(unit.format, ".zip"))
        beside = {target.with_name(stem + ending): text for ending, text in papers.items()}
        for path, text in beside.items():
            self.write(path, text)
        names = tuple(map(self._relative, beside))
        made = Made(self._relative(target), target.stat().st_size, digest, names)
        self.stamp.keep(unit, made.file, names)
        return made

    def remove_leftovers(self, deployments: Iterable[str]) -> None:
        """Half-made files of a build that was killed; we hold the lock, so they are nobody's."""
        for name in deployments:
            for ending in WRITTEN:
                for part in self.workspace.dist(name).glob(f".*.{ending}.part"):
                    part.unlink()

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.workspace.folder).as_posix()


def _same_package(module: str, other: str, file: str) -> Problem:
    message = f"its package would be `{file}`, and so is that of the module `{other}`"
    hint = "Change the edition of one of them."
    return Problem(f"modules/{module}/module.yaml", 0, 0, "same-package", message, hint)
