"""Markdown as the format allows it: CommonMark with tables, and never raw HTML.

The checks that tell an author what is wrong live in `source`; this module only reads and
renders, and both sides use the same parser options so that they cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pyromark

OPTIONS = pyromark.Options.ENABLE_TABLES


def events(text: str) -> Iterator[tuple[Any, dict[str, int]]]:
    """The parser's events, each with the range of bytes (UTF-8) that it was read from."""
    found: Iterator[Any] = pyromark.events_with_range(text, options=OPTIONS)
    return found


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The words of a passage without their marks, on one line: for an LMS's reports."""
    words: list[str] = []
    event: Any
    for event in pyromark.events(text, options=OPTIONS):
        if isinstance(event, dict):
            words.append(event.get("Text") or event.get("Code") or (" " if "End" in event else ""))
        elif event in ("SoftBreak", "HardBreak"):
            words.append(" ")
    return re.sub(r"\s+", " ", "".join(words)).strip()
