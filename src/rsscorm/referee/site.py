"""The site of `rsscorm referee`: one package, its parts, and the page that each is played in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rsscorm.referee.archive import Archive
from rsscorm.referee.lms import (
    HERE,
    Lms,
    Session,
    content_url,
    launch_json,
    login,
    missing,
    numbered,
    own_file,
    page,
)  # fmt: skip
from rsscorm.referee.manifest import Manifest
from rsscorm.referee.web import Request, Response

SIZES = {
    "desktop": ("a desktop", "1121 × 799"),
    "laptop": ("a laptop", "836 × 666"),
    "phone": ("a phone", "367 × 666"),
}
"""What Moodle 4.5 leaves to a package."""

OWN = {"page.js": HERE / "built" / "page.js", "page.css": HERE / "page.css"}
OURS = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""Our own pages load nothing from anywhere; what a package does in its frame is its affair."""


class Site(Lms):
    """Plays one package for learners who are called learner-1, learner-2 and so on."""

    def __init__(self, path: Path, archive: Archive, manifest: Manifest) -> None:
        super().__init__()
        self.path = path
        self.archive = archive
        self.manifest = manifest
        self._pages = templates(HERE / "pages")

    def answer(self, request: Request) -> Response:
        """Answer one request of a browser on this machine."""
        return routed(request, {
            "": self._home,
            "launches": self.answer_launch,
            "login": login,
            "own": lambda name, _: own_file(OWN, name),
            "play": self._play,
        })  # fmt: skip

    def _home(self, _rest: str, _request: Request) -> Response:
        if len(self.manifest.scos) == 1:
            return Response(302, headers={"Location": "/play/0"})
        return self._page("parts.html")

    def _play(self, number: str, request: Request) -> Response:
        known = numbered(number, len(self.manifest.scos))
        if known is None:
            return missing(request.path)
        sco = self.manifest.scos[known]
        asked = {"learner": "learner-1", "faults": "", "mode": "", "size": "laptop"}
        asked |= {name: value for name, value in request.query.items() if name in asked and value}
        key, faults = (sco.identifier, asked["learner"]), asked["faults"]
        session = Session(
            key, sco, self.archive, faults.split(",") if faults else [], asked["mode"] and "review"
        )
        launch = self.begin(session)
        return self._page(
            "play.html", sco=sco, number=number, **asked, next_learner=self._next_learner(),
            sizes=SIZES, launch=Markup(launch_json(launch)), source=content_url(launch, sco),  # noqa: S704
        )  # fmt: skip

    def _next_learner(self) -> str:
        known = {session.learner for session in self.all_sessions}
        return f"learner-{len(known) + 1}"

    def _page(self, name: str, **values: Any) -> Response:
        given = {"title": self.manifest.title, "scos": self.manifest.scos, **values}
        html = self._pages.get_template(name).render(notes=self.manifest.notes, **given)
        response = page(html)
        response.headers["Content-Security-Policy"] = OURS
        return response


def templates(*folders: Path) -> Environment:
    """The templates of our own pages, found in the first of these folders that has them."""
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    )  # fmt: skip


def routed(request: Request, parts: dict[str, Callable[[str, Request], Response]]) -> Response:
    """The answer of the part of a site that an address begins with, to this machine alone.

    Each part gets the rest of the address, without the slash before it.
    """
    if not _is_from_here(request):
        return Response(403)
    area, _, rest = request.path.lstrip("/").partition("/")
    if area == "favicon.ico":
        return Response(204)
    return parts[area](rest, request) if area in parts else missing(request.path)


def _is_from_here(request: Request) -> bool:
    """Neither another site's page nor a name that somebody let point to this machine."""
    host = request.headers.get("host", "")
    is_ours = re.fullmatch(r"(127\.0\.0\.1|localhost)(:[0-9]{1,5})?", host)
    return bool(is_ours) and request.headers.get("origin", f"http://{host}") == f"http://{host}"
