"""`SHA256SUMS`: what `sha256sum -c` reads."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

SUMS = "SHA256SUMS"


def sums(folder: Path, names: list[str]) -> bytes:
    """A line for each file, in the order of names."""
    return "".join(f"{_sum(folder / name)}  {name}\n" for name in sorted(names)).encode()


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
