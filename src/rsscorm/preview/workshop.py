"""A workspace that is being written: its modules read and rendered as they are now.

What need not be done twice is remembered: a module for all who look at it, and each step's HTML
for as long as it shows what it showed before.
"""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from rsscorm.module import Module, fill
from rsscorm.package import poll_file
from rsscorm.problems import Problem, ProblemsFound
from rsscorm.referee.archive import PackageError
from rsscorm.render import Files, Steps, render
from rsscorm.render.pictures import PictureError
from rsscorm.render.templating import TemplateError
from rsscorm.source import packed_figures, read_module, read_theme, read_workspace
from rsscorm.source.theme import theme_names
from rsscorm.workspace import Deployment, Settings, Workspace

ADDRESSES = re.compile(r'((?:src|srcset|href|poster)=")([^"#]+)')
FILE = re.compile(r"[a-z]+[a-z0-9./-]*")
"""What in a page leads to files, and a file in that."""

NO_POLLS = "none"
EXAMPLE = "https://polls.example.org"
"""A service where votes seem to go, of a deployment that has none."""


@dataclass(frozen=True)
class Look:
    """What is looked at: a module, as a deployment has it, in a theme.

    Without a name it is the first deployment, and the deployment's own theme. `votes` says whether
    there is a poll service: "" leaves it to the deployment, "none" takes it away, and all else
    brings one.
    """

    module: str
    deployment: str = ""
    theme: str = ""
    votes: str = ""


@dataclass(frozen=True)
class Draft:
    """A module as it is now: its files but for the script, and what the poll service must know."""

    module: Module
    files: Files
    settings: Settings
    deployment: Deployment
    theme: str

    @cached_property
    def html(self) -> str:
        """The page, which asks for each file under an address that changes with the file."""
        text = bytes(self.files["index.html"]).decode()
        return ADDRESSES.sub(lambda found: found[1] + FILE.sub(self._stamped, found[2]), text)

    @cached_property
    def mark(self) -> str:
        """By which a page knows whether it shows this draft already."""
        return sha256(self.html.encode()).hexdigest()[:16]

    def _stamped(self, found: re.Match[str]) -> str:
        file = self.files.get(found[0])
        return found[0] if file is None else f"{found[0]}?{_stamp(file)}"

    @cached_property
    def polls(self) -> bytes:
        """What the build would write for the poll service."""
        return poll_file(self.module, self.settings, self.deployment)


class Content:
    """A draft's files, as the pretend LMS serves a package's."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def size(self, name: str) -> int:
        """A file's size in bytes."""
        file = self._files[name]
        return file.stat().st_size if isinstance(file, Path) else len(file)

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """A file's bytes; `PackageError` where it has gone meanwhile."""
        file = self._files[name]
        if isinstance(file, bytes):
            return file[start:end]
        try:
            with file.open("rb") as opened:
                opened.seek(start)
                return opened.read(-1 if end is None else end - start)
        except OSError as error:
            raise PackageError(f"{name} can't be read: {error.strerror}.") from error


@dataclass
class Workshop:
    """Reads and renders what is asked for; `forget` when a file has changed."""

    folder: Path
    _modules: dict[str, tuple[Module | None, list[Problem]]] = field(default_factory=dict)
    _steps: dict[Look, Steps] = field(default_factory=dict)
    _workspace: Workspace | None = None
    _lock: Any = field(default_factory=threading.RLock)

    def forget(self) -> None:
        """Something was saved: everything is read again."""
        with self._lock:
            self._modules.clear()
            self._workspace = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the modules that are there."""
        return Workspace(self.folder, Settings()).modules

    @property
    def deployments(self) -> tuple[str, ...]:
        """The names of the deployments; none while rsscorm.yaml has problems."""
        with self._lock, suppress(ProblemsFound):
            return tuple(self._read().settings.deployments)
        return ()

    @property
    def themes(self) -> tuple[str, ...]:
        """The names of the themes, the workspace's own and ours."""
        return tuple(sorted(theme_names(Workspace(self.folder, Settings()))))

    def draft(self, look: Look) -> tuple[Draft | None, list[Problem]]:
        """A module as it is now, or None; and its problems, or its warnings."""
        with self._lock:
            try:
                return self._draft(look)
            except ProblemsFound as found:
                return None, found.problems
            except (PictureError, TemplateError) as error:
                return None, [error.problem(self.folder)]
            except OSError as error:
                return None, [self._gone(look, error)]

    def asked(self, name: str) -> list[Problem]:
        """What a good author would ask of a module; nothing of one with errors."""
        with self._lock, suppress(ProblemsFound, OSError):
            workspace = self._read()
            known = self._module(workspace, name)[1]
            told = read_module(workspace, name, lints=True)[1]
            return [problem for problem in told if problem not in known]
        return []

    def _draft(self, look: Look) -> tuple[Draft | None, list[Problem]]:
        workspace = self._read()
        module, problems = self._module(workspace, look.module)
        if module is None:
            return None, problems
        deployment = _deployment(workspace, look)
        theme = read_theme(workspace, deployment.theme)
        filled = fill(module, workspace.values(deployment))
        figures, steps = packed_figures(workspace, filled), self._steps.setdefault(look, Steps())
        files = render(filled, workspace, deployment, theme, figures, steps)
        return Draft(filled, files, workspace.settings, deployment, deployment.theme), problems

    def _read(self) -> Workspace:
        self._workspace = self._workspace or read_workspace(self.folder)
        return self._workspace

    def _module(self, workspace: Workspace, name: str) -> tuple[Module | None, list[Problem]]:
        if name not in self._modules:
            try:
                self._modules[name] = read_module(workspace, name)
            except ProblemsFound as found:
                self._modules[name] = (None, found.problems)
        return self._modules[name]

    def _gone(self, look: Look, error: OSError) -> Problem:
        """A file may go, or be half-written, between being looked at and being read."""
        message = f"`{Path(error.filename or 'a file').name}` was changed while it was being read"
        file = f"modules/{look.module}/module.yaml"
        return Problem(file, 0, 0, "changed-meanwhile", message, "Save it again.")


def _deployment(workspace: Workspace, look: Look) -> Deployment:
    """The deployment that is looked at, with what was chosen otherwise."""
    there = workspace.settings.deployments
    found = there.get(look.deployment) or next(iter(there.values()))
    changes: dict[str, Any] = {"theme": look.theme} if look.theme else {}
    if look.votes:
        service = EXAMPLE if found.poll_service is None else found.polls
        changes["polls"] = NO_POLLS if look.votes == NO_POLLS else service
    return found.model_copy(update=changes)


def _stamp(file: bytes | Path) -> str:
    """A mark that changes with a file."""
    if isinstance(file, bytes):
        return sha256(file).hexdigest()[:8]
    try:
        seen = file.stat()
    except OSError:
        return ""
    return f"{seen.st_mtime_ns:x}-{seen.st_size:x}"
