"""The templates of a page: a theme's own, then ours."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import jinja2

from rsscorm.problems import Problem

HERE = Path(__file__).parent


class TemplateError(Exception):
    """A template of a theme that can't be used: its file, the line, and why."""

    def __init__(self, file: Path, line: int, why: str) -> None:
        self.file, self.line, self.why = file, line, why
        super().__init__(f"{file.name}:{line}: {why}")

    def problem(self, workspace: Path) -> Problem:
        """As it is told to whoever writes the theme."""
        file = self.file.relative_to(workspace).as_posix()
        hint = "Templates are Jinja's; those in rsscorm's `render/templates` show what there is."
        return Problem(file, self.line, 0, "theme-template", self.why, hint)


def environment(folders: Sequence[Path]) -> jinja2.Environment:
    """Templates of a theme's folders, then ours: compiled once for as long as none is changed."""
    return _environment(tuple(folders), tuple(_own(folders)))


def _own(folders: Sequence[Path]) -> Iterator[tuple[Path, int]]:
    """The templates that these folders bring, each with the moment of its last change."""
    for folder in folders:
        for path in sorted((folder / "templates").rglob("*.html")):
            yield path, path.stat().st_mtime_ns


@lru_cache(maxsize=8)
def _environment(
    folders: tuple[Path, ...], own: tuple[tuple[Path, int], ...]
) -> jinja2.Environment:
    places = [folder / "templates" for folder in folders]
    places += [HERE / "templates", HERE.parent / "blocks"]
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(places),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=False,
    )


@contextmanager
def blamed(folders: Sequence[Path]) -> Iterator[None]:
    """Raises `TemplateError` for what goes wrong in a theme's own template; ours are our affair."""
    try:
        yield
    except jinja2.TemplateError as error:
        own = {str(path) for path, _ in _own(folders)}
        file, line = next((each for each in _places(error) if each[0] in own), ("", 0))
        if not file:
            raise
        raise TemplateError(Path(file), line, _why(error)) from error


def _places(error: jinja2.TemplateError) -> Iterator[tuple[str, int]]:
    """Where it happened, the innermost first: files with their lines."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        yield str(error.filename), error.lineno
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        yield frame.filename, frame.lineno or 0


def _why(error: jinja2.TemplateError) -> str:
    """In Jinja's words, as the beginning of a sentence without its end."""
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template `{error.name}`"
    return str(error.message or "it can't be used").rstrip(".")
