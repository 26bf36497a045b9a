"""A fake LRS over real HTTP that keeps the xAPI 1.0.3 specification.

Numbers are sections of the specification's "Part Three" (Communication), or of Data where that is
said. Not there, and answered with 501: attachments (multipart) and the formats `ids` and
`canonical`. The alternate request syntax for old browsers (1.3) is refused.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from watched import Watched
from xapi import match
from xapi.documents import SHELVES, Documents
from xapi.faults import Faults
from xapi.requests import Json, Refusal, agent_key, allow, as_json, iri, readable, required
from xapi.statements import Statements, written

from rsscorm.referee.web import Request, Response, Server

VERSION = "1.0.3"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, X-Experience-API-Version, If-Match, If-None-Match, "
        "Accept-Language"
    ),
    "Access-Control-Max-Age": "600",
}
EXPOSED = "X-Experience-API-Version, X-Experience-API-Consistent-Through, Last-Modified"


@dataclass(frozen=True)
class Visit:
    """One request and its answer, for the journal. Status 0: none was heard."""

    method: str
    resource: str
    query: dict[str, str]
    headers: dict[str, str]
    sent: bytes
    status: int
    answer: str

    @property
    def body(self) -> Any:
        """What was sent: parsed if it is JSON, as text otherwise."""
        return readable(self.sent)


class Lrs(Watched):
    """The LRS as a site: mount it below `prefix`, or serve it alone with `serve()`.

    `extras` are launch parameters that it knows beside the standard's. With `hides_etag` a page of
    another origin cannot read the ETag, as with many a real LRS. While it `is_down` each request
    is answered 503. Whatever else shall go wrong with statements is in `faults`.
    """

    def __init__(
        self, key: str = "launch", secret: str = "let-me-in", prefix: str = "/lrs/"
    ) -> None:
        super().__init__()
        self.authorization = "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.prefix = prefix
        self.extras: set[str] = set()
        self.hides_etag = False
        self.is_down = False
        self.is_away = False
        self.faults = Faults()
        self.journal: list[Visit] = []
        account = {"homePage": "https://lrs.example.org", "name": key}
        authority = {"objectType": "Agent", "account": account}
        self._statements = Statements(f"{prefix}statements", authority)
        self._documents = Documents()

    @property
    def statements(self) -> list[Json]:
        """All statements as stored, oldest first, voided ones too."""
        with self.changed:
            return deepcopy(list(self._statements.stored.values()))

    def forget(self, id: str) -> None:
        """Lose a statement, as no LRS should."""
        with self.changed:
            del self._statements.stored[id]

    def document(self, name: str, registration: str = "") -> Any:
        """The first document (State or profile) of that id, parsed if it is JSON; None if none.

        With a registration, the first that is of it.
        """
        with self.changed:
            return self._documents.find(name, registration)

    def wait_for_statements(self, count: int) -> list[Json]:
        """Wait until so many statements have come, and return them all."""
        self.wait_for(lambda: len(self._statements.stored) >= count, f"{count} statements")
        return self.statements

    def forget_pages(self) -> None:
        """From now on no page can be asked for that was promised."""
        with self.changed:
            self._statements.pages.clear()

    def serve(self) -> LrsServer:
        """This LRS alone on an origin of its own, as a context manager."""
        return LrsServer(self)

    def answer(self, request: Request) -> Response:
        """Answer one request, and enter it in the journal."""
        resource = request.path.removeprefix(self.prefix).rstrip("/")
        with self.changed:
            response = self._response(resource, request)
            self.journal.append(_visit(resource, request, response))
            headers = {**self._headers(resource), **response.headers}
            self.changed.notify_all()
        return Response(response.status, response.body, headers)

    def _response(self, resource: str, request: Request) -> Response:
        if self.is_away:
            return Response(0)
        is_faulty = resource.startswith("statements") and request.method != "OPTIONS"
        fault = self.faults.next() if is_faulty else None
        if fault and not fault.is_late:
            return fault.response
        try:
            response = self._route(resource, request)
        except Refusal as refusal:
            response = Response(refusal.status, str(refusal).encode())
        return fault.response if fault else response

    def _headers(self, resource: str) -> dict[str, str]:
        exposed = EXPOSED if self.hides_etag else f"{EXPOSED}, ETag"
        headers = {
            "X-Experience-API-Version": VERSION,
            "Access-Control-Expose-Headers": exposed,
            "Cache-Control": "no-store",
            **CORS,
        }
        if resource.startswith("statements"):
            headers["X-Experience-API-Consistent-Through"] = written(datetime.now(UTC))
        return headers

    def _route(self, resource: str, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(204)
        if self.is_down:
            return Response(503)
        if resource == "about":
            return self._about(request)
        self._check_credentials(request)
        _check_version(request)
        if resource in SHELVES:
            query = self._query(request, SHELVES[resource].parameters)
            return self._documents.answer(resource, request, query)
        routes = {
            "statements": self._statement,
            "activities": self._activity,
            "agents": self._person,
        }
        if resource in routes:
            return routes[resource](request)
        if resource.startswith("statements/more/"):
            return self._statements.more(resource.rpartition("/")[2])
        raise Refusal(404, f"there is no resource {resource!r} (Appendix B)")

    def _check_credentials(self, request: Request) -> None:
        # No WWW-Authenticate header: a browser would open a dialogue.
        if request.headers.get("authorization") != self.authorization:
            raise Refusal(401, "these credentials are missing or unknown (4.0)")

    def _query(self, request: Request, known: Iterable[str]) -> dict[str, str]:
        allowed = {*known, *self.extras}
        for name in request.query.keys() - allowed:
            raise Refusal(400, f"the parameter {name!r} is not known here (3.2)")
        return {name: value for name, value in request.query.items() if name not in self.extras}

    def _about(self, request: Request) -> Response:
        """2.8: open to all, whatever their version."""
        allow(request, "GET", "HEAD")
        self._query(request, ())
        return as_json({"version": ["1.0.0", "1.0.1", "1.0.2", VERSION]})

    def _statement(self, request: Request) -> Response:
        if self.faults.largest is not None and len(request.body) > self.faults.largest:
            raise Refusal(413, f"more than {self.faults.largest} bytes")
        self._statements.faults = self.faults
        return self._statements.answer(request, self._query(request, match.QUERY))

    def _person(self, request: Request) -> Response:
        """2.4: what is known of a person, here what was asked."""
        allow(request, "GET", "HEAD")
        agent = json.loads(agent_key(required(self._query(request, ("agent",)), "agent")))
        person = {name: [value] for name, value in agent.items()}
        return as_json({"objectType": "Person", **person})

    def _activity(self, request: Request) -> Response:
        """2.5: an activity with its latest definition, if there was one."""
        allow(request, "GET", "HEAD")
        wanted = iri(required(self._query(request, ("activityId",)), "activityId"))
        activity: Json = {"objectType": "Activity", "id": wanted}
        for statement in self._statements.stored.values():
            for known in match.activities(statement):
                if known["id"] == wanted and "definition" in known:
                    activity["definition"] = known["definition"]
        return as_json(activity)


class LrsServer:
    """An LRS alone on an origin of its own, as a context manager."""

    def __init__(self, lrs: Lrs) -> None:
        self._lrs = lrs
        self._server = Server(lrs)

    @property
    def endpoint(self) -> str:
        """The address below which the resources are, with a slash at the end."""
        return self._server.origin + self._lrs.prefix

    @contextmanager
    def away(self) -> Iterator[None]:
        """Meanwhile nobody is there: connections are cut, and new ones refused."""
        origin = self._server.origin
        self._lrs.is_away = True
        self._server.__exit__()
        try:
            yield
        finally:
            self._lrs.is_away = False
            self._server = Server(self._lrs, int(origin.rpartition(":")[2]))
            self._server.__enter__()

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)


def _visit(resource: str, request: Request, response: Response) -> Visit:
    return Visit(
        request.method,
        resource,
        request.query,
        request.headers,
        request.body,
        response.status,
        response.body.decode(errors="replace"),
    )


def _check_version(request: Request) -> None:
    """1.0 and 1.0.x are served; all else, or nothing said, is refused (3.3)."""
    version = request.headers.get("x-experience-api-version", "")
    if not re.fullmatch(r"1\.0(\.\d+)?", version):
        raise Refusal(400, f"X-Experience-API-Version must be 1.0.x, not {version!r} (3.3)")
