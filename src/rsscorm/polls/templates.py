"""The templates of the service's pages and files, all read in the same way."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def templates(
    folder: Path, *, autoescape: bool = True, keep_trailing_newline: bool = True
) -> Environment:
    """Those of a folder: of HTML, unless `autoescape` is off."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=autoescape,  # noqa: S701 (off only for what is no HTML)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=keep_trailing_newline,
    )
