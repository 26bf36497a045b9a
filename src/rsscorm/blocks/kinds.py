"""How a block's kind is told from what an author wrote: by the key that comes first."""

from __future__ import annotations

import types
from typing import Annotated, Any, Union, get_args

from pydantic import Discriminator, Tag

from rsscorm.blocks.base import Block


def tag_of(value: Any) -> str | None:
    """The tag of the kind that an author's block names, which is its first key.

    It stands in brackets in an error's location, so that it is never taken for the key.
    """
    if isinstance(value, Block):
        return f"({value.kind})"
    first = next(iter(value), None) if isinstance(value, dict) else None
    return None if first is None else f"({first})"


def one_of(union: types.UnionType) -> Any:
    """A pydantic type that reads a block of any kind in `union`, chosen by its first key."""
    kinds = get_args(union)
    tagged = tuple(Annotated[kind, Tag(f"({kind.kind})")] for kind in kinds)
    choose = Discriminator(
        tag_of,
        custom_error_type="unknown-kind",
        custom_error_message="a block begins with the key that names its kind",
        custom_error_context={"kinds": ",".join(kind.kind for kind in kinds)},
    )
    return Annotated[Union[tagged], choose]  # noqa: UP007 (a tuple has no `|`)
