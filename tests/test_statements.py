"""xAPI statements: Python builds what the player builds, and both keep the specification.

`statements/*.json` hold cases `{name, given, statement}`; `player/statement.test.ts` runs the same.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from xapi.rules import statement_problems

from rsscorm import workspace
from rsscorm.interaction import Component, Interaction
from rsscorm.statement import NAMESPACE, Named, Setting, Told, answered, lifecycle, named_id

CASES = {
    f"{path.stem}: {case['name']}": case
    for path in sorted((Path(__file__).parent / "statements").glob("*.json"))
    for case in json.loads(path.read_text("utf-8"))
}


def build(given: dict[str, Any]) -> dict[str, Any]:
    """Build the statement that a case asks for."""
    setting = Setting(**{**given["setting"], "activity": Named(**given["setting"]["activity"])})
    id, at, what = given["id"], given["at"], given["what"]
    if what != "answered":
        outcome = {name: given[name] for name in ("seconds", "score") if name in given}
        return lifecycle(setting, id, at, what, **outcome)
    block, told = given["block"], given["told"]
    return answered(
        setting,
        id,
        at,
        Named(**given["step"]),
        (block["id"], interaction(block)),
        tolerance=block.get("tolerance", 0),
        vote=given["vote"],
        told=Told(tuple(told["response"]), told["right"], told["seconds"]) if told else None,
    )


def interaction(block: dict[str, Any]) -> Interaction:
    """Read back what `Interaction.as_data` wrote."""
    data = block["interaction"]
    components, targets = (
        tuple(Component(**item) for item in data.get(name, ()))
        for name in ("components", "targets")
    )
    correct = tuple(data["correct"]) if "correct" in data else None
    id = block["id"].rpartition("/")[2]
    return Interaction(
        id, data["type"], data["name"], components, targets, correct, data["reports"]
    )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_statement(case: dict[str, Any]) -> None:
    """Python builds the very statement that the case holds, and it breaks no rule of xAPI."""
    statement = build(case["given"])
    assert statement == case["statement"]
    assert statement_problems(statement) == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nothing_of_the_lrs(case: dict[str, Any]) -> None:
    """2.4.8, 2.4.9, 2.4.10: what the LRS sets (`stored`, `authority`, `version`) we never do."""
    assert not case["statement"].keys() & {"stored", "authority", "version"}


FACTS = {name: case for name, case in CASES.items() if case["given"].get("told", "") is None}
ANSWERS = {name: case for name, case in CASES.items() if case["given"]["what"] == "answered"}
VOTES = {name: case for name, case in ANSWERS.items() if case["given"]["vote"]}


@pytest.mark.parametrize("case", FACTS.values(), ids=FACTS)
def test_facts_have_no_result(case: dict[str, Any]) -> None:
    """Where only the fact may be told, there is no result: neither answer, success nor duration."""
    assert "result" not in case["statement"]


@pytest.mark.parametrize("case", VOTES.values(), ids=VOTES)
def test_votes_are_neither_right_nor_wrong(case: dict[str, Any]) -> None:
    """A vote has no right answer in its definition and no success in its result."""
    assert "success" not in case["statement"].get("result", {})
    assert "correctResponsesPattern" not in case["statement"]["object"]["definition"]


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS)
def test_votes_can_be_told_apart(case: dict[str, Any]) -> None:
    """Votes, and only votes, carry the profile of polls as their category (2.4.6.2)."""
    carries = case["statement"]["context"]["contextActivities"].get("category", [])
    assert bool(carries) is case["given"]["vote"]


def test_names_become_ids() -> None:
    """The id of what is told once follows from what it is about (RFC 9562, version 5)."""
    assert NAMESPACE == workspace.NAMESPACE
    assert named_id("registration", "activity", 1) == str(
        uuid.uuid5(NAMESPACE, "registration|activity|1")
    )
