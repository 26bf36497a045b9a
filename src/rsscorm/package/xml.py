"""XML as LMSs read it best: raw UTF-8, indented, a declaration with double quotes."""

from __future__ import annotations

from typing import Any

from lxml import etree
from lxml.builder import ElementMaker  # type: ignore[import-not-found]

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
Element = Any


def maker(space: str, prefixes: dict[str | None, str]) -> Any:
    """What makes elements of a namespace: `e.title("Words")`, `e.file(href="a.html")`."""
    return ElementMaker(namespace=space, nsmap=prefixes)


def document(root: Element) -> bytes:
    """The whole file of a root element."""
    etree.indent(root)
    return DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False) + b"\n"
