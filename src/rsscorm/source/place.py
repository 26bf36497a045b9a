"""Places in a text: lines as YAML counts them, and the author's line as a report shows it."""

from __future__ import annotations

import re
from bisect import bisect_right

from rsscorm.source.secrets import hide

WAY_OUT = (
    "Put `|` after the colon and the text on the next line, further in: "
    "nothing needs quoting there."
)
"""The one way to write any text at all."""

IF_COMMENT = " If it is a note of yours, put it on a line of its own above."
"""What else to do where a text may be a comment."""

IF_TEXT = f"If it is text, p{WAY_OUT[1:]}"
"""The same, where it may not be text that was meant."""

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 (section 2.2) can't hold, or (DEL and C1) that YAML can't."""

INVISIBLE = (
    "control-character",
    "there is an invisible character here that no page can hold",
    "Delete it; it often comes with text pasted from another program.",
)
"""What is told of one."""

BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What ends a line for libyaml (YAML 1.1, 5.4)."""


LONGEST_LINE = 4000
"""Characters of a line that a report looks at: a whole paragraph, but not a file on one line."""


class Lines:
    """A text by its lines, counted from 1; a line that isn't there is empty."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: list[int] | None = None
        self._shown: dict[int, str] = {}

    @property
    def starts(self) -> list[int]:
        """Where each line begins; found when first asked for, since most texts have no problem."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in BREAK.finditer(self.text))]
        return self._starts

    def __getitem__(self, number: int) -> str:
        if not 0 < number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        end = BREAK.search(self.text, start)
        return self.text[start : end.start() if end else len(self.text)]

    def __len__(self) -> int:
        return len(self.starts)

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of a character."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def shown(self, number: int) -> str:
        """A line for a report, without secrets, as far as a report goes."""
        if number not in self._shown:
            self._shown[number] = hide(self[number][: 2 * LONGEST_LINE])[:LONGEST_LINE].rstrip()
        return self._shown[number]
