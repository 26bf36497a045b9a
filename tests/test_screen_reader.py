"""One learner with a screen reader, through every kind of block: all that she is told.

`heard/` has it step by step, as a story: what she finds in each block (`- radio "..."`), what is
said of a control besides its name (`described:`), what she does (`>`), what is then read out by
itself (`politely:`), and where the focus goes, whose words are read as well (`focus:`).
With `--rewrite` the files are written anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import Watch
from learner import Learner, Visits
from lms import Lms
from ordering import order_of
from playwright.sync_api import Locator, Page, expect
from poll_stand_in import PollStandIn, figures
from samples import pages, read, write_every_kind
from states import CHECK, FIRST_THINGS, NURSE, SUPERVISOR

from rsscorm.package import scorm12
from rsscorm.package.zip import write_zip
from rsscorm.workspace import Settings

HEARD = Path(__file__).parent / "heard"
PAGES = Path(__file__).parent / "pages"
SEND = "Record my answer"


@pytest.fixture
def service() -> Iterator[PollStandIn]:
    """Colleagues have answered already."""
    with PollStandIn() as service:
        before, now = figures(60, 10, now=4, later=6), figures(60, 10, now=7, later=3)
        service.told = {"bent-rule": {"before": before, "figures": now, "changed": 3}}
        yield service


class Reader:
    """Writes down what a screen reader tells."""

    def __init__(self, nurse: Learner) -> None:
        self.nurse, self.sco = nurse, nurse.sco
        self.frame = nurse.page.frames[1]
        self.lines: list[str] = []

    def finds(self, what: str, part: Locator) -> None:
        """What stands there, as she reads through it."""
        self.lines += ["", f"== {what}", *part.aria_snapshot().splitlines()]
        described = part.evaluate("part => listening.descriptions(part)")
        self.lines += [f"described: {line}" for line in described]

    def does(self, what: str, deed: Callable[[], object], then: Locator | None = None) -> None:
        """She does something, and what comes of it (`then` is waited for) is told once."""
        assert self._heard() == [], "nothing is read out that nobody caused"
        self.frame.evaluate("listening.begin()")
        deed()
        if then is not None:
            expect(then).to_be_visible()
        self.nurse.saved()
        heard, focus = self._heard(), self.frame.evaluate("listening.focus()")
        told = [*heard, *([f"focus: {focus}"] if focus else [])]
        words = [line.split(": ", 1)[1] for line in told]
        for at, one in enumerate(words):
            others = words[:at] + words[at + 1 :]
            assert not any(one in other for other in others), (what, told)
        self.lines += [f"> {what}", *(f"  {line}" for line in told)]

    def _heard(self) -> list[str]:
        heard: list[str] = self.frame.evaluate("listening.heard()")
        return heard

    def text(self) -> str:
        """All of it, without what is another at each run."""
        text = "\n".join(self.lines).strip() + "\n"
        text = re.sub(r"127\.0\.0\.1:\d+", "polls.example.org", text)
        text = re.sub(r"\b\d\d:\d\d\b", "14:05", text)
        return re.sub(r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b", "1 May 2026", text)


def test_a_whole_module(
    lms: Lms, page: Page, watch: Watch, service: PollStandIn, tmp_path: Path, rewrite: bool
) -> None:
    """Each control says what it is and how it stands; each answer is told once, and calmly."""
    write_every_kind(tmp_path)
    files = pages(tmp_path, deployment=service.deployment())
    write_zip(scorm12.package(read(tmp_path), files, Settings()), tmp_path / "sample.zip")
    watch.origins.add(service.origin)
    page.context.add_init_script(path=PAGES / "listening.js")
    page.context.add_init_script(DICE)
    page.emulate_media(reduced_motion="reduce")
    nurse = Visits(lms, lms.add(tmp_path / "sample.zip"), page, "referee").open()
    nurse.saved()
    expect(nurse.sco.locator("#announcements")).to_be_empty()
    page.frames[1].evaluate("listening.heard()")
    told: dict[str, str] = {}
    for name, part in (("see", sees), ("think", answers), ("act", shares), ("end", finishes)):
        reader = Reader(nurse)
        part(reader)
        told[f"{name}.txt"] = reader.text()
    for name, text in told.items():
        if rewrite:
            (HEARD / name).write_text(text, "utf-8")
        assert text == (HEARD / name).read_text("utf-8"), name
    assert {path.name for path in HEARD.iterdir()} == told.keys()


DICE = """
crypto.getRandomValues = (numbers) => numbers.fill(7);
"""
"""Dice that always fall alike, so that the same is told at each run."""


def sees(reader: Reader) -> None:
    """What is to be read, looked at and heard."""
    sco = reader.sco
    block = {kind: sco.locator(f"#s_see .block-{kind}").first for kind in (
        "text", "image", "video", "audio", "quote", "callout", "accordion", "tabs", "timeline",
        "cards", "hotspots", "download")}  # fmt: skip
    reader.finds("Before the step", sco.locator(".side"))
    reader.finds("The head of the step", sco.locator("#s_see .step-top"))
    for kind in ("text", "image", "video"):
        reader.finds(f"A block: {kind}", block[kind])
    film = block["video"]
    [track] = film.locator("video").evaluate(TRACKS)
    reader.lines.append(f"track: {track}")
    transcript = film.get_by_text("Read the transcript")
    reader.does("opens the transcript", transcript.click, film.get_by_text("Dee moved"))
    read_it = film.get_by_role("button", name="I have read this")
    reader.does("presses “I have read this”", read_it.click)
    reader.finds("The film after it", film)
    for kind in ("audio", "quote", "callout", "accordion"):
        reader.finds(f"A block: {kind}", block[kind])
    reader.does("opens “The team”", block["accordion"].get_by_text("The team").click)
    reader.finds("The accordion after it", block["accordion"])
    reader.finds("A block: tabs", block["tabs"])
    reader.does("chooses “Late shift”", sco.get_by_role("tab", name="Late shift").click)
    reader.finds("The tabs after it", block["tabs"])
    for kind in ("timeline", "cards"):
        reader.finds(f"A block: {kind}", block[kind])
    turn = block["cards"].get_by_role("button", name="card 1 of 2")
    reader.does("turns the first card", turn.click)
    reader.finds("The cards after it", block["cards"])
    reader.does("turns it back", turn.click)
    reader.finds("A block: hotspots", block["hotspots"])
    point = block["hotspots"].locator(".spot").first
    reader.does("opens the point “The door”", point.click)
    reader.finds("The picture after it", block["hotspots"])
    reader.does("closes it with Escape", lambda: point.press("Escape"))
    reader.finds("A block: download", block["download"])
    reader.finds("The end of the step", sco.locator("#s_see .step-end"))
    onward = sco.locator("#s_see .onward")
    reader.does("goes on", onward.click, sco.locator("#s_think"))


TRACKS = "film => [...film.textTracks].map((it) => `${it.kind}, ${it.label}, ${it.language}`)"


def answers(reader: Reader) -> None:
    """All kinds of questions."""
    sco = reader.sco
    block = reader.nurse.block

    def send(id: str, what: str, name: str = CHECK) -> None:
        button = block(id).get_by_role("button", name=name)
        reader.does(f"{what} and presses “{name}”", button.click)

    def choose(id: str, *labels: str, name: str = CHECK) -> None:
        for label in labels:
            option = block(id).locator(".option").get_by_text(label, exact=True)
            reader.does(f"chooses “{label}”", option.click)
        send(id, "chooses no more", name)

    reader.finds("A block: choice", block("early-sign"))
    send("early-sign", "chooses nothing")
    choose("early-sign", "Staff and patients use first names")
    reader.finds("The choice after a wrong answer", block("early-sign"))
    choose("early-sign", "Something is kept from the rest of the team")
    reader.finds("The choice after the right answer", block("early-sign"))
    reader.finds("A choice without a right answer", block("would-help"))
    skip = block("would-help").get_by_role("button", name="Skip this question")
    reader.does("skips it", skip.click)
    choose("would-help", "Somebody to talk to", name=SEND)
    reader.finds("A block: choices", block("stop-and-ask"))
    choose("stop-and-ask", "They asked politely")
    reader.finds("The choices after a wrong answer", block("stop-and-ask"))
    orders(reader, block("first-things"))
    send("first-things", "has them in order")
    reader.finds("The order after the right answer", block("first-things"))
    reader.finds("A block: match", block("who-to-tell"))
    send("who-to-tell", "chooses nothing")
    for side in (NURSE, NURSE, NURSE):
        at = len(block("who-to-tell").locator("option:checked:not([value=''])").all())
        select = block("who-to-tell").locator("select").nth(at)
        reader.does(f"chooses “{side}”", lambda: select.select_option(side))  # noqa: B023
    send("who-to-tell", "has chosen three times")
    reader.finds("The pairs after a wrong answer", block("who-to-tell"))
    wrong = block("who-to-tell").locator("select").nth(1)
    reader.does(f"chooses “{SUPERVISOR}”", lambda: wrong.select_option(SUPERVISOR))
    send("who-to-tell", "has changed one")
    numbers(reader, block("how-many"))
    reader.finds("A block: scale", block("know-who"))
    choose("know-who", "Mostly", name=SEND)
    choose("know-who", "Fully", name=SEND)
    reader.finds("The scale after it", block("know-who"))
    writes(reader, block("hard-to-refuse"))
    decides(reader, block("sams-card"))
    takes_the_quiz(reader)
    reader.finds("The end of the step", sco.locator("#s_think .step-end"))
    reader.does("goes on", sco.locator("#s_think .onward").click, sco.locator("#s_act"))


def orders(reader: Reader, question: Locator) -> None:
    """Each move is told, with where the thing is now."""
    reader.finds("A block: order", question)
    first, check = question.locator(".handle").first, question.get_by_role("button", name=CHECK)
    first.focus()
    reader.does("presses the down arrow on the first handle", lambda: first.press("ArrowDown"))
    reader.does(f"presses “{CHECK}”", check.click)
    reader.finds("The order after a wrong answer", question)
    for id in reversed(FIRST_THINGS):
        handle = question.locator(f'[data-option="{id}"] .handle')
        place = order_of(question).index(id)
        if place:
            handle.focus()
            reader.does(f"presses Home on the handle of “{id}”", lambda: handle.press("Home"))  # noqa: B023
    reader.finds("The order after it", question)


def numbers(reader: Reader, question: Locator) -> None:
    """Nothing, no number, a wrong one and the right one."""
    reader.finds("A block: number", question)
    for words in ("", "many", "3", "10"):
        question.get_by_role("textbox").fill(words)
        check = question.get_by_role("button", name=CHECK)
        reader.does(f"writes “{words}” and presses “{CHECK}”", check.click)
    reader.finds("The number after it", question)


def writes(reader: Reader, question: Locator) -> None:
    """It is told that her words are kept, and not at each pause in writing."""
    reader.finds("A block: note", question)
    field, kept = question.get_by_role("textbox"), question.locator(".kept:not(:empty)")
    reader.does("writes a little", lambda: field.press_sequentially("They were"), kept)
    reader.does("writes more", lambda: field.press_sequentially(" kind."), kept)
    reader.finds("The note after it", question)


def decides(reader: Reader, scenario: Locator) -> None:
    """What is said of a choice comes before where it leads."""
    reader.finds("A block: scenario", scenario)
    reader.does("takes the card", scenario.get_by_role("button", name="Take the card").click)
    reader.finds("The scenario at an ending", scenario)
    again = scenario.get_by_role("button", name="Start again and try another way")
    reader.does("starts again", again.click)


def takes_the_quiz(reader: Reader) -> None:
    """From question to question, and to the result."""
    quiz = reader.sco.locator(".quiz")
    reader.finds("A block: quiz", quiz)
    reader.does("begins", quiz.get_by_role("button", name="Begin").click)
    for _ in range(2):
        question = quiz.locator(".is-on")
        reader.finds("A question of the quiz", quiz)
        if question.get_attribute("data-kind") == "number":
            question.get_by_role("textbox").fill("4")
        else:
            question.locator(".option").first.click()
        check = question.get_by_role("button", name=CHECK)
        reader.does(f"answers and presses “{CHECK}”", check.click)
        on = quiz.locator(".next-question")
        reader.does(f"presses “{on.inner_text()}”", on.click)
    reader.finds("The result", quiz)


def shares(reader: Reader) -> None:
    """Votes, what colleagues answered, what others say, and a promise to herself."""
    sco, block = reader.sco, reader.nurse.block
    poll, again = block("bent-rule"), sco.locator("#b_bent-rule_again")
    reader.finds("A block: poll", poll)
    reader.finds("Perspectives that are held back", block("voices"))

    def vote(part: Locator, option: str, then: Locator | None = None) -> None:
        part.locator(".option").get_by_text(option, exact=True).click()
        button = part.get_by_role("button", name=SEND)
        reader.does(f"chooses “{option}” and presses “{SEND}”", button.click, then)

    vote(poll, "Speak to them after the shift", poll.locator(".live .lead").first)
    reader.does("opens the table", poll.locator(".live").get_by_text("The same as a table").click)
    reader.finds("The poll after the vote, with its comparison", poll)
    reader.finds("A block: perspectives", block("voices"))
    reader.finds("The poll that is asked again", again)
    vote(again, "Speak to them there and then", again.locator(".live .lead").first)
    reader.finds("The second vote and its comparison", again)
    reader.finds("A poll that is a scale", block("able-to-raise"))
    vote(block("able-to-raise"), "Agree", block("able-to-raise").locator(".live > p"))
    held = block("other-voices")
    reader.finds("Perspectives with a film and a recording, held back", held)
    on = held.get_by_role("button", name="Read on without answering")
    reader.does("reads on without answering", on.click)
    reader.finds("These perspectives after it", held)
    vote(block("would-you-tell"), "Today", block("would-you-tell").locator(".live > p"))
    vote(block("would-you-tell-now"), "Today", block("would-you-tell-now").locator(".live > p"))
    promise = sco.locator(".block-commitment")
    reader.finds("A block: commitment", promise)
    field, kept = promise.get_by_role("textbox"), promise.locator(".kept:not(:empty)")
    reader.does("writes", lambda: field.fill("Ask Sam."), kept)
    reader.finds("The end of the step", sco.locator("#s_act .step-end"))
    reader.does("goes on", sco.locator("#s_act .onward").click, sco.locator("#end"))


def finishes(reader: Reader) -> None:
    """Her record, and the cleared screen."""
    sco = reader.sco
    reader.finds("The end page", sco.locator("#end"))
    show = sco.get_by_role("button", name="Show my record")
    reader.does("opens her record", show.click, sco.locator("#record"))
    reader.finds("Her record", sco.locator("#record"))
    reader.nurse.press("Finish and clear")
    cleared = sco.get_by_role("heading", name="This screen is clear")
    expect(cleared).to_be_focused()
    reader.finds("The cleared screen", sco.locator("body"))
