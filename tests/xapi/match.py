"""Comparing and filtering stored statements (2.1.3; Data 2.3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy

from xapi import rules
from xapi.requests import (
    Json,
    Refusal,
    agent_key,
    identifier,
    iri,
    must_match,
    timestamp,
    uuid,
)

_boolean = must_match("true|false", "true or false (2.1.3)")
_QUERY_CHECKS = {
    "agent": agent_key,
    "verb": iri,
    "activity": iri,
    "registration": uuid,
    "since": timestamp,
    "until": timestamp,
    "limit": must_match(r"\d+", "a whole number (2.1.3)"),
    "format": must_match("ids|exact|canonical", "ids, exact or canonical (2.1.3)"),
    "attachments": _boolean,
    "ascending": _boolean,
    "related_activities": _boolean,
    "related_agents": _boolean,
}
QUERY = {"statementId", "voidedStatementId", *_QUERY_CHECKS}
"""The parameters of GET statements (2.1.3)."""


def check_query(query: dict[str, str]) -> None:
    """Refuse parameters of GET statements that break the rules of their types."""
    for name, check in _QUERY_CHECKS.items():
        if name in query:
            check(query[name])
    if query.get("format", "exact") != "exact" or query.get("attachments") == "true":
        raise Refusal(501, "this LRS gives statements exactly, and without attachments")


def voids(statement: Json) -> str | None:
    """The id of the statement that this one voids, if it does."""
    if statement["verb"]["id"] != rules.VOIDED:
        return None
    return str(statement["object"]["id"]).lower()


def same(stored: Json, sent: Json) -> bool:
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
    for activity in activities(core):
        activity.pop("definition", None)
        activity.setdefault("objectType", "Activity")
    kinds = core.get("context", {}).get("contextActivities", {})
    for kind, value in kinds.items():
        kinds[kind] = value if isinstance(value, list) else [value]
    return core


def _sub_statement(statement: Json) -> Json | None:
    target: Json = statement["object"]
    return target if target.get("objectType") == "SubStatement" else None


def activities(statement: Json) -> Iterator[Json]:
    """The object and the context's activities, those of a SubStatement too."""
    if statement["object"].get("objectType", "Activity") == "Activity":
        yield statement["object"]
    for value in statement.get("context", {}).get("contextActivities", {}).values():
        yield from value if isinstance(value, list) else [value]
    sub = _sub_statement(statement)
    if sub:
        yield from activities(sub)


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
    wanted = json.loads(agent_key(query["agent"]))
    agents = _agents(statement, query.get("related_agents") == "true")
    return any(identifier(agent) == wanted for agent in agents)


def _activity_filter(statement: Json, query: dict[str, str]) -> bool:
    if query.get("related_activities") == "true":
        return any(activity["id"] == query["activity"] for activity in activities(statement))
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


def meets(statement: Json, query: dict[str, str]) -> bool:
    """Whether a statement itself meets every filter of a query that is not about time."""
    return all(matches(statement, query) for name, matches in _FILTERS.items() if name in query)
