"""Mends in an author's files what can be mended safely, and touches nothing else in them.

Every fix is tried in a copy of the workspace and checked there: one that doesn't make its problem
go, or breaks something on the same lines, is taken back. Comments, order and layout stay, since
lines are edited and no file is ever written anew from its data.
"""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from rsscorm.fix.copy import copied
from rsscorm.fix.edits import FIXES, Edit
from rsscorm.fix.tidy import tidied
from rsscorm.problems import Problem
from rsscorm.source import check

SPOILS = frozenset({
    "tab", "indentation", "missing-dash", "missing-space", "quoted-start", "special-start",
    "unclosed-quote", "unclosed-bracket", "bad-escape", "colon-in-text", "cut-prose", "yaml-syntax",
    "duplicate-key", "duplicate-id", "unknown-key", "kind-first", "not-an-item", "bad-id",
    "reserved-id", "retired-id", "empty", "not-text", "raw-html",
})  # fmt: skip
"""Codes that must not come up on the lines of a fix."""


@dataclass(frozen=True)
class Fix:
    """One thing that was mended: where it now is, and how."""

    file: str
    line: int
    what: str


@dataclass
class Mended:
    """What came of it: the fixes, the texts of the files before and after, what is left to do."""

    fixes: list[Fix] = field(default_factory=list)
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    left: list[Problem] = field(default_factory=list)

    def diff(self) -> str:
        """What is changed, as `diff -u` shows it."""
        return "".join(line for file in sorted(self.after) for line in self._diff_of(file))

    def _diff_of(self, file: str) -> Iterator[str]:
        sides = (self.before[file].decode(), self.after[file])
        one, other = (re.findall("[^\n]*\n|[^\n]+$", text.replace("\r\n", "\n")) for text in sides)
        for line in difflib.unified_diff(one, other, f"a/{file}", f"b/{file}"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"

    def write(self, folder: Path) -> None:
        """Put what was mended into the author's files, each whole or not at all.

        Raises `OSError`, and where a file was changed meanwhile.
        """
        for file in self.after:
            self._stop_if_changed(folder, file)
        for file, text in self.after.items():
            path = folder / file
            part = path.with_name(f".{path.name}.part")
            part.write_text(text, encoding="utf-8", newline="")
            shutil.copymode(path, part)
            self._stop_if_changed(folder, file)
            part.replace(path)

    def _stop_if_changed(self, folder: Path, file: str) -> None:
        path = folder / file
        if path.read_bytes() != self.before[file]:
            raise OSError(0, "was changed while it was being mended: say it again", str(path))


def mend(folder: Path, names: list[str] | None = None) -> Mended:
    """Mend a copy of a workspace, or of some modules in it; the author's files stay as they are."""
    with copied(folder, names) as copy:
        return Mender(copy, names).run()


class Mender:
    """One run: works through the problems of the copy until none is left that it can mend."""

    def __init__(self, copy: Path, names: list[str] | None) -> None:
        self.copy, self.names = copy, names
        self.mended = Mended()
        self.tried: set[tuple[str, str, str, str]] = set()

    def run(self) -> Mended:
        """Mend what can be mended; what came of it."""
        self.tidy()
        problems = check(self.copy, self.names)
        while problem := next(filter(self.may_mend, sorted(problems, key=_comes_late)), None):
            self.tried.add(_key(problem))
            problems = self.mend(problem, problems)
        self.mended.left = problems
        return self.mended

    def tidy(self) -> None:
        """Take out what no problem is told of, since it changes nothing that learners see."""
        names = self.names or ["*"]
        patterns = (
            "rsscorm.yaml",
            "themes/*/theme.yaml",
            *(f"modules/{n}/module.yaml" for n in names),
        )
        for path in sorted(path for each in patterns for path in self.copy.glob(each)):
            file = path.relative_to(self.copy).as_posix()
            try:
                text, done = tidied(path.read_bytes()) if self.is_there(file) else ("", [])
            except UnicodeDecodeError:
                continue  # told as a problem
            if done:
                self.put(file, text)
                self.mended.fixes += [Fix(file, line, what) for line, what in done]

    def may_mend(self, problem: Problem) -> bool:
        """Whether there is a fix to be tried, in a file that no link brings from elsewhere."""
        is_ours = problem.line > 0 and self.is_there(problem.file)
        return is_ours and problem.code in FIXES and _key(problem) not in self.tried

    def is_there(self, file: str) -> bool:
        """Whether a file is in the copy, and no link on the way to it leads elsewhere."""
        path = self.copy / file
        return path.is_file() and path.resolve() == self.copy.resolve() / file

    def mend(self, problem: Problem, before: list[Problem]) -> list[Problem]:
        """Try one fix; the problems that there are after it, or without it."""
        text = (self.copy / problem.file).read_bytes().decode()
        lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        edit = FIXES[problem.code](lines, problem)
        if edit is None:
            return before
        self.put(problem.file, edit.applied(text))
        after = check(self.copy, self.names)
        if not _is_better(problem, edit, before, after):
            self.put(problem.file, text)
            return before
        self.note(problem.file, edit)
        return after

    def put(self, file: str, text: str) -> None:
        """Write a file of the copy by a rename: it may be the author's own under another name."""
        path = self.copy / file
        self.mended.before.setdefault(file, path.read_bytes())
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(text.encode())
        part.replace(path)
        self.mended.after[file] = text
        if text.encode() == self.mended.before[file]:
            del self.mended.after[file]

    def note(self, file: str, edit: Edit) -> None:
        """Remember a fix; those below it have moved."""
        moved = len(edit.lines) - edit.taken
        self.mended.fixes = [
            replace(fix, line=fix.line + moved)
            if fix.file == file and fix.line > edit.line
            else fix
            for fix in self.mended.fixes
        ]
        self.mended.fixes.append(Fix(file, edit.line, edit.what))


def _comes_late(problem: Problem) -> bool:
    """A key that is missing may only be misspelt, which is mended first."""
    return problem.code == "missing-key"


def _key(problem: Problem) -> tuple[str, str, str, str]:
    return problem.file, problem.code, problem.message, problem.excerpt


def _is_better(problem: Problem, edit: Edit, before: list[Problem], after: list[Problem]) -> bool:
    """Whether the problem is gone from the lines of the fix, and nothing came up there."""

    def on_lines(problems: list[Problem], number: int) -> list[Problem]:
        lines = range(edit.line, edit.line + number)
        return [each for each in problems if each.file == problem.file and each.line in lines]

    old, new = on_lines(before, edit.taken), on_lines(after, len(edit.lines))
    same = [sum(each.code == problem.code for each in each_side) for each_side in (old, new)]
    codes = {each.code for each in old}
    spoilt = any(each.code in SPOILS and each.code not in codes for each in new)
    return same[1] < same[0] and not spoilt
