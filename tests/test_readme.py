"""The README promises only what a test shows: its example builds, its pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

from examples import ROOT
from workspaces import with_papers

from rsscorm import cli
from rsscorm.source import check

README = (ROOT / "README.md").read_text(encoding="utf-8")
[MODULE] = re.findall(r"^```yaml\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
LONGEST = 130
"""Lines that somebody reads before they know what this is."""


def example(folder: Path) -> Path:
    """A workspace with the README's module."""
    module = folder / "modules" / "saying-no"
    module.mkdir(parents=True)
    (module / "module.yaml").write_text(MODULE, encoding="utf-8")
    return folder


def test_its_module_builds(tmp_path: Path) -> None:
    """An author who types in the README's module gets the files that it lists."""
    workspace = example(tmp_path)
    assert cli.run(["build", "--workspace", str(workspace)]) == cli.FINE
    made = {path.name for path in (workspace / "dist").iterdir()}
    listed = set(re.findall(r"^\| `dist/([^`]+)` \|", README, re.MULTILINE))
    papers = {name for name in listed if name.endswith(".html")}
    assert made == with_papers(listed - papers)
    assert papers <= made


def test_nothing_is_to_be_asked_of_its_module(tmp_path: Path) -> None:
    """It is an example to follow: not even a warning."""
    assert check(example(tmp_path)) == []


def test_its_two_commands_are_there() -> None:
    """The first thing that it shows are commands of the project."""
    shown = re.findall(r"^(\./\w+)", README.partition("```\n")[2].partition("```")[0], re.MULTILINE)
    assert shown == ["./build", "./test"]
    assert all((ROOT / name).exists() for name in shown)


def test_it_is_short_and_shows_four_pictures() -> None:
    """What is long is in docs/; each picture is in words as well."""
    assert len(README.splitlines()) <= LONGEST
    pictures = re.findall(r'<img src="([^"]+)" width="\d+%" alt="([^"]{30,})">', README)
    assert len(pictures) == README.count("<img") == 4
