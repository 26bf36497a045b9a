"""A pretend LMS over real HTTP: imports packages as an LMS does, launches them, keeps records.

SCORM 1.2: a launch page with the API in the parent frame and the SCO in an iframe, as in Moodle.
Tin Can: the browser is sent to the content with the launch query, and the LRS is below `/lrs/`.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Literal, Self
from urllib.parse import quote, urlencode, urlsplit

from lrs import Lrs
from lxml import etree
from watched import Watched

import rsscorm
from rsscorm import referee
from rsscorm.referee import lms as base
from rsscorm.referee.archive import Archive, PackageError
from rsscorm.referee.lms import (
    Attempt,
    Call,
    Session,
    content_url,
    launch_json,
    login,
    missing,
    own_file,
    page,
)  # fmt: skip
from rsscorm.referee.manifest import Sco, read_manifest
from rsscorm.referee.web import Request, Response, Server

Api = Literal["referee", "scorm-again", "none", "tincan"]
PAGES = Path(__file__).parent / "pages"
SCORM_AGAIN = Path(rsscorm.__file__).parent.joinpath(
    "player", "node_modules", "scorm-again", "dist", "scorm12.min.js"
)
_TINCAN = "{http://projecttincan.com/tincan.xsd}"


class ImportRefusedError(Exception):
    """The package is not one that this LMS takes."""


@dataclass(frozen=True)
class Package:
    """An imported package. `identifier` is that of the SCO or the activity: records hang on it."""

    course: str
    kind: Literal["scorm12", "tincan"]
    sco: Sco
    archive: Archive = field(repr=False, compare=False)

    @property
    def identifier(self) -> str:
        """Of the SCO or the activity."""
        return self.sco.identifier


class Lms(base.Lms, Watched):
    """The LMS as a context manager; `lrs` is its record store, `served` the content's paths."""

    def __init__(self) -> None:
        super().__init__()
        self.lrs = Lrs()
        self._server = Server(self)
        self._packages: dict[str, Package] = {}
        self._attempts: Counter[tuple[str, str, str]] = Counter()

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
        package = _import(archive, course or archive.stem)
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
        faults: Iterable[str] = (),
        **query: str,
    ) -> str:
        """The address that a learner's click opens.

        `faults` are specs of the referee's switchboard (`faults.ts`), and for the referee alone.
        For Tin Can, `query` adds to the launch query or overrides it, `leave_out` takes from it.
        """
        if api == "tincan":
            standard = {"endpoint", "auth", "actor", "registration", "activity_id"}
            self.lrs.extras |= query.keys() - standard
        if faults and api != "referee":
            raise ValueError(f"{api} has no faults to switch on")
        lists = {"leave_out": ",".join(leave_out), "faults": ",".join(faults)}
        own = {"api": api, "learner": learner, **lists}
        return f"{self.origin}/launch/{quote(package.course)}?{urlencode({**own, **query})}"

    def content(self, package: Package) -> str:
        """The address of the content itself, as if opened without an LMS."""
        return f"{self.origin}/packages/{quote(package.course)}/{package.sco.href}"

    def new_attempt(self, package: Package, learner: str = "nurse") -> None:
        """What a yearly refresher does: the learner's next launch begins with an empty record.

        The record of the attempt before is kept as it is. For Tin Can it is a new registration.
        """
        with self.changed:
            self._attempts[package.course, package.identifier, learner] += 1

    def attempt(self, package: Package, learner: str = "nurse", before: int = 0) -> Attempt:
        """The learner's record as last saved; empty if there is none.

        `before` is how many attempts ago.
        """
        return self.record(self._key(package, learner, before))

    def seed(self, package: Package, attempt: Attempt, learner: str = "nurse") -> None:
        """Begin with this record, as if from earlier launches."""
        with self.changed:
            self.records[self._key(package, learner)] = dict(attempt)

    def sessions(self, package: Package, learner: str = "nurse") -> list[Session]:
        """Every launch of the learner's attempt, in order."""
        with self.changed:
            return [one for one in self.all_sessions if one.key == self._key(package, learner)]

    def registration(self, package: Package, learner: str = "nurse", before: int = 0) -> str:
        """The registration of a learner's attempt, or of the one so many before."""
        attempts = self._attempts[package.course, package.identifier, learner]
        return registration(package, learner, attempts - before)

    def calls(self, package: Package, learner: str = "nurse") -> list[Call]:
        """Every call of every launch, in order."""
        return [call for session in self.sessions(package, learner) for call in session.calls]

    def breaches(self, package: Package, learner: str = "nurse") -> list[dict[str, Any]]:
        """All that the referee found wrong, in order."""
        return [one for session in self.sessions(package, learner) for one in session.breaches]

    def fired(self, package: Package, learner: str = "nurse") -> list[str]:
        """The names of the faults that bit, once for each bite, in order."""
        sessions = self.sessions(package, learner)
        return [one["fault"] for session in sessions for one in session.fired]

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
            "launches": self.answer_launch,
            "packages": self._content,
            "lms": _own_file,
            "login": login,
        }
        if area == "favicon.ico":
            return Response(204)
        if area == "left":
            return page("<!doctype html><html lang=en><title>Left</title><p>You have left.")
        return routes[area](rest, request) if area in routes else missing(request.path)

    def _launch(self, course: str, request: Request) -> Response:
        package = self._packages.get(course)
        if package is None:
            return missing(course)
        if request.query.get("api") == "tincan":
            return self._tincan(package, request)
        api, faults = request.query["api"], request.query["faults"]
        key = self._key(package, request.query["learner"])
        mode = request.query.get("mode", "")
        launch = self.begin(Session(key, package.sco, package.archive, faults.split(",")
                                    if faults else [], mode))  # fmt: skip
        template = Template((PAGES / "host.html").read_text("utf-8"))
        return page(template.substitute(
            title=escape(package.sco.title),
            launch=launch_json({**launch, "api": api}),
            source=escape(content_url(launch, package.sco)),
        ))  # fmt: skip

    def _tincan(self, package: Package, request: Request) -> Response:
        """Send the browser to the content with the launch query (Rustici's launch method)."""
        query = dict(request.query)
        learner = query.pop("learner")
        left_out = query.pop("leave_out").split(",")
        del query["api"], query["faults"]
        account = {"homePage": self.origin, "name": learner}
        actor = {"objectType": "Agent", "name": f"Test {learner.title()}", "account": account}
        standard = {
            "endpoint": self.origin + self.lrs.prefix,
            "auth": self.lrs.authorization,
            "actor": json.dumps(actor),
            "registration": self.registration(package, learner),
            "activity_id": package.identifier,
        }
        launch = {name: value for name, value in {**standard, **query}.items()
                  if name not in left_out}  # fmt: skip
        return Response(302, headers={"Location": f"{self.content(package)}?{urlencode(launch)}"})

    def _key(self, package: Package, learner: str, before: int = 0) -> tuple[str, ...]:
        """Under which an attempt's record is kept."""
        names = (package.course, package.identifier)
        number = self._attempts[*names, learner] - before
        return *names, str(number), learner

    def _content(self, rest: str, request: Request) -> Response:
        course, _, name = rest.partition("/")
        package = self._packages.get(course)
        if package is None:
            return missing(request.path)
        return self.content_of(package.archive, name, request)


def registration(package: Package, learner: str, attempt: int = 0) -> str:
    """The registration of a learner's attempt at a course: always the same UUID."""
    name = f"{package.course}/{learner}" + (f"/{attempt}" if attempt else "")
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def _import(path: Path, course: str) -> Package:
    archive = Archive(path)
    if "tincan.xml" in archive and "imsmanifest.xml" not in archive:
        return Package(course, "tincan", _activity(archive), archive)
    return Package(course, "scorm12", _only_sco(archive), archive)


def _only_sco(archive: Archive) -> Sco:
    """The one SCO of a package in which nothing would make an LMS stumble."""
    try:
        manifest = read_manifest(archive)
    except PackageError as error:
        raise ImportRefusedError(str(error)) from error
    if manifest.notes or len(manifest.scos) != 1:
        raise ImportRefusedError(" ".join(note.what for note in manifest.notes))
    return manifest.scos[0]


def _activity(archive: Archive) -> Sco:
    """The one activity with a launch."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    root = etree.fromstring(archive.read("tincan.xml"), parser)
    launched = root.findall(f"{_TINCAN}activities/{_TINCAN}activity[{_TINCAN}launch]")
    if len(launched) != 1:
        raise ImportRefusedError(f"one activity must have a launch, not {len(launched)}")
    [activity] = launched
    href = activity.findtext(f"{_TINCAN}launch") or ""
    if urlsplit(href).path not in archive:
        raise ImportRefusedError(f"{href} is not in the package")
    return Sco(activity.get("id", ""), activity.findtext(f"{_TINCAN}name") or "", href)


def _own_file(name: str, request: Request) -> Response:
    pages = {path.name: path for path in PAGES.iterdir()}
    return own_file({**pages, "referee.js": referee.SCRIPT, SCORM_AGAIN.name: SCORM_AGAIN}, name)
