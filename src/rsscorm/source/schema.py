"""The JSON Schema of what an author writes, for editors that complete and check YAML.

Made from the models, so that it can't drift from them; what they read in a form of their own
(`- id: words`, the keys of a film beside others) is put back into the author's.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from inspect import cleandoc, getsource
from itertools import pairwise
from typing import Any

from rsscorm.blocks import KINDS
from rsscorm.blocks.fields import RESERVED_IDS, Authored
from rsscorm.module import Module
from rsscorm.workspace import COLOURS, Settings, Tokens

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SCHEMAS: dict[str, type[Authored]] = {"module": Module, "rsscorm": Settings, "theme": Tokens}
"""What an author writes, by the file's name without `.yaml`."""

BOUNDS = {"ge": "minimum", "le": "maximum"}
"""What pydantic calls bounds that it can't place, and what JSON Schema does."""

CHOOSE_ONE: dict[str, list[str]] = {
    "Perspective": ["text", "video", "audio"],
    "Poll": ["options", "labels", "first"],
}
"""Of which keys exactly one must be there, by model."""


def json_schema(model: type[Authored] = Module) -> Schema:
    """The schema (draft 2020-12) of `module.yaml`, or of another file by its model."""
    schema = model.model_json_schema(by_alias=True)
    definitions: dict[str, Schema] = schema.pop("$defs", {})
    models = {each.__name__: each for each in _models()}
    for name, each in [*definitions.items(), (model.__name__, schema)]:
        _describe_keys(models.get(name), each)
    definitions = {name: _plain(each) for name, each in definitions.items()}
    return {
        "$schema": DIALECT,
        **_authors_form(model.__name__, _plain(schema), definitions),
        "title": model.__name__,
        "$defs": {n: _authors_form(n, each, definitions) for n, each in definitions.items()},
    }


def _models(of: type[Authored] = Authored) -> Iterator[type[Authored]]:
    """Everything that an author writes as keys and values."""
    for model in of.__subclasses__():
        yield model
        yield from _models(model)


def _describe_keys(model: type[Authored] | None, schema: Schema) -> None:
    """Say of each key what stands below it in the model's source, for whoever points at it."""
    said = {} if model is None else _said_of_fields(model)
    for key, value in schema.get("properties", {}).items():
        field = key.strip("()").replace("-", "_")
        if words := said.get(field) or said.get(f"{field}_"):
            value["description"] = words


def _said_of_fields(model: type[Authored]) -> dict[str, str]:
    """The docstrings of a model's fields; its own before those that it inherits."""
    said: dict[str, str] = {}
    for kind in reversed([each for each in model.mro() if issubclass(each, Authored)]):
        said |= _said_in(kind.__module__)[kind.__name__]
    return said


@cache
def _said_in(module: str) -> dict[str, dict[str, str]]:
    """The docstrings of fields in a Python module, by class: to parse it for each takes long."""
    body = ast.parse(getsource(sys.modules[module])).body
    return {each.name: dict(_said(each)) for each in body if isinstance(each, ast.ClassDef)}


def _said(kind: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Each field of a class below which a docstring stands, with that."""
    for field, words in pairwise(kind.body):
        match field, words:
            case ast.AnnAssign(ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                yield name, cleandoc(text)


def _plain(schema: Any) -> Any:
    """A schema without what pydantic adds: nulls, defaults and titles that say nothing.

    A key that may be left out may not be there with nothing behind it.
    """
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        BOUNDS.get(key, key): value
        for key, value in schema.items()
        if key not in ("title", "default")
    }
    if isinstance(kept.get("description"), str):
        kept["description"] = cleandoc(kept["description"]).partition("\n\n")[0]
    if isinstance(properties := kept.get("properties"), dict):
        kept["properties"] = {key: _plain(value) for key, value in properties.items()}
        return kept
    if "anyOf" in kept:
        kept["anyOf"] = [each for each in kept["anyOf"] if each != {"type": "null"}]
        if len(kept["anyOf"]) == 1:
            kept |= _plain(kept.pop("anyOf")[0])
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return {key: _plain(value) for key, value in kept.items()}


def _authors_form(name: str, schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """A model's schema with the keys that an author writes in place of ours."""
    properties: dict[str, Schema] = schema.get("properties", {})
    schema = {**schema, "properties": {k: v for k, v in properties.items() if k[0] != "("}}
    schema["required"] = [key for key in schema.get("required", []) if key[0] != "("]
    for key in [key for key in properties if key in ("(film)", "(picture)", "(recording)")]:
        _spread(schema, definitions[_reference(properties[key])])
    if "(words)" in properties:
        _lift(schema, properties["(words)"])
    if name in CHOOSE_ONE:
        schema["oneOf"] = [{"required": [key]} for key in CHOOSE_ONE[name]]
    if name in ("Image", "Picture"):
        schema["anyOf"] = [{"required": ["alt"]}, {"required": ["decorative"]}]
    if name == "Tokens":
        schema["required"] = []  # what is left out is that of the theme that this one extends
        schema["properties"]["dark"]["propertyNames"] = {"enum": list(COLOURS)}
    if "languages" in schema["properties"]:
        del schema["properties"]["languages"]  # refused, until translations come
    _describe_kind(name, schema)
    return schema


def _spread(schema: Schema, part: Schema) -> None:
    """Let the keys of a picture, film or recording stand beside a thing's own."""
    sign = next(iter(part["properties"]))
    needs = schema.setdefault("dependentRequired", {})
    for key, value in part["properties"].items():
        schema["properties"].setdefault(key, value)
        if key not in RESERVED_IDS:
            needs.setdefault(key, [sign])
    needs[sign] = [key for key in part["required"] if key != sign]


def _lift(schema: Schema, words: Schema) -> None:
    """An id and its words come first, then the other keys."""
    others = "|".join(sorted(RESERVED_IDS | set(schema["properties"])))
    schema["patternProperties"] = {f"^(?!(?:{others})$)[a-z0-9-]{{1,40}}$": words}
    schema["minProperties"] = 1 + len(schema["required"])
    schema["maxProperties"] = 1 + len(schema["properties"])


def _describe_kind(name: str, schema: Schema) -> None:
    """Say at the key that names a block's kind what the kind is for."""
    for kind, model in KINDS.items():
        if name == model.__name__:
            schema["properties"][kind] |= {"description": cleandoc(model.__doc__ or "")}


def _reference(value: Schema) -> str:
    """The name of the definition that a property's schema refers to."""
    found = [each["$ref"] for each in value.get("anyOf", [value]) if "$ref" in each]
    return str(found[0]).rpartition("/")[2]
