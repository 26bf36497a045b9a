"""The frame around the steps: what is left, where one is, what is recorded, one's own record."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import Watch
from keys import JUDGE
from learner import Learner, Visits
from lms import Lms, Package
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from pypdf import PdfReader
from samples import example, pages, step, write_module
from screens import FRAME, WEAR, Site, assert_accessible, box, opened, visited
from states import CHECK, pick

from rsscorm.referee.web import Server

QUESTION = """\
- choice: Who needs to know?
  id: {id}
  options:
    - team: The team
    - nobody: Nobody
  answer: team
"""
TOLD = """\
- scale: I know who to tell.
  id: know-who
  labels: [Not at all, Mostly, Fully]
- poll: Would you tell today?
  id: would-tell
  options:
    - today: Today, without waiting
    - later: Some day
- note: What makes it hard?
  id: what-is-hard
"""
NAME = "Asha Okafor"
SECRET = "They lent me their blue pen."
OPTIONAL = """\
  - id: more
    kind: learn
    title: To read on
    minutes: 4
    required: false
    blocks:
      - text: More of it.
"""


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """A workspace with a short module: to read, to answer, to promise something."""
    questions = QUESTION.format(id="who") + QUESTION.format(id="who-else")
    write_module(
        tmp_path,
        step("- text: What we see.\n", "see", "learn", "What we see", 3),
        step(questions, "think", "reflect", "What it means", 6),
        step(TOLD + example("commitment"), "act", "connect", "What we do", 4),
    )
    return tmp_path


def time_left(page: Page) -> Locator:
    """What is said of time in the head of the step on screen."""
    return page.locator(".is-current .step-place")


def right(block: str) -> Callable[[Page], None]:
    """Answer a question of the module rightly."""
    return pick("The team", block=block, send=CHECK)


def go(page: Page, place: str) -> None:
    """Follow an address of the module."""
    page.evaluate("place => { location.hash = place; }", place)
    expect(page.locator(f"#{place}")).to_be_visible()


def finish_all(page: Page, note: str = "They are kind to me.") -> None:
    """Read and answer everything, and go to the end page."""
    go(page, "s_think")
    right("who")(page)
    pick("Nobody", block="who-else", send=CHECK)(page)
    go(page, "s_act")
    pick("Mostly", block="know-who")(page)
    pick("Today, without waiting", block="would-tell")(page)
    page.locator("#b_what-is-hard textarea").fill(note)
    page.locator(".block-commitment textarea").fill("Ask Sam about the evening.")
    go(page, "end")


def test_minutes_left(browser: Browser, short: Path) -> None:
    """The head of a step says what is left of the authors' minutes, as answers are given."""
    with opened(browser, short, viewport=FRAME) as at:
        page, said = at.page, time_left(at.page)
        expect(said).to_have_text(
            "Step 1 of 3. About 3 minutes left in this step, 13 in the module"
        )
        expect(page.locator(".progress")).to_contain_text(
            "0 of 3 steps done, about 13 minutes left"
        )
        page.get_by_role("link", name="Next").click()
        expect(said).to_have_text(
            "Step 2 of 3. About 6 minutes left in this step, 10 in the module"
        )
        expect(page.locator(".progress")).to_contain_text(
            "1 of 3 steps done, about 10 minutes left"
        )
        right("who")(page)
        expect(said).to_contain_text("About 3 minutes left in this step, 7 in the module")
        right("who-else")(page)
        expect(said).to_have_text(
            "Step 2 of 3. Nothing left to do in this step. About 4 minutes left in the module"
        )
        page.get_by_role("link", name="Back", exact=True).click()
        expect(said).to_contain_text("Nothing left to do in this step.")
        assert_accessible(page)


def test_all_is_done(browser: Browser, short: Path) -> None:
    """When all that is needed is done, every step says so and leads to the end page."""
    with opened(browser, short, viewport=FRAME) as at:
        page = at.page
        finish_all(page)
        expect(page.locator("#announcements")).to_have_text("Everything that is needed is done.")
        page.get_by_role("link", name="Back", exact=True).click()
        expect(time_left(page)).to_contain_text("Nothing left to do. See your record")
        expect(page.locator(".progress")).to_contain_text("Everything that is needed is done.")
        assert_accessible(page)
        page.locator(".all-done:visible").get_by_role("link", name="See your record").click()
        expect(page.locator("#t_end")).to_have_text("You have completed this module")


def test_below_the_mark(browser: Browser, tmp_path: Path) -> None:
    """A learner who has been through everything and is below the mark is led to the end page."""
    write_module(
        tmp_path, step(QUESTION.format(id="who")), complete="{when: passed, pass-mark: 80}"
    )
    with opened(browser, tmp_path) as at:
        pick("Nobody", block="who", send=CHECK)(at.page)
        expect(time_left(at.page)).to_contain_text("some questions can be looked at again")
        expect(at.page.locator(".all-done")).to_be_hidden()
        time_left(at.page).get_by_role("link", name="See your record").click()
        expect(at.page.locator("#t_end")).to_have_text("Not finished yet")


def test_optional_step(browser: Browser, tmp_path: Path) -> None:
    """What isn't needed is called optional, and its minutes are no part of what is needed."""
    needed = step(QUESTION.format(id="who"), "think", "reflect", "What it means", 6)
    write_module(tmp_path, needed, OPTIONAL, complete="{when: required-steps}")
    with opened(browser, tmp_path) as at:
        page = at.page
        entry = page.get_by_role("link", name="To read on Learn, optional: Not started")
        expect(entry).to_be_visible()
        expect(page.locator(".progress")).to_contain_text(
            "0 of 1 needed steps done, about 6 minutes left"
        )
        entry.click()
        expect(time_left(page)).to_have_text(
            "Step 2 of 2, optional. About 4 minutes left in this step, 10 in all that is needed"
        )


def test_states_of_steps(browser: Browser, short: Path) -> None:
    """The contents say in words what is done, started and not started, and where one is."""
    with opened(browser, short) as at:
        page, states = at.page, at.page.locator(".contents-word")
        expect(states).to_have_text([": Started", ": Not started", ": Not started"])
        go(page, "s_think")
        expect(states).to_have_text([": Done", ": Started", ": Not started"])
        expect(page.locator("[aria-current]")).to_contain_text("What it means")
        right("who")(page)
        right("who-else")(page)
        expect(states).to_have_text([": Done", ": Done", ": Not started"])
        go(page, "end")
        expect(page.locator("[aria-current]")).to_have_text("Your record")


def test_going_on(browser: Browser, short: Path) -> None:
    """What waits on a step is said beside "Next", which goes on all the same."""
    with opened(browser, short, place="#s_think", viewport=FRAME) as at:
        page = at.page
        waits = page.locator(".to-do:visible")
        expect(waits).to_contain_text("Still to do on this step")
        expect(waits).to_contain_text("You can go on now, and come back to this")
        heading = page.get_by_role("heading", level=2)
        page.get_by_role("link", name="Next").click()
        expect(heading).to_have_text(["What we do"])
        page.get_by_role("link", name="Finish", exact=True).click()
        expect(heading).to_have_text(["Not finished yet"])
        page.get_by_role("link", name="Back", exact=True).click()
        expect(heading).to_have_text(["What we do"])


SEEN_IN_LIST = """entry => {
  const [list, box] = [entry.closest(".contents"), entry.getBoundingClientRect()];
  const { top, bottom } = list.getBoundingClientRect();
  return box.top >= top && box.bottom <= bottom && box.bottom <= innerHeight;
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_two_hundred_steps(width: int, browser: Browser, tmp_path: Path) -> None:
    """Contents of 200 steps scroll in themselves to where one is; the page does not move."""
    steps = [step("- text: Words.\n", f"s{n}", title=f"Step called {n}") for n in range(200)]
    write_module(tmp_path, *steps)
    with opened(browser, tmp_path, "#s_s150", viewport={"width": width, "height": 666}) as at:
        page = at.page
        expect(page.get_by_role("heading", level=2)).to_have_text(["Step called 150"])
        expect(page.get_by_role("heading", level=2)).to_be_in_viewport()
        assert page.evaluate("scrollY") == 0
        if width == 390:
            page.get_by_role("button", name="Contents").click()
        assert page.locator("[aria-current]").evaluate(SEEN_IN_LIST)
        page.get_by_role("navigation").get_by_role("link", name="Step called 152").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["Step called 152"])
        expect(page.get_by_role("heading", level=2)).to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 1280])
def test_before_the_script(width: int, browser: Browser, short: Path) -> None:
    """If the script never comes the first step is in sight, and the contents lead to the others."""
    with Server(Site(pages(short))) as server:
        watch = Watch(browser, server.origin)
        watch.expect("player.js")
        page = watch.open(viewport={"width": width, "height": 844})
        page.route("**/player.js", lambda route: route.fulfill(status=503))
        page.goto(f"{server.origin}/index.html")
        expect(page.get_by_role("heading", name="What we see")).to_be_in_viewport()
        if width == 390:
            page.get_by_role("link", name="Contents").click()
        page.get_by_role("link", name="What we do Connect").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["What we do"])
        page.context.close()
        watch.verdict()


def test_low_frame(browser: Browser, short: Path) -> None:
    """In the frame that Moodle leaves, the step itself has more than half of the room."""
    with opened(browser, short, viewport=FRAME) as at:
        assert box(at.page.locator(".is-current .blocks"))["y"] < FRAME["height"] / 2


def test_what_is_recorded(lms: Lms, scorm: Package, page: Page) -> None:
    """The end page says what the LMS holds: so many answers, and of the rest that there was one."""
    with Visits(lms, scorm, page, "referee").visit() as nurse:
        nurse.go("What you think")
        nurse.answer("matters", "The change")
        nurse.answer("notice", "Yes")
        nurse.answer("say-so", "No")
        nurse.write("easier", SECRET)
        nurse.go("What you do")
        nurse.answer("usually", "Speak up")
        nurse.contents("Your record")
        recorded = nurse.sco.locator(".recorded")
        expect(recorded.get_by_role("heading")).to_have_text("What is in your record")
        expect(recorded.get_by_role("listitem")).to_have_text(
            [
                "The module’s status: begun",
                "Your answers to 2 questions",
                "That you answered 1 question, but not what you answered",
                "That you answered 1 poll, but not which answer you chose",
                "That you wrote something in 1 place, but not what you wrote",
                re.compile("where you are"),
            ]
        )
        expect(recorded).to_contain_text(re.compile(r"All of this was saved at \d\d:\d\d\."))
    held = lms.attempt(scorm)
    responses = [name for name, value in held.items() if "student_response" in name and value]
    assert len(responses) == 2
    assert len([name for name in held if name.endswith(".type")]) == 5


def test_day_of_completion(lms: Lms, scorm: Package, page: Page) -> None:
    """The day of completion stands on the record at a later visit, on this device alone."""
    visits = Visits(lms, scorm, page, "referee")
    page.clock.set_fixed_time("2026-11-25T12:00:00Z")
    with visits.visit() as nurse:
        complete(nurse)
    page.clock.set_fixed_time("2027-02-03T12:00:00Z")
    with visits.visit("review") as nurse:
        record = own_record(nurse)
        expect(record).to_contain_text("Completed on 25 November 2026")
        expect(record).to_contain_text("This page was made on 3 February 2027.")
    page.evaluate("localStorage.clear()")
    with visits.visit("review") as nurse:
        expect(own_record(nurse).locator(".record-status")).to_have_text("Completed")


def complete(nurse: Learner) -> None:
    """Do all that the module asks."""
    nurse.go("What you think")
    nurse.answer("matters", "The change")
    nurse.answer("hear", "The team")
    nurse.answer("notice", "Yes")
    nurse.answer("say-so", "No")
    nurse.decide("shrug", "Leave it")
    nurse.write("easier", SECRET)
    nurse.go("What you do")
    nurse.answer("usually", "Speak up")
    nurse.answer("listen", "Agree")


def own_record(nurse: Learner) -> Locator:
    """The record, opened on the end page."""
    nurse.contents("Your record")
    nurse.press("Show my record")
    return nurse.sco.locator("#record")


def open_record(page: Page) -> Locator:
    """Ask for the record; it is there, and the focus in it."""
    page.get_by_role("button", name="Show my record").click()
    record = page.locator("#record")
    expect(record.locator("h4").first).to_be_focused()
    return record


def test_own_record(browser: Browser, short: Path) -> None:
    """After a press stands every question with its answer, whether it is right, and own words."""
    with opened(browser, short, viewport=FRAME) as at:
        page = at.page
        finish_all(page)
        expect(page.locator("#record")).to_be_hidden()
        assert "They are kind to me." not in page.locator("#end").inner_text()
        assert_accessible(page)
        record = open_record(page)
        entries = record.locator(".record-entry")
        expect(entries).to_have_text(
            [
                "Who needs to know?The teamRight",
                "Who needs to know?NobodyNot right yet",
                "I know who to tell.Mostly",
                "Would you tell today?You answered",
                "What makes it hard?They are kind to me.",
                "One thing I will do on my next shiftAsk Sam about the evening.",
            ]
        )
        expect(record).to_contain_text("Completed on")
        expect(record.locator(".record-facts")).to_contain_text("3 of 3")
        expect(record.locator(".record-facts")).to_contain_text("50%")
        expect(record.locator(".record-facts")).to_contain_text("about 13 minutes")
        expect(record).to_contain_text("It is not a certificate")
        assert_accessible(page)


def test_record_so_far(browser: Browser, short: Path) -> None:
    """A module that isn't finished has a record that says so, of every question."""
    with opened(browser, short, place="#end") as at:
        record = open_record(at.page)
        expect(record).to_contain_text("Not finished yet: this is your record so far")
        expect(record.get_by_text("Not answered yet")).to_have_count(4)
        expect(record.get_by_text("Nothing written")).to_have_count(2)
        assert_accessible(at.page)


def test_record_by_keyboard(browser: Browser, short: Path) -> None:
    """By keyboard alone the record is opened, a name typed, and the print button reached."""
    with opened(browser, short, place="#end", viewport=FRAME) as at:
        page = at.page
        page.evaluate("window.print = () => { window.printed = true; }")
        page.get_by_role("button", name="Show my record").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#record h4").first).to_be_focused()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        page.keyboard.type(NAME)
        assert page.evaluate(JUDGE) == ""
        expect(page.locator(".record-name")).to_have_text(NAME)
        page.keyboard.press("Tab")
        assert page.evaluate(JUDGE) == ""
        page.keyboard.press("Enter")
        assert page.evaluate("window.printed")


def printed(page: Page) -> list[str]:
    """The words on each page, as the browser prints to PDF."""
    reader = PdfReader(io.BytesIO(page.pdf(format="A4")))
    return [" ".join(sheet.extract_text().split()) for sheet in reader.pages]


@pytest.mark.parametrize("theme", ["player.css", "nhs.css"])
def test_printed_record(theme: str, browser: Browser, short: Path) -> None:
    """The record of a short module is one page with answers, own words and name, and no more."""
    with opened(browser, short) as at:
        page = at.page
        finish_all(page)
        record = open_record(page)
        record.get_by_label("Your name").fill(NAME)
        page.evaluate(WEAR, theme)
        [sheet] = printed(page)
        for words in (
            "A sample", NAME, "The team", "Not right yet", "Mostly", "You answered",
            "They are kind to me.", "Ask Sam about the evening.", "not a certificate",
        ):  # fmt: skip
            assert words in sheet
        for words in ("Print or save", "Your name", "Hide my record", "Finish", "What is recorded"):
            assert words not in sheet
        assert "Today, without waiting" not in sheet


def test_printed_step(browser: Browser, short: Path) -> None:
    """A step on paper has its choices and the learner's mark, and nothing of other steps."""
    with opened(browser, short, place="#s_think") as at:
        right("who")(at.page)
        text = " ".join(printed(at.page))
        for words in ("What it means", "The team", "Nobody", "Your answer"):
            assert words in text
        for words in ("What we see", "What we do", "Check my answer", "Next", "minutes left"):
            assert words not in text


def test_nothing_of_it_is_sent(lms: Lms, scorm: Package, page: Page, watch: Watch) -> None:
    """Neither notes nor the name are in a request or the LMS's record; leaving takes both away."""
    sent: list[str] = []
    page.context.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    nurse = Visits(lms, scorm, page, "referee").open()
    nurse.saved()
    complete(nurse)
    record = own_record(nurse)
    record.get_by_label("Your name").fill(NAME)
    expect(record).to_contain_text(SECRET)
    nurse.go("What you think")
    nurse.contents("Your record")
    expect(record).to_be_hidden()
    assert NAME not in record.inner_html()
    assert SECRET not in record.inner_html()
    expect(own_record(nurse)).to_contain_text(SECRET)
    nurse.press("Finish and clear")
    expect(nurse.sco.get_by_role("heading", name="This screen is clear")).to_be_visible()
    assert SECRET not in nurse.sco.locator("body").inner_html()
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    records = str([call.args for call in lms.calls(scorm)])
    for words in (NAME, SECRET):
        assert words not in "\n".join([*sent, *watch.requests, records, kept])


LEAVES_AT_ONCE = """() => {
  window.made = 0;
  new MutationObserver((all) => all.forEach((one) => { made += one.addedNodes.length > 0; }))
    .observe(document.querySelector(".record-steps"), { childList: true });
  document.querySelector(".show-record").click();
  dispatchEvent(new HashChangeEvent("hashchange"));
}"""


def test_a_record_is_not_left_behind(browser: Browser, short: Path) -> None:
    """Who leaves the end page while their record is made finds it closed when they come back."""
    with opened(browser, short, place="#end") as at:
        at.page.evaluate(LEAVES_AT_ONCE)
        open_record(at.page)
        assert at.page.evaluate("made") == 1


LONG = "Donaudampfschifffahrtsgesellschaftskapitaenspatent"
LONG_WORDS = f"""\
- choice: {LONG}?
  id: long-choice
  options:
    - yes-of-course: {LONG}
    - not-at-all: Not at all
- order: {LONG}?
  id: long-order
  options:
    - one: {LONG}
    - two: Two
- match: {LONG}?
  id: long-match
  pairs:
    - left: {LONG}
      to: {LONG}
    - right: Right
      to: Left
- hotspots: ward.webp
  alt: A ward
  points:
    - at: [0, 100]
      title: {LONG}
      text: {LONG}
- timeline:
    - when: {LONG}
      title: {LONG}
      text: {LONG}
    - title: Now
      text: Words
- download: card.pdf
  title: {LONG}
- note: {LONG}?
  id: long-note
"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_a_word_without_end(browser: Browser, tmp_path: Path) -> None:
    """A word or an address that finds no room in a line is broken, an author's or a learner's."""
    write_module(tmp_path, step(LONG_WORDS, title=LONG), title=LONG)
    with opened(browser, tmp_path, viewport={"width": 320, "height": 640}) as at:
        page = at.page
        assert page.evaluate(TOO_WIDE) == 0
        pick(LONG, block="long-choice")(page)
        page.locator("#b_long-note textarea").fill(f"https://{LONG.lower()}.example/{LONG}")
        assert page.evaluate(TOO_WIDE) == 0
        go(page, "end")
        expect(open_record(page)).to_contain_text(f".example/{LONG}")
        assert page.evaluate(TOO_WIDE) == 0


@pytest.mark.parametrize("width", [1280, FRAME["width"], 390])
def test_a_logo_without_a_size_of_its_own_is_as_wide_as_it_should_be(
    browser: Browser, short: Path, width: int
) -> None:
    """An SVG that has a viewBox alone keeps its proportions beside the title, and above it."""
    (short / "themes" / "ward").mkdir(parents=True)
    (short / "themes" / "ward" / "theme.yaml").write_text("extends: clear\nlogo: ward.svg\n")
    (short / "themes" / "ward" / "ward.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M0 0h9v9z"/></svg>'
    )
    viewport: ViewportSize = {"width": width, "height": FRAME["height"]}
    with visited(browser, pages(short, theme="ward"), viewport=viewport) as at:
        logo = box(at.page.locator(".logo"))
    assert logo["width"] >= 2 * logo["height"] >= 64
