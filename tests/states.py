"""What a learner does with each kind of block, and then sees: every state it can be in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import quiz_taker
from browser import Watch
from ordering import arrange, order_of
from playwright.sync_api import Browser, Page, expect
from samples import example, step, write_module
from screens import FRAME, Site

from rsscorm.referee.web import Server
from rsscorm.render import Files


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
            "That was your last try.",
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
            "This is the right order:",
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
            "The right answer is 10 handovers.",
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
"""By kind of block each state's name, what a learner does to come to it, and words then seen."""


def each_state(
    kind: str, browser: Browser, folder: Path, render: Callable[[Path], Files]
) -> Iterator[tuple[str, Page]]:
    """The example of a kind in each state, with its name, in a page that remembers no other."""
    assert kind in STATES, f"say in STATES what a learner does with `{kind}`"
    write_module(folder, step(example(kind)))
    with Server(Site(render(folder))) as server:
        watch = Watch(browser, server.origin)
        machine = watch.machine(reduced_motion="reduce", viewport=FRAME)
        machine.add_init_script("if (origin !== 'null') localStorage.clear()")
        for name, acts, seen in STATES[kind]:
            page = machine.new_page()
            page.goto(f"{server.origin}/index.html")
            for act in acts:
                act(page)
            words = page.locator("main").get_by_text(seen).locator("visible=true").first
            expect(words, f"{kind}, {name}").to_be_visible()
            yield f"{kind}, {name}", page
            page.close()
        machine.close()
        watch.verdict()
