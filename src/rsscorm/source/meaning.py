"""What a module means as a whole: its references, its score, the room that it needs.

Each check takes the outline and yields problems; none needs another to have passed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from rsscorm.blocks.choice import Choice, Choices
from rsscorm.blocks.quiz import Quiz
from rsscorm.module import (
    BLOCK_CODE,
    OPTION_CODE,
    RESUME_LIMIT,
    TITLE_LIMIT,
    clashing_codes,
    fill_text,
    longest_resume,
    resume_entry,
)
from rsscorm.problems import Problem
from rsscorm.source import polls, scenes
from rsscorm.source.explain import did_you_mean, listed
from rsscorm.source.outline import Outline, Spot, items
from rsscorm.source.reader import FolderReader
from rsscorm.source.yaml import Path

REVIEW_NEAR = timedelta(days=60)
"""How long before its date a review is said to be due."""


def problems(outline: Outline, name: str, reader: FolderReader, today: date) -> Iterator[Problem]:
    """Everything that is wrong with a module beyond its form; `name` is its folder's."""
    yield from _folder(outline, name)
    yield from _unique_ids(outline)
    yield from _retired_ids(outline)
    for spot in outline.spots:
        yield from _unique_parts(outline, spot)
        yield from _answers(outline, spot)
        yield from scenes.problems(outline, spot)
        yield from polls.problems(outline, spot, reader)
    yield from _quizzes(outline)
    yield from _scores(outline)
    yield from _required(outline)
    yield from _codes(outline)
    yield from _room(outline)
    yield from _titles(outline, reader)
    yield from _review(outline, today)


def _folder(outline: Outline, name: str) -> Iterator[Problem]:
    id = outline.document.data.get("id") if isinstance(outline.document.data, dict) else None
    if isinstance(id, str) and id != name and re.fullmatch(r"[a-z0-9-]{1,40}", id):
        yield outline.document.about_value(
            ("id",),
            "module-id",
            f"the module's id is `{id}`, but its folder is `{name}`",
            "Both must be the same. Once learners have had the module, rename the folder alone.",
        )


def _unique_ids(outline: Outline) -> Iterator[Problem]:
    """Steps, blocks and quiz questions share one set of ids."""
    ids = sorted(_ids(outline), key=lambda each: _line(outline, each[0]))
    yield from _twice(outline, ids, "in this module")


def _ids(outline: Outline) -> list[tuple[Path, str]]:
    """The ids of steps and blocks, each with its place."""
    blocks = [((*spot.path, "id"), spot.id) for spot in outline.spots if spot.id]
    return [*outline.steps, *blocks]


def _retired_ids(outline: Outline) -> Iterator[Problem]:
    """What learners once had under an id must not turn into something else."""
    retired = items(outline.document.data, "retired")
    parts = [(path, f"{spot.id}/{id}") for spot in outline.spots for path, id in _parts_of(spot)]
    for path, id in [*_ids(outline), *parts]:
        if id in retired:
            yield outline.document.problem(
                path, "retired-id", f"`{id}` is retired: learners had something else under it",
                "Give this an id of its own. Only if it is the very same as before, take "
                "the id out of `retired`.",
            )  # fmt: skip


def _unique_parts(outline: Outline, spot: Spot) -> Iterator[Problem]:
    """Options, pairs and speakers have ids unique within their block, over all of its scenes."""
    yield from _twice(outline, list(_parts_of(spot)), "in this block")


def _parts_of(spot: Spot) -> Iterator[tuple[Path, str]]:
    """The ids within a block, each with its place."""
    for key in ("options", "pairs", "perspectives"):
        yield from _part_ids(spot.data, (*spot.path, key))
    named = spot.data.get("scenes") if isinstance(spot.data, dict) else None
    for name, scene in named.items() if isinstance(named, dict) else ():
        yield from _part_ids(scene, (*spot.path, "scenes", name, "options"))


def _part_ids(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The ids of the items behind the last key of a path, each with its place."""
    for number, item in enumerate(items(data, str(path[-1]))):
        if isinstance(item, dict) and item:
            id = next(iter(item))
            yield (*path, number, id), id


def _twice(outline: Outline, ids: list[tuple[Path, str]], where: str) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, id in ids:
        if first.setdefault(id, path) != path:
            yield outline.document.problem(
                path, "duplicate-id", f"`{id}` is the id of something else {where}, on line "
                f"{_line(outline, first[id])[0]}", "Give this one an id of its own.",
            )  # fmt: skip


def _answers(outline: Outline, spot: Spot) -> Iterator[Problem]:
    """An answer names options, each once; without one nothing can be said of right and wrong."""
    block = spot.block
    if not isinstance(block, (Choice, Choices)):
        return
    answers = (block.answer,) if isinstance(block, Choice) else block.answer or ()
    for number, answer in enumerate(answers):
        path = (*spot.path, "answer") + ((number,) if isinstance(block, Choices) else ())
        known = tuple(dict.fromkeys(block.answer_ids()))
        if answer and answer not in known:
            yield outline.document.about_value(
                path, "unknown-id", f"`{answer}` is none of this question's options",
                did_you_mean(answer, known, f"They are {listed(known)}."),
            )  # fmt: skip
        elif answer in answers[:number]:
            yield outline.document.problem(
                path, "duplicate-id", f"`{answer}` stands twice in the answer", "Delete one."
            )
    if not block.has_right_answer and block.feedback:
        yield outline.document.problem(
            (*spot.path, "feedback"), "no-answer",
            "this would never be shown, since the question has no right answer",
            "Give the question an `answer`, or write feedback with each option.",
        )  # fmt: skip


def _quizzes(outline: Outline) -> Iterator[Problem]:
    for spot in outline.spots:
        quiz = spot.block
        if not isinstance(quiz, Quiz):
            continue
        if quiz.draw and quiz.draw > len(quiz.bank):
            yield outline.document.problem(
                (*spot.path, "draw"),
                "draw",
                f"{quiz.draw} questions can't be drawn from a bank of {len(quiz.bank)}",
                "Lower `draw`, or add questions.",
            )
        if quiz.pass_mark and not any(question.counts for question in quiz.bank):
            yield _no_scored(outline, (*spot.path, "pass-mark"))


def _scores(outline: Outline) -> Iterator[Problem]:
    """A pass mark and scored questions need each other where `when: passed` is said."""
    completion = outline.completion
    if completion is None:
        return
    if completion.when == "passed" and completion.pass_mark is None:
        yield outline.document.problem(
            ("complete", "when"), "missing-key", "`when: passed` needs a `pass-mark`",
            "Say what must be reached, such as `pass-mark: 80`.",
        )  # fmt: skip
    is_scored = any(spot.block and spot.block.counts for spot in outline.spots)
    if completion.pass_mark is not None and outline.is_whole and not is_scored:
        yield _no_scored(outline, ("complete", "pass-mark"))


def _no_scored(outline: Outline, path: Path) -> Problem:
    return outline.document.problem(
        path, "no-scored-question", "there is a pass mark, but no question that counts towards it",
        "Give a question an `answer`, or delete `pass-mark`.",
    )  # fmt: skip


def _required(outline: Outline) -> Iterator[Problem]:
    module = outline.module
    if (
        module
        and module.complete.when == "required-steps"
        and not any(s.required for s in module.steps)
    ):
        yield outline.document.problem(
            ("complete", "when"),
            "nothing-required",
            "no step is required, so nothing would complete the module",
            "Take `required: false` out of at least one step.",
        )


def _codes(outline: Outline) -> Iterator[Problem]:
    """Ids whose short codes in resume data are the same: rare, and never to be guessed at."""
    places: dict[str, Path] = {id: path for path, id in outline.steps}
    places.update({spot.id: (*spot.path, "id") for spot in outline.spots if spot.id})
    for spot in outline.spots:
        for name in spot.block.films() if spot.block else ():
            places.setdefault(name, spot.path)
    for first, second in clashing_codes(list(places), BLOCK_CODE):
        yield _clash(outline, places[second], first, second)
    for spot in outline.spots:
        ids = spot.block.answer_ids() if spot.block else ()
        for first, second in clashing_codes(list(ids), OPTION_CODE):
            yield _clash(outline, spot.path, first, second)


def _clash(outline: Outline, path: Path, first: str, second: str) -> Problem:
    return outline.document.problem(
        path,
        "code-clash",
        f"`{first}` and `{second}` would share one short code in the learner's resume data",
        "Give the file another name."
        if "." in second
        else "Choose another id for the newer of the two.",
    )


def _room(outline: Outline) -> Iterator[Problem]:
    """The worst case of resume data must fit into what SCORM 1.2 allows."""
    if outline.module is None or any(scenes.unknown(spot) for spot in outline.spots):
        return
    if (size := longest_resume(outline.module)) <= RESUME_LIMIT:
        return
    blocks = sorted(outline.module.recording(), key=resume_entry, reverse=True)[:3]
    largest = listed([block.id or block.kind for block in blocks])
    yield outline.document.problem(
        ("steps",),
        "resume-too-long",
        f"a learner's answers could need {size} characters, and an LMS keeps {RESUME_LIMIT}",
        f"Make two modules of it, or take out options; the blocks that need most are {largest}.",
    )


def _titles(outline: Outline, reader: FolderReader) -> Iterator[Problem]:
    """A title may hold values, and must be short enough with each deployment's."""
    if outline.module is None or not reader.around.values:
        return
    titles = [(("title",), outline.module.title)]
    titles += [(("steps", n, "title"), step.title) for n, step in enumerate(outline.module.steps)]  # type: ignore[misc]
    for path, title in titles:
        for deployment, values in reader.around.values.items() if "{" in title else ():
            if len(fill_text(title, "plain", values)) > TITLE_LIMIT:
                yield outline.document.problem(
                    path,
                    "too-long",
                    f"with `{deployment}`'s values this has more than {TITLE_LIMIT} characters",
                    "Shorten it, or the value.",
                )


def _review(outline: Outline, today: date) -> Iterator[Problem]:
    review = outline.module.reviewed if outline.module else None
    if review is None:
        return
    due = date.fromisoformat(review.next)
    if review.next <= review.on:
        told = (
            "bad-date",
            "the next review is not after the last",
            "Write a later day behind `next:`.",
        )
    elif due < today:
        told = ("review-past", f"the review of this module was due on {review.next}",
                "Have it reviewed; only a release is held up by this.")  # fmt: skip
    elif due - today <= REVIEW_NEAR:
        told = ("review-due", f"the review of this module is due on {review.next}", "Plan it now.")
    else:
        return
    yield outline.document.problem(("reviewed", "next"), *told)


def _line(outline: Outline, path: Path) -> tuple[int, int]:
    return outline.document.place(path).key
