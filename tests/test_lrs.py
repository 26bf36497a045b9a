"""The fake LRS keeps xAPI 1.0.3: each test quotes the clause (Part Three unless Data is said)."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from lrs import Lrs
from xapi.faults import Faults
from xapi.rules import VOIDED, statement_problems

Json = dict[str, Any]

NURSE: Json = {"account": {"homePage": "https://lms.example.org", "name": "nurse"}}
DOCTOR: Json = {"mbox": "mailto:doctor@example.org"}
MODULE = "https://learning.example.org/boundaries"
QUESTION = f"{MODULE}/lighter"
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
REGISTRATION = "6e4f1d0c-5b0e-4d84-9f5e-3f4d2f9f4c11"


def statement(**parts: Any) -> Json:
    """A good statement, with these parts instead."""
    return {
        "id": str(uuid.uuid4()),
        "actor": NURSE,
        "verb": {"id": ANSWERED, "display": {"en": "answered"}},
        "object": {"id": QUESTION},
        "timestamp": "2026-11-01T10:00:00.000Z",
        **parts,
    }


@pytest.fixture
def lrs() -> Lrs:
    """An LRS with nothing in it."""
    return Lrs()


@pytest.fixture
def client(lrs: Lrs) -> Iterator[httpx.Client]:
    """A client with the LRS's credentials, speaking 1.0.3."""
    headers = {"Authorization": lrs.authorization, "X-Experience-API-Version": "1.0.3"}
    with lrs.serve() as served, httpx.Client(base_url=served.endpoint, headers=headers) as client:
        yield client


def post(client: httpx.Client, *statements: Json) -> list[str]:
    """Store statements one by one and return their ids."""
    answers = [client.post("statements", json=one) for one in statements]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    return [answer.json()[0] for answer in answers]


def found(client: httpx.Client, **query: str) -> list[str]:
    """The ids that a query finds."""
    answer = client.get("statements", params=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["statements"]]


# Requests: 1.1, 3.2, 3.3, 4.0


def test_credentials(client: httpx.Client) -> None:
    """3.2: 401 "indicates that authentication is required, or [...] have been refused"."""
    refused = [client.get("statements", headers={"Authorization": h}) for h in ("", "Basic eDp5")]
    assert [answer.status_code for answer in refused] == [401, 401]


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.3", "1.0.9"])
def test_versions_that_are_served(client: httpx.Client, version: str) -> None:
    """3.3: "MUST accept requests with a version header starting with 1.0."."""
    answer = client.get("statements", headers={"X-Experience-API-Version": version})
    assert answer.status_code == 200
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"


@pytest.mark.parametrize("version", ["", "0.95", "1.1.0", "2.0.0", "1.0.x"])
def test_versions_that_are_refused(client: httpx.Client, version: str) -> None:
    """3.3: "MUST reject requests with a version header of 1.1.0 or greater", with 400."""
    answer = client.get("statements", headers={"X-Experience-API-Version": version})
    assert answer.status_code == 400
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"


def test_about(client: httpx.Client) -> None:
    """2.8: "SHOULD allow unauthenticated access", "MUST NOT reject [...] version header"."""
    answer = httpx.get(f"{client.base_url}about")
    assert answer.status_code == 200
    assert "1.0.3" in answer.json()["version"]


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        ("statements", {"colour": "red"}),
        ("statements", {"Verb": ANSWERED}),
        ("activities/state", {"activityid": MODULE, "agent": json.dumps(NURSE), "stateId": "s"}),
        ("about", {"x": "1"}),
    ],
)
def test_unknown_parameters(client: httpx.Client, resource: str, query: dict[str, str]) -> None:
    """3.2: "MUST reject with 400 [...] any parameters which the LRS does not recognize"."""
    assert client.get(resource, params=query).status_code == 400


def test_launch_parameters_that_this_lrs_knows(client: httpx.Client, lrs: Lrs) -> None:
    """3.2: "LRSs MAY recognize and act on parameters not in this specification"."""
    lrs.extras.add("content_token")
    assert client.get("statements", params={"content_token": "t"}).status_code == 200


def test_head(client: httpx.Client) -> None:
    """1.1: HEAD as GET, "except: The message-body MUST be omitted"."""
    post(client, statement())
    answer = client.head("statements")
    assert (answer.status_code, answer.content) == (200, b"")


def test_cross_origin_requests_are_allowed_beforehand(client: httpx.Client, lrs: Lrs) -> None:
    """A browser's preflight, which carries no credentials, is answered with what it asks for."""
    asked = "authorization,content-type,if-match,if-none-match,x-experience-api-version"
    headers = {"Origin": "https://lms.example.org", "Access-Control-Request-Headers": asked}
    answer = httpx.options(f"{client.base_url}statements", headers=headers)
    assert answer.status_code == 204
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().replace(" ", "").split(",")
    assert set(asked.split(",")) <= set(allowed)
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    lrs.hides_etag = True
    assert "ETag" not in client.get("about").headers["Access-Control-Expose-Headers"]


def test_the_journal(client: httpx.Client, lrs: Lrs) -> None:
    """A test can read every request and its answer."""
    client.post("statements", json=[])
    client.get("statements", params={"limit": "x"})
    told = [(visit.method, visit.resource, visit.body, visit.status) for visit in lrs.journal]
    assert told == [("POST", "statements", [], 200), ("GET", "statements", "", 400)]
    assert lrs.journal[1].query == {"limit": "x"}
    assert "whole number" in lrs.journal[1].answer


# Storing statements: 2.1.1, 2.1.2


def test_post_answers_with_ids_in_order(client: httpx.Client) -> None:
    """2.1.2: "Array of Statement id(s) (UUID) in the same order"; Data 2.4.1: made if absent."""
    first, second = statement(), statement()
    del second["id"]
    ids = client.post("statements", json=[first, second]).json()
    assert ids[0] == first["id"]
    assert uuid.UUID(ids[1])


def test_put(client: httpx.Client) -> None:
    """2.1.1: 204; "the 'id' property of the Statement MUST match the 'statementId' parameter"."""
    one = statement()
    assert client.put("statements", params={"statementId": one["id"]}, json=one).status_code == 204
    other = {"statementId": str(uuid.uuid4())}
    assert client.put("statements", params=other, json=one).status_code == 400
    assert client.put("statements", json=one).status_code == 400


def test_the_same_again_and_another_with_its_id(client: httpx.Client, lrs: Lrs) -> None:
    """2.1.2: the same is taken quietly, "409 Conflict if they do not match"; nothing changes."""
    one = statement()
    post(client, one, one)
    query = {"statementId": one["id"]}
    assert client.put("statements", params=query, json=one).status_code == 204
    other = {**one, "result": {"success": True}}
    assert client.post("statements", json=other).status_code == 409
    assert client.put("statements", params=query, json=other).status_code == 409
    assert len(lrs.statements) == 1
    assert "result" not in lrs.statements[0]


def test_what_may_differ_in_the_same_statement(client: httpx.Client) -> None:
    """Data 2.3.1: display, definitions and the timestamp's zone are not part of the statement."""
    one = statement()
    changed = {
        **one,
        "verb": {"id": ANSWERED},
        "object": {"id": QUESTION, "definition": {"name": {"en": "The lighter"}}},
        "timestamp": "2026-11-01T11:00:00.000+01:00",
    }
    post(client, one, changed)
    del changed["timestamp"]
    assert client.post("statements", json=changed).status_code == 409


def test_a_batch_is_stored_whole_or_not_at_all(client: httpx.Client, lrs: Lrs) -> None:
    """3.2: "MUST reject a batch of statements if any Statement within that batch is rejected"."""
    known = statement()
    post(client, known)
    bad = statement(actor={})
    conflict = {**known, "result": {"success": True}}
    double = statement()
    for batch, status in (([bad], 400), ([conflict], 409), ([double, double], 400)):
        assert client.post("statements", json=[statement(), *batch]).status_code == status
    assert len(lrs.statements) == 1


def test_what_the_lrs_adds(client: httpx.Client) -> None:
    """Data 2.4.8 to 2.4.10: stored and authority are the LRS's, timestamp and version if absent."""
    one = statement(stored="2001-01-01T00:00:00Z", authority=DOCTOR)
    del one["timestamp"]
    [name] = post(client, one)
    stored = client.get("statements", params={"statementId": name}).json()
    assert stored["stored"] == stored["timestamp"] > "2026"
    assert stored["authority"]["account"]["name"] == "launch"
    assert stored["version"] == "1.0.0"


def test_statements_are_json(client: httpx.Client) -> None:
    """3.2: "if the content of the request is formatted as JSON, the content type is expected"."""
    text = json.dumps(statement())
    kinds = ["text/plain", "application/x-www-form-urlencoded"]
    wrong = [client.post("statements", content=text, headers={"Content-Type": k}) for k in kinds]
    assert [answer.status_code for answer in wrong] == [400, 400]
    for broken in ("{", text[:-1] + ', "actor": {}}'):
        headers = {"Content-Type": "application/json"}
        assert client.post("statements", content=broken, headers=headers).status_code == 400


# Reading statements: 2.1.3, 2.1.4


def test_newest_first_unless_ascending(client: httpx.Client) -> None:
    """2.1.3: "in reverse chronological order based on 'stored' time"."""
    ids = post(client, statement(), statement(), statement())
    assert found(client) == ids[::-1]
    assert found(client, ascending="true") == ids


def test_pages(client: httpx.Client) -> None:
    """2.1.3: limit, and "an IRL to retrieve [more] will be included" (Data 2.5: relative)."""
    ids = post(client, *(statement() for _ in range(5)))
    page = client.get("statements", params={"limit": "2", "ascending": "true"}).json()
    seen = [one["id"] for one in page["statements"]]
    while page["more"]:
        assert page["more"].startswith("/lrs/")
        page = client.get(client.base_url.join(page["more"])).json()
        seen += [one["id"] for one in page["statements"]]
    assert seen == ids


def test_since_and_until(client: httpx.Client, lrs: Lrs) -> None:
    """2.1.3: since "(exclusive)", until "at or before", both of stored and not of timestamp."""
    ids = post(client, statement(), statement(), statement())
    middle = lrs.statements[1]["stored"]
    assert found(client, since=middle) == [ids[2]]
    assert found(client, until=middle) == [ids[1], ids[0]]


def test_filters(client: httpx.Client) -> None:
    """2.1.3: agent, verb, activity and registration "only return Statements for which"."""
    by_doctor, asked, about_module, registered = post(
        client,
        statement(actor={**DOCTOR, "name": "D"}),
        statement(verb={"id": "http://adlnet.gov/expapi/verbs/asked"}),
        statement(object={"objectType": "Activity", "id": MODULE}),
        statement(context={"registration": REGISTRATION}),
    )
    assert found(client, agent=json.dumps(DOCTOR)) == [by_doctor]
    assert found(client, verb="http://adlnet.gov/expapi/verbs/asked") == [asked]
    assert found(client, activity=MODULE) == [about_module]
    assert found(client, registration=REGISTRATION.upper()) == [registered]
    assert found(client, activity=MODULE, agent=json.dumps(DOCTOR)) == []


def test_related_filters(client: httpx.Client) -> None:
    """2.1.3: related_activities and related_agents "apply the [...] filter broadly"."""
    parent = {"contextActivities": {"parent": [{"id": MODULE}]}}
    team = {"team": {"objectType": "Group", "member": [DOCTOR]}}
    planned = {
        "objectType": "SubStatement",
        "actor": DOCTOR,
        "verb": {"id": ANSWERED},
        "object": {"id": MODULE},
    }
    below, together, plan = post(
        client, statement(context=parent), statement(context=team), statement(object=planned)
    )
    assert found(client, activity=MODULE) == []
    assert found(client, activity=MODULE, related_activities="true") == [plan, below]
    assert found(client, agent=json.dumps(DOCTOR)) == []
    assert found(client, agent=json.dumps(DOCTOR), related_agents="true") == [plan, together]


def test_members_of_a_group_match(client: httpx.Client) -> None:
    """2.1.3: "Groups that have members which match the specified Agent [...] are a match"."""
    [name] = post(client, statement(actor={"objectType": "Group", "member": [DOCTOR, NURSE]}))
    assert found(client, agent=json.dumps(DOCTOR)) == [name]


def test_single_statements(client: httpx.Client) -> None:
    """2.1.3: one by statementId; "MUST reject with 400" both ids, or any other parameter."""
    [name] = post(client, statement())
    assert client.get("statements", params={"statementId": name}).json()["id"] == name
    wrong: list[dict[str, str]] = [
        {"statementId": name, "voidedStatementId": name},
        {"statementId": name, "limit": "1"},
        {"statementId": "7"},
    ]
    assert {client.get("statements", params=query).status_code for query in wrong} == {400}
    absent = {"statementId": str(uuid.uuid4())}
    assert client.get("statements", params=absent).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"agent": "nurse"},
        {"agent": "{}"},
        {"agent": '{"objectType": "Group", "member": []}'},
        {"verb": "answered"},
        {"activity": "lighter"},
        {"registration": "7"},
        {"since": "yesterday"},
        {"until": "2026-11-01T10:00:00"},
        {"limit": "-1"},
        {"ascending": "yes"},
        {"format": "short"},
    ],
)
def test_parameters_keep_the_rules_of_statements(
    client: httpx.Client, query: dict[str, str]
) -> None:
    """Data 2.2: "MUST validate parameter values to the same standards"."""
    assert client.get("statements", params=query).status_code == 400


def test_what_this_fake_leaves_out_it_says(client: httpx.Client) -> None:
    """Attachments and other formats are not there: 501, never a wrong answer."""
    queries: list[dict[str, str]] = [{"format": "ids"}, {"attachments": "true"}]
    assert {client.get("statements", params=query).status_code for query in queries} == {501}
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    assert client.post("statements", content=b"--b", headers=headers).status_code == 501


def test_consistent_through(client: httpx.Client, lrs: Lrs) -> None:
    """2.1.3: "MUST include the header X-Experience-API-Consistent-Through [...] on all"."""
    answer = client.post("statements", json=statement())
    assert answer.headers["X-Experience-API-Consistent-Through"] >= lrs.statements[0]["stored"]
    assert "X-Experience-API-Consistent-Through" in client.get("statements").headers


def test_voiding(client: httpx.Client) -> None:
    """2.1.4: "MUST not return any Statement which has been voided, unless [...]"; Data 2.3.2."""
    [name] = post(client, statement())
    reference = {"objectType": "StatementRef", "id": name}
    [voiding] = post(client, statement(verb={"id": VOIDED}, object=reference))
    assert found(client) == [voiding]
    assert client.get("statements", params={"statementId": name}).status_code == 404
    assert client.get("statements", params={"voidedStatementId": name}).json()["id"] == name
    assert client.get("statements", params={"voidedStatementId": voiding}).status_code == 404


def test_a_voiding_statement_cannot_be_voided(client: httpx.Client) -> None:
    """Data 2.3.2: "Any Statement that voids another cannot itself be voided"."""
    [name] = post(client, statement())
    [voiding] = post(
        client,
        statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": name}),
    )
    [again] = post(
        client,
        statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": voiding}),
    )
    assert found(client) == [again, voiding]


def test_statements_about_statements_match_with_them(client: httpx.Client) -> None:
    """2.1.3: a targeting statement matches "if the targeted Statement meets the filter"."""
    [name] = post(client, statement(actor=DOCTOR))
    [comment] = post(client, statement(object={"objectType": "StatementRef", "id": name}))
    assert found(client, agent=json.dumps(DOCTOR)) == [comment, name]


# Documents: 2.2, 2.3, 2.6, 2.7, 3.1

STATE = {"activityId": MODULE, "agent": json.dumps(NURSE), "stateId": "resume"}
AGENT = {"agent": json.dumps(NURSE), "profileId": "preferences"}
ACTIVITY = {"activityId": MODULE, "profileId": "figures"}
SHELVES = [("activities/state", STATE), ("agents/profile", AGENT), ("activities/profile", ACTIVITY)]


@pytest.mark.parametrize(("resource", "query"), SHELVES)
def test_documents_are_kept_as_they_came(
    client: httpx.Client, resource: str, query: dict[str, str]
) -> None:
    """2.2, 3.1: the document with its type, and "the SHA-1 digest of the contents" as ETag."""
    headers = {"Content-Type": "text/plain", "If-None-Match": "*"}
    assert client.get(resource, params=query).status_code == 404
    put = client.put(resource, params=query, content=b"a1", headers=headers)
    assert put.status_code == 204
    answer = client.get(resource, params=query)
    assert (answer.content, answer.headers["Content-Type"]) == (b"a1", "text/plain")
    assert answer.headers["ETag"] == f'"{hashlib.sha1(b"a1").hexdigest()}"'
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert client.delete(resource, params=query).status_code == 204
    assert client.get(resource, params=query).status_code == 404


@pytest.mark.parametrize(("resource", "query"), SHELVES)
def test_nobody_overwrites_what_they_have_not_seen(
    client: httpx.Client, resource: str, query: dict[str, str]
) -> None:
    """3.1: If-Match and If-None-Match are handled: 412, and "MUST NOT make a modification"."""
    first = {"If-None-Match": "*"}
    assert client.put(resource, params=query, content=b"a1", headers=first).status_code == 204
    assert client.put(resource, params=query, content=b"b2", headers=first).status_code == 412
    etag = client.get(resource, params=query).headers["ETag"]
    seen = {"If-Match": etag}
    assert client.put(resource, params=query, content=b"a2", headers=seen).status_code == 204
    assert client.put(resource, params=query, content=b"b3", headers=seen).status_code == 412
    assert client.delete(resource, params=query, headers=seen).status_code == 412
    assert client.get(resource, params=query).content == b"a2"


@pytest.mark.parametrize(("resource", "query"), SHELVES[1:])
def test_profiles_demand_a_condition(
    client: httpx.Client, resource: str, query: dict[str, str]
) -> None:
    """3.1: a PUT "without either header for a resource that already exists [...] 409 Conflict"."""
    first = {"If-None-Match": "*"}
    client.put(resource, params=query, content=b"a1", headers=first)
    answer = client.put(resource, params=query, content=b"b2")
    assert answer.status_code == 409
    assert "If-Match" in answer.text
    assert client.get(resource, params=query).content == b"a1"


def test_state_needs_no_condition(client: httpx.Client) -> None:
    """3.1: "The State Resource will permit PUT, POST and DELETE requests without" headers."""
    for content in (b"a1", b"a2"):
        put = client.put("activities/state", params=STATE, content=content)
        assert put.status_code == 204
    assert client.get("activities/state", params=STATE).content == b"a2"


def test_post_merges_json(client: httpx.Client, lrs: Lrs) -> None:
    """2.2: "it MUST merge [...]"; "only top-level properties are merged"; else 400."""
    for document in ({"x": "foo", "y": {"a": 1}}, {"y": {"b": 2}, "z": 3}):
        assert client.post("activities/state", params=STATE, json=document).status_code == 204
    assert lrs.document("resume") == {"x": "foo", "y": {"b": 2}, "z": 3}
    for wrong in ("[]", "{"):
        headers = {"Content-Type": "application/json"}
        answer = client.post("activities/state", params=STATE, content=wrong, headers=headers)
        assert answer.status_code == 400
    assert client.post("activities/state", params=STATE, content=b"{}").status_code == 400


def test_state_is_of_activity_agent_and_registration(client: httpx.Client) -> None:
    """2.3: it "exists in the context of the specified Activity, Agent, and registration"."""
    registered = {**STATE, "registration": REGISTRATION}
    client.put("activities/state", params=registered, content=b"r1")
    assert client.get("activities/state", params=STATE).status_code == 404
    other = {**registered, "agent": json.dumps(DOCTOR)}
    assert client.get("activities/state", params=other).status_code == 404
    named = {**registered, "agent": json.dumps({"name": "N", **NURSE})}
    assert client.get("activities/state", params=named).content == b"r1"


def test_many_states(client: httpx.Client) -> None:
    """2.3: without stateId "GET will return the available ids, and DELETE will delete all"."""
    whose = {name: value for name, value in STATE.items() if name != "stateId"}
    for name in ("first", "second"):
        client.put("activities/state", params={**whose, "stateId": name}, content=b"a")
    client.put("activities/state", params={**STATE, "agent": json.dumps(DOCTOR)}, content=b"a")
    assert client.get("activities/state", params=whose).json() == ["first", "second"]
    ahead = {**whose, "since": "2126-01-01T00:00:00Z"}
    assert client.get("activities/state", params=ahead).json() == []
    assert client.delete("activities/state", params=whose).status_code == 204
    assert client.get("activities/state", params=whose).json() == []


@pytest.mark.parametrize(
    "change", [{"activityId": "lighter"}, {"agent": "{"}, {"registration": "7"}, {"agent": "{}"}]
)
def test_state_parameters_are_checked(client: httpx.Client, change: dict[str, str]) -> None:
    """2.3: activityId is an IRI, agent an Agent, registration a UUID; 400 otherwise."""
    answer = client.put("activities/state", params={**STATE, **change}, content=b"a")
    assert answer.status_code == 400


def test_required_parameters(client: httpx.Client) -> None:
    """2.3: activityId, agent and, to store, stateId are "Required"."""
    for name in STATE:
        query = {key: value for key, value in STATE.items() if key != name}
        assert client.put("activities/state", params=query, content=b"a").status_code == 400


def test_agents_and_activities(client: httpx.Client) -> None:
    """2.4: a Person "MUST still [be] return[ed]"; 2.5: "SHOULD still return an Activity"."""
    person = client.get("agents", params={"agent": json.dumps(NURSE)}).json()
    assert person == {"objectType": "Person", "account": [NURSE["account"]]}
    post(client, statement(object={"id": QUESTION, "definition": {"name": {"en": "Lighter"}}}))
    activity = client.get("activities", params={"activityId": QUESTION}).json()
    assert activity["definition"] == {"name": {"en": "Lighter"}}
    unknown = client.get("activities", params={"activityId": MODULE}).json()
    assert unknown == {"objectType": "Activity", "id": MODULE}


# The rules of statements: Data


def interaction(kind: str, **parts: Any) -> Json:
    """The object of an answer to a question of this kind."""
    definition = {
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "interactionType": kind,
        **parts,
    }
    return {"object": {"id": QUESTION, "definition": definition}}


ASK_TELL = [{"id": "ask", "description": {"en": "Ask"}}, {"id": "tell"}]
REFERENCE = {"objectType": "StatementRef", "id": REGISTRATION}
SUB = {"objectType": "SubStatement", "actor": NURSE, "verb": {"id": ANSWERED}}

GOOD: dict[str, Json] = {
    "a choice": interaction("choice", choices=ASK_TELL, correctResponsesPattern=["ask[,]tell"]),
    "a scale": interaction("likert", scale=ASK_TELL),
    "a match": interaction("matching", source=ASK_TELL, target=ASK_TELL),
    "an order": interaction("sequencing", choices=ASK_TELL),
    "a number": interaction("numeric", correctResponsesPattern=["1[:]5"]),
    "a score": {"result": {"score": {"scaled": 0.8, "raw": 8, "min": 0, "max": 10}}},
    "a duration": {"result": {"duration": "PT1M30.25S", "success": True, "completion": False}},
    "null in an extension": {"result": {"extensions": {"https://example.org/e": None}}},
    "a context": {
        "context": {
            "registration": REGISTRATION,
            "revision": "2026.1",
            "platform": "Moodle",
            "language": "en-GB",
            "contextActivities": {"parent": [{"id": MODULE}], "category": [{"id": MODULE}]},
        }
    },
    "another zone": {"timestamp": "2026-11-01T10:00:00+01:00"},
    "an agent as object": {"object": {"objectType": "Agent", **DOCTOR}},
    "a voiding": {"verb": {"id": VOIDED}, "object": REFERENCE},
    "a plan": {"object": {**SUB, "object": {"id": MODULE}}},
    "an openid": {"actor": {"openid": "https://example.org/n"}},
    "a sha1": {"actor": {"mbox_sha1sum": "0" * 40}},
    "a group": {"actor": {"objectType": "Group", "member": [NURSE, DOCTOR]}},
    "an attachment": {
        "attachments": [
            {
                "usageType": "https://example.org/u",
                "display": {"en": "A card"},
                "contentType": "text/plain",
                "length": 1,
                "sha2": "0" * 64,
                "fileUrl": "https://example.org/card.txt",
            }
        ]
    },
}


@pytest.mark.parametrize("parts", GOOD.values(), ids=GOOD)
def test_good_statements(parts: Json) -> None:
    """Data 2.4: each of these is allowed."""
    assert statement_problems(statement(**parts)) == []


BAD: dict[str, tuple[Json, str]] = {
    "an id that is no UUID": ({"id": "7"}, "UUID"),
    "an unknown property": ({"colour": "red"}, "colour is not a property"),
    "the wrong case": ({"Result": {}}, "Result is not a property"),
    "null": ({"result": None}, "must be an object"),
    "a verb without a scheme": ({"verb": {"id": "answered"}}, "IRI"),
    "no identifier": ({"actor": {"name": "N"}}, "exactly one identifier"),
    "two identifiers": ({"actor": {**NURSE, **DOCTOR}}, "exactly one identifier"),
    "a bare address": ({"actor": {"mbox": "nurse@example.org"}}, "mailto"),
    "half an account": ({"actor": {"account": {"name": "n"}}}, "homePage is missing"),
    "a group of groups": (
        {"actor": {"objectType": "Group", "member": [{"objectType": "Group"}]}},
        "must be one of Agent",
    ),
    "nobody in a group": ({"actor": {"objectType": "Group"}}, "lists its members"),
    "no zone": ({"timestamp": "2026-11-01T10:00:00"}, "with its zone"),
    "no known zone": ({"timestamp": "2026-11-01T10:00:00-00:00"}, "no zone is known"),
    "the 31st of November": ({"timestamp": "2026-11-31T10:00:00Z"}, "no such moment"),
    "a date alone": ({"timestamp": "2026-11-01"}, "date and time"),
    "a duration of SCORM 1.2": ({"result": {"duration": "00:01:30"}}, "duration"),
    "an empty duration": ({"result": {"duration": "P"}}, "duration"),
    "an empty time": ({"result": {"duration": "P1DT"}}, "duration"),
    "scaled over 1": ({"result": {"score": {"scaled": 80}}}, "from -1 to 1"),
    "raw over max": ({"result": {"score": {"raw": 11, "max": 10}}}, "from min to max"),
    "min over max": ({"result": {"score": {"min": 10, "max": 1}}}, "less than max"),
    "a number as text": ({"result": {"score": {"raw": "8"}}}, "must be a number"),
    "a truth as text": ({"result": {"success": "true"}}, "true or false"),
    "a response as number": ({"result": {"response": 7}}, "must be a string"),
    "an extension without IRI": ({"result": {"extensions": {"e": 1}}}, "IRI"),
    "scale for a choice": (interaction("choice", scale=ASK_TELL), "choice has no scale"),
    "choices for a likert": (interaction("likert", choices=ASK_TELL), "likert has no choices"),
    "choices for a fill-in": (interaction("fill-in", choices=ASK_TELL), "fill-in has no choices"),
    "an unknown interaction": (interaction("poll"), "must be one of"),
    "an interaction without type": (
        {"object": {"id": QUESTION, "definition": {"choices": ASK_TELL}}},
        "has an interactionType",
    ),
    "the same id twice": (interaction("choice", choices=ASK_TELL * 2), "the same id"),
    "an id with a space": (interaction("choice", choices=[{"id": "a b"}]), "no white space"),
    "a language that is none": (
        {"verb": {"id": ANSWERED, "display": {"english!": "answered"}}},
        "language tag",
    ),
    "a context of an unknown kind": (
        {"context": {"contextActivities": {"sibling": []}}},
        "sibling is not a property",
    ),
    "a registration that is no UUID": ({"context": {"registration": "7"}}, "UUID"),
    "a revision of a person": (
        {"object": {"objectType": "Agent", **DOCTOR}, "context": {"revision": "1"}},
        "revision is only for an Activity",
    ),
    "a platform of a statement": (
        {"object": REFERENCE, "context": {"platform": "Moodle"}},
        "platform is only for an Activity",
    ),
    "a team that is one person": ({"context": {"team": NURSE}}, "objectType is missing"),
    "voiding an activity": ({"verb": {"id": VOIDED}}, "a StatementRef as its object"),
    "a plan of a plan": (
        {"object": {**SUB, "object": {**SUB, "object": {"id": MODULE}}}},
        "cannot hold another",
    ),
    "a plan with an id": (
        {"object": {**SUB, "object": {"id": MODULE}, "id": REGISTRATION}},
        "id is not a property",
    ),
    "version 2": ({"version": "2.0.0"}, "1.0.x"),
}


@pytest.mark.parametrize(("parts", "why"), BAD.values(), ids=BAD)
def test_bad_statements(client: httpx.Client, parts: Json, why: str) -> None:
    """Data 2.2: "The LRS MUST reject Statements" with any of these, and says why."""
    answer = client.post("statements", json=statement(**parts))
    assert answer.status_code == 400
    assert why in answer.text


@pytest.mark.parametrize("part", ["actor", "verb", "object"])
def test_required_parts(part: str) -> None:
    """Data 2.4: actor, verb and object are "Required"."""
    one = statement()
    del one[part]
    assert f"{part} is missing" in " ".join(statement_problems(one))


# What goes wrong: the faults that the forwarder is tested with


def test_errors_come_by_a_schedule(client: httpx.Client, lrs: Lrs) -> None:
    """The same seed gives the same faults; what is answered so has not been done."""

    def statuses() -> list[int]:
        lrs.faults = Faults(seed=7, errors=0.3, busy=0.3)
        return [client.post("statements", json=statement()).status_code for _ in range(40)]

    first = statuses()
    assert first == statuses()
    assert set(first) == {200, 429, 500, 502, 503, 504}
    assert len(lrs.statements) == 2 * first.count(200)


def test_a_busy_lrs_says_for_how_long(client: httpx.Client, lrs: Lrs) -> None:
    """RFC 6585: 429 "MAY include a Retry-After header"."""
    lrs.faults = Faults(busy=1)
    assert client.get("statements").headers["Retry-After"] == "7"


def test_an_answer_gets_lost(client: httpx.Client, lrs: Lrs) -> None:
    """The line is cut after all was stored; sent again, it is the same."""
    lrs.faults = Faults(lost=1)
    one = statement()
    with pytest.raises(httpx.TransportError):
        client.post("statements", json=one)
    assert len(lrs.statements) == 1
    lrs.faults = Faults()
    post(client, one)
    assert len(lrs.statements) == 1


def test_a_slow_lrs(client: httpx.Client, lrs: Lrs) -> None:
    """An answer may come later than anybody waits for it."""
    lrs.faults = Faults(slow=1, seconds=0.3)
    with pytest.raises(httpx.ReadTimeout):
        client.get("statements", timeout=0.1)
    assert client.get("statements").status_code == 200


def test_phases(client: httpx.Client, lrs: Lrs) -> None:
    """For some requests the LRS answers all with one status, and then it is well again."""
    lrs.faults = Faults(phases={range(2, 4): 401})
    answers = [client.post("statements", json=statement()).status_code for _ in range(4)]
    assert answers == [200, 401, 401, 200]


@pytest.mark.parametrize("status", [400, 422])
def test_poison(client: httpx.Client, lrs: Lrs, status: int) -> None:
    """A statement that this LRS does not take spoils its batch, and no other."""
    good, bad = statement(), statement()
    lrs.faults = Faults(poison={bad["id"]}, poison_status=status)
    assert client.post("statements", json=[good, bad]).status_code == status
    assert client.post("statements", json=[good]).status_code == 200
    assert len(lrs.statements) == 1


def test_what_is_too_large(client: httpx.Client, lrs: Lrs) -> None:
    """Part Three 3.2: 413 when something "exceeded a size limit set by the LRS"."""
    lrs.faults = Faults(largest=1000)
    assert client.post("statements", json=[statement()]).status_code == 200
    assert client.post("statements", json=[statement() for _ in range(9)]).status_code == 413


def test_repeats_as_adl_lrs_takes_them(client: httpx.Client, lrs: Lrs) -> None:
    """ADL_LRS answers 409 to a statement that is there, be it the same; the batch is lost."""
    one = statement()
    post(client, one)
    lrs.faults = Faults(repeats="adl")
    assert client.post("statements", json=[one, statement()]).status_code == 409
    assert len(lrs.statements) == 1


def test_repeats_as_ralph_takes_them(client: httpx.Client, lrs: Lrs) -> None:
    """Ralph compares word for word, and answers 204 where nothing is new."""
    lrs.faults = Faults(repeats="ralph")
    one = statement()
    post(client, one)
    assert client.post("statements", json=[one]).status_code == 204
    assert client.post("statements", json=[one, statement()]).status_code == 200
    reworded = {**one, "verb": {"id": ANSWERED, "display": {"en": "said"}}}
    assert client.post("statements", json=[reworded, statement()]).status_code == 409
    assert len(lrs.statements) == 2


def test_nobody_is_there(lrs: Lrs) -> None:
    """In an outage what is open is cut and what is new refused; then it is there again."""
    headers = {"Authorization": lrs.authorization, "X-Experience-API-Version": "1.0.3"}
    with lrs.serve() as served, httpx.Client(base_url=served.endpoint, headers=headers) as client:
        post(client, statement())
        with served.away():
            with pytest.raises(httpx.TransportError):
                client.get("statements")
            with pytest.raises(httpx.ConnectError):
                client.get("statements")
        assert len(found(client)) == 1


def test_pages_can_be_forgotten(client: httpx.Client, lrs: Lrs) -> None:
    """2.1.3 promises nothing of how long a page can be asked for."""
    post(client, *(statement() for _ in range(3)))
    more = client.get("statements", params={"limit": "2"}).json()["more"]
    lrs.forget_pages()
    assert client.get(client.base_url.join(more)).status_code == 404
