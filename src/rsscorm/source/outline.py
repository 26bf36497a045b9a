"""A module's steps and blocks with their places, as far as they can be read.

References are checked over the whole module even where some of it is wrong, so that an author
sees everything at once: a block that can't be read still has its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rsscorm.blocks import AnyBlock, Block
from rsscorm.blocks.kinds import one_of
from rsscorm.module import Completion, Module
from rsscorm.source.yaml import Document, Path

READ_BLOCK: TypeAdapter[Any] = TypeAdapter(one_of(AnyBlock), config={"defer_build": True})


@dataclass(frozen=True)
class Spot:
    """A block and where it stands; `block` is None where it can't be read.

    `data` is what its author wrote, whatever that is. `order` counts blocks in reading order;
    `quiz` is the spot of the quiz that it is drawn from.
    """

    path: Path
    order: int
    data: Any
    block: Block | None
    quiz: Spot | None = None

    @property
    def id(self) -> str | None:
        """The block's id as its author wrote it."""
        id = self.data.get("id") if isinstance(self.data, dict) else None
        return id if isinstance(id, str) else None


@dataclass(frozen=True)
class Outline:
    """What of a module can be read."""

    document: Document
    module: Module | None
    spots: tuple[Spot, ...]
    steps: tuple[tuple[Path, str], ...]

    @property
    def is_whole(self) -> bool:
        """Whether every block could be read, so that sums over all of them are true."""
        return all(spot.block for spot in self.spots)

    @property
    def completion(self) -> Completion | None:
        """The declared rule of completion, if it can be read."""
        if self.module:
            return self.module.complete
        data = self.document.data.get("complete") if isinstance(self.document.data, dict) else None
        try:
            return Completion.model_validate(data)
        except ValidationError:
            return None

    def find(self, id: str) -> Spot | None:
        """The block with that id."""
        return next((spot for spot in self.spots if spot.id == id), None)

    def ids(self) -> list[str]:
        """The ids of all blocks that have one."""
        return [spot.id for spot in self.spots if spot.id]


def outline(document: Document, module: Module | None) -> Outline:
    """The outline of a module that has been validated, or (None) refused."""
    spots: list[Spot] = []
    steps: list[tuple[Path, str]] = []
    for number, step in enumerate(items(document.data, "steps")):
        path: Path = ("steps", number)
        if isinstance(step, dict) and isinstance(step.get("id"), str):
            steps.append(((*path, "id"), step["id"]))
        for place, data in enumerate(items(step, "blocks")):
            block = module.steps[number].blocks[place] if module else _read(data)
            spots += _spots((*path, "blocks", place), data, block, len(spots))
    return Outline(document, module, tuple(spots), tuple(steps))


def _spots(path: Path, data: Any, block: Block | None, order: int) -> Iterator[Spot]:
    """A block, and the questions of a quiz behind it."""
    spot = Spot(path, order, data, block)
    yield spot
    children = block.children() if block else ()
    for number, question in enumerate(items(data, "bank")):
        child = children[number] if children else _read(question)
        yield Spot((*path, "bank", number), order + 1 + number, question, child, spot)


def _read(data: Any) -> Block | None:
    """A block by itself, without a look at its files and texts, which have been checked."""
    try:
        block: Block = READ_BLOCK.validate_python(data)
    except ValidationError:
        return None
    return block


def items(data: Any, key: str) -> list[Any]:
    """The list that an author wrote behind a key; nothing where there is none."""
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []
