"""What libyaml says of a text it can't read, put into an author's words.

libyaml names grammar ("did not find expected key"); an author sees a line. So the line is
looked at again, and told what in it YAML took for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rsscorm.source.place import IF_COMMENT, IF_TEXT, WAY_OUT, Lines

Told = tuple[str, str, str]
"""A problem's code, message and hint."""

VALUE = re.compile(
    r"(?P<lead>\s*(?:- +)*(?:(?:[^\s:#\"'\[{][^:#]*|\"[^\"]*\"|'[^']*'):[ \t]+)?)(?P<value>.*)"
)
"""A line as an author sees it: dashes and a key, then the value."""

MARKS = {
    "*": "a reference", "&": "an anchor", "!": "a tag", "@": "a reserved mark",
    "`": "a reserved mark", "%": "a directive", ">": "folded text", "|": "text on the next lines",
    "{": "keys in braces", "[": "a list in square brackets", "?": "a key", ",": "a comma in a list",
    "}": "the end of keys in braces", "]": "the end of a list",
}  # fmt: skip
"""What YAML takes a mark for at the beginning of a text."""

SPACES = "Count the spaces at the beginning: keys that belong together begin in the same column."

ENTRY = re.compile(r" *(?P<dashes>(?:- +)*)(?:- *$|[^\s:#][^:#]*:(?:\s|$)|(?<=- )\S)")
"""A line that begins a key or an item."""

COLONLESS = re.compile(
    r"\s*(?:- +)*(id|kind|title|summary|minutes|language|edition|tone|answer|goto|alt|caption)"
    r"\s+(\S.*)"
)
"""A line that is a key of the format, had it a colon."""

LONG_TEXT = re.compile(r"[:-] +[|>][-+0-9]*\s*$")
"""A line after which text follows that YAML doesn't look into."""


class Refused(Exception):  # noqa: N818
    """Something that is YAML but not the format, after which reading can't go on."""

    def __init__(self, place: tuple[int, int], *told: str) -> None:
        super().__init__(told[0])
        self.place = place
        self.told: Told = (told[0], told[1], told[2])


@dataclass(frozen=True)
class Fault:
    """What is wrong, where, and which line can be made harmless to look for more."""

    line: int
    column: int
    told: Told
    value_starts: int | None = None

    def repair(self, text: str) -> str | None:
        """The text with the guilty value replaced, if it is on one line alone; else None."""
        lines = Lines(text)
        if self.value_starts is None or _goes_on(lines, self.line):
            return None
        start = lines.starts[self.line - 1]
        end = start + len(lines[self.line])
        return text[: start + self.value_starts] + '"?"' + text[end:]


def explain(error: Any, lines: Lines) -> Fault:
    """Say what is wrong in the author's words; `error` is a `yaml.MarkedYAMLError`."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return Fault(1, 1, ("yaml-syntax", "this file is not YAML text", "Save it as UTF-8 text."))
    line, column = mark.line + 1, mark.column + 1
    for look in (_tab, _escape, _value_on_line, _quote, _brackets, _comment, _colon):
        if fault := look(error, lines, line, column):
            return fault
    return _indentation(error, lines, line, column)


def _tab(error: Any, lines: Lines, line: int, column: int) -> Fault | None:
    match = re.match(r" *\t", lines[line])
    if not match:
        return None
    return Fault(line, match.end(), (
        "tab", "a tab stands at the beginning of this line, where YAML allows only spaces",
        "Replace each tab by two spaces.",
    ))  # fmt: skip


def _escape(error: Any, lines: Lines, line: int, column: int) -> Fault | None:
    if "escape" not in str(error.problem) and "expected hexdecimal" not in str(error.problem):
        return None
    return Fault(line, column, (
        "bad-escape", "a backslash in double quotes begins a code, and this is none that can stand",
        WAY_OUT,
    ), value_start(lines[line]))  # fmt: skip


def _value_on_line(error: Any, lines: Lines, line: int, column: int) -> Fault | None:
    """A value that begins with a mark, on the guilty line or (the mark being later) before it."""
    for number in _candidates(error, line):
        start = value_start(lines[number])
        value = lines[number][start:]
        told = _quoted(value) or _marked(value, error)
        if told:
            return Fault(number, start + 1, told, start)
    return None


def _candidates(error: Any, line: int) -> Iterator[int]:
    yield line
    context = error.context_mark
    if context and "scalar" in str(error.context) and context.line + 1 != line:
        yield context.line + 1


def _quoted(value: str) -> Told | None:
    """Text that begins with a quotation mark, which closes, and goes on after it."""
    match = re.match(r"""("(?:\\.|[^"\\])*"|'(?:''|[^'])*')\s*(?P<rest>[^\s#:].*)""", value)
    if not match:
        return None
    return (
        "quoted-start",
        f"the text begins with {value[0]} and goes on after the closing {value[0]}, "
        f"so YAML would lose `{_short(match['rest'])}`",
        WAY_OUT,
    )


def _marked(value: str, error: Any) -> Told | None:
    """Text that begins with a mark that means something to YAML."""
    mark = value[:1]
    begins_list = value.startswith("- ") and "sequence entries" in str(error.problem)
    if begins_list:
        return "special-start", "a list can't begin on the line of its key", (
            f"Put each `- ` on a line of its own below the key. {IF_TEXT}")  # fmt: skip
    if mark not in MARKS or (mark in "|>" and re.fullmatch(r"[|>][-+0-9]*\s*", value)):
        return None
    if mark in "[{" and not re.match(r"(\[[^\]]*\]|\{[^}]*\})\s*[^\s,#\]}]", value):
        return None
    return (
        "special-start",
        f"the text begins with `{mark}`, which YAML takes for {MARKS[mark]}",
        WAY_OUT,
    )


def _quote(error: Any, lines: Lines, line: int, column: int) -> Fault | None:
    if "quoted scalar" not in str(error.context):
        return None
    mark = error.context_mark
    start = mark.column
    quote = lines[mark.line + 1][start : start + 1]
    is_value = start == value_start(lines[mark.line + 1])
    return Fault(mark.line + 1, start + 1, (
        "unclosed-quote", f"the {quote} that begins here is never closed",
        f"Close it at the end of the text. Or p{WAY_OUT[1:]}",
    ), start if is_value else None)  # fmt: skip


def _brackets(error: Any, lines: Lines, line: int, column: int) -> Fault | None:
    if "flow" not in str(error.context):
        return None
    mark = error.context_mark
    opened = max(lines.text.rfind("[", 0, mark.index + 1), lines.text.rfind("{", 0, mark.index + 1))
    if opened < 0:
        return None
    bracket = lines.text[opened]
    close = "}" if bracket == "{" else "]"
    line, column = lines.place(opened)
    start = column - 1 if column - 1 == value_start(lines[line]) else None
    return Fault(line, column, (
        "unclosed-bracket",
        f"the `{bracket}` that begins here is not closed by a `{close}` where YAML expects it",
        f"Close it, or write each part on its own line without brackets. {IF_TEXT}",
    ), start)  # fmt: skip


def _comment(error: Any, lines: Lines, line: int, column: int) -> Fault | None:
    """Text that a ` #` interrupts and that goes on below."""
    for number in (line - 1, line - 2):
        start = value_start(lines[number])
        value = lines[number][start:]
        match = re.search(r"\s#", value)
        if match and value[:1] not in "\"'|>#" and _goes_on(lines, number):
            return Fault(number, start + match.start() + 2, (
                "cut-prose", "everything from ` #` on is a comment to YAML, so it would be dropped",
                WAY_OUT + IF_COMMENT,
            ))  # fmt: skip
    return None


def _colon(error: Any, lines: Lines, line: int, column: int) -> Fault | None:
    if "mapping values" not in str(error.problem):
        return None
    start = value_start(lines[line])
    if column - 1 >= start > 0:
        return Fault(
            line,
            column,
            (
                "colon-in-text",
                "this text holds a colon and a space, by which YAML ends a key",
                WAY_OUT,
            ),
            start,
        )
    before = _line_before(lines, line)
    if told := _colonless(lines[before]):
        return Fault(before, key_column(lines[before]) + 1, told)
    indent = _indent(lines[line])
    return Fault(line, indent + 1, (
        "indentation",
        f"this line begins with {_spaces(indent)}, so YAML takes it for more of the text on line "
        f"{before}, but it holds a colon",
        f"If it is a key of its own, {_begin_like(lines, line)} If it is text, put `|` "
        "after the colon of its key and all of the text on the next lines, further in.",
    ))  # fmt: skip


def _colonless(line: str) -> Told | None:
    """What is told of `- ask Find out`, when keys that belong to that option follow."""
    match = re.match(r" *(?:- +)+(?P<id>[a-z0-9-]{1,40})(?:[ \t]+(?P<words>\S.*))?$", line)
    if not match:
        return None
    return (
        "not-an-item", "the colon after the id is missing",
        f"Write `- {match['id']}: {_short(match['words'] or 'Words')}`.",
    )  # fmt: skip


def _indentation(error: Any, lines: Lines, line: int, column: int) -> Fault:
    problem = str(error.problem)
    before = lines[line][: column - 1].rstrip()
    if before.endswith(('"', "'")) and "expected key" in problem:
        return Fault(
            line,
            len(before),
            (
                "quoted-start",
                f"a quotation that begins the text ends here, and then the text goes on with "
                f"`{_short(lines[line][column - 1 :])}`",
                WAY_OUT,
            ),
        )
    if "expected ':'" in problem:
        return _no_key(lines, error.context_mark.line + 1)
    if "expected key" in problem or "'-' indicator" in problem or "block end" in problem:
        indent = _indent(lines[line])
        return Fault(line, column, (
            "indentation", f"this line begins with {_spaces(indent)}, which fits nothing above it",
            _capital(_begin_like(lines, line)) + _perhaps_item(lines, line),
        ))  # fmt: skip
    return Fault(
        line,
        column,
        (
            "yaml-syntax",
            f"YAML can't make sense of this line (in its own words, `{problem}`)",
            f"{SPACES} {IF_TEXT}",
        ),
    )


def _no_key(lines: Lines, number: int) -> Fault:
    """A line without a colon, or with one that no space follows, where a key belongs."""
    indent = _indent(lines[number])
    if match := re.match(r"\s*((?:- +)*)([a-z][a-z-]*):(\S.*)", lines[number]):
        column = match.start(3)
        return Fault(number, column, (
            "missing-space", "a space is missing after the colon",
            f"Write `{match[2]}: {_short(match[3])}`.",
        ))  # fmt: skip
    above = _line_before(lines, number)
    least = key_column(lines[above]) + 1
    key = COLONLESS.match(lines[number])
    asked = f"Is a colon missing? Write `{key[1]}: {_short(key[2])}`. " if key else ""
    further = _spaces(max(least, indent + 1))
    return Fault(number, indent + 1, (
        "indentation",
        f"this line is no key (it has no colon), and begins with {_spaces(indent)}: too few for "
        f"more of the text on line {above}",
        f"{asked}If it belongs to that text, begin it with {further} or more.",
    ))  # fmt: skip


def _begin_like(lines: Lines, line: int) -> str:
    """How many spaces a line should begin with, and which line above it shows that."""
    is_item, indent = lines[line].lstrip().startswith("- "), _indent(lines[line])
    columns = {
        column: number for (column, dash), number in _open(lines, line).items() if dash == is_item
    }
    if not columns:
        return SPACES[0].lower() + SPACES[1:]
    column = min(columns, key=lambda each: (abs(each - indent), -each))
    if column == indent:
        column = max(columns)
    number = columns[column]
    return (
        f"begin it with {_spaces(column)}, in the same column as "
        f"`{_short(lines[number][column:].rstrip())}` on line {number}."
    )


def _perhaps_item(lines: Lines, line: int) -> str:
    """A question, where the line stands below the dashes of a list and has none."""
    item = _open(lines, line).get((_indent(lines[line]), True))
    if not item or lines[line].lstrip().startswith("- "):
        return ""
    return f" Or is a `- ` missing at the beginning of this line, as line {item} has it?"


def _open(lines: Lines, line: int) -> dict[tuple[int, bool], int]:
    """Where the keys and the dashes (True) begin that a line may go on with, each with its line."""
    found: dict[tuple[int, bool], int] = {}
    text_below: int | None = None
    for number in range(1, line):
        indent = _indent(lines[number])
        if not lines[number].strip() or (text_below is not None and indent > text_below):
            continue
        text_below = None
        if not ENTRY.match(lines[number]):
            continue
        found = {place: above for place, above in found.items() if place[0] <= indent}
        for dash in re.finditer("-", ENTRY.match(lines[number])["dashes"]):  # type: ignore[index]
            found[indent + dash.start(), True] = number
        found[key_column(lines[number]), False] = number
        if LONG_TEXT.search(lines[number]):
            text_below = key_column(lines[number])
    return found


def _line_before(lines: Lines, line: int) -> int:
    return next((n for n in range(line - 1, 0, -1) if lines[n].strip()), line)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _spaces(number: int) -> str:
    return f"{number or 'no'} space{'' if number == 1 else 's'}"


def value_start(line: str) -> int:
    """The index in a line at which the value begins, after dashes and a key."""
    match = VALUE.match(line)
    return match.start("value") if match else 0


def _goes_on(lines: Lines, number: int) -> bool:
    """Whether the next line that isn't empty stands further in than this one's key."""
    following = next((n for n in range(number + 1, len(lines) + 1) if lines[n].strip()), None)
    return following is not None and _indent(lines[following]) > key_column(lines[number])


def key_column(line: str) -> int:
    """The index in a line at which its key or text begins, after dashes."""
    return len(re.match(r"\s*(?:- +)*", line)[0])  # type: ignore[index]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
