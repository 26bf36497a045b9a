"""A theme as CSS, with its fonts."""

from __future__ import annotations

from pathlib import Path

from rsscorm.colour import clearest, darkest
from rsscorm.render.names import free_name
from rsscorm.workspace import FILLED, Theme, Typeface

HERE = Path(__file__).parent
PLAYER_CSS = HERE.parent / "player" / "built" / "player.css"


def stylesheet(theme: Theme) -> bytes:
    """The theme's tokens, the player's own rules, then each `theme.css`, the farthest first."""
    own = [folder / "theme.css" for folder in reversed(theme.folders)]
    names = _font_names(theme)
    faces = [_face(font, names[font.file]) for font in theme.typefaces]
    parts = [*faces, tokens(theme), PLAYER_CSS.read_text(encoding="utf-8")]
    parts += [path.read_text(encoding="utf-8") for path in own if path.is_file()]
    return "\n".join(part.strip() for part in parts).encode() + b"\n"


def font_files(theme: Theme) -> dict[str, Path]:
    """The theme's fonts, and their licences, by their names in the package."""
    return {name: path for path, name in _font_names(theme).items()}


def _font_names(theme: Theme) -> dict[Path, str]:
    """By file, a name that no LMS, style or address breaks at, and that no other file has."""
    found: dict[Path, str] = {}
    for path in (path for font in theme.typefaces for path in (font.file, font.licence) if path):
        if path not in found:
            found[path] = free_name("fonts", path, found.values())
    return found


def tokens(theme: Theme) -> str:
    """The custom properties that the stylesheet is written with; paper is always light."""
    given = theme.tokens
    plain = {"font": given.font, "title-font": given.title_font, "radius": given.radius}
    # What was drawn for white stays on it.
    plain["plate"] = theme.light["surface"]
    light, dark = _properties({**plain, **_scheme(theme.light)}), _properties(_scheme(theme.dark))
    dark = f"color-scheme:dark;{dark}"
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )


def _scheme(colours: dict[str, str]) -> dict[str, str]:
    """A scheme's colours, with those of text on filled grounds and of what lies in the shade."""
    two = colours["ink"], colours["surface"]
    on = {f"on-{ground}": clearest(colours[ground], *two) for ground in FILLED}
    return {**colours, **on, "shade": darkest(colours["ink"], colours["paper"])}


def _properties(values: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in values.items())


def _face(font: Typeface, name: str) -> str:
    """A font that is shown if it is there in time, and else not at all: no line ever moves."""
    return (
        f'@font-face{{font-family:"{font.family}";font-weight:{font.weight};'
        f'font-display:optional;src:url({name}) format("woff2")}}'
    )


def has_templates(theme: Theme) -> bool:
    """Whether a theme brings templates of its own."""
    return any((folder / "templates").is_dir() for folder in theme.folders)
