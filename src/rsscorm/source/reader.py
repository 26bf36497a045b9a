"""What validation asks of the folder that a source is read from: files, figures and texts.

Refuses at the reference what is wrong with it; what is wrong inside a file it refers to is
collected in `problems`, each at its place in that file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic_core import PydanticCustomError

from rsscorm.blocks.fields import FileRole, ProseKind
from rsscorm.problems import Problem
from rsscorm.source import captions, contents, pilot, prose, svg
from rsscorm.source.files import Folder, Refusal
from rsscorm.source.texts import Source, load

CHECKS: dict[FileRole, Callable[[Source], Iterable[Problem]]] = {
    "image": svg.check,
    "captions": captions.check,
    "csv": pilot.check,
}
"""How a text file is checked, by its role; Markdown needs more, a download nothing."""


class FolderReader:
    """The `Reader` of one module, or of whoever else a folder is (`whose`).

    `prefix` is how the folder is named in problems; `values` what `{name}` may stand for in
    each deployment, or None while that can't be known.
    """

    def __init__(
        self,
        root: Path,
        prefix: str,
        values: dict[str, dict[str, str]] | None,
        whose: str = "module",
    ) -> None:
        self.folder = Folder(root, prefix, whose)
        self.prefix = prefix
        self.problems: list[Problem] = []
        self.around = prose.Surroundings(values, self.file)
        self._found: dict[tuple[FileRole, str], Path | Refusal] = {}
        self._sources: dict[str, Source] = {}

    def file(self, role: FileRole, path: str) -> str:
        """Return the path of a file that can play that role; looks into each file once."""
        self._find(role, path)
        return path

    def markdown(self, path: str) -> str:
        """Return the words of a Markdown file."""
        words = self.source("markdown", path).text.strip()
        if not words:
            raise Refusal("file-empty", f"nothing is written in `{path}`",
                          "Write its words into that file.")  # fmt: skip
        return words

    def votes(self, path: str) -> dict[str, int]:
        """Return the counts by option of a pilot's figures."""
        return {row.option: row.votes for row in self.figures(path)}

    def figures(self, path: str) -> list[pilot.Row]:
        """The rows of a pilot's figures that can be read; none where the file can't be."""
        try:
            return list(pilot.rows(self.source("csv", path)))
        except Refusal:
            return []  # told at the path itself

    def prose(self, kind: ProseKind, text: str) -> None:
        """Check the marks, links and `{names}` in a text; refuse a file's name in its place."""
        if kind == "markdown" and self.folder.has(text.strip()):
            raise PydanticCustomError("is-a-file", "the text is only the name of a file")
        if faults := prose.faults(kind, text, self.around):
            raise PydanticCustomError("prose", "see the faults", {"faults": faults})

    def source(self, role: FileRole, path: str) -> Source:
        """A text file of the folder; raises `Refusal`."""
        self._find(role, path)
        return self._sources[path]

    def sources(self, role: FileRole) -> list[Source]:
        """The text files in that role that were read so far."""
        paths = (path for found, path in self._found if found == role)
        return [self._sources[path] for path in paths if path in self._sources]

    def _find(self, role: FileRole, path: str) -> Path:
        """Find and check a file, once for each role; raises `Refusal`."""
        if (role, path) not in self._found:
            try:
                self._found[role, path] = self._look(role, path)
            except Refusal as refusal:
                self._found[role, path] = refusal
        found = self._found[role, path]
        if isinstance(found, Refusal):
            raise found
        return found

    def _look(self, role: FileRole, path: str) -> Path:
        found = self.folder.find(role, path)
        contents.check(found, path)
        if found.suffix.lower() in contents.TEXTS and path not in self._sources:
            self._read(role, path, load(found, self.prefix + path))
        return found

    def _read(self, role: FileRole, path: str, source: Source) -> None:
        """Check a text file that is read for the first time."""
        self._sources[path] = source
        if role == "markdown":
            self.problems += self._markdown(source)
        elif role in CHECKS:
            self.problems += CHECKS[role](source)
        self.problems += source.strangers()

    def _markdown(self, source: Source) -> list[Problem]:
        return [
            source.problem(fault.offset, fault.code, fault.message, fault.hint)
            for fault in prose.faults("markdown", source.text, self.around)
        ]


class SettingsReader(FolderReader):
    """The `Reader` of a workspace's settings, whose words are shown just as they are typed."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, "", None, "workspace")

    def prose(self, kind: ProseKind, text: str) -> None:
        """Take braces as they are: a value is put into a module's text, and none into a value."""
