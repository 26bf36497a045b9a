"""An author writes, and sees each save in the browser, inside a pretend LMS: `rsscorm preview`."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import samples
from axe import assert_axe_finds_nothing
from browser import Watch
from node import PLAYER
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect
from samples import step
from workspaces import command, edit, rsscorm

from rsscorm.preview.changes import Changes
from rsscorm.preview.site import Preview
from rsscorm.preview.workshop import Look, Workshop
from rsscorm.referee.web import Server

AXE = PLAYER / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SEEING = step("""\
- text: A ward is safe because people talk.
- choice: Whom do you tell first?
  id: whom
  options:
    - nurse: The nurse in charge
    - nobody: Nobody, for now
  answer: nurse
- note: What would you write down?
  id: written
""", id="seeing", title="Seeing")  # fmt: skip
TELLING = step("""\
- poll: Would your team want to know?
  id: want-to-know
  options:
    - would: Yes, they would
    - rather: They would rather not
""", id="telling", title="Telling", kind="connect")  # fmt: skip
SETTINGS = """\
deployments:
  oak: {theme: clear, polls: "https://polls.example.org", name: Oak}
  elm: {theme: nhs, polls: none, name: Elm}
"""


@dataclass
class Author:
    """Somebody with an editor on one side and the preview on the other."""

    folder: Path
    site: Preview
    origin: str
    watch: Watch
    page: Page

    @property
    def source(self) -> Path:
        """What is being written."""
        return self.folder / "modules" / "sample" / "module.yaml"

    @property
    def module(self) -> FrameLocator:
        """The module in its frame."""
        return self.page.frame_locator("#sco")

    def open(self, query: str = "", name: str = "sample") -> None:
        """Open the module, and wait until the pretend LMS has saved that."""
        self.page.goto(f"{self.origin}/play/{name}{query}")
        expect(self.module.locator(".saving")).to_contain_text("Saved to your record")

    def save(self, old: str, new: str) -> None:
        """Change the module, as most editors save: a new file is renamed into its place."""
        text = self.source.read_text()
        assert old in text
        new_file = self.source.with_name(".module.yaml.swp")
        new_file.write_text(text.replace(old, new))
        new_file.replace(self.source)

    def answer(self, option: str) -> None:
        """Answer the question that is on screen."""
        self.module.get_by_label(option).check()
        self.module.get_by_role("button", name="Check my answer").click()

    def choose(self, label: str, option: str) -> None:
        """Choose something above the frame."""
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def calls(self) -> list[str]:
        """What the LMS has heard, by its own account."""
        found: list[str] = self.page.evaluate("referee.log.map(({ call, args }) => call + args)")
        return found

    @property
    def problems(self) -> Locator:
        """The cards of what is to mend."""
        return self.page.locator("#problems li")


@contextmanager
def previewing(folder: Path, browser: Browser) -> Iterator[Author]:
    """The preview of a workspace; fails if anything unexpected goes wrong in its page."""
    site = Preview(folder)
    with Server(site) as server, Changes(folder, site.saved):
        site.origin = server.origin
        watch = Watch(browser, server.origin)
        page = watch.open(viewport={"width": 1280, "height": 900})
        yield Author(folder, site, server.origin, watch, page)
        page.context.close()
        site.close()
        watch.verdict()


@pytest.fixture
def author(tmp_path: Path, browser: Browser) -> Iterator[Author]:
    """An author with a module of two steps, and two deployments."""
    samples.write_module(tmp_path, SEEING, TELLING, minutes=4)
    (tmp_path / "rsscorm.yaml").write_text(SETTINGS)
    with previewing(tmp_path, browser) as author:
        yield author


def test_a_save_is_on_screen_and_nothing_else_has_changed(author: Author) -> None:
    """Words are changed under a learner's hands: the window stays, and the LMS hears nothing."""
    author.open()
    author.module.locator("body").evaluate("body => { body.mark = 'the same' }")
    before = author.calls()
    author.save("because people talk", "because *everybody* talks")
    expect(author.module.get_by_text("A ward is safe because everybody talks.")).to_be_visible()
    assert author.module.locator("body").evaluate("body => body.mark") == "the same"
    assert author.calls() == before
    expect(author.page.locator("#saved")).to_contain_text("Shown as saved at")


def test_answers_place_and_typed_words_stay_when_a_question_is_changed(author: Author) -> None:
    """The module is begun anew in the same window, and the learner does not notice."""
    author.open()
    author.answer("The nurse in charge")
    expect(author.module.get_by_text("That’s right").first).to_be_visible()
    author.module.get_by_label("What would you write down?").fill("Dee was quiet.")
    author.module.get_by_role("link", name="Next").click()
    author.module.get_by_label("They would rather not").check()
    author.save("Would your team want to know?", "Would they want to hear of it?")
    expect(author.module.get_by_text("Would they want to hear of it?").first).to_be_visible()
    expect(author.module.get_by_label("They would rather not")).to_be_checked()
    expect(author.module.get_by_label("They would rather not")).to_be_focused()
    author.module.get_by_role("link", name="Back").click()
    expect(author.module.get_by_text("That’s right").first).to_be_visible()
    expect(author.module.get_by_label("What would you write down?")).to_have_value("Dee was quiet.")
    assert sum(call.startswith("LMSInitialize") for call in author.calls()) == 1
    expect(author.page.locator("#verdict")).to_have_text("Nothing against the standard")


def test_scrolling_stays(author: Author) -> None:
    """Who reads far down goes on reading there."""
    author.save("A ward is safe because people talk.", "Talk. " * 900)
    author.open()
    frame = author.page.frame("sco")
    assert frame
    frame.evaluate("scrollTo(0, 400)")
    for old, new in (("Talk. Talk.", "Talk, talk."), ("Whom do you", "Who do you")):
        author.save(old, new)
        expect(author.module.get_by_text(new).first).to_be_attached()
        assert frame.evaluate("scrollY") == 400


def test_a_new_step_is_there_and_can_be_gone_to(author: Author) -> None:
    """The contents, and the choice of where the learner is, follow what is written."""
    author.open()
    with author.source.open("a") as file:
        file.write(step("- text: And then?\n", id="then", title="And then"))
    author.module.get_by_role("button", name="Contents").click()
    author.module.get_by_role("link", name="And then").click()
    expect(author.module.get_by_role("heading", name="And then")).to_be_visible()
    expect(author.page.get_by_label("The learner", exact=True)).to_contain_text("3. And then")


def test_a_mistake_is_told_with_its_line_and_goes_when_it_is_mended(author: Author) -> None:
    """The last good version stays below; so does the session."""
    author.open()
    author.save("answer: nurse", "answer: nurze")
    expect(author.page.get_by_role("status")).to_have_text("1 problem to mend")
    card = author.problems.first
    number = next(
        number
        for number, line in enumerate(author.source.read_text().split("\n"), 1)
        if "nurze" in line
    )
    expect(card).to_contain_text(f"modules/sample/module.yaml, line {number}")
    expect(card).to_contain_text("answer: nurze")
    expect(card.locator("mark")).to_have_text("n")
    expect(card).to_contain_text("Did you mean nurse?")
    expect(author.page.get_by_text("as it last was without problems")).to_be_visible()
    expect(author.module.get_by_text("A ward is safe")).to_be_visible()
    author.save("answer: nurze", "answer: nurse")
    expect(author.page.get_by_role("status")).to_have_text("Nothing to mend")
    expect(author.problems).to_have_count(0)


def test_what_a_good_author_would_ask_is_asked_here_too(author: Author) -> None:
    """As `check` asks it; it holds nothing up, and the module is shown as it is now."""
    author.open()
    author.save("title: Seeing", "title: SEEING AND HEARING")
    expect(author.page.get_by_role("status")).to_have_text("1 warning")
    expect(author.problems.first).to_contain_text("This title is all in capitals")
    expect(author.module.get_by_role("heading", name="SEEING AND HEARING")).to_be_visible()
    author.save("title: SEEING AND HEARING", "title: Seeing")
    expect(author.page.get_by_role("status")).to_have_text("Nothing to mend")


def test_it_begins_with_a_module_that_has_problems(author: Author) -> None:
    """Nothing can be shown yet; as soon as it can, it is."""
    author.save("title: Seeing", "titel: Seeing")
    author.page.goto(f"{author.origin}/play/sample")
    expect(author.problems.first).to_be_visible()
    expect(author.module.get_by_text("There is nothing to show yet")).to_be_visible()
    author.save("titel: Seeing", "title: Seeing")
    expect(author.module.get_by_role("heading", name="Seeing")).to_be_visible()
    expect(author.problems).to_have_count(0)


def test_a_file_emptied_and_written_and_a_module_taken_away(author: Author) -> None:
    """Other editors write the file itself; and what is gone is said to be."""
    author.open()
    edit(author.source, "people talk", "people listen")
    expect(author.module.get_by_text("because people listen")).to_be_visible()
    shutil.move(author.source.parent, author.folder / "elsewhere")
    expect(author.problems.first).to_contain_text("There is no module sample")
    shutil.move(author.folder / "elsewhere", author.source.parent)
    expect(author.problems).to_have_count(0)


def test_a_picture_that_is_changed_is_shown_anew(author: Author) -> None:
    """The file's name is the same, and what is in it is not."""
    picture = author.source.parent / "ward.webp"
    samples.write_file(picture)
    author.save("- text: A ward", "- image: ward.webp\n        alt: A ward\n      - text: A ward")
    author.open()
    shown = author.module.get_by_role("img", name="A ward")
    was = shown.evaluate("image => image.currentSrc")
    samples.write_file(picture, "#a63a22")
    expect(shown).not_to_have_js_property("currentSrc", was)
    expect(shown).to_have_js_property("complete", True)


def test_deployment_and_theme(author: Author) -> None:
    """Another deployment has its own theme and words; any theme can be tried."""
    author.open()
    paper = "getComputedStyle(document.body).getPropertyValue('--action')"
    frame = author.page.frame("sco")
    assert frame
    clear = frame.evaluate(paper)
    author.choose("Theme", "nhs")
    frame.wait_for_function(f"() => {paper} !== {clear!r}")
    author.choose("Theme", "clear")
    frame.wait_for_function(f"() => {paper} === {clear!r}")
    assert "theme=clear" in author.page.url
    author.choose("Deployment", "elm")
    author.module.get_by_role("link", name="Next").click()
    expect(author.module.get_by_text("polls.example.org")).to_have_count(0)


def test_as_a_learner_who_has_got_so_far(author: Author) -> None:
    """All before a step is answered, and the LMS knows it; and it can all be done."""
    author.open()
    author.choose("The learner", "2. Telling")
    expect(author.module.get_by_role("heading", name="Telling")).to_be_visible()
    expect(author.page.locator("#kept")).to_contain_text("Answers2")
    author.module.get_by_role("link", name="Back").click()
    expect(author.module.get_by_text("That’s right").first).to_be_visible()
    author.choose("The learner", "has done all of it")
    expect(author.module.get_by_role("heading", name="You have completed")).to_be_visible()
    expect(author.page.locator("#kept")).to_contain_text("Statuscompleted")
    expect(author.page.locator("#verdict")).to_have_text("Nothing against the standard")


VOTES: dict[str, Callable[[FrameLocator], Locator]] = {
    "A clear majority": lambda module: module.get_by_text(re.compile("[78] in 10|8[0-9]%")).first,
    "Evenly split": lambda module: module.get_by_text(re.compile("5 in 10|half|50%")).first,
    "Too few to show yet": lambda module: module.get_by_text(re.compile("[Tt]oo few|11")).first,
    "Can't be reached": lambda module: module.get_by_text("cannot be shown right now").first,
}


@pytest.mark.parametrize("votes", VOTES)
def test_colleagues_votes(author: Author, votes: str) -> None:
    """What the poll service would tell, by its own rules, without a service."""
    if votes == "Can't be reached":
        author.watch.expect("ERR_EMPTY_RESPONSE")
    author.open("?step=telling")
    author.choose("Colleagues’ votes", votes)
    author.module.get_by_label("Yes, they would").check()
    author.module.locator(".step.is-current").get_by_role("button").first.click()
    expect(VOTES[votes](author.module)).to_be_visible()


def test_no_poll_service(author: Author) -> None:
    """Where a deployment has none, there is none, unless one is pretended."""
    author.open("?deployment=elm&step=telling")
    expect(author.page.get_by_label("Colleagues’ votes")).to_have_value("")
    expect(author.module.get_by_text("polls.example.org")).to_have_count(0)
    author.choose("Colleagues’ votes", "Evenly split")
    expect(author.module.get_by_text("polls.example.org").first).to_be_attached()


def test_the_lms_fails_and_the_network_is_slow(author: Author) -> None:
    """The referee's switches are here, too; a save of the author's takes no longer than before."""
    author.open()
    author.page.locator("details:has(#faults)").evaluate("details => { details.open = true }")
    author.page.get_by_label("A commit fails, and says so").check()
    author.answer("The nurse in charge")
    expect(author.page.locator("#fault-commit-false-about b")).to_contain_text("Has happened")
    author.page.get_by_label("A commit fails, and says so").uncheck()
    author.page.get_by_label("Slow network").check()
    expect(author.page).to_have_url(re.compile("slow=yes"))
    assert author.site.launches[-1].slow
    author.save("people talk", "people wait")
    expect(author.module.get_by_text("because people wait")).to_be_visible()


def test_a_tin_can_launch(author: Author) -> None:
    """The LRS's side in words and as it was sent; a save goes on with what it holds."""
    author.open("?format=xapi")
    author.answer("The nurse in charge")
    told = author.page.locator("#statements")
    expect(told).to_contain_text("Answered “Whom do you tell first?”, with “nurse”, and was right.")
    told.get_by_text("As it was sent").first.click()
    expect(told.locator("pre").first).to_contain_text("http://adlnet.gov/expapi/verbs/initialized")
    author.save("Whom do you", "Who do you")
    expect(author.module.get_by_text("Who do you tell first?").first).to_be_visible()
    expect(author.module.get_by_text("That’s right").first).to_be_visible()
    expect(author.page.locator("#state")).to_contain_text("What it needs to go on")


def test_several_modules(author: Author) -> None:
    """The first page has all of them, with what is to mend, and follows what is saved."""
    author.page.goto(author.origin)
    expect(author.page.get_by_role("listitem")).to_have_count(1)
    samples.write_module(author.folder, SEEING, name="another", title="Another one", minutes=2)
    expect(author.page.get_by_role("link", name="Another one")).to_be_visible()
    expect(author.page.get_by_text("1 step, about ")).to_have_count(1)
    author.save("answer: nurse", "answer: nurze")
    expect(author.page.get_by_text("1 thing to look at")).to_be_visible()
    author.page.evaluate(AXE.read_text("utf-8"))
    assert_axe_finds_nothing(author.page, RULES)
    author.page.get_by_role("link", name="Another one").click()
    expect(author.module.get_by_role("heading", name="Seeing")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_page_is_accessible(author: Author, width: int) -> None:
    """axe-core finds nothing, with problems and with the LRS, and nothing scrolls sideways."""
    author.page.set_viewport_size({"width": width, "height": 800})
    for query in ("", "?format=xapi"):
        author.open(query)
        author.save("answer: nurse", "answer: nurze" + " " * 60 + "# a long line")
        expect(author.problems).to_have_count(1)
        width_of_all = author.page.evaluate("document.documentElement.scrollWidth")
        assert width_of_all <= width
        author.page.evaluate(AXE.read_text("utf-8"))
        assert_axe_finds_nothing(author.page, RULES)
        author.save("answer: nurze" + " " * 60 + "# a long line", "answer: nurse")
        expect(author.problems).to_have_count(0)


def test_only_this_machine_is_answered(author: Author) -> None:
    """Another site's page, and a name that somebody lets point here, are refused."""
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        assert httpx.get(f"{author.origin}/play/sample", headers=headers).status_code == 403
    assert httpx.get(f"{author.origin}/launches/99/news").status_code == 404


def test_steps_that_are_remembered_are_as_if_rendered_anew(tmp_path: Path) -> None:
    """Whatever is edited, a warm workshop gives what a cold one gives."""
    samples.write_module(tmp_path, SEEING, TELLING)
    source = tmp_path / "modules" / "sample" / "module.yaml"
    warm = Workshop(tmp_path)
    edits = [
        ("people talk", "people listen"), ("title: Telling", "title: To tell"),
        ("  - id: telling", "  - id: told"), ("when: all-steps", "when: required-steps"),
        ("To tell\n    minutes: 2", "To tell\n    minutes: 3\n    required: false"),
        ("id: want-to-know", "id: want-to-know\n        after: whom"),
        ("Whom do you tell first?", "Who is told?"), ("answers: anonymous", "answers: named"),
    ]  # fmt: skip
    for old, new in edits:
        edit(source, old, new)
        warm.forget()
        drafts = [each.draft(Look("sample"))[0] for each in (warm, Workshop(tmp_path))]
        assert drafts[0] and drafts[1], new
        assert drafts[0].html == drafts[1].html, new


def test_the_command_says_its_address_and_ends_at_once(tmp_path: Path) -> None:
    """On stdout, for whoever opens no browser; Ctrl-C is the end."""
    samples.write_module(tmp_path, SEEING)
    words = command("preview", "-C", tmp_path, "--no-browser")
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/play/sample", said)
        assert address, said
        assert httpx.get(address[0]).status_code == 200
        news = address[0].replace("/play/sample", "/launches/0/news")
        with httpx.stream("GET", news) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0


def test_the_command_knows_what_is_there(tmp_path: Path) -> None:
    """A name that is misspelt is told with the one that may be meant."""
    samples.write_module(tmp_path, SEEING)
    done = rsscorm("preview", "sampel", "-C", tmp_path)
    assert done.returncode == 2
    assert "Did you mean `sample`?" in done.stderr


def test_the_bench_of_the_preview_measures() -> None:
    """Four lines; whether goals are met is for a quiet machine to say."""
    bench = PLAYER.parents[2] / "bench.py"
    words = [sys.executable, str(bench), "preview", "--quick"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in ("a text on screen", "a title on screen"):
        assert f"{name}, median" in done.stdout
        assert f"{name}, 95th of 100" in done.stdout
