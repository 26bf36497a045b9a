"""One YAML file as a model: read, validated, and everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from rsscorm.blocks.fields import Authored
from rsscorm.problems import Problem
from rsscorm.source import yaml
from rsscorm.source.explain import explain
from rsscorm.source.files import Refusal
from rsscorm.source.reader import FolderReader
from rsscorm.source.texts import load

Model = TypeVar("Model", bound=Authored)


def read_model(
    kind: type[Model], path: Path, name: str, reader: FolderReader
) -> tuple[Model | None, yaml.Document | None, list[Problem]]:
    """A YAML file as a model, with the text it was read from and what is wrong with it."""
    try:
        source = load(path, name)
    except Refusal as refusal:
        return None, None, [refusal.problem(name)]
    document = yaml.parse(source.text, name)
    model, problems = _validate(kind, document, reader)
    problems += _empty(document, problems)
    problems += [*document.problems, *reader.problems, *source.secrets()]
    return model, document, problems


def _empty(document: yaml.Document, told: list[Problem]) -> list[Problem]:
    """Keys and list items with nothing behind them, unless the key itself is wrong."""
    places = {(problem.line, problem.column) for problem in told}
    return [
        document.problem(
            path,
            "empty",
            f"nothing is written after `{_mark(path)}`",
            "Write it, or delete this line.",
        )
        for path in sorted(document.empty, key=str)
        if path and document.place(path).key not in places
    ]


def _mark(path: yaml.Path) -> str:
    return f"{path[-1]}:" if isinstance(path[-1], str) else "- "


def _validate(
    kind: type[Model], document: yaml.Document, reader: FolderReader
) -> tuple[Model | None, list[Problem]]:
    if document.data is None:
        return None, [] if document.problems else [_nothing(document)]
    try:
        return kind.model_validate(document.data, context=reader), []
    except ValidationError as error:
        problems = explain(error, document, kind)
        return None, [problem for problem in problems if problem.line not in document.repaired]


def _nothing(document: yaml.Document) -> Problem:
    return document.at(1, 1, "file-empty", "nothing is written in this file",
                       "A module begins with `rsscorm: 1`." if document.file.endswith("module.yaml")
                       else "Write its keys, or delete the file.")  # fmt: skip
