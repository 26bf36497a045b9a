"""An author slips: every key of every example is deleted, doubled and misspelt in turn.

Whatever the slip, `check` answers, and it never lets through what the JSON Schema forbids: which
keys may be left out, and which names are the author's own, is read from there and not listed here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import examples
import jsonschema
import pytest
import yaml

from rsscorm.module import Module
from rsscorm.source import check
from rsscorm.source.schema import json_schema
from rsscorm.workspace import Settings

WORDS = {"true": True, "false": False}


@dataclass
class Node:
    """A YAML value that can be changed in place; `pairs` may hold a key twice."""

    scalar: Any = None
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[str, Node]] = field(default_factory=list)
    kind: str = "scalar"

    def text(self) -> str:
        """The value as JSON, which is YAML too."""
        if self.kind == "list":
            return "[" + ", ".join(item.text() for item in self.items) + "]"
        if self.kind == "keys":
            return "{" + ",\n".join(f"{json.dumps(k)}: {v.text()}" for k, v in self.pairs) + "}"
        return json.dumps(self.scalar if isinstance(self.scalar, str) else str(self.scalar).lower())

    def data(self) -> Any:
        """The value as an editor sees it."""
        if self.kind == "list":
            return [item.data() for item in self.items]
        return {k: v.data() for k, v in self.pairs} if self.kind == "keys" else self.scalar

    def within(self) -> Iterator[Node]:
        """The value and all values inside it."""
        yield self
        for inner in (*self.items, *(value for _, value in self.pairs)):
            yield from inner.within()


def read(node: yaml.Node | None) -> Node:
    """What PyYAML composed, with YAML 1.2's idea of numbers and truth."""
    if isinstance(node, yaml.MappingNode):
        return Node(kind="keys", pairs=[(key.value, read(value)) for key, value in node.value])
    if isinstance(node, yaml.SequenceNode):
        return Node(kind="list", items=[read(item) for item in node.value])
    assert isinstance(node, yaml.ScalarNode)
    return Node(scalar=node.value if node.style else _typed(node.value))


def _typed(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def delete(pairs: list[tuple[str, Node]], index: int) -> None:
    """Leave a key out."""
    del pairs[index]


def double(pairs: list[tuple[str, Node]], index: int) -> None:
    """Write a key twice."""
    pairs.insert(index, pairs[index])


def misspell(pairs: list[tuple[str, Node]], index: int) -> None:
    """Write a key with a letter too many."""
    pairs[index] = (pairs[index][0] + "x", pairs[index][1])


def slips(root: Node, slip: Callable[[list[tuple[str, Node]], int], None]) -> Iterator[str]:
    """Make one slip at each key in turn, and undo it; yields the key."""
    for node in list(root.within()):
        for index, (key, _) in enumerate(list(node.pairs)):
            kept = list(node.pairs)
            slip(node.pairs, index)
            yield key
            node.pairs[:] = kept


def told(workspace: Path) -> Counter[tuple[str, str]]:
    """What `check` says."""
    return Counter((problem.code, problem.message) for problem in check(workspace))


def let_through(path: Path, workspace: Path, schema: dict[str, Any]) -> list[str]:
    """The slips in a file that were accepted though they should not have been."""
    validator = jsonschema.Draft202012Validator(schema)
    root = read(yaml.compose(path.read_text(), Loader=yaml.CSafeLoader))
    path.write_text(root.text())
    before = told(workspace)
    assert not list(validator.iter_errors(root.data()))
    wrong: list[str] = []
    for slip in (delete, double, misspell):
        for key in slips(root, slip):
            path.write_text(root.text())
            is_accepted = told(workspace) <= before
            if is_accepted and (slip is double or list(validator.iter_errors(root.data()))):
                wrong.append(f"{slip.__name__} {key}")
    return wrong


REAL = examples.names_of_modules()
"""They have many more keys than `everything`, which has each, and no other ones."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.long] if name in REAL else [])
        for name in examples.names()
    ],
)
def test_no_slip_is_let_through(name: str, tmp_path: Path) -> None:
    """A key left out, doubled or misspelt is refused unless the schema allows it."""
    path = examples.lay_out(name, tmp_path)
    assert let_through(path, tmp_path, json_schema(Module)) == []


def test_no_slip_in_the_settings_is_let_through(tmp_path: Path) -> None:
    """The same for rsscorm.yaml."""
    examples.lay_out("everything", tmp_path)
    assert let_through(tmp_path / "rsscorm.yaml", tmp_path, json_schema(Settings)) == []


def test_each_key_is_explained() -> None:
    """Whoever points at a key in an editor is told what belongs there."""
    parts = [*objects(json_schema(Module))]
    unsaid = [key for part in parts for key, each in part.get("properties", {}).items()
              if not each.get("description")]  # fmt: skip
    assert len(parts) > 30
    assert unsaid == []


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object that a schema describes."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


@pytest.mark.parametrize("model", [Module, Settings])
def test_the_schema_is_closed(model: type[Module | Settings]) -> None:
    """The schema allows no key that it doesn't name, so that the tests above mean something."""
    schema = json_schema(model)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert all(each["additionalProperties"] is False for each in objects(schema))
