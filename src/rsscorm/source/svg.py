"""Drawings: SVG that only draws. No script, no page inside, nothing fetched from elsewhere."""

from __future__ import annotations

import re
from pyexpat import ExpatError
from xml.parsers import expat

from rsscorm.problems import Problem
from rsscorm.source.texts import Source

NAMESPACE = "http://www.w3.org/2000/svg"

ACTIVE = frozenset([
    "script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener",
])  # fmt: skip
"""Elements that do more than draw."""

LOADS = re.compile(
    r"@import|url\(\s*[\"']?(?!\s*#|data:image/(png|jpeg|webp))|javascript:", re.IGNORECASE
)
"""Styles that fetch something or run a script."""

SAFE_REFERENCE = re.compile(r"\s*(#|data:image/(png|jpeg|webp);base64,|$)", re.IGNORECASE)
"""Where a drawing's reference may lead: into itself, or to a picture that it carries."""


def check(source: Source) -> list[Problem]:
    """What is wrong with a drawing."""
    return _Checker(source).check()


SUSPECT = ("src", "@import", "javascript", "attributename", "&#", *ACTIVE)
"""Without any of these, and with references only into itself, a drawing only draws; then its
elements need not be looked at one by one."""


def _is_suspect(text: str) -> bool:
    small = text.lower()
    leads_out = small.count("href") > small.count('href="#')
    loads = small.count("url(") > small.count("url(#")
    listens = re.search(r"on[a-z]+\s*=", small) is not None
    return leads_out or loads or listens or any(sign in small for sign in SUSPECT)


class _Stop(Exception):  # noqa: N818
    """Nothing more can be trusted."""


class _Checker:
    """Walks once through a drawing."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.has_root = False
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartElementHandler = self.element
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.ProcessingInstructionHandler = self.instruction
        self.is_suspect = _is_suspect(source.text)
        if self.is_suspect:
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
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        self.problems.append(self.source.at(line, column, code, message, hint))

    def doctype(self, *_: object) -> None:
        self.refuse("doctype", "a drawing can't have a DOCTYPE, which can hide other content",
                    "Delete the line that begins with `<!DOCTYPE`.")  # fmt: skip
        raise _Stop

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
        if local.lower() in ACTIVE:
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
            is_active = bool(LOADS.search(value))
            why = f"`{key}` of `<{element}>` loads something or runs a script"
        if is_active:
            self.refuse("svg-active", why, "Delete it from the drawing.")

    def words(self, text: str) -> None:
        if LOADS.search(text):
            self.refuse(
                "svg-active", "a style loads something from outside the drawing", "Delete it."
            )
