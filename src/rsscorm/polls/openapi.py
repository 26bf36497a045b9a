"""Protocol v1 as an OpenAPI description, from the same models that read the requests."""

from __future__ import annotations

from functools import cache
from typing import Any

from rsscorm import __version__
from rsscorm.polls.desk import FiguresRequest, VoteRequest

Json = dict[str, Any]

FIGURES: Json = {
    "type": "object",
    "description": "Shares of the whole, rounded the more the fewer have voted.",
    "required": ["moreThan", "of", "shares"],
    "additionalProperties": False,
    "properties": {
        "moreThan": {
            "type": "integer",
            "minimum": 10,
            "description": "More people than this have voted.",
        },
        "of": {
            "enum": [10, 20, 100],
            "description": "Shares are so many of this. The smallest and the largest that are "
            "told stand for that or less, that or more: 1 and 9 of 10, 1 and 19 of 20, 4 and 96 "
            "of 100.",
        },
        "shares": {
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 96},
        },
    },
}

MOVES: Json = {
    "type": "object",
    "description": "Per cent of all who voted twice, by first and then by second vote; null where "
    "too few to tell.",
    "additionalProperties": {
        "type": "object",
        "additionalProperties": {"type": ["integer", "null"], "minimum": 4, "maximum": 96},
    },
}


def _nullable(name: str) -> Json:
    return {"anyOf": [{"$ref": f"#/components/schemas/{name}"}, {"type": "null"}]}


TOLD: Json = {
    "type": "object",
    "description": "What is published of a poll. Where it is asked twice, `before` and `figures` "
    "are the first and second votes of the same people, `changed` is how many tenths of them "
    "changed their answer.",
    "required": ["figures", "before", "changed", "moves", "cohort"],
    "additionalProperties": False,
    "properties": {
        "figures": _nullable("Figures"),
        "before": _nullable("Figures"),
        "changed": {"type": ["integer", "null"], "minimum": 1, "maximum": 9},
        "moves": _nullable("Moves"),
        "cohort": _nullable("Figures"),
    },
}

ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {"type": "string"},
        "field": {
            "enum": [*VoteRequest.model_fields],
            "description": "Which field is wrong, missing or of something unknown, if it is one.",
        },
    },
}

REFUSALS = {
    400: "This is no request of this protocol: sending it again is in vain.",
    404: "There is no such release, poll or option here: sending it again is in vain.",
    408: "The body took too long: send it again.",
    410: "The release takes no more votes: call no more.",
    413: "The body is too large.",
    503: "Not stored: send it again after so many seconds as Retry-After says.",
}


@cache
def description() -> Json:
    """The whole description (OpenAPI 3.1)."""
    schemas = {"Told": TOLD, "Figures": FIGURES, "Moves": MOVES, "Error": ERROR}
    return {
        "openapi": "3.1.0",
        "info": {"title": "rsscorm poll service", "version": __version__},
        "paths": {
            "/v1/votes": {"post": _vote()},
            "/v1/figures": {"get": _figures()},
            "/v1/openapi.json": {"get": _plain("This description.")},
            "/healthz": {"get": _plain("Whether the service runs.")},
        },
        "components": {"schemas": schemas},
    }


def _vote() -> Json:
    schema = VoteRequest.model_json_schema()
    body = {"required": True, "content": {"text/plain": {"schema": schema}}}
    return {
        "summary": "Vote, and see what is published.",
        "description": "JSON of at most 2,048 bytes, sent as text/plain so that browsers need not "
        "ask first. It is answered once the vote is on the disk.",
        "requestBody": body,
        "responses": _answers(400, 404, 408, 410, 413, 503),
    }


def _figures() -> Json:
    schema = FiguresRequest.model_json_schema()
    parameters = [
        {"name": name, "in": "query", "required": name in schema["required"], "schema": form}
        for name, form in schema["properties"].items()
    ]
    return {
        "summary": "See what is published of a poll.",
        "parameters": parameters,
        "responses": _answers(400, 404),
    }


def _plain(summary: str) -> Json:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {"summary": summary, "responses": {"200": {"description": "Fine.", "content": content}}}


def _answers(*refusals: int) -> Json:
    def of(words: str, name: str) -> Json:
        schema = {"$ref": f"#/components/schemas/{name}"}
        return {"description": words, "content": {"application/json": {"schema": schema}}}

    refused = {str(status): of(REFUSALS[status], "Error") for status in refusals}
    return {"200": of("What is published.", "Told"), **refused}
