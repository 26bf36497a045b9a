"""The server's side of the referee: launches, records, and content as LMSs serve it.

A launch has an address of its own, `/launches/3/`, with the content below it. The page of the
launch (`host.ts`) saves the learner's record there, and reports each call and breach.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from rsscorm.referee.archive import PackageError
from rsscorm.referee.manifest import Sco
from rsscorm.referee.web import Request, Response

HERE = Path(__file__).parent
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "text/xml; charset=utf-8",
    ".xsd": "text/xml; charset=utf-8",
}
LOGIN = "<!doctype html><html lang=en><title>Log in</title><p>Please log in again."

Attempt = dict[str, str]
"""A learner's record: element names and values."""


class Content(Protocol):
    """The files of a package, by name: an `Archive`, or whatever else reads like one."""

    def __contains__(self, name: object) -> bool: ...

    def size(self, name: str) -> int:
        """A file's size in bytes."""

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """A file's bytes from `start` up to, not including, `end`; `PackageError` if damaged."""


@dataclass(frozen=True)
class Call:
    """One call of the SCO, its answer, and the error code afterwards; `at` in milliseconds."""

    call: str
    args: list[Any]
    result: Any
    error: str
    at: float = field(compare=False)


@dataclass
class Session:
    """One launch: what was called, what the referee found wrong, and which faults bit."""

    key: tuple[str, ...]
    """Under which the record is kept; the learner is the last of it."""
    sco: Sco
    archive: Content = field(repr=False)
    faults: list[str] = field(default_factory=list)
    mode: str = ""
    """What the LMS says of the launch; "" leaves it to the record."""
    calls: list[Call] = field(default_factory=list)
    breaches: list[dict[str, Any]] = field(default_factory=list)
    fired: list[dict[str, Any]] = field(default_factory=list)
    turn: int = 0
    """Which save of this launch the record is."""
    saves: int = 0
    """How many the page has told of: the last may still be on its way."""
    network: str = "up"
    has_left: bool = False

    @property
    def found(self) -> list[dict[str, Any]]:
        """All breaches: each call's, and the calls that never came."""
        return [*self.breaches, *self._lacking()]

    def _lacking(self) -> Iterator[dict[str, Any]]:
        """A SCO begins its session and ends it, unless a fault hid the API from it.

        Judged only of content that has gone with its window, and had every chance.
        """
        made = {call.call for call in self.calls}
        if not self.has_left or any(bite["fault"].startswith("api-") for bite in self.fired):
            return
        if "LMSInitialize" not in made:
            yield _never_called("LMSInitialize")
        elif "LMSFinish" not in made:
            yield _never_called("LMSFinish")

    @property
    def learner(self) -> str:
        """Who learns."""
        return self.key[-1]

    def as_json(self) -> dict[str, Any]:
        """For a report."""
        return {
            "sco": self.sco.identifier,
            "learner": self.learner,
            "faults": self.faults,
            "calls": [asdict(call) for call in self.calls],
            "breaches": self.found,
            "fired": self.fired,
        }


class Lms:
    """Keeps records and sessions, and answers for them; pages are its subclasses' own."""

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.all_sessions: list[Session] = []
        self.served: list[str] = []
        self.records: dict[tuple[str, ...], Attempt] = {}

    def begin(self, session: Session) -> dict[str, Any]:
        """Launch; returns what the launch's page must know (`Launch` in `host.ts`)."""
        with self.changed:
            number = len(self.all_sessions)
            self.all_sessions.append(session)
        launch = {
            "url": f"/launches/{number}",
            "learner": {"id": session.learner, "name": f"{session.learner.title()}, Test"},
            "sco": session.sco.told,
            "attempt": self.record(session.key),
            "faults": session.faults,
        }
        return {**launch, "mode": session.mode} if session.mode else launch

    def record(self, key: tuple[str, ...]) -> Attempt:
        """A learner's record as last saved; empty if there is none."""
        with self.changed:
            return dict(self.records.get(key, {}))

    def answer_launch(self, rest: str, request: Request) -> Response:
        """Answer a request below `/launches/`."""
        number, _, what = rest.partition("/")
        known = numbered(number, len(self.all_sessions))
        if known is None:
            return missing(request.path)
        session = self.all_sessions[known]
        if what.startswith("content/"):
            return self._launched_content(session, what.removeprefix("content/"), request)
        posts: dict[str, Callable[[Session, Any], None]] = {
            "attempt": self._save, "log": self._note, "network": self._meet,
        }  # fmt: skip
        if request.method != "POST" or what not in posts:
            return missing(request.path)
        with self.changed:
            posts[what](session, request.json())
            self.changed.notify_all()
        saved = json.dumps({"result": "true", "errorCode": 0})
        return Response(200, saved.encode(), {"Content-Type": TYPES[".json"]})

    def content_of(self, archive: Content, name: str, request: Request) -> Response:
        """A file of a package, or the part of it that is asked for."""
        if name not in archive:
            return missing(request.path)
        with self.changed:
            self.served.append(name)
        try:
            return _file(archive, name, request.headers.get("range"))
        except PackageError as error:
            return Response(500, str(error).encode(), {"Content-Type": TYPES[".txt"]})

    def _launched_content(self, session: Session, name: str, request: Request) -> Response:
        if session.network == "down":
            return Response(0)
        if session.network == "login":
            return Response(302, headers={"Location": "/login"})
        return self.content_of(session.archive, name, request)

    def _save(self, session: Session, sent: Any) -> None:
        if sent["turn"] > session.turn:
            session.turn = sent["turn"]
            attempt = {name: str(value) for name, value in sent["runtimeData"].items()}
            self.records[session.key] = attempt

    def _note(self, session: Session, sent: Any) -> None:
        """Add to a session's log. A beacon may repeat what is known, or come before its turn."""
        new = sent["calls"][len(session.calls) - sent["from"] :]
        session.calls += [Call(**call) for call in new]
        session.breaches = max(session.breaches, sent["breaches"], key=len)
        session.fired = max(session.fired, sent["fired"], key=len)
        session.has_left |= sent["left"]
        session.saves = max(session.saves, sent["saves"])

    def _meet(self, session: Session, sent: Any) -> None:
        session.network = sent


def _never_called(call: str) -> dict[str, Any]:
    what = f"{call} was never called, and the window has gone"
    return {"call": call, "error": "0", "clause": f"SCORM 1.2 RTE, API: {call}", "what": what}


def content_url(launch: dict[str, Any], sco: Sco) -> str:
    """Where a launch's frame finds the content."""
    return f"{launch['url']}/content/{sco.href}"


def launch_json(launch: dict[str, Any]) -> str:
    """A launch, to stand in a page."""
    return json.dumps(launch).replace("<", r"\u003c")


def page(html: str) -> Response:
    """A page; nothing of it is kept by the browser."""
    headers = {"Content-Type": TYPES[".html"], "Cache-Control": "no-store"}
    return Response(200, html.encode(), headers)


def login(_rest: str, _request: Request) -> Response:
    """Where a learner ends whom the LMS has logged out."""
    return page(LOGIN)


def missing(what: str) -> Response:
    """Nothing is here."""
    return Response(404, f"{what} is not here".encode(), {"Content-Type": TYPES[".txt"]})


def own_file(files: Mapping[str, Path], name: str) -> Response:
    """One of these files of ours, such as a script of a page, and no other of this machine."""
    if name not in files:
        return missing(name)
    return Response(200, files[name].read_bytes(), _headers(name))


def numbered(number: str, total: int) -> int | None:
    """A number below `total` that stands in an address; None where it is none."""
    found = int(number) if re.fullmatch("[0-9]{1,9}", number) else total
    return found if found < total else None


def _headers(name: str) -> dict[str, str]:
    return {
        "Content-Type": TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream"),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def _file(archive: Content, name: str, wanted: str | None) -> Response:
    headers = {**_headers(name), "Accept-Ranges": "bytes"}
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted or "")
    if not match or match.groups() == ("", ""):
        return Response(200, archive.read(name), headers)
    return _part(archive, name, match[1], match[2], headers)


def _part(archive: Content, name: str, first: str, last: str, headers: dict[str, str]) -> Response:
    """Part of a file (RFC 9110, 14): from first to last byte, or the last so many."""
    size = archive.size(name)
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return Response(416, b"", {**headers, "Content-Range": f"bytes */{size}"})
    span = {"Content-Range": f"bytes {start}-{end}/{size}"}
    return Response(206, archive.read(name, start, end + 1), {**headers, **span})
