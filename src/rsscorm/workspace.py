"""A workspace: the folder with `rsscorm.yaml`, `modules/`, `themes/` and `dist/`.

Only data and places; `source` reads the files.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from rsscorm.blocks.base import Authored, Id, ImageFile, Plain

NAMESPACE = uuid.UUID("6f1c0a52-6b0e-5d7e-9d3b-5f2f6c1e9a40")
"""Under which module ids become UUIDs where a workspace has no `iri`. Never changes."""


def _https(value: str) -> str:
    if not value.startswith("https://"):
        raise PydanticCustomError("not-https", "an address that begins with https:// belongs here")
    return value


def _polls(value: str) -> str:
    return value if value == "none" else _https(value).rstrip("/")


Address = Annotated[Plain, AfterValidator(_https)]


class Deployment(Authored):
    """What differs between the organisations that a module is built for."""

    name: Plain | None = None
    theme: Id = "clear"
    logo: ImageFile | None = None
    polls: Annotated[Plain, AfterValidator(_polls)] = "none"
    cohort: Id | None = None
    privacy: Address | None = None
    contact: Plain | None = None
    values: dict[Id, Plain] = {}

    @property
    def poll_service(self) -> str | None:
        """The address of the poll service, without a slash at its end; None where there is none."""
        return None if self.polls == "none" else self.polls


class Settings(Authored):
    """The whole of `rsscorm.yaml`."""

    iri: Address | None = None
    values: dict[Id, Plain] = {}
    deployments: Annotated[dict[Id, Deployment], Field(min_length=1)] = {"default": Deployment()}


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


def activity_id(settings: Settings, module: str, part: str | None = None) -> str:
    """The permanent IRI of a module, or of a step or block in it (xAPI Data, activity `id`)."""
    path = module if part is None else f"{module}/{part}"
    if settings.iri:
        return settings.iri.rstrip("/") + "/" + path
    return uuid.uuid5(NAMESPACE, path).urn
