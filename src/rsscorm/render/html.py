"""Markdown as safe HTML: written from the parser's events, so that nothing passes unseen.

Raw HTML is refused by `source`; were some to come this far, it is shown as typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from markupsafe import Markup

from rsscorm.markdown import events

Address = Callable[[str], str]
"""Turns a path in the module into the package's own name for that file."""

Tags = tuple[str, str]
"""What opens an element, and what closes it."""

PLAIN: dict[str, Tags] = {
    "Paragraph": ("<p>", "</p>\n"),
    "HtmlBlock": ("<p>", "</p>\n"),
    "BlockQuote": ("<blockquote>", "</blockquote>\n"),
    "Item": ("<li>", "</li>\n"),
    "CodeBlock": ('<pre tabindex="0"><code>', "</code></pre>\n"),
    "Emphasis": ("<em>", "</em>"),
    "Strong": ("<strong>", "</strong>"),
}
"""Elements that are always the same; the others are in `STARTS`."""

MARKS = {"SoftBreak": "\n", "HardBreak": "<br>\n", "Rule": "<hr>\n"}
NO_MARKS = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.?!;:()%-])*")
"""Words in which no Markdown can be: most options and labels."""

SCHEMES = ("https:", "http:", "mailto:", "tel:")


def safe(html: str) -> Markup:
    """HTML that was written here, every word of an author's in it escaped."""
    return Markup(html)  # noqa: S704


class Markdown:
    """Writes one passage; `level` is that of its topmost heading."""

    def __init__(
        self, text: str, level: int, file: Address, picture: Address, new_window: str
    ) -> None:
        self._events = [event for event, _ in events(text)]
        self._headings = _levels(self._events, level)
        self._file, self._picture, self._new_window = file, picture, new_window
        self._closing: list[str] = []
        self._head = False
        self._alt: list[str] | None = None
        self._inner = 0

    def html(self) -> Markup:
        """The passage as HTML."""
        return safe("".join(map(self._write, self._events)).strip())

    def _write(self, event: Any) -> str:
        if isinstance(event, str):
            return MARKS[event] if self._alt is None else " "
        (name, value), *_ = event.items()
        if self._alt is not None:
            return self._picture_words(name, value)
        if name == "Start":
            return self._start(value)
        return self._closing.pop() if name == "End" else self._words(name, value)

    def _words(self, name: str, value: str) -> str:
        return f"<code>{escape(value)}</code>" if name == "Code" else escape(value)

    def _picture_words(self, name: str, value: Any) -> str:
        """Collect what stands between the brackets of a picture: its text alternative."""
        if name == "Start" and isinstance(value, dict) and "Image" in value:
            self._inner += 1  # a picture between the brackets of a picture: its words count
        elif name == "End" and value == "Image" and self._inner:
            self._inner -= 1
        elif name == "End" and value == "Image":
            alt, self._alt = "".join(self._alt or ()), None
            return self._closing.pop().format(alt=escape(alt))
        if name in ("Text", "Code") and self._alt is not None:
            self._alt.append(value)
        return ""

    def _start(self, value: Any) -> str:
        name, given = (value, None) if isinstance(value, str) else next(iter(value.items()))
        opening, closing = PLAIN.get(name) or STARTS[name](self, given)
        self._closing.append(closing)
        return opening

    def _heading(self, given: Any) -> Tags:
        tag = self._headings[given["level"]]
        return f"<{tag}>", f"</{tag}>\n"

    def _list(self, first: int | None) -> Tags:
        if first is None:
            return "<ul>\n", "</ul>\n"
        return ("<ol>\n" if first == 1 else f'<ol start="{first}">\n'), "</ol>\n"

    def _link(self, given: Any) -> Tags:
        address = given["dest_url"]
        if given["link_type"] == "Email":
            address = f"mailto:{address}"
        if not address.startswith(SCHEMES):
            return f'<a href="{escape(self._file(address))}" download>', "</a>"
        if not address.startswith("http"):
            return f'<a href="{escape(address)}">', "</a>"
        note = f'<span class="unseen"> ({escape(self._new_window)})</span></a>'
        return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">', note

    def _image(self, given: Any) -> Tags:
        self._alt = []
        source = self._picture(given["dest_url"]).replace("{", "{{").replace("}", "}}")
        return "", f'<img {source} alt="{{alt}}">'

    def _table(self, alignments: Any) -> Tags:
        self._alignments = [str(side).lower() for side in alignments]
        return '<div class="wide" tabindex="0"><table>\n', "</tbody></table></div>\n"

    def _tablehead(self, given: Any) -> Tags:
        self._head, self._column = True, 0
        return "<thead><tr>", "</tr></thead>\n<tbody>\n"

    def _tablerow(self, given: Any) -> Tags:
        self._head, self._column = False, 0
        return "<tr>", "</tr>\n"

    def _tablecell(self, given: Any) -> Tags:
        side = self._alignments[self._column]
        self._column += 1
        look = "" if side == "none" else f' class="{side}"'
        return (f'<th scope="col"{look}>', "</th>") if self._head else (f"<td{look}>", "</td>")


STARTS: dict[str, Callable[[Markdown, Any], Tags]] = {
    "Heading": Markdown._heading,
    "List": Markdown._list,
    "Link": Markdown._link,
    "Image": Markdown._image,
    "Table": Markdown._table,
    "TableHead": Markdown._tablehead,
    "TableRow": Markdown._tablerow,
    "TableCell": Markdown._tablecell,
}
"""How an element begins that depends on what its author wrote, by the event that begins it."""


def _levels(found: list[Any], top: int) -> dict[str, str]:
    """Which HTML heading stands for each level that a passage uses: none is skipped."""
    starts = (event["Start"] for event in found if isinstance(event, dict) and "Start" in event)
    used = sorted({s["Heading"]["level"] for s in starts if isinstance(s, dict) and "Heading" in s})
    return {level: f"h{min(6, top + rank)}" for rank, level in enumerate(used)}


def inline(text: str, file: Address, picture: Address, new_window: str) -> Markup:
    """A passage of one paragraph as its words alone, to stand in a line."""
    if NO_MARKS.fullmatch(text):
        return safe(text)
    html = str(Markdown(text, 3, file, picture, new_window).html())
    alone = html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1
    return safe(html[3:-4] if alone else html)
