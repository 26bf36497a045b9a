"""Takes quizzes in the page, whatever was drawn: rightly or not, by what the page itself says."""

from __future__ import annotations

import json
from typing import Any

from ordering import arrange, order_of
from playwright.sync_api import Locator, expect

DATA = "element => element.ownerDocument.getElementById('module-data').textContent"


def begin(quiz: Locator) -> None:
    """Begin an attempt, the first or another."""
    quiz.locator(".begin:visible, .again:visible").click()


def asked(quiz: Locator) -> str:
    """The id of the question on screen."""
    return str(quiz.locator(".bank > .is-on").get_attribute("data-block"))


def answer(quiz: Locator, right: bool = True) -> None:
    """Give one answer to the question on screen."""
    shown = quiz.locator(f'[data-block="{asked(quiz)}"]')
    asks = _interaction(shown)
    ids = [each["id"] for each in asks.get("components", ())]
    correct = asks.get("correct") or ids[:1]
    if asks["type"] == "numeric":
        shown.locator("input").fill(correct[0] if right else str(float(correct[0]) + 1000))
    elif asks["type"] == "matching":
        _pair(shown, correct, right)
    elif asks["type"] == "sequencing":
        wrong = [correct[::-1], correct[1:] + correct[:1]]
        arrange(shown, correct if right else next(o for o in wrong if o != order_of(shown)))
    else:
        for id in correct if right else [id for id in ids if id not in correct][:1] or ids:
            shown.locator(f'input[value="{id}"]').check()
    shown.locator("button[type=submit]").click()
    expect(shown.locator(".said")).not_to_be_empty()


def go_on(quiz: Locator) -> None:
    """On to the next question, or to the result."""
    quiz.locator(".next-question").click()


def finish(quiz: Locator, right: bool = True) -> None:
    """Answer all questions that are left of an attempt, and look at the result."""
    while not quiz.locator(".result").is_visible():
        while not quiz.locator(".next-question").is_visible():
            answer(quiz, right)
        go_on(quiz)


def _interaction(shown: Locator) -> dict[str, Any]:
    """What the page's data says of a question."""
    id, data = shown.get_attribute("data-block"), json.loads(shown.evaluate(DATA))
    blocks = (block for step in data["steps"] for block in step["blocks"])
    found: dict[str, Any] = next(block["interaction"] for block in blocks if block["id"] == id)
    return found


def _pair(shown: Locator, correct: list[str], right: bool) -> None:
    for pair in correct:
        left, side = pair.split(".")
        select = shown.locator(f'[data-pair="{left}"] select')
        sides = [str(each.get_attribute("value")) for each in select.locator("option").all()]
        wrong = next(id for id in sides if id not in ("", side))
        select.select_option(side if right else wrong)
