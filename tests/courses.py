"""Workspaces for the benches: real modules, the one other tools were measured with, long ones."""

from __future__ import annotations

import shutil
from pathlib import Path

from workspaces import rsscorm

from bench import QUESTION, TEXT

TESTS = Path(__file__).parent
REAL = TESTS.parent / "modules" / "boundaries-on-the-ward"
PEERS = TESTS / "peers-module"
HEAD = """\
rsscorm: 1
id: {name}
edition: "1"
title: Knowing the ward
summary: What we know of each other, and what we do with it.
minutes: 400
language: en
complete:
  when: all-steps
steps:
"""
STEP = """\
  - id: step-{number}
    kind: {kind}
    title: Step {number}
    minutes: 2
    blocks:
      - text: |
{text}      - callout: Noticing is half of it. Telling someone is the other half.
        tone: key-point
"""


def copied(workspace: Path, source: Path, name: str = "") -> Path:
    """A workspace with a copy of a module in it, under its own name or another; its folder."""
    folder = workspace / "modules" / (name or source.name)
    shutil.copytree(source, folder)
    file = folder / "module.yaml"
    text = file.read_text("utf-8").replace(f"id: {source.name}\n", f"id: {folder.name}\n", 1)
    file.write_text(text, "utf-8")
    (workspace / "rsscorm.yaml").write_text("deployments:\n  default: {}\n", "utf-8")
    return folder


def long_module(workspace: Path, steps: int) -> Path:
    """A workspace with a module of so many steps, a question with a right answer in each."""
    folder = workspace / "modules" / "long"
    folder.mkdir(parents=True)
    text = "".join(f"          {line}\n" if line else "\n" for line in TEXT.splitlines())
    kinds = ("learn", "reflect", "connect")
    made = (
        STEP.format(number=number, kind=kinds[number % 3], text=text)
        + QUESTION.format(number=number)
        for number in range(1, steps + 1)
    )
    file = folder / "module.yaml"
    file.write_text(HEAD.format(name="long") + "".join(made), "utf-8")
    (workspace / "rsscorm.yaml").write_text("deployments:\n  default: {}\n", "utf-8")
    return folder


def package(workspace: Path) -> Path:
    """Build a workspace of one module; its SCORM package."""
    done = rsscorm("build", folder=workspace)
    assert done.returncode == 0, done.stdout + done.stderr
    [found] = (workspace / "dist").glob("*-scorm12.zip")
    return found
