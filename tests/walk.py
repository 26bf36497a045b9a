"""Walks a learner through a whole module: every page, every question, to the end."""

from __future__ import annotations

import quiz_taker
from learner import Learner
from ordering import arrange
from playwright.sync_api import Locator, expect

from rsscorm.blocks.base import Block
from rsscorm.blocks.match import Match
from rsscorm.blocks.number import Number
from rsscorm.blocks.order import Order
from rsscorm.module import Module


def walk(learner: Learner, module: Module) -> None:
    """Do all that the module asks, rightly where something is right, and finish."""
    for step in module.steps:
        for block in step.blocks:
            if block.id:
                _do(learner, block)
        learner.sco.locator(f"#s_{step.id} .onward").click()
        learner.saved()
    learner.press("Finish and clear")
    expect(learner.sco.get_by_text("Your record is saved")).to_be_visible()


def _do(learner: Learner, block: Block) -> None:
    """Answer a block that asks something, as often as it asks."""
    for shown in learner.sco.locator(f'[data-block="{block.id}"]').all():
        if block.kind == "scenario":
            _decide(learner, shown)
        elif block.kind in ("note", "commitment"):
            learner.write(str(block.id), "What I would like to remember")
        elif block.kind == "quiz":
            quiz_taker.begin(shown)
            quiz_taker.finish(shown)
            learner.saved()
        elif block.kind in ("choice", "choices", "scale", "poll"):
            _answer(learner, shown, _right(block))
        elif isinstance(block, Order | Match | Number):
            _work_out(shown, block)
            _send(learner, shown)


def _right(block: Block) -> list[str]:
    """The values of the right answer; where nothing is right, of the first."""
    if answer := getattr(block, "answer", None):
        return [answer] if isinstance(answer, str) else list(answer)
    options = getattr(block, "options", None)
    return [options[0].id] if options else ["1"]


def _answer(learner: Learner, shown: Locator, values: list[str]) -> None:
    for value in values:
        shown.locator(f'input[value="{value}"]').check()
    _send(learner, shown)


def _work_out(shown: Locator, block: Order | Match | Number) -> None:
    """Put in the right order, pairs or number."""
    if isinstance(block, Order):
        arrange(shown, block.answer_ids())
    elif isinstance(block, Match):
        for pair, side in (answer.split(".") for answer in block.interaction().correct or ()):
            shown.locator(f'[data-pair="{pair}"] select').select_option(side)
    else:
        shown.get_by_role("textbox").fill(str(block.answer))


def _send(learner: Learner, shown: Locator) -> None:
    """Send an answer, and wait until something is said of it and it is saved."""
    shown.locator("button[type=submit]").click()
    expect(shown.locator(".said")).not_to_be_empty()
    learner.saved()


def _decide(learner: Learner, shown: Locator) -> None:
    """Take the first turn of each scene, until the story ends."""
    while not shown.locator(".ending").is_visible():
        shown.locator(".turn:visible:enabled").first.click()
        learner.saved()
