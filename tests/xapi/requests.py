"""What every resource asks of a request (Communication 3.2), and the answers to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from rsscorm.referee.web import Request, Response
from xapi import rules

Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """An answer that is not what was asked for."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def allow(request: Request, *methods: str) -> None:
    """Refuse a method that the resource does not have."""
    if request.method not in methods:
        raise Refusal(405, f"{request.method} is not for this resource")


def as_json(value: object) -> Response:
    """200 with JSON."""
    return Response(200, json.dumps(value).encode(), {"Content-Type": "application/json"})


def body_json(request: Request) -> Any:
    """The statements of a PUT or POST; 400 if they are not JSON that says so (1.5.1, 3.2)."""
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


def readable(body: bytes) -> Any:
    """A body parsed if it is JSON, as text otherwise."""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def required(query: dict[str, str], name: str) -> str:
    """A parameter that must be there; 400 if it is not (3.2)."""
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


iri = _normal(rules.iri_problems)
uuid = _normal(rules.uuid_problems)
timestamp = _normal(rules.timestamp_problems)


def agent_key(text: str) -> str:
    """An agent parameter, checked, as a text that is the same for the same agent."""
    agent = readable(text.encode())
    problems = rules.agent_problems(agent)
    if problems or not identifier(agent):
        raise Refusal(400, "\n".join(problems) or "the agent has no identifier (Data 2.4.2.3)")
    return json.dumps(identifier(agent), sort_keys=True)


def identifier(agent: Json) -> Json:
    """The part of an agent or group that says who it is (Data 2.4.2.3)."""
    return {name: value for name, value in agent.items() if name in rules.IDENTIFIERS}


def must_match(expression: str, wanted: str) -> Callable[[str], str]:
    """A check of a parameter against a regular expression."""
    return _normal(lambda v: [] if re.fullmatch(expression, str(v)) else [f"{v!r} is not {wanted}"])
