"""`rsscorm preview`."""

from __future__ import annotations

import click

from rsscorm.cli.common import FINE, module_names, modules_in, must_be_there, workspace


@click.command("preview")
@click.argument("module", required=False, shell_complete=module_names)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Else any free one.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@workspace
def command(module: str | None, port: int, no_browser: bool, folder: str) -> int:
    """Show a module in the browser while you write it, inside a pretend LMS.

    Each save is on screen at once, at the same place, with the same answers; so is what is wrong,
    with its file and line. It runs until Ctrl-C. Without MODULE it begins with a list of all.
    """
    from importlib.util import find_spec
    from pathlib import Path

    if not find_spec("watchfiles"):
        raise click.UsageError("The preview isn't installed: pip install 'rsscorm[preview]'")
    from rsscorm.preview.play import preview
    from rsscorm.referee.play import PortError

    there, _ = modules_in(folder)
    must_be_there([module] if module else [], there)
    try:
        preview(Path(folder), module, port, not no_browser, click.echo)
    except PortError as error:
        raise click.UsageError(str(error)) from error
    return FINE
