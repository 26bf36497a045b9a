"""Whether a file holds what its name says."""

from __future__ import annotations

from pathlib import Path

from rsscorm.blocks.base import FileRole
from rsscorm.problems import Problem


def check(role: FileRole, path: Path, name: str) -> list[Problem]:
    """Problems inside a file; raises `Refusal` where it can't be used at all."""
    return []
