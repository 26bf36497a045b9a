"""A theme as CSS, and where templates are found."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rsscorm.workspace import Theme, Tokens

HERE = Path(__file__).parent
PLAYER_CSS = HERE.parent / "player" / "built" / "player.css"


def stylesheet(theme: Theme) -> bytes:
    """The theme's tokens, the player's own rules, then each `theme.css`, the farthest first."""
    own = [folder / "theme.css" for folder in reversed(theme.folders)]
    parts = [tokens(theme.tokens), PLAYER_CSS.read_text(encoding="utf-8")]
    parts += [path.read_text(encoding="utf-8") for path in own if path.is_file()]
    return "\n".join(part.strip() for part in parts).encode() + b"\n"


def tokens(given: Tokens) -> str:
    """The custom properties that the stylesheet is written with."""
    values = given.model_dump(by_alias=True, exclude={"extends"})
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in values.items()) + "}"


@cache
def environment(folders: tuple[Path, ...]) -> Environment:
    """Templates of a theme's folders, then ours: compiled once in a process."""
    places = [folder / "templates" for folder in folders]
    places += [HERE / "templates", HERE.parent / "blocks"]
    return Environment(
        loader=FileSystemLoader(places),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=False,
    )
