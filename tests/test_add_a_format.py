"""A developer adds a format by the page that explains it, to the letter."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

from browser import Watch
from checkout import boxes, copy_project, follow, run
from examples import GOOD, write
from playwright.sync_api import Browser, expect

from rsscorm.referee.lms import TYPES
from rsscorm.referee.web import Request, Response, Server

BUILD = "import sys; from rsscorm import cli; sys.exit(cli.run(sys.argv[1:]))"


def test_the_page_is_followed_to_the_letter(browser: Browser, tmp_path: Path) -> None:
    """Box by box; then a module is built in the new format, and plays without an LMS."""
    checkout = copy_project(tmp_path)
    for name, box in boxes("add-a-format.md"):
        follow(checkout / name, box)
    assert run(checkout, "hatch_build.py").returncode == 0
    workspace = tmp_path / "workspace"
    write(workspace, "a-module", GOOD)
    built = run(checkout, "-c", BUILD, "build", "-C", str(workspace), "--format", "web")
    assert built.returncode == 0, built.stderr
    package = ZipFile(workspace / "dist" / "a-module-1-web.zip")
    assert not {"imsmanifest.xml", "tincan.xml"} & set(package.namelist())
    with Server(Website(package)) as server:
        watch = Watch(browser, server.origin)
        page = watch.open()
        page.goto(f"{server.origin}/index.html")
        expect(page.locator(".saving")).to_contain_text("not open in a learning system")
        page.goto(f"{server.origin}/selftest.html")
        expect(page.locator("main")).to_contain_text("a-module 1, web, rsscorm")
        page.context.close()
        watch.verdict()


class Website:
    """Serves what is in a zip, as any web server would."""

    def __init__(self, package: ZipFile) -> None:
        self.files = {name: package.read(name) for name in package.namelist()}

    def answer(self, request: Request) -> Response:
        """The file of this name."""
        name = request.path.lstrip("/")
        kind = TYPES[Path(name).suffix]
        return Response(200, self.files[name], {"Content-Type": kind})
