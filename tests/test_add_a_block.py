"""A developer adds a block kind by the page that explains it, to the letter."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "developers" / "add-a-block.md"
BOX = re.compile(r"^```diff\n\+\+\+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDED = ("src", "tests", "themes", "pyproject.toml", "hatch_build.py", "bootstrap.py", "bench.py")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, with what npm has installed lent to it."""
    folder = tmp_path_factory.mktemp("checkout")
    leave = shutil.ignore_patterns("node_modules", "__pycache__", "long")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, folder / name)
    player = Path("src", "rsscorm", "player", "node_modules")
    (folder / player).symlink_to(ROOT / player)
    return folder


def test_the_page_is_followed_to_the_letter(checkout: Path) -> None:
    """Box by box: the tests say what is missing until the last, and then the new kind plays."""
    *slice_, states = BOX.findall(PAGE.read_text("utf-8"))
    for name, box in slice_:
        follow(checkout / name, box)
    assert run(checkout, "hatch_build.py").returncode == 0
    missing = run(checkout, "-m", "pytest", "-q", "tests/test_screens.py", "-k", "think")
    assert missing.returncode == 1, missing.stdout
    assert "say in STATES what a learner does with `think`" in missing.stdout
    name, box = states
    follow(checkout / name, box)
    tests = ("tests/test_screens.py", "tests/test_gallery.py", "tests/test_render.py")
    played = run(checkout, "-m", "pytest", "-q", *tests, "-k", "think or slice or words")
    assert played.returncode == 0, played.stdout


def follow(path: Path, box: str) -> None:
    """Do to a file what a box says: a new file, or new lines among those that are there."""
    if not re.search(r"^(?!\+)", box, re.MULTILINE) or not path.exists():
        path.write_text("".join(line[1:] for line in box.splitlines(keepends=True)), "utf-8")
        return
    text = path.read_text("utf-8")
    for part in box.split("...\n"):
        lines = part.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line.startswith(" "))
        assert text.count(before) == 1, f"{path.name} has not one place for\n{part}"
        text = text.replace(before, "".join(line[1:] for line in lines))
    path.write_text(text, "utf-8")


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy of the project, with the code of the copy."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=checkout, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(checkout / "src"), "PYTEST_XDIST_WORKER": ""},
    )  # fmt: skip
