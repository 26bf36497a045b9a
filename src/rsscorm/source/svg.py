"""Drawings: SVG that only draws. No script, no page inside, nothing fetched from elsewhere."""

from __future__ import annotations

import re
import sys
from pyexpat import ExpatError
from xml.parsers import expat

from rsscorm.problems import Problem
from rsscorm.source.texts import Source

NAMESPACE = "http://www.w3.org/2000/svg"

ACTIVE = frozenset([
    "script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener",
])  # fmt: skip
"""Elements that do more than draw."""

HTML = "http://www.w3.org/1999/xhtml"

LOADS = re.compile(
    r"@import|image-set\(|\bsrc\(|url\(\s*[\"']?(?!\s*#|data:image/(png|jpeg|webp))|javascript:",
    re.IGNORECASE,
)
"""Styles that fetch something or run a script."""

SAFE_REFERENCE = re.compile(r"\s*(#|data:image/(png|jpeg|webp);base64,|$)", re.IGNORECASE)
"""Where a drawing's reference may lead: into itself, or to a picture that it carries."""


def check(source: Source) -> list[Problem]:
    """What is wrong with a drawing."""
    return _Checker(source).check()


ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})[ \t\n]?|(.))", re.IGNORECASE)
"""How CSS may write any character (CSS Syntax 3, 4.3.7)."""

SUSPECT = ("src", "@import", "image-set", "javascript", "attributename", "&#", "\\", HTML, *ACTIVE)
"""Without any of these, and with references only into itself, a drawing only draws; then its
elements need not be looked at one by one."""


def _is_suspect(text: str) -> bool:
    small = text.lower()
    leads_out = small.count("href") > small.count('href="#')
    loads = small.count("url(") > small.count("url(#")
    listens = re.search(r"on[a-z]+\s*=", small) is not None
    hides = "<!" in small and "style" in small
    return leads_out or loads or listens or hides or any(sign in small for sign in SUSPECT)


def _loads(style: str) -> bool:
    return LOADS.search(ESCAPE.sub(_character, style)) is not None


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or "0", 16)
    return match[2] or (chr(number) if number <= sys.maxunicode else "?")


class _Stop(Exception):  # noqa: N818
    """Nothing more can be trusted."""


class _Checker:
    """Walks once through a drawing."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.has_root = False
        self.opened = (1, 1)
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartElementHandler = self.element
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.ProcessingInstructionHandler = self.instruction
        self.parser.XmlDeclHandler = self.declaration
        self.is_suspect = _is_suspect(source.text)
        if self.is_suspect:
            # In one piece, whatever comments, CDATA and references an author's words stand in.
            self.parser.buffer_text = True
            self.parser.buffer_size = len(source.text.encode()) + 1
            self.parser.CharacterDataHandler = self.words

    def check(self) -> list[Problem]:
        try:
            self.parser.Parse(self.source.text.encode(), True)
        except _Stop:
            pass
        except ExpatError as error:
            self.problems.append(self.source.at(
                error.lineno, error.offset + 1, "file-content",
                f"this isn't the XML of a drawing: {expat.ErrorString(error.code)}",
                "Save the drawing again as SVG.",
            ))  # fmt: skip
        return self.problems

    def refuse(self, code: str, message: str, hint: str) -> None:
        self.problems.append(self.source.at(*self.place, code, message, hint))

    @property
    def place(self) -> tuple[int, int]:
        """The line and column that the parser has come to."""
        return self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1

    def doctype(self, *_: object) -> None:
        self.refuse("doctype", "a drawing can't have a DOCTYPE, which can hide other content",
                    "Delete the line that begins with `<!DOCTYPE`.")  # fmt: skip
        raise _Stop

    def declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding and encoding.lower() != "utf-8":
            self.refuse("not-utf8", f"the drawing says that it is {encoding}, and it is UTF-8",
                        'Write `encoding="UTF-8"` there.')  # fmt: skip

    def instruction(self, target: str, _: str) -> None:
        self.refuse(
            "svg-active", f"`<?{target}` loads something from outside the drawing", "Delete it."
        )

    def element(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self.has_root:
            self.root(namespace, local, attributes)
        if not self.is_suspect:
            self.parser.StartElementHandler = None
            return
        self.opened = self.place
        if local.lower() in ACTIVE or namespace == HTML:
            self.refuse(
                "svg-active", f"`<{local}>` does more than draw", "Delete it from the drawing."
            )
        for key, value in attributes.items():
            self.attribute(local, key.rpartition(" ")[2].lower(), value)

    def root(self, namespace: str, local: str, attributes: dict[str, str]) -> None:
        self.has_root = True
        if (namespace, local) != (NAMESPACE, "svg"):
            self.refuse("file-content", f"a drawing begins with `<svg xmlns=\"{NAMESPACE}\">`",
                        "Save it again as SVG.")  # fmt: skip
            raise _Stop
        if "viewBox" not in attributes and not {"width", "height"} <= set(attributes):
            self.refuse("svg-size", "the drawing doesn't say how large it is",
                        'Give `<svg>` a `viewBox`, such as `viewBox="0 0 800 450"`.')  # fmt: skip

    def attribute(self, element: str, key: str, value: str) -> None:
        if key.startswith("on"):
            is_active, why = bool(value), f"`{key}` runs a script"
        elif key in ("href", "src"):
            is_active = not SAFE_REFERENCE.match(value)
            why = f"`{key}` of `<{element}>` leads out of the drawing"
        elif key == "attributename":
            is_active = "href" in value.lower()
            why = "an animation may not change where something leads"
        else:
            is_active = _loads(value)
            why = f"`{key}` of `<{element}>` loads something or runs a script"
        if is_active:
            self.refuse("svg-active", why, "Delete it from the drawing.")

    def words(self, text: str) -> None:
        if _loads(text):
            self.problems.append(self.source.at(
                *self.opened, "svg-active", "a style loads something from outside the drawing",
                "Delete it.",
            ))  # fmt: skip
