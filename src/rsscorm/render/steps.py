"""Steps as HTML, each rendered anew only where something of what it shows has changed.

A live preview renders a module each time that it is saved: of forty steps, one is new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from jinja2 import Template
from markupsafe import Markup

from rsscorm.module import Module, Step
from rsscorm.render.html import safe
from rsscorm.render.page import Asked, Page


class Neighbour(NamedTuple):
    """A step as the one beside it names it."""

    id: str
    title: str


@dataclass(frozen=True)
class Place:
    """Where a step stands, with the names that Jinja's loops have for it."""

    index: int
    length: int
    previtem: Neighbour | None
    nextitem: Neighbour | None

    @property
    def first(self) -> bool:
        """Whether no step comes before it."""
        return self.previtem is None

    @property
    def last(self) -> bool:
        """Whether no step comes after it."""
        return self.nextitem is None


@dataclass(frozen=True)
class Rendered:
    """A step's HTML, what it was made of, and all that it asked of the page."""

    html: Markup
    made_of: tuple[Any, ...]
    asked: tuple[Asked, ...]

    def holds(self, page: Page, made_of: tuple[Any, ...]) -> bool:
        """Whether it would be the same now; then its files join the page's."""
        return self.made_of == made_of and all(
            method(page, *words) == told for method, words, told in self.asked
        )


class Steps:
    """The steps of a module and a deployment as they were rendered last, by their ids.

    Only for templates of ours: what a theme's own ones look at is not known.
    """

    def __init__(self) -> None:
        self._rendered: dict[str, Rendered] = {}

    def render(self, page: Page, template: Template, values: dict[str, Any]) -> list[Markup]:
        """The HTML of each step; `values` is what every template may ask for."""
        module = page.module
        about = (module.language, module.polls, page.deployment)
        before, self._rendered = self._rendered, {}
        for step, place in _places(module):
            made_of = (step, place, *about)
            found = before.get(step.id)
            if not found or not found.holds(page, made_of):
                page.asked = []
                html = template.render(values, step=step, place=place)
                found = Rendered(safe(html), made_of, tuple(page.asked))
            self._rendered[step.id] = found
        return [rendered.html for rendered in self._rendered.values()]


def _places(module: Module) -> Iterator[tuple[Step, Place]]:
    steps = module.steps
    names = [None, *(Neighbour(step.id, step.title) for step in steps), None]
    for index, step in enumerate(steps, 1):
        yield step, Place(index, len(steps), names[index - 1], names[index + 1])
