"""The whole way of a vote: author, package, LMS, colleagues, poll service, LRS, and back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Watch
from learner import Visits
from lms import Lms
from lrs import Lrs
from node import node
from playwright.sync_api import Request, expect
from poll_stand_in import POLL
from polls import LAUNCHER, Service
from samples import step, write_module
from tls import Door

import rsscorm

NOW, LATER, TEAM = (
    "Speak to them there and then", "Speak to them after the shift", "Raise it with the team"
)  # fmt: skip
ANSWERS = [TEAM if who in (3, 13) else (NOW, LATER)[who % 5 % 2] for who in range(25)]
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
                nurse = visits.open(learner=f"nurse{number}")
                nurse.answer("bent-rule", answer)
                expect(nurse.block("bent-rule").locator(".figures")).to_be_visible()
                page.get_by_role("link", name="Exit activity").click()
            statements = store.wait_for_statements(25)
            nurse = visits.open(learner="nurse25")
            expect(nurse.block("bent-rule").locator(".figures")).to_be_hidden()
            nurse.answer("bent-rule", TEAM)
            figures = nurse.block("bent-rule").locator(".figures")
            expect(figures).to_contain_text("More than 20 people have answered")
            expect(figures.get_by_role("paragraph").first).to_have_text(
                f"About 6 in 10 people chose “{NOW}”; you chose “{TEAM}”, as did 1 in 10 or fewer."
            )
    done = node("-e", VALIDATE, input=json.dumps(statements))
    assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stderr
    responses = [each["result"]["response"] for each in statements]
    assert sorted(responses) == ["later"] * 8 + ["now"] * 15 + ["team"] * 2
    assert {each["actor"]["account"]["homePage"] for each in statements} == {door.address}
    assert len({each["actor"]["account"]["name"] for each in statements}) == 25


PROTOCOL = Path(__file__).parent / "protocol"
ANSWER = ["before", "changed", "cohort", "figures", "moves"]
"""What every answer of protocol v1 holds; browsers let go of bodies, so it isn't read there."""


def test_what_packages_send_is_on_record(
    tmp_path: Path, door: Door, lms: Lms, watch: Watch, rewrite: bool
) -> None:
    """The newest recorded requests, which every later service must serve, are those of today.

    With `--rewrite` they are recorded anew: into a file of their own once a version is released.
    """
    dist = build(tmp_path, door.address)
    service = Service(tmp_path)
    service.open((dist / "small-rules-1.polls.json").read_bytes())
    package = lms.add(dist / "small-rules-1-scorm12.zip")
    watch.origins.add(door.address)
    page = watch.open(ignore_https_errors=True)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    visits = Visits(lms, package, page, "referee")
    with service:
        door.leads_to(service.address)
        nurse = visits.open()
        nurse.answer("bent-rule", TEAM)
        expect(nurse.block("bent-rule").locator(".figures")).to_contain_text("Fewer than 11")
        found = [recorded(each, door) for each in sent if each.url.startswith(door.address)]
        page.get_by_role("link", name="Exit activity").click()
        sent.clear()
        nurse = visits.open()
        expect(nurse.block("bent-rule").locator(".figures")).to_contain_text("Fewer than 11")
        found += [recorded(each, door) for each in sent if each.url.startswith(door.address)]
    file = PROTOCOL / f"{rsscorm.__version__}.json"
    polls_file = json.loads((dist / "small-rules-1.polls.json").read_text("utf-8"))
    if rewrite:
        text = json.dumps({"polls.json": polls_file, "requests": found}, indent=2)
        file.write_text(text + "\n", "utf-8")
    known = json.loads(file.read_text("utf-8"))["requests"]
    assert [form(each) for each in found] == [form(each) for each in known]


def recorded(request: Request, door: Door) -> dict[str, Any]:
    """A request as it can be sent again, and what its answer holds."""
    response = request.response()
    assert response
    headers = {name: request.headers[name] for name in ("content-type",) if name in request.headers}
    return {
        "method": request.method,
        "path": request.url.removeprefix(door.address),
        "headers": headers,
        "body": request.post_data,
        "status": response.status,
        "answer": ANSWER,
    }


def form(request: dict[str, Any]) -> dict[str, Any]:
    """A request without what is another in every record."""
    body = json.loads(request["body"]) if request["body"] else None
    return {**request, "body": body and sorted(body)}
