"""What validation asks of the folder that a source is read from: files, figures and texts.

Refuses at the reference what is wrong with it; what is wrong inside a file it refers to is
collected in `problems`, each at its place in that file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from rsscorm.blocks.base import FileRole, ProseKind
from rsscorm.problems import Problem
from rsscorm.source import contents, prose, secrets
from rsscorm.source.files import Folder, Refusal
from rsscorm.source.pilot import Row, rows
from rsscorm.source.place import Lines

TEXT_LIMIT = 4 * 1024 * 1024
"""Bytes of a text file; a long module's text is a hundredth of it."""


class Source:
    """A text file of the workspace, named in problems as its author knows it."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.lines = Lines(text)

    def problem(self, offset: int, code: str, message: str, hint: str = "") -> Problem:
        """A problem at a character of the file."""
        line, column = self.lines.place(offset)
        return Problem(self.name, line, column, code, message, hint, self.lines.shown(line))

    def secrets(self) -> Iterator[Problem]:
        """Keys, passwords and tokens in the file."""
        for offset, start in secrets.find(self.text):
            yield self.problem(
                offset, "secret", f"this looks like a key, password or token (`{start}`)",
                "Take it out, and change it where it is used: whoever gets a package can read it.",
            )  # fmt: skip


def load(path: Path, name: str) -> Source:
    """Read a text file; raises `Refusal` if it is too large or not UTF-8."""
    if path.stat().st_size > TEXT_LIMIT:
        raise Refusal("file-too-large", f"`{name}` is larger than 4 MiB, too large for a text",
                      "Is it the right file?")  # fmt: skip
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        return Source(name, data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal("not-utf8", f"`{name}` isn't UTF-8 text (line {line})",
                      "Save it with the encoding UTF-8.") from None  # fmt: skip


class FolderReader:
    """The `Reader` of one module (or of the workspace, for its settings).

    `prefix` is how the folder is named in problems; `values` what `{name}` may stand for in
    each deployment, or None while that can't be known.
    """

    def __init__(
        self, root: Path, prefix: str, values: dict[str, dict[str, str]] | None
    ) -> None:
        self.folder = Folder(root)
        self.prefix = prefix
        self.problems: list[Problem] = []
        self.around = prose.Surroundings(values, self.file)
        self._checked: dict[tuple[FileRole, str], str] = {}
        self._sources: dict[str, Source] = {}

    def file(self, role: FileRole, path: str) -> str:
        """Return the path of a file that can play that role; looks into each file once."""
        if (role, path) not in self._checked:
            found = self.folder.find(role, path)
            self.problems += contents.check(role, found, self.prefix + path)
            self._checked[role, path] = path
        return path

    def markdown(self, path: str) -> str:
        """Return the words of a Markdown file."""
        is_new = path not in self._sources
        source = self.source("markdown", path)
        if is_new:
            self.problems += [
                source.problem(fault.offset, fault.code, fault.message, fault.hint)
                for fault in prose.faults("markdown", source.text, self.around)
            ]
        if not source.text.strip():
            raise Refusal("file-empty", f"nothing is written in `{path}`", "Write it.")
        return source.text.strip()

    def source(self, role: FileRole, path: str) -> Source:
        """Read a text file of the folder, once."""
        if path not in self._sources:
            self.file(role, path)
            source = load(self.folder.find(role, path), self.prefix + path)
            self._sources[path] = source
            self.problems += source.secrets()
        return self._sources[path]

    def votes(self, path: str) -> dict[str, int]:
        """Return the counts by option of a pilot's figures."""
        try:
            return {row.option: row.votes for row in self.pilot(path)}
        except PydanticCustomError:
            return {}  # said where the path itself is checked

    def pilot(self, path: str) -> list[Row]:
        """The rows of a pilot's figures that can be read."""
        found, _ = rows(self.source("csv", path))
        return found

    def prose(self, kind: ProseKind, text: str) -> None:
        """Check the marks, links and `{names}` in a text."""
        if faults := prose.faults(kind, text, self.around):
            context: dict[str, Any] = {"faults": faults}
            raise PydanticCustomError("prose", "see the faults", context)
