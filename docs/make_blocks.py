"""Write docs/authors/blocks.md, the page that shows every block, from what the code says of it.

    .venv/bin/python docs/make_blocks.py

Run it when a block's class or example changes; a test fails until it has been. The order and the
headings are those of modules/gallery, of which the pictures are taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rsscorm import blocks
from rsscorm.blocks import KINDS
from rsscorm.source import read_module, read_workspace
from rsscorm.source.schema import json_schema

HERE = Path(__file__).parent
PAGE = HERE / "authors" / "blocks.md"
EXAMPLES = Path(blocks.__file__).parent
HEAD = """\
# Every block

<!-- Made by docs/make_blocks.py from src/rsscorm/blocks. Change it there. -->

A step is a list of blocks. Each begins with the key that names its kind. The keys that belong to it
stand below, in any order. **Bold** keys must be there; the others may be.

Every block may have an `id`. Those that keep an answer must have one.

The pictures are taken from [the gallery](../../modules/gallery/module.yaml), a module with a block
of every kind. [The rules of a module](module.md) says how texts, files and ids are written.
"""


def page() -> str:
    """The whole page, as it should be."""
    definitions = json_schema()["$defs"]
    parts = [HEAD, contents()]
    for title, kinds in groups():
        parts.append(f"## {title}\n")
        parts += [section(kind, definitions) for kind in kinds]
    return "\n".join(parts)


def groups() -> Iterator[tuple[str, list[str]]]:
    """The gallery's steps, each with the kinds that are seen there first."""
    module, _ = read_module(read_workspace(HERE.parent), "gallery")
    seen: list[str] = []
    for step in module.steps:
        kinds = [kind for kind in dict.fromkeys(b.kind for b in step.blocks) if kind not in seen]
        seen += kinds
        yield step.title, kinds


def contents() -> str:
    """A line of links for each group."""
    rows = (f"- {title}: {', '.join(f'[{k}](#{k})' for k in kinds)}" for title, kinds in groups())
    return "\n".join(rows) + "\n"


def section(kind: str, definitions: dict[str, Any]) -> str:
    """What one kind is for, how it looks, how it is written, and its keys."""
    model = KINDS[kind]
    about = (model.__doc__ or "").partition("\n\n")[0].strip()
    example = (EXAMPLES / f"{kind}.yaml").read_text("utf-8")
    keys = "\n".join(rows(kind, definitions[model.__name__], definitions))
    picture = f"![How {kind} looks](../images/blocks/{kind}.webp)"
    table = f"| key | what it says |\n|---|---|\n{keys}\n" if keys else ""
    return f"### {kind}\n\n{about}\n\n{picture}\n\n```yaml\n{example}```\n\n{table}".rstrip() + "\n"


def rows(kind: str, model: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    """A row for each key but the kind's own, and for each key of what stands in its lists."""
    required = model.get("required", [])
    for key, value in model["properties"].items():
        if key != "id" and key != kind:
            yield row(key, value, key in required)
        for name in inner(value):
            if name not in KINDS_BY_CLASS:
                yield from nested(key, definitions[name], definitions)


def nested(above: str, model: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    """The keys of what stands below another; those of a scene's options, too."""
    for key, value in model.get("properties", {}).items():
        yield row(f"{above} › {key}", value, key in model.get("required", []))
        for name in inner(value):
            yield from nested(f"{above} › {key}", definitions[name], definitions)


def row(key: str, value: dict[str, Any], is_required: bool) -> str:
    """One key and what is said of it, the choice of words among which it is where there is one."""
    mark = f"**`{key}`**" if is_required else f"`{key}`"
    said = value.get("description", "").replace("\n", " ").replace("|", "\\|")
    return f"| {mark} | {said} |"


def inner(value: dict[str, Any]) -> Iterator[str]:
    """The models of what a key holds, but for words and files."""
    for part in (value, value.get("items", {}), *value.get("patternProperties", {}).values()):
        name = part.get("$ref", "").rpartition("/")[2]
        if name and name not in ("Markdown", "MarkdownFile"):
            yield name


KINDS_BY_CLASS = {kind.__name__: name for name, kind in KINDS.items()}

if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
