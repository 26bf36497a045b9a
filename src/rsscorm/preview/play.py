"""`rsscorm preview`: shows modules in the browser while they are being written, until Ctrl-C."""

from __future__ import annotations

import signal
import webbrowser
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from rsscorm.preview.changes import Changes
from rsscorm.preview.site import Preview
from rsscorm.referee.play import serve, wait


def preview(
    folder: Path, module: str | None, port: int, opens_browser: bool, say: Callable[[str], None]
) -> None:
    """Serve a workspace until interrupted or asked to end; raises `PortError`.

    Without a module a page with all of them comes first, where there are several.
    """
    site = Preview(folder)
    names = site.workshop.names
    only = names[0] if len(names) == 1 else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with serve(site, port) as server, suppress(KeyboardInterrupt):
        site.origin = server.origin
        shown = module or only
        address = f"{server.origin}/play/{shown}" if shown else f"{server.origin}/"
        with closing(site), Changes(folder, site.saved):
            say(f"{shown or 'Your modules'}: {address} (Ctrl-C ends it).")
            if opens_browser:
                webbrowser.open(address)
            wait()
