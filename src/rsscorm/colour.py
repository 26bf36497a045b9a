"""Colours as eyes see them: their contrast (WCAG 2.2) and their lightness (OKLCH).

A colour is text, `#rrggbb`. OKLCH (Ottosson, 2020) parts lightness from hue, so that a colour can
be made lighter or darker and stay the same colour to whoever looks at it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, hypot, sin
from typing import NamedTuple

STEPS = 250
"""In how many lightnesses a colour is looked for."""


class Oklch(NamedTuple):
    """A colour's lightness (0 black to 1 white), chroma (0 grey to about 0.3) and hue (radians)."""

    lightness: float
    chroma: float
    hue: float


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def clearest(ground: str, *texts: str) -> str:
    """Which of these colours reads best on a ground."""
    return max(texts, key=lambda text: contrast(text, ground))


def darkest(*colours: str) -> str:
    """The colour with the least light in it."""
    return min(colours, key=_luminance)


def nearest(colour: str, passes: Callable[[str], bool]) -> str | None:
    """The colour of the same hue, nearest in lightness, that passes; None where none does."""
    if passes(colour):
        return colour
    own = oklch(colour)
    lightnesses = sorted(
        (step / STEPS for step in range(STEPS + 1)), key=lambda each: abs(each - own.lightness)
    )
    for lightness in lightnesses:
        candidate = from_oklch(own._replace(lightness=lightness))
        if passes(candidate):
            return candidate
    return None


def oklch(colour: str) -> Oklch:
    """A colour in OKLCH."""
    red, green, blue = _linear(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, hypot(a, b), atan2(b, a))


def from_oklch(wanted: Oklch) -> str:
    """A colour that a screen can show: as colourful as wanted, or as that lightness allows."""
    least, most = 0.0, wanted.chroma
    parts = _screen(wanted)
    if _shows(parts):
        return _hex(parts)
    for _ in range(12):
        middle = (least + most) / 2
        parts = _screen(wanted._replace(chroma=middle))
        least, most = (middle, most) if _shows(parts) else (least, middle)
    return _hex(_screen(wanted._replace(chroma=least)))


def _luminance(colour: str) -> float:
    """The relative luminance (WCAG 2.2)."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> list[float]:
    """Red, green and blue as amounts of light, 0 to 1 (sRGB, IEC 61966-2-1)."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _screen(colour: Oklch) -> list[float]:
    """Red, green and blue as a screen is told them; outside 0 to 1 it can't show them."""
    a, b = colour.chroma * cos(colour.hue), colour.chroma * sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    light = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return [
        12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in light
    ]


def _shows(parts: list[float]) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in parts)


def _hex(parts: list[float]) -> str:
    return "#" + "".join(f"{round(255 * min(max(part, 0), 1)):02x}" for part in parts)
