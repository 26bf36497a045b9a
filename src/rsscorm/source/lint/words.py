"""Words that don't do what they are for: titles, links, and pictures in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from rsscorm.markdown import plain
from rsscorm.problems import Problem
from rsscorm.source.lint.seen import Seen
from rsscorm.source.texts import Source

SHORT = 5
"""Letters that may stand in capitals by themselves: NHS, COVID."""

ALIKE = 0.9
"""The likeness from which on two texts say the same."""

EMPTY_LINK = re.compile(
    r"(?<!!)\[\s*[*_]*((?:please )?(?:click|tap|press)(?: on)?(?: here| this)?|here|this|link|"
    r"this link|this page|read more|more|see here|learn more)[*_.]*\s*\](?=\()",
    re.IGNORECASE,
)
"""A link whose words say nothing of where it leads (WCAG 2.2, 2.4.4)."""


def repeated_alts(seen: Seen) -> Iterator[Problem]:
    """Pictures whose words for those who can't see them are the caption's."""
    for path, part in seen.parts():
        alt, caption = part.get("alt"), part.get("caption")
        if isinstance(alt, str) and isinstance(caption, str) and _alike(alt, caption):
            yield seen.document.problem(
                (*path, "alt"), "alt-repeats", "the words for those who can't see the picture "
                "repeat its caption, so they hear it twice",
                "Say in `alt` what can be seen; the caption says what it means.",
            )  # fmt: skip


def capitals(seen: Seen) -> Iterator[Problem]:
    """Titles all in capitals, which are slow to read and which some screen readers spell."""
    for path, part in seen.parts():
        title = part.get("title")
        if isinstance(title, str) and title.isupper() and sum(map(str.isalpha, title)) > SHORT:
            yield seen.document.about_value(
                (*path, "title"), "capitals", "this title is all in capitals",
                f"Write it as a sentence, such as `{_sentence(title)}`.",
            )  # fmt: skip


def same_titles(seen: Seen) -> Iterator[Problem]:
    """Steps with the title of an earlier one, which can't be told apart in the contents."""
    first: dict[str, int] = {}
    for number, step in enumerate(seen.module.steps):
        earlier = first.setdefault(step.title.casefold(), number)
        if earlier != number:
            line = seen.document.place(("steps", earlier, "title")).key[0]
            yield seen.document.about_value(
                ("steps", number, "title"), "same-title",
                f"the step on line {line} has the same title",
                "Give each a title of its own: the contents show nothing else.",
            )  # fmt: skip


def link_words(seen: Seen) -> Iterator[Problem]:
    """Links whose words say nothing: many people hear or see a page's links by themselves."""
    for path, part in seen.parts():
        for key, value in part.items():
            if isinstance(value, str):
                for match in EMPTY_LINK.finditer(value):
                    yield seen.document.inside((*path, key), match.start(), *_told(match))
    for source in seen.reader.sources("markdown"):
        yield from _in_file(source)


def _in_file(source: Source) -> Iterator[Problem]:
    for match in EMPTY_LINK.finditer(source.text):
        yield source.problem(match.start(), *_told(match))


def _told(match: re.Match[str]) -> tuple[str, str, str]:
    return (
        "link-words", f"the words of this link, `{match[1]}`, don't say where it leads",
        "Name the place: many people go from link to link and hear nothing else.",
    )  # fmt: skip


def _alike(one: Any, other: Any) -> bool:
    first, second = (re.sub(r"\W+", " ", plain(text)).casefold().strip() for text in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _sentence(title: str) -> str:
    return title[0] + title[1:].lower()
