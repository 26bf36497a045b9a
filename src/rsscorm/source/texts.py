"""Text files of a workspace, with places in them and a look for secrets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rsscorm.problems import Problem
from rsscorm.source import secrets
from rsscorm.source.files import Refusal
from rsscorm.source.place import INVISIBLE, UNPRINTABLE, Lines

TEXT_LIMIT = 4 * 1024 * 1024
"""Bytes of a text file; a long module's text is a hundredth of it."""


class Source:
    """A text file, named in problems as its author knows it."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.lines = Lines(text)

    def problem(self, offset: int, code: str, message: str, hint: str = "") -> Problem:
        """A problem at a character of the file."""
        return self.at(*self.lines.place(offset), code, message, hint)

    def at(self, line: int, column: int, code: str, message: str, hint: str = "") -> Problem:
        """A problem at a line and column of the file."""
        return Problem(self.name, line, column, code, message, hint, self.lines.shown(line))

    def strangers(self) -> Iterator[Problem]:
        """What no packed text may hold: secrets, and characters that no page can show."""
        if match := UNPRINTABLE.search(self.text):
            yield self.problem(match.start(), *INVISIBLE)
        yield from self.secrets()

    def secrets(self) -> Iterator[Problem]:
        """Keys, passwords and tokens in the file."""
        for offset, start in secrets.find(self.text):
            yield self.problem(
                offset, "secret", f"this looks like a key, password or token (`{start}`)",
                "Take it out, and change it where it is used: whoever gets a package can read it.",
            )  # fmt: skip


def load(path: Path, name: str) -> Source:
    """Read a text file; raises `Refusal` if it is none, too large or not UTF-8."""
    if not path.is_file():
        raise Refusal("not-a-file", f"`{name}` is a folder or a device, not a file",
                      "Put the file itself there.")  # fmt: skip
    if path.stat().st_size > TEXT_LIMIT:
        raise Refusal("file-too-large", f"`{name}` is larger than 4 MiB, too large for a text",
                      "Name the right file: nobody reads that much.")  # fmt: skip
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        return Source(name, data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal("not-utf8", f"`{name}` isn't UTF-8 text (line {line})",
                      "Save it with the encoding UTF-8.") from None  # fmt: skip
