"""Names of files in a package: made from an author's own, and safe wherever they are unpacked."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePath


def free_name(folder: str, wish: PurePath, taken: Collection[str]) -> str:
    """A name in a folder that every LMS keeps, like the one wished for and not among those taken.

    It is made of a to z, 0 to 9, `-` and `.` alone, so that no style and no address breaks at it.
    """
    stem = re.sub(r"[^a-z0-9]+", "-", wish.stem.lower()).strip("-")[:60] or "file"
    suffix = re.sub(r"[^a-z0-9.]", "", wish.suffix.lower())
    name, number = f"{folder}/{stem}{suffix}", 1
    while name in taken:
        number += 1
        name = f"{folder}/{stem}-{number}{suffix}"
    return name
