"""`rsscorm referee`: plays somebody's package in the browser, and says at the end what it broke."""

from __future__ import annotations

import signal
import threading
import webbrowser
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from rsscorm.referee.archive import Archive
from rsscorm.referee.manifest import read_manifest
from rsscorm.referee.report import as_json, found, summary
from rsscorm.referee.site import Site
from rsscorm.referee.web import Server
from rsscorm.referee.web import Site as AnySite


class PortError(Exception):
    """The port can't be had."""


def play(
    path: Path, port: int, opens_browser: bool, report: Path | None, say: Callable[[str], None]
) -> int:
    """Serve until interrupted or asked to end, then report; returns how many breaches were found.

    Raises `PackageError` where there is nothing to play, and `PortError`.
    """
    with closing(Archive(path)) as archive:
        site = Site(path, archive, read_manifest(archive))
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with serve(site, port) as server, suppress(KeyboardInterrupt):
            say(f"{site.manifest.title} is played at {server.origin}/ (Ctrl-C ends it).")
            if opens_browser:
                webbrowser.open(f"{server.origin}/")
            wait()
        if report:
            report.write_text(as_json(site), encoding="utf-8")
        say(summary(site))
        return found(site)


def serve(site: AnySite, port: int) -> Server:
    """A server for a site, 0 for any port; raises `PortError`."""
    try:
        return Server(site, port)
    except OSError as error:
        why = error.strerror or error
        raise PortError(f"Port {port}: {why}. Without --port a free one is taken.") from error


def wait() -> None:
    """Until Ctrl-C; in steps, as Windows lets no endless wait be interrupted."""
    never = threading.Event()
    while not never.wait(1):
        pass
