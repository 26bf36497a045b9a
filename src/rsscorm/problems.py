"""What is wrong with a source, told to the person who wrote it.

A `Problem` is data: nothing here prints or exits. Stages collect all they find and raise
`ProblemsFound` once, so that an author sees everything in one run.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

WARNINGS = frozenset({"review-due", "review-past"})
"""Codes that are worth saying but never stop a build."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: where it is, what was expected, and what to do next.

    `file` is relative to the workspace, with forward slashes; `line` and `column` count from 1
    (0 where the file as a whole is meant); `excerpt` is the author's own line, for showing.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    excerpt: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether a build may go on in spite of it."""
        return self.code in WARNINGS

    def as_json(self) -> dict[str, str | int]:
        """The six keys that `rsscorm check --json` promises."""
        data = asdict(self)
        return {key: data[key] for key in ("code", "file", "line", "column", "message", "hint")}


class ProblemsFound(Exception):
    """Raised at the end of a stage that found errors; carries them all, sorted by place."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__(f"{len(self.problems)} problems")
