"""`rsscorm schema`."""

from __future__ import annotations

import click


@click.command("schema")
@click.argument("file", type=click.Choice(["module", "rsscorm", "theme"]), default="module")
def command(file: str) -> None:
    """Print the JSON Schema of module.yaml, rsscorm.yaml or theme.yaml.

    Editors use it to complete and to check. A workspace has all three in .rsscorm/, kept up to
    date by `rsscorm build` and `rsscorm check`.
    """
    import json

    from rsscorm.source import SCHEMAS, json_schema

    click.echo(json.dumps(json_schema(SCHEMAS[file]), indent=2, ensure_ascii=False))
