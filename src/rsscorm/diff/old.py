"""What learners have now: read from a package, from a folder, or from a git revision.

A package may come from anywhere, so little of it is read and nothing is unpacked. Sources may
be older than a rule of today, so they are read without asking whether they would still build;
of their files only texts are looked at. Git's work tree is never touched.
"""

from __future__ import annotations

import os
import re
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from rsscorm.blocks.fields import FileRole, ProseKind
from rsscorm.build.shelf import releases
from rsscorm.diff.edition import Edition
from rsscorm.module import Module, fill
from rsscorm.render.data import module_data
from rsscorm.source import yaml
from rsscorm.source.polls import second_votes
from rsscorm.workspace import Deployment, Settings, Workspace

PAGE, PAGE_LIMIT = "index.html", 16 * 1024 * 1024
"""Where a package has its data, and the bytes that are read of it at most."""

DATA = re.compile(rb'<script type="application/json" id="module-data">(.*?)</script>', re.DOTALL)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for what is no zip, or not one that it can read."""

Fetch = Callable[[str], "str | None"]
"""The text at a path of a workspace, or None where there is none."""


class OldError(Exception):
    """There is nothing to compare with; says what, and what to do."""


class NoOtherError(OldError):
    """There is no other edition of a module than this, so perhaps no learner has had it."""

    def __init__(self, where: str, module: str, edition: str) -> None:
        self.edition = edition
        super().__init__(
            f"{where}/ holds no other edition of `{module}` than {edition}. If learners have that "
            "one, change `edition:` in module.yaml first. Otherwise say what they have: a package, "
            "a folder or a git revision."
        )


@dataclass(frozen=True)
class Old:
    """Where an earlier edition is; `only` is the one module that can be had there, if it is one."""

    name: str
    read: Callable[[str, str], Edition | None]
    only: str | None = None


def find_old(where: str, workspace: Path) -> Old:
    """What an author named: a path, or else a git revision. Raises `OldError`."""
    path = Path(where)
    if path.is_file():
        edition = read_package(path)
        return Old(where, lambda module, deployment: edition, edition.id)
    if (path / "module.yaml").is_file():
        return _module_folder(path, where)
    if (path / "modules").is_dir():
        return Old(where, _reader(where, lambda name: _text_in(path, name)))
    if path.exists():
        raise OldError(f"`{where}` is neither a package nor the folder of a module or workspace.")
    return _revision(where, workspace)


def read_package(path: Path) -> Edition:
    """What a package of ours says of its module; raises `OldError` where it isn't one."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(PAGE) as page:
            text = page.read(PAGE_LIMIT + 1)
    except BROKEN:
        text = b""
    data = DATA.search(text) if len(text) <= PAGE_LIMIT else None
    try:
        return Edition.model_validate_json(data[1] if data else b"")
    except ValidationError:
        raise OldError(f"`{path}` isn't a package that rsscorm made.") from None


def other_editions(
    workspace: Workspace, deployment: str, module: str, edition: str
) -> list[tuple[str, Edition]]:
    """What learners have of a module, each with a package of it, the last first.

    Its releases, the last of which may be of this very edition; then the other editions in dist/,
    the last made first. Raises `NoOtherError` where there is none.
    """
    released = [each.package() for each in releases(workspace, deployment, module)]
    there = [_package(workspace, path) for path in released]
    known = {found.edition for _, found in there}
    others = _built(workspace, deployment, module)
    there += [each for each in others if each[1].edition not in {edition, *known}]
    if not there:
        where = workspace.dist(deployment).relative_to(workspace.folder).as_posix()
        raise NoOtherError(where, module, edition)
    return there


def _package(workspace: Workspace, path: Path) -> tuple[str, Edition]:
    return path.relative_to(workspace.folder).as_posix(), read_package(path)


def _built(workspace: Workspace, deployment: str, module: str) -> list[tuple[str, Edition]]:
    """The editions of a module in dist/, the last made first."""
    dist = workspace.dist(deployment)
    by_age = sorted(dist.glob(f"{module}-*.zip"), key=lambda path: (-path.stat().st_mtime, path))
    packages: dict[str, Path] = {}
    for path in by_age:
        # Of an edition's formats one is enough: all hold the same page.
        packages.setdefault(path.name.rpartition("-")[0], path)
    found = (_package(workspace, path) for path in packages.values())
    return [each for each in found if each[1].id == module]


def as_edition(module: Module, settings: Settings, name: str) -> Edition:
    """A module as the packages of a deployment have it."""
    deployment = settings.deployments.get(name, Deployment())
    values = Values({**settings.values, **deployment.values})
    data = module_data(fill(module, values), deployment, settings, {})
    return Edition.model_validate(data)


class Values(dict[str, str]):
    """A deployment's values; one that is no longer there stays a name in braces."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def _module_folder(folder: Path, where: str) -> Old:
    """A module's folder, with the settings of its workspace if it stands in one."""
    root = folder.resolve()
    found = re.search(r"^id:\s*[\"']?([a-z0-9-]+)", _text_in(root, "module.yaml") or "", re.M)
    if not found:
        raise OldError(f"`{where}/module.yaml` has no `id`.")
    name = found[1]

    def fetch(path: str) -> str | None:
        inside = PurePosixPath(path)
        if inside.is_relative_to(f"modules/{name}"):
            return _text_in(root, str(inside.relative_to(f"modules/{name}")))
        return _text_in(root.parent.parent, path) if root.parent.name == "modules" else None

    read = _reader(where, fetch)
    return Old(where, lambda module, deployment: read(name, deployment), name)


def _text_in(folder: Path, path: str) -> str | None:
    """The text of a file in a folder; None where it isn't there, leads out or is no text."""
    file, root = (folder / path).resolve(), folder.resolve()
    if not file.is_relative_to(root) or not file.is_file():
        return None
    return file.read_bytes().removeprefix(b"\xef\xbb\xbf").decode(errors="replace")


def _revision(name: str, workspace: Path) -> Old:
    commit = _git(workspace, "rev-parse", "--verify", "--quiet", "--end-of-options",
                  name + "^{commit}")  # fmt: skip
    if not commit:
        raise OldError(f"There is no package, no folder and no git revision `{name}`.")

    def fetch(path: str) -> str | None:
        if ".." in PurePosixPath(path).parts:
            return None
        return _git(workspace, "cat-file", "blob", f"{commit.strip()}:./{path}")

    return Old(name, _reader(name, fetch))


def _git(folder: Path, *words: str) -> str | None:
    """What git answers in a folder; None where it has no answer, or isn't there."""
    quiet = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(["git", *words], cwd=folder, env=quiet, capture_output=True)  # noqa: S603, S607
    except OSError:
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def _reader(where: str, fetch: Fetch) -> Callable[[str, str], Edition | None]:
    """Reads modules of a workspace that is known by its texts alone."""

    def read(module: str, deployment: str) -> Edition | None:
        text = fetch(f"modules/{module}/module.yaml")
        if text is None:
            return None
        try:
            found = Module.model_validate(_parsed(text), context=Texts(module, fetch))
            return as_edition(second_votes(found), _settings(fetch), deployment)
        except (ValidationError, KeyError):
            raise OldError(f"`{module}` as it is in `{where}` can't be read.") from None

    return read


def _settings(fetch: Fetch) -> Settings:
    text = fetch("rsscorm.yaml")
    return Settings.model_validate(_parsed(text), context=Texts("", fetch)) if text else Settings()


def _parsed(text: str) -> object:
    return yaml.parse(text, "").data


@dataclass(frozen=True)
class Texts:
    """The `Reader` of sources that are only to be compared: words are read, nothing is checked."""

    module: str
    fetch: Fetch

    def file(self, role: FileRole, path: str) -> str:
        """The path as it is; the file may be gone."""
        return path

    def markdown(self, path: str) -> str:
        """The words of a Markdown file."""
        return self.fetch(f"modules/{self.module}/{path}") or path

    def votes(self, path: str) -> dict[str, int]:
        """No figures: nothing of a pilot is compared."""
        return {}

    def prose(self, kind: ProseKind, text: str) -> None:
        """Any words will do."""
