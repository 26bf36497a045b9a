"""Workspaces for the tests of packages and builds: small modules with real media, as authors
keep them, and what came of building them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from rsscorm.build import Made, Order, Outcome, build

MODULE = """\
rsscorm: 1
id: {name}
edition: "{edition}"
title: {title}
summary: What we notice, and whom we tell.
minutes: 5
language: en
{reviewed}complete:
  when: all-steps
steps:
  - id: seeing
    kind: learn
    title: Seeing
    minutes: 2
    blocks:
      - text: |
          {text}
      - video: media/film.mp4
        captions: media/film.vtt
        transcript: film.md
        described: same-as-text
      - image: media/ward.jpg
        alt: A ward in the morning
  - id: telling
    kind: connect
    title: Telling
    minutes: 3
    blocks:
      - choice: Whom do you tell first?
        id: whom
        options:
          - nurse: The nurse in charge
          - nobody: Nobody, for now
        answer: nurse
      - poll: Would your team want to know?
        id: want-to-know
        options:
          - would: Yes, they would
          - rather: They would rather not
        again-after: views
      - perspectives:
          - patient: A patient
            text: I noticed that somebody had noticed.
        id: views
        after: want-to-know
"""
FILM = b"\0\0\0\x18ftypisom\0\0\2\0isomavc1"


def write_module(
    workspace: Path,
    name: str = "noticing",
    edition: str = "2026.1",
    title: str = "Noticing",
    text: str = "A ward is safe because people talk.",
    reviewed: str = "",
    film: int = 1000,
) -> Path:
    """Write a module with a film of `film` bytes and a photograph; returns its folder."""
    folder = workspace / "modules" / name
    (folder / "media").mkdir(parents=True)
    source = MODULE.format(name=name, edition=edition, title=title, text=text, reviewed=reviewed)
    (folder / "module.yaml").write_text(source)
    (folder / "film.md").write_text("**Nurse:** Good morning.\n")
    (folder / "media" / "film.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n")
    (folder / "media" / "film.mp4").write_bytes(FILM + name.encode() * (film // len(name)))
    Image.new("RGB", (1000, 600), "#0b4f4a").save(folder / "media" / "ward.jpg")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Change a word in a file, as an author does."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


class Quiet:
    """Listens to a build and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def waiting(self) -> None:
        """Another build is at work."""
        self.told.append("waiting")

    def working(self, module: str, number: int, total: int) -> None:
        """A module is being built."""
        self.told.append(module)

    def made(self, made: Made) -> None:
        """A file is there."""
        self.told.append(made.file)

    def room(self, module: str, needed: int, limit: int) -> None:
        """A module was built that needs so much room."""
        self.told.append(f"{module}: {needed} of {limit}")

    def nameless(self) -> None:
        """The workspace has no `iri`."""
        self.told.append("nameless")


def built(workspace: Path, *modules: str, **order: tuple[str, ...]) -> Outcome:
    """Build in this process, and have no errors."""
    outcome = build(str(workspace), Order(modules, **order), Quiet())
    assert not [problem for problem in outcome.problems if not problem.is_warning]
    return outcome


def files_made(workspace: Path, *modules: str, **order: tuple[str, ...]) -> set[str]:
    """Build, and name the files that were made."""
    return {made.file for made in built(workspace, *modules, **order).made}


PAPERS = {
    "-scorm12.zip": ("-scorm12.html", "-scorm12.txt", "-scorm12.cdx.json"),
    "-xapi.zip": ("-xapi.html", "-xapi.txt", "-xapi.cdx.json"),
    ".polls.json": ("-data-protection.html",),
}
"""The papers that are made beside each file, by what its name ends in."""


def with_papers(files: set[str]) -> set[str]:
    """Those files, and the papers that are made beside each."""
    return files | {
        file.removesuffix(ending) + paper
        for file in files
        for ending, papers in PAPERS.items() if file.endswith(ending)
        for paper in papers
    }  # fmt: skip


def contents(workspace: Path) -> dict[str, str]:
    """Every file in `dist` with the SHA-256 of its bytes."""
    root = workspace / "dist"
    files = (path for path in root.rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def command(*arguments: str | Path) -> list[str]:
    """The command line of `rsscorm` as it is installed beside this Python."""
    return [str(Path(sys.executable).with_name("rsscorm")), *(str(word) for word in arguments)]


IMPORTED = """
import sys
from rsscorm.cli import run
code = run(sys.argv[1:])
print(*sys.modules)
sys.exit(code)
"""


def imported(*arguments: str | Path) -> set[str]:
    """All that `rsscorm` has imported when a command has ended well."""
    words = [sys.executable, "-c", IMPORTED, *(str(word) for word in arguments)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def rsscorm(
    *arguments: str | Path, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `rsscorm` to its end in a process of its own."""
    return subprocess.run(
        command(*arguments), cwd=folder, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
