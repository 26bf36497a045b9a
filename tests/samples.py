"""Small workspaces for tests: a module of one step made from a block's own example."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import tiny
from PIL import Image

import rsscorm
from rsscorm.blocks import KINDS
from rsscorm.module import Module, fill
from rsscorm.package import FORMATS
from rsscorm.package.zip import write_zip
from rsscorm.render import Files, render
from rsscorm.source import read_module, read_theme, read_workspace
from rsscorm.workspace import Deployment, Settings

BLOCKS = Path(rsscorm.__file__).parent / "blocks"

HEAD = """\
rsscorm: 1
id: {name}
edition: "1"
title: {title}
summary: What the tests look at.
minutes: {minutes}
language: en
complete: {complete}
polls: {polls}
steps:
"""

STEP = """\
  - id: {id}
    kind: {kind}
    title: {title}
    minutes: {minutes}
    blocks:
{blocks}
"""

CONTENTS = {
    ".md": b"**Asha:** Dee moved away from Jo, twice.\n",
    ".vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\nDee moved away from Jo, twice.\n",
    ".csv": b"option,votes\nnow,86\nlater,126\n",
}
"""What stands in files that an example names, where a test looks at it."""


def example(kind: str) -> str:
    """The example that comes with a kind of block: a list of blocks."""
    return (BLOCKS / f"{kind}.yaml").read_text(encoding="utf-8")


def step(
    blocks: str, id: str = "first", kind: str = "learn", title: str = "A step", minutes: int = 2
) -> str:
    """A step that holds these blocks, as an author writes it."""
    indented = textwrap.indent(blocks, 6 * " ").rstrip()
    return STEP.format(id=id, kind=kind, title=title, minutes=minutes, blocks=indented)


def write_module(
    folder: Path,
    *steps: str,
    name: str = "sample",
    title: str = "A sample",
    complete: str = "{when: all-steps}",
    polls: str = "{answers: anonymous}",
    minutes: int = 5,
) -> Path:
    """Write a module of these steps, with every file that they name; returns its folder."""
    target = folder / "modules" / name
    target.mkdir(parents=True)
    head = HEAD.format(name=name, title=title, complete=complete, polls=polls, minutes=minutes)
    source = head + "".join(steps)
    (target / "module.yaml").write_text(source, encoding="utf-8")
    for path in re.findall(r"[a-z./-]+\.(?:webp|md|vtt|mp4|mp3|pdf|csv)\b", source):
        write_file(target / path)
    return target


def write_file(path: Path, colour: str = "#8fb8ae") -> None:
    """A small file that is what its name says; a picture is all of that colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".webp":
        Image.new("RGB", (1200, 675), colour).save(path)
    else:
        path.write_bytes(CONTENTS.get(path.suffix) or tiny.content(path.name))


def read(folder: Path, name: str = "sample") -> Module:
    """The module as the tool reads it, with its values filled in."""
    workspace = read_workspace(folder)
    module, _ = read_module(workspace, name)
    return fill(module, {})


def text_of(files: Files, name: str) -> str:
    """The text of a rendered file."""
    content = files[name]
    assert isinstance(content, bytes)
    return content.decode()


def zipped(folder: Path, format: str = "scorm12", files: Files | None = None) -> Path:
    """The sample module's package; of these files, where they are given."""
    target = folder / f"sample-1-{format}.zip"
    write_zip(FORMATS[format](read(folder), files or pages(folder), Settings()), target)
    return target


def pages(
    folder: Path, name: str = "sample", theme: str = "clear", deployment: Deployment | None = None
) -> Files:
    """The files that a module of this workspace is rendered to."""
    workspace = read_workspace(folder)
    found = read_theme(workspace, theme)
    return render(read(folder, name), workspace, deployment or Deployment(), found)


EVERY_KIND = {
    "see": (
        "text", "image", "video", "audio", "quote", "callout", "accordion", "tabs", "timeline",
        "cards", "hotspots", "download",
    ),
    "think": (
        "choice", "choices", "order", "match", "number", "scale", "note", "scenario", "quiz",
    ),
    "act": ("poll", "perspectives", "commitment"),
}  # fmt: skip
"""The kinds of blocks, by the step of `write_every_kind` that has them."""


def write_every_kind(folder: Path) -> Path:
    """A module of three steps with the examples of all kinds; returns its folder."""
    assert {kind for kinds in EVERY_KIND.values() for kind in kinds} == {*KINDS}
    heads = {"see": ("learn", "What we see"), "think": ("reflect", "What it means"),
             "act": ("connect", "What we do")}  # fmt: skip
    steps = [step("".join(map(example, kinds)), id, *heads[id]) for id, kinds in EVERY_KIND.items()]
    return write_module(folder, *steps)
