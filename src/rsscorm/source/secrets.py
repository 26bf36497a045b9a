"""Keys, passwords and tokens that must never be packed: a package can be opened by anybody.

Teaching prose speaks of passwords too ("the password is never written down"), so a word such
as `password:` counts only where what follows looks made up by a machine or for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

KNOWN = {
    "-----BEGIN ": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "AKIA": r"AKIA[0-9A-Z]{16}",
    "ASIA": r"ASIA[0-9A-Z]{16}",
    "ghp_": r"ghp_[A-Za-z0-9]{20,}",
    "gho_": r"gho_[A-Za-z0-9]{20,}",
    "ghs_": r"ghs_[A-Za-z0-9]{20,}",
    "github_pat_": r"github_pat_\w{20,}",
    "glpat-": r"glpat-[\w-]{20,}",
    "xox": r"xox[abeprs]-[\w-]{10,}",
    "hooks.slack.com": r"hooks\.slack\.com/services/\w+/\w+/\w+",
    "AIza": r"AIza[\w-]{30,}",
    "k_live_": r"[sr]k_live_[A-Za-z0-9]{16,}",
    "k_test_": r"[sr]k_test_[A-Za-z0-9]{16,}",
    "whsec_": r"whsec_[A-Za-z0-9]{16,}",
    "sk-": r"sk-(?=[\w-]{0,60}[0-9])[\w-]{20,}",
    "npm_": r"npm_[A-Za-z0-9]{30,}",
    "pypi-": r"pypi-[\w-]{30,}",
    "eyJ": r"eyJ[\w-]{8,400}\.eyJ[\w-]{8,}\.[\w-]{5,}",
    "earer ": r"[Bb]earer (?=[\w.~+/-]*[0-9])[\w.~+/-]{20,}",
    "://": r"://[^/\s:@\"'<>]+:[^/\s:@\"'<>]+@",
}
"""Secrets that are known by their form alone, each behind some letters of it that are quick to
look for: most texts have none of them."""

NAMES = (
    "password", "passwd", "passphrase", "pwd", "secret", "token",
    *(f"{kind}{mark}key" for kind in ("api", "access", "private") for mark in ("", " ", "_", "-")),
)  # fmt: skip
"""What a secret is called by those who write it down."""

VALUE = re.compile(r"""["'`*]*[ \t]*[:=][ \t]*["'`*]*(?P<value>[^\s"'`,;<>]{6,})""")
"""What follows such a name, if it is given as its value."""

NUMBER = re.compile(r"[0-9]+[.:/-]?[0-9]*(?:am|pm|st|nd|rd|th|[a-z])?[.)]?")
"""A time, a number or an ordinal, which has digits and letters and is no secret."""


def find(text: str) -> Iterator[tuple[int, str]]:
    """Where secrets stand in a text, each with its beginning, which alone may be shown."""
    for start, end in _spans(text):
        yield start, shortened(text[start:end])


def hide(text: str) -> str:
    """The text with each secret cut down to its beginning."""
    for start, end in reversed(_spans(text)):
        text = text[:start] + shortened(text[start:end]) + text[end:]
    return text


def shortened(secret: str) -> str:
    """As much of a secret as helps to find it."""
    return secret[:3] + "..."


def _spans(text: str) -> list[tuple[int, int]]:
    """Where secrets begin and end, in order and without overlap."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted([*_known(text), *_named(text)]):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _known(text: str) -> Iterator[tuple[int, int]]:
    for sign, pattern in KNOWN.items():
        for match in re.finditer(pattern, text) if sign in text else ():
            start = match.start() + 3 if sign == "://" else match.start()
            if not text[start - 1 : start].isalnum():
                yield start, match.end()


def _named(text: str) -> Iterator[tuple[int, int]]:
    small = text.lower()
    for name in NAMES:
        at = small.find(name)
        while at >= 0:
            match = VALUE.match(text, at + len(name))
            if match and _looks_random(match["value"]):
                yield match.span("value")
            at = small.find(name, at + len(name))


def _looks_random(value: str) -> bool:
    """Whether a value is no word of a language: letters and digits mixed."""
    has_both = re.search("[A-Za-z]", value) and re.search("[0-9]", value)
    return bool(has_both) and not NUMBER.fullmatch(value)
