"""A theme's colours, light and dark: what `dark` has where nobody wrote it, and what can be read.

The rule for the dark: a colour keeps its hue and goes to the lightness of its part (`LIGHTNESS`);
one that names another follows it there too. Then it moves on to the nearest lightness at which
each pair that it is in can be read. So whoever changes one colour has a dark one that works.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor
from typing import NamedTuple

from rsscorm.colour import clearest, contrast, from_oklch, nearest, oklch
from rsscorm.problems import Problem
from rsscorm.source.yaml import Document, Path
from rsscorm.workspace import COLOURS, FILLED, Tokens

TEXT, SIGN = 4.5, 3.0
"""The least contrast of text, and of what is no text but must be seen (WCAG 2.2, 1.4.3, 1.4.11)."""

GROUNDS = ("paper", "surface", "learn", "reflect", "connect")


class Pair(NamedTuple):
    """A colour that stands on another, and the contrast that it needs."""

    upper: str
    ground: str
    least: float


PAIRS = (
    *(Pair(text, ground, TEXT) for text in ("ink", "muted", "action") for ground in GROUNDS),
    *(Pair(verdict, "surface", TEXT) for verdict in ("right", "wrong")),
    *(Pair("surface", ground, TEXT) for ground in ("ink", "action", "right", "wrong")),
    *(Pair("button", ground, SIGN) for ground in ("paper", "surface")),
    Pair("wrong", "reflect", SIGN),
    *(Pair(mark, "frame", SIGN) for mark in ("accent", "focus")),
)
"""What stands on what in the stylesheet, but for the text on filled grounds."""

LIGHTNESS = {
    "paper": 0.2, "surface": 0.25, "learn": 0.31, "reflect": 0.31, "connect": 0.31, "frame": 0.29,
    "line": 0.43, "ink": 0.94, "muted": 0.77, "action": 0.8, "right": 0.8, "wrong": 0.78,
    "button": 0.8,
}  # fmt: skip
"""How light a colour is in the dark (OKLCH); `accent` and `focus` stay as light as they are."""

CALM = 0.02
"""The chroma that the large grounds may have there: more would glow."""


def pairs(palette: dict[str, str]) -> Iterator[Pair]:
    """What stands on what in a theme, as far as its colours are known."""
    yield from (pair for pair in PAIRS if {pair.upper, pair.ground} <= palette.keys())
    if {"ink", "surface"} <= palette.keys():
        for ground in filter(palette.__contains__, FILLED):
            yield Pair(on(palette, ground), ground, TEXT)


def on(palette: dict[str, str], ground: str) -> str:
    """The name of the colour in which text stands on a filled ground."""
    best = clearest(palette[ground], palette["ink"], palette["surface"])
    return "ink" if best == palette["ink"] else "surface"


def light(tokens: Tokens) -> dict[str, str]:
    """Each colour of a theme in the light, as `#rrggbb`."""
    shades = _shades(tokens)
    return {name: shades[bearer(shades, name)] for name in COLOURS}


def dark(tokens: Tokens) -> dict[str, str]:
    """Each colour of a theme in the dark, as `#rrggbb`."""
    bright, shades = light(tokens), _dark_shades(tokens)
    found = {name: shade for name, shade in shades.items() if shade[0] == "#"}
    for name in (*LIGHTNESS, "accent", "focus"):
        if name not in shades:
            shades[name] = found[name] = _turned(name, bright[name], found)
    return {name: shades[bearer(shades, name)] for name in COLOURS}


def bearer(shades: dict[str, str], name: str) -> str:
    """The name of the colour that a colour follows in the end: most follow none.

    Raises `ValueError` where they follow each other round.
    """
    found = name
    for _ in COLOURS:
        if shades[found][0] == "#":
            return found
        found = shades[found]
    raise ValueError(name)


def _shades(tokens: Tokens) -> dict[str, str]:
    """What stands in a theme for each colour: figures, or the name of another."""
    return {name: getattr(tokens, name) for name in COLOURS}


def _dark_shades(tokens: Tokens) -> dict[str, str]:
    """What is known of the dark before any is found: what was written, and who follows whom.

    But the frame, which is a large ground, never follows what is there to be read.
    """
    follow = {name: shade for name, shade in _shades(tokens).items() if shade in COLOURS}
    follow.pop("frame", None)
    return {**follow, **tokens.dark}


def _turned(name: str, bright: str, found: dict[str, str]) -> str:
    """A colour for the dark, which goes with those that are found already."""
    own = oklch(bright)
    chroma = min(own.chroma, CALM) if name in ("paper", "surface") else own.chroma
    lightness = LIGHTNESS.get(name, own.lightness)
    start = from_oklch(own._replace(lightness=lightness, chroma=chroma))
    return nearest(start, lambda colour: _goes(name, {**found, name: colour})) or start


def _goes(name: str, palette: dict[str, str]) -> bool:
    """Whether a colour can be told from all that it stands on, and that stands on it."""
    return all(
        contrast(palette[pair.upper], palette[pair.ground]) >= pair.least
        for pair in pairs(palette)
        if name in pair[:2]
    )


class Palette(NamedTuple):
    """A scheme's colours, and what stood for them before names became figures."""

    scheme: str
    colours: dict[str, str]
    shades: dict[str, str]

    def contrast(self, pair: Pair) -> float:
        """The contrast that a pair has."""
        return contrast(self.colours[pair.upper], self.colours[pair.ground])

    def part(self, pair: Pair) -> float:
        """The part that a pair has of the contrast that it needs."""
        return self.contrast(pair) / pair.least


def problems(
    tokens: Tokens, light: dict[str, str], dark: dict[str, str], documents: list[Document]
) -> list[Problem]:
    """What can't be read in a theme, told where the nearest of its files wrote a colour of it.

    Of each colour, only the pair that falls shortest: what mends that mends the others.
    """
    schemes = (
        Palette("light", light, _shades(tokens)),
        Palette("dark", dark, {**dark, **_dark_shades(tokens)}),
    )
    found: dict[tuple[str, int], Problem] = {}
    for scheme in schemes:
        for pair in sorted(pairs(scheme.colours), key=scheme.part):
            if scheme.part(pair) < 1:
                problem = _problem(scheme, pair, documents)
                found.setdefault((problem.file, problem.line), problem)
    return list(found.values())


def writer(documents: list[Document], name: str, scheme: str) -> tuple[int, Path]:
    """Which of a theme's files (the nearest is 0) decides a colour, and by which key."""
    for number, document in enumerate(documents):
        below = document.data.get("dark")
        if scheme == "dark" and isinstance(below, dict) and name in below:
            return number, ("dark", name)
        if name in document.data:
            return number, (name,)
    return len(documents) - 1, ()


def _problem(palette: Palette, pair: Pair, documents: list[Document]) -> Problem:
    """A pair without contrast; of its two colours, that is told of which was written last."""
    two = pair[:2] if pair.ground not in FILLED else (pair.ground, pair.upper)
    named = [name for each in two for name in (each, bearer(palette.shades, each))]
    blamed = min(named, key=lambda name: writer(documents, name, palette.scheme)[0])
    number, path = writer(documents, blamed, palette.scheme)
    ratio = floor(10 * palette.contrast(pair)) / 10
    where = "in the dark, " if palette.scheme == "dark" else ""
    needs = "text needs 4.5" if pair.least == TEXT else "what isn't text needs 3"
    return documents[number].about_value(
        path, "contrast",
        f"{where}`{pair.upper}` on `{pair.ground}` has {ratio:.1f} to 1; {needs} to 1",
        _way_out(palette, blamed, is_written=palette.scheme == "light" or path[:1] == ("dark",)),
    )  # fmt: skip


def _way_out(palette: Palette, name: str, is_written: bool) -> str:
    """The nearest colour that would do, and where it goes."""
    colours = palette.colours
    found = nearest(colours[name], lambda colour: _goes(name, {**colours, name: colour}))
    if found is None:
        return "Choose two colours of which one is much lighter than the other."
    return f'`"{found}"` would do for `{name}`{"" if is_written else ", below `dark:`"}.'
