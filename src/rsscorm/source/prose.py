"""What may stand in an author's text: Markdown without HTML, links that lead somewhere, and
`{names}` that every deployment has a value for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from pydantic_core import PydanticCustomError

from rsscorm import markdown
from rsscorm.blocks.fields import FileRole, ProseKind
from rsscorm.source.explain import did_you_mean

BRACE = re.compile(r"\\(?P<escaped>[{}])|\{(?P<name>[^{}\s]*)\}|(?P<lone>[{}])")
"""Braces in a text: escaped, around the name of a value, or lone."""

MARKDOWN_BRACE = re.compile(r"\\\\|" + BRACE.pattern)
"""The same in Markdown, where a pair of backslashes is one that escapes nothing."""

MARKS = re.compile(r"[<\[\]{}]")
"""Without one of these no HTML, link, picture or name can be in a text."""

BLOCK_MARKS = re.compile(r"\n|\s*([-+*#>|~`=_]|[0-9]+[.)]|\t)|    ")
"""What may make more than a paragraph of a text, at its beginning or by a line's end."""

BLOCKS = {
    "List": "a list", "Item": "a list", "Heading": "a heading", "CodeBlock": "a block of code",
    "BlockQuote": "a quotation", "Table": "a table", "Image": "a picture", "Rule": "a line",
}  # fmt: skip
"""What no question or option may hold, in words."""

SITE = re.compile(r"(www\.|([a-z0-9-]+\.)+(uk|org|com|net|eu|gov|edu|info)(/|$))\S*", re.IGNORECASE)
"""An address on the web of which the beginning was left out."""

EMAIL = re.compile(r"[^@/\s]+@[^@/\s]+")

SCHEMES = ("https", "http", "mailto", "tel")
"""Where a link may lead, besides a file of the module."""


@dataclass(frozen=True)
class Fault:
    """Something wrong at a character of a text."""

    offset: int
    code: str
    message: str
    hint: str


@dataclass(frozen=True)
class Surroundings:
    """What a text may refer to: the values of each deployment, and the module's files.

    `values` is None while `rsscorm.yaml` can't be read: then every name passes.
    """

    values: dict[str, dict[str, str]] | None
    file: Callable[[FileRole, str], str]


def faults(kind: ProseKind, text: str, around: Surroundings) -> list[Fault]:
    """Everything that is wrong with a text of that kind."""
    has_marks = MARKS.search(text)
    found = list(_braces(kind, text, around)) if has_marks else []
    if kind == "markdown" and has_marks:
        found += _markdown(text, around)
    elif kind == "inline" and (has_marks or BLOCK_MARKS.match(text) or "\n" in text.strip()):
        found += list(_inline(text)) or _markdown(text, around)
    return sorted(set(found), key=lambda fault: fault.offset)


def _braces(kind: ProseKind, text: str, around: Surroundings) -> Iterator[Fault]:
    open_escaped = 0
    for match in (BRACE if kind == "plain" else MARKDOWN_BRACE).finditer(text):
        if match["escaped"]:
            open_escaped += 1 if match["escaped"] == "{" else -1
        elif match["lone"] == "}" and open_escaped > 0:
            open_escaped -= 1
        elif match["lone"]:
            yield Fault(
                match.start(),
                "lone-brace",
                f"`{match['lone']}` stands alone here; braces hold the name of a value",
                f"If a brace is meant, write `\\{match['lone']}`.",
            )
        elif match["name"] is not None:
            yield from _name(match["name"], match.start(), around)


def _name(name: str, offset: int, around: Surroundings) -> Iterator[Fault]:
    if around.values is None:
        return
    without = [deployment for deployment, values in around.values.items() if name not in values]
    if without:
        where = ", ".join(f"`{deployment}`" for deployment in without)
        yield Fault(
            offset, "unknown-value", f"`{{{name}}}` has no value in rsscorm.yaml for {where}",
            _known_values(name, around.values),
        )  # fmt: skip


def _known_values(name: str, values: dict[str, dict[str, str]]) -> str:
    known = sorted({key for each in values.values() for key in each} - {name})
    braces = f"If braces are meant, write `\\{{{name}}}`."
    return did_you_mean(name, known, f"Give it one under `values:`. {braces}")


def _inline(text: str) -> Iterator[Fault]:
    """Refuse what is more than one paragraph of a little Markdown."""
    paragraphs, offset = 0, _offsets(text)
    for event, span in markdown.events(text):
        name = _started(event)
        paragraphs += name == "Paragraph"
        if name in BLOCKS:
            yield Fault(offset(span["start"]), "no-room",
                        f"this makes {BLOCKS[name]}, for which there is no room here",
                        _inline_way_out(name))  # fmt: skip
            return
        if paragraphs > 1:
            yield Fault(offset(span["start"]), "no-room",
                        "a second paragraph begins here, for which there is no room",
                        "Delete the empty line, or move the rest into a `text` block.")  # fmt: skip
            return


def _inline_way_out(name: str) -> str:
    if name == "Image":
        return "Put it in an `image` block."
    escape = "`1\\.`" if name in ("List", "Item") else "`\\` before it"
    return f"If the mark itself should be seen, write {escape}; if not, use a `text` block."


def _markdown(text: str, around: Surroundings) -> Iterator[Fault]:
    """Refuse HTML, and links and pictures that lead nowhere or somewhere unsafe."""
    before, offset = "", _offsets(text)
    for event, span in markdown.events(text):
        name = _started(event)
        if check := CHECKS.get(name):
            yield from check(text, offset(span["start"]), event, around)
        words = event.get("Text", "") if isinstance(event, dict) else ""
        if before == "]" and words[:1] in ("[", "("):
            yield _broken_link(offset(span["start"]), words[0])
        before = words


def _html(text: str, offset: int, event: Any, around: Surroundings) -> Iterator[Fault]:
    tag = re.compile(r"<!?/?[\w-]*").match(text, offset)
    name = tag[0] if tag else "<"
    if not name.startswith("</") or text.find(f"<{name[2:]}", 0, offset) < 0:
        yield Fault(
            offset,
            "raw-html",
            f"`{name}>` is HTML, which can't stand in a text",
            "Use Markdown, or write `\\<` where the mark itself should be seen.",
        )


def _broken_link(offset: int, bracket: str) -> Fault:
    if bracket == "[":
        return Fault(
            offset,
            "broken-link",
            "this refers to an address that is given nowhere",
            "Write the address itself in round brackets: `[words](https://...)`.",
        )
    return Fault(
        offset,
        "broken-link",
        "this is no link: its address holds a space, or isn't closed",
        "Write `%20` for a space, or close the round bracket; for brackets in a sentence put "
        "a space between `]` and `(`.",
    )


def _link(text: str, offset: int, event: Any, around: Surroundings) -> Iterator[Fault]:
    link = event["Start"]["Link"]
    if link["link_type"] == "Email":
        return
    for address in _filled(link["dest_url"], around):
        if told := _unsafe(address) or _missing("download", address, around):
            yield Fault(offset, *told)
            return


def _picture(text: str, offset: int, event: Any, around: Surroundings) -> Iterator[Fault]:
    if re.match(r"!\[\s*\]", text[offset : offset + 100]):
        yield Fault(
            offset,
            "alt-text",
            "this picture has no words for those who can't see it",
            "Write them in the square brackets: `![what it shows](media/file.webp)`.",
        )
    for address in _filled(event["Start"]["Image"]["dest_url"], around):
        if told := _elsewhere(address) or _missing("image", address, around):
            yield Fault(offset, *told)
            return


def _elsewhere(address: str) -> tuple[str, str, str] | None:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", address):
        return (
            "unsafe-link",
            "a picture must be a file of the module: the page loads nothing else",
            "Put the picture in the module's folder, such as `media/`.",
        )
    return None


CHECKS = {"HtmlBlock": _html, "InlineHtml": _html, "Link": _link, "Image": _picture}
"""What is looked at in Markdown, by the event that begins it."""


def _filled(address: str, around: Surroundings) -> list[str]:
    """The address in each deployment."""
    if "{" not in address or not around.values:
        return [address]
    return [
        re.sub(r"\{([^{}]*)\}", lambda match: values.get(match[1], "https://"), address)  # noqa: B023
        for values in around.values.values()
    ]


def _unsafe(address: str) -> tuple[str, str, str] | None:
    bare = re.sub(r"[\x00-\x20]", "", address)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", bare)
    if not bare or bare.startswith(("//", "#", "?")) or (scheme and scheme[1] not in SCHEMES):
        return (
            "unsafe-link",
            f"a link can't lead to `{address[:60]}`",
            "It can lead to an address that begins with https:, http:, mailto: or tel:, or to "
            "a file of the module.",
        )
    return None


def _missing(role: FileRole, address: str, around: Surroundings) -> tuple[str, str, str] | None:
    """What is wrong with a link to a file of the module."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address):
        return None
    try:
        around.file(role, unquote(address))
    except PydanticCustomError as error:
        hint = (error.context or {}).get("hint", "")
        if SITE.match(address):
            told = f"`{address}` is read as the name of a file"
            return "broken-link", told, f"Did you mean `https://{address}`?"
        if EMAIL.fullmatch(address):
            hint = f"If it is an e-mail address, write `mailto:{address}`."
        return error.type, error.message(), hint
    return None


def _started(event: Any) -> str:
    """The name of what begins with an event, or ""."""
    if isinstance(event, str):
        return event if event == "Rule" else ""
    if "InlineHtml" in event:
        return "InlineHtml"
    start = event.get("Start")
    return start if isinstance(start, str) else next(iter(start)) if start else ""


def _offsets(text: str) -> Callable[[int], int]:
    """Turns places in a text's bytes (UTF-8), asked for mostly in order, into its characters."""
    if text.isascii():
        return lambda byte: byte
    encoded = text.encode()
    last = (0, 0)

    def offset(byte: int) -> int:
        nonlocal last
        start, characters = last if last[0] <= byte else (0, 0)
        last = byte, characters + len(encoded[start:byte].decode())
        return last[1]

    return offset
