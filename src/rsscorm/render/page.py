"""What templates may ask for: the module's words as HTML, and its files under package names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, wraps
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit

from markupsafe import Markup, escape

from rsscorm.blocks import Block
from rsscorm.blocks.base import Option
from rsscorm.blocks.choice import Choice, Choices
from rsscorm.blocks.fields import Markdown
from rsscorm.blocks.poll import Poll
from rsscorm.interaction import Component
from rsscorm.module import BLOCK_CODE, Module, Snapshot, Step, code
from rsscorm.render import html
from rsscorm.render.figures import Figures, figures
from rsscorm.render.names import free_name
from rsscorm.render.pictures import Rendition, renditions
from rsscorm.workspace import Deployment

SIZES = "(min-width: 50em) 44em, 100vw"
"""How wide a picture is shown: the reading column, or a small screen."""

MEDIA_TYPES = {".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm"}

Files = dict[str, "bytes | Path"]

Named = TypeVar("Named", Option, Component)
P = ParamSpec("P")
R = TypeVar("R")


class Asked(NamedTuple):
    """What a template asked of a page, and was told."""

    method: Callable[..., Any]
    words: tuple[Any, ...]
    told: Any


def beyond_the_step(method: Callable[P, R]) -> Callable[P, R]:
    """A method of a page whose answer hangs on more than the step that asks.

    It is noted, so that of a step that was rendered before it can be said whether it still holds.
    """

    @wraps(method)
    def noting(*words: P.args, **_: P.kwargs) -> R:
        told = method(*words, **_)
        page, *rest = words
        if isinstance(page, Page):
            page.asked.append(Asked(method, tuple(rest), told))
        return told

    return noting


@cache
def words(language: str) -> dict[str, Any]:
    """The words shown to a learner in a language; `script` holds those that the script shows."""
    path = Path(__file__).parent / "words" / f"{language.split('-')[0]}.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    both = found.pop("both")
    return {**found, **both, "script": {**both, **found["script"]}}


def fill(text: str, **values: object) -> str:
    """Words with their `{name}` places filled."""
    return re.sub(r"\{([a-z]+)\}", lambda found: str(values[found[1]]), text)


@dataclass
class Page:
    """A module on its way to HTML; `media` collects the files that the page uses."""

    module: Module
    folder: Path
    deployment: Deployment
    cache: Path
    snapshot: Snapshot | None = None
    theme_logo: Path | None = None

    def __post_init__(self) -> None:
        self.media: Files = {}
        self.asked: list[Asked] = []
        self._names: dict[Path, str] = {}
        self._words = words(self.module.language)
        self.words = SimpleNamespace(**self._words)

    @property
    def script_words(self) -> dict[str, str]:
        """The words that the script shows."""
        found: dict[str, str] = self._words["script"]
        return found

    def prose(self, passage: Markdown | str, level: int = 3) -> Markup:
        """A passage of Markdown; its topmost headings become `level`."""
        text = passage if isinstance(passage, str) else passage.text
        writer = html.Markdown(text, level, self.link, self.image, self.words.new_window)
        return writer.html()

    def inline(self, text: str) -> Markup:
        """A little Markdown, to stand in a line."""
        return html.inline(text, self.link, self.image, self.words.new_window)

    def link(self, path: str) -> str:
        """The package name of a file that Markdown links to."""
        return self.file(unquote(path))

    @beyond_the_step
    def file(self, path: str) -> str:
        """The package name of a file of the module; the file joins the package."""
        return self._keep(self.folder / path, Path(path))

    def image(self, path: str) -> Markup:
        """The attributes of a picture but its text alternative; its renditions join the package."""
        return self._attributes(self.folder / unquote(path))

    def logo(self) -> Markup | None:
        """The attributes of the deployment's logo, a file of the workspace, or of the theme's."""
        if self.deployment.logo:
            return self._attributes(self.folder.parent.parent / self.deployment.logo)
        return self._attributes(self.theme_logo) if self.theme_logo else None

    def film_code(self, name: str) -> str:
        """Under which the player keeps what was seen of a film or recording."""
        return code(name, BLOCK_CODE)

    def media_type(self, path: str) -> str:
        """The MIME type of a film."""
        return MEDIA_TYPES[Path(path).suffix.lower()]

    @beyond_the_step
    def size(self, path: str) -> str:
        """The kind and size of a file to keep: PDF, 120 kB."""
        file = self.folder / path
        kilobytes = max(1, round(file.stat().st_size / 1000))
        size = f"{kilobytes} kB" if kilobytes < 1000 else f"{kilobytes / 1000:.1f} MB"
        return f"({file.suffix[1:].upper()}, {size})"

    @beyond_the_step
    def question(self, id: str) -> str:
        """What the block of this id asks."""
        block = self._block(id)
        found = getattr(block, block.kind)
        return found if isinstance(found, str) else str(found.text)

    @beyond_the_step
    def may_skip(self, id: str) -> bool:
        """Whether the block of this id may be skipped."""
        return self._block(id).may_skip

    @property
    def service_host(self) -> str | None:
        """Where answers to polls go, as people name it; None where they go nowhere."""
        return urlsplit(self.deployment.poll_service or "").hostname

    @beyond_the_step
    def vote_on(self, choice: str) -> Poll | None:
        """The poll of which a choice is the first vote; None where it is none."""
        return next((poll for poll in self._polls if poll.first == choice), None)

    @beyond_the_step
    def asked_again(self, perspectives: str) -> list[Poll]:
        """The polls that are asked again below these perspectives."""
        return [poll for poll in self._polls if poll.again_after == perspectives]

    @beyond_the_step
    def shows_figures(self, poll: Poll, again: bool) -> bool:
        """Whether colleagues' answers belong below this asking of a poll."""
        return again == (self._compares_late and poll.again_after is not None)

    @beyond_the_step
    def shows_more(self, poll: Poll, again: bool = False) -> bool:
        """Whether they belong below another asking of it as well, where they change between.

        Below the first vote show others' first votes; a pilot has only one set of figures.
        """
        is_live = self.deployment.poll_service or (self.snapshot and poll.id in self.snapshot.polls)
        return bool(is_live) and (again or not self._compares_late)

    @property
    def _compares_late(self) -> bool:
        return self.module.polls.compare == "after-second-vote"

    def shuffled(self, things: Sequence[Named], seed: str) -> list[Named]:
        """Things in another order than they are written in, alike in every build."""
        order = sorted(things, key=lambda it: sha256(f"{seed}/{it.id}".encode()).digest())
        return order[1:] + order[:1] if order == list(things) else order

    def right_answers(self, block: Choice | Choices) -> tuple[str, ...]:
        """The ids of a question's right options."""
        interaction = block.interaction()
        return interaction.correct or ()

    def has_feedback(self, block: Choice | Choices) -> bool:
        """Whether anything is said after an answer."""
        return bool(block.feedback) or any(option.feedback for option in block.options)

    def pilot(self, poll: Poll) -> Figures:
        """A pilot's figures as they are shown."""
        return figures(poll)

    def day(self, text: str) -> str:
        """A date as people write it: 1 May 2026."""
        day = date.fromisoformat(text)
        return f"{day.day} {self.words.months[day.month - 1]} {day.year}"

    @beyond_the_step
    def is_optional(self, step: Step) -> bool:
        """Whether the module's rule of completion goes without this step."""
        return not step.required and self.module.complete.when != "all-steps"

    @cached_property
    def _polls(self) -> list[Poll]:
        return [block for block in self.module.blocks() if isinstance(block, Poll)]

    def _block(self, id: str) -> Block:
        return next(block for block in self.module.blocks() if block.id == id)

    @beyond_the_step
    def _attributes(self, picture: Path) -> Markup:
        forms = renditions(picture, self.cache)
        names = [
            (form, self._keep(form.file, self._rendition_name(picture, form))) for form in forms
        ]
        largest, source = names[-1][0], names[len(names) // 2][1]
        parts = [f'src="{escape(source)}" width="{largest.width}" height="{largest.height}"']
        if len(names) > 1:
            each = ", ".join(f"{name} {form.width}w" for form, name in names)
            parts.append(f'srcset="{escape(each)}" sizes="{SIZES}"')
        return html.safe(" ".join(parts))

    def _rendition_name(self, picture: Path, form: Rendition) -> Path:
        if form.file.suffix == ".svg":
            return Path(picture.name)
        return Path(f"{picture.stem}-{form.width}{form.file.suffix}")

    def _keep(self, file: Path, wish: Path) -> str:
        """Give a file a name that every LMS keeps, and that no other file of the package has."""
        if file not in self._names:
            self._names[file] = free_name("media", wish, self.media)
            self.media[self._names[file]] = file
        return self._names[file]
