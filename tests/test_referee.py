"""The LMS of the tests, with the referee and with scorm-again: a tiny SCO made here is played."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from browser import Watch
from lms import Api, ImportRefusedError, Lms, Package
from playwright.sync_api import Browser, Page

BOTH: list[Api] = ["referee", "scorm-again"]

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="tiny" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <organizations default="org">
    <organization identifier="org">
      <title>Tiny</title>
      <item identifier="tiny-sco" identifierref="content"><title>Tea &amp; trust</title>
        <adlcp:datafromlms>ward=oak</adlcp:datafromlms></item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="content" type="webcontent" adlcp:scormtype="sco" href="index.html">
      <file href="index.html"/>
    </resource>
  </resources>
</manifest>
"""

SCO = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tiny</title></head>
<body><p id="said"></p>
<button id="answer">Answer</button> <button id="complete">Complete</button>
<script src="sco.js"></script></body></html>
"""

SCRIPT = """
const api = window.parent.API;
const get = (name) => api.LMSGetValue(name);
const set = (name, value) => api.LMSSetValue(name, value);
const [{ type }] = performance.getEntriesByType("navigation");
const running = type === "reload" && get("cmi.core.lesson_status") !== "";
if (!running) api.LMSInitialize("");
const names = ["entry", "lesson_mode", "lesson_status", "lesson_location", "student_id"];
const said = names.map((name) => get("cmi.core." + name)).join("|");
if (get("cmi.core.lesson_mode") === "normal") {
  set("cmi.core.lesson_status", "incomplete");
  set("cmi.core.exit", "suspend");
  api.LMSCommit("");
}
document.getElementById("said").textContent = said + "|" + get("cmi.launch_data");
document.getElementById("answer").addEventListener("click", () => {
  set("cmi.interactions.0.id", "lighter");
  set("cmi.interactions.0.type", "choice");
  set("cmi.interactions.0.student_response", "b");
  set("cmi.interactions.0.result", "correct");
  set("cmi.core.lesson_location", "second-step");
  COMMIT;
});
document.getElementById("complete").addEventListener("click", () => {
  set("cmi.core.score.raw", "100");
  set("cmi.core.lesson_status", "completed");
  api.LMSCommit("");
});
window.addEventListener("pagehide", () => {
  FINISH;
});
"""

FINISH = 'set("cmi.core.session_time", "00:01:30"); api.LMSFinish("")'


def tiny(folder: Path, commit: str = 'api.LMSCommit("")', finish: str = FINISH) -> Path:
    """A whole package: with `commit` at each answer, and `finish` when the page goes."""
    target = folder / "tiny.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        archive.writestr("index.html", SCO)
        archive.writestr("sco.js", SCRIPT.replace("COMMIT", commit).replace("FINISH", finish))
        archive.writestr("media/film.mp4", bytes(range(256)) * 8)
        for name in ("captions.vtt", "ward.svg", "ward.webp", "Notes.txt"):
            archive.writestr(f"media/{name}", "x")
    return target


@pytest.fixture
def package(lms: Lms, tmp_path: Path) -> Package:
    """The tiny package, imported."""
    return lms.add(tiny(tmp_path))


def opened(page: Page, address: str) -> str:
    """Open a launch and return what the SCO says it was told."""
    page.goto(address)
    said = page.frame_locator("#sco").locator("#said")
    said.filter(has_text="|").wait_for()
    return said.inner_text()


def press(page: Page, name: str) -> None:
    """Press a button of the SCO."""
    page.frame_locator("#sco").get_by_role("button", name=name).click()


@pytest.mark.parametrize("api", BOTH)
def test_learn_leave_return_complete(page: Page, lms: Lms, package: Package, api: Api) -> None:
    """A learner answers, leaves by the exit link, comes back to the place, completes, reviews."""
    address = lms.launch(package, api)
    assert opened(page, address) == "ab-initio|normal|not attempted||nurse|ward=oak"
    press(page, "Answer")
    page.get_by_role("link", name="Exit activity").click()
    page.get_by_text("You have left").wait_for()
    lms.wait_for_saved(package, "cmi.core.total_time", "01:30")
    assert lms.attempt(package)["cmi.interactions.0.student_response"] == "b"

    assert opened(page, address) == "resume|normal|incomplete|second-step|nurse|ward=oak"
    press(page, "Complete")
    page.get_by_role("link", name="Exit activity").click()
    page.get_by_text("You have left").wait_for()
    lms.wait_for_saved(package, "cmi.core.total_time", "03:00")

    assert opened(page, address) == "resume|review|completed|second-step|nurse|ward=oak"
    assert lms.breaches(package) == []


def test_both_lmss_log_the_same(watch: Watch, lms: Lms, package: Package) -> None:
    """The strict LMS and scorm-again give a careful SCO the same answers, call for call."""
    for api in BOTH:
        page = watch.open()
        opened(page, lms.launch(package, api, learner=api))
        press(page, "Answer")
        press(page, "Complete")
        page.get_by_role("link", name="Exit activity").click()
        lms.wait_for_call(package, "LMSFinish", learner=api)
    strict, lenient = (lms.calls(package, learner=api) for api in BOTH)
    told = [call for call in strict if call.args == ["cmi.core.student_id"]]
    assert [call.result for call in told] == ["referee"]
    assert [call for call in strict if call not in told] == [
        call for call in lenient if call.args != ["cmi.core.student_id"]
    ]


@pytest.mark.parametrize("api", BOTH)
def test_closing_the_window(watch: Watch, lms: Lms, package: Package, api: Api) -> None:
    """A learner who closes the window keeps all: the last save travels as a beacon."""
    page = watch.open()
    opened(page, lms.launch(package, api))
    press(page, "Answer")
    page.close(run_before_unload=True)
    lms.wait_for_call(package, "LMSFinish")
    lms.wait_for_saved(package, "cmi.core.total_time", "01:30")


@pytest.mark.parametrize("api", BOTH)
def test_uncommitted_is_lost(page: Page, lms: Lms, tmp_path: Path, api: Api) -> None:
    """What a SCO set, but neither committed nor finished, is gone when the page is."""
    package = lms.add(tiny(tmp_path, commit="", finish=""))
    address = lms.launch(package, api)
    opened(page, address)
    press(page, "Answer")
    lms.wait_for_call(package, "LMSSetValue", "cmi.core.lesson_location")
    assert opened(page, address) == "resume|normal|incomplete||nurse|ward=oak"
    assert "cmi.interactions.0.id" not in lms.attempt(package)


@pytest.mark.parametrize("api", BOTH)
def test_reload_of_the_frame(page: Page, lms: Lms, tmp_path: Path, api: Api) -> None:
    """A SCO whose frame is reloaded finds its session running: the API lives in the parent."""
    package = lms.add(tiny(tmp_path, commit="", finish=""))
    opened(page, lms.launch(package, api))
    press(page, "Answer")
    frame = page.frame("sco")
    assert frame is not None
    with page.expect_event("framenavigated"):
        frame.evaluate("location.reload()")
    said = page.frame_locator("#sco").locator("#said").filter(has_text="second-step")
    said.wait_for()
    begun = [call for call in lms.calls(package) if call.call == "LMSInitialize"]
    assert len(begun) == 1


def test_the_referee_is_strict_where_scorm_again_is_not(
    page: Page, lms: Lms, package: Package
) -> None:
    """exit "normal", result "incorrect" and 4,097 characters: scorm-again takes them, we do not."""
    wrong = {
        "cmi.core.exit": "normal",
        "cmi.interactions.0.result": "incorrect",
        "cmi.suspend_data": "x" * 4097,
    }
    answers = {}
    for api in BOTH:
        opened(page, lms.launch(package, api))
        press(page, "Answer")
        script = "(all) => Object.entries(all).map(([name, value]) => API.LMSSetValue(name, value))"
        answers[api] = page.evaluate(script, wrong)
        for name in wrong:
            lms.wait_for_call(package, "LMSSetValue", name)
    assert answers == {"referee": ["false"] * 3, "scorm-again": ["true"] * 3}
    breaches = lms.breaches(package)
    assert [breach["element"] for breach in breaches] == list(wrong)
    assert {breach["error"] for breach in breaches} == {"405"}


@pytest.mark.parametrize("api", BOTH)
def test_commit_while_offline_is_false(watch: Watch, lms: Lms, package: Package, api: Api) -> None:
    """An LMS that cannot be reached says so at LMSCommit, and keeps what it had."""
    page = watch.open()
    watch.expect("ERR_INTERNET_DISCONNECTED")
    opened(page, lms.launch(package, api))
    page.context.set_offline(True)
    script = "[API.LMSSetValue('cmi.suspend_data', 'a1'), API.LMSCommit(''), API.LMSGetLastError()]"
    assert page.evaluate(script) in (["true", "false", "101"], ["true", "false", "391"])
    page.context.set_offline(False)
    assert lms.attempt(package).get("cmi.suspend_data", "") == ""
    assert page.evaluate("API.LMSCommit('')") == "true"
    assert lms.attempt(package)["cmi.suspend_data"] == "a1"
    lms.wait_for_call(package, "LMSCommit")


def test_faults_of_a_launch(page: Page, lms: Lms, package: Package) -> None:
    """A launch with a fault has it in the browser, tells that it bit, and lets it end."""
    opened(page, lms.launch(package, faults=["marks-as-sent@2x1", "numbers"]))
    press(page, "Answer")
    lms.wait_for(lambda: lms.fired(package) == ["marks-as-sent"], "the fault")
    assert page.evaluate("API.LMSCommit('')") == "true"
    assert "cmi.core.lesson_location" not in lms.attempt(package)
    assert page.evaluate("API.LMSGetValue('cmi.interactions._count')") == 1
    lms.wait_for(lambda: lms.fired(package)[-1] == "numbers", "the other fault")
    assert lms.breaches(package) == []


def test_faults_switched_during_a_launch(watch: Watch, lms: Lms, package: Package) -> None:
    """A fault begins and ends while the learner is at work; the content's requests meet it too."""
    page = watch.open()
    watch.expect("ERR_EMPTY_RESPONSE")
    opened(page, lms.launch(package))
    frame = page.frame("sco")
    assert frame is not None
    probe = "fetch('sco.js', {cache: 'no-store'}).then(() => 'there', () => 'away')"
    page.evaluate("referee.faults.switchOn('offline')")
    assert frame.evaluate(probe) == "away"
    press(page, "Answer")
    assert "cmi.interactions.0.id" not in lms.attempt(package)
    page.evaluate("referee.faults.switchOff('offline')")
    assert frame.evaluate(probe) == "there"
    assert page.evaluate("API.LMSCommit('')") == "true"
    assert lms.attempt(package)["cmi.interactions.0.id"] == "lighter"
    lms.wait_for(lambda: lms.fired(package) == ["offline"], "the fault")


def test_a_killed_tab(page: Page, lms: Lms, package: Package) -> None:
    """What a SCO does while its window goes arrives nowhere; what was committed is there."""
    opened(page, lms.launch(package, faults=["killed-tab"]))
    press(page, "Answer")
    page.get_by_role("link", name="Exit activity").click()
    page.get_by_text("You have left").wait_for()
    lms.wait_for(lambda: "killed-tab" in lms.fired(package), "the fault")
    assert lms.attempt(package)["cmi.core.lesson_location"] == "second-step"
    assert "cmi.core.total_time" not in lms.attempt(package)


@pytest.mark.parametrize(("fault", "api"), [("api-missing", "undefined"), ("api-late", "object")])
def test_an_api_that_is_not_there(
    watch: Watch, lms: Lms, package: Package, fault: str, api: str
) -> None:
    """A SCO that looks for the API finds none: never, or not in the first second and a half."""
    page = watch.open()
    watch.expect("uncaught: .*LMSInitialize")
    page.goto(lms.launch(package, faults=[fault]))
    lms.wait_for(lambda: fault in lms.fired(package), fault)
    page.wait_for_function("performance.now() > 2000")
    assert page.evaluate("typeof API") == api


def test_only_the_referee_has_faults(lms: Lms, package: Package) -> None:
    """A fault that nothing would cause is a mistake of the test."""
    with pytest.raises(ValueError, match="scorm-again has no faults"):
        lms.launch(package, "scorm-again", faults=["slow"])


def test_an_update_keeps_the_records(
    page: Page, lms: Lms, package: Package, tmp_path: Path
) -> None:
    """A new zip of the same course and item goes on with each learner's record, as in Moodle."""
    lms.seed(package, {"cmi.core.lesson_status": "incomplete", "cmi.core.exit": "suspend"})
    update = lms.add(tiny(tmp_path), course=package.course)
    assert opened(page, lms.launch(update)).startswith("resume|normal|incomplete")
    assert opened(page, lms.launch(update, learner="doctor")).startswith("ab-initio|normal")


@pytest.mark.parametrize(("screen", "frame"), [(1920, 1121), (1280, 836), (390, 367)])
def test_the_frame_is_as_wide_as_moodles(
    watch: Watch, lms: Lms, package: Package, screen: int, frame: int
) -> None:
    """The SCO gets the space that it gets in Moodle, on a desktop, a laptop and a phone."""
    page = watch.open(viewport={"width": screen, "height": 900})
    opened(page, lms.launch(package))
    box = page.locator("#sco").bounding_box()
    assert box is not None
    assert box["width"] == frame


def test_without_an_lms(watch: Watch, lms: Lms, package: Package) -> None:
    """`api=none` launches in the same frame, and there is no API to find."""
    page = watch.open()
    watch.expect("uncaught: .*LMSInitialize")
    page.goto(lms.launch(package, "none"))
    page.frame_locator("#sco").get_by_role("button", name="Answer").wait_for()
    assert page.evaluate("'API' in window") is False


def test_content_is_served_as_by_an_lms(lms: Lms, package: Package) -> None:
    """Types are right, parts of a film can be had, names are case-exact, all else is missing."""
    base = lms.content(package).removesuffix("index.html")
    types = {
        "index.html": "text/html; charset=utf-8",
        "sco.js": "text/javascript; charset=utf-8",
        "media/film.mp4": "video/mp4",
        "media/captions.vtt": "text/vtt; charset=utf-8",
        "media/ward.svg": "image/svg+xml",
        "media/ward.webp": "image/webp",
    }
    with httpx.Client() as client:
        assert {n: client.get(base + n).headers["content-type"] for n in types} == types
        film = base + "media/film.mp4"
        parts = {"bytes=4-7": (4, 8), "bytes=2040-": (2040, 2048), "bytes=-8": (2040, 2048)}
        for wanted, (first, end) in parts.items():
            part = client.get(film, headers={"Range": wanted})
            assert part.status_code == 206
            assert part.headers["content-range"] == f"bytes {first}-{end - 1}/2048"
            assert part.content == (bytes(range(256)) * 8)[first:end]
        assert client.get(film, headers={"Range": "bytes=9999-"}).status_code == 416
        missing = ["media/notes.txt", "media/", "", "nothing.js"]
        assert {client.get(base + name).status_code for name in missing} == {404}
        assert client.get(f"{lms.origin}/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("content/imsmanifest.xml", MANIFEST, "at the root"),
        ("imsmanifest.xml", MANIFEST.replace("adlcp", "adl"), "the prefix adlcp"),
        ("imsmanifest.xml", MANIFEST.replace("index.html", "start.html"), "not in the package"),
        ("imsmanifest.xml", MANIFEST.replace('"sco"', '"asset"'), "not a SCO"),
    ],
)
def test_packages_that_no_lms_takes(
    lms: Lms, tmp_path: Path, name: str, text: str, why: str
) -> None:
    """A package with a manifest that Moodle misreads is refused at import, with the reason."""
    target = tmp_path / "wrong.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, text)
        archive.writestr("index.html", SCO)
    with pytest.raises(ImportRefusedError, match=why):
        lms.add(target)


TINCAN = """<?xml version="1.0" encoding="UTF-8"?>
<tincan xmlns="http://projecttincan.com/tincan.xsd"><activities>
  <activity id="https://example.org/tiny" type="http://adlnet.gov/expapi/activities/module">
    <name lang="en">Tiny</name><description lang="en">A tiny one.</description>
    <launch lang="en">index.html</launch>
  </activity>
</activities></tincan>
"""

TINCAN_SCRIPT = """
const launch = new URLSearchParams(location.search);
fetch(launch.get("endpoint") + "statements", {
  method: "POST",
  headers: {
    Authorization: launch.get("auth"),
    "Content-Type": "application/json",
    "X-Experience-API-Version": "1.0.3",
  },
  body: JSON.stringify({
    actor: JSON.parse(launch.get("actor")),
    verb: { id: "http://adlnet.gov/expapi/verbs/initialized" },
    object: { id: launch.get("activity_id") },
    context: { registration: launch.get("registration") },
  }),
});
"""


def tiny_tincan(folder: Path, script: str = TINCAN_SCRIPT) -> Path:
    """A whole Tin Can package."""
    target = folder / "tiny-tincan.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("tincan.xml", TINCAN)
        archive.writestr("index.html", SCO)
        archive.writestr("sco.js", script)
    return target


def test_a_tin_can_launch(page: Page, lms: Lms, tmp_path: Path) -> None:
    """The content is opened with Rustici's launch query, and its statement comes to the LRS."""
    package = lms.add(tiny_tincan(tmp_path))
    page.goto(lms.launch(package, "tincan"))
    [statement] = lms.lrs.wait_for_statements(1)
    query = parse_qs(urlsplit(page.url).query)
    assert set(query) == {"endpoint", "auth", "actor", "registration", "activity_id"}
    assert query["endpoint"] == [f"{lms.origin}/lrs/"]
    assert statement["object"]["id"] == "https://example.org/tiny"
    assert statement["actor"]["account"] == {"homePage": lms.origin, "name": "nurse"}
    assert [statement["context"]["registration"]] == query["registration"]


def test_a_tin_can_launch_may_lack_and_add(page: Page, lms: Lms, tmp_path: Path) -> None:
    """Parameters may be absent, and ones that nobody knows may stand beside the standard's."""
    package = lms.add(tiny_tincan(tmp_path, script=""))
    page.goto(lms.launch(package, "tincan", leave_out=["auth", "actor"], content_token="t1"))
    query = parse_qs(urlsplit(page.url).query)
    assert set(query) == {"endpoint", "registration", "activity_id", "content_token"}


STYLE = "const s = document.createElement('style'); s.textContent = 'p {}'; document.head.append(s)"
TROUBLES = {
    "uncaught": ("weberror", "setTimeout(() => { throw new Error('oh') })", "uncaught: .*oh"),
    "rejected": ("weberror", "Promise.reject(new Error('alas'))", "uncaught: .*alas"),
    "told": ("console", "console.error('dear me')", "console: dear me"),
    "missing": ("console", "fetch('nothing.json')", "console: .*404"),
    "forbidden": ("console", STYLE, "securitypolicyviolation: style-src-elem blocked inline"),
    "astray": ("request", "location.href = 'http://localhost:9/'", "origin: http://localhost:9/"),
}


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_watched_page_tells_of_trouble(watch: Watch, lms: Lms, tmp_path: Path, kind: str) -> None:
    """Errors, breaches of the content's policy and strangers' addresses are seen in the frame."""
    event, script, trouble = TROUBLES[kind]
    policy = """<meta http-equiv="Content-Security-Policy" content="default-src 'self'">"""
    target = tmp_path / "troubled.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        archive.writestr("index.html", SCO.replace("<title>", f"{policy}<title>"))
        archive.writestr("sco.js", script)
    page = watch.open()
    seen = lambda _: any(re.search(trouble, one) for one in watch.troubles)  # noqa: E731
    with page.context.expect_event(event, seen):
        page.goto(lms.launch(lms.add(target), "none"), wait_until="commit")
    watch.troubles.clear()


def test_trouble_fails_the_test(browser: Browser) -> None:
    """A trouble that nobody expected fails the test; so does an expected one that never came."""
    watch = Watch(browser)
    watch.troubles.append("console: dear me")
    with pytest.raises(AssertionError, match="dear me"):
        watch.verdict()
    watch.expect("dear")
    watch.verdict()
    watch.expect("oh no")
    with pytest.raises(AssertionError, match="oh no"):
        watch.verdict()
