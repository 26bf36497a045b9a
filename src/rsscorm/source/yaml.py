"""YAML in, plain data out, with the place of every key and value.

One pass over libyaml's events. Every scalar stays the text that was typed (YAML 1.2 as people
expect it: `no` is no boolean and `1.10` no number); an empty one is None. What the format does
not have (anchors, tags, several documents ...) is refused, and so is everything by which YAML
would drop an author's words in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from rsscorm.blocks import KINDS
from rsscorm.blocks.fields import Cut
from rsscorm.problems import Problem
from rsscorm.source import syntax
from rsscorm.source.place import IF_TEXT, INVISIBLE, UNPRINTABLE, WAY_OUT, Lines

Path = tuple[str | int, ...]

DEEPEST = 40
"""Levels that lists and keys may stand inside each other; a module needs ten."""

REPAIRS = 20
"""Syntax errors after which we go on to look for more in the same file."""


class Place(NamedTuple):
    """Where a key and its value begin (lines and columns from 1), and how the value is typed."""

    key: tuple[int, int]
    value: tuple[int, int]
    style: str | None = None


@dataclass
class Document:
    """What a YAML file says: its data, where each part stands, and what is wrong so far."""

    file: str
    lines: Lines
    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    empty: set[Path] = field(default_factory=set)
    repaired: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, code: str, message: str, hint: str = "") -> Problem:
        """A problem with the key at `path`, or with what stands nearest above it."""
        return self.at(*self.place(path).key, code, message, hint)

    def about_value(self, path: Path, code: str, message: str, hint: str = "") -> Problem:
        """A problem with the value at `path`, where it begins on the line of its key."""
        place = self.place(path)
        has_line = place.value[0] == place.key[0]
        return self.at(*(place.value if has_line else place.key), code, message, hint)

    def at(self, line: int, column: int, code: str, message: str, hint: str = "") -> Problem:
        """A problem at a line and column, with the author's line."""
        return Problem(self.file, line, column, code, message, hint, self.lines.shown(line))

    def inside(self, path: Path, offset: int, code: str, message: str, hint: str = "") -> Problem:
        """A problem at a character of the text at `path`; near it where YAML folded the text."""
        place = self.place(path)
        text = self.value(path)
        line, column = place.value
        if place.style in ("|", ">"):
            return self.at(*_in_block(self.lines, line, text, offset), code, message, hint)
        if place.style:
            column += 1
        return self.at(*_in_flow(self.lines, line, column, offset), code, message, hint)

    def value(self, path: Path) -> str:
        """The text at `path`, or "" where no text is."""
        node = self.data
        for part in path:
            node = node[part]
        return node if isinstance(node, str) else ""

    def place(self, path: Path) -> Place:
        """Where the value at `path` stands, or what stands nearest above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place((1, 1), (1, 1)))


def parse(text: str, file: str) -> Document:
    """Read a YAML text; `file` is how it is named in problems. Never raises."""
    document = Document(file, Lines(text))
    if unprintable := UNPRINTABLE.search(text):
        document.problems.append(_unprintable(document, unprintable))
        return document
    for _ in range(REPAIRS):
        repaired = _attempt(document, text)
        if repaired is None:
            break
        text = repaired
    return document


def _attempt(document: Document, text: str) -> str | None:
    """Read the text; after a syntax error, return it with the guilty value made harmless."""
    builder = _Builder(document, text)
    try:
        builder.read()
    except syntax.Refused as refused:
        document.problems.append(document.at(*refused.place, *refused.told))
    except yaml.YAMLError as error:
        fault = syntax.explain(error, Lines(text))
        document.problems.append(document.at(fault.line, fault.column, *fault.told))
        document.repaired.add(fault.line)
        return fault.repair(text)
    else:
        document.data = builder.data
        document.problems += builder.problems
    return None


def _unprintable(document: Document, match: re.Match[str]) -> Problem:
    return document.at(*document.lines.place(match.start()), *INVISIBLE)


class _Builder:
    """Turns the events of one text into data, places and problems."""

    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.places = document.places
        self.lines = Lines(text)
        self.has_comments = " #" in text or "\t#" in text
        self.problems: list[Problem] = []
        # Not `yaml.parse`, whose generator takes twice as long as libyaml itself.
        self.events: Iterator[Any] = iter(yaml.CSafeLoader(text).get_event, None)
        self.data: Any = None
        self.split: list[Any] = []

    def read(self) -> None:
        """Read the one document; raises `syntax.Refused` and `yaml.YAMLError`."""
        self.places.clear()
        self.document.empty.clear()
        for event in self.events:
            kind = type(event)
            if kind is yaml.DocumentStartEvent:
                self.start(event)
            elif kind not in (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent):
                self.data = self.node(event, (), (1, 1), 0)

    def start(self, event: Any) -> None:
        """Refuse directives and a second document."""
        place = _place(event.start_mark)
        if event.version or event.tags:
            raise syntax.Refused(place, "directive", "a line that begins with `%` can't stand here",
                                 "Delete the line.")  # fmt: skip
        if self.data is not None:
            raise syntax.Refused(
                place, "several-documents", "`---` begins a second document in this file",
                "Keep one module to a file, and delete the line with `---`.",
            )  # fmt: skip

    def node(self, event: Any, path: Path, key: tuple[int, int], depth: int) -> Any:
        """The data of the node that begins with `event`."""
        kind = type(event)
        mark = event.start_mark
        value = (mark.line + 1, mark.column + 1)
        if kind is yaml.AliasEvent:
            return self.alias(event, path, key, value)
        if event.anchor is not None or event.tag is not None:
            self.refuse_marks(event, value)
        if kind is yaml.ScalarEvent:
            self.places[path] = Place(key, value, event.style)
            return self.scalar(event, path, key)
        if depth >= DEEPEST:
            raise syntax.Refused(
                value,
                "too-deep",
                f"this stands more than {DEEPEST} levels deep",
                "Check the brackets and the spaces at the beginning of lines.",
            )
        self.places[path] = Place(key, value)
        if kind is yaml.SequenceStartEvent:
            return self.sequence(event, path, depth)
        return self.mapping(event, path, depth)

    def sequence(self, event: Any, path: Path, depth: int) -> list[Any]:
        """The items of a list."""
        items: list[Any] = []
        is_plain = event.flow_style
        for item in self.events:
            if type(item) is yaml.SequenceEndEvent:
                break
            is_plain = is_plain and type(item) is yaml.ScalarEvent and not item.style
            place = _place(item.start_mark)
            last = self.node(item, (*path, len(items)), place, depth + 1)
            items += [*self.split, last]
            self.split = []
        if is_plain and _looks_cut(items):
            items[0] = _cut(items[0], "inside `[...]` each comma begins another item, so this is "
                            f"read as {len(items)} of them: {_listed(items)}",
                            _place(event.start_mark))  # fmt: skip
        return items

    def mapping(self, event: Any, path: Path, depth: int) -> dict[str, Any] | str:
        """The keys and values of a mapping; of a key that stands twice, the first.

        Where a dash is missing before a further item, that item is what it gives, and those
        before it wait in `split`.
        """
        found: dict[str, Any] = {}
        earlier: list[Any] = []
        bare: list[tuple[str, tuple[int, int]]] = []
        for key_event in self.events:
            if type(key_event) is yaml.MappingEndEvent:
                break
            key = self.key(key_event)
            place = _place(key_event.start_mark)
            value_event = next(self.events)
            if not event.flow_style and _begins_item(key, path, found):
                self.refuse_undashed(key, place, self.places[path[:-1]].value[1] - 1)
                earlier.append(found)
                found, path = {}, (*path[:-1], int(path[-1]) + 1)
                self.places[path] = Place(place, place)
            is_double = key in found
            below = (*path, f"{key} (again)") if is_double else (*path, key)
            value = self.node(value_event, below, place, depth + 1)
            if is_double or (event.flow_style and value is None):
                self.document.empty.discard(below)
            if is_double:
                self.refuse_double(key, place, (*path, key))
            elif event.flow_style and value is None:
                bare.append((key, place))
            else:
                found[key] = value
        self.split = earlier
        return self.refuse_bare_keys(event, found, bare)

    def key(self, event: Any) -> str:
        """A key's text; refuses a list or mapping as a key."""
        if type(event) is not yaml.ScalarEvent:
            raise syntax.Refused(
                _place(event.start_mark), "complex-key",
                "a list, or something in braces, stands where a key belongs",
                IF_TEXT,
            )  # fmt: skip
        if event.anchor is not None or event.tag is not None:
            self.refuse_marks(event, _place(event.start_mark))
        self.refuse_unprintable(event)
        return str(event.value)

    def scalar(self, event: Any, path: Path, key: tuple[int, int]) -> str | None:
        """The text that was typed, or None where nothing was."""
        text: str = event.value
        if not event.style:
            if not text:
                self.document.empty.add(path)
                return None
            if self.has_comments and (comment := self.comment(event, key)):
                why = "everything from ` #` on is a comment to YAML, so it would be dropped"
                return _cut(text, why, comment)
        self.refuse_unprintable(event)
        return text

    def comment(self, event: Any, key: tuple[int, int]) -> tuple[int, int] | None:
        """Where a comment follows a plain scalar, on its line or, further in, below it."""
        end = event.end_mark
        if behind := re.compile(r"[ \t]+#").match(self.lines[end.line + 1], end.column):
            return end.line + 1, behind.end()
        if (below := re.match(r" *#", self.lines[end.line + 2])) and below.end() > key[1]:
            return end.line + 2, below.end()
        return None

    def alias(self, event: Any, path: Path, key: tuple[int, int], value: tuple[int, int]) -> str:
        """Refuse an alias, and go on with its name as text."""
        self.refuse(
            event,
            "alias",
            f"YAML takes `*{event.anchor}` for a reference to an anchor, and "
            "anchors aren't part of the format",
            IF_TEXT,
        )
        self.places[path] = Place(key, value)
        return f"*{event.anchor}"

    def refuse_marks(self, event: Any, place: tuple[int, int]) -> None:
        """Refuse an anchor (`&name`) or a tag (`!name`), which YAML would take out of the text."""
        if event.anchor is not None:
            self.refuse(event, "anchor", f"YAML takes `&{event.anchor}` for an anchor, and anchors "
                        "aren't part of the format", IF_TEXT)  # fmt: skip
        else:
            self.refuse(event, "tag", "YAML takes what begins with `!` for a tag, and tags aren't "
                        "part of the format", IF_TEXT)  # fmt: skip

    def refuse_unprintable(self, event: Any) -> None:
        """Refuse a character that only an escape in double quotes can bring in."""
        if event.style == '"' and UNPRINTABLE.search(event.value):
            self.refuse(event, *INVISIBLE)

    def refuse_undashed(self, key: str, place: tuple[int, int], indent: int) -> None:
        """Refuse the first key of a further item without a dash, which has `indent` spaces."""
        self.problems.append(self.document.at(
            *place, "missing-dash", f"`{key}` begins another item of this list",
            "Is a `- ` missing at the beginning of this line? Begin it with "
            f"{indent} spaces and `- {key}:`.",
        ))  # fmt: skip

    def refuse_double(self, key: str, place: tuple[int, int], first: Path) -> None:
        """Refuse a key that stands twice."""
        line = self.places[first].key[0]
        self.problems.append(self.document.at(
            *place, "duplicate-key", f"`{key}` already stands on line {line}",
            "Delete one of the two, or check the spaces at the beginning of the line.",
        ))  # fmt: skip

    def refuse_braces(self, event: Any, words: str) -> str:
        """Refuse text that is all in braces, and go on with it as text."""
        self.refuse(
            event,
            "special-start",
            "the text begins with `{`, which YAML takes for keys in braces",
            WAY_OUT,
        )
        return f"{{{words}}}"

    def refuse_bare_keys(
        self, event: Any, found: dict[str, Any], bare: list[tuple[str, tuple[int, int]]]
    ) -> dict[str, Any] | str:
        """The keys of `{...}` after those without a colon have been refused."""
        if bare and not found:
            return self.refuse_braces(event, bare[0][0])
        for key, place in bare:
            self.refuse_bare(key, place)
        return found

    def refuse_bare(self, key: str, place: tuple[int, int]) -> None:
        """Refuse words in braces that have no colon: a sentence with a comma in it."""
        self.problems.append(
            self.document.at(
                *place,
                "cut-prose",
                f"inside `{{...}}` a comma ends the text, so `{key}` is read as a key of its own",
                "Write each key on its own line, without braces.",
            )
        )

    def refuse(self, event: Any, code: str, message: str, hint: str) -> None:
        """Note a problem at an event and go on."""
        self.problems.append(self.document.at(*_place(event.start_mark), code, message, hint))


def _in_block(lines: Lines, line: int, text: str, offset: int) -> tuple[int, int]:
    """Where a character of a block scalar stands, whose header is on `line`."""
    first = next((n for n in range(line + 1, len(lines) + 1) if lines[n].strip()), line + 1)
    indent = len(lines[first]) - len(lines[first].lstrip(" "))
    before = text[:offset]
    return line + 1 + before.count("\n"), indent + offset - (before.rfind("\n") + 1) + 1


def _in_flow(lines: Lines, line: int, column: int, offset: int) -> tuple[int, int]:
    """About where a character of a scalar stands that may be folded over several lines."""
    while (rest := len(lines[line].rstrip()) - column + 1) <= offset and line < len(lines):
        offset -= max(rest, 0) + 1
        line += 1
        column = len(lines[line]) - len(lines[line].lstrip()) + 1
    return line, column + max(offset, 0)


def _begins_item(key: str, path: Path, found: dict[str, Any]) -> bool:
    """Whether a key inside an item of a list must begin another: its dash was forgotten."""
    if not found or not path or not isinstance(path[-1], int):
        return False
    first = next(iter(found))
    if path[-2:-1] in (("blocks",), ("bank",)):
        return key in KINDS and first in KINDS
    return key == first or (path[-2:-1] == ("steps",) and key == "id" and "id" in found)


def _place(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def _cut(text: str, why: str, place: tuple[int, int]) -> Cut:
    cut = Cut(text)
    cut.why, cut.place = why, place
    return cut


def _looks_cut(items: list[Any]) -> bool:
    """Whether the items of `[...]` read like one sentence: some begin large and some small."""
    first = [item[0] for item in items if item and item[0].isalpha()]
    return any(letter.islower() for letter in first) and any(letter.isupper() for letter in first)


def _listed(items: list[Any]) -> str:
    return ", ".join(f"`{item}`" for item in items[:6]) + (" ..." if len(items) > 6 else "")
