"""An author errs: each way to go wrong has its code, and its report is kept word for word.

A case is a folder `problems/CODE/NAME`. `rsscorm.yaml`, `themes` and `modules` in it are the
workspace's; everything else is the module `a-case`. `expected.txt` is the whole report.
"""

from __future__ import annotations

import io
import shutil
import struct
from collections.abc import Callable
from datetime import date
from pathlib import Path

import mistakes
import pytest

from rsscorm.problems import CODES, WHILE_BUILDING, Problem
from rsscorm.source import check
from rsscorm.source.report import show

CASES = Path(__file__).parent / "problems"
NAMES = sorted(path.parent.relative_to(CASES).as_posix() for path in CASES.glob("*/*/expected.txt"))
TODAY = date(2026, 6, 1)
OF_WORKSPACE = ("rsscorm.yaml", "themes", "modules")


def link_out(workspace: Path) -> None:
    """A link that leads out of the module, to a real picture beside the workspace."""
    outside = workspace / "brand.svg"
    outside.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    (workspace / "modules/a-case/brand.svg").symlink_to(outside)


def twins(workspace: Path) -> None:
    """Two files whose names differ only by case, which some machines can't hold."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    for name in ("Door.svg", "door.svg"):
        (workspace / "modules/a-case" / name).write_text(drawing)


def huge_picture(workspace: Path) -> None:
    """The header of a picture of 100 megapixels; nothing decodes it, so it needs no more."""
    header = struct.pack(">II", 10_000, 10_000) + b"\x08\x02\x00\x00\x00"
    picture = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + b"\0\0\0\0"
    (workspace / "modules/a-case/ward.png").write_bytes(picture)


def huge_text(workspace: Path) -> None:
    """A module of more than 4 MiB of text."""
    with (workspace / "modules/a-case/module.yaml").open("a") as file:
        file.write("# a long comment\n" * 250_000)


def not_utf8(workspace: Path) -> None:
    """A module saved in an encoding of another time."""
    path = workspace / "modules/a-case/module.yaml"
    path.write_bytes(
        path.read_text().replace("Caf\u00e9", "CAFE").encode().replace(b"CAFE", b"Caf\xe9")
    )


def bell(workspace: Path) -> None:
    """A character that can't be seen, pasted with a title."""
    path = workspace / "modules/a-case/module.yaml"
    path.write_text(path.read_text().replace("BELL", "\x07"))


def secrets(workspace: Path) -> None:
    """Secrets (made up) in every text that would be packed; whole only here, in pieces."""
    made_up = {"AWSKEY": "AKIA" + "Z2Q7M4N8P1R5T3V6", "TOKEN": "ghp_" + "a1B2c3D4e5F6" * 3,
               "NAME:WORD": "ward:" + "pa55w0rd"}  # fmt: skip
    for path in (*workspace.rglob("*.y*ml"), *workspace.rglob("*.md"), *workspace.rglob("*.vtt"),
                 *workspace.rglob("*.svg")):  # fmt: skip
        text = path.read_text()
        for name, secret in made_up.items():
            text = text.replace(name, secret)
        path.write_text(text)


PREPARE: dict[str, Callable[[Path], None]] = {
    "link-outside/picture": link_out,
    "names-clash/case": twins,
    "picture-too-large/png": huge_picture,
    "file-too-large/module": huge_text,
    "not-utf8/module": not_utf8,
    "control-character/bell": bell,
    "secret/everywhere": secrets,
}
"""What a case needs that can't be kept as a file on every machine."""


def lay_out(case: Path, workspace: Path) -> None:
    """Make the workspace of a case."""
    module = workspace / "modules/a-case"
    for path in case.iterdir():
        target = workspace if path.name in OF_WORKSPACE else module
        if path.is_dir():
            shutil.copytree(path, target / path.name, dirs_exist_ok=True)
        elif path.name != "expected.txt":
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / path.name)


def report(problems: list[Problem]) -> str:
    """The report as a person sees it, without colours."""
    stream = io.StringIO()
    show(problems, stream, color=False)
    return stream.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_report(name: str, tmp_path: Path, rewrite: bool) -> None:
    """A source with one thing wrong is told exactly what, where, and what to do next."""
    lay_out(CASES / name, tmp_path)
    if name in PREPARE:
        PREPARE[name](tmp_path)
    problems = check(tmp_path, today=TODAY)
    expected = CASES / name / "expected.txt"
    if rewrite:
        expected.write_text(report(problems))
    assert report(problems) == expected.read_text()
    assert name.split("/")[0] in {problem.code for problem in problems}
    assert {problem.code for problem in problems} <= set(CODES)


def test_the_table_of_mistakes_is_in_step(rewrite: bool) -> None:
    """docs/mistakes.md shows each mistake with what check says of it; --rewrite writes it anew."""
    table = Path(__file__).parent.parent / "docs/mistakes.md"
    if rewrite:
        table.write_text(mistakes.page(CASES), encoding="utf-8")
    assert table.read_text(encoding="utf-8") == mistakes.page(CASES)
    assert mistakes.page(CASES).count("\n| ") > 60


def test_every_code_has_a_case() -> None:
    """No code without a case, and no case without a code."""
    assert {path.name for path in CASES.iterdir()} == set(CODES) - WHILE_BUILDING
    assert set(PREPARE) <= set(NAMES)


def test_no_case_is_left_out() -> None:
    """Each folder of a case holds a report and something that it is about."""
    for case in CASES.glob("*/*"):
        names = {path.name for path in case.iterdir()}
        assert "expected.txt" in names, f"{case} has no expected.txt (write one with --rewrite)"
        assert names & {"module.yaml", "rsscorm.yaml", "modules"}, f"{case} is about nothing"
