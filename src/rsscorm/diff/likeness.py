"""Whether two texts can mean the same, as far as a program can see."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

NEGATIONS = frozenset(["cannot", "neither", "never", "no", "nobody", "none", "nor", "not",
                       "nothing", "unless", "without"])  # fmt: skip
SAME_WORDS, SAME_LETTERS = 0.4, 0.7
"""Shares in common, from which on a text is a new wording of the other, and no other text."""

NEARLY_THE_SAME = 0.8
MOST_WORDS = 400
"""Enough to tell two texts apart; comparing takes the square of it."""


def words(text: str) -> list[str]:
    """The words of a text, in small letters; `don't` is `do not`."""
    plain = text.lower().replace("’", "'").replace("can't", "cannot").replace("n't", " not")
    return re.findall(r"\w+", plain)[:MOST_WORDS]


def means_another(old: str, new: str) -> bool:
    """Whether a text has little in common with what stood there, or denies it."""
    before, after = words(old), words(new)
    if len(NEGATIONS.intersection(before)) != len(NEGATIONS.intersection(after)):
        return True
    by_words = SequenceMatcher(None, before, after, autojunk=False).ratio()
    by_letters = SequenceMatcher(None, " ".join(before), " ".join(after), autojunk=False).ratio()
    return before != after and by_words < SAME_WORDS and by_letters < SAME_LETTERS


def nearly_same(old: str, new: str) -> bool:
    """Whether two texts are one, but for a word or two."""
    matcher = SequenceMatcher(None, words(old), words(new), autojunk=False)
    return matcher.ratio() >= NEARLY_THE_SAME
