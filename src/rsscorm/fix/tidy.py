"""What can be taken out of a YAML file without changing a word: marks that nobody sees."""

from __future__ import annotations

import re

from rsscorm.source import yaml

Done = list[tuple[int, str]]
"""What was done, each with the line where it begins."""

BOM = b"\xef\xbb\xbf"
SPACES = re.compile(r"[ \t]+$")


def tidied(content: bytes) -> tuple[str, Done]:
    """A file's text without byte order mark, Windows line ends and spaces at the ends of lines.

    Spaces stay where they mean something: two of them break a line in Markdown. Raises
    `UnicodeDecodeError`.
    """
    done: Done = []
    if content.startswith(BOM):
        done.append((1, "took out the invisible mark (BOM) at the beginning"))
    text = content.removeprefix(BOM).decode()
    if "\r\n" in text:
        done.append((1, "made Windows line ends plain"))
        text = text.replace("\r\n", "\n")
    return _trimmed(text, done)


def _trimmed(text: str, done: Done) -> tuple[str, Done]:
    lines = text.split("\n")
    found = [number for number, line in enumerate(lines) if SPACES.search(line)]
    taken = found if _means_the_same(text, _without(lines, found)) else [
        number for number in found if _means_the_same(text, _without(lines, [number]))
    ]  # fmt: skip
    if taken:
        those = "a line" if len(taken) == 1 else f"{len(taken)} lines"
        done.append((taken[0] + 1, f"took out the spaces at the end of {those}"))
    return _without(lines, taken), done


def _without(lines: list[str], numbers: list[int]) -> str:
    chosen = set(numbers)
    return "\n".join(
        SPACES.sub("", line) if number in chosen else line for number, line in enumerate(lines)
    )


def _means_the_same(old: str, new: str) -> bool:
    one, other = yaml.parse(old, ""), yaml.parse(new, "")
    return one.data == other.data and len(one.problems) == len(other.problems)
