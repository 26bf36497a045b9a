"""The whole way of a vote: author, package, LMS, colleagues, poll service, LRS, and back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Watch
from learner import Visits
from lms import Lms
from lrs import Lrs
from node import node
from playwright.sync_api import expect
from polls import LAUNCHER, Service
from samples import step, write_module
from tls import Door

POLL = """\
- poll: When a colleague bends a small rule, what do you usually do?
  id: bent-rule
  options:
    - now: Speak to them there and then
    - later: Speak to them after the shift
    - team: Raise it with the team
"""
ANSWERS = ["Speak to them there and then"] * 15 + ["Speak to them after the shift"] * 8
ANSWERS += ["Raise it with the team"] * 2
SETTINGS = """\
iri: https://learning.example.org/
deployments:
  default: {{polls: "{address}", cohort: northfield}}
"""
VALIDATE = """
const { default: validate } = require("xapi-validation");
const statements = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(statements.flatMap((statement) => validate(statement))));
"""
KEY, SECRET = "service", "lrs-secret"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """The public address of the service."""
    with Door(tmp_path) as door:
        yield door


def build(workspace: Path, address: str) -> Path:
    """Write a module with a poll and build it as an author does; where the results are."""
    write_module(workspace, step(POLL, kind="connect"), name="small-rules", title="Small rules")
    (workspace / "rsscorm.yaml").write_text(SETTINGS.format(address=address), "utf-8")
    command = [sys.executable, "-c", LAUNCHER, "build", "-C", str(workspace)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return workspace / "dist"


def test_the_twenty_sixth_sees_how_twenty_five_answered(
    tmp_path: Path, door: Door, lms: Lms, watch: Watch
) -> None:
    """Built, launched and answered by 25 colleagues at one ward PC, their votes are in the LRS as
    25 statements that others' rules accept, and whoever comes next is told truly."""
    dist = build(tmp_path, door.address)
    store = Lrs(KEY, SECRET)
    with store.serve() as lrs:
        service = Service(
            tmp_path, "", "--lrs", lrs.endpoint, "--public", door.address, "--lrs-every", "0.2",
            RSSCORM_LRS_KEY=KEY, RSSCORM_LRS_SECRET=SECRET,
        )  # fmt: skip
        service.open((dist / "small-rules-1.polls.json").read_bytes())
        package = lms.add(dist / "small-rules-1-scorm12.zip")
        watch.origins.add(door.address)
        page = watch.open(ignore_https_errors=True)
        visits = Visits(lms, package, page, "referee")
        with service:
            door.leads_to(service.address)
            for number, answer in enumerate(ANSWERS):
                with visits.visit(learner=f"nurse{number}") as nurse:
                    nurse.answer("bent-rule", answer)
                    expect(nurse.block("bent-rule").locator(".figures")).to_be_visible()
            statements = store.wait_for_statements(25)
            with visits.visit(learner="nurse25") as nurse:
                expect(nurse.block("bent-rule").locator(".figures")).to_be_hidden()
                nurse.answer("bent-rule", "Raise it with the team")
                figures = nurse.block("bent-rule").locator(".figures")
                expect(figures).to_contain_text("More than 20 people have answered")
                expect(figures).to_contain_text("6 in 10")
    done = node("-e", VALIDATE, input=json.dumps(statements))
    assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stderr
    responses = [each["result"]["response"] for each in statements]
    assert sorted(responses) == ["later"] * 8 + ["now"] * 15 + ["team"] * 2
    assert {each["actor"]["account"]["homePage"] for each in statements} == {door.address}
    assert len({each["actor"]["account"]["name"] for each in statements}) == 25
