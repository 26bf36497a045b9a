"""An author follows docs/authors/tutorial.md to the letter: what it shows is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from examples import ROOT

PAGE = ROOT / "docs" / "authors" / "tutorial.md"
FENCE = re.compile(r"^```(\w+)(?: (\S+))?( added)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)

SIZE = re.compile(r"\d+ kB")
"""How large a package is changes with the player, and teaches nothing."""


def test_it_can_be_followed(tmp_path: Path, rewrite: bool) -> None:
    """Each file is written and each command run, and what it says is what the page shows."""
    page = PAGE.read_text(encoding="utf-8")
    followed = "".join(follow(page, tmp_path))
    if rewrite:
        PAGE.write_text(followed, encoding="utf-8")
    assert SIZE.sub("", followed) == SIZE.sub("", page)
    assert followed.count("$ rsscorm ") == 7


def follow(page: str, folder: Path) -> Iterator[str]:
    """The page as it should be: each box as it is, with what its commands really say."""
    end = 0
    for box in FENCE.finditer(page):
        kind, file, added, body = box.groups()
        yield page[end : box.start()]
        if kind == "console":
            told, folder = run(body, folder)
            yield f"```console\n{told}```"
        else:
            write(folder / file, kind, body, after=bool(added))
            yield box.group()
        end = box.end()
    yield page[end:]


def run(body: str, folder: Path) -> tuple[str, Path]:
    """What a terminal shows when the box's commands are typed, and where they lead."""
    told = []
    for command in re.findall(r"^\$ (.*)$", body, re.MULTILINE):
        told.append(f"$ {command}\n")
        if command.startswith("cd "):
            folder = folder / command[3:]
            continue
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", command], cwd=folder, env={**os.environ, "PATH": path, "COLUMNS": "80"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
        told.append(done.stdout)
    return "".join(told), folder


def write(path: Path, kind: str, body: str, after: bool) -> None:
    """Write a file, add to its end, or change one line of it."""
    if kind == "diff":
        [old, new] = [line[1:] for line in body.splitlines()]
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines.count(old) == 1, old
        body = "\n".join(new if line == old else line for line in lines) + "\n"
    before = path.read_text(encoding="utf-8") if after else ""
    path.write_text(before + body, encoding="utf-8")
