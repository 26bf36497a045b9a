"""What English asks of a sentence about several things."""

from __future__ import annotations


def counted(number: int, thing: str, several: str = "") -> str:
    """`1 file`, `2 files`, `1,200 files`; `several` where no `s` makes the plural."""
    return f"{number:,} {thing if number == 1 else several or thing + 's'}"
