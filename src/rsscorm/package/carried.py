"""What a package carries beside the author's content: the player's script and the schemas."""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


class NotMadeError(Exception):
    """The tool's own made files are missing: a source tree in which the build hook has not run."""


@cache
def player_script(format: str) -> bytes:
    """The player's script for a format: each holds its own tracker and no other's."""
    return _made(PACKAGE / "player" / "built" / f"{format}.js").read_bytes()


@cache
def selftest_files() -> dict[str, bytes]:
    """The script and the style of the self-test, by file name: the same in every format."""
    names = ("selftest.css", "selftest.js")
    return {name: _made(PACKAGE / "player" / "built" / name).read_bytes() for name in names}


@cache
def schemas() -> dict[str, bytes]:
    """The standard's schemas, untouched, by file name: a SCORM 1.2 package has them at its root."""
    folder = PACKAGE / "package" / "schemas"
    _made(folder / "imscp_rootv1p1p2.xsd")
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.xsd"))}


def _made(path: Path) -> Path:
    if not path.exists():
        raise NotMadeError(f"`{path.name}` has not been made: run `python hatch_build.py`")
    return path
