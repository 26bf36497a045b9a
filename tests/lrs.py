"""A fake LRS over real HTTP that keeps the xAPI 1.0.3 specification.

Numbers are sections of the specification's "Part Three" (Communication); those of the statements
themselves stand in `xapi_rules.py`. Not there, and answered with 501: attachments (multipart) and
the formats `ids` and `canonical`. The alternate request syntax for old browsers (1.3) is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import quote

import xapi_rules as rules
from web import Request, Response, Server, Watched, http_date

Json = dict[str, Any]

VERSION = "1.0.3"
STATEMENT_PARAMETERS = {
    "statementId", "voidedStatementId", "agent", "verb", "activity", "registration",
    "related_activities", "related_agents", "since", "until", "limit", "format", "attachments",
    "ascending",
}  # fmt: skip
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, X-Experience-API-Version, If-Match, If-None-Match, "
        "Accept-Language"
    ),
    "Access-Control-Max-Age": "600",
}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_EXPOSED = "X-Experience-API-Version, X-Experience-API-Consistent-Through, Last-Modified"


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """An answer that is not what was asked for."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Visit:
    """One request and its answer, for the journal. A JSON body is parsed, another is text."""

    method: str
    resource: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int
    answer: str


@dataclass
class Document:
    """A document of the State or a profile resource (2.2)."""

    body: bytes
    content_type: str
    updated: datetime

    @property
    def etag(self) -> str:
        """The SHA-1 of the contents, in quotes (3.1)."""
        return f'"{hashlib.sha1(self.body).hexdigest()}"'


@dataclass(frozen=True)
class Shelf:
    """A document resource: which parameters say where a document is, and what it demands."""

    where: dict[str, Callable[[str], str]]
    name: str
    optional: frozenset[str] = frozenset()
    demands_headers: bool = True


@dataclass
class Lrs(Watched):
    """The LRS as a site: mount it below `prefix`, or serve it alone with `serve()`.

    `extras` are launch parameters that it knows beside the standard's. With `hides_etag` a page of
    another origin cannot read the ETag, as with many a real LRS.
    """

    key: str = "launch"
    secret: str = "let-me-in"
    prefix: str = "/lrs/"
    extras: set[str] = field(default_factory=set)
    hides_etag: bool = False
    journal: list[Visit] = field(default_factory=list)
    _stored: dict[str, Json] = field(default_factory=dict)
    _documents: dict[tuple[tuple[str, str], ...], Document] = field(default_factory=dict)
    _pages: dict[str, tuple[list[str], int]] = field(default_factory=dict)
    _last: datetime = _LONG_AGO

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def authorization(self) -> str:
        """The header that lets a client in."""
        return "Basic " + base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()

    @property
    def statements(self) -> list[Json]:
        """All statements as stored, oldest first, voided ones too."""
        with self.changed:
            return deepcopy(list(self._stored.values()))

    def document(self, name: str) -> Any:
        """The one document (State or profile) of that id, parsed if it is JSON; None if none."""
        with self.changed:
            found = [d for place, d in self._documents.items() if ("id", name) in place]
        return _readable(found[0].body) if found else None

    def wait_for_statements(self, count: int) -> list[Json]:
        """Wait until so many statements have come, and return them all."""
        self.wait_for(lambda: len(self._stored) >= count, f"{count} statements")
        return self.statements

    def answer(self, request: Request) -> Response:
        """Answer one request, and enter it in the journal."""
        resource = request.path.removeprefix(self.prefix).rstrip("/")
        with self.changed:
            try:
                response = self._route(resource, request)
            except Refusal as refusal:
                response = Response(refusal.status, str(refusal).encode())
            self._enter(resource, request, response)
            self.changed.notify_all()
        return Response(response.status, response.body, {**self._headers(), **response.headers})

    def serve(self) -> LrsServer:
        """This LRS alone on an origin of its own, as a context manager."""
        return LrsServer(self)

    def _headers(self) -> dict[str, str]:
        exposed = _EXPOSED if self.hides_etag else f"{_EXPOSED}, ETag"
        return {
            "X-Experience-API-Version": VERSION,
            "Access-Control-Expose-Headers": exposed,
            "Cache-Control": "no-store",
            **_CORS,
        }

    def _enter(self, resource: str, request: Request, response: Response) -> None:
        visit = Visit(
            request.method,
            resource,
            request.query,
            request.headers,
            _readable(request.body),
            response.status,
            response.body.decode(errors="replace"),
        )
        self.journal.append(visit)

    def _route(self, resource: str, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(204)
        if resource == "about":
            return self._about(request)
        self._check_credentials(request)
        _check_version(request)
        if resource == "statements" or resource.startswith("statements/more/"):
            return self._statements_resource(resource, request)
        if resource in SHELVES:
            return self._documents_resource(SHELVES[resource], resource, request)
        if resource == "activities":
            return self._activity(request)
        if resource == "agents":
            return self._person(request)
        raise Refusal(404, f"there is no resource {resource!r} (Appendix B)")

    def _check_credentials(self, request: Request) -> None:
        # No WWW-Authenticate header: a browser would open a dialogue.
        if request.headers.get("authorization") != self.authorization:
            raise Refusal(401, "these credentials are missing or unknown (4.0)")

    def _parameters(self, request: Request, known: Iterable[str]) -> dict[str, str]:
        allowed = {*known, *self.extras}
        for name in request.query.keys() - allowed:
            raise Refusal(400, f"the parameter {name!r} is not known here (3.2)")
        return {name: value for name, value in request.query.items() if name not in self.extras}

    # 2.8 About
    def _about(self, request: Request) -> Response:
        _allow(request, "GET", "HEAD")
        self._parameters(request, ())
        return _json({"version": ["1.0.0", "1.0.1", "1.0.2", VERSION]})

    # 2.4 Agents, 2.5 Activities
    def _person(self, request: Request) -> Response:
        _allow(request, "GET", "HEAD")
        agent = json.loads(_agent_key(_required(self._parameters(request, ("agent",)), "agent")))
        return _json({"objectType": "Person", **{name: [value] for name, value in agent.items()}})

    def _activity(self, request: Request) -> Response:
        _allow(request, "GET", "HEAD")
        wanted = _iri(_required(self._parameters(request, ("activityId",)), "activityId"))
        activity: Json = {"objectType": "Activity", "id": wanted}
        for known in (one for statement in self._stored.values() for one in _activities(statement)):
            if known["id"] == wanted and "definition" in known:
                activity["definition"] = known["definition"]
        return _json(activity)

    # 2.1 Statements
    def _statements_resource(self, resource: str, request: Request) -> Response:
        _allow(request, "GET", "HEAD", "PUT", "POST")
        if request.method == "PUT":
            response = self._put(request)
        elif request.method == "POST":
            response = self._post(request)
        else:
            response = self._get(resource, request)
        through = {"X-Experience-API-Consistent-Through": _written(datetime.now(UTC))}
        return Response(response.status, response.body, {**through, **response.headers})

    def _put(self, request: Request) -> Response:
        wanted = _uuid(_required(self._parameters(request, ("statementId",)), "statementId"))
        statement = _body_json(request)
        if not isinstance(statement, dict):
            raise Refusal(400, "PUT takes one statement (2.1.1)")
        if str(statement.setdefault("id", wanted)).lower() != wanted.lower():
            raise Refusal(400, "the statement's id is not the statementId (2.1.1)")
        self._store([statement])
        return Response(204)

    def _post(self, request: Request) -> Response:
        self._parameters(request, ())
        body = _body_json(request)
        batch = body if isinstance(body, list) else [body]
        for statement in batch:
            if isinstance(statement, dict):
                statement.setdefault("id", str(uuid.uuid4()))
        self._store(batch)
        return _json([statement["id"] for statement in batch])

    def _store(self, batch: list[Json]) -> None:
        """All of a batch or none of it (3.2)."""
        for statement in batch:
            problems = rules.statement_problems(statement)
            if problems:
                raise Refusal(400, "\n".join(problems))
        ids = [statement["id"].lower() for statement in batch]
        if len(ids) != len(set(ids)):
            raise Refusal(400, "two statements of the batch have the same id (2.1.2)")
        for name, statement in zip(ids, batch, strict=True):
            if name in self._stored and not _same(self._stored[name], statement):
                raise Refusal(409, f"another statement {name} is stored already (2.1.2)")
        for name, statement in zip(ids, batch, strict=True):
            if name not in self._stored:
                self._stored[name] = self._completed(statement)

    def _completed(self, statement: Json) -> Json:
        """The statement with what the LRS adds: stored, timestamp, authority, version (2.4)."""
        # Stored is never the same twice, so that its order is the order of arrival.
        self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        stored = _written(self._last)
        complete = {"timestamp": stored, "version": "1.0.0", **deepcopy(statement)}
        complete["stored"] = stored
        account = {"homePage": "https://lrs.example.org", "name": self.key}
        complete["authority"] = {"objectType": "Agent", "account": account}
        kinds = complete.get("context", {}).get("contextActivities", {})
        for kind, value in kinds.items():
            kinds[kind] = value if isinstance(value, list) else [value]
        return complete

    def _get(self, resource: str, request: Request) -> Response:
        if resource != "statements":
            self._parameters(request, ())
            return self._more(resource.rpartition("/")[2])
        query = self._parameters(request, STATEMENT_PARAMETERS)
        _check_query(query)
        if query.keys() & {"statementId", "voidedStatementId"}:
            return self._single(query)
        found = [s for s in self._stored.values() if self._answers(s, query)]
        if query.get("ascending") != "true":
            found.reverse()
        limit = int(query.get("limit", "0")) or len(found)
        return self._page([statement["id"].lower() for statement in found], limit)

    def _page(self, names: list[str], limit: int) -> Response:
        page, rest = names[:limit], names[limit:]
        result: Json = {"statements": [self._stored[name] for name in page], "more": ""}
        if rest:
            token = str(len(self._pages) + 1)
            self._pages[token] = (rest, limit)
            result["more"] = quote(f"{self.prefix}statements/more/{token}")
        return _json(result)

    def _more(self, token: str) -> Response:
        if token not in self._pages:
            raise Refusal(404, "there is no such page (2.1.3)")
        return self._page(*self._pages[token])

    def _single(self, query: dict[str, str]) -> Response:
        others = query.keys() - {"attachments", "format"}
        if len(others) != 1:
            raise Refusal(400, "a statement by its id takes no other parameter (2.1.3)")
        wanted = _uuid(query[others.pop()]).lower()
        statement = self._stored.get(wanted)
        if statement is None or self._is_voided(statement) != ("voidedStatementId" in query):
            raise Refusal(404, f"there is no such statement {wanted} (3.2)")
        return _json(statement)

    def _is_voided(self, statement: Json) -> bool:
        """Voided by another, and not itself one that voids (Data 2.3.2)."""
        if _voids(statement) is not None:
            return False
        return any(_voids(other) == statement["id"].lower() for other in self._stored.values())

    def _answers(self, statement: Json, query: dict[str, str]) -> bool:
        """Whether a statement is among the answers to a query (2.1.3, 2.1.4)."""
        stored = rules.moment(statement["stored"])
        if "since" in query and stored <= rules.moment(query["since"]):
            return False
        if "until" in query and stored > rules.moment(query["until"]):
            return False
        return not self._is_voided(statement) and self._matches(statement, query)

    def _matches(self, statement: Json, query: dict[str, str]) -> bool:
        """The filters; a statement also matches if the one that it refers to does (2.1.3)."""
        if all(_filter(name, statement, query) for name in _FILTERS if name in query):
            return True
        target = statement["object"]
        if target.get("objectType") != "StatementRef":
            return False
        referred = self._stored.get(target["id"].lower())
        return referred is not None and self._matches(referred, query)

    # 2.2 Documents: 2.3 State, 2.6 Agent profile, 2.7 Activity profile
    def _documents_resource(self, shelf: Shelf, resource: str, request: Request) -> Response:
        _allow(request, "GET", "HEAD", "PUT", "POST", "DELETE")
        query = self._parameters(request, {*shelf.where, shelf.name, "since"})
        place = [("resource", resource)]
        for name, normal in shelf.where.items():
            if name in query or name not in shelf.optional:
                place.append((name, normal(_required(query, name))))
        if shelf.name not in query:
            return self._many(shelf, tuple(place), query, request)
        if "since" in query:
            raise Refusal(400, f"since is for requests without {shelf.name}")
        return self._one(shelf, (*place, ("id", query[shelf.name])), request)

    def _many(
        self, shelf: Shelf, place: tuple[tuple[str, str], ...], query: dict[str, str], req: Request
    ) -> Response:
        found = {key: d for key, d in self._documents.items() if set(place) <= set(key)}
        if req.method == "DELETE" and not shelf.demands_headers:
            for key in found:
                del self._documents[key]
            return Response(204)
        if req.method not in ("GET", "HEAD"):
            raise Refusal(400, f"{shelf.name} is missing (3.2)")
        since = rules.moment(_timestamp(query["since"])) if "since" in query else None
        return _json([dict(k)["id"] for k, d in found.items() if not since or d.updated > since])

    def _one(self, shelf: Shelf, key: tuple[tuple[str, str], ...], request: Request) -> Response:
        document = self._documents.get(key)
        if request.method in ("GET", "HEAD"):
            return _document(document)
        _check_preconditions(shelf, document, request)
        if request.method == "DELETE":
            self._documents.pop(key, None)
            return Response(204)
        body = request.body if request.method == "PUT" else _merged(document, request)
        kind = request.headers.get("content-type", "application/octet-stream")
        self._documents[key] = Document(body, kind, datetime.now(UTC))
        return Response(204)


class LrsServer:
    """An LRS alone on an origin of its own, as a context manager."""

    def __init__(self, lrs: Lrs) -> None:
        self._lrs = lrs
        self._server = Server(lrs)

    @property
    def endpoint(self) -> str:
        """The address below which the resources are, with a slash at the end."""
        return self._server.origin + self._lrs.prefix

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)


def _check_version(request: Request) -> None:
    """1.0 and 1.0.x are served; all else, or nothing said, is refused (3.3)."""
    version = request.headers.get("x-experience-api-version", "")
    if not re.fullmatch(r"1\.0(\.\d+)?", version):
        raise Refusal(400, f"X-Experience-API-Version must be 1.0.x, not {version!r} (3.3)")


def _check_query(query: dict[str, str]) -> None:
    for name, check in _QUERY_CHECKS.items():
        if name in query:
            check(query[name])
    if query.get("format", "exact") != "exact" or query.get("attachments") == "true":
        raise Refusal(501, "this LRS gives statements exactly, and without attachments")


def _check_preconditions(shelf: Shelf, document: Document | None, request: Request) -> None:
    """Nobody overwrites what they have not seen (3.1)."""
    match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
    etag = document.etag if document else None
    if match is not None and etag not in _tags(match) and not (match == "*" and document):
        raise Refusal(412, "the document is not the one of If-Match (3.1)")
    if none_match is not None and document and (none_match == "*" or etag in _tags(none_match)):
        raise Refusal(412, "there is such a document already (3.1)")
    headed = match is not None or none_match is not None
    if shelf.demands_headers and request.method == "PUT" and document and not headed:
        raise Refusal(
            409,
            "check the current state of the resource and set the If-Match header with the current "
            "ETag to resolve the conflict (3.1)",
        )


def _tags(header: str) -> list[str]:
    return [tag.strip() for tag in header.split(",")]


def _merged(document: Document | None, request: Request) -> bytes:
    """POST sets top-level properties of a JSON document, and makes it if there is none (2.2)."""
    posted = _object_of(request.body, request.headers.get("content-type", ""))
    existing = _object_of(document.body, document.content_type) if document else {}
    return json.dumps({**existing, **posted}).encode()


def _object_of(body: bytes, content_type: str) -> Json:
    value = _readable(body)
    if content_type.split(";")[0].strip() != "application/json" or not isinstance(value, dict):
        raise Refusal(400, "POST merges documents that are JSON objects (2.2)")
    return value


def _document(document: Document | None) -> Response:
    if document is None:
        raise Refusal(404, "there is no such document (3.2)")
    headers = {
        "Content-Type": document.content_type,
        "ETag": document.etag,
        "Last-Modified": http_date(document.updated.timestamp()),
    }
    return Response(200, document.body, headers)


def _allow(request: Request, *methods: str) -> None:
    if request.method not in methods:
        raise Refusal(405, f"{request.method} is not for this resource")


def _json(value: object) -> Response:
    return Response(200, json.dumps(value).encode(), {"Content-Type": "application/json"})


def _body_json(request: Request) -> Any:
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if kind == "multipart/mixed":
        raise Refusal(501, "this LRS takes no attachments")
    if kind != "application/json":
        raise Refusal(400, "statements come as application/json (1.5.1, 3.2)")
    try:
        return json.loads(request.body, object_pairs_hook=_without_doubles)
    except ValueError as error:
        raise Refusal(400, f"this is not JSON: {error}") from error


def _without_doubles(pairs: list[tuple[str, Any]]) -> Json:
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError(f"a property stands twice among {names}")
    return dict(pairs)


def _readable(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def _required(query: dict[str, str], name: str) -> str:
    if name not in query:
        raise Refusal(400, f"{name} is missing (3.2)")
    return query[name]


def _normal(check: Callable[[object], list[str]]) -> Callable[[str], str]:
    def normal(value: str) -> str:
        problems = check(value)
        if problems:
            raise Refusal(400, "\n".join(problems))
        return value

    return normal


_iri = _normal(rules.iri_problems)
_uuid = _normal(rules.uuid_problems)
_timestamp = _normal(rules.timestamp_problems)


def _agent_key(text: str) -> str:
    """An agent parameter, checked, as a text that is the same for the same agent."""
    agent = _readable(text.encode())
    problems = rules.agent_problems(agent)
    if problems:
        raise Refusal(400, "\n".join(problems))
    return json.dumps(_identifier(agent), sort_keys=True)


def _identifier(agent: Json) -> Json:
    return {name: agent[name] for name in ("mbox", "mbox_sha1sum", "openid", "account")
            if name in agent}  # fmt: skip


def _must_match(expression: str, wanted: str) -> Callable[[str], str]:
    return _normal(lambda v: [] if re.fullmatch(expression, str(v)) else [f"{v!r} is not {wanted}"])


_boolean = _must_match("true|false", "true or false (2.1.3)")
_QUERY_CHECKS = {
    "agent": _agent_key,
    "verb": _iri,
    "activity": _iri,
    "registration": _uuid,
    "since": _timestamp,
    "until": _timestamp,
    "limit": _must_match(r"\d+", "a whole number (2.1.3)"),
    "format": _must_match("ids|exact|canonical", "ids, exact or canonical (2.1.3)"),
    "attachments": _boolean,
    "ascending": _boolean,
    "related_activities": _boolean,
    "related_agents": _boolean,
}

SHELVES = {
    "activities/state": Shelf(
        {"activityId": _iri, "agent": _agent_key, "registration": _uuid},
        "stateId",
        frozenset({"registration"}),
        demands_headers=False,
    ),
    "activities/profile": Shelf({"activityId": _iri}, "profileId"),
    "agents/profile": Shelf({"agent": _agent_key}, "profileId"),
}
"""The document resources (2.2)."""


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _voids(statement: Json) -> str | None:
    """The id of the statement that this one voids, if it does."""
    if statement["verb"]["id"] != rules.VOIDED:
        return None
    return str(statement["object"]["id"]).lower()


def _same(stored: Json, sent: Json) -> bool:
    """Equal but for what may change (Data 2.3.1): display, definition, zone of the timestamp."""
    return _core(stored) == _core(sent)


def _core(statement: Json) -> Json:
    core = deepcopy(statement)
    for name in ("stored", "authority", "version"):
        core.pop(name, None)
    core["id"] = core["id"].lower()
    core["verb"].pop("display", None)
    if "timestamp" in core:
        core["timestamp"] = rules.moment(core["timestamp"])
    for activity in _activities(core):
        activity.pop("definition", None)
        activity.setdefault("objectType", "Activity")
    kinds = core.get("context", {}).get("contextActivities", {})
    for kind, value in kinds.items():
        kinds[kind] = value if isinstance(value, list) else [value]
    return core


def _sub_statement(statement: Json) -> Json | None:
    target: Json = statement["object"]
    return target if target.get("objectType") == "SubStatement" else None


def _activities(statement: Json) -> Iterator[Json]:
    """The object and the context's activities, those of a SubStatement too."""
    if statement["object"].get("objectType", "Activity") == "Activity":
        yield statement["object"]
    for value in statement.get("context", {}).get("contextActivities", {}).values():
        yield from value if isinstance(value, list) else [value]
    sub = _sub_statement(statement)
    if sub:
        yield from _activities(sub)


def _agents(statement: Json, related: bool) -> Iterator[Json]:
    """The actor and the object; related: authority, instructor, team and a SubStatement's too."""
    candidates = [statement["actor"], statement["object"]]
    if related:
        context = statement.get("context", {})
        candidates += [statement.get("authority"), context.get("instructor"), context.get("team")]
    for agent in candidates:
        if agent:
            yield agent
            yield from agent.get("member", [])
    sub = _sub_statement(statement)
    if related and sub:
        yield from _agents(sub, related)


def _agent_filter(statement: Json, query: dict[str, str]) -> bool:
    wanted = json.loads(_agent_key(query["agent"]))
    agents = _agents(statement, query.get("related_agents") == "true")
    return any(_identifier(agent) == wanted for agent in agents)


def _activity_filter(statement: Json, query: dict[str, str]) -> bool:
    if query.get("related_activities") == "true":
        return any(activity["id"] == query["activity"] for activity in _activities(statement))
    target = statement["object"]
    is_activity = target.get("objectType", "Activity") == "Activity"
    return is_activity and bool(target["id"] == query["activity"])


def _registration_filter(statement: Json, query: dict[str, str]) -> bool:
    registration = str(statement.get("context", {}).get("registration", ""))
    return registration.lower() == query["registration"].lower()


_FILTERS: dict[str, Callable[[Json, dict[str, str]], bool]] = {
    "agent": _agent_filter,
    "verb": lambda statement, query: bool(statement["verb"]["id"] == query["verb"]),
    "activity": _activity_filter,
    "registration": _registration_filter,
}


def _filter(name: str, statement: Json, query: dict[str, str]) -> bool:
    return _FILTERS[name](statement, query)
