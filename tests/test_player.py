"""A learner's visits in a real browser: what the LMS is called with, and what the LRS is told.

The whole log of a story equals the committed one in `stories/*/expected`; `--rewrite` writes them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from browser import FULL, Watch
from learner import STORIES, Learner, Visits, built
from lms import Api, Lms, Package, registration
from node import node
from playwright.sync_api import Page, expect
from samples import example, read, step, write_module, zipped
from walk import walk

from rsscorm.referee.lms import Call

BOTH: list[Api] = ["referee", "scorm-again"]
# The request's promise is broken before the page's listeners hear why: both are waited for.
BLOCKED_REQUEST = """
(url) => new Promise((heard) => {
  document.addEventListener("securitypolicyviolation", () => heard(null), { once: true });
  fetch(url).catch(() => null);
})
"""
VALIDATE = """
const { default: validate } = require("xapi-validation");
const statements = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(statements.flatMap((statement) => validate(statement))));
"""


def the_story(visits: Visits) -> None:
    """Learn, reflect, vote, leave; come back, look, vote again, complete, finish; look back."""
    with visits.visit() as nurse:
        nurse.go("What you think")
        nurse.answer("matters", "The noise")
        nurse.answer("matters", "The change")
        nurse.answer("hear", "The team")
        nurse.answer("notice", "Yes")
        nurse.decide("shrug", "Ask again", "Say thank you")
        nurse.write("easier", "If somebody else had seen it too")
        nurse.go("What you do")
        nurse.answer("usually", "Wait and see")
    with visits.visit() as nurse:
        expect(nurse.sco.get_by_role("heading", level=2, name="What you do")).to_be_visible()
        nurse.answer("usually", "Speak up", again=True)
        nurse.answer("listen", "Agree")
        nurse.write("one-thing", "Say it at handover")
        nurse.go("What you think")
        shows_what_was_done(nurse)
        nurse.answer("say-so", "Perhaps")
        nurse.contents("Your record")
        expect(nurse.sco.get_by_text("You have completed this module")).to_be_visible()
        nurse.press("Finish and clear")
        expect(nurse.sco.get_by_text("Your record is saved")).to_be_visible()


def shows_what_was_done(nurse: Learner) -> None:
    """Everything of the earlier visit stands there again."""
    expect(nurse.block("matters").get_by_label("The change")).to_be_checked()
    expect(nurse.block("hear").get_by_label("The team")).to_be_checked()
    expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
    expect(nurse.block("shrug").get_by_text("Both of you tell the nurse")).to_be_visible()
    words = nurse.block("easier").get_by_role("textbox")
    expect(words).to_have_value("If somebody else had seen it too")


def lines(calls: list[Call]) -> list[str]:
    """The calls that matter, with times and secrets taken out.

    Of an interaction's times only the first: another of the same second is not written.
    """
    quiet = {"LMSGetLastError", "LMSGetErrorString", "LMSGetDiagnostic"}
    told = [line(call) for call in calls if call.call not in quiet]
    times = [text if ".time <time>" in text else "" for text in told]
    return [text for at, text in enumerate(told) if not times[at] or text not in times[:at]]


def line(call: Call) -> str:
    """One call and its answer, as text."""
    words = [*map(str, call.args), "->", str(call.result)]
    text = " ".join([call.call, *(word or '""' for word in words)])
    text = re.sub(r"\d{4}:\d\d:\d\d\.\d\d", "<span>", text)
    text = re.sub(r"(\.time) \d\d:\d\d:\d\d", r"\1 <time>", text)
    return re.sub(r"(a2\w{4}/)[\w-]{22}(/\w\w/_\w{3}_)\w{3}", r"\1<key>\2<sum>", text)


def compare(file: str, text: str, rewrite: bool) -> None:
    """Compare with what is committed, or write it anew."""
    path = STORIES / "a-shift" / "expected" / file
    if rewrite:
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("api", BOTH)
def test_scorm_story(page: Page, lms: Lms, scorm: Package, api: Api, rewrite: bool) -> None:
    """Under the referee and under scorm-again: every call of every visit, and no breach."""
    visits = Visits(lms, scorm, page, api)
    the_story(visits)
    with visits.visit("review") as nurse:
        nurse.contents("What you think")
        shows_what_was_done(nurse)
    sessions = lms.sessions(scorm)
    log = [[f"# visit {n}", *lines(session.calls), ""] for n, session in enumerate(sessions, 1)]
    compare(f"{api}.txt", "\n".join(text for visit in log for text in visit), rewrite)
    assert lms.breaches(scorm) == []
    assert lms.attempt(scorm)["cmi.core.lesson_status"] == "completed"
    assert lms.attempt(scorm)["cmi.core.score.raw"] == "50"


def test_only_browsing(page: Page, lms: Lms, scorm: Package) -> None:
    """Who looks at a module before its time is promised nothing, and nothing is written."""
    with Visits(lms, scorm, page, "referee").visit("review", mode="browse") as nurse:
        nurse.contents("What you think")
        nurse.block("notice").get_by_label("Yes", exact=True).check()
        nurse.block("notice").get_by_role("button", name="my answer").click()
        expect(nurse.block("notice").locator(".said")).not_to_be_empty()
        nurse.contents("Your record")
        says = "You are only looking at this module. Nothing you change here is recorded."
        expect(nurse.sco.locator("#end .end-says")).to_have_text(says)
        expect(nurse.sco.locator("#end .end-steps, #end .recorded")).to_have_count(2)
        expect(nurse.sco.locator("#end .end-steps:visible, #end .recorded:visible")).to_have_count(
            0
        )
    told = {call.call for call in lms.calls(scorm)} - {"LMSGetValue", "LMSGetLastError"}
    assert told == {"LMSInitialize", "LMSFinish"}
    assert lms.attempt(scorm)["cmi.core.lesson_status"] == "browsed"


@pytest.mark.parametrize("api", BOTH)
def test_reload_is_adopted(page: Page, lms: Lms, scorm: Package, api: Api) -> None:
    """F5 in the module's own frame goes on where she was, in the session that still runs."""
    visits = Visits(lms, scorm, page, api)
    with visits.visit() as nurse:
        nurse.go("What you think")
        nurse.answer("matters", "The noise")
        frame = page.frame("sco")
        assert frame
        with page.expect_event("framenavigated"):
            frame.evaluate("location.reload()")
        expect(nurse.block("matters").get_by_label("The noise")).to_be_checked()
        nurse.answer("matters", "The change")
    calls = [call.call for call in lms.calls(scorm)]
    assert calls.count("LMSInitialize") == 1
    assert calls.count("LMSFinish") == 1
    assert lms.breaches(scorm) == []
    assert lms.attempt(scorm)["cmi.interactions.0.result"] == "correct"


def test_a_reload_of_the_whole_page_is_a_new_session(page: Page, lms: Lms, scorm: Package) -> None:
    """F5 of the LMS's page begins anew, and the learner is where she was."""
    visits = Visits(lms, scorm, page, "referee")
    with visits.visit() as nurse:
        nurse.go("What you think")
        nurse.answer("notice", "Yes")
        page.reload()
        nurse.saved()
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
    assert {call.result for call in lms.calls(scorm) if call.call == "LMSInitialize"} == {"true"}
    # Only by asking can a page that is shown again learn that no session runs.
    assert {(one["call"], one["error"]) for one in lms.breaches(scorm)} <= {("LMSGetValue", "301")}


def test_two_learners_at_one_machine(page: Page, lms: Lms, scorm: Package) -> None:
    """On a shared ward PC nobody reads another's note, and nothing of it is in the browser."""
    words = "Something that only I should read"
    visits = Visits(lms, scorm, page, "referee")
    with visits.visit() as nurse:
        nurse.go("What you think")
        nurse.write("easier", words)
        kept = page.frame("sco").evaluate("JSON.stringify({...localStorage})")  # type: ignore[union-attr]
    assert kept != "{}"
    for secret in (words, "easier", "a-shift", "nurse"):
        assert secret not in kept
    page.goto(lms.launch(scorm, "referee", learner="doctor"))
    doctor = Learner(page, page.frame_locator("#sco"))
    doctor.saved()
    doctor.go("What you think")
    expect(doctor.block("easier").get_by_role("textbox")).to_have_value("")
    assert words not in json.dumps(lms.attempt(scorm))


def test_a_note_does_not_travel(watch: Watch, lms: Lms, scorm: Package) -> None:
    """At another machine the answers are there, the note is not."""
    first = Visits(lms, scorm, watch.open(), "referee")
    with first.visit() as nurse:
        nurse.go("What you think")
        nurse.answer("notice", "Yes")
        nurse.write("easier", "Left at the other machine")
    second = Visits(lms, scorm, watch.open(), "referee")
    with second.visit() as nurse:
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
        expect(nurse.block("easier").get_by_role("textbox")).to_have_value("")


@pytest.mark.parametrize("kind", ["scorm", "tincan"])
def test_without_an_lms(page: Page, lms: Lms, kind: str, request: pytest.FixtureRequest) -> None:
    """Opened from a folder, both packages say that nothing is recorded, and play to the end."""
    package: Package = request.getfixturevalue(kind)
    page.goto(lms.content(package))
    nurse = Learner(page, page)
    nurse.saved("nowhere")
    nurse.contents("What you think")
    nurse.block("notice").get_by_label("Yes").check()
    nurse.block("notice").get_by_role("button", name="Record my answer").click()
    expect(nurse.block("notice").get_by_text("Thank you")).to_be_visible()
    expect(nurse.block("easier").locator(".privacy")).to_contain_text("is not kept anywhere")
    expect(nurse.sco.get_by_text("stays on this device")).to_have_count(0)
    nurse.block("easier").get_by_role("textbox").fill("Gone when the page is closed")
    expect(nurse.block("easier").locator(".count")).to_have_text("6 words so far")
    assert page.evaluate("localStorage.length") == 0


@pytest.fixture(scope="session")
def to_pass(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same module with a pass mark."""
    changes = {"when: all-steps": "when: passed\n  pass-mark: 80"}
    return built(tmp_path_factory.mktemp("to-pass"), changes)


def test_retake(page: Page, lms: Lms, to_pass: Path) -> None:
    """Below the mark the attempt stays open; what was not met is asked again, and she passes."""
    package = lms.add(to_pass / "a-shift-2026.1-scorm12.zip")
    visits = Visits(lms, package, page, "referee")
    with visits.visit() as nurse:
        nurse.go("What you do")
        nurse.answer("usually", "Speak up")
        nurse.answer("listen", "Agree")
        nurse.go("What you think")
        nurse.answer("matters", "The change")
        nurse.answer("notice", "Yes")
        nurse.answer("say-so", "Yes")
        nurse.decide("shrug", "Leave it")
        nurse.write("easier", "A quiet room")
        nurse.answer("hear", "Nobody")
        assert lms.attempt(package)["cmi.core.lesson_status"] == "incomplete"
        assert "cmi.core.score.raw" not in lms.attempt(package)
        nurse.contents("Your record")
        nurse.press("Open these questions again")
        nurse.block("hear").get_by_label("Nobody").uncheck()
        nurse.answer("hear", "The team", "The nurse in charge")
    assert lms.attempt(package)["cmi.core.lesson_status"] == "passed"
    assert lms.attempt(package)["cmi.core.score.raw"] == "100"
    # The question that was answered last keeps its place when it is answered again.
    assert lms.attempt(package)["cmi.interactions.7.id"] == "hear"
    assert lms.attempt(package)["cmi.interactions.7.result"] == "correct"
    assert "cmi.interactions.8.id" not in lms.attempt(package)
    assert lms.breaches(package) == []


def statements_of(lms: Lms) -> list[dict[str, Any]]:
    """The statements as they were sent, each once, with times and random ids taken out."""
    sent = {
        one.query["statementId"]: one for one in lms.lrs.journal if one.resource == "statements"
    }
    return [told(visit.body, lms.origin) for visit in sent.values() if visit.method == "PUT"]


def told(statement: dict[str, Any], origin: str) -> dict[str, Any]:
    """A statement without what differs from run to run."""
    text = json.dumps(statement, ensure_ascii=False).replace(origin, "https://lms.test")
    text = re.sub(r'"duration": "PT[\d.]+S"', '"duration": "<span>"', text)
    text = re.sub(r'"timestamp": "[^"]+Z"', '"timestamp": "<time>"', text)
    clean: dict[str, Any] = json.loads(text)
    once = ("completed", "passed")
    poll = "category" in clean["context"].get("contextActivities", {})
    if not poll and clean["verb"]["display"]["en"] not in once:
        clean["id"] = "<id>"
    return clean


def test_tincan_story(page: Page, lms: Lms, tincan: Package, rewrite: bool) -> None:
    """The same story as Tin Can: every statement, each of them valid, and the State at the end."""
    visits = Visits(lms, tincan, page, "tincan")
    the_story(visits)
    lms.lrs.wait_for(lambda: verbs(lms).count("terminated") == 2, "the end of both sessions")
    assert xapi_problems(lms.lrs.statements) == []
    text = json.dumps(statements_of(lms), indent=2, ensure_ascii=False) + "\n"
    compare("statements.json", text, rewrite)
    document = lms.lrs.document("rsscorm-resume")
    assert document["completed"] is True
    assert document["passed"] is False
    assert re.sub(r"/[\w-]{22}/", "/<key>/", document["resume"]).startswith("a2IVaZ/<key>/0A/")


def xapi_problems(statements: list[dict[str, Any]]) -> list[Any]:
    """What npm's xapi-validation finds wrong with statements as the LRS holds them."""
    done = node("-e", VALIDATE, input=json.dumps(statements))
    assert done.returncode == 0, done.stderr
    problems: list[Any] = json.loads(done.stdout)
    return problems


def verbs(lms: Lms) -> list[str]:
    """The verbs of all statements that the LRS holds, in order."""
    return [one["verb"]["display"]["en"] for one in lms.lrs.statements]


def worked_out(lms: Lms, page: Page, folder: Path, format: str, api: Api) -> Package:
    """The examples of an order, of pairs and of a number, done rightly and finished."""
    write_module(folder, step("".join(map(example, ("order", "match", "number")))))
    package = lms.add(zipped(folder, format))
    walk(Visits(lms, package, page, api).open(), read(folder))
    return package


@pytest.mark.parametrize("api", BOTH)
def test_what_is_worked_out_is_told_to_an_lms(
    page: Page, lms: Lms, tmp_path: Path, api: Api
) -> None:
    """Orders, pairs and numbers are interactions of their own types (RTE 1.2, CMIFeedback)."""
    package = worked_out(lms, page, tmp_path, "scorm12", api)
    record = lms.attempt(package)
    parts = ("type", "student_response", "correct_responses.0.pattern", "result")
    told = [[record[f"cmi.interactions.{n}.{part}"] for part in parts] for n in range(3)]
    assert told == [
        ["sequencing", "a,b,c", "a,b,c", "correct"],
        ["matching", "1.a,2.b,3.a", "1.a,2.b,3.a", "correct"],
        ["numeric", "10", "10", "correct"],
    ]
    assert record["cmi.core.score.raw"] == "100"
    assert lms.breaches(package) == []


def test_what_is_worked_out_is_told_to_an_lrs(page: Page, lms: Lms, tmp_path: Path) -> None:
    """The same as statements (xAPI 1.0.3, Data 2.4.4.1, Response Patterns)."""
    worked_out(lms, page, tmp_path, "xapi", "tincan")
    answers = [one for one in lms.lrs.statements if one["verb"]["display"]["en"] == "answered"]
    told = [
        [
            one["object"]["definition"]["interactionType"],
            one["result"]["response"],
            *one["object"]["definition"]["correctResponsesPattern"],
        ]
        for one in answers
    ]
    pairs = "tonight[.]tonight[,]worry[.]worry[,]danger[.]tonight"
    assert told == [
        ["sequencing", "see[,]think[,]act", "see[,]think[,]act"],
        ["matching", pairs, pairs],
        ["numeric", "10", "9.5[:]10.5"],
    ]
    assert all(one["result"]["success"] for one in answers)
    assert xapi_problems(lms.lrs.statements) == []


def test_credentials_leave_the_address(page: Page, lms: Lms, tincan: Package) -> None:
    """The launch is taken out of the address at once, and a reload goes on all the same."""
    with Visits(lms, tincan, page, "tincan").visit() as nurse:
        nurse.go("What you think")
        nurse.answer("notice", "Yes")
        assert "endpoint" not in page.url
        assert "auth" not in page.url
        page.reload()
        nurse.saved()
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
        nurse.answer("say-so", "Yes")
    lms.lrs.wait_for(lambda: verbs(lms).count("terminated") == 2, "both sessions' end")
    assert verbs(lms).count("initialized") == 2


def test_only_the_lrs_of_the_launch(watch: Watch, lms: Lms, tincan: Package) -> None:
    """After the launch the page can speak to no other origin, though its own policy allows it."""
    page = watch.open()
    watch.expect("connect-src blocked https://elsewhere.example")
    watch.expect("Content Security Policy")
    with Visits(lms, tincan, page, "tincan").visit():
        page.evaluate(BLOCKED_REQUEST, "https://elsewhere.example/")


def test_an_lrs_elsewhere_that_hides_its_etags(watch: Watch, lms: Lms, tincan: Package) -> None:
    """On another origin, where no ETag can be read: everything is kept and found again."""
    # The tests' LRS has no https, which the package's own policy asks of other origins.
    lms.lrs.hides_etag = True
    with lms.lrs.serve() as elsewhere:
        watch.origins.add(elsewhere.endpoint.removesuffix("/lrs/"))
        visits = Visits(lms, tincan, watch.open(bypass_csp=True), "tincan")
        with visits.visit(endpoint=elsewhere.endpoint) as nurse:
            nurse.go("What you think")
            nurse.answer("notice", "Yes")
        with visits.visit(endpoint=elsewhere.endpoint) as nurse:
            expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()


def test_a_launch_with_everything(page: Page, lms: Lms, tincan: Package) -> None:
    """Unknown parameters go back with each request, the group and platform into each statement."""
    group = "https://northfield.example.org/induction"
    query = {"grouping": group, "activity_platform": "Northfield", "content_token": "t-1"}
    with Visits(lms, tincan, page, "tincan").visit(**query) as nurse:
        nurse.go("What you do")
        nurse.answer("usually", "Speak up")
    lms.lrs.wait_for(lambda: "terminated" in verbs(lms), "the end of the session")
    for statement in lms.lrs.statements:
        groups = statement["context"]["contextActivities"]["grouping"]
        assert group in [one["id"] for one in groups]
        assert statement["context"]["platform"] == "Northfield"
    assert {visit.query.get("content_token") for visit in lms.lrs.journal} == {"t-1"}


def test_a_launch_of_the_old_form(page: Page, lms: Lms, tincan: Package) -> None:
    """An actor in the arrays of xAPI 0.9 is told of as one agent of today."""
    account = {"accountServiceHomePage": "https://lms.example.org", "accountName": "n-1"}
    actor = json.dumps({"name": ["Nurse One"], "account": [account]})
    with Visits(lms, tincan, page, "tincan").visit(actor=actor) as nurse:
        nurse.go("What you think")
    [first, *_] = lms.lrs.wait_for_statements(1)
    told_of = {"homePage": "https://lms.example.org", "name": "n-1"}
    assert first["actor"] == {"objectType": "Agent", "name": "Nurse One", "account": told_of}


@pytest.mark.parametrize("missing", ["auth", "actor", "endpoint"])
def test_a_launch_without_what_it_takes(
    page: Page, lms: Lms, tincan: Package, missing: str
) -> None:
    """Without credentials, learner or LRS the module plays, and says that nothing is recorded."""
    page.goto(lms.launch(tincan, "tincan", leave_out=[missing]))
    Learner(page, page).saved("nowhere")
    assert lms.lrs.journal == []


def test_a_launch_without_a_registration(page: Page, lms: Lms, tincan: Package) -> None:
    """One is made at the first visit, kept in the State, and stays for the next."""
    for _ in range(2):
        page.goto(lms.launch(tincan, "tincan", leave_out=["registration"]))
        nurse = Learner(page, page)
        nurse.saved()
        nurse.go("What you think")
    statements = lms.lrs.wait_for_statements(2)
    registrations = {statement["context"]["registration"] for statement in statements}
    assert len(registrations) == 1
    assert lms.lrs.document("rsscorm-resume")["registration"] in registrations


def test_two_devices_at_once(watch: Watch, lms: Lms, tincan: Package) -> None:
    """What was done on the phone and on the PC at the same time is all there afterwards."""
    phone, desk = (Visits(lms, tincan, watch.open(), "tincan") for _ in range(2))
    watch.expect("412")
    with phone.visit() as one, desk.visit() as other:
        one.go("What you think")
        one.answer("notice", "Yes")
        other.go("What you think")
        other.answer("say-so", "Perhaps")
    with desk.visit() as nurse:
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
        expect(nurse.block("say-so").get_by_label("Perhaps")).to_be_checked()


def test_an_lrs_that_is_away_for_a_while(watch: Watch, lms: Lms, tincan: Package) -> None:
    """While the LRS can't be reached she goes on; afterwards all has arrived, once."""
    page = watch.open()
    watch.expect("ERR_INTERNET_DISCONNECTED")
    with Visits(lms, tincan, page, "tincan").visit() as nurse:
        nurse.go("What you think")
        page.context.set_offline(True)
        nurse.block("notice").get_by_label("Yes").check()
        nurse.block("notice").get_by_role("button", name="Record my answer").click()
        nurse.saved("unsaved")
        page.context.set_offline(False)
        nurse.saved()
    names = [one["object"]["id"] for one in lms.lrs.statements]
    assert names.count("https://learning.example.org/a-shift/notice") == 1
    assert tincan.identifier == "https://learning.example.org/a-shift"
    assert lms.lrs.statements[0]["context"]["registration"] == registration(tincan, "nurse")


GO = "(button, url) => { button.click(); window.parent.location.assign(url); }"


@pytest.mark.parametrize("api", BOTH)
def test_leaving_at_once(page: Page, lms: Lms, scorm: Package, api: Api) -> None:
    """She answers and is gone in the same moment: the LMS has the answer, and so has she."""
    visits = Visits(lms, scorm, page, api)
    page.goto(lms.launch(scorm, api))
    answers_and_goes(Learner(page, page.frame_locator("#sco")), f"{lms.origin}/left")
    lms.wait_for_saved(scorm, "cmi.interactions.0.id", "notice")
    with visits.visit() as nurse:
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
    assert lms.breaches(scorm) == []


def test_leaving_an_lrs_at_once(page: Page, lms: Lms, tincan: Package) -> None:
    """She answers and is gone in the same moment: statements and State arrive all the same."""
    visits = Visits(lms, tincan, page, "tincan")
    page.goto(lms.launch(tincan, "tincan"))
    answers_and_goes(Learner(page, page), f"{lms.origin}/left")
    lms.lrs.wait_for(lambda: "terminated" in verbs(lms), "the end of the session")
    assert sorted(verbs(lms)) == ["answered", "initialized", "terminated"]
    with visits.visit() as nurse:
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()


def answers_and_goes(nurse: Learner, url: str) -> None:
    """Answer a question and close the module before anything can be sent in peace."""
    nurse.saved()
    nurse.go("What you think")
    nurse.block("notice").get_by_label("Yes").check()
    nurse.block("notice").get_by_role("button", name="Record my answer").evaluate(GO, url)
    nurse.page.get_by_text("You have left").wait_for()


NO_SUBTLE = "Object.defineProperty(crypto, 'subtle', { value: undefined });"
NO_STORAGE = """
Object.defineProperty(window, "localStorage", { get() { throw new Error("blocked"); } });
"""


@pytest.mark.parametrize("without", [NO_SUBTLE, NO_STORAGE], ids=["plain http", "no storage"])
def test_a_note_that_cannot_be_kept(page: Page, lms: Lms, scorm: Package, without: str) -> None:
    """Where the browser keeps nothing she is told first, and that she wrote is recorded."""
    page.context.add_init_script(without)
    with Visits(lms, scorm, page, "referee").visit() as nurse:
        nurse.go("What you think")
        expect(nurse.block("easier").locator(".privacy")).to_contain_text("is not kept anywhere")
        nurse.block("easier").get_by_role("textbox").fill("A colleague beside me")
        nurse.saved()
        lms.wait_for_call(scorm, "LMSSetValue", "cmi.interactions.0.id", "easier")


def test_a_note_that_finds_no_room(page: Page, lms: Lms, scorm: Package) -> None:
    """Where the browser's storage is full she is told, and nothing else is promised any more."""
    page.context.add_init_script(FULL)
    with Visits(lms, scorm, page, "referee").visit() as nurse:
        nurse.go("What you think")
        note = nurse.block("easier")
        expect(note.locator(".privacy")).to_contain_text("stays on this device")
        note.get_by_role("textbox").fill("A colleague beside me")
        expect(note.locator(".kept")).to_contain_text("could not be kept")
        expect(note.locator(".privacy")).to_contain_text("is not kept anywhere")
        nurse.saved()


def test_a_note_is_kept_at_every_letter(page: Page, lms: Lms, scorm: Package) -> None:
    """What she typed right before she closed the page is kept: nothing waits for a pause.

    The clock stands still, so that no pause ever ends.
    """
    visits = Visits(lms, scorm, page, "referee")
    with visits.visit() as nurse:
        nurse.go("What you think")
        nurse.write("easier", "Somebody else ")
        note = nurse.block("easier").get_by_role("textbox")
        frame = page.frame("sco")
        assert frame
        before = frame.evaluate("JSON.stringify({...localStorage})")
        frame.evaluate("window.setTimeout = () => 0")
        note.press("End")
        page.keyboard.insert_text("beside me")
        changed = "before => JSON.stringify({...localStorage}) !== before"
        frame.wait_for_function(changed, arg=before)
    with visits.visit() as nurse:
        note = nurse.block("easier").get_by_role("textbox")
        expect(note).to_have_value("Somebody else beside me")


def test_every_expected_file_is_used() -> None:
    """No file of an old story is left lying about."""
    files = {path.name for path in (STORIES / "a-shift" / "expected").iterdir()}
    assert files == {"referee.txt", "scorm-again.txt", "statements.json"}
