"""A pretend LMS over real HTTP: imports packages as an LMS does, launches them, keeps records.

SCORM 1.2: a launch page with the API in the parent frame and the SCO in an iframe, as in Moodle.
Tin Can: the browser is sent to the content with the launch query, and the LRS is below `/lrs/`.
"""

from __future__ import annotations

import json
import re
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path, PurePosixPath
from string import Template
from typing import Any, Literal, Self
from urllib.parse import quote, urlencode, urlsplit

from lrs import Lrs
from lxml import etree
from web import Request, Response, Server, Watched

import rsscorm
from rsscorm.referee import SCRIPT

Api = Literal["referee", "scorm-again", "none", "tincan"]
Attempt = dict[str, str]
"""A learner's record: element names and values."""

PAGES = Path(__file__).parent / "pages"
SCORM_AGAIN = Path(rsscorm.__file__).parent.joinpath(
    "player", "node_modules", "scorm-again", "dist", "scorm12.min.js"
)
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".xml": "text/xml; charset=utf-8",
    ".xsd": "text/xml; charset=utf-8",
}
_CP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
_ADL = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"
_TINCAN = "{http://projecttincan.com/tincan.xsd}"


class ImportRefusedError(Exception):
    """The package is not one that this LMS takes."""


@dataclass(frozen=True)
class Call:
    """One call of the SCO, its answer, and the error code afterwards; `at` in milliseconds."""

    call: str
    args: list[Any]
    result: Any
    error: str
    at: float = field(compare=False)


@dataclass(frozen=True)
class Package:
    """An imported package. `identifier` is that of the SCO or the activity: records hang on it."""

    course: str
    kind: Literal["scorm12", "tincan"]
    identifier: str
    title: str
    href: str
    sco: dict[str, str]
    archive: zipfile.ZipFile = field(repr=False, compare=False)


@dataclass
class Session:
    """One launch: what was called, and what the referee found wrong."""

    package: Package
    learner: str
    calls: list[Call] = field(default_factory=list)
    breaches: list[dict[str, Any]] = field(default_factory=list)
    turn: int = 0


class Lms(Watched):
    """The LMS as a context manager; `lrs` is its record store, `served` the content's paths."""

    def __init__(self) -> None:
        super().__init__()
        self.lrs = Lrs()
        self.served: list[str] = []
        self._server = Server(self)
        self._packages: dict[str, Package] = {}
        self._attempts: dict[tuple[str, str, str], Attempt] = {}
        self._sessions: list[Session] = []

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)
        for package in self._packages.values():
            package.archive.close()

    @property
    def origin(self) -> str:
        """Where this LMS is, without a slash at the end."""
        return self._server.origin

    def add(self, archive: Path, course: str | None = None) -> Package:
        """Import a zip as a course; the same course again is an update, and keeps the records."""
        package = _import(zipfile.ZipFile(archive), course or archive.stem)
        with self.changed:
            former = self._packages.get(package.course)
            self._packages[package.course] = package
        if former:
            former.archive.close()
        return package

    def launch(
        self,
        package: Package,
        api: Api = "referee",
        learner: str = "nurse",
        leave_out: Iterable[str] = (),
        **query: str,
    ) -> str:
        """The address that a learner's click opens.

        For Tin Can, `query` adds to the launch query or overrides it, `leave_out` takes from it.
        """
        if api == "tincan":
            standard = {"endpoint", "auth", "actor", "registration", "activity_id"}
            self.lrs.extras |= query.keys() - standard
        own = {"api": api, "learner": learner, "leave_out": ",".join(leave_out)}
        return f"{self.origin}/launch/{quote(package.course)}?{urlencode({**own, **query})}"

    def content(self, package: Package) -> str:
        """The address of the content itself, as if opened without an LMS."""
        return f"{self.origin}/packages/{quote(package.course)}/{package.href}"

    def attempt(self, package: Package, learner: str = "nurse") -> Attempt:
        """The learner's record as last saved; empty if there is none."""
        with self.changed:
            return dict(self._attempts.get(_key(package, learner), {}))

    def seed(self, package: Package, attempt: Attempt, learner: str = "nurse") -> None:
        """Begin with this record, as if from earlier launches."""
        with self.changed:
            self._attempts[_key(package, learner)] = dict(attempt)

    def sessions(self, package: Package, learner: str = "nurse") -> list[Session]:
        """Every launch of the learner, in order."""
        with self.changed:
            key = _key(package, learner)
            return [one for one in self._sessions if _key(one.package, one.learner) == key]

    def calls(self, package: Package, learner: str = "nurse") -> list[Call]:
        """Every call of every launch, in order."""
        return [call for session in self.sessions(package, learner) for call in session.calls]

    def breaches(self, package: Package, learner: str = "nurse") -> list[dict[str, Any]]:
        """All that the referee found wrong, in order."""
        return [one for session in self.sessions(package, learner) for one in session.breaches]

    def wait_for_call(
        self, package: Package, call: str, *args: str, learner: str = "nurse"
    ) -> None:
        """Wait until the last launch made this call, with these arguments if any are given."""

        def made() -> bool:
            last = self.sessions(package, learner)[-1:]
            calls = [one for session in last for one in session.calls if one.call == call]
            return any(one.args[: len(args)] == list(args) for one in calls)

        self.wait_for(made, f"{call}{args}")

    def wait_for_saved(
        self, package: Package, element: str, text: str, learner: str = "nurse"
    ) -> None:
        """Wait until the learner's record has this text in this element."""
        self.wait_for(
            lambda: text in self.attempt(package, learner).get(element, ""), f"{element} {text!r}"
        )

    def answer(self, request: Request) -> Response:
        """Answer one request of a browser."""
        if request.path.startswith(self.lrs.prefix):
            return self.lrs.answer(request)
        area, _, rest = request.path.lstrip("/").partition("/")
        routes = {
            "launch": self._launch,
            "packages": self._content,
            "attempts": self._save,
            "logs": self._note,
            "lms": _own_file,
        }
        if area == "favicon.ico":
            return Response(204)
        if area == "left":
            return _page("<!doctype html><html lang=en><title>Left</title><p>You have left.")
        return routes[area](rest, request) if area in routes else _missing(request.path)

    def _launch(self, course: str, request: Request) -> Response:
        package = self._packages.get(course)
        if package is None:
            return _missing(course)
        if request.query.get("api") == "tincan":
            return self._tincan(package, request)
        session = Session(package, request.query["learner"])
        with self.changed:
            self._sessions.append(session)
            number = self._sessions.index(session)
        learner = {"id": session.learner, "name": f"{session.learner.title()}, Test"}
        launch = {
            "api": request.query["api"],
            "learner": learner,
            "sco": package.sco,
            "attempt": self.attempt(package, session.learner),
            "attemptUrl": f"/attempts/{number}",
            "logUrl": f"/logs/{number}",
        }
        template = Template((PAGES / "host.html").read_text("utf-8"))
        page = template.substitute(
            title=escape(package.title),
            launch=json.dumps(launch).replace("<", r"\u003c"),
            source=escape(urlsplit(self.content(package)).path + _query_of(package)),
        )
        return _page(page)

    def _tincan(self, package: Package, request: Request) -> Response:
        """Send the browser to the content with the launch query (Rustici's launch method)."""
        query = dict(request.query)
        learner = query.pop("learner")
        left_out = query.pop("leave_out").split(",")
        del query["api"]
        account = {"homePage": self.origin, "name": learner}
        actor = {"objectType": "Agent", "name": f"Test {learner.title()}", "account": account}
        standard = {
            "endpoint": self.origin + self.lrs.prefix,
            "auth": self.lrs.authorization,
            "actor": json.dumps(actor),
            "registration": registration(package, learner),
            "activity_id": package.identifier,
        }
        launch = {name: value for name, value in {**standard, **query}.items()
                  if name not in left_out}  # fmt: skip
        return Response(302, headers={"Location": f"{self.content(package)}?{urlencode(launch)}"})

    def _content(self, rest: str, request: Request) -> Response:
        course, _, name = rest.partition("/")
        package = self._packages.get(course)
        if package is None or name.endswith("/") or name not in package.archive.namelist():
            return _missing(request.path)
        with self.changed:
            self.served.append(name)
            body = package.archive.read(name)
        return _file(name, body, request.headers.get("range"))

    def _save(self, number: str, request: Request) -> Response:
        session = self._sessions[int(number)]
        sent = json.loads(request.body)
        with self.changed:
            if sent["turn"] > session.turn:
                session.turn = sent["turn"]
                attempt = {name: str(value) for name, value in sent["runtimeData"].items()}
                self._attempts[_key(session.package, session.learner)] = attempt
            self.changed.notify_all()
        saved = json.dumps({"result": "true", "errorCode": 0})
        return Response(200, saved.encode(), {"Content-Type": "application/json"})

    def _note(self, number: str, request: Request) -> Response:
        """Add to a session's log. A beacon may repeat what is known, or come before its turn."""
        session = self._sessions[int(number)]
        note = json.loads(request.body)
        with self.changed:
            new = note["calls"][len(session.calls) - note["from"] :]
            session.calls += [Call(**call) for call in new]
            session.breaches = max(session.breaches, note["breaches"], key=len)
            self.changed.notify_all()
        return Response(204)


def registration(package: Package, learner: str) -> str:
    """The registration of a learner in a course: always the same UUID."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{package.course}/{learner}"))


def _key(package: Package, learner: str) -> tuple[str, str, str]:
    return package.course, package.identifier, learner


def _query_of(package: Package) -> str:
    return package.sco.get("parameters", "")


def _import(archive: zipfile.ZipFile, course: str) -> Package:
    names = archive.namelist()
    if "imsmanifest.xml" in names:
        return _scorm(archive, course)
    if "tincan.xml" in names:
        return _tin_can(archive, course)
    raise ImportRefusedError("neither imsmanifest.xml nor tincan.xml at the root of the package")


def _read_xml(archive: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.fromstring(archive.read(name), parser)


def _scorm(archive: zipfile.ZipFile, course: str) -> Package:
    """The first item of the default organization, and its resource, as Moodle reads them."""
    root = _read_xml(archive, "imsmanifest.xml")
    if root.prefix is not None or root.nsmap.get("adlcp") != _ADL[1:-1]:
        raise ImportRefusedError("Moodle sees only unprefixed names, and the prefix adlcp")
    default = root.find(f"{_CP}organizations").get("default")
    organization = root.find(f"{_CP}organizations/{_CP}organization[@identifier='{default}']")
    item = organization.find(f".//{_CP}item[@identifierref]")
    wanted = item.get("identifierref")
    resource = root.find(f"{_CP}resources/{_CP}resource[@identifier='{wanted}']")
    if resource is None or resource.get(f"{_ADL}scormtype") != "sco":
        raise ImportRefusedError(f"the item's resource {wanted!r} is not a SCO")
    given = {
        "launchData": item.findtext(f"{_ADL}datafromlms"),
        "masteryScore": item.findtext(f"{_ADL}masteryscore"),
        "maxTimeAllowed": item.findtext(f"{_ADL}maxtimeallowed"),
        "timeLimitAction": item.findtext(f"{_ADL}timelimitaction"),
        "parameters": item.get("parameters"),
    }
    return Package(
        course,
        "scorm12",
        item.get("identifier"),
        item.findtext(f"{_CP}title"),
        _existing(archive, resource.get("href")),
        {name: value for name, value in given.items() if value},
        archive,
    )


def _tin_can(archive: zipfile.ZipFile, course: str) -> Package:
    """The one activity with a launch."""
    root = _read_xml(archive, "tincan.xml")
    launched = root.findall(f"{_TINCAN}activities/{_TINCAN}activity[{_TINCAN}launch]")
    if len(launched) != 1:
        raise ImportRefusedError(f"one activity must have a launch, not {len(launched)}")
    [activity] = launched
    href = _existing(archive, activity.findtext(f"{_TINCAN}launch"))
    title = activity.findtext(f"{_TINCAN}name")
    return Package(course, "tincan", activity.get("id"), title, href, {}, archive)


def _existing(archive: zipfile.ZipFile, href: str) -> str:
    if urlsplit(href).path not in archive.namelist():
        raise ImportRefusedError(f"{href} is not in the package")
    return href


def _own_file(name: str, request: Request) -> Response:
    ours = {"referee.js": SCRIPT, SCORM_AGAIN.name: SCORM_AGAIN}
    path = ours.get(name, PAGES / PurePosixPath(name).name)
    return _file(name, path.read_bytes(), None) if path.is_file() else _missing(name)


def _page(html: str) -> Response:
    return Response(200, html.encode(), {"Content-Type": TYPES[".html"]})


def _missing(what: str) -> Response:
    return Response(404, f"{what} is not here".encode(), {"Content-Type": TYPES[".txt"]})


def _file(name: str, body: bytes, wanted: str | None) -> Response:
    headers = {
        "Content-Type": TYPES.get(PurePosixPath(name).suffix, "application/octet-stream"),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Accept-Ranges": "bytes",
    }
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted or "")
    if not match or match.groups() == ("", ""):
        return Response(200, body, headers)
    return _part(body, match[1], match[2], headers)


def _part(body: bytes, first: str, last: str, headers: dict[str, str]) -> Response:
    """Part of a file (RFC 9110, 14): from first to last byte, or the last so many."""
    size = len(body)
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return Response(416, b"", {**headers, "Content-Range": f"bytes */{size}"})
    span = {"Content-Range": f"bytes {start}-{end}/{size}"}
    return Response(206, body[start : end + 1], {**headers, **span})
