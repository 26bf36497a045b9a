"""The rules of xAPI 1.0.3 for statements ("Part Two: Data"), as strictly as an LRS may be.

A rule takes a value and its place, and yields what is wrong. Section numbers are those of Data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

Rule = Callable[[object, str], Iterator[str]]

VOIDED = "http://adlnet.gov/expapi/verbs/voided"

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_IRI = r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)"
_NUMBER = r"\d+(?:[.,]\d+)?"
_DURATION = (
    rf"P(?:{_NUMBER}W|(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_LANGUAGE = r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8}|[xi])(?:-[A-Za-z0-9]{1,8})*"


def statement_problems(statement: object) -> list[str]:
    """What is wrong with a statement; an empty list if nothing is."""
    return list(_statement(statement, "statement"))


def agent_problems(agent: object) -> list[str]:
    """What is wrong with an agent or identified group, as a request's parameter."""
    return list(_actor(agent, "agent"))


def uuid_problems(value: object) -> list[str]:
    """What is wrong with a UUID (4.4)."""
    return list(uuid(value, "value"))


def iri_problems(value: object) -> list[str]:
    """What is wrong with an IRI (4.3)."""
    return list(iri(value, "value"))


def timestamp_problems(value: object) -> list[str]:
    """What is wrong with a timestamp (4.5)."""
    return list(timestamp(value, "value"))


def moment(value: str) -> datetime:
    """A timestamp that passed the rules, as a point in time."""
    return datetime.fromisoformat(value.replace(",", "."))


def _pattern(expression: str, wanted: str, flags: int = 0) -> Rule:
    compiled = re.compile(expression, flags)

    def rule(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield f"{at}: must be {wanted}, not {value!r}"

    return rule


uuid = _pattern(_UUID, "a UUID (4.4)", re.IGNORECASE)
iri = _pattern(_IRI, "an IRI with its scheme (4.3)")
duration = _pattern(_DURATION, "an ISO 8601 duration (4.6)")
language = _pattern(_LANGUAGE, "an RFC 5646 language tag (2.2)")
string = _pattern(r"(?s).*", "a string (2.2)")
_mbox = _pattern(r"mailto:[^\s@]+@[^\s@]+", "a mailto IRI (2.4.2.3)")
_sha1 = _pattern(r"[0-9A-Fa-f]{40}", "a SHA-1 in hexadecimal (2.4.2.3)")
_sha2 = _pattern(r"[0-9A-Fa-f]{56,128}", "a SHA-2 in hexadecimal (2.4.11)")
_version = _pattern(r"1\.0(\.\d+)?", "1.0.x (2.4.10)")


def timestamp(value: object, at: str) -> Iterator[str]:
    """ISO 8601 with date, time and zone; never the zone -00, -0000 or -00:00 (4.5)."""
    if not isinstance(value, str) or not re.fullmatch(_TIME, value):
        yield f"{at}: must be an ISO 8601 date and time with its zone (4.5), not {value!r}"
    elif re.search(r"-00(:?00)?$", value):
        yield f"{at}: -00:00 says that no zone is known (4.5)"
    else:
        try:
            moment(value)
        except ValueError:
            yield f"{at}: there is no such moment (4.5): {value!r}"


def _one_of(*allowed: str) -> Rule:
    def rule(value: object, at: str) -> Iterator[str]:
        if value not in allowed:
            yield f"{at}: must be one of {', '.join(allowed)}, not {value!r}"

    return rule


def _boolean(value: object, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{at}: must be true or false (2.2), not {value!r}"


def _number(value: object, at: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield f"{at}: must be a number (2.2), not {value!r}"


def _whole(value: object, at: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        yield f"{at}: must be a whole number (2.4.11), not {value!r}"


def _list_of(rule: Rule) -> Rule:
    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at}: must be an array (2.2)"
            return
        for index, item in enumerate(value):
            yield from rule(item, f"{at}[{index}]")

    return check


def _shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these properties and no others (2.2)."""
    rules = {**required, **(optional or {})}

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: must be an object (2.2)"
            return
        for name in required.keys() - value.keys():
            yield f"{at}: {name} is missing (2.2)"
        for name, item in value.items():
            rule = rules.get(name)
            if rule is None:
                yield f"{at}: {name} is not a property of it (2.2)"
            else:
                yield from rule(item, f"{at}.{name}")

    return check


def _map(key: Rule, item: Rule) -> Rule:
    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: must be an object (2.2)"
            return
        for name, entry in value.items():
            yield from key(name, f"{at}: key")
            yield from item(entry, f"{at}.{name}")

    return check


def _anything(value: object, at: str) -> Iterator[str]:
    """Extensions may hold any JSON, null too (4.1)."""
    return iter(())


_language_map = _map(language, string)
_extensions = _map(iri, _anything)

# 2.4.2 Actor
IDENTIFIERS: dict[str, Rule] = {
    "mbox": _mbox,
    "mbox_sha1sum": _sha1,
    "openid": iri,
    "account": _shape({"homePage": iri, "name": string}),
}
_agent_shape = _shape({}, {"objectType": _one_of("Agent"), "name": string, **IDENTIFIERS})


def _agent(value: object, at: str) -> Iterator[str]:
    yield from _agent_shape(value, at)
    if isinstance(value, dict) and len(value.keys() & IDENTIFIERS.keys()) != 1:
        yield f"{at}: an agent has exactly one identifier (2.4.2.1)"


_group_shape = _shape(
    {"objectType": _one_of("Group")}, {"name": string, "member": _list_of(_agent), **IDENTIFIERS}
)


def _group(value: object, at: str) -> Iterator[str]:
    yield from _group_shape(value, at)
    if not isinstance(value, dict):
        return
    identifiers = len(value.keys() & IDENTIFIERS.keys())
    if identifiers > 1:
        yield f"{at}: a group has at most one identifier (2.4.2.2)"
    if identifiers == 0 and "member" not in value:
        yield f"{at}: an anonymous group lists its members (2.4.2.2)"


def _actor(value: object, at: str) -> Iterator[str]:
    is_group = isinstance(value, dict) and value.get("objectType") == "Group"
    yield from (_group if is_group else _agent)(value, at)


# 2.4.3 Verb
_verb = _shape({"id": iri}, {"display": _language_map})

# 2.4.4.1 Activity, and its interaction definition
COMPONENTS: dict[str, tuple[str, ...]] = {
    "true-false": (),
    "choice": ("choices",),
    "fill-in": (),
    "long-fill-in": (),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "numeric": (),
    "other": (),
}
"""Which lists of components fit which type of interaction."""

_component_shape = _shape({"id": string}, {"description": _language_map})


def _components(value: object, at: str) -> Iterator[str]:
    yield from _list_of(_component_shape)(value, at)
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    ids = [item.get("id") for item in items]
    if len(ids) != len({str(one) for one in ids}):
        yield f"{at}: two components have the same id (2.4.4.1)"
    for one in ids:
        if not isinstance(one, str) or not one or re.search(r"\s", one):
            yield f"{at}: a component's id is not empty and has no white space (2.4.4.1): {one!r}"


_LISTS = {name for names in COMPONENTS.values() for name in names}
_definition_shape = _shape(
    {},
    {
        "name": _language_map,
        "description": _language_map,
        "type": iri,
        "moreInfo": iri,
        "extensions": _extensions,
        "interactionType": _one_of(*COMPONENTS),
        "correctResponsesPattern": _list_of(string),
        **dict.fromkeys(_LISTS, _components),
    },
)


def _definition(value: object, at: str) -> Iterator[str]:
    yield from _definition_shape(value, at)
    if not isinstance(value, dict):
        return
    kind = value.get("interactionType")
    if kind is None and value.keys() & (_LISTS | {"correctResponsesPattern"}):
        yield f"{at}: an interaction has an interactionType (2.4.4.1)"
    if kind is None and str(value.get("type")).endswith("/cmi.interaction"):
        yield f"{at}: a cmi.interaction has an interactionType (2.4.4.1)"
    for name in value.keys() & (_LISTS - set(COMPONENTS.get(str(kind), ()))):
        yield f"{at}: {kind} has no {name} (2.4.4.1)"


_activity = _shape({"id": iri}, {"objectType": _one_of("Activity"), "definition": _definition})
_reference = _shape({"objectType": _one_of("StatementRef"), "id": uuid})


def _object(value: object, at: str) -> Iterator[str]:
    kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
    rules = {
        "Activity": _activity,
        "Agent": _agent,
        "Group": _group,
        "StatementRef": _reference,
        "SubStatement": _sub_statement,
    }
    yield from rules.get(kind, _unknown_object)(value, at)


def _unknown_object(value: object, at: str) -> Iterator[str]:
    yield f"{at}: its objectType is not one of the standard's (2.4.4)"


# 2.4.5 Result
_score_shape = _shape({}, dict.fromkeys(("scaled", "raw", "min", "max"), _number))


def _score(value: object, at: str) -> Iterator[str]:
    wrong = list(_score_shape(value, at))
    yield from wrong
    if wrong or not isinstance(value, dict):
        return
    low, high = value.get("min", float("-inf")), value.get("max", float("inf"))
    if not -1 <= value.get("scaled", 0) <= 1:
        yield f"{at}.scaled: must be from -1 to 1 (2.4.5.1)"
    if not low < high:
        yield f"{at}: min must be less than max (2.4.5.1)"
    if "raw" in value and not low <= value["raw"] <= high:
        yield f"{at}.raw: must be from min to max (2.4.5.1)"


_result = _shape(
    {},
    {
        "score": _score,
        "success": _boolean,
        "completion": _boolean,
        "response": string,
        "duration": duration,
        "extensions": _extensions,
    },
)


# 2.4.6 Context
def _activities(value: object, at: str) -> Iterator[str]:
    """An array; one activity alone is allowed for the sake of 0.95 (2.4.6.2)."""
    yield from (_activity if isinstance(value, dict) else _list_of(_activity))(value, at)


_context = _shape(
    {},
    {
        "registration": uuid,
        "instructor": _actor,
        "team": _group,
        "contextActivities": _shape(
            {}, dict.fromkeys(("parent", "grouping", "category", "other"), _activities)
        ),
        "revision": string,
        "platform": string,
        "language": language,
        "statement": _reference,
        "extensions": _extensions,
    },
)

# 2.4.11 Attachments
_attachment = _shape(
    {
        "usageType": iri,
        "display": _language_map,
        "contentType": string,
        "length": _whole,
        "sha2": _sha2,
    },
    {"description": _language_map, "fileUrl": iri},
)

_BASE: dict[str, Rule] = {
    "result": _result,
    "context": _context,
    "timestamp": timestamp,
    "attachments": _list_of(_attachment),
}
_PARTS: dict[str, Rule] = {"actor": _actor, "verb": _verb, "object": _object}
_statement_shape = _shape(
    _PARTS, {"id": uuid, "stored": timestamp, "authority": _actor, "version": _version, **_BASE}
)
_sub_shape = _shape({"objectType": _one_of("SubStatement"), **_PARTS}, _BASE)


def _statement(value: object, at: str) -> Iterator[str]:
    yield from _statement_shape(value, at)
    yield from _whole_rules(value, at)


def _sub_statement(value: object, at: str) -> Iterator[str]:
    yield from _sub_shape(value, at)
    yield from _whole_rules(value, at)
    if _kind_of_object(value) == "SubStatement":
        yield f"{at}: a SubStatement cannot hold another (2.4.4.3)"


def _kind_of_object(value: object) -> object:
    target = value.get("object") if isinstance(value, dict) else None
    return target.get("objectType", "Activity") if isinstance(target, dict) else None


def _whole_rules(value: object, at: str) -> Iterator[str]:
    """Rules between the parts of a statement."""
    if not isinstance(value, dict):
        return
    kind = _kind_of_object(value)
    context = value.get("context")
    if kind != "Activity" and isinstance(context, dict):
        for name in context.keys() & {"revision", "platform"}:
            yield f"{at}.context: {name} is only for an Activity as object (2.4.6)"
    verb = value.get("verb")
    if isinstance(verb, dict) and verb.get("id") == VOIDED and kind != "StatementRef":
        yield f"{at}: a voiding statement has a StatementRef as its object (2.3.2)"
