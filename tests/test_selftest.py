"""An administrator checks a package where it is: the page says what works, and changes nothing."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import AXE, OF_WIDTH, TAGS, assert_axe_finds_nothing
from browser import Watch
from learner import Visits
from lms import Api, Lms, Package
from markup import validate
from playwright.sync_api import Locator, Page, expect
from poll_stand_in import POLL, PollStandIn
from samples import pages, read, step, write_module

from rsscorm.package import FORMATS, SelfCheckError
from rsscorm.package.zip import write_zip
from rsscorm.referee.web import Response
from rsscorm.render import Files
from rsscorm.workspace import Deployment, Settings

IMAGE = "- image: media/door.webp\n  alt: A door\n"
HEALTHY = Response(200, b'{"status":"ok"}')
CHECKS = ["api", "record", "storage", "service", "clock", "media", "files"]


@pytest.fixture
def service() -> Iterator[PollStandIn]:
    """A poll service that says that it is well."""
    with PollStandIn() as service:
        service.fault = lambda request: HEALTHY if request.path == "/healthz" else None
        yield service


def files_of(folder: Path, deployment: Deployment, format: str = "scorm12") -> Files:
    """The files of a package with a picture and a poll."""
    if not (folder / "modules").exists():
        write_module(folder, step(IMAGE + POLL))
    return FORMATS[format](read(folder, "sample"), pages(folder, deployment=deployment), Settings())


def imported(lms: Lms, folder: Path, deployment: Deployment, format: str = "scorm12") -> Package:
    """The package, taken in by the LMS."""
    target = folder / f"sample-{format}.zip"
    write_zip(files_of(folder, deployment, format), target)
    return lms.add(target)


@pytest.fixture
def package(lms: Lms, watch: Watch, service: PollStandIn, tmp_path: Path) -> Package:
    """A package whose pages may go to the poll service."""
    watch.origins.add(service.origin)
    return imported(lms, tmp_path, service.deployment())


def opened(visits: Visits) -> Page:
    """The test as an administrator comes to it: from the foot of the module, which goes on."""
    nurse = visits.open()
    nurse.saved()
    with nurse.page.expect_popup() as popup:
        nurse.sco.get_by_role("link", name="Check this package").click()
    return done(popup.value)


def done(page: Page) -> Page:
    """The page when everything has been tested."""
    expect(page.locator(".keep")).to_be_visible()
    return page


def alone(lms: Lms, package: Package, page: Page) -> Page:
    """The test opened by its own address."""
    page.goto(lms.content(package).replace("index.html", "selftest.html"))
    return done(page)


def state(page: Page, check: str) -> str | None:
    """What came of a check."""
    return page.locator(f'[data-check="{check}"]').get_attribute("data-state")


def said(page: Page, check: str) -> Locator:
    """What is said of it."""
    return page.locator(f'[data-check="{check}"] .finding')


# In the LMS


@pytest.mark.parametrize("api", ["referee", "scorm-again"])
def test_all_works_in_an_lms(api: Api, lms: Lms, package: Package, page: Page) -> None:
    """From the open module everything can be tested, and everything works."""
    test = opened(Visits(lms, package, page, api))
    assert {check: state(test, check) for check in CHECKS} == dict.fromkeys(CHECKS, "works")
    expect(test.locator(".summary")).to_have_text("All that could be tested works.")
    expect(said(test, "record")).to_have_text(
        "The status is “incomplete”. It was only read. Single answers can be kept."
    )


def test_the_record_is_as_it_was(lms: Lms, package: Package, page: Page) -> None:
    """It is only read: no call of the test's own but questions, and the module goes on saving."""
    visits = Visits(lms, package, page, "referee")
    nurse = visits.open()
    nurse.saved()
    before, calls = lms.attempt(package), len(lms.calls(package))
    with page.expect_popup() as popup:
        nurse.sco.get_by_role("link", name="Check this package").click()
    test = done(popup.value)
    asked = {call.call for call in lms.calls(package)[calls:]}
    assert asked <= {"LMSGetValue", "LMSGetLastError"}
    test.close()
    assert lms.attempt(package) == before
    nurse.answer("bent-rule", "Raise it with the team")
    assert lms.breaches(package) == []


def test_the_report_names_nobody(lms: Lms, package: Package, page: Page) -> None:
    """It can be copied and mailed: what was tested, and nothing of the learner."""
    visits = Visits(lms, package, page, "referee")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    test = opened(visits)
    test.get_by_role("button", name="Copy the report").click()
    expect(test.locator(".copied")).to_have_text("Copied.")
    report = test.evaluate("navigator.clipboard.readText()")
    assert "Self-test of “A sample”" in report
    assert "✓ The package is whole: Works." in report
    assert "nurse" not in report.lower()
    assert "nurse" not in test.content().lower()


def test_a_browser_that_may_not_copy(watch: Watch, lms: Lms, package: Package) -> None:
    """The report is selected instead, in plain sight."""
    page = watch.open()
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { get: () => undefined });"
        "document.execCommand = () => false;"
    )
    test = alone(lms, package, page)
    test.get_by_role("button", name="Copy the report").click()
    expect(test.locator(".copied")).to_contain_text("press Ctrl+C")
    expect(test.locator(".report")).to_be_visible()
    assert "Self-test of" in test.evaluate("String(getSelection())")


def test_alone_it_says_what_it_cannot_test(lms: Lms, package: Package, page: Page) -> None:
    """By its own address there is no LMS around it: that is said, with what to do."""
    test = alone(lms, package, page)
    untested = [check for check in CHECKS if state(test, check) == "untested"]
    assert untested == ["api", "record"]
    expect(said(test, "api")).to_contain_text("choose “Check this package”")
    assert lms.sessions(package) == []


def test_a_tin_can_package(lms: Lms, watch: Watch, service: PollStandIn, tmp_path: Path) -> None:
    """There is no such interface to look for, and nothing is asked of any LRS."""
    watch.origins.add(service.origin)
    package = imported(lms, tmp_path, service.deployment(), "xapi")
    test = alone(lms, package, watch.open())
    expect(said(test, "api")).to_contain_text("Tin Can launch")
    assert state(test, "files") == "works"


# What does not work


def test_a_poll_service_that_is_blocked(
    watch: Watch, lms: Lms, package: Package, page: Page
) -> None:
    """The domain to allow is named."""
    watch.expect("Failed to load resource")
    page.route("**/healthz", lambda route: route.abort())
    test = alone(lms, package, page)
    assert state(test, "service") == "fails"
    expect(said(test, "service")).to_contain_text("127.0.0.1 can’t be reached from here.")
    expect(test.locator(".summary")).to_contain_text("1 thing does not work here.")


def test_a_page_of_a_proxy_instead(
    lms: Lms, service: PollStandIn, package: Package, page: Page
) -> None:
    """An answer that isn't the service's is no success."""
    service.fault = lambda request: Response(200, b'{"status":"blocked"}')
    test = alone(lms, package, page)
    assert state(test, "service") == "fails"


def test_no_service_is_no_failure(lms: Lms, page: Page, tmp_path: Path) -> None:
    """A package that sends nothing has nothing to test there, and asks nobody."""
    test = alone(lms, imported(lms, tmp_path, Deployment()), page)
    assert state(test, "service") == "needless"
    assert "connect-src 'self';" in test.content()


def test_a_clock_that_is_wrong(watch: Watch, lms: Lms, package: Package) -> None:
    """How far off is said."""
    page = watch.open()
    page.add_init_script("const now = Date.now; Date.now = () => now() + 90 * 60_000;")
    test = alone(lms, package, page)
    expect(said(test, "clock")).to_have_text(
        "This device’s clock is 90 minutes ahead of the server’s."
    )


def test_a_device_that_keeps_nothing(watch: Watch, lms: Lms, package: Package) -> None:
    """Storage that throws is found out."""
    page = watch.open()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', "
        "{ get() { throw new DOMException('', 'SecurityError'); } });"
    )
    assert state(alone(lms, package, page), "storage") == "fails"


def test_a_file_that_was_changed(lms: Lms, package: Package, page: Page) -> None:
    """One letter in a script, at the same length, is found by its digest."""
    page.route(
        "**/player.js",
        lambda route: route.fulfill(body=route.fetch().body().replace(b"completed", b"compleded")),
    )
    test = alone(lms, package, page)
    expect(said(test, "files")).to_have_text(
        "Not as built, or not there: player.js. Upload the package again."
    )


# As a file, and how it looks


def test_as_a_file(watch: Watch, lms: Lms, package: Package, tmp_path: Path) -> None:
    """Unpacked and opened, it says what can't be tested so, and tests the rest."""
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(tmp_path / "sample-scorm12.zip") as archive:
        archive.extractall(folder)
    watch.origins.add("file://")
    page = watch.open()
    page.goto((folder / "selftest.html").as_uri())
    done(page)
    assert {check: state(page, check) for check in CHECKS} == {
        **dict.fromkeys(["api", "record", "clock", "files"], "untested"),
        **dict.fromkeys(["storage", "service", "media"], "works"),
    }
    assert "opened as a file" in (page.locator(".report").text_content() or "")


def test_everybody_can_read_it(lms: Lms, package: Package, watch: Watch) -> None:
    """axe finds nothing, wide or narrow, light or dark."""
    for scheme in ("light", "dark"):
        page = watch.open(color_scheme=scheme)
        alone(lms, package, page)
        page.locator("summary").click()
        page.evaluate(AXE.read_text("utf-8")) if not page.evaluate("'axe' in window") else None
        assert_axe_finds_nothing(page, TAGS)
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert_axe_finds_nothing(page, OF_WIDTH)


def test_its_html_is_valid(tmp_path: Path) -> None:
    """html-validate finds nothing in it."""
    page = files_of(tmp_path, Deployment())["selftest.html"]
    assert isinstance(page, bytes)
    target = tmp_path / "selftest.html"
    target.write_bytes(page)
    validate(tmp_path, target)


def test_without_scripts_it_says_so(browser_page_without_scripts: Page, lms: Lms,
                                    package: Package) -> None:  # fmt: skip
    """There is nothing that looks like a result."""
    page = browser_page_without_scripts
    page.goto(lms.content(package).replace("index.html", "selftest.html"))
    expect(page.get_by_text("Scripts are switched off in this browser")).to_be_visible()
    expect(page.locator(".checks")).to_be_hidden()


@pytest.fixture
def browser_page_without_scripts(watch: Watch) -> Page:
    """A page in a browser that runs no script."""
    return watch.open(java_script_enabled=False)


# In the package


def test_it_knows_its_package(tmp_path: Path) -> None:
    """Format, a few files with digests, and kinds of media; a film itself is never among them."""
    for format in ("scorm12", "xapi"):
        page = files_of(tmp_path, Deployment(), format)["selftest.html"]
        [text] = re.findall(rb'id="selftest-data">(.*?)</script>', bytes(page))
        known = json.loads(text)["package"]
        assert known["format"] == format
        names = [file["name"] for file in known["files"]]
        assert names[:3] == ["index.html", "player.css", "player.js"]
        assert known["media"] == ["webp"]


def test_a_page_without_its_place_is_our_fault(tmp_path: Path) -> None:
    """A theme's own template that forgot it is told of, before anything is written."""
    write_module(tmp_path, step(IMAGE))
    files = {**pages(tmp_path), "selftest.html": b"<!doctype html>"}
    with pytest.raises(SelfCheckError, match=r"selftest\.html must have one place"):
        FORMATS["scorm12"](read(tmp_path, "sample"), files, Settings())
