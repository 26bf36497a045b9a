"""The JSON Schemas in `.rsscorm/`, by which editors complete and check what an author writes.

They are this rsscorm's, not the workspace's: git leaves them alone, each machine has its own, and
a newer rsscorm writes them anew.
"""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from rsscorm import disk
from rsscorm.build import make_cache
from rsscorm.build.stamp import Stamp
from rsscorm.source import SCHEMAS, json_schema


def keep_schemas(folder: str, stamp: Stamp | None = None, only_renew: bool = False) -> None:
    """Write the schemas that are missing or of another rsscorm; with `only_renew` those alone.

    What can't be written is left: nothing but an editor's help depends on it.
    """
    cache = Path(folder, ".rsscorm")
    if only_renew and not cache.is_dir():
        return
    maker = sha256((stamp or Stamp(folder)).tool().encode()).hexdigest()
    with suppress(OSError):
        make_cache(str(cache))
        for name, model in SCHEMAS.items():
            path = cache / f"{name}.schema.json"
            if not _is_of(path, maker):
                _write(path, {"$comment": f"Made by rsscorm {maker}.", **json_schema(model)})


def _is_of(path: Path, maker: str) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return maker in file.readline()
    except OSError:
        return False


def _write(path: Path, schema: dict[str, Any]) -> None:
    """Whole or not at all; the first line alone says of which rsscorm it is."""
    first, rest = json.dumps(schema["$comment"]), json.dumps(schema, indent=1).split("\n", 2)[2]
    disk.write(path, f'{{"$comment": {first},\n{rest}')
