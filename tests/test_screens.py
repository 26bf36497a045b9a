"""What a learner sees and can do: every kind of block, in every state it can be in."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest
import quiz_taker
from axe import AXE, TAGS, assert_axe_finds_nothing
from browser import Watch
from lms import Lms
from node import PLAYER
from ordering import arrange, order_of
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect
from samples import example, pages, read, step, write_module

from rsscorm.blocks import KINDS
from rsscorm.package import scorm12
from rsscorm.package.zip import write_zip
from rsscorm.referee.lms import TYPES
from rsscorm.referee.web import Request, Response, Server
from rsscorm.render import Files
from rsscorm.workspace import Settings

FRAME = {"width": 836, "height": 666}
"""What Moodle leaves to a package on an ordinary screen."""

WEAR = """name => new Promise((resolve, reject) => {
  const link = document.querySelector("link[rel=stylesheet]");
  link.onload = resolve;
  link.onerror = reject;
  link.href = name;
})"""
"""Puts another theme on the page; resolves when it is there."""


class Site:
    """Serves rendered files, and the player's script as a SCORM package has it."""

    def __init__(self, files: Files) -> None:
        script = PLAYER / "built" / "scorm12.js"
        self.files: Files = {**files, "player.js": script}

    def answer(self, request: Request) -> Response:
        """The file of this name."""
        content = self.files.get(request.path.lstrip("/"))
        if content is None:
            return Response(404)
        body = content if isinstance(content, bytes) else content.read_bytes()
        return Response(200, body, {"Content-Type": TYPES[Path(request.path).suffix]})


class Opened:
    """A module in a page."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page, self.watch = page, watch


def both_themes(folder: Path) -> Files:
    """The sample module's files in our theme, with the other's style beside it."""
    return {**pages(folder), "nhs.css": pages(folder, theme="nhs")["player.css"]}


@contextmanager
def opened(browser: Browser, folder: Path, place: str = "", **options: Any) -> Iterator[Opened]:
    """The sample module of a workspace in a page; fails if anything goes wrong in it."""
    with Server(Site(both_themes(folder))) as server:
        watch = Watch(browser, server.origin)
        page = watch.open(**{"reduced_motion": "reduce", **options})
        page.goto(f"{server.origin}/index.html{place}")
        yield Opened(page, watch)
        page.context.close()
        watch.verdict()


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing in our theme; nor in the other, where only looks differ.

    Its script comes through the debugger, which no policy hinders.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert_axe_finds_nothing(page, TAGS)
    page.evaluate(WEAR, "nhs.css")
    assert_axe_finds_nothing(page, ["color-contrast", "target-size"])
    page.evaluate(WEAR, "player.css")


# What a learner does, and then sees, by kind of block. A kind that is not here fails.


def look(page: Page) -> None:
    """Do nothing yet."""


def pick(*options: str, block: str, send: str = "Record my answer") -> Callable[[Page], None]:
    """Choose options of a question and press its button."""

    def act(page: Page) -> None:
        question = page.locator(f"#b_{block}")
        for option in options:
            question.locator(".option").get_by_text(option, exact=True).click()
        question.get_by_role("button", name=send).click()

    return act


def press(name: str, within: str = "main") -> Callable[[Page], None]:
    """Press a button, or what opens a passage."""
    return lambda page: page.locator(f"{within} >> visible=true").get_by_text(name).first.click()


def write(words: str) -> Callable[[Page], None]:
    """Type words, and leave the field."""

    def act(page: Page) -> None:
        page.locator("textarea:visible").fill(words)
        page.keyboard.press("Tab")

    return act


def take(*answers: bool, on: bool = True) -> Callable[[Page], None]:
    """Begin an attempt of the quiz and answer so many questions, rightly or not."""

    def act(page: Page) -> None:
        quiz = page.locator(".quiz")
        quiz_taker.begin(quiz)
        for number, right in enumerate(answers):
            quiz_taker.answer(quiz, right)
            if on or number + 1 < len(answers):
                quiz_taker.go_on(quiz)

    return act


CHECK = "Check my answer"
FIRST_THINGS = ("see", "think", "act")
"""The right order of the example of an order."""


def check(block: str) -> Callable[[Page], None]:
    """Let an answer be checked as it stands."""
    return lambda page: page.locator(f"#b_{block}").get_by_role("button", name=CHECK).click()


def put_right(page: Page) -> None:
    """Put the example's things in order."""
    arrange(page.locator("#b_first-things"), FIRST_THINGS)


def put_wrong(page: Page) -> None:
    """Put them in an order that is neither right nor the one that they began in."""
    question = page.locator("#b_first-things")
    known = (FIRST_THINGS, tuple(order_of(question)))
    arrange(question, next(order for order in permutations(FIRST_THINGS) if order not in known))


def pair(**sides: str) -> Callable[[Page], None]:
    """Choose these right sides of the example's pairs."""

    def act(page: Page) -> None:
        for id, side in sides.items():
            page.locator(f'[data-pair="{id}"] select').select_option(side)

    return act


def enter(number: str) -> Callable[[Page], None]:
    """Write a number and let it be checked."""

    def act(page: Page) -> None:
        page.get_by_label("Your answer", exact=True).fill(number)
        check("how-many")(page)

    return act


NURSE, SUPERVISOR = "The nurse in charge", "Your supervisor"
PAIRED = pair(tonight=NURSE, worry=SUPERVISOR, danger=NURSE)
MISPAIRED = pair(tonight=NURSE, worry=NURSE, danger=NURSE)
STATES: dict[str, list[tuple[str, list[Callable[[Page], None]], str]]] = {
    "text": [("fresh", [look], "what we know about each other")],
    "image": [("fresh", [look], "Picture: Ward art group")],
    "video": [
        ("fresh", [look], "Read the transcript"),
        ("transcript open", [press("Read the transcript")], "Dee moved away from Jo"),
        (
            "transcript read",
            [press("Read the transcript"), press("I have read this")],
            "You have read the transcript",
        ),
    ],
    "audio": [
        ("fresh", [look], "Speed"),
        ("transcript open", [press("Read the transcript")], "Dee moved away from Jo"),
        (
            "transcript read",
            [press("Read the transcript"), press("I have read this")],
            "You have read the transcript",
        ),
    ],
    "quote": [("fresh", [look], "A ward manager")],
    "callout": [("fresh", [look], "Do not promise to keep a secret.")],
    "accordion": [
        ("fresh", [look], "The team"),
        ("open", [press("The place")], "And what cannot?"),
    ],
    "tabs": [
        ("fresh", [look], "Breakfast, medication and the first talks of the day."),
        ("second tab", [press("Late shift")], "Visits, supper and the quiet after it."),
    ],
    "timeline": [("fresh", [look], "A card in the post")],
    "cards": [
        ("fresh", [look], "What do I see?"),
        ("turned", [press("Turn over")], "Seats changed twice in one evening."),
    ],
    "hotspots": [
        ("fresh", [look], "Choose a point on the picture"),
        ("open", [press("The door")], "Who sits where they can see it?"),
    ],
    "download": [("fresh", [look], "(PDF, 1 kB)")],
    "choice": [
        ("fresh", [look], "Choose one answer."),
        ("nothing chosen", [pick(block="early-sign", send=CHECK)], "Choose an answer first."),
        (
            "wrong",
            [pick("Staff and patients use first names", block="early-sign", send=CHECK)],
            "You can try once more.",
        ),
        (
            "tries spent",
            2 * [pick("Staff and patients use first names", block="early-sign", send=CHECK)],
            "Your tries are used up.",
        ),
        (
            "right",
            [pick("Something is kept from the rest of the team", block="early-sign", send=CHECK)],
            "That’s right",
        ),
        (
            "opinion",
            [pick("Somebody to talk to", block="would-help")],
            "Supervision is one such place.",
        ),
        (
            "skipped",
            [press("Skip this question", "#b_would-help")],
            "You skipped this question. You can still answer it.",
        ),
    ],
    "choices": [
        ("fresh", [look], "Choose every answer that fits."),
        ("wrong", [pick("They asked politely", block="stop-and-ask", send=CHECK)], "Not quite"),
        (
            "right",
            [
                pick(
                    "You would not do it for most of the others",
                    "You would rather not mention it at handover",
                    block="stop-and-ask",
                    send=CHECK,
                )
            ],
            "A favourite and a silence.",
        ),
    ],
    "order": [
        ("fresh", [look], "Put these in order, with the first at the top."),
        ("nothing moved", [check("first-things")], "This is how they stood at first."),
        ("wrong", [put_wrong, check("first-things")], "You can try 2 more times."),
        ("its places", [put_wrong, check("first-things")], "Wrong place"),
        (
            "tries spent",
            [put_wrong, *3 * [check("first-things")]],
            "Your tries are used up. This is the right order:",
        ),
        ("right", [put_right, check("first-things")], "That’s right"),
    ],
    "match": [
        ("fresh", [look], "Choose what goes with each."),
        (
            "one left open",
            [pair(tonight=NURSE, danger=NURSE), check("who-to-tell")],
            "Choose what goes with “A worry about yourself”.",
        ),
        ("wrong", [MISPAIRED, check("who-to-tell")], "Not right"),
        (
            "tries spent",
            [MISPAIRED, *2 * [check("who-to-tell")]],
            "The right answer: Your supervisor",
        ),
        ("right", [PAIRED, check("who-to-tell")], "That’s right"),
    ],
    "number": [
        ("fresh", [look], "Write a number in figures."),
        ("nothing written", [check("how-many")], "Write a number first."),
        ("no number", [enter("all of them")], "This is not a number."),
        ("wrong", [enter("9,4")], "Is there a shift without a mood?"),
        (
            "tries spent",
            [enter("8"), enter("9")],
            "Your tries are used up. The right answer is 10 handovers.",
        ),
        ("right", [enter("9,5 handovers")], "Every one of them."),
    ],
    "scale": [
        ("fresh", [look], "There is no right or wrong answer here."),
        ("answered", [pick("Mostly", block="know-who")], "Thank you"),
        ("skipped", [press("Skip this question")], "You skipped this question."),
    ],
    "note": [
        ("fresh", [look], "What you write here is not kept anywhere"),
        ("written", [write("They were kind to me.")], "5 words so far"),
        ("skipped", [press("Skip this question")], "You skipped this question."),
    ],
    "scenario": [
        ("fresh", [look], "What would you do first?"),
        ("ending", [press("Take the card")], "Nobody knows but you and Sam."),
        (
            "another way",
            [press("Take the card"), press("Start again and try another way")],
            "Say that you will ask",
        ),
    ],
    "quiz": [
        ("fresh", [look], "2 questions, chosen anew each time. You can take it up to 3 times."),
        ("first question", [take()], "Question 1 of 2"),
        ("nothing chosen", [take(), press(CHECK, ".is-on")], " first."),
        ("right", [take(True, on=False)], "That’s right"),
        ("wrong", [take(False, on=False)], "Not quite"),
        ("second question", [take(False)], "Question 2 of 2"),
        ("last answer", [take(True, True, on=False)], "See your result"),
        ("below the mark", [take(False, False)], "The aim is at least 1 of 2."),
        ("to look at again", [take(True, False)], "Questions to look at again"),
        ("met", [take(True, True)], "2 of 2 right"),
        ("another attempt", [take(True, False), take()], "Question 1 of 2"),
        ("worse than before", [take(True, True), take(False, False)], "Your best result so far:"),
        (
            "attempts spent",
            3 * [take(False, True)],
            "You have taken it as often as you can.",
        ),
    ],
    "poll": [
        ("fresh", [look], "Only the fact that you answered is recorded."),
        ("held back", [look], "These open when you have answered"),
        (
            "voted",
            [pick("Speak to them there and then", block="bent-rule")],
            "The answer given most often was “Speak to them after the shift” (59%).",
        ),
        (
            "own answer in the figures",
            [pick("Speak to them there and then", block="bent-rule")],
            "Speak to them there and then Your answer",
        ),
        ("read on", [press("Read on without answering")], "Tell me early"),
        (
            "voted again",
            [
                pick("Speak to them there and then", block="bent-rule"),
                pick("Speak to them after the shift", block="bent-rule_again"),
            ],
            "Before: Speak to them there and then. Now: Speak to them after the shift.",
        ),
        (
            "second vote of a choice",
            [
                pick("Today", block="would-you-tell"),
                pick("When there is time", block="would-you-tell-now"),
            ],
            "Before: Today. Now: When there is time.",
        ),
    ],
    "perspectives": [
        ("held back", [look], "These open when you have answered"),
        ("open", [press("Read on without answering")], "I try to thank them first."),
    ],
    "commitment": [
        ("fresh", [look], "One thing I will do on my next shift"),
        ("written", [write("Ask Sam about the evening.")], "5 words so far"),
    ],
}


@pytest.mark.parametrize("kind", KINDS)
def test_states(kind: str, browser: Browser, tmp_path: Path) -> None:
    """In each state of each block a learner finds the words expected, and axe-core nothing."""
    assert kind in STATES, f"say in STATES what a learner does with `{kind}`"
    write_module(tmp_path, step(example(kind)))
    with Server(Site(both_themes(tmp_path))) as server:
        watch = Watch(browser, server.origin)
        for name, acts, seen in STATES[kind]:
            page = watch.open(reduced_motion="reduce", viewport=FRAME)
            page.goto(f"{server.origin}/index.html")
            for act in acts:
                act(page)
            words = page.locator("main").get_by_text(seen).locator("visible=true").first
            expect(words, f"{kind}, {name}").to_be_visible()
            assert_accessible(page)
            page.context.close()
        watch.verdict()


ELSEWHERE = {"perspectives", "commitment"}
EVERYTHING = "\n".join(example(kind) for kind in KINDS if kind not in ELSEWHERE)
SCORED = """\
- choice: Who needs to know?
  id: who-needs
  options:
    - team: The team
    - nobody: Nobody
  answer: team
- choice: What comes first?
  id: comes-first
  options:
    - see: Notice
    - act: Act
  answer: see
  attempts: 1
"""
"""Two questions of which both count."""


@pytest.fixture
def three_steps(tmp_path: Path) -> Path:
    """A workspace with a module to learn, reflect and connect."""
    write_module(
        tmp_path,
        step("- text: What we see.\n", "see", "learn", "What we see"),
        step(example("scale"), "think", "reflect", "What it means"),
        step(example("commitment"), "act", "connect", "What we do"),
    )
    return tmp_path


def test_one_step_shows(browser: Browser, three_steps: Path) -> None:
    """A learner sees one step, goes on and back, and the browser's own back button works."""
    with opened(browser, three_steps, viewport=FRAME) as at:
        page = at.page
        expect(page.get_by_role("heading", level=2)).to_have_text(["What we see"])
        page.get_by_role("link", name="Next").click()
        heading = page.get_by_role("heading", level=2)
        expect(heading).to_have_text(["What it means"])
        expect(heading).to_be_focused()
        assert page.title() == "What it means – A sample"
        page.get_by_role("link", name="Next").click()
        expect(heading).to_have_text(["What we do"])
        page.go_back()
        expect(heading).to_have_text(["What it means"])
        page.get_by_role("link", name="Back", exact=True).click()
        expect(heading).to_have_text(["What we see"])


def test_four_requests(browser: Browser, three_steps: Path) -> None:
    """The first screen needs the page, its style, script and typeface, and nothing else."""
    with opened(browser, three_steps) as at:
        expect(at.page.get_by_text("What we see.")).to_be_visible()
        names = [address.rsplit("/", 1)[-1] for address in at.watch.requests]
        assert sorted(names) == ["brygada-1918.woff2", "index.html", "player.css", "player.js"]


def test_the_first_words_wait_for_no_script(browser: Browser, tmp_path: Path) -> None:
    """Before the script comes a long module's first step is not below its contents."""
    write_module(tmp_path, *(step("- text: Words.\n", f"at-{n}") for n in range(40)))
    for width in (390, 836, 1280):
        before = top_of_the_step(browser, {**pages(tmp_path), "player.js": b""}, width)
        after = top_of_the_step(browser, pages(tmp_path), width)
        assert before <= after + 1, width


def top_of_the_step(browser: Browser, files: Files, width: int) -> float:
    """How far down a step's title is: in the end, or for good where the script does nothing."""
    site = Site(files)
    site.files |= files
    with Server(site) as server:
        page = browser.new_page(viewport={"width": width, "height": 666})
        page.goto(f"{server.origin}/index.html")
        expect(page.locator(".js .is-current")).to_have_count(int("player.js" not in files))
        top, _ = edges(page.get_by_role("heading", level=2))
        page.close()
    return top


def test_contents(browser: Browser, three_steps: Path) -> None:
    """The contents say in words what is done, and close again without a trap."""
    with opened(browser, three_steps, place="#s_think", viewport=FRAME) as at:
        page = at.page
        contents, button = page.locator("#contents"), page.get_by_role("button", name="Contents")
        expect(contents).to_be_hidden()
        button.click()
        states = contents.locator(".contents-note")
        expect(states).to_have_text(["Learn: Done", "Reflect: Started", "Connect: Not started"])
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(contents).to_be_hidden()
        expect(button).to_be_focused()
        pick("Mostly", block="know-who")(page)
        button.click()
        expect(states).to_have_text(["Learn: Done", "Reflect: Done", "Connect: Not started"])
        contents.get_by_role("link", name="What we do").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["What we do"])
        expect(contents).to_be_hidden()


def test_still_to_do(browser: Browser, three_steps: Path) -> None:
    """A step says what is still to do on it, leads there, and stops saying so when it is done."""
    with opened(browser, three_steps, place="#s_think") as at:
        to_do = at.page.locator(".to-do:visible")
        to_do.get_by_role("link", name="I know who to tell.").click()
        expect(at.page.locator("#b_know-who")).to_be_focused()
        expect(at.page.locator("#b_know-who")).to_be_in_viewport()
        pick("Fully", block="know-who")(at.page)
        expect(to_do).to_be_hidden()


def test_not_finished(browser: Browser, three_steps: Path) -> None:
    """The end page says what remains, and leads there."""
    with opened(browser, three_steps, place="#end", viewport=FRAME) as at:
        page = at.page
        expect(page.get_by_role("heading", level=2)).to_have_text(["Not finished yet"])
        expect(page.get_by_text("nothing has been recorded")).to_be_visible()
        assert_accessible(page)
        page.locator(".end-steps").get_by_role("link", name="What it means").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["What it means"])


def test_retake(browser: Browser, tmp_path: Path) -> None:
    """Below the mark a learner is told which questions to look at, and can open them again."""
    write_module(tmp_path, step(SCORED), complete="{when: passed, pass-mark: 80}")
    wrong = {"who-needs": "Nobody", "comes-first": "Act"}
    with opened(browser, tmp_path, viewport=FRAME) as at:
        page = at.page
        for block, option in wrong.items():
            page.goto(page.url.split("#")[0] + "#end")
            expect(page.get_by_text("You need 80% to pass, and you")).to_have_count(0)
            page.go_back()
            pick(option, block=block, send=CHECK)(page)
        page.get_by_role("link", name="Finish").click()
        expect(page.get_by_text("Your score is 0%. You need 80% to pass")).to_be_visible()
        questions = page.locator(".end-retake li")
        expect(questions).to_have_text(["Who needs to know?", "What comes first?"])
        assert_accessible(page)
        page.get_by_role("button", name="Open these questions again").click()
        expect(page.locator("#b_who-needs")).to_be_focused()
        pick("The team", block="who-needs", send=CHECK)(page)
        pick("Notice", block="comes-first", send=CHECK)(page)
        page.get_by_role("link", name="Finish").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["You have passed this module"])
        expect(page.get_by_text("Your score is 100%.")).to_be_visible()
        page.get_by_role("button", name="Finish and clear").click()
        expect(page.get_by_role("heading", name="This screen is clear")).to_be_focused()
        assert_accessible(page)


def test_come_back(lms: Lms, page: Page, tmp_path: Path) -> None:
    """In an LMS every answer is shown again to a learner who comes back, and words are kept."""
    write_module(tmp_path, step(EVERYTHING), step(example("commitment"), "second"))
    archive = tmp_path / "sample.zip"
    module = read(tmp_path)
    write_zip(scorm12.package(module, pages(tmp_path), Settings()), archive)
    package = lms.add(archive)
    page.goto(lms.launch(package, "scorm-again"))
    screen = page.frame_locator("iframe")
    answer_everything(screen)
    expect(screen.locator(".saving")).to_contain_text("Saved to your record at")
    page.goto("about:blank")
    page.goto(lms.launch(package, "scorm-again"))
    for words in RESTORED:
        expect(screen.get_by_text(words).locator("visible=true").first).to_be_visible()
    expect(screen.locator("#b_hard-to-refuse textarea")).to_have_value("They were kind.")
    expect(screen.locator("#b_how-many input")).to_have_value("9.5")
    assert order_of(screen.locator("#b_first-things")) == list(FIRST_THINGS)
    frame = page.frames[1]
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    assert_axe_finds_nothing(frame, TAGS)


def answer_everything(screen: FrameLocator) -> None:
    """Answer one of each kind."""

    def choose(block: str, option: str, send: str = "Record my answer") -> None:
        question = screen.locator(f"#b_{block}")
        question.locator(".option").get_by_text(option, exact=True).click()
        question.get_by_role("button", name=send).click()

    choose("early-sign", "Something is kept from the rest of the team", CHECK)
    choose("stop-and-ask", "They asked politely", CHECK)
    arrange(screen.locator("#b_first-things"), FIRST_THINGS)
    screen.locator("#b_first-things").get_by_role("button", name=CHECK).click()
    for select in screen.locator("#b_who-to-tell select").all():
        select.select_option(NURSE)
    screen.locator("#b_who-to-tell").get_by_role("button", name=CHECK).click()
    screen.locator("#b_how-many input").fill("9.50")
    screen.locator("#b_how-many").get_by_role("button", name=CHECK).click()
    choose("know-who", "Mostly")
    choose("bent-rule", "Speak to them there and then")
    screen.get_by_role("button", name="Take the card").click()
    expect(screen.locator("#b_hard-to-refuse .stays")).to_contain_text("stays on this device")
    screen.locator("#b_hard-to-refuse textarea").fill("They were kind.")
    expect(screen.locator("#b_hard-to-refuse .kept")).to_have_text("Kept on this device.")


RESTORED = [
    "That’s right",
    "Two of these have nothing to do with manners.",
    "Right place",
    "Not right",
    "Every one of them.",
    "Thank you",
    "To protect your privacy, your choice was not kept.",
    "Nobody knows but you and Sam.",
]


TABS = """\
- tabs:
    - {title: What the team knows, text: The team knows who is unwell.}
    - {title: What the patients know, text: The patients know who is sad.}
    - {title: What visitors see, text: Visitors see who is alone.}
"""


def edges(part: Locator) -> tuple[float, float]:
    """Where a part of the page begins and ends, in pixels from the top."""
    box = part.bounding_box()
    assert box
    return box["y"], box["y"] + box["height"]


def test_tabs_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    """Tabs without room beside each other stand under each other, the passage below its own."""
    write_module(tmp_path, step(TABS))
    with opened(browser, tmp_path, viewport={"width": 390, "height": 844}) as at:
        page, tabs = at.page, at.page.get_by_role("tab")
        expect(page.get_by_role("tablist")).to_have_attribute("aria-orientation", "vertical")
        tabs.nth(1).click()
        seen = [*tabs.all()[:2], page.get_by_role("tabpanel"), tabs.nth(2)]
        for above, below in pairwise(map(edges, seen)):
            assert above[1] == pytest.approx(below[0], abs=1)
        page.keyboard.press("ArrowDown")
        expect(tabs.nth(2)).to_be_focused()
        expect(page.get_by_role("tabpanel")).to_contain_text("Visitors see who is alone.")
        page.keyboard.press("ArrowDown")
        expect(tabs.nth(0)).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Tab")
        expect(page.get_by_role("tabpanel", name="What the team knows")).to_be_focused()
        assert_accessible(page)
        page.set_viewport_size({"width": 1280, "height": 844})
        expect(page.get_by_role("tablist")).to_have_attribute("aria-orientation", "horizontal")
        assert len({edges(tab) for tab in tabs.all()}) == 1


def test_without_scripts(browser: Browser, tmp_path: Path) -> None:
    """Without JavaScript all can be read: every step, transcripts, what is said of answers."""
    others = step(example("perspectives"), "second", title="Others")
    write_module(tmp_path, step(EVERYTHING), others)
    with opened(browser, tmp_path, java_script_enabled=False) as at:
        page = at.page
        expect(page.get_by_role("heading", level=2)).to_have_text(["A step", "Others"])
        for words in (
            "Scripts are switched off",
            "Secrecy is what the serious ones have in common.",
            "Dee moved away from Jo, twice.",
            "The team agrees how cards are posted.",
            "I try to thank them first.",
            "And what cannot?",
            "Seats changed twice in one evening.",
            "Who holds the remote control?",
            "The right order",
            "Choose from these:",
            "10 handovers",
        ):
            expect(page.get_by_text(words).first).to_be_visible()
        for words in ("Record my answer", "These open when you have answered", "Finish and clear"):
            expect(page.get_by_text(words).locator("visible=true")).to_have_count(0)


def test_without_the_script(browser: Browser, three_steps: Path) -> None:
    """If the script never comes, the contents still lead from step to step."""
    with Server(Site(pages(three_steps))) as server:
        watch = Watch(browser, server.origin)
        watch.expect("player.js")
        page = watch.open()
        page.route("**/player.js", lambda route: route.fulfill(status=503))
        page.goto(f"{server.origin}/index.html")
        expect(page.get_by_role("heading", level=2)).to_have_text(["What we see"])
        page.get_by_role("link", name="What we do Connect").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(["What we do"])
        page.context.close()
        watch.verdict()


@pytest.mark.parametrize("width", [320, 390, 836, 1280])
def test_widths(width: int, browser: Browser, tmp_path: Path) -> None:
    """Nothing scrolls sideways and nothing is cut, from 320 pixels (400 % zoom) to a desktop."""
    word = "Donaudampfschifffahrtsgesellschaft"
    long = step(f"- text: {word * 4}\n", "long", title="W" * 60)
    write_module(tmp_path, step(EVERYTHING), long)
    with opened(browser, tmp_path, viewport={"width": width, "height": 600}) as at:
        page = at.page
        for place in ("#s_first", "#s_long", "#end"):
            page.goto(page.url.split("#")[0] + place)
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_print(browser: Browser, three_steps: Path) -> None:
    """On paper stands the step on screen with its choices, without what can only be pressed."""
    with opened(browser, three_steps, place="#s_think") as at:
        at.page.emulate_media(media="print")
        expect(at.page.get_by_role("heading", level=2)).to_have_text(["What it means"])
        expect(at.page.get_by_text("Mostly")).to_be_visible()
        expect(at.page.get_by_role("button")).to_have_count(0)
        expect(at.page.get_by_role("navigation")).to_have_count(0)


@pytest.fixture
def order(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page with five things to put in order."""
    options = "".join(f"    - {id}: The {id} thing\n" for id in ("a", "b", "c", "d", "e"))
    block = f"- order: What comes first?\n  id: things\n  attempts: 1\n  options:\n{options}"
    write_module(tmp_path, step(block + "- text: |\n" + "    Words.\n\n" * 60))
    with opened(browser, tmp_path, viewport={"width": 390, "height": 700}, has_touch=True) as at:
        yield at.page


def test_a_move_is_announced(order: Page) -> None:
    """Each move is told once, in the page's calm region; the focus stays on what was moved."""
    question = order.locator("#b_things")
    ids = order_of(question)
    handle = question.locator(f'[data-option="{ids[2]}"] .handle')
    handle.focus()
    order.keyboard.press("ArrowUp")
    region = order.locator("#announcements")
    expect(region).to_have_attribute("role", "status")
    expect(region).to_have_text(f"“The {ids[2]} thing” is now 2 of 5.")
    expect(handle).to_be_focused()
    expect(handle).to_have_accessible_name(
        f"“The {ids[2]} thing”, now 2 of 5: move it with the arrow keys"
    )
    up = question.get_by_role("button", name=f"Move “The {ids[2]} thing” up, now 2 of 5")
    up.press("Enter")
    expect(region).to_have_text(f"“The {ids[2]} thing” is now 1 of 5.")
    up = question.get_by_role("button", name=f"Move “The {ids[2]} thing” up, now 1 of 5")
    expect(up).to_be_focused()
    expect(up).to_have_attribute("aria-disabled", "true")
    up.press("Enter")
    assert order_of(question) == [ids[2], ids[0], ids[1], ids[3], ids[4]]
    expect(question.locator("[aria-live], [role=status]")).to_have_count(2)
    expect(question.locator(".said")).to_be_empty()


def test_marks_go_with_the_next_move(browser: Browser, tmp_path: Path) -> None:
    """What is marked wrong stays marked until the learner moves something."""
    write_module(tmp_path, step(example("order")))
    with opened(browser, tmp_path, viewport=FRAME) as at:
        put_wrong(at.page)
        check("first-things")(at.page)
        marks = at.page.locator(".place .mark")
        expect(marks).to_have_count(3)
        at.page.locator(".handle").first.press("ArrowDown")
        expect(marks).to_have_count(0)
        expect(at.page.locator(".said")).to_contain_text("You can try 2 more times.")


def middle(part: Locator) -> tuple[float, float]:
    """The point in the middle of a part of the page."""
    part.scroll_into_view_if_needed()
    box = part.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_an_order_by_hand(order: Page) -> None:
    """A thing follows a mouse that drags it by its handle, and is announced where it is let go."""
    question = order.locator("#b_things")
    ids = order_of(question)
    places = question.locator(".place")
    x, y = middle(places.nth(3))
    order.mouse.move(*middle(places.first.locator(".handle")))
    order.mouse.down()
    order.mouse.move(x, y + 5, steps=8)
    expect(order.locator("#announcements")).to_be_empty()
    order.mouse.up()
    moved = [*ids[1:4], ids[0], ids[4]]
    assert order_of(question) == moved
    expect(order.locator("#announcements")).to_have_text(f"“The {ids[0]} thing” is now 4 of 5.")
    order.mouse.move(*middle(places.first.locator(".handle")))
    assert order_of(question) == moved, "it follows no more once it is let go"


def swipe(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A finger goes from one point to another."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": start[0], "y": start[1]})
    for part in range(1, 11):
        x, y = (a + (b - a) * part / 10 for a, b in zip(start, end, strict=True))
        touch("touchMove", {"x": x, "y": y})
    touch("touchEnd")


def test_an_order_by_finger(order: Page) -> None:
    """A finger on a handle moves a thing; anywhere else on it, it scrolls the page as ever."""
    question = order.locator("#b_things")
    ids = order_of(question)
    places = question.locator(".place")
    x, y = middle(places.nth(2))
    start = middle(places.first.locator(".handle"))
    before = order.evaluate("scrollY")
    swipe(order, start, (x, y + 5))
    moved = [ids[1], ids[2], ids[0], ids[3], ids[4]]
    expect(order.locator("#announcements")).to_have_text(f"“The {ids[0]} thing” is now 3 of 5.")
    assert order_of(question) == moved
    assert order.evaluate("scrollY") == before
    x, y = middle(places.nth(2).locator(".option-words"))
    swipe(order, (x, y), (x, y - 200))
    order.wait_for_function(f"scrollY > {before + 100}")
    assert order_of(question) == moved


def test_the_same_order_again(lms: Lms, page: Page, tmp_path: Path) -> None:
    """A learner who comes back finds things in the order that they first stood in."""
    options = "".join(f"    - o{number}: Thing {number}\n" for number in range(9))
    write_module(tmp_path, step(f"- order: Which first?\n  id: things\n  options:\n{options}"))
    write_zip(scorm12.package(read(tmp_path), pages(tmp_path), Settings()), tmp_path / "sample.zip")
    package = lms.add(tmp_path / "sample.zip")
    seen = []
    for _ in range(2):
        page.goto(lms.launch(package, "scorm-again"))
        screen = page.frame_locator("iframe")
        expect(screen.locator(".saving")).to_contain_text("Saved to your record at")
        seen.append(order_of(screen.locator("#b_things")))
        page.goto("about:blank")
    assert seen[0] == seen[1] != sorted(seen[0])


def test_budget(tmp_path: Path) -> None:
    """What the README says: scripts take at most 40 kB gzipped, styles 14 kB in either theme."""
    for script in ("scorm12.js", "xapi.js"):
        assert len(gzip.compress((PLAYER / "built" / script).read_bytes())) <= 40_000
    write_module(tmp_path, step(example("text")))
    for theme in ("clear", "nhs"):
        style = pages(tmp_path, theme=theme)["player.css"]
        assert isinstance(style, bytes)
        assert len(gzip.compress(style)) <= 14_000
