"""What a build remembers: of which sources each package was made.

`.rsscorm/stamp` (a checksum, then JSON) may be deleted at any time, and a harmed one is taken for
none; the next build then makes everything again. It is read with the standard library alone, since
"nothing has changed" must be answered at once: a file whose size, time and inode are as they were
is taken to be the same, and only where they differ its content is looked at, so that touching a
file changes nothing.
"""

from __future__ import annotations

import os
import stat
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

VERSION = 2
RECENT = 2_000_000_000
"""Nanoseconds: a file as young as this may change again without its time changing (as coarse as
a disk's clock can be), so its time is not relied upon."""

NOT_SOURCES = frozenset(["__pycache__", "node_modules"])
NOT_OF_MODULES = frozenset(["CHANGELOG.md"])
"""What is in a module's folder and in none of its packages."""

DEPENDENCIES = frozenset(
    ["jinja2", "lxml", "markupsafe", "pillow", "pydantic", "pydantic_core", "pyromark", "pyyaml"]
)
"""What the bytes of a package depend on besides us."""

Look = list[int]
"""Of a file: size, modification time in ns, inode, CRC-32 of the content."""

NOTHING = (0, 0, 0, 0)
"""The look of what is not there, or is no file."""

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Unit(NamedTuple):
    """One thing to make: a module for a deployment in a format."""

    module: str
    deployment: str
    format: str


class Stamp:
    """The memory of a workspace's builds. Paths in it are relative, with forward slashes."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.path = os.path.join(folder, ".rsscorm", "stamp")
        self.known = _read(self.path)
        self._looks: dict[str, dict[str, Look]] = {}
        self._digests: dict[str, str] = {}
        self._makers: dict[str, str] = {}
        self._tool = ""
        self._changed = False

    # What there is now

    def digest(self, name: str, paths: Callable[[], Iterable[tuple[str, str]]]) -> str:
        """A digest of names and contents of some files, looked at once and kept under `name`.

        `paths` gives each file's name and where it is.
        """
        if name not in self._digests:
            old = self.known["looks"].get(name, {"digest": "", "files": {}})
            files = {key: _look(path, old["files"].get(key)) for key, path in paths()}
            self._looks[name] = files
            if files != old["files"]:
                old = {"digest": _digest_of(files), "files": files}
                self._put("looks", name, old)
            self._digests[name] = old["digest"]
        return self._digests[name]

    def module(self, name: str) -> str:
        """The digest of everything in a module's folder but its changelog."""
        root = os.path.join(self.folder, "modules", name)
        files = (file for file in files_below(root) if file[0] not in NOT_OF_MODULES)
        return self.digest(f"modules/{name}", lambda: files)

    def shared(self) -> str:
        """The digest of all that deployments depend on: rsscorm.yaml, themes and logos."""
        return self.digest("shared", self._shared_files)

    def _shared_files(self) -> Iterator[tuple[str, str]]:
        for name in ("rsscorm.yaml", *self.known["logos"]):
            yield name, os.path.join(self.folder, name)
        for root in (os.path.join(self.folder, "themes"), _own_themes()):
            yield from ((at, at) for _, at in files_below(root))
            for theme in _linked_themes(root):
                yield from ((at, at) for _, at in files_below(theme))

    def tool(self) -> str:
        """The digest of the tool itself, but for its themes, and of what it builds with."""
        if not self._tool:
            self._tool = " ".join([self.digest("tool", _own_files), *_versions()])
        return self._tool

    def checksum(self, path: object) -> int:
        """The CRC-32 of a file, known where the file belongs to a module that was looked at."""
        name = os.path.relpath(str(path), os.path.join(self.folder, "modules"))
        module, _, rest = name.replace(os.sep, "/").partition("/")
        look = self._looks.get(f"modules/{module}", {}).get(rest)
        return look[3] if look else _checksum(str(path))

    def modules(self) -> tuple[list[str], list[str]]:
        """The names of the folders that hold a module, and of those that hold none."""
        root = os.path.join(self.folder, "modules")
        names = sorted(os.listdir(root)) if os.path.isdir(root) else []
        folders = [name for name in names if os.path.isdir(f"{root}/{name}")]
        modules = [name for name in folders if os.path.isfile(f"{root}/{name}/module.yaml")]
        return modules, [name for name in folders if name not in modules]

    # What was made of it

    def deployments(self) -> dict[str, str]:
        """The digest of each deployment's settings; empty where rsscorm.yaml must be read anew."""
        known: dict[str, str] = self.known["deployments"]
        return known if self.known["shared"] == [self.tool(), self.shared()] else {}

    def keep_deployments(self, digests: dict[str, str], logos: list[str]) -> None:
        """Remember what rsscorm.yaml and the themes came to."""
        if logos != self.known["logos"]:
            self.known["logos"] = logos
            self._digests.pop("shared", None)
        self.known["deployments"] = digests
        self.known["shared"] = [self.tool(), self.shared()]
        self._changed = True

    def is_current(self, unit: Unit) -> bool:
        """Whether a unit's files are there, untouched, and made of what there is now."""
        made = self.known["made"].get("/".join(unit), {"of": []})
        return bool(made["of"] == self._sources(unit) and made["looks"] == self._on_disk(made))

    def keep(self, unit: Unit, file: str, papers: Iterable[str] = ()) -> None:
        """Remember that a unit's file was made just now, with the papers beside it."""
        made = {"of": self._sources(unit), "file": file, "papers": list(papers)}
        key = "/".join(unit)
        self._makers.pop(self.known["made"].get(key, made)["file"], None)
        self._put("made", key, {**made, "looks": self._on_disk(made)})
        self._makers[file] = unit.module

    def file_of(self, unit: Unit) -> str:
        """The file that was made of a unit."""
        return self.files_of(unit)[0]

    def files_of(self, unit: Unit) -> tuple[str, ...]:
        """The file that was made of a unit, then the papers beside it."""
        made = self.known["made"]["/".join(unit)]
        return made["file"], *made["papers"]

    def maker_of(self, file: str) -> str | None:
        """Which module a file was made of, as far as is known."""
        if not self._makers:
            made = self.known["made"]
            self._makers = {made[unit]["file"]: unit.split("/")[0] for unit in made}
        return self._makers.get(file)

    def warnings(self, module: str, today: str) -> list[dict[str, Any]] | None:
        """What was to be said of a module today; None where it must be read to know."""
        said = self.known["said"].get(module)
        if not said or said["of"] != [self.tool(), self.module(module), today]:
            return None
        warnings: list[dict[str, Any]] = said["warnings"]
        return warnings

    def keep_warnings(self, module: str, today: str, warnings: list[dict[str, Any]]) -> None:
        """Remember what is to be said of a module today."""
        of = [self.tool(), self.module(module), today]
        self._put("said", module, {"of": of, "warnings": warnings})

    def save(self) -> None:
        """Write what is known, if it has changed: whole or not at all."""
        if not self._changed:
            return
        import json

        content = json.dumps(self.known).encode("ascii")
        with open(self.path + ".part", "wb") as file:
            file.write(b"%08x\n" % zlib.crc32(content) + content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.path + ".part", self.path)

    def _put(self, shelf: str, key: str, value: Any) -> None:
        self.known[shelf][key] = value
        self._changed = True

    def _sources(self, unit: Unit) -> list[str]:
        return [self.tool(), self.deployments()[unit.deployment], self.module(unit.module)]

    def _on_disk(self, made: dict[str, Any]) -> list[list[int]]:
        """How a unit's files look; empty where one of them is gone."""
        try:
            found = [os.stat(f"{self.folder}/{file}") for file in (made["file"], *made["papers"])]
        except OSError:
            return []
        return [[each.st_size, each.st_mtime_ns, each.st_ino] for each in found]


def files_below(root: str, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every file below a folder, as its name in the folder and its path, in a fixed order.

    Links are followed to files and never into folders.
    """
    if not os.path.isdir(root):
        return
    with os.scandir(root) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if not entry.is_dir(follow_symlinks=False):
                yield prefix + entry.name, entry.path
            elif entry.name not in NOT_SOURCES:
                yield from files_below(entry.path, f"{prefix}{entry.name}/")


def _linked_themes(root: str) -> list[str]:
    """The themes that are links to a folder elsewhere, as several workspaces may share one."""
    if not os.path.isdir(root):
        return []
    with os.scandir(root) as entries:
        links = sorted(entry.path for entry in entries if entry.is_symlink())
    return [link for link in links if os.path.isfile(os.path.join(link, "theme.yaml"))]


def _look(path: str, old: Look | None) -> Look:
    """How a file looks now; its content is read only where it looks different from before."""
    try:
        found = os.stat(path)
    except OSError:
        return list(NOTHING)
    if not stat.S_ISREG(found.st_mode):
        return list(NOTHING)
    now = [found.st_size, found.st_mtime_ns, found.st_ino]
    if old and old[:3] == now:
        return old
    if time.time_ns() - found.st_mtime_ns < RECENT:
        now[1] = 0
    return [*now, _checksum(path)]


def _checksum(path: str) -> int:
    """The CRC-32 of a file, as `package.zip` takes it; importing that would load lxml."""
    total, buffer = 0, memoryview(bytearray(256 * 1024))
    with open(path, "rb", buffering=0) as file:
        while count := file.readinto(buffer):
            total = zlib.crc32(buffer[:count], total)
    return total


def _digest_of(files: dict[str, Look]) -> str:
    from hashlib import sha256

    lines = [f"{name} {look[0]} {look[3]}" for name, look in sorted(files.items())]
    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _own_files() -> Iterator[tuple[str, str]]:
    """The tool's own files but for its themes, which `shared` looks at."""
    return (file for file in files_below(PACKAGE) if not file[0].startswith("themes/"))


def _own_themes() -> str:
    """The tool's themes: in the package of a wheel, at the root of a source tree."""
    inside = os.path.join(PACKAGE, "themes")
    root = os.path.dirname(os.path.dirname(PACKAGE))
    return inside if os.path.isdir(inside) else os.path.join(root, "themes")


def _versions() -> list[str]:
    """Versions of what we build with, as installed beside click; and the date of the entries."""
    import click

    installed = os.listdir(os.path.dirname(os.path.dirname(click.__file__)))
    infos = [name.lower() for name in installed if name.endswith(".dist-info")]
    ours = [name for name in infos if name.split("-")[0] in DEPENDENCIES]
    date = os.environ.get("SOURCE_DATE_EPOCH", "")
    return [*sorted(ours), sys.version, zlib.ZLIB_RUNTIME_VERSION, date]


def _read(path: str) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "version": VERSION, "looks": {}, "shared": [], "logos": [],
        "deployments": {}, "made": {}, "said": {},
    }  # fmt: skip
    import json

    try:
        with open(path, "rb") as file:
            checksum, content = file.readline(), file.read()
    except OSError:
        return empty
    if checksum != b"%08x\n" % zlib.crc32(content):
        return empty
    known: dict[str, Any] = json.loads(content)
    return known if known["version"] == VERSION else empty
