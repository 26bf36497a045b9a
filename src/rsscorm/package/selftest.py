"""The self-test page of a package, which must know what its files are to be like.

`render` leaves one place in it for that: only here is each file as it will be packed.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from rsscorm.package.carried import selftest_files
from rsscorm.package.checks import SelfCheckError
from rsscorm.package.zip import Files

PAGE = "selftest.html"
PLACE = b'"package":null'
"""Where the page says of its package what `selftest-checks.ts` reads."""

TEXTS = ("index.html", "player.css", "player.js")
MOST, LARGEST = 4, 400_000
"""How many media files are tested, and how large one may be: a test must not fetch a film."""


def with_selftest(files: Files, format: str) -> Files:
    """A package's files with the self-test's script and style, and its page filled in.

    Raises `SelfCheckError` for a page without its one place.
    """
    page = files[PAGE]
    if not isinstance(page, bytes) or page.count(PLACE) != 1:
        raise SelfCheckError(format, [f"{PAGE} must have one place for what is known here"])
    data = json.dumps(_package(files, format), separators=(",", ":")).encode()
    return {**files, **selftest_files(), PAGE: page.replace(PLACE, b'"package":' + data)}


def _package(files: Files, format: str) -> dict[str, Any]:
    media = {name: content for name, content in files.items() if isinstance(content, Path)}
    small = (name for name, path in sorted(media.items()) if path.stat().st_size <= LARGEST)
    tested = [*(name for name in TEXTS if name in files), *list(small)[:MOST]]
    kinds = {Path(name).suffix[1:] for name in media}
    return {
        "format": format,
        "files": [_file(name, files[name]) for name in tested],
        "media": sorted(kinds & {"mp4", "m4v", "webm", "mp3", "m4a", "webp"}),
    }


def _file(name: str, content: bytes | Path) -> dict[str, Any]:
    data = content if isinstance(content, bytes) else content.read_bytes()
    return {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()}
