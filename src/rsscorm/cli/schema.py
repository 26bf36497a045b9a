"""`rsscorm schema`."""

from __future__ import annotations

import click


@click.command("schema", short_help="Print the form of a file, for editors.")
def command() -> None:
    """Print the JSON Schema of module.yaml, for editors."""
    import json

    from rsscorm.source import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
