"""`rsscorm referee`: somebody's package is played in a real browser, and its faults are told."""

from __future__ import annotations

import json
import re
import signal
import socket
import stat
import subprocess
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import examples
import httpx
import pytest
from browser import Watch
from foreign import CAREFUL, CARELESS, MANIFEST, PAGE, foreign, manifest, zipped
from learner import Learner
from markup import validate
from node import PLAYER
from playwright.sync_api import Browser, FrameLocator, Page, expect
from samples import read
from walk import walk
from workspaces import built, command, imported, rsscorm, write_module

from rsscorm.referee.archive import Archive, PackageError
from rsscorm.referee.faults import faults
from rsscorm.referee.lms import Session
from rsscorm.referee.manifest import Manifest, read_manifest
from rsscorm.referee.report import summary
from rsscorm.referee.site import Site
from rsscorm.referee.web import Server

AXE = PLAYER / "node_modules" / "axe-core" / "axe.min.js"
IMSCP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
Rule = tuple[str, str, str]
"""What breaks a rule: a script; then the error that it brings, and the clause."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Played:
    """A package at play: the page, the package in its frame, and the server's side."""

    site: Site
    origin: str
    watch: Watch
    page: Page

    @property
    def sco(self) -> FrameLocator:
        """The package in its frame."""
        return self.page.frame_locator("#sco")

    def ready(self) -> None:
        """Wait until the package has begun."""
        expect(self.sco.locator("#said")).to_contain_text("Ready")

    def launches(self) -> list[Session]:
        """Every launch so far, once all of them have been left and nothing is on its way."""
        is_over = lambda: all(one.has_left for one in self.site.all_sessions)  # noqa: E731
        with self.site.changed:
            assert self.site.changed.wait_for(is_over, 10)
            return list(self.site.all_sessions)

    def press_next(self, said: str) -> None:
        """Press the package's button; it then shows what its LMSCommit was answered."""
        self.sco.get_by_role("button", name="Next").click()
        expect(self.sco.locator("#said")).to_have_text(said)

    def press(self, name: str) -> None:
        """Press a button of the referee's page, which launches anew."""
        self.page.get_by_role("button", name=name).click()
        self.ready()

    def switch(self, title: str, on: bool) -> None:
        """Throw a fault's switch."""
        self.page.locator("details:has(#faults)").evaluate("details => { details.open = true }")
        self.page.get_by_label(title).set_checked(on)


@contextmanager
def playing(browser: Browser, package: Path, place: str = "/", **options: Any) -> Iterator[Played]:
    """The referee's page with a package; fails if anything unexpected goes wrong in it."""
    with closing(Archive(package)) as archive:
        site = Site(package, archive, read_manifest(archive))
        with Server(site) as server:
            watch = Watch(browser, server.origin)
            page = watch.open(**options)
            page.goto(server.origin + place)
            yield Played(site, server.origin, watch, page)
            page.context.close()
            watch.verdict()


@contextmanager
def running(*words: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`rsscorm referee` at work without a browser of its own, and the address that it told."""
    arguments = command("referee", *words, "--no-open")
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/", told)
            assert found, told + process.communicate()[1]
            yield process, found[0]
        finally:
            if process.poll() is None:
                process.kill()


def interrupted(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C; returns what it says at the end."""
    process.send_signal(signal.SIGINT)
    said, wrong = process.communicate(timeout=20)
    assert wrong == ""
    return said


def test_our_package_has_nothing_against_it(browser: Browser, tmp_path: Path) -> None:
    """A package of ours is played, left by Ctrl-C, and the exit code is 0."""
    write_module(tmp_path)
    built(tmp_path)
    with running(tmp_path / "dist" / "noticing-2026.1-scorm12.zip") as (process, address):
        watch = Watch(browser, address.rstrip("/"))
        page = watch.open()
        page.goto(address)
        expect(page.frame_locator("#sco").get_by_text("Saved to your record")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("Nothing against the standard")
        page.context.close()
        said = interrupted(process)
    watch.verdict()
    assert process.returncode == 0
    assert re.fullmatch(r"\s*1 launch, \d\d calls: nothing against the standard\.\s*", said)


def test_a_careless_package_is_reported(browser: Browser, tmp_path: Path) -> None:
    """Breaches are told with their clauses: on the page, at the end, and as JSON."""
    report = tmp_path / "report.json"
    with running(foreign(tmp_path, fire=CARELESS), "--json", report) as (process, address):
        watch = Watch(browser, address.rstrip("/"))
        page = watch.open()
        page.goto(address)
        page.frame_locator("#sco").get_by_role("button", name="Next").click()
        expect(page.get_by_role("status")).to_have_text("3 breaches of the standard")
        expect(page.locator("#calls-count")).to_have_text("5 calls")
        first = page.locator("#breaches li").first
        expect(first).to_contain_text("cmi.interactions.0.id must be 1 to 255 characters")
        expect(first).to_contain_text("SCORM 1.2 RTE, data model: cmi.interactions.n.id")
        expect(page.locator("#breaches li").nth(1)).to_contain_text("2 times")
        words = page.locator("#calls li").nth(2)
        expect(words).to_contain_text("Sets how the learner leaves to “normal”, and is refused.")
        expect(words).to_contain_text('LMSSetValue("cmi.core.exit", "normal") → "false", error 405')
        said = interrupted(process)
        page.context.close()
    watch.verdict()
    assert process.returncode == 1
    assert "1 launch, 5 calls: 3 breaches." in said
    assert 'LMSSetValue("cmi.core.exit", "normal")  error 405  (2 times)\n' in said
    assert "  SCORM 1.2 RTE, data model: cmi.core.exit, CMIVocabulary (Exit)\n" in said
    whole = json.loads(report.read_text(encoding="utf-8"))
    assert (whole["package"], whole["title"], whole["found"]) == (
        "theirs.zip", "Fire safety & you", 3,
    )  # fmt: skip
    [launch] = whole["launches"]
    assert launch["calls"][0]["call"] == "LMSInitialize"
    assert [breach["error"] for breach in launch["breaches"]] == ["405"] * 3


# In what is right but for one fault: a SCO that begins, does something wrong, and ends.
HELPERS = """
var get = api.LMSGetValue, set = api.LMSSetValue;
function begin() { api.LMSInitialize(""); window.addEventListener("pagehide", end); }
function end() { api.LMSFinish(""); window.removeEventListener("pagehide", end); }
"""
ANSWER = 'begin(); set("cmi.interactions.0.id", "q1");'


def in_api(call: str) -> str:
    """The clause of a call."""
    return f"SCORM 1.2 RTE, API: {call}"


def in_model(element: str) -> str:
    """The clause of an element, with its data type where that is what is broken."""
    return f"SCORM 1.2 RTE, data model: {element}"


def wrong_value(element: str, value: str, type: str, before: str = "begin();") -> Rule:
    """A value that the element's data type forbids."""
    script = f"{before} set({json.dumps(element)}, {value});"
    return script, "405", in_model(f"{re.sub('[.]0[.]', '.n.', element)}, {type}")


def wrong_answer(field: str, value: str, type: str) -> Rule:
    """The same, of an interaction that has its id."""
    return wrong_value(f"cmi.interactions.0.{field}", json.dumps(value), type, ANSWER)


STATUS, EXIT = "CMIVocabulary (Status)", "CMIVocabulary (Exit)"
SCORE = "CMIDecimal or CMIBlank"
CALLS: dict[str, Rule] = {
    "begins twice": ('begin(); api.LMSInitialize("");', "101", in_api("LMSInitialize")),
    "begins without an argument": (
        "api.LMSInitialize(); begin();", "201", in_api("LMSInitialize")
    ),
    "reads before it begins": (
        'get("cmi.core.lesson_status"); begin();', "301", in_api("LMSGetValue")
    ),
    "writes before it begins": (
        'set("cmi.suspend_data", "a"); begin();', "301", in_api("LMSSetValue")
    ),
    "commits before it begins": ('api.LMSCommit(""); begin();', "301", in_api("LMSCommit")),
    "ends before it begins": ('api.LMSFinish(""); begin();', "301", in_api("LMSFinish")),
    "ends twice": ('begin(); end(); api.LMSFinish("");', "301", in_api("LMSFinish")),
    "reads after the end": (
        'begin(); end(); get("cmi.core.entry");', "301", in_api("LMSGetValue")
    ),
    "writes after the end": (
        'begin(); end(); set("cmi.suspend_data", "a");', "301", in_api("LMSSetValue")
    ),
    "commits after the end": ('begin(); end(); api.LMSCommit("");', "301", in_api("LMSCommit")),
    "commits with an argument": ('begin(); api.LMSCommit("now");', "201", in_api("LMSCommit")),
    "ends with null": ("begin(); api.LMSFinish(null);", "201", in_api("LMSFinish")),
    "asks for no name": ("begin(); get(undefined);", "201", "SCORM 1.2 RTE, API"),
}  # fmt: skip
ELEMENTS: dict[str, Rule] = {
    "sets a number": (
        'begin(); set("cmi.core.score.raw", 80);', "201", in_model("cmi.core.score.raw")
    ),
    "reads what there is not": (
        'begin(); get("cmi.success_status");', "201", in_model("cmi.success_status")
    ),
    "writes what there is not": (
        'begin(); set("cmi.completion_status", "completed");', "201",
        in_model("cmi.completion_status"),
    ),
    "asks for a value's children": (
        'begin(); get("cmi.suspend_data._children");', "202",
        in_model("cmi.suspend_data._children"),
    ),
    "counts what is no list": (
        'begin(); get("cmi.core._count");', "203", in_model("cmi.core._count")
    ),
    "sets a keyword": (
        'begin(); set("cmi.core._children", "");', "402", in_model("cmi.core._children")
    ),
    "sets what it may read": (
        'begin(); set("cmi.core.student_id", "me");', "403", in_model("cmi.core.student_id")
    ),
    "sets what the LMS launched it with": (
        'begin(); set("cmi.launch_data", "ward=oak");', "403", in_model("cmi.launch_data")
    ),
    "reads what it may set": (
        'begin(); get("cmi.core.exit");', "404", in_model("cmi.core.exit")
    ),
    "list: a gap": (
        'begin(); set("cmi.interactions.1.id", "q");', "201", in_model("cmi.interactions.n.id")
    ),
    "list: read beyond its end": (
        'begin(); get("cmi.objectives.0.id");', "201", in_model("cmi.objectives.n.id")
    ),
    "objective: no id yet": (
        'begin(); set("cmi.objectives.0.status", "passed");', "0",
        in_model("cmi.objectives.n.status"),
    ),
    "answer: no id yet": (
        'begin(); set("cmi.interactions.0.type", "choice");', "0",
        in_model("cmi.interactions.n.type"),
    ),
    "answer: no type yet": (
        ANSWER + 'set("cmi.interactions.0.student_response", "a");', "0",
        in_model("cmi.interactions.n.student_response"),
    ),
}  # fmt: skip
VALUES: dict[str, Rule] = {
    "status: not attempted": wrong_value("cmi.core.lesson_status", '"not attempted"', STATUS),
    "status: a capital": wrong_value("cmi.core.lesson_status", '"Completed"', STATUS),
    "exit: normal": wrong_value("cmi.core.exit", '"normal"', EXIT),
    "score: over 100": wrong_value("cmi.core.score.raw", '"101"', SCORE),
    "score: below 0": wrong_value("cmi.core.score.min", '"-1"', SCORE),
    "score: per cent": wrong_value("cmi.core.score.max", '"80%"', SCORE),
    "time: of SCORM 2004": wrong_value("cmi.core.session_time", '"PT9S"', "CMITimespan"),
    "time: one digit of hours": wrong_value("cmi.core.session_time", '"0:01:02"', "CMITimespan"),
    "time: three decimals": wrong_value(
        "cmi.core.session_time", '"00:00:01.555"', "CMITimespan"
    ),
    "state: too long": wrong_value("cmi.suspend_data", '"x".repeat(4097)', "CMIString4096"),
    "comments: too long": wrong_value("cmi.comments", '"x".repeat(4097)', "CMIString4096"),
    "place: too long": wrong_value(
        "cmi.core.lesson_location", '"x".repeat(256)', "CMIString255"
    ),
    "language: too long": wrong_value(
        "cmi.student_preference.language", '"x".repeat(256)', "CMIString255"
    ),
    "sound: too loud": wrong_value("cmi.student_preference.audio", '"101"', "CMISInteger"),
    "speed: too slow": wrong_value("cmi.student_preference.speed", '"-101"', "CMISInteger"),
    "text: neither on nor off": wrong_value("cmi.student_preference.text", '"2"', "CMISInteger"),
    "objective: no such status": wrong_value("cmi.objectives.0.status", '"done"', STATUS),
    "objective: an id with a space": wrong_value("cmi.objectives.0.id", '"a b"', "CMIIdentifier"),
    "answer: an id with a space": wrong_value("cmi.interactions.0.id", '"a b"', "CMIIdentifier"),
    "answer: an id with an accent": wrong_value(
        "cmi.interactions.0.id", '"caf\\u00e9"', "CMIIdentifier"
    ),
    "answer: an id too long": wrong_value(
        "cmi.interactions.0.id", '"x".repeat(256)', "CMIIdentifier"
    ),
    "answer: a type of SCORM 2004": wrong_answer(
        "type", "long-fill-in", "CMIVocabulary (Interaction)"
    ),
    "answer: a result of SCORM 2004": wrong_answer(
        "result", "incorrect", "CMIVocabulary (Result) or CMIDecimal"
    ),
    "answer: no time of day": wrong_answer("time", "24:00:00", "CMITime"),
    "answer: no latency": wrong_answer("latency", "9", "CMITimespan"),
    "answer: too weighty": wrong_answer("weighting", "101", "CMIDecimal"),
    **{
        f"answer: {type}": wrong_value(
            f"cmi.interactions.0.{field}", json.dumps(value), f"CMIFeedback ({type})",
            f'{ANSWER}set("cmi.interactions.0.type", "{type}");',
        )
        for type, field, value in [
            ("true-false", "student_response", "true"),
            ("choice", "student_response", "first"),
            ("fill-in", "student_response", "two\nlines"),
            ("likert", "student_response", "agree"),
            ("matching", "student_response", "1[.]c"),
            ("numeric", "student_response", "1,5"),
            ("performance", "student_response", "x" * 256),
            ("sequencing", "correct_responses.0.pattern", "b;a"),
        ]
    },
}  # fmt: skip
LACKING: dict[str, Rule] = {
    "never begins": ("", "0", in_api("LMSInitialize")),
    "never ends": ('api.LMSInitialize("");', "0", in_api("LMSFinish")),
}
RULES = {**CALLS, **ELEMENTS, **VALUES, **LACKING}


def test_each_broken_rule_is_reported_alone(browser: Browser, tmp_path: Path) -> None:
    """One planted fault a package, for each rule: it is reported with its clause, and no other."""
    scripts = {f"rule-{n}": HELPERS + script for n, (script, *_) in enumerate(RULES.values())}
    assert len(scripts) >= 30
    with playing(browser, foreign(tmp_path, **scripts)) as played:
        for number, (rule, (_, _, clause)) in enumerate(RULES.items()):
            played.page.goto(f"{played.origin}/play/{number}")
            played.ready()
            shown = played.page.locator("#breaches .clause")
            expect(shown).to_have_text([] if rule in LACKING else [clause])
        played.page.goto(played.origin)
        for launch, (rule, (_, error, clause)) in zip(
            played.launches(), RULES.items(), strict=True
        ):
            assert [(one["error"], one["clause"]) for one in launch.found] == [(error, clause)], (
                rule
            )
        assert f"{len(RULES)} launches" in (told := summary(played.site))
        assert f": {len(RULES)} breaches." in told
    print(f"{len(RULES)} rules of calls, each reported alone")


def changed(old: str, new: str, times: int = -1) -> str:
    """The manifest of two parts, with one thing wrong."""
    good = manifest("fire", "doors")
    assert old in good
    return good.replace(old, new, times)


def of_two_parts(folder: Path, text: str) -> Manifest:
    """What the referee reads of a package with this manifest."""
    pages = {f"content/{name}.html": PAGE for name in ("fire", "doors")}
    package = zipped(folder / "p.zip", {"imsmanifest.xml": text, **pages})
    with closing(Archive(package)) as archive:
        return read_manifest(archive)


IN_MANIFEST = "SCORM 1.2 CAM, manifest: "
MANIFEST_RULES = {
    "a prefix before the manifest": (
        changed("<manifest ", f'<ims:manifest xmlns:ims="{IMSCP}" ').replace(
            "</manifest>", "</ims:manifest>"
        ),
        "Moodle, import",
    ),
    "another prefix for ADL's names": (changed("adlcp", "adl"), "Moodle, import"),
    "another version": (changed(">1.2<", ">1.1<"), IN_MANIFEST + "schemaversion"),
    "a default that is not there": (
        changed('default="course"', 'default="race"'), IN_MANIFEST + "organizations"
    ),
    "an item that leads nowhere": (
        changed('identifierref="r-doors"', 'identifierref="r-door"'), IN_MANIFEST + "item"
    ),
    "two items of one name": (
        changed('item identifier="doors"', 'item identifier="fire"'), IN_MANIFEST + "item"
    ),
    "an item without a title": (changed("<title>Doors</title>", ""), IN_MANIFEST + "item"),
    "a mastery score in words": (
        changed("</item>", "<adlcp:masteryscore>most</adlcp:masteryscore></item>", 1),
        IN_MANIFEST + "item",
    ),
    "a file of another name": (
        changed('href="doors.html">', 'href="Doors.html">'), IN_MANIFEST + "resource"
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", MANIFEST_RULES)
def test_each_broken_rule_of_the_manifest_is_reported_alone(tmp_path: Path, rule: str) -> None:
    """One planted fault in a manifest that can be played: it is noted with its clause alone."""
    text, clause = MANIFEST_RULES[rule]
    files = {f"content/{name}.html": PAGE for name in ("fire", "doors")}
    with closing(
        Archive(zipped(tmp_path / "p.zip", {"imsmanifest.xml": text, **files}))
    ) as archive:
        assert [note.clause for note in read_manifest(archive).notes] == [clause]


def test_an_asset_among_the_items_is_no_breach(tmp_path: Path) -> None:
    """An item may lead to an asset; it is not played, and nothing is wrong with that."""
    sco = 'adlcp:scormtype="sco"\n  href="doors'
    found = of_two_parts(tmp_path, changed(sco, sco.replace('"sco"', '"asset"')))
    assert ([sco.identifier for sco in found.scos], found.notes) == (["fire"], ())


def test_a_package_that_found_no_api_is_not_to_blame(browser: Browser, tmp_path: Path) -> None:
    """Where a fault hides the API, nobody can begin; that is no breach."""
    script = "if (api) api.LMSInitialize('');"
    package = foreign(tmp_path, fire=script)
    with playing(browser, package, "/play/0?faults=api-missing") as played:
        played.ready()
        expect(played.page.get_by_role("status")).to_have_text("It has said nothing yet")
        played.page.goto(f"{played.origin}/own/page.css")
        assert [launch.found for launch in played.launches()] == [[]]


@pytest.mark.parametrize("name", examples.names_of_modules())
def test_our_own_modules_are_played_through(browser: Browser, tmp_path: Path, name: str) -> None:
    """Each page and question to the end, left and opened again: nothing is found."""
    source = examples.lay_out(name, tmp_path)
    built(tmp_path)
    [package] = (tmp_path / "dist").glob("*-scorm12.zip")
    with playing(browser, package) as played:
        learner = Learner(played.page, played.sco)
        learner.saved()
        walk(learner, read(source.parents[2], name))
        played.page.get_by_role("button", name="Launch again").click()
        expect(played.page.locator("#kept")).to_contain_text("Score100")
        Learner(played.page, played.sco).saved("review")
        played.page.goto(f"{played.origin}/own/page.css")
        assert [launch.found for launch in played.launches()] == [[], []]
        [first, second] = played.site.all_sessions
        record = played.site.record(first.key)
        assert record["cmi.core.lesson_status"] in ("completed", "passed")
        written = [call for call in second.calls if call.call == "LMSSetValue"]
        assert {call.args[0] for call in written} <= {"cmi.core.exit", "cmi.core.session_time"}
        print(f"{name}: {len(first.calls)} calls, {answered(record)} answers")
        assert summary(played.site).endswith("nothing against the standard.")


def answered(record: dict[str, str]) -> int:
    """How many interactions a record holds."""
    return sum(re.fullmatch(r"cmi\.interactions\.\d+\.id", name) is not None for name in record)


def test_a_package_of_several_parts(browser: Browser, tmp_path: Path) -> None:
    """A package with several SCOs offers a list; each part is launched with its own data."""
    with playing(browser, foreign(tmp_path, alarm=CAREFUL, doors=CAREFUL)) as played:
        expect(played.page.get_by_role("heading", level=1)).to_have_text("Fire safety & you")
        played.page.get_by_role("link", name="Doors").click()
        expect(played.sco.locator("#said")).to_have_text("Ready ?lang=en")
        script = "API.LMSGetValue('cmi.launch_data')"
        assert played.page.evaluate(script) == "exit=left"
        played.press_next("Saved: true")
        assert played.site.record(("doors", "learner-1"))["cmi.core.lesson_status"] == "completed"
        assert played.site.record(("alarm", "learner-1")) == {}
        played.page.get_by_role("link", name="All 2 parts").click()
        played.page.get_by_role("link", name="Alarm").click()
        played.ready()


def test_launched_again_in_review_and_for_a_new_learner(browser: Browser, tmp_path: Path) -> None:
    """The record goes on at the next launch; a review is said to be one; a new learner is new."""
    with playing(browser, foreign(tmp_path, fire=CAREFUL)) as played:
        played.ready()
        played.press("Launch again")
        entry, mode = "API.LMSGetValue('cmi.core.entry')", "API.LMSGetValue('cmi.core.lesson_mode')"
        assert (played.page.evaluate(entry), played.page.evaluate(mode)) == ("", "normal")
        played.page.get_by_label("As a review").check()
        played.press("Launch again")
        assert played.page.evaluate(mode) == "review"
        played.page.get_by_label("As a review").uncheck()
        played.press("Launch for a new learner")
        assert "learner-2" in played.page.inner_text("form")
        assert played.page.evaluate(entry) == "ab-initio"


def test_switches_for_what_goes_wrong(browser: Browser, tmp_path: Path) -> None:
    """A fault is switched on while the package plays, tells that it bit, and is off again."""
    with playing(browser, foreign(tmp_path, fire=CAREFUL)) as played:
        played.ready()
        played.switch("A commit fails, and says so", True)
        played.press_next("Saved: false")
        about = played.page.locator("#fault-commit-false-about")
        expect(about).to_contain_text("Has happened once")
        expect(played.page.locator("#faults-on")).to_have_text("1 on")
        expect(played.page.get_by_role("link", name="1 fault on")).to_be_visible()
        played.switch("A commit fails, and says so", False)
        played.press_next("Saved: true")
        expect(played.page.get_by_role("link", name="fault on")).to_be_hidden()
        expect(played.page.locator("#kept")).to_contain_text("Statuscompleted")
        expect(played.page.locator("#record")).to_contain_text("completed")
        played.switch("It has no interactions", True)
        played.press("Launch again")
        asked = "[API.LMSGetValue('cmi.interactions._count'), API.LMSGetLastError()]"
        assert played.page.evaluate(asked) == ["", "401"]
        expect(played.page.get_by_role("status")).to_have_text("Nothing against the standard")


def test_the_content_s_own_requests_meet_the_network(browser: Browser, tmp_path: Path) -> None:
    """Offline a packaged file cannot be had; logged out, the request ends at the log-in."""
    with playing(browser, foreign(tmp_path, fire=CAREFUL)) as played:
        played.watch.expect("ERR_EMPTY_RESPONSE")
        played.ready()
        frame = played.page.frame("sco")
        assert frame is not None
        probe = """() => fetch("fire.html", {cache: "no-store"})
            .then(({status, redirected}) => [status, redirected], () => "failed")"""
        assert frame.evaluate(probe) == [200, False]
        for title, met in {
            "The network is gone for a while": "failed",
            "The LMS has logged the learner out": [200, True],
            "The learner has logged in again in another tab": [200, False],
        }.items():
            played.switch(title, True)
            assert frame.evaluate(probe) == met
            played.press_next("Saved: false")
            played.switch(title, False)
            assert frame.evaluate(probe) == [200, False]
            played.press_next("Saved: true")


def test_a_launch_with_faults_in_its_address(browser: Browser, tmp_path: Path) -> None:
    """Faults can be given to a launch with when they bite: no API at first, a commit lost later."""
    package = foreign(tmp_path, fire=CAREFUL)
    with playing(browser, package, "/play/0?faults=commit-lost@2x1,numbers") as played:
        played.ready()
        played.press_next("Saved: true")
        record = ("fire", "learner-1")
        assert played.site.record(record)["cmi.core.lesson_status"] == "incomplete"
        played.press_next("Saved: true")
        assert played.site.record(record)["cmi.core.lesson_status"] == "completed"
        fired = [one["fault"] for one in played.page.evaluate("referee.fired")]
        assert fired == ["commit-lost"]


def test_a_fault_that_is_none(browser: Browser, tmp_path: Path) -> None:
    """A misspelt fault is said, with those that there are, and the package plays without."""
    with playing(browser, foreign(tmp_path, fire=CAREFUL), "/play/0?faults=slwo") as played:
        played.ready()
        problem = played.page.get_by_role("alert")
        expect(problem).to_contain_text('There is no fault "slwo". There are: api-missing, ')


def test_the_list_of_faults_is_the_page_s(browser: Browser, tmp_path: Path) -> None:
    """`--faults` lists the page's own switches, in its order and words, and the pass times too."""
    listed = rsscorm("referee", "--faults")
    assert (listed.returncode, listed.stderr) == (0, "")
    with playing(browser, foreign(tmp_path, fire=CAREFUL)) as played:
        boxes = "boxes => boxes.map(({ value, labels }) => `${value}: ${labels[0].textContent}`)"
        switches = played.page.locator("#faults input").evaluate_all(boxes)
        headings = played.page.locator("#faults h3").all_text_contents()
    lines = [line.strip() for line in listed.stdout.splitlines()]
    assert [line for line in lines if line in switches] == switches
    assert [line for line in lines if line in headings] == headings
    assert len(faults()) == len(switches)
    assert "NHS Learning Hub. Happens at a launch with a record that holds suspend_data." in lines
    assert "3 times, unless the launch says how often" in listed.stdout


@pytest.mark.parametrize(
    ("label", "box"),
    [("a desktop", (1121, 799)), ("a laptop", (836, 666)), ("a phone", (367, 666))],
)
def test_the_frame_has_moodle_s_sizes(
    browser: Browser, tmp_path: Path, label: str, box: tuple[int, int]
) -> None:
    """The package gets the space that Moodle gives it, and keeps it at the next launch."""
    with playing(browser, foreign(tmp_path, fire=CAREFUL)) as played:
        played.page.get_by_label(label).check()
        played.press("Launch again")
        frame = played.page.locator("#sco").bounding_box()
        assert frame is not None
        assert (frame["width"], frame["height"]) == box


def test_a_narrow_window_begins_with_the_phone_s_frame(browser: Browser, tmp_path: Path) -> None:
    """On a phone the package has a phone's width, unless the launch asked for another."""
    package, narrow = foreign(tmp_path, fire=CAREFUL), {"width": 390, "height": 844}
    with playing(browser, package, viewport=narrow) as played:
        expect(played.page.get_by_label("a phone")).to_be_checked()
        played.page.goto(f"{played.origin}/play/0?size=desktop")
        expect(played.page.get_by_label("a desktop")).to_be_checked()


def test_the_verdict_leads_to_what_was_found(browser: Browser, tmp_path: Path) -> None:
    """With a keyboard alone, one link goes past the whole package to the list of breaches."""
    with playing(browser, foreign(tmp_path, fire=CARELESS)) as played:
        played.press_next("Saved: true")
        played.page.get_by_role("link", name="3 breaches of the standard").press("Enter")
        expect(played.page.get_by_role("heading", name="What breaks the standard")).to_be_focused()


@pytest.mark.parametrize("width", [320, 800, 1600])
def test_the_page_is_accessible(browser: Browser, tmp_path: Path, width: int) -> None:
    """axe-core finds nothing in the list and the page, with calls, breaches and open switches."""
    package = foreign(tmp_path, fire=CARELESS, doors=CAREFUL)
    screen = {"width": width, "height": 900}
    with playing(browser, package, viewport=screen, reduced_motion="reduce") as played:
        assert_accessible(played.page)
        played.page.get_by_role("link", name="Fire").click()
        played.press_next("Saved: true")
        played.switch("It answers numbers for strings", True)
        expect(played.page.locator("#breaches li")).to_have_count(2)
        played.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert_accessible(played.page)


def assert_accessible(page: Page) -> None:
    """No rule is broken in our page (the package's frame is its own), and it fits the width."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    script = "rules => axe.run({exclude: ['#sco']}, {runOnly: rules, iframes: false})"
    found = page.evaluate(script, TAGS)["violations"]
    assert [(rule["id"], [part["html"] for part in rule["nodes"]]) for rule in found] == []
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide), "the page scrolls sideways"


def test_html(tmp_path: Path) -> None:
    """html-validate finds nothing in the list and the page, with a note about the manifest."""
    bad = manifest("fire", "doors").replace("1.2</schemaversion>", "1.1</schemaversion>")
    pages = {f"content/{name}.html": PAGE for name in ("fire", "doors")}
    package = zipped(tmp_path / "p.zip", {"imsmanifest.xml": bad, **pages})
    targets = [tmp_path / "list.html", tmp_path / "page.html"]
    with closing(Archive(package)) as archive:
        site = Site(package, archive, read_manifest(archive))
        with Server(site) as server:
            for target, place in zip(targets, ("", "play/0"), strict=True):
                target.write_text(httpx.get(f"{server.origin}/{place}").text)
                assert "schemaversion" in target.read_text()
    validate(tmp_path, *targets)


def test_only_this_machine_s_own_pages_are_answered(tmp_path: Path) -> None:
    """Another site's page, or a strange name for this machine, gets nothing."""
    package = foreign(tmp_path, fire=CAREFUL)
    with closing(Archive(package)) as archive:
        site = Site(package, archive, read_manifest(archive))
        with Server(site) as server:
            place = f"{server.origin}/play/0"
            assert httpx.get(place).status_code == 200
            assert httpx.get(place, headers={"Host": "evil.example"}).status_code == 403
            log = f"{server.origin}/launches/0/log"
            for origin in ("https://evil.example", "null"):
                assert httpx.post(log, content="{}", headers={"Origin": origin}).status_code == 403
            for missing in ("/play/1", "/play/x", "/launches/9/content/a", "/own/site.py", "/x"):
                assert httpx.get(server.origin + missing).status_code == 404


def entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    """An entry that zips from other machines can have."""
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


def with_entry(target: Path, made: zipfile.ZipInfo, times: int = 1) -> Path:
    """A good package with one entry more."""
    zipped(target, {"imsmanifest.xml": manifest("fire"), "content/fire.html": PAGE})
    with zipfile.ZipFile(target, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(times):
            archive.writestr(made, "x")
    return target


def bomb(target: Path) -> Path:
    """Half a gigabyte of nothing, in half a megabyte."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", manifest("fire"))
        with archive.open("content/fire.html", "w", force_zip64=True) as file:
            for _ in range(512):
                file.write(bytes(1024**2))
    return target


def encrypted(target: Path) -> Path:
    """A package whose last entry says that it is encrypted, in the directory as on its own."""
    with_entry(target, entry("locked.html"))
    whole = bytearray(target.read_bytes())
    for mark, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        whole[whole.rindex(mark) + offset] |= 1
    target.write_bytes(whole)
    return target


def cut_short(target: Path) -> Path:
    """The beginning of a zip, as after a broken download."""
    target.write_bytes(b"PK\3\4 and no more")
    return target


LAUGHS = MANIFEST.replace(
    "<manifest ", '<!DOCTYPE manifest [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    "<manifest ",
)  # fmt: skip
GOOD = manifest("fire")
MANIFESTS = {
    "": "has no imsmanifest.xml",
    "<manifest>": "not well-formed",
    "<manifest/>": "no organization",
    GOOD.replace("<schemaversion>1.2", "<schemaversion>CAM 1.3"): "plays SCORM 1.2",
    GOOD.replace("<schemaversion>1.2", "<schemaversion>2004 4th Edition"): "plays SCORM 1.2",
    GOOD.replace('"sco"', '"asset"'): "leads to no SCO. The resource 'r-fire' is not a SCO",
    GOOD.replace('"r-fire" parameters', '"r-ice" parameters'): "'fire' leads to no resource",
    GOOD.replace('href="fire.html">', 'href="Fire.html">'): "'content/Fire.html' is not in",
    LAUGHS.replace("ITEMS", "&b;").replace("RESOURCES", ""): "leads to no SCO",
}


@pytest.mark.parametrize(("text", "why"), MANIFESTS.items(), ids=list(MANIFESTS.values()))
def test_manifests_that_lead_nowhere(tmp_path: Path, text: str, why: str) -> None:
    """A package that no LMS could launch is refused, with what is wrong in its manifest."""
    files = {"content/fire.html": PAGE, **({"imsmanifest.xml": text} if text else {})}
    package = zipped(tmp_path / "p.zip", files)
    refused = pytest.raises(PackageError, match=re.escape(why))
    with closing(Archive(package)) as archive, refused:
        read_manifest(archive)


ENTRIES = {
    "../evil.js": "would land outside the package",
    "content/../../evil.js": "would land outside the package",
    "/etc/evil.js": "would land outside the package",
    "C:/evil.js": "would land outside the package",
    "content\\evil.js": "has a backslash in its name",
    "content/evil\n.js": "invisible characters",
}


@pytest.mark.parametrize("name", ENTRIES)
def test_names_that_no_lms_should_unpack(tmp_path: Path, name: str) -> None:
    """A file that would land elsewhere is a reason to refuse the package."""
    package = with_entry(tmp_path / "p.zip", entry(name))
    with pytest.raises(PackageError, match=re.escape(ENTRIES[name])):
        Archive(package)


TRAPS: dict[str, Callable[[Path], Path]] = {
    "is a link": lambda target: with_entry(target, entry("link", stat.S_IFLNK | 0o777)),
    "is there twice": lambda target: with_entry(target, entry("twice.js"), times=2),
    "is encrypted": encrypted,
    "looks like a bomb": bomb,
    "p.zip is not a zip, or is damaged": cut_short,
}


@pytest.mark.parametrize("why", TRAPS)
def test_zips_that_are_traps(tmp_path: Path, why: str) -> None:
    """Links, doubles, locked files, bombs and damage are refused before anything is read."""
    package = TRAPS[why](tmp_path / "p.zip")
    with pytest.raises(PackageError, match=why):
        Archive(package)


def test_a_damaged_file_is_said_when_it_is_asked_for(tmp_path: Path) -> None:
    """A file that does not match its checksum is an error of the package, and stops nothing."""
    package = foreign(tmp_path, fire=CAREFUL)
    whole = bytearray(package.read_bytes())
    middle = whole.rindex(b"content/fire.html", 0, whole.index(b"PK\1\2")) + 40
    whole[middle : middle + 20] = bytes(20)
    package.write_bytes(whole)
    with closing(Archive(package)) as archive:
        site = Site(package, archive, read_manifest(archive))
        with Server(site) as server:
            httpx.get(f"{server.origin}/play/0")
            told = httpx.get(f"{server.origin}/launches/0/content/content/fire.html")
    assert told.status_code == 500
    assert told.text.startswith("content/fire.html is damaged")


def test_a_manifest_elsewhere_is_found_and_said(tmp_path: Path) -> None:
    """The commonest slip: the folder was zipped, and not what is in it."""
    files = {"course/imsmanifest.xml": GOOD, "course/content/fire.html": PAGE}
    done = rsscorm("referee", zipped(tmp_path / "p.zip", files), "--no-open")
    assert done.returncode == 1
    assert "Zip what is in that folder, and not the folder." in done.stderr
    assert "Traceback" not in done.stderr


def test_notes_about_the_manifest_count(tmp_path: Path) -> None:
    """What Moodle would stumble over is told at the end, and the exit code is 1."""
    text = GOOD.replace("adlcp", "adl")
    files = {"imsmanifest.xml": text, "content/fire.html": PAGE}
    with running(zipped(tmp_path / "p.zip", files)) as (process, _):
        said = interrupted(process)
    assert process.returncode == 1
    assert "0 launches, 0 calls: 1 breach." in said
    assert "imsmanifest.xml\n  ADL's names have the prefix `adl`" in said


def test_commands_that_are_not_understood(tmp_path: Path) -> None:
    """A missing file, a wrong port or a taken one: exit code 2, and what to do."""
    package = foreign(tmp_path, fire=CAREFUL)
    assert "does not exist" in rsscorm("referee", tmp_path / "none.zip").stderr
    assert rsscorm("referee", package, "--port", "70000", "--no-open").returncode == 2
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        done = rsscorm("referee", package, "--port", port, "--no-open")
    assert done.returncode == 2
    assert "Without --port a free one is taken." in done.stderr


def test_help_of_the_referee_is_instant() -> None:
    """Neither a server nor XML is loaded to show the help."""
    heavy = {"http.server", "lxml", "jinja2", "zipfile", "pydantic"}
    assert heavy & imported("referee", "--help") == set()
    assert heavy & imported("referee", "--faults") == set()
