"""`CHANGELOG.md` beside a module: an entry for each edition, newest first, in an author's words.

An entry is written once, from what has changed. From then on it is the author's: nothing that
stands in the file is ever written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from rsscorm.diff import Difference, Item

CHANGELOG = "CHANGELOG.md"
FIRST = "First release."
WORDS_ALONE = "Words, pictures, films or layout have changed, and nothing that was recorded."
LOST = {"keep": "", "partly": "are kept in part", "reset": "begin anew"}
SUBJECTS = ("Answers of learners in progress", "Completions", "Poll tallies", "LMS reports")
"""What becomes of them is an `Effects`, in this order."""


class Entry(NamedTuple):
    """What is written of an edition."""

    module: str
    edition: str
    text: str


def entry(module: str, edition: str, on: date, difference: Difference | None) -> Entry:
    """The entry of an edition, after the one that it is compared with."""
    lines = [f"## {edition}, {on.day} {on:%B %Y}", ""]
    lines += [FIRST] if difference is None else [*_since(difference)]
    return Entry(module, edition, "\n".join(lines) + "\n")


def with_entry(before: str | None, entry: Entry) -> str:
    """The file with an entry above the others; as it was where there is one of that edition.

    The entry has the line ends of the file.
    """
    text = before or f"# Changes of {entry.module}\n"
    if has_entry(text, entry.edition):
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    new = entry.text.replace("\n", end)
    first = re.search(r"^##\s", text, re.MULTILINE)
    if first is None:
        return f"{text.rstrip()}{end}{end}{new}"
    return f"{text[: first.start()]}{new}{end}{text[first.start() :]}"


def has_entry(text: str, edition: str) -> bool:
    """Whether there is an entry of an edition."""
    return bool(re.search(rf"^##\s+{re.escape(edition)}(?![\w.-])", text, re.MULTILINE))


def _since(difference: Difference) -> Iterator[str]:
    yield f"After {difference.old}."
    yield ""
    if not difference.items:
        yield WORDS_ALONE
        return
    for item in difference.items:
        yield from _item(item)
    lost = [
        f"{subject} {LOST[outcome]}."
        for subject, outcome in zip(SUBJECTS, difference.summary, strict=True) if LOST[outcome]
    ]  # fmt: skip
    yield ""
    yield " ".join(lost) or "Learners keep all that they have."


def _item(item: Item) -> Iterator[str]:
    for change in item.changes:
        then = f" {change.then}" if change.then else ""
        yield f"- {_name(item)}: {_plain(change.said)}.{_plain(then)}"


def _name(item: Item) -> str:
    if item.what == "module":
        return "The module"
    return f"{item.what.capitalize()} `{item.id}` ({_plain(item.name)})"


def _plain(text: str) -> str:
    """On one line, whatever an author typed."""
    return re.sub(r"\s*\n\s*", " ", text)
