"""A pretend LRS: keeps the statements and the State of one Tin Can launch, and shows them.

As much of xAPI 1.0.3 (Part Three, Communication) as a launched package needs: `about`, statements
put and read by their ids, and one state document with its ETag.
"""

from __future__ import annotations

import json
import threading
from hashlib import sha1
from typing import Any

from rsscorm.referee.web import Request, Response

VERSION = "1.0.3"
AUTHORIZATION = "Basic cHJldmlldzpwcmV2aWV3"
"""Of `preview` with the password `preview`: there is nothing here to protect."""

Json = dict[str, Any]


class Lrs:
    """One launch's record store."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._statements: dict[str, Json] = {}
        self._state: bytes | None = None

    @property
    def kept(self) -> Json:
        """All that it holds, oldest first, for whoever looks at it."""
        with self._lock:
            state = None if self._state is None else json.loads(self._state)
            return {"statements": list(self._statements.values()), "state": state}

    def answer(self, resource: str, request: Request) -> Response:
        """Answer one request to a resource below its endpoint."""
        if resource == "about":
            return _answer(200, {"version": [VERSION]})
        if request.headers.get("authorization") != AUTHORIZATION:
            return _answer(401)
        routes = {"statements": self._statement, "activities/state": self._document}
        with self._lock:
            return routes[resource](request) if resource in routes else _answer(404)

    def _statement(self, request: Request) -> Response:
        """A statement under its id: the same again changes nothing (2.1.1)."""
        id = request.query.get("statementId", "")
        held = self._statements.get(id)
        if request.method != "PUT":
            return _answer(404) if held is None else _answer(200, held)
        sent = request.json()
        if held is None:
            self._statements[id] = sent
        return _answer(204 if held in (None, sent) else 409)

    def _document(self, request: Request) -> Response:
        """The state document; it is replaced only by whoever has read it (3.1)."""
        state = self._state
        tag = None if state is None else _tag(state)
        if request.method != "PUT":
            return _answer(404) if state is None else _answer(200, json.loads(state), tag)
        match, none = (request.headers.get(name) for name in ("if-match", "if-none-match"))
        if (match and match != tag) or (none and tag):
            return _answer(412)
        request.json()
        self._state = request.body
        return _answer(204, tag=_tag(self._state))


def _tag(state: bytes) -> str:
    """The ETag of a document: its SHA-1, as the standard has it (3.1)."""
    return f'"{sha1(state).hexdigest()}"'  # noqa: S324


def _answer(status: int, content: Any = None, tag: str | None = None) -> Response:
    headers = {"X-Experience-API-Version": VERSION, "Cache-Control": "no-store"}
    if tag:
        headers["ETag"] = tag
    if content is None:
        return Response(status, b"", headers)
    headers["Content-Type"] = "application/json"
    return Response(status, json.dumps(content).encode(), headers)
