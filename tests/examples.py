"""Every example that the project has, laid out in a workspace: real modules, one of every key,
and the example of each kind of block.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import tiny

from rsscorm import blocks

ROOT = Path(__file__).parent.parent
PATH = re.compile(r"[\w-]+(?:[/.][\w-]+)*\.(?:webp|png|jpg|svg|mp4|mp3|vtt|md|pdf)\b")
HEAD = """rsscorm: 1
id: an-example
edition: "1"
title: An example
summary: One kind of block.
minutes: 1
language: en
complete:
  when: all-steps
steps:
  - id: a-step
    kind: learn
    title: A step
    minutes: 1
    blocks:
"""


GOOD = HEAD + "      - text: Words.\n"
"""A module with which nothing is wrong."""


def write(workspace: Path, name: str, text: str) -> Path:
    """Write a module's file, whose id becomes the folder's name; returns its path."""
    path = workspace / "modules" / name / "module.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("an-example", name))
    return path


def names() -> Iterator[str]:
    """The names of all examples."""
    yield from names_of_modules()
    yield "everything"
    yield from sorted(path.stem + ".yaml" for path in Path(blocks.__file__).parent.glob("*.yaml"))


def lay_out(name: str, workspace: Path) -> Path:
    """Lay out an example with every file that it names; return its `module.yaml`."""
    if name.endswith(".yaml"):
        return _block(Path(blocks.__file__).with_name(name), workspace / "modules/an-example")
    module = workspace / "modules" / name
    source = ROOT / "tests/stories/everything/module"
    shutil.copytree(source if name == "everything" else ROOT / "modules" / name, module)
    if name == "everything":
        shutil.copyfile(source.parent / "rsscorm.yaml", workspace / "rsscorm.yaml")
        tiny.fill(workspace, ["brand/northfield.svg"])
        tiny.fill(module, PATH.findall((module / "module.yaml").read_text()))
    return module / "module.yaml"


def _block(example: Path, module: Path) -> Path:
    """A module around the example of one kind of block."""
    text = example.read_text()
    module.mkdir(parents=True)
    indented = "".join(f"      {line}\n" for line in text.split("\n"))
    (module / "module.yaml").write_text(HEAD + indented)
    if "pilot.csv" in text:
        (module / "pilot.csv").write_text("option,votes\nnow,80\nlater,132\n")
    tiny.fill(module, PATH.findall(text))
    return module / "module.yaml"


def names_of_modules() -> list[str]:
    """The names of the modules that the project ships."""
    return sorted(path.parent.name for path in ROOT.glob("modules/*/module.yaml"))
