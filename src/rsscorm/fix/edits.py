"""The fixes by code: each looks at the lines of a file and a problem in it, and gives an edit.

None is sure of itself: it is tried, and the check decides. Where two ways out are possible, or
where only its author can know what is meant, there is no edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from rsscorm.problems import Problem
from rsscorm.source import yaml
from rsscorm.source.advice import SYNONYMS
from rsscorm.source.explain import id_from
from rsscorm.source.syntax import ENTRY, key_column, value_start

SLIP = 0.75
"""The likeness from which on a word is another one misspelt: `table` isn't `tabs`."""

LONGEST_ID = 24
"""Characters of an id that is made of words; ids may have 40, and short ones read better."""

TAKEN = re.compile(r"- |#|[|>][-+0-9]*\s*(#.*)?$")
"""A value that is a list, a comment, or text on the next lines already."""

QUOTED = re.compile(r"`([^`]+)`")
BARE_COLOUR = re.compile(r"^(\s*[a-z-]+:)\s*(#[0-9A-Fa-f]{6})\b")
NO_SPACE = re.compile(r"^(\s*(?:- +)*[a-z][a-z-]*:)(?=\S)")
NO_SPACE_IN_ITEM = re.compile(r"^(\s*(?:- +)+[a-z0-9-]{1,40}:)(?=[^\W\d_])")
NO_COLON = re.compile(r"^(\s*(?:- +)+[a-z0-9-]{1,40})(?= [A-Z])")


class Edit(NamedTuple):
    """Lines in place of others: `taken` of them from `line` (from 1) on, and what that does."""

    line: int
    taken: int
    lines: list[str]
    what: str

    def applied(self, text: str) -> str:
        """The text with the edit made, in the line ends of those lines; all else to the letter."""
        lines = text.split("\n")
        first = lines[self.line - 1]
        mark, end = "\ufeff"[: first.startswith("\ufeff")], "\r"[: first.endswith("\r")]
        new = [f"{line}{end}" for line in self.lines]
        lines[self.line - 1 : self.line - 1 + self.taken] = [f"{mark}{new[0]}", *new[1:]]
        return "\n".join(lines)


def block_text(lines: list[str], problem: Problem) -> Edit | None:
    """Text that YAML would cut or take for something else goes after `|`, where nothing does."""
    line = lines[problem.line - 1]
    start = value_start(line)
    value = line[start:]
    is_cut = problem.code == "cut-prose"
    if not value or TAKEN.match(value) or not ENTRY.match(line):
        return None
    if is_cut and (value[0] in "[{" or " #" not in value):
        return None
    after = _belonging(lines, problem.line)
    indent = " " * (key_column(line) + 2)
    texts = [value, *(each.strip() for each in after)]
    new = [f"{line[:start].rstrip()} |", *(f"{indent}{each}".rstrip() for each in texts)]
    with_it = ", with what stood behind the #" if is_cut else ", where it stays whole"
    return Edit(problem.line, 1 + len(after), new, f"put the text after `|`{with_it}")


def said_in_hint(lines: list[str], problem: Problem) -> Edit | None:
    """A path that is written as the hint has it: another case, or slashes that lean forward."""
    wrong, right = QUOTED.search(problem.message), QUOTED.search(problem.hint)
    line = lines[problem.line - 1]
    if not wrong or not right or line.count(wrong[1]) != 1:
        return None
    return _replaced(problem, line.replace(wrong[1], right[1]), wrong[1], right[1])


def nearest_word(lines: list[str], problem: Problem) -> Edit | None:
    """A key, a kind or a word of the format, where only one is meant by what was typed."""
    meant = re.fullmatch(r"Did you mean `([^`]+)`\?", problem.hint)
    line = lines[problem.line - 1]
    start = problem.column - 1
    start += line[start : start + 1] in ('"', "'")
    typed = [word for word in QUOTED.findall(problem.message) if line.startswith(word, start)]
    if not meant or not typed or not _is_sure(typed[0], meant[1]):
        return None
    new = line[:start] + meant[1] + line[start + len(typed[0]) :]
    return _replaced(problem, new, typed[0], meant[1])


def quoted_colour(lines: list[str], problem: Problem) -> Edit | None:
    """A colour in a theme that YAML took for a comment."""
    new, number = BARE_COLOUR.subn(r'\1 "\2"', lines[problem.line - 1])
    return Edit(problem.line, 1, [new], "put the colour in quotes") if number else None


def space_after_colon(lines: list[str], problem: Problem) -> Edit | None:
    """`title:Words` becomes `title: Words`."""
    new, number = NO_SPACE.subn(r"\1 ", lines[problem.line - 1])
    return Edit(problem.line, 1, [new], "put a space after the colon") if number else None


def spaces_for_tabs(lines: list[str], problem: Problem) -> Edit | None:
    """Two spaces for each tab that begins a line, in the whole file at once."""
    new = [re.sub(r"^[ \t]+", lambda lead: lead[0].replace("\t", "  "), line) for line in lines]
    number = sum(old != line for old, line in zip(lines, new, strict=True))
    those = "a line" if number == 1 else f"{number} lines"
    return Edit(1, len(lines), new, f"put spaces for the tabs that began {those}")


def id_of_item(lines: list[str], problem: Problem) -> Edit | None:
    """An option without its id, or without the colon after it, or the space after that."""
    line = lines[problem.line - 1]
    new, number = NO_SPACE_IN_ITEM.subn(r"\1 ", line)
    if number:
        return Edit(problem.line, 1, [new], "put a space after the colon")
    new, number = NO_COLON.subn(r"\1:", line)
    if number and "colon" in problem.message:
        return Edit(problem.line, 1, [new], "put a colon after the id")
    dashes = re.match(r"\s*(?:- +)+", line)
    if not dashes or problem.column - 1 != dashes.end():
        return None
    id = _short_id(line[dashes.end() :])
    new = f"{dashes[0]}{id}: {line[dashes.end() :]}"
    return Edit(problem.line, 1, [new], f"gave it the id `{id}`, made of its words")


def missing_id(lines: list[str], problem: Problem) -> Edit | None:
    """A step or block without the id that it must have: one made of its words."""
    if not problem.message.startswith("`id` is missing"):
        return None
    document = yaml.parse("\n".join(lines), problem.file)
    place = (problem.line, problem.column)
    path = next((path for path, at in document.places.items() if at.key == place), None)
    part = _at(document.data, path) if path is not None else None
    if path is None or not isinstance(part, dict):
        return None
    first = next(iter(part))
    if path == ():
        id = PurePosixPath(problem.file).parent.name
    else:
        words = part.get("title", part[first])
        id = _unused(_short_id(words if isinstance(words, str) else ""), document.data)
    after = _belonging(lines, problem.line)
    kept = lines[problem.line - 1 : problem.line + len(after)]
    new = [*kept, f"{' ' * (problem.column - 1)}id: {id}"]
    return Edit(problem.line, len(kept), new, f"gave it the id `{id}`")


def sum_of_minutes(lines: list[str], problem: Problem) -> Edit | None:
    """The module's minutes are those of its steps together."""
    total = re.search(r"`minutes: (\d+)`", problem.hint)
    new, number = re.subn(r"^(minutes:\s*)\d+", rf"\g<1>{total[1] if total else ''}",
                          lines[problem.line - 1])  # fmt: skip
    if not total or not number:
        return None
    return Edit(problem.line, 1, [new], f"made the minutes {total[1]}, the sum of the steps'")


def caption_times(lines: list[str], problem: Problem) -> Edit | None:
    """SRT's commas, and the first line that WebVTT has and SRT hasn't."""
    line = lines[problem.line - 1]
    if problem.message.startswith("captions begin") and re.fullmatch(r"\d+|\d[\d:.,]+ -.*", line):
        return Edit(1, 1, ["WEBVTT", "", line], "began the captions with `WEBVTT`")
    new, number = re.subn(r"(?<=\d),(?=\d{3}\b)", ".", line)
    what = "wrote the times with full stops, as WebVTT has them"
    return Edit(problem.line, 1, [new], what) if number and "-->" in line else None


FIXES: dict[str, Callable[[list[str], Problem], Edit | None]] = {
    "cut-prose": block_text,
    "quoted-start": block_text,
    "special-start": block_text,
    "colon-in-text": block_text,
    "file-case": said_in_hint,
    "path-form": said_in_hint,
    "unknown-key": nearest_word,
    "unknown-kind": nearest_word,
    "not-one-of": nearest_word,
    "empty": quoted_colour,
    "missing-space": space_after_colon,
    "tab": spaces_for_tabs,
    "not-an-item": id_of_item,
    "missing-key": missing_id,
    "minutes-sum": sum_of_minutes,
    "captions": caption_times,
}
"""What is tried for a problem of each code."""


def _belonging(lines: list[str], number: int) -> list[str]:
    """The lines below a key that are part of its value: further in than the key, or empty."""
    column = key_column(lines[number - 1])
    found: list[str] = []
    for line in lines[number:]:
        if line.strip() and len(line) - len(line.lstrip(" ")) <= column:
            break
        found.append(line)
    while found and not found[-1].strip():
        found.pop()
    return found


def _is_sure(typed: str, meant: str) -> bool:
    """Whether a word is a slip of the finger, or what another tool calls it."""
    is_slip = SequenceMatcher(None, typed.lower(), meant).ratio() >= SLIP
    return is_slip or SYNONYMS.get(typed.lower()) == meant


def _replaced(problem: Problem, line: str, wrong: str, right: str) -> Edit:
    return Edit(problem.line, 1, [line], f"wrote `{right}` for `{wrong}`")


def _short_id(words: str) -> str:
    """An id of the first few words of a text."""
    whole = id_from(words)
    if len(whole) <= LONGEST_ID:
        return whole
    return whole[: LONGEST_ID + 1].rpartition("-")[0] or whole[:LONGEST_ID]


def _unused(id: str, data: Any) -> str:
    """An id that no step or block of a file has; with a number where one has it."""
    taken = set(_ids(data))
    number = 2
    found = id
    while found in taken:
        found, number = f"{id}-{number}", number + 1
    return found


def _ids(data: Any) -> list[Any]:
    if isinstance(data, dict):
        own = [value for key, value in data.items() if key == "id"]
        return own + [id for value in data.values() for id in _ids(value)]
    return [id for value in data for id in _ids(value)] if isinstance(data, list) else []


def _at(data: Any, path: yaml.Path) -> Any:
    for part in path:
        data = data[part]
    return data
