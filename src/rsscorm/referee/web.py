"""A small HTTP server for one machine: a site answers a request with a response."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, Self
from urllib.parse import parse_qsl, unquote, urlsplit

LARGEST = 16 * 1024 * 1024
"""Bytes of a request's body; what a learner's page sends is far smaller."""


class BadRequestError(Exception):
    """A request that no page of ours makes."""


@dataclass(frozen=True)
class Request:
    """What came in. Header names are in lower case; the path is decoded, without the query."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """What the body says; raises `BadRequestError`."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise BadRequestError from error


@dataclass(frozen=True)
class Response:
    """What goes out; the server adds the length. Status 0: nothing does, and the line is cut.

    With a `stream` it is sent instead of a body, part by part as they come.
    """

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: Iterator[bytes] | None = None


class Site(Protocol):
    """Anything that answers requests."""

    def answer(self, request: Request) -> Response:
        """The response to one request; called from many threads."""


class Server:
    """Serves a site on 127.0.0.1; at the end, what went wrong in it is raised.

    Port 0 is any that is free. Raises `OSError` when the port is taken.
    """

    def __init__(self, site: Site, port: int = 0) -> None:
        self._server = _Http(site, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for error in self._server.errors:
            raise error


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one packet: otherwise each answer waits 40 ms
    server: _Http

    def _serve(self) -> None:
        try:
            response = self.server.site.answer(self._request())
        except BadRequestError:
            self.close_connection = True
            response = Response(400)
        if response.status == 0:
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.stream is None:
            self._send(response)
        else:
            self._send_parts(response.stream)

    def _send(self, response: Response) -> None:
        has_body = response.status != 204
        if has_body:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if has_body and self.command != "HEAD":
            self.wfile.write(response.body)

    def _send_parts(self, stream: Iterator[bytes]) -> None:
        self.close_connection = True
        self.end_headers()
        for part in stream:
            self.wfile.write(part)
            self.wfile.flush()

    def _request(self) -> Request:
        length = self.headers.get("Content-Length") or "0"
        if not re.fullmatch("[0-9]{1,9}", length) or int(length) > LARGEST:
            raise BadRequestError
        try:
            url = urlsplit(self.path)
        except ValueError as error:
            raise BadRequestError from error
        return Request(
            method=self.command,
            path=unquote(url.path),
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
        )

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: sites keep records of their own."""

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _serve  # noqa: N815


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Site, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site
        self.errors: list[BaseException] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep what went wrong; a browser that stops reading a film half-way is no error."""
        error = sys.exc_info()[1]
        if error and not isinstance(error, ConnectionError):
            self.errors.append(error)
