"""The document resources: State (2.3), agent profile (2.6), activity profile (2.7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from watched import http_date

from rsscorm.referee.web import Request, Response
from xapi import rules
from xapi.requests import (
    Json,
    Refusal,
    agent_key,
    allow,
    as_json,
    iri,
    readable,
    required,
    timestamp,
    uuid,
)

Place = tuple[tuple[str, str], ...]
"""Where a document is: its resource, the parameters that say whose it is, and its id."""


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

    @property
    def parameters(self) -> set[str]:
        """Every parameter that a request may have."""
        return {*self.where, self.name, "since"}


SHELVES = {
    "activities/state": Shelf(
        {"activityId": iri, "agent": agent_key, "registration": uuid},
        "stateId",
        frozenset({"registration"}),
        demands_headers=False,
    ),
    "activities/profile": Shelf({"activityId": iri}, "profileId"),
    "agents/profile": Shelf({"agent": agent_key}, "profileId"),
}
"""The document resources (2.2)."""


class Documents:
    """All documents of an LRS."""

    def __init__(self) -> None:
        self._documents: dict[Place, Document] = {}

    def find(self, name: str, registration: str = "") -> Any:
        """The first document of that id, parsed if it is JSON; None if there is none.

        With a registration, the first that is of it.
        """
        wanted = {("id", name), *([("registration", registration)] if registration else [])}
        found = [d for place, d in self._documents.items() if wanted <= set(place)]
        return readable(found[0].body) if found else None

    def answer(self, resource: str, request: Request, query: dict[str, str]) -> Response:
        """Answer a request to one of `SHELVES`, of which the query's names have been checked."""
        shelf = SHELVES[resource]
        allow(request, "GET", "HEAD", "PUT", "POST", "DELETE")
        place = [("resource", resource)]
        for name, normal in shelf.where.items():
            if name in query or name not in shelf.optional:
                place.append((name, normal(required(query, name))))
        if shelf.name not in query:
            return self._many(shelf, tuple(place), request, query)
        if "since" in query:
            raise Refusal(400, f"since is for requests without {shelf.name}")
        return self._one(shelf, (*place, ("id", query[shelf.name])), request)

    def _many(
        self, shelf: Shelf, place: Place, request: Request, query: dict[str, str]
    ) -> Response:
        found = {key: d for key, d in self._documents.items() if set(place) <= set(key)}
        if request.method == "DELETE" and not shelf.demands_headers:
            for key in found:
                del self._documents[key]
            return Response(204)
        if request.method not in ("GET", "HEAD"):
            raise Refusal(400, f"{shelf.name} is missing (3.2)")
        since = rules.moment(timestamp(query["since"])) if "since" in query else None
        return as_json([dict(k)["id"] for k, d in found.items() if not since or d.updated > since])

    def _one(self, shelf: Shelf, key: Place, request: Request) -> Response:
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
    value = readable(body)
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
