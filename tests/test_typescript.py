"""The player's TypeScript: its types, and its own tests in Node."""

from __future__ import annotations

from pathlib import Path

from node import PLAYER, bundle_each, node

SUITES = sorted(
    path for path in PLAYER.parent.rglob("*.test.ts") if "node_modules" not in path.parts
)


def test_types() -> None:
    """The strict TypeScript compiler finds nothing to complain of."""
    done = node("node_modules/typescript/bin/tsc", "--project", "tsconfig.json")
    assert done.returncode == 0, done.stdout + done.stderr


def test_suites(tmp_path: Path) -> None:
    """The suites written in TypeScript pass in Node: one file each, in a process of its own."""
    options = ("--platform=node", "--format=esm", "--out-extension:.js=.mjs")
    bundle_each(SUITES, tmp_path, *options, "--log-level=warning")
    targets = sorted(tmp_path.rglob("*.mjs"))
    assert len(targets) == len(SUITES) > 20
    done = node("--test", "--test-reporter=spec", *targets)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
