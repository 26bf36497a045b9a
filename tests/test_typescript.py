"""The player's TypeScript: its types, and its own tests in Node."""

from __future__ import annotations

from pathlib import Path

import pytest
from node import PLAYER, bundle, node

SUITES = sorted(
    path for path in PLAYER.parent.rglob("*.test.ts") if "node_modules" not in path.parts
)


def test_types() -> None:
    """The strict TypeScript compiler finds nothing to complain of."""
    done = node("node_modules/typescript/bin/tsc", "--project", "tsconfig.json")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name)
def test_suite(suite: Path, tmp_path: Path) -> None:
    """A suite written in TypeScript passes in Node."""
    target = tmp_path / f"{suite.stem}.mjs"
    bundle(suite, target, "--platform=node", "--format=esm", "--log-level=warning")
    done = node("--test", "--test-reporter=spec", target)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
