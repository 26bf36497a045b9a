"""A paper as a page that needs nothing else, and as plain text."""

from __future__ import annotations

import re
import textwrap
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rsscorm.papers.sheet import Row, Section, Sheet
from rsscorm.workspace import Theme, Typeface

HERE = Path(__file__).parent
WIDTH, MARGIN = 78, 24
"""Columns of plain text, and of the names in it."""

COLOURS = ("paper", "surface", "ink", "muted", "line", "action", "accent", "learn", "connect")


def html(sheet: Sheet, theme: Theme) -> bytes:
    """The paper in a theme's colours, with the typeface of its titles inside.

    Its policy lets nothing be fetched, and no style or script in but this style.
    """
    style = _style(theme)
    page = _templates().get_template("page.html").render(
        sheet=sheet, style=Markup(style), policy=_policy(style),  # noqa: S704 (written here)
    )  # fmt: skip
    return page.encode() + b"\n"


def text(sheet: Sheet) -> bytes:
    """The paper for mail and ticket systems: 78 columns, every word of the page."""
    kind = f"{sheet.kind}, {sheet.owner}" if sheet.owner else sheet.kind
    lines = [kind, "", sheet.title, "=" * min(len(sheet.title), WIDTH), ""]
    lines += [*textwrap.wrap(sheet.lead, WIDTH), ""]
    lines += [line for name, said in sheet.facts for line in _named(name, said)]
    for section in sheet.sections:
        lines += ["", section.title, "-" * len(section.title), *_section(section)]
    return "\n".join(lines).encode() + b"\n"


def _section(section: Section) -> Iterator[str]:
    yield from textwrap.wrap(section.lead, WIDTH)
    for row in section.rows:
        yield from _row(row)


def _row(row: Row) -> Iterator[str]:
    said = [*row.said, *([row.code] if row.code else [])]
    said += [f"[To be filled in: {row.open}]"] if row.open else []
    for number, each in enumerate(said):
        yield from _named("" if number else row.name, each)


@cache
def _named(name: str, said: str) -> tuple[str, ...]:
    """A name and what is said of it; most rows are alike in all papers of a build."""
    label = f"{name}:" if name else ""
    first = label.ljust(MARGIN) if len(label) < MARGIN else f"{label} "
    lines = textwrap.wrap(said, WIDTH, initial_indent=first, subsequent_indent=" " * MARGIN,
                          break_long_words=False, break_on_hyphens=False)  # fmt: skip
    return tuple(lines)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip


@cache
def _rules() -> str:
    """The style without its indents and comments."""
    css = re.sub(r"/\*.*?\*/", "", (HERE / "page.css").read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", css).strip()


def _style(theme: Theme) -> str:
    """The theme's light colours and fonts, then our rules: paper is always light."""
    own = {name: theme.light[name] for name in COLOURS}
    given = theme.tokens
    values = {**own, "font": given.font, "title-font": given.title_font, "radius": given.radius}
    properties = ";".join(f"--{name}:{value}" for name, value in values.items())
    faces = [_face(font) for font in theme.typefaces if font.family in given.title_font]
    return "\n".join([*faces, f":root{{{properties}}}", _rules()]) + "\n"


def _face(font: Typeface) -> str:
    data = _packed(font.file, font.file.stat().st_mtime_ns)
    return (
        f'@font-face{{font-family:"{font.family}";font-weight:{font.weight};'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )


@cache
def _packed(file: Path, changed: int) -> str:
    """A file as text, read once as long as it has not changed."""
    return b64encode(file.read_bytes()).decode()


def _policy(style: str) -> str:
    digest = b64encode(sha256(f"\n{style}".encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'"
