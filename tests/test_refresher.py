"""A module a year later: the refresher begins anew, and who was half-way goes on where she was.

Both editions are of the story's module: `stories/a-shift/module`, and `2027.1` beside it.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from learner import SETTINGS, STORIES, Learner, Visits
from lms import Api, Lms, Package
from playwright.sync_api import FrameLocator, Page, expect
from samples import read
from test_player import BOTH, the_story, verbs
from walk import walk
from workspaces import built

from rsscorm.module import Module

NOTE = "If somebody else had seen it too"
LATER = "A shift, a year on"


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the later edition, which was built after the first."""
    workspace = tmp_path_factory.mktemp("editions")
    (workspace / "rsscorm.yaml").write_text(SETTINGS, "utf-8")
    for edition in ("module", "2027.1"):
        shutil.copytree(
            STORIES / "a-shift" / edition, workspace / "modules" / "a-shift", dirs_exist_ok=True
        )
        built(workspace)
    return workspace


def package_of(editions: Path, edition: str, format: str = "scorm12") -> Path:
    """The package of an edition."""
    return editions / "dist" / f"a-shift-{edition}-{format}.zip"


def later(editions: Path) -> Module:
    """The later edition as its author wrote it."""
    return read(editions, "a-shift")


def update(lms: Lms, editions: Path, package: Package, format: str = "scorm12") -> Package:
    """The administrator puts the later edition in the place of the first."""
    return lms.add(package_of(editions, "2027.1", format), package.course)


def identifiers(archive: Path) -> list[str]:
    """Every identifier in a package's manifest."""
    with zipfile.ZipFile(archive) as package:
        return re.findall(r' identifier="([^"]*)"', package.read("imsmanifest.xml").decode())


def assert_fresh(sco: Page | FrameLocator) -> None:
    """Nothing is chosen, written, said or marked: this might be somebody's first visit."""
    expect(sco.get_by_role("heading", level=1)).to_have_text(LATER)
    expect(sco.get_by_role("heading", level=2, name="What you see")).to_be_visible()
    expect(sco.locator("input:checked")).to_have_count(0)
    for textbox in sco.locator("textarea").all():
        expect(textbox).to_have_value("")
    for said in sco.locator(".said").all():
        expect(said).to_be_empty()
    expect(sco.locator(".news, .news-list")).to_have_count(0)
    expect(sco.locator(".is-on .turn:disabled")).to_have_count(0)


# The yearly refresher


@pytest.mark.parametrize("api", BOTH)
def test_a_refresher_begins_anew(page: Page, lms: Lms, editions: Path, api: Api) -> None:
    """A new attempt at a new edition, at the same PC: nothing of last year's is shown or changed.

    The note of last year is still in the browser, sealed; its key is in last year's record alone.
    """
    first = lms.add(package_of(editions, "2026.1"))
    the_story(Visits(lms, first, page, api))
    lms.wait_for_saved(first, "cmi.core.lesson_status", "completed")
    last_year = json.dumps(lms.attempt(first))
    refresher = update(lms, editions, first)
    lms.new_attempt(refresher)
    visits = Visits(lms, refresher, page, api)
    with visits.visit() as nurse:
        assert_fresh(nurse.sco)
        assert NOTE not in page.frame("sco").content()  # type: ignore[union-attr]
        calls = [call for call in lms.calls(refresher) if call.call == "LMSGetValue"]
        told = {call.args[0]: call.result for call in calls}
        assert (told["cmi.core.lesson_status"], told["cmi.suspend_data"]) == ("not attempted", "")
        walk(nurse, later(editions))
    this_year = lms.attempt(refresher)
    assert this_year["cmi.core.lesson_status"] == "completed"
    assert this_year["cmi.interactions.0.id"] == "usually"
    assert NOTE not in json.dumps(this_year)
    assert json.dumps(lms.attempt(refresher, before=1)) == last_year
    assert lms.breaches(refresher) == []


def test_an_lms_that_starts_blank_after_completion(page: Page, lms: Lms, editions: Path) -> None:
    """The NHS Learning Hub opens a finished module as incomplete, and has nothing else of it."""
    package = lms.add(package_of(editions, "2027.1"))
    visits = Visits(lms, package, page, "referee")
    with visits.visit() as nurse:
        walk(nurse, later(editions))
    lms.wait_for_saved(package, "cmi.core.lesson_status", "completed")
    with visits.visit(faults=["blank-relaunch"]) as nurse:
        assert_fresh(nurse.sco)
        lms.wait_for(lambda: lms.fired(package) == ["blank-relaunch"], "the blank launch")
        walk(nurse, later(editions))
    assert lms.attempt(package)["cmi.core.lesson_status"] == "completed"
    assert lms.breaches(package) == []


def test_last_year_can_still_be_looked_at(page: Page, lms: Lms, editions: Path) -> None:
    """Where an LMS opens the old attempt again, her own words are hers to read."""
    first = lms.add(package_of(editions, "2026.1"))
    the_story(Visits(lms, first, page, "referee"))
    last_year = lms.attempt(first)
    lms.new_attempt(first)
    with Visits(lms, first, page, "referee").visit() as nurse:
        nurse.go("What you think")
        nurse.write("easier", "Another thing")
    lms.seed(first, last_year)
    with Visits(lms, first, page, "referee").visit("review") as nurse:
        nurse.contents("What you think")
        expect(nurse.block("easier").get_by_role("textbox")).to_have_value(NOTE)


def test_the_editions_are_one_module_to_an_lms(editions: Path, lms: Lms) -> None:
    """Every identifier of the manifest is the same a year later, and so is the activity's."""
    old, new = (identifiers(package_of(editions, edition)) for edition in ("2026.1", "2027.1"))
    assert old == new
    assert len(set(old)) == 4
    zips = [package_of(editions, edition, "xapi") for edition in ("2026.1", "2027.1")]
    activities = {lms.add(path).identifier for path in zips}
    assert activities == {"https://learning.example.org/a-shift"}


def test_a_new_registration_begins_anew(page: Page, lms: Lms, editions: Path) -> None:
    """Tin Can: a new registration has no State; last year's State and statements stay."""
    first = lms.add(package_of(editions, "2026.1", "xapi"))
    the_story(Visits(lms, first, page, "tincan"))
    lms.lrs.wait_for(lambda: verbs(lms).count("terminated") == 2, "the end of last year")
    before = lms.registration(first)
    last_year = json.dumps(lms.lrs.document("rsscorm-resume", before))
    statements = json.dumps(lms.lrs.statements)
    refresher = update(lms, editions, first, "xapi")
    lms.new_attempt(refresher)
    with Visits(lms, refresher, page, "tincan").visit() as nurse:
        assert_fresh(nurse.sco)
        walk(nurse, later(editions))
    now = lms.registration(refresher)
    lms.lrs.wait_for(lambda: verbs(lms).count("terminated") == 3, "the end of this year")
    assert json.dumps(lms.lrs.document("rsscorm-resume", before)) == last_year
    assert lms.lrs.document("rsscorm-resume", now)["completed"] is True
    added = lms.lrs.statements[len(json.loads(statements)) :]
    assert json.dumps(lms.lrs.statements[: -len(added)]) == statements
    assert {one["context"]["registration"] for one in added} == {now}
    assert [one["verb"]["display"]["en"] for one in added].count("completed") == 1


# An update half-way


def begin(visits: Visits) -> None:
    """Half of the first edition: some answers, some words, and the place where she stops."""
    with visits.visit() as nurse:
        nurse.go("What you think")
        nurse.answer("matters", "The noise")
        nurse.answer("hear", "The team", "The nurse in charge")
        nurse.answer("notice", "Yes")
        nurse.answer("say-so", "Perhaps")
        nurse.decide("shrug", "Ask again", "Say thank you")
        nurse.write("easier", NOTE)
        nurse.go("What you do")
        nurse.answer("usually", "Wait and see")


def assert_kept(nurse: Learner) -> None:
    """Her place, and each answer that still fits, wherever it stands now."""
    expect(nurse.sco.get_by_role("heading", level=2, name="What you do")).to_be_visible()
    expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
    nurse.contents("What you think")
    expect(nurse.block("hear").get_by_label("The team")).to_be_checked()
    expect(nurse.block("hear").get_by_label("The nurse in charge")).to_be_checked()
    expect(nurse.block("shrug").get_by_text("Both of you tell the nurse")).to_be_visible()
    expect(nurse.block("easier").get_by_role("textbox")).to_have_value(NOTE)
    expect(nurse.block("matters").locator("input:checked")).to_have_count(0)


def assert_told(nurse: Learner) -> None:
    """Where she comes back, and at the questions, she is told what is new and what has changed."""
    nurse.contents("What you do")
    panel = nurse.sco.locator(".news-list")
    expect(panel).to_be_visible()
    links = panel.get_by_role("link")
    expect(links).to_have_count(2)
    expect(links.filter(has_text="Which of these matters most?")).to_be_visible()
    links.filter(has_text="When do you tell them?").click()
    marks = {"tell": "was added after your earlier visit", "matters": "has changed since"}
    for id, words in marks.items():
        expect(nurse.block(id).locator(".news")).to_contain_text(words)
    expect(nurse.sco.locator(".news:visible")).to_have_count(len(marks))


@pytest.mark.parametrize("api", BOTH)
def test_an_update_half_way(page: Page, lms: Lms, editions: Path, api: Api) -> None:
    """She opens the new edition and goes on: kept, told, nothing rewritten, and completed.

    Until she answers something, nothing is said to the LMS of any answer.
    """
    first = lms.add(package_of(editions, "2026.1"))
    begin(Visits(lms, first, page, api))
    lms.wait_for_saved(first, "cmi.core.exit", "suspend")
    before = lms.attempt(first)
    package = update(lms, editions, first)
    with Visits(lms, package, page, api).visit() as nurse:
        expect(nurse.sco.get_by_role("heading", level=1)).to_have_text(LATER)
        assert_kept(nurse)
        assert_told(nurse)
        said = [call for call in lms.sessions(package)[-1].calls if call.call == "LMSSetValue"]
        assert said
        assert [call.args for call in said if call.args[0].startswith("cmi.interactions")] == []
        finish(nurse)
    after = lms.attempt(package)
    assert after["cmi.core.lesson_status"] == "completed"
    assert after["cmi.core.score.raw"] == "100"
    added = ["tell", "usually_again", "listen", "one-thing"]
    assert answers(after) == answers(before) + added
    assert records(before, "matters") != records(after, "matters")
    for id in answers(before)[1:]:
        assert records(before, id) == records(after, id)
    assert lms.breaches(package) == []


def finish(nurse: Learner) -> None:
    """Answer what is left."""
    nurse.answer("matters", "The change")
    expect(nurse.block("matters").locator(".news")).to_be_hidden()
    nurse.answer("tell", "At once")
    expect(nurse.sco.locator(".news-list")).to_be_hidden()
    nurse.go("What you do")
    nurse.answer("usually", "Speak up", again=True)
    nurse.answer("listen", "Agree")
    nurse.write("one-thing", "Say it at handover")
    nurse.go("What you see")
    nurse.contents("Your record")
    expect(nurse.sco.get_by_text("You have completed this module")).to_be_visible()


def answers(record: dict[str, str]) -> list[str]:
    """The ids of a record's interactions, in order."""
    found = [re.fullmatch(r"cmi\.interactions\.(\d+)\.id", name) for name in record]
    return [record[match[0]] for match in sorted(filter(None, found), key=lambda m: int(m[1]))]


def records(record: dict[str, str], id: str) -> dict[str, str]:
    """All that a record holds of one answer."""
    place = f"cmi.interactions.{answers(record).index(id)}."
    return {name: value for name, value in record.items() if name.startswith(place)}


def test_an_update_half_way_by_tin_can(page: Page, lms: Lms, editions: Path) -> None:
    """The same registration goes on in the new edition: kept, told, and no answer told again."""
    first = lms.add(package_of(editions, "2026.1", "xapi"))
    begin(Visits(lms, first, page, "tincan"))
    lms.lrs.wait_for(lambda: verbs(lms).count("terminated") == 1, "the end of her visit")
    told = len(lms.lrs.statements)
    package = update(lms, editions, first, "xapi")
    with Visits(lms, package, page, "tincan").visit() as nurse:
        assert_kept(nurse)
        assert_told(nurse)
        assert [one for one in verbs(lms)[told:] if one == "answered"] == []
        finish(nurse)
    lms.lrs.wait_for(lambda: verbs(lms).count("terminated") == 2, "the end")
    assert verbs(lms).count("completed") == 1
    assert lms.lrs.document("rsscorm-resume")["completed"] is True
