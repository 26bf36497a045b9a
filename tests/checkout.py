"""A copy of the project that follows a page of docs/developers, box by box."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BOX = re.compile(r"^```diff\n\+\+\+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDED = ("src", "tests", "themes", "pyproject.toml", "hatch_build.py", "bootstrap.py", "bench.py")


def copy_project(folder: Path) -> Path:
    """A copy of the project, with what npm has installed lent to it."""
    leave = shutil.ignore_patterns("node_modules", "__pycache__", "long")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, folder / name)
    player = Path("src", "rsscorm", "player", "node_modules")
    (folder / player).symlink_to(ROOT / player)
    return folder


def boxes(page: str) -> list[tuple[str, str]]:
    """The boxes of a page of docs/developers, each with the file that it is about."""
    return BOX.findall((ROOT / "docs" / "developers" / page).read_text("utf-8"))


def follow(path: Path, box: str) -> None:
    """Do to a file what a box says: a new file, or other lines among those that are there."""
    if not re.search(r"^(?!\+)", box, re.MULTILINE) or not path.exists():
        path.write_text("".join(line[1:] for line in box.splitlines(keepends=True)), "utf-8")
        return
    text = path.read_text("utf-8")
    for part in box.split("...\n"):
        lines = part.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        assert text.count(before) == 1, f"{path.name} has not one place for\n{part}"
        text = text.replace(before, "".join(line[1:] for line in lines if line[0] != "-"))
    path.write_text(text, "utf-8")


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy of the project, with the code of the copy."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=checkout, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(checkout / "src"), "PYTEST_XDIST_WORKER": ""},
    )  # fmt: skip
