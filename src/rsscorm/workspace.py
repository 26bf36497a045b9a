"""A workspace: the folder with `rsscorm.yaml`, `modules/`, `themes/` and `dist/`.

Only data and places; `source` reads the files.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from rsscorm.blocks.fields import Authored, Id, ImageFile, Plain, Word
from rsscorm.module import Module

NAMESPACE = uuid.UUID("6f1c0a52-6b0e-5d7e-9d3b-5f2f6c1e9a40")
"""Under which module ids become UUIDs where a workspace has no `iri`. Never changes."""

ADDRESS = re.compile(
    r"https://[^\s/?#@:;,*'\"<>\\^`{|}\[\]]+(:[0-9]{1,5})?([/?#][^\s\"<>\\^`{|}]*)?"
)
"""Of anything on the web, as it may stand in a page or be the beginning of an IRI (RFC 3987)."""

SERVICE = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
"""Of a poll service: nothing that means more than an address in a page's content policy."""


def _address(value: str) -> str:
    return _https(value, ADDRESS)


def _https(value: str, form: re.Pattern[str]) -> str:
    if not value.startswith("https://"):
        raise PydanticCustomError("not-https", "an address that begins with https:// belongs here")
    if not form.fullmatch(value):
        raise PydanticCustomError("not-https", "this isn't a plain address")
    return value


def _polls(value: str) -> str:
    if value == "none":
        return value
    if not SERVICE.fullmatch(value):
        hint = "Write the whole address, such as `https://polls.example.org`, or `none` to send "
        raise PydanticCustomError(
            "not-https", "the address of a poll service, or `none`, belongs here",
            {"hint": f"{hint}nothing."},
        )  # fmt: skip
    return value.rstrip("/")


def _email(value: str) -> str:
    if not re.fullmatch(r"[^\s@<>:,;\"]+@[^\s@<>:,;\"]+\.[^\s@<>:,;\"]+", value):
        raise PydanticCustomError(
            "not-an-email", "an e-mail address belongs here",
            {"hint": "Such as `contact: ward.security@example.org`."},
        )  # fmt: skip
    return value


def _pattern(pattern: str, code: str, expected: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError(code, "{expected}", {"expected": expected})
        return value

    return AfterValidator(check)


def _colour_name(value: str) -> str:
    if value not in COLOURS:
        close = get_close_matches(value, COLOURS, 1)
        hint = f"Did you mean `{close[0]}`?" if close else "It has the colours of `theme.yaml`."
        raise PydanticCustomError(
            "unknown-key", "`{key}` isn't a key of `dark`", {"key": value, "hint": hint}
        )
    return value


Address = Annotated[Word, AfterValidator(_address)]
FONT = r"""( *'[A-Za-z0-9 -]+' *| *"[A-Za-z0-9 -]+" *| *[A-Za-z][A-Za-z0-9 -]*)"""
COLOURS = (
    "paper", "surface", "ink", "muted", "line", "action", "button", "frame", "accent", "focus",
    "right", "wrong", "learn", "reflect", "connect",
)  # fmt: skip
"""The colours of a theme, by name."""

FILLED = ("button", "frame", "accent", "focus")
"""Grounds on which text is `ink` or `surface`, whichever reads better: `--on-button` and so on."""

COLOUR = rf"#[0-9A-Fa-f]{{6}}|{'|'.join(COLOURS)}"
Shade = Annotated[Word, _pattern(COLOUR, "not-a-colour", "a colour of six figures belongs here")]
ColourName = Annotated[Word, AfterValidator(_colour_name)]
Family = Annotated[
    Word, _pattern(r"[A-Za-z0-9 -]+", "not-a-font", "the name of a font belongs here")
]
Weight = Annotated[
    Word, _pattern(r"[1-9]00( [1-9]00)?", "not-a-weight", "a font's weight belongs here")
]
Fonts = Annotated[Word, _pattern(rf"{FONT}(,{FONT})*", "not-a-font", "names of fonts belong here")]
Pixels = Annotated[
    Word, _pattern(r"[0-9]{1,2}px", "not-pixels", "a length in whole pixels belongs here")
]


class Deployment(Authored):
    """What differs between the organisations that a module is built for."""

    name: Plain | None = None
    """The organisation, as its learners know it."""
    theme: Id = "clear"
    """The name of a theme: a folder in `themes/`, or `clear` or `nhs`."""
    logo: ImageFile | None = None
    """A picture in the workspace; its file's name is its text alternative."""
    polls: Annotated[Word, AfterValidator(_polls)] = "none"
    """The https address of a poll service, or `none`: polls are asked and nothing is sent."""
    cohort: Id | None = None
    """The name of these learners in the poll service."""
    privacy: Address | None = None
    """The https address of the privacy notice."""
    contact: Annotated[Plain, AfterValidator(_email)] | None = None
    """An e-mail address for questions."""
    values: dict[Id, Plain] = Field(default={})
    """What `{name}` stands for in texts; goes before the workspace's values."""

    @property
    def poll_service(self) -> str | None:
        """The address of the poll service, without a slash at its end; None where there is none."""
        return None if self.polls == "none" else self.polls


class Settings(Authored):
    """The whole of `rsscorm.yaml`."""

    iri: Address | None = None
    """The permanent https address below which all activities are named in a record store."""
    values: dict[Id, Plain] = Field(default={})
    """What `{name}` stands for in texts."""
    deployments: dict[Id, Deployment] = Field(default={"default": Deployment()}, min_length=1)
    """For whom it is built; `default` is built into `dist/`."""


class Font(Authored):
    """A typeface that travels in the package: a WOFF2 file in the theme's folder.

    `weight` is one weight or, of a variable font, the first and the last. The text of its
    `licence` is packed beside it.
    """

    family: Family
    """Its name, as `font` or `title-font` has it."""
    file: Word
    """A WOFF2 file beside `theme.yaml`."""
    weight: Weight = "400"
    """Such as `600`, or `400 700` for all between."""
    licence: Word | None = None
    """A text file that is packed beside it."""


class Tokens(Authored):
    """What a theme decides, as `theme.yaml` holds it; the stylesheet uses nothing else.

    A theme that `extends` another leaves out what it does not change: `source` fills it in
    before this is read, and says what `dark` has where nobody wrote it. A colour may be the name
    of another, which it then follows. What each is for stands at the top of `frame.css`.
    """

    extends: Id | None = None
    """The theme whose values hold where this one says nothing."""
    paper: Shade
    """Behind everything."""
    surface: Shade
    """Of cards and questions, and of words on dark grounds."""
    ink: Shade
    """Words."""
    muted: Shade
    """Words that matter less."""
    line: Shade
    """Lines that only divide."""
    action: Shade
    """Links and what can be done."""
    button: Shade = "action"
    """The ground of buttons."""
    frame: Shade = "ink"
    """The ground of the bar at the top."""
    accent: Shade
    """One warm mark."""
    focus: Shade = "accent"
    """The ring round what the keyboard is at."""
    right: Shade
    """A right answer."""
    wrong: Shade
    """An answer that isn't right."""
    learn: Shade
    """Behind the titles of `learn` steps."""
    reflect: Shade
    """Behind the titles of `reflect` steps."""
    connect: Shade
    """Behind the titles of `connect` steps."""
    dark: dict[ColourName, Shade] = Field(default={})
    """Colours of the dark scheme, where you don't want those that are found."""
    font: Fonts
    """Names of fonts for words, the best first."""
    title_font: Fonts
    """Names of fonts for titles."""
    fonts: tuple[Font, ...] = ()
    """Fonts of your own, which travel with the package."""
    radius: Pixels
    """Of corners, such as `8px`."""
    logo: Word | None = None
    """A picture beside `theme.yaml`."""


@dataclass(frozen=True)
class Typeface:
    """A font of a theme with its files found."""

    family: str
    weight: str
    file: Path
    licence: Path | None


@dataclass(frozen=True)
class Theme:
    """A theme with what it inherits: its tokens, and the folders of itself and its ancestors.

    `light` and `dark` hold each colour as `#rrggbb`; `folders` stand nearest first, and each may
    hold a `theme.css` and a folder `templates`. `typefaces` are those that its tokens name.
    """

    name: str
    tokens: Tokens
    folders: tuple[Path, ...]
    light: dict[str, str]
    dark: dict[str, str]
    logo: Path | None = None
    typefaces: tuple[Typeface, ...] = ()


@dataclass(frozen=True)
class Workspace:
    """A workspace's folder and its settings."""

    folder: Path
    settings: Settings

    @property
    def modules(self) -> tuple[str, ...]:
        """The names of the module folders, sorted."""
        root = self.folder / "modules"
        found = root.glob("*/module.yaml") if root.is_dir() else ()
        return tuple(sorted(path.parent.name for path in found))

    def module_folder(self, name: str) -> Path:
        """Where a module's files are."""
        return self.folder / "modules" / name

    def values(self, deployment: Deployment) -> dict[str, str]:
        """What `{name}` stands for in a deployment: its own values over the workspace's."""
        return {**self.settings.values, **deployment.values}

    def dist(self, deployment: str) -> Path:
        """Where a deployment's packages go."""
        root = self.folder / "dist"
        return root if deployment == "default" else root / deployment

    @property
    def cache(self) -> Path:
        """What builds remember; may be deleted at any time."""
        return self.folder / ".rsscorm"


def release_id(settings: Settings, module: Module) -> str:
    """Under which name a poll service keeps the votes on a module's polls.

    All editions share it, so that their tallies go on; another round of polls has another.
    """
    known = f"release|{activity_id(settings, module.id)}|{module.polls.round or ''}"
    return f"{module.id}.{uuid.uuid5(NAMESPACE, known).hex[:8]}"


def activity_id(settings: Settings, module: str, part: str | None = None) -> str:
    """The permanent IRI of a module, or of a step or block in it (xAPI Data, activity `id`)."""
    path = module if part is None else f"{module}/{part}"
    if settings.iri:
        return settings.iri.rstrip("/") + "/" + path
    return uuid.uuid5(NAMESPACE, path).urn
