"""What text stands on what ground, judged from the colours of a page's elements.

A colour of ours may have two names. In the themes that are written here each has one, so that a
page tells which pairs it shows, and the table that `check` reads can be seen to hold them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page
from samples import pages
from screens import WEAR, both_themes

from rsscorm.render import Files
from rsscorm.source import palette, read_theme, read_workspace
from rsscorm.workspace import FILLED, Theme

LOOK = """() => {
  const found = new Map();
  const at = (element, text) => {
    const style = getComputedStyle(element);
    let ground = element;
    while (getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)")
      ground = ground.parentElement;
    const pair = style.color + "|" + getComputedStyle(ground).backgroundColor;
    found.set(pair, `${element.className || element.tagName}: ${text}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), parent = walker.currentNode.parentElement;
    if (text && parent.checkVisibility() && !parent.closest(".unseen, .skip-link, script"))
      at(parent, text);
  }
  for (const field of document.querySelectorAll("textarea, select, input[type=text]"))
    if (field.checkVisibility()) at(field, field.name);
  return [...found];
}"""
"""The colour and the ground of each text that is to be seen, with where one of them is."""


def write_theme(workspace: Path, text: str, name: str = "northfield") -> Path:
    """A theme of the workspace; returns its folder."""
    folder = workspace / "themes" / name
    folder.mkdir(parents=True)
    (folder / "theme.yaml").write_text(text, encoding="utf-8")
    return folder


def distinct(workspace: Path, name: str) -> str:
    """Write a theme that looks like ours but in which no two colours are the same; its name."""
    theme = read_theme(read_workspace(workspace), name)
    lines = [f"extends: {name}", *_unlike(theme.light), "dark:"]
    lines += [f"  {line}" for line in _unlike(theme.dark)]
    write_theme(workspace, "\n".join(lines), f"unlike-{name}")
    return f"unlike-{name}"


def _unlike(colours: dict[str, str]) -> Iterator[str]:
    taken: set[str] = set()
    for name, colour in colours.items():
        figures = int(colour[1:], 16)
        step = 1 if figures % 256 < 128 else -1
        while f"#{figures:06x}" in taken:
            figures += step
        taken.add(f"#{figures:06x}")
        yield f'{name}: "#{figures:06x}"'


def pairs_on(page: Page, theme: Theme) -> dict[tuple[str, str], str]:
    """The pairs of text and ground on the page by the names of their colours, in both schemes."""
    found: dict[tuple[str, str], str] = {}
    page.mouse.move(0, 0)
    for scheme, colours in (("dark", theme.dark), ("light", theme.light)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        names = {colour: name for name, colour in colours.items()}
        for pair, where in page.evaluate(LOOK):
            text, ground = (names.get(hex_of(each), each) for each in pair.split("|"))
            found[text, ground] = f"{scheme}: {where}"
    return found


def hex_of(colour: str) -> str:
    """A colour as a browser tells it, as authors write it."""
    figures = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    return "#" + "".join(f"{int(each):02x}" for each in figures.groups()) if figures else colour


TABLE = {(pair.upper, pair.ground) for pair in palette.PAIRS if pair.least == palette.TEXT}
TABLE |= {(text, ground) for ground in FILLED for text in ("ink", "surface")}
"""The pairs of text and ground whose contrast is checked."""


def unlike(workspace: Path) -> dict[str, Theme]:
    """Themes that look like ours, in which each colour tells its name, by their style sheets."""
    names = [distinct(workspace, name) for name in ("clear", "nhs")]
    return {f"{name}.css": read_theme(read_workspace(workspace), name) for name in names}


def in_unlike(folder: Path) -> Files:
    """The sample module's files in both themes, with the styles of `unlike` beside them."""
    styles = {
        f"{name}.css": pages(folder, theme=name)["player.css"]
        for name in ("unlike-clear", "unlike-nhs")
    }
    return {**both_themes(folder), **styles}


def strangers(page: Page, themes: dict[str, Theme]) -> list[str]:
    """The texts on what the table hasn't, in any theme, light and dark."""
    found = []
    for style, theme in themes.items():
        page.evaluate(WEAR, style)
        found += [
            f"{text} on {ground} in {theme.name}, {where}"
            for (text, ground), where in pairs_on(page, theme).items()
            if (text, ground) not in TABLE
        ]
    return found
