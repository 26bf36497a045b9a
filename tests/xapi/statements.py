"""The Statement resource (2.1): storing, finding and voiding statements."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import quote
from uuid import uuid4

from rsscorm.referee.web import Request, Response
from xapi import rules
from xapi.faults import Faults
from xapi.match import check_query, meets, voids
from xapi.requests import Json, Refusal, allow, as_json, body_json, required, uuid

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Statements:
    """All statements of an LRS, in the order in which they came."""

    def __init__(self, address: str, authority: Json) -> None:
        self.stored: dict[str, Json] = {}
        self.faults = Faults()
        self._taken_back: set[str] = set()
        self._address = address
        self._authority = authority
        self.pages: dict[str, tuple[list[str], int]] = {}
        self._tokens = count(1)
        self._last = _LONG_AGO

    def answer(self, request: Request, query: dict[str, str]) -> Response:
        """Answer a request to `statements`, of which the query's names have been checked."""
        allow(request, "GET", "HEAD", "PUT", "POST")
        if request.method == "PUT":
            return self._put(request, query)
        if request.method == "POST":
            return self._post(request, query)
        return self._get(query)

    def more(self, token: str) -> Response:
        """The next page of a query (Data 2.5)."""
        if token not in self.pages:
            raise Refusal(404, "there is no such page (2.1.3)")
        return self._page(*self.pages[token])

    def _put(self, request: Request, query: dict[str, str]) -> Response:
        wanted = uuid(required(query, "statementId"))
        statement = body_json(request)
        if len(query) > 1 or not isinstance(statement, dict):
            raise Refusal(400, "PUT takes one statement, and statementId alone (2.1.1)")
        if str(statement.setdefault("id", wanted)).lower() != wanted.lower():
            raise Refusal(400, "the statement's id is not the statementId (2.1.1)")
        self._store([statement])
        return Response(204)

    def _post(self, request: Request, query: dict[str, str]) -> Response:
        if query:
            raise Refusal(400, "POST takes no parameters (2.1.2)")
        body = body_json(request)
        batch = body if isinstance(body, list) else [body]
        for statement in batch:
            if isinstance(statement, dict):
                statement.setdefault("id", str(uuid4()))
        if not self._store(batch) and self.faults.repeats == "ralph":
            return Response(204)
        return as_json([statement["id"] for statement in batch])

    def _store(self, batch: list[Json]) -> int:
        """All of a batch or none of it (3.2); how many are new."""
        for statement in batch:
            problems = rules.statement_problems(statement)
            if problems:
                raise Refusal(400, "\n".join(problems))
        ids = [statement["id"].lower() for statement in batch]
        if len(ids) != len(set(ids)):
            raise Refusal(400, "two statements of the batch have the same id (2.1.2)")
        if bad := self.faults.poison & {*ids}:
            raise Refusal(self.faults.poison_status, f"poison: {bad}")
        for name, statement in zip(ids, batch, strict=True):
            if name in self.stored and not self.faults.same(self.stored[name], statement):
                raise Refusal(409, f"another statement {name} is stored already (2.1.2)")
        new = [one for name, one in zip(ids, batch, strict=True) if name not in self.stored]
        for statement in new:
            self.stored[statement["id"].lower()] = self._completed(statement)
            self._taken_back.add(voids(statement) or "")
        return len(new)

    def _completed(self, statement: Json) -> Json:
        """The statement with what the LRS adds: stored, timestamp, authority, version (2.4)."""
        # Stored is never the same twice, so that its order is the order of arrival.
        self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        stored = written(self._last)
        complete = {"timestamp": stored, "version": "1.0.0", **deepcopy(statement)}
        complete["stored"] = stored
        complete["authority"] = self._authority
        kinds = complete.get("context", {}).get("contextActivities", {})
        for kind, value in kinds.items():
            kinds[kind] = value if isinstance(value, list) else [value]
        return complete

    def _get(self, query: dict[str, str]) -> Response:
        check_query(query)
        if query.keys() & {"statementId", "voidedStatementId"}:
            return self._single(query)
        found = [s for s in self.stored.values() if self._answers(s, query)]
        if query.get("ascending") != "true":
            found.reverse()
        limit = int(query.get("limit", "0")) or len(found)
        return self._page([statement["id"].lower() for statement in found], limit)

    def _page(self, names: list[str], limit: int) -> Response:
        page, rest = names[:limit], names[limit:]
        result: Json = {"statements": [self.stored[name] for name in page], "more": ""}
        if rest:
            token = str(next(self._tokens))
            self.pages[token] = (rest, limit)
            result["more"] = quote(f"{self._address}/more/{token}")
        return as_json(result)

    def _single(self, query: dict[str, str]) -> Response:
        others = query.keys() - {"attachments", "format"}
        if len(others) != 1:
            raise Refusal(400, "a statement by its id takes no other parameter (2.1.3)")
        wanted = uuid(query[others.pop()]).lower()
        statement = self.stored.get(wanted)
        if statement is None or self._is_voided(statement) != ("voidedStatementId" in query):
            raise Refusal(404, f"there is no such statement {wanted} (3.2)")
        return as_json(statement)

    def _is_voided(self, statement: Json) -> bool:
        """Voided by another, and not itself one that voids (Data 2.3.2)."""
        if voids(statement) is not None:
            return False
        return statement["id"].lower() in self._taken_back

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
        if meets(statement, query):
            return True
        target = statement["object"]
        if target.get("objectType") != "StatementRef":
            return False
        referred = self.stored.get(target["id"].lower())
        return referred is not None and self._matches(referred, query)


def written(moment: datetime) -> str:
    """The moment as an LRS writes it: UTC, with `Z`."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
