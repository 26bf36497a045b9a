"""A learner whose LMS fails, on a machine that others use: nothing is lost, and nothing is left.

Every fault at every moment is in `test_matrix.py`; here is what a learner then sees and does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe import AXE, TAGS, assert_axe_finds_nothing
from browser import Watch
from learner import SETTINGS, Learner, Visits
from lms import Lms, Package
from playwright.sync_api import Page, Route, expect
from workspaces import built

OFFER = ".offer .keep-file"
STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}])"


@pytest.fixture
def visits(lms: Lms, scorm: Package, page: Page) -> Visits:
    """One learner's way in, under the referee."""
    return Visits(lms, scorm, page, "referee")


def send(nurse: Learner, id: str, label: str) -> None:
    """Answer a question, whatever becomes of it."""
    nurse.block(id).get_by_label(label, exact=True).check()
    nurse.block(id).get_by_role("button", name=re.compile("my answer")).click()


def switch(page: Page, fault: str) -> None:
    """Switch a fault of the LMS on."""
    page.evaluate("fault => window.referee.faults.switchOn(fault)", fault)


def unsaved_offline(watch: Watch, visits: Visits) -> Learner:
    """She has answered without a network; what the browser then says of it is expected."""
    nurse = visits.open()
    nurse.saved()
    nurse.go("What you think")
    watch.expect("ERR_INTERNET_DISCONNECTED")
    nurse.page.context.set_offline(True)
    send(nurse, "notice", "Yes")
    nurse.saved("unsaved")
    return nurse


def logged_in_elsewhere(visits: Visits) -> Learner:
    """She has answered in a window that can no longer save."""
    nurse = visits.open()
    nurse.saved()
    nurse.go("What you think")
    switch(nurse.page, "new-login")
    send(nurse, "notice", "Yes")
    nurse.saved("ended")
    return nurse


def test_offline_for_a_while(watch: Watch, visits: Visits) -> None:
    """Without a network she is told to keep the window open, and goes on; then all is saved."""
    nurse = unsaved_offline(watch, visits)
    words = "Not saved yet. Keep this window open; we are trying again."
    expect(nurse.sco.locator(".saving")).to_have_text(words)
    expect(nurse.sco.locator("#announcements")).to_have_text(words)
    send(nurse, "say-so", "Perhaps")
    commits = [one for one in visits.lms.calls(visits.package) if one.call == "LMSCommit"]
    nurse.page.context.set_offline(False)
    nurse.saved()
    expect(nurse.sco.locator("#announcements")).to_contain_text("Saved to your record")
    record = visits.lms.attempt(visits.package)
    assert [record[f"cmi.interactions.{at}.id"] for at in (0, 1)] == ["notice", "say-so"]
    assert all(commit.result == "true" for commit in commits)


def test_what_was_lost_comes_with_the_next_launch(visits: Visits) -> None:
    """The LMS says "true" to everything and loses it; the next window writes it all."""
    lms, package = visits.lms, visits.package
    with visits.visit() as nurse:
        nurse.go("What you think")
        switch(nurse.page, "commit-lost@1x99")
        nurse.answer("matters", "The change")
        nurse.answer("notice", "Yes")
        nurse.go("What you do")
    assert "cmi.interactions.0.id" not in lms.attempt(package)
    with visits.visit() as nurse:
        expect(nurse.sco.get_by_role("heading", level=2, name="What you do")).to_be_visible()
        nurse.go("What you think")
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
        record = lms.attempt(package)
    assert record["cmi.interactions.0.result"] == "correct"
    assert record["cmi.interactions.1.student_response"] == "3"
    assert lms.breaches(package) == []


def test_a_window_that_cannot_save(visits: Visits) -> None:
    """After a new login elsewhere she is told to close and open again, and nothing is lost."""
    nurse = logged_in_elsewhere(visits)
    words = (
        "This window can no longer save. Close it and open the module again on this device; "
        "nothing is lost."
    )
    expect(nurse.sco.locator(".saving")).to_have_text(words)
    expect(nurse.sco.locator(OFFER)).to_be_hidden()
    nurse.contents("Your record")
    expect(nurse.sco.get_by_text("are not in your record yet")).to_be_visible()
    nurse = visits.open()
    nurse.saved()
    expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
    visits.lms.wait_for_saved(visits.package, "cmi.interactions.0.id", "notice")


def keep_file(nurse: Learner, target: Path) -> Path:
    """Take the recovery file that is offered."""
    with nurse.page.expect_download() as download:
        nurse.sco.locator(OFFER).click()
    download.value.save_as(target)
    return target


def take_up(nurse: Learner, file: Path) -> str:
    """Take a recovery file up, and read what is said of it."""
    nurse.contents("Your record")
    box = nurse.sco.locator(".recovery")
    if not box.get_attribute("open"):
        box.locator("summary").click()
    box.locator(".take-said").evaluate("said => (said.textContent = '')")
    box.locator("input[type=file]").set_input_files(file)
    expect(box.locator(".take-said")).not_to_be_empty()
    return box.locator(".take-said").text_content() or ""


def test_a_recovery_file(visits: Visits, tmp_path: Path) -> None:
    """Where nothing was ever saved she keeps a file; it fills in what she then sends again."""
    nurse = visits.open(faults=["new-login"])
    nurse.saved("ended")
    expect(nurse.sco.locator(OFFER)).to_be_hidden()
    nurse.contents("What you think")
    send(nurse, "matters", "The change")
    send(nurse, "notice", "Yes")
    nurse.block("shrug").get_by_role("button", name="Ask again").click()
    nurse.block("shrug").get_by_role("button", name="Say thank you").click()
    file = keep_file(nurse, tmp_path / "kept.json")
    assert not re.search("nurse|notice|change|a-shift", file.read_text("utf-8"))
    assert "cmi.suspend_data" not in visits.lms.attempt(visits.package)
    with visits.visit() as nurse:
        assert take_up(nurse, file) == "Filled in: 3. Look at each answer and send it again."
        expect(nurse.sco.get_by_role("heading", level=2, name="What you think")).to_be_visible()
        expect(nurse.block("matters").get_by_label("The change")).to_be_checked()
        waiting = nurse.sco.locator(".news >> visible=true")
        expect(waiting).to_contain_text(["Send it again so that it counts"] * 3)
        assert "cmi.interactions.0.id" not in visits.lms.attempt(visits.package)
        nurse.answer("matters", "The change")
        nurse.answer("notice", "Yes")
        nurse.decide("shrug", "Say thank you")
        expect(waiting).to_have_count(0)
        record = visits.lms.attempt(visits.package)
        ids = [record[f"cmi.interactions.{at}.id"] for at in range(3)]
        assert ids == ["matters", "notice", "shrug"]
        assert take_up(nurse, file) == "Everything in this file is already here."


@pytest.mark.parametrize("width", [320, 1280])
def test_trouble_can_be_read_by_everybody(visits: Visits, width: int) -> None:
    """The offer of a file, the file's own place and the wait at the end: axe-core finds nothing."""
    nurse = visits.open(faults=["new-login"])
    visits.page.set_viewport_size({"width": width, "height": 666})
    nurse.saved("ended")
    nurse.contents("What you think")
    send(nurse, "notice", "Yes")
    expect(nurse.sco.locator(OFFER)).to_be_visible()
    nurse.contents("Your record")
    nurse.sco.locator(".recovery summary").click()
    nurse.press("Finish and clear")
    expect(nurse.sco.get_by_role("button", name="Clear this screen now")).to_be_visible()
    frame = visits.page.frame("sco")
    assert frame
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    assert_axe_finds_nothing(frame, TAGS)
    nurse.sco.locator(".recovery .keep-file").focus()
    visits.page.keyboard.press("Tab")
    expect(nurse.sco.locator(".take-file input")).to_be_focused()


REFUSED = "This file could not be opened."


def test_a_recovery_file_of_another(lms: Lms, visits: Visits, tmp_path: Path) -> None:
    """It opens for nobody else, nor in another module, nor when a sign of it has changed."""
    nurse = visits.open(faults=["new-login"])
    nurse.saved("ended")
    nurse.contents("What you think")
    send(nurse, "notice", "Yes")
    file = keep_file(nurse, tmp_path / "kept.json")
    kept = json.loads(file.read_text("utf-8"))
    bad = {
        "altered": json.dumps({**kept, "sealed": kept["sealed"].swapcase()}),
        "garbage": "{",
        "null": "null",
        "long": json.dumps({**kept, "more": "x" * 200_000}),
    }
    for name, text in bad.items():
        (tmp_path / name).write_text(text, "utf-8")
        with visits.visit() as nurse:
            assert take_up(nurse, tmp_path / name).startswith(REFUSED)
    elsewhere = Visits(lms, lms.add(one_step(tmp_path / "elsewhere")), visits.page, "referee")
    with elsewhere.visit() as nurse:
        assert take_up(nurse, file).startswith(REFUSED)
    doctor = visits.open(learner="doctor")
    doctor.saved()
    assert take_up(doctor, file).startswith(REFUSED)
    expect(doctor.block("notice").get_by_label("Yes")).not_to_be_checked()


ONE_STEP = """rsscorm: 1
id: one-step
edition: "1"
title: One step
summary: All on one screen.
minutes: 1
language: en
complete: {when: all-steps}
steps:
  - id: only
    kind: reflect
    title: The only step
    minutes: 1
    blocks:
      - choice: What now?
        id: now
        options: [{wait: Wait}, {ask: Ask}]
        answer: ask
"""


def test_a_recovery_file_restores_no_completion(lms: Lms, page: Page, tmp_path: Path) -> None:
    """A file of a finished module leaves it unfinished, without a score, until she sends it."""
    package = lms.add(one_step(tmp_path))
    visits = Visits(lms, package, page, "referee")
    nurse = visits.open(faults=["new-login"])
    nurse.saved("ended")
    send(nurse, "now", "Ask")
    file = keep_file(nurse, tmp_path / "kept.json")
    with visits.visit() as nurse:
        assert take_up(nurse, file).startswith("Filled in: 1.")
        expect(nurse.block("now").get_by_label("Ask", exact=True)).to_be_checked()
        nurse.saved()
        assert lms.attempt(package)["cmi.core.lesson_status"] == "incomplete"
        assert "cmi.core.score.raw" not in lms.attempt(package)
        nurse.answer("now", "Ask")
        assert lms.attempt(package)["cmi.core.lesson_status"] == "completed"


def one_step(workspace: Path, id: str = "now") -> Path:
    """The package of a module of one step; `id` is that of its question."""
    folder = workspace / "modules" / "one-step"
    folder.mkdir(parents=True)
    (folder / "module.yaml").write_text(ONE_STEP.replace("id: now", f"id: {id}"), "utf-8")
    (workspace / "rsscorm.yaml").write_text(SETTINGS, "utf-8")
    built(workspace)
    return workspace / "dist" / "one-step-1-scorm12.zip"


def test_a_question_called_constructor(lms: Lms, page: Page, tmp_path: Path) -> None:
    """An id that every object has of its own is an id like any other, and no news."""
    package = lms.add(one_step(tmp_path, "constructor"))
    with Visits(lms, package, page, "referee").visit() as nurse:
        entry = nurse.sco.locator(".contents a").first
        expect(entry).to_have_attribute("data-state", "started")
        nurse.answer("constructor", "Ask")
        expect(entry).to_have_attribute("data-state", "done")
    assert lms.attempt(package)["cmi.interactions.0.id"] == "constructor"
    assert lms.breaches(package) == []


def test_a_note_whose_key_nobody_holds(visits: Visits) -> None:
    """Words that no later visit could read are not called kept, until her record holds the key."""
    nurse = visits.open(faults=["new-login"])
    nurse.saved("ended")
    nurse.contents("What you think")
    box = nurse.block("easier")
    box.get_by_role("textbox").fill("A quiet room")
    expect(box.locator(".kept")).to_contain_text("could not be kept")
    expect(box.locator(".stays")).to_contain_text("not kept anywhere")
    nurse.page.evaluate("window.referee.faults.switchOff('new-login')")
    box.evaluate("dispatchEvent(new Event('online'))")
    nurse.saved()
    nurse.write("easier", "A quiet room, and tea")
    expect(box.locator(".stays")).to_contain_text("stays on this device")
    with visits.visit() as nurse:
        expect(nurse.block("easier").get_by_role("textbox")).to_have_value("A quiet room, and tea")


def test_the_end_page_claims_nothing_too_soon(lms: Lms, page: Page, tmp_path: Path) -> None:
    """While nobody knows yet whether it is saved, the end page does not say that it is."""
    visits = Visits(lms, lms.add(one_step(tmp_path)), page, "referee")
    nurse = visits.open()
    nurse.saved()
    held: list[Route] = []
    page.route("**/presence.txt", lambda route: held.append(route))
    send(nurse, "now", "Ask")
    nurse.contents("Your record")
    expect(nurse.sco.get_by_role("heading", level=2, name="You have completed")).to_be_visible()
    nurse.saved("saving")
    says = nurse.sco.locator("#end .end-says")
    expect(says).to_contain_text("Saving…")
    expect(says).not_to_contain_text("Your record")
    for route in held:
        route.continue_()
    expect(says).to_contain_text("Your record shows that this module is complete.")


def test_finish_and_clear(visits: Visits) -> None:
    """After "Finish and clear" nothing that can be read is on the page or in the browser."""
    words = "Something that only I should read"
    nurse = visits.open()
    nurse.saved()
    nurse.go("What you think")
    nurse.write("easier", words)
    nurse.answer("matters", "The noise")
    nurse.contents("Your record")
    nurse.press("Finish and clear")
    expect(nurse.sco.get_by_role("heading", name="This screen is clear")).to_be_focused()
    frame = nurse.page.frame("sco")
    assert frame
    left = frame.evaluate(f"document.documentElement.outerHTML + {STORED} + location.hash")
    assert "module-data" not in left
    for secret in (words, "easier", "matters", "nurse", "The noise"):
        assert secret not in left
    visits.lms.wait_for_call(visits.package, "LMSFinish")
    record = visits.lms.attempt(visits.package)
    assert record["cmi.interactions.1.id"] == "matters"
    doctor = visits.open(learner="doctor")
    doctor.saved()
    doctor.go("What you think")
    expect(doctor.block("easier").get_by_role("textbox")).to_have_value("")
    expect(doctor.block("matters").get_by_label("The noise")).not_to_be_checked()


def test_no_way_back_after_finish_and_clear(lms: Lms, tincan: Package, page: Page) -> None:
    """Whoever goes back or reloads after her is nobody: no entry of the history has the launch."""
    page.goto(lms.launch(tincan, "tincan"))
    nurse = Learner(page, page)
    nurse.go("What you think")
    nurse.answer("notice", "Yes")
    page.reload()
    nurse.saved()
    expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
    nurse.contents("Your record")
    nurse.press("Finish and clear")
    expect(page.get_by_text("Your record is saved")).to_be_visible()
    assert "endpoint" not in page.evaluate(f"JSON.stringify(history.state) + {STORED}")
    page.go_back()
    page.reload()
    expect(page.locator(".saving")).to_have_attribute("data-kind", "nowhere")
    assert page.evaluate("document.querySelector('[data-block=notice] input').checked") is False


def test_finishing_waits_for_the_network(watch: Watch, visits: Visits) -> None:
    """Offline, "Finish and clear" waits, says why, and finishes by itself."""
    nurse = unsaved_offline(watch, visits)
    nurse.contents("Your record")
    nurse.press("Finish and clear")
    expect(nurse.sco.get_by_text("Keep this window open: it finishes as soon")).to_be_visible()
    nurse.page.context.set_offline(False)
    expect(nurse.sco.get_by_text("Your record is saved")).to_be_visible()
    assert visits.lms.attempt(visits.package)["cmi.interactions.0.id"] == "notice"


def test_clearing_without_waiting(visits: Visits) -> None:
    """Whoever can't wait clears the screen; what was not saved comes with the next launch."""
    nurse = logged_in_elsewhere(visits)
    nurse.contents("Your record")
    nurse.press("Finish and clear")
    nurse.press("Clear this screen now")
    expect(nurse.sco.get_by_text("are not in your record yet")).to_be_visible()
    with visits.visit() as nurse:
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
    assert visits.lms.attempt(visits.package)["cmi.interactions.0.id"] == "notice"


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-12], lambda _: "no resume data of ours"], ids=["cut", "strange"]
)
def test_a_record_that_was_spoilt(visits: Visits, spoil: Callable[[str], str]) -> None:
    """What can be read of the earlier record is there, and that it was not all is said."""
    with visits.visit() as nurse:
        nurse.go("What you think")
        nurse.answer("matters", "The noise")
        nurse.answer("notice", "Yes")
        nurse.decide("shrug", "Ask again")
    record = visits.lms.attempt(visits.package)
    spoilt = spoil(record["cmi.suspend_data"])
    visits.lms.seed(visits.package, {**record, "cmi.suspend_data": spoilt})
    visits.page.evaluate("localStorage.clear()")
    with visits.visit() as nurse:
        told = nurse.sco.locator(".news >> visible=true").first
        expect(told).to_contain_text("could not be read")
        nurse.go("What you think")
        is_cut = spoilt.startswith("a2")
        matters = nurse.block("matters").get_by_label("The noise")
        expect(matters).to_be_checked(checked=is_cut)
        nurse.answer("say-so", "No")
    assert visits.lms.breaches(visits.package) == []


def test_two_windows(visits: Visits) -> None:
    """The later window saves; the other one says so, promises nothing, and spoils nothing."""
    lms, package = visits.lms, visits.package
    first = visits.open()
    first.saved()
    first.go("What you think")
    second_page = visits.page.context.new_page()
    later = Visits(lms, package, second_page, "referee")
    with later.visit() as second:
        first.saved("elsewhere")
        send(first, "say-so", "No")
        first.contents("Your record")
        expect(first.sco.locator("#end .end-says")).to_contain_text("this one no longer saves")
        expect(first.sco.locator("#end .recorded")).to_be_hidden()
        expect(first.sco.get_by_text("not in your record yet")).to_have_count(0)
        second.go("What you think")
        second.answer("notice", "Yes")
    first.page.goto(f"{lms.origin}/left")
    record = lms.attempt(package)
    assert record["cmi.interactions.0.id"] == "notice"
    assert "cmi.interactions.1.id" not in record
    assert lms.breaches(package) == []


def test_back_from_the_browser_s_memory(visits: Visits) -> None:
    """Left and gone back to, the page says the truth, and what she then does is not lost."""
    nurse = visits.open()
    nurse.saved()
    nurse.go("What you think")
    nurse.page.goto(f"{visits.lms.origin}/left")
    nurse.page.go_back()
    line = nurse.sco.locator(".saving")
    expect(line).to_have_attribute("data-kind", re.compile("saved|ended"))
    nurse.contents("What you think")
    send(nurse, "notice", "Yes")
    expect(nurse.block("notice").locator(".said")).not_to_be_empty()
    expect(line).to_have_attribute("data-kind", re.compile("saved|ended"))
    with visits.visit() as nurse:
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
    assert visits.lms.attempt(visits.package)["cmi.interactions.0.id"] == "notice"


def test_an_api_that_comes_late(visits: Visits) -> None:
    """The page can be read at once; it begins to save when the LMS is ready."""
    nurse = visits.open(faults=["api-late"])
    expect(nurse.sco.get_by_role("heading", level=2, name="What you see")).to_be_visible()
    nurse.saved()
    assert "api-late" in visits.lms.fired(visits.package)


def test_an_lrs_that_is_gone_when_she_leaves(watch: Watch, lms: Lms, tincan: Package) -> None:
    """What no LRS has heard waits sealed on the device, and is told at the next launch, once."""
    page = watch.open()
    visits = Visits(lms, tincan, page, "tincan")
    with visits.visit() as nurse:
        nurse.go("What you think")
        watch.expect("503")
        lms.lrs.is_down = True
        send(nurse, "notice", "Yes")
        nurse.saved("unsaved")
        expect(nurse.sco.locator(".saving")).to_have_attribute("data-kept", "yes")
        assert "notice" not in page.evaluate(STORED)
    assert "answered" not in json.dumps(lms.lrs.statements)
    lms.lrs.is_down = False
    with visits.visit() as nurse:
        expect(nurse.block("notice").get_by_label("Yes")).to_be_checked()
        nurse.saved()
    about = [one["object"]["id"] for one in lms.lrs.statements]
    assert about.count("https://learning.example.org/a-shift/notice") == 1


NO_CIPHER = "Object.defineProperty(crypto, 'subtle', { value: undefined })"
NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })"
)


@pytest.mark.parametrize(
    ("without", "offers"),
    [(NO_CIPHER, False), (NO_STORAGE, True)],
    ids=["plain http", "no storage"],
)
def test_a_browser_that_keeps_nothing(visits: Visits, without: str, offers: bool) -> None:
    """Without cryptography or storage she is saved as ever; a file needs the first alone."""
    visits.page.context.add_init_script(without)
    with visits.visit() as nurse:
        nurse.go("What you think")
        switch(nurse.page, "commit-false@1x2")
        send(nurse, "notice", "Yes")
        nurse.saved("unsaved")
        expect(nurse.sco.locator(OFFER)).to_be_visible(visible=offers)
        nurse.saved()
    assert visits.lms.attempt(visits.package)["cmi.interactions.0.id"] == "notice"
