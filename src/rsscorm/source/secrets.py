"""Keys, passwords and tokens that must never be packed: a package can be opened by anybody.

Teaching prose speaks of passwords too ("the password is never written down"), so a word such
as `password:` counts only where what follows looks made up by a machine or for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

KNOWN = re.compile(
    r"""
      -----BEGIN\ (?:[A-Z]+\ )*PRIVATE\ KEY-----
    | (?<![A-Za-z0-9])(?:
        (?:AKIA|ASIA)[0-9A-Z]{16}
      | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{20,} | glpat-[\w-]{20,}
      | xox[abeprs]-[\w-]{10,}
      | AIza[\w-]{30,}
      | [sr]k_(?:live|test)_[A-Za-z0-9]{16,} | whsec_[A-Za-z0-9]{16,} | sk-[\w-]{20,}
      | npm_[A-Za-z0-9]{30,} | pypi-[\w-]{30,}
      | eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{5,}
      | [Bb]earer\ (?=[\w.~+/-]*[0-9])[\w.~+/-]{20,}
    )
    | hooks\.slack\.com/services/\w+/\w+/\w+
    | (?<=://)[^/\s:@]+:[^/\s:@]+(?=@)
    """,
    re.VERBOSE,
)
"""Secrets that are known by their form alone."""

NAMED = re.compile(
    r"""
    (?:password|passwd|passphrase|pwd|secret|token|api[ _-]?key|access[ _-]?key|private[ _-]?key)
    ["'`*]*[ \t]*[:=][ \t]*["'`*]*
    (?P<value>[^\s"'`,;<>]{6,})
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A name for a secret, and what is given as its value."""



def find(text: str) -> Iterator[tuple[int, str]]:
    """Where secrets stand in a text, each with its beginning, which alone may be shown."""
    for start, end in sorted(_spans(text)):
        yield start, shortened(text[start:end])


def hide(text: str) -> str:
    """The text with each secret cut down to its beginning."""
    for start, end in sorted(_spans(text), reverse=True):
        text = text[:start] + shortened(text[start:end]) + text[end:]
    return text


def shortened(secret: str) -> str:
    """As much of a secret as helps to find it."""
    return secret[:3] + "..."


def _spans(text: str) -> Iterator[tuple[int, int]]:
    known = [match.span() for match in KNOWN.finditer(text)]
    yield from known
    for match in NAMED.finditer(text):
        span = match.span("value")
        if _looks_random(match["value"]) and not any(a < span[1] and span[0] < b for a, b in known):
            yield span


def _looks_random(value: str) -> bool:
    """Whether a value is no word of a language: letters and digits mixed, and no date or time."""
    has_both = re.search("[A-Za-z]", value) and re.search("[0-9]", value)
    return bool(has_both) and not re.fullmatch(r"[0-9]+[.:/-]?[0-9]*(?:am|pm|st|nd|rd|th|[a-z])?[.)]?", value)
