"""How a block's kind is told from what an author wrote: by the key that comes first."""

from __future__ import annotations

import types
from typing import Annotated, Any, Union, get_args

from pydantic import Discriminator, Tag

from rsscorm.blocks.base import Block


def kind_of(value: Any) -> str | None:
    """The kind that an author's block names, which is its first key."""
    if isinstance(value, Block):
        return value.kind
    return next(iter(value), None) if isinstance(value, dict) else None


def one_of(union: types.UnionType) -> Any:
    """A pydantic type that reads a block of any kind in `union`, chosen by its first key."""
    tagged = tuple(Annotated[kind, Tag(kind.kind)] for kind in get_args(union))
    return Annotated[Union[tagged], Discriminator(kind_of)]
