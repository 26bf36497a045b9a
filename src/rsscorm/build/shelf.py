"""What was released: a folder for each edition below `dist/releases/`, which no build touches.

`dist/releases/MODULE/EDITION/` holds what was sent out, for a deployment other than the default
in its own folder of `dist/`. `release.json` in it says what each file holds, by digests that are
the same on every machine.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from rsscorm.package.zip import content_digest
from rsscorm.workspace import Workspace

RECORD = "release.json"
WHAT_COUNTS = (".zip", ".polls.json")
"""What makes two releases the same; papers tell of these."""


@dataclass(frozen=True)
class Released:
    """An edition that was released: the how manieth of its module, the day, and what it holds."""

    edition: str
    folder: Path
    number: int
    on: str
    content: Mapping[str, str]

    def package(self) -> Path:
        """One of its packages: all hold the same page."""
        return self.folder / next(name for name in sorted(self.content) if name.endswith(".zip"))


def shelf(workspace: Workspace, deployment: str, module: str) -> Path:
    """Where the releases of a module for a deployment are."""
    return workspace.dist(deployment) / "releases" / module


def releases(workspace: Workspace, deployment: str, module: str) -> list[Released]:
    """All of them, the last first; what is no release is passed over."""
    records = shelf(workspace, deployment, module).glob(f"[!.]*/{RECORD}")
    found = (_read(path) for path in records)
    return sorted((each for each in found if each), key=lambda each: -each.number)


def release_of(workspace: Workspace, deployment: str, module: str, edition: str) -> Released | None:
    """The release of an edition; None where it was never released."""
    return _read(shelf(workspace, deployment, module) / edition / RECORD)


def record(released: Released, module: str, version: str) -> bytes:
    """`release.json`."""
    data = {
        "rsscorm": version, "module": module, "edition": released.edition,
        "number": released.number, "on": released.on, "content": dict(released.content),
    }  # fmt: skip
    return json.dumps(data, indent=2).encode() + b"\n"


def contents(folder: Path, names: list[str]) -> dict[str, str]:
    """What makes these files a release: each that counts, with the digest of what it holds."""
    counting = [name for name in sorted(names) if name.endswith(WHAT_COUNTS)]
    return {name: digest(folder / name) for name in counting}


def digest(file: Path) -> str:
    """Of what a file holds, as `build` tells it."""
    if file.suffix != ".zip":
        return sha256(file.read_bytes()).hexdigest()
    with zipfile.ZipFile(file) as package:
        entries = package.infolist()
    return content_digest((each.filename.encode(), each.file_size, each.CRC) for each in entries)


def _read(path: Path) -> Released | None:
    """A release by its record; None where there is none, or none that can be read."""
    try:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
        content = {str(name): str(digest) for name, digest in data["content"].items()}
        found = Released(
            str(data["edition"]), path.parent, int(data["number"]), str(data["on"]), content
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if any(name.endswith(".zip") for name in content) else None
