"""A learner takes a quiz: leaves in the middle of it, goes on elsewhere, and tries again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import quiz_taker
from browser import Watch
from learner import SETTINGS, Learner, Visits
from lms import Lms, Package
from ordering import order_of
from playwright.sync_api import Locator, expect
from workspaces import built

MODULE = """\
rsscorm: 1
id: know-it
edition: "1"
title: Know it
summary: What the tests look at.
minutes: 5
language: en
complete: {when: passed, pass-mark: 100}
steps:
  - id: check
    kind: learn
    title: What you know
    minutes: 5
    blocks:
      - quiz: What do you know?
        id: know
        draw: 3
        attempts: 1
        pass-mark: 60
        bank:
"""
LETTERS = "abcdef"


def question(number: int) -> str:
    """A question of six options, of which the first is right."""
    lines = [f"- choice: Question {number}?", f"  id: ask-{number}", "  options:"]
    lines += [f"    - o{number}-{letter}: Option {letter}" for letter in LETTERS]
    return "\n".join([*lines, f"  answer: o{number}-a"])


VOICES = """\
- perspectives:
    - manager: A ward manager
      text: I ask the team.
  id: voices
  after: know
"""


ORDER = """\
- order: What comes first?
  id: ask-order
  options:
    - one: First
    - two: Then
    - three: And then
    - four: At last
"""


def package_of(workspace: Path, questions: int = 8, edition: str = "1", more: str = "") -> Path:
    """The package of a module with one quiz of so many questions, and perhaps more."""
    folder = workspace / "modules" / "know-it"
    folder.mkdir(parents=True)
    text = MODULE.replace('"1"', f'"{edition}"')
    for asked in (*map(question, range(questions)), more):
        text += "".join(f"          {line}\n" for line in asked.splitlines())
    text += "".join(f"      {line}\n" for line in VOICES.splitlines())
    (folder / "module.yaml").write_text(text, "utf-8")
    (workspace / "rsscorm.yaml").write_text(SETTINGS, "utf-8")
    built(workspace)
    return workspace / "dist" / f"know-it-{edition}-scorm12.zip"


@pytest.fixture
def package(lms: Lms, tmp_path: Path) -> Package:
    """The module, imported."""
    return lms.add(package_of(tmp_path))


def quiz_of(learner: Learner) -> Locator:
    """The quiz in her page."""
    found: Locator = learner.block("know").locator(".quiz")
    return found


def options_of(quiz: Locator) -> list[str]:
    """The options of the question on screen, as they stand there."""
    inputs = quiz.locator(".bank > .is-on input")
    values: list[str] = inputs.evaluate_all("all => all.map(input => input.value)")
    return values


def test_she_goes_on_elsewhere(lms: Lms, package: Package, watch: Watch) -> None:
    """Left in the middle of an attempt, it goes on on another machine: the same questions and
    options in the same order, and what was answered stays answered."""
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        quiz = quiz_of(nurse)
        quiz_taker.begin(quiz)
        first = quiz_taker.asked(quiz)
        quiz_taker.answer(quiz)
        quiz_taker.go_on(quiz)
        second, options = quiz_taker.asked(quiz), options_of(quiz)
        expect(quiz.get_by_text("Question 2 of 3")).to_be_visible()
        nurse.saved()
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        quiz = quiz_of(nurse)
        expect(quiz.get_by_text("Question 2 of 3")).to_be_visible()
        assert (quiz_taker.asked(quiz), options_of(quiz)) == (second, options)
        quiz_taker.answer(quiz)
        quiz_taker.go_on(quiz)
        third = quiz_taker.asked(quiz)
        assert len({first, second, third}) == 3
        quiz_taker.finish(quiz)
        expect(quiz.get_by_text("3 of 3 right")).to_be_visible()
        nurse.saved()
    record = lms.attempt(package)
    ids = [record.get(f"cmi.interactions.{at}.id") for at in range(4)]
    assert ids == [first, second, third, None]
    assert record["cmi.core.lesson_status"] == "passed"
    assert record["cmi.core.score.raw"] == "100"
    assert lms.breaches(package) == []


def test_the_result_is_told(lms: Lms, package: Package, watch: Watch) -> None:
    """The result is announced once and has the focus; what was wrong stands below it, and what
    waited for the quiz opens, whatever the result."""
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        quiz = quiz_of(nurse)
        expect(nurse.block("voices").get_by_text("These open when")).to_be_visible()
        expect(nurse.sco.locator(".to-do").get_by_role("link")).to_have_text("What do you know?")
        quiz_taker.begin(quiz)
        wrong = quiz_taker.asked(quiz)
        quiz_taker.answer(quiz, right=False)
        quiz_taker.go_on(quiz)
        heading = quiz.locator(".is-on h3")
        expect(heading).to_be_focused()
        expect(heading).to_have_accessible_description("Question 2 of 3")
        quiz_taker.finish(quiz)
        expect(quiz.get_by_role("heading", name="Your result")).to_be_focused()
        told = "2 of 3 right You have reached the aim of at least 2 of 3."
        expect(nurse.sco.locator("#announcements")).to_contain_text(told)
        expect(quiz.locator(".bank > .is-on")).to_have_attribute("data-block", wrong)
        expect(quiz.get_by_role("button", name=re.compile("Try again"))).to_have_count(0)
        expect(nurse.sco.locator(".to-do")).to_be_hidden()
        expect(nurse.block("voices").get_by_text("I ask the team.")).to_be_visible()
        nurse.saved()


def test_a_retake_opens_it_again(lms: Lms, package: Package, watch: Watch) -> None:
    """Below the module's mark the end page names the quiz; a retake opens spent attempts, and the
    best attempt counts. What she is asked then is what she was not asked before."""
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        quiz = quiz_of(nurse)
        quiz_taker.begin(quiz)
        quiz_taker.finish(quiz, right=False)
        nurse.sco.get_by_role("link", name="Finish").click()
        expect(nurse.sco.get_by_text("Your score is 0%. You need 100% to pass")).to_be_visible()
        expect(nurse.sco.locator(".end-retake li")).to_have_text(["What do you know?"])
        nurse.saved()
        assert lms.attempt(package)["cmi.core.lesson_status"] == "incomplete"
        nurse.press("Open these questions again")
        expect(nurse.block("know")).to_be_focused()
        expect(quiz.locator(".bank > .is-on")).to_have_count(0)
        quiz_taker.begin(quiz)
        quiz_taker.finish(quiz)
        expect(quiz.get_by_text("3 of 3 right")).to_be_visible()
        nurse.saved()
    record = lms.attempt(package)
    assert record["cmi.core.lesson_status"] == "passed"
    ids = [record[name] for name in record if re.fullmatch(r"cmi\.interactions\.\d+\.id", name)]
    assert len(ids) == len(set(ids)) == 6


def test_an_update_amid_an_attempt(
    lms: Lms, package: Package, watch: Watch, tmp_path: Path
) -> None:
    """A question that a new edition no longer has is replaced by another; she goes on."""
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        quiz_taker.begin(quiz_of(nurse))
        nurse.saved()
    newer = lms.add(package_of(tmp_path / "newer", questions=3, edition="2"), package.course)
    with Visits(lms, newer, watch.open(), "referee").visit() as nurse:
        quiz = quiz_of(nurse)
        expect(quiz.get_by_text("Question 1 of 3")).to_be_visible()
        quiz_taker.finish(quiz)
        expect(quiz.get_by_text("3 of 3 right")).to_be_visible()
        nurse.saved()


def test_an_order_costs_no_try_untouched(lms: Lms, watch: Watch, tmp_path: Path) -> None:
    """An attempt gives an order its own beginning, which is no answer, and keeps it elsewhere."""
    package = lms.add(package_of(tmp_path, questions=2, more=ORDER))
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        quiz = quiz_of(nurse)
        quiz_taker.begin(quiz)
        while quiz_taker.asked(quiz) != "ask-order":
            quiz_taker.answer(quiz)
            quiz_taker.go_on(quiz)
        asked = nurse.block("ask-order")
        asked.get_by_role("button", name="Check my answer").click()
        expect(asked.locator(".nudge")).not_to_be_empty()
        expect(asked.locator(".said")).to_be_empty()
        order = order_of(asked)
        nurse.saved()
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        assert order_of(nurse.block("ask-order")) == order


def test_the_end_page_counts_as_the_record_does(lms: Lms, package: Package, watch: Watch) -> None:
    """Its answers are those of all attempts, which the LMS keeps; a quiz itself is no question."""
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        quiz = quiz_of(nurse)
        recorded = nurse.sco.locator(".recorded li", has_text="answer")
        for attempt in (1, 2):
            quiz_taker.begin(quiz)
            quiz_taker.finish(quiz, right=False)
            nurse.saved()
            nurse.contents("Your record")
            told = lms.attempt(package)
            count = len([name for name in told if name.endswith(".student_response")])
            # How many of the second attempt's questions are new is a matter of luck.
            assert count == 3 if attempt == 1 else count > 3
            expect(recorded.first).to_have_text(f"Your answers to {count} questions")
            expect(nurse.sco.get_by_text("but not what you answered")).to_have_count(0)
            if attempt == 1:
                nurse.press("Open these questions again")
