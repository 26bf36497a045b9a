"""An author releases an update: what `rsscorm diff` promises is what the player does, and what
learners have done stays done, as far as there is a place for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from edits import Editor, Writer
from node import PLAYER, bundle, node
from places import Answer, Written, has_place, is_empty

from rsscorm.diff import Edition, compare, fit
from rsscorm.module import Module
from rsscorm.render.data import module_data
from rsscorm.source.polls import second_votes
from rsscorm.workspace import Deployment, Settings

Fates = dict[str, list[dict[str, Any]]]
State = dict[str, Any]
SOME = 500
"""Pairs that are tried at once."""


class Pair(NamedTuple):
    """Two editions of a module as their author writes them."""

    seed: int
    old: dict[str, Any]
    new: dict[str, Any]


class Tried(NamedTuple):
    """A pair, and what the player itself made of it."""

    pair: Pair
    data: dict[str, Any]
    fates: Fates
    learners: list[dict[str, Any]]


def data_of(source: dict[str, Any]) -> dict[str, Any]:
    """A module as its packages have it."""
    module = second_votes(Module.model_validate(source))
    return module_data(module, Deployment(), Settings(), {})


def edited(count: int, done: Counter[str]) -> Iterator[Pair]:
    """Random modules with random edits of them, which are counted."""
    for seed in range(count):
        source, editor = Writer(seed).source(), Editor(seed)
        yield Pair(seed, source, editor.edited(source))
        done.update(editor.done)


def tried(pairs: list[Pair], folder: Path) -> Iterator[Tried]:
    """What becomes in the player of every answer, and of learners in the middle of it."""
    script = folder / "editions.mjs"
    bundle(PLAYER / "editions.ts", script, "--platform=node", "--format=esm")
    for start in range(0, len(pairs), SOME):
        some = pairs[start : start + SOME]
        data = [{"old": data_of(p.old), "now": data_of(p.new), "seed": p.seed} for p in some]
        done = node(script, input=json.dumps(data))
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        yield from (Tried(p, d, **t) for p, d, t in zip(some, data, told, strict=True))


def outcome_of(fates: list[dict[str, Any]]) -> str:
    """What became of a question's answers, in the words of `diff`."""
    answers = [fate["kept"] for fate in fates if fate["value"] is not None]
    if not any(answers):
        return "reset"
    return "keep" if all(fate["kept"] for fate in fates) else "partly"


def assert_lost(old: Edition, new: Edition, id: str, fates: list[dict[str, Any]]) -> None:
    """Who chose one of the options that are named loses the answer, and nobody else."""
    lost = fit.lost(old, old.questions[id], new, new.questions[id])
    for fate in fates:
        if fate["value"] is not None and old.questions[id].scenes is None:
            assert fate["kept"] == (not lost.intersection(fate["value"])), fate
        elif fate["value"] and not fate["kept"]:
            assert lost.intersection(fate["value"]), fate


def assert_promised(pair: Tried) -> Counter[str]:
    """Every possible answer fares as `diff` says; counts questions by what became of them."""
    old, new = (Edition.model_validate(pair.data[key]) for key in ("old", "now"))
    promised = {item.id: item.answers for item in compare(old, new).items}
    happened = {id: outcome_of(each) for id, each in pair.fates.items()}
    assert happened == {id: promised.get(id, "keep") for id in happened}
    for id, each in pair.fates.items():
        if happened[id] == "partly" and old.questions[id].kind == new.questions[id].kind:
            assert_lost(old, new, id, each)
    return Counter(happened.values())


def assert_goes_on(old: Written, new: Written, before: State, after: State) -> None:
    """The learner is where they were, has seen what they saw, and has the key to their notes."""
    places = list(new.steps)
    assert after["place"] == (before["place"] if before["place"] in new.steps else places[0])
    assert after["seen"] == list(
        dict.fromkeys([*(id for id in before["seen"] if id in new.steps), after["place"]])
    )
    assert (after["key"], after["next"]) == (before["key"], before["next"])
    there = old.asked_on(before["seen"]) | set(before["answers"])
    asked = new.asked_on(id for id in before["seen"] if id in new.steps)
    assert {id for id, news in after["news"].items() if news == "new"} == asked - there


def assert_answers(old: Written, new: Written, before: State, after: State) -> Counter[str]:
    """Every answer that still has a place is kept, and nothing else; counts what became of each."""
    counts: Counter[str] = Counter()
    assert set(after["answers"]) <= set(before["answers"]) & set(new.blocks)
    for id, answer in before["answers"].items():
        if id not in new.blocks:
            counts["gone"] += 1
        elif "score" in answer:
            counts[assert_attempt(new, id, before, after)] += 1
        elif id in old.quiz_of or id in new.quiz_of:
            counts[assert_in_bank(old, new, id, before, after)] += 1
        elif is_empty(answer):
            assert is_empty(after["answers"].get(id))
        else:
            stays = is_kept(old, id, answer, after)
            if new.kind(id) == old.kind(id):
                assert stays == has_place(old, new, id, answer), id
            if not stays:
                assert_dropped(id, answer, after)
            counts["kept" if stays else "asked again"] += 1
    return counts


def assert_attempt(new: Written, id: str, before: State, after: State) -> str:
    """A quiz goes on where it was left, as far as its questions are there; says how it was left."""
    was, now = before["answers"][id], after["answers"].get(id, {})
    if "bank" not in new.blocks[id]:
        assert is_empty(now)
        return "asked again"
    assert now["score"] <= was["score"] or now["tries"] > was["tries"]
    left = [each for each in was["value"] if new.quiz_of.get(each) == id]
    if was["right"] is not None or not was["value"]:
        # Opened again, it only knows what was drawn before.
        assert now["value"] in ((was["value"], []) if was["tries"] else (left,))
        assert (now["tries"], now["right"]) == (was["tries"], was["right"])
        return "attempts finished"
    assert len(now["value"]) == new.draws(id)
    assert set(now["value"]) <= {each for each, quiz in new.quiz_of.items() if quiz == id}
    if len(left) <= new.draws(id):
        assert now["value"][: len(left)] == left
    assert now["tries"] == was["tries"] + (now["right"] is not None)
    return "attempts under way"


def assert_in_bank(old: Written, new: Written, id: str, before: State, after: State) -> str:
    """An answer in an attempt stays with it, and no other becomes one; says what became of it."""
    was, now = before["answers"][id], after["answers"].get(id)
    assert now is None or now["records"] == was["records"]
    quiz, attempt = new.quiz_of.get(id), before["answers"].get(old.quiz_of.get(id), {})
    stays = not is_empty(was) and is_kept(old, id, was, after)
    fits = new.kind(id) != old.kind(id) or has_place(old, new, id, was)
    assert fits or not stays
    if quiz and quiz != old.quiz_of.get(id):
        assert is_empty(now)
    elif not quiz:
        assert stays or not fits or is_empty(was) or new.kind(id) != old.kind(id)
    elif stays:
        assert id in after["answers"][quiz]["value"]
    elif attempt.get("right") is None and not is_empty(was) and new.kind(id) == old.kind(id):
        assert not fits or len(attempt["value"]) > new.draws(quiz)
    if stays:
        return "kept"
    return "none" if is_empty(was) else "asked again"


def is_kept(old: Written, id: str, was: Answer, after: State) -> bool:
    """Whether an answer is what it was, as far as it may be known."""
    now = after["answers"].get(id)
    if is_empty(now) or not now:
        return False
    assert id not in after["news"]
    assert now["value"] == (was["value"] if old.keeps(id) else [])
    assert [now[key] for key in ("tries", "skipped", "records")] == [
        was[key] for key in ("tries", "skipped", "records")
    ]
    assert now["best"] or not was["best"]
    return True


def assert_dropped(id: str, was: Answer, after: State) -> None:
    """It is told, and the place in the LMS's record stays."""
    now = after["answers"].get(id)
    assert after["news"][id] == "changed"
    assert is_empty(now)
    assert (now["records"] if now else []) == was["records"]


@pytest.mark.parametrize("count", [400, pytest.param(20_000, marks=pytest.mark.long)])
def test_an_update(count: int, tmp_path: Path) -> None:
    """Of random edits: every possible answer fares as `diff` says, and learners in the middle of
    it keep their place, what they have seen, and every answer that still has a place."""
    done: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    learners: Counter[str] = Counter()
    for each in tried(list(edited(count, done)), tmp_path):
        with saying(each.pair.seed):
            questions += assert_promised(each)
            old, new = Written(each.pair.old), Written(each.pair.new)
            for learner in each.learners:
                before, after = learner["before"], learner["after"]
                assert learner["read"] == "all"
                assert_goes_on(old, new, before, after)
                answers += assert_answers(old, new, before, after)
                learners += in_short(before)
    print(f"{count} pairs; edits that changed something: {dict(done)}")
    print(f"questions: {dict(questions)}; learners: {dict(learners)}; answers: {dict(answers)}")
    least = count // 20
    assert min(done[edit.__name__] for edit in Editor(0).edits()) >= least
    assert min(questions[outcome] for outcome in ("keep", "partly", "reset")) >= least
    fates = ("kept", "asked again", "gone", "attempts finished", "attempts under way")
    assert min(answers[fate] for fate in fates) >= least
    assert min(learners.values()) >= least


@contextmanager
def saying(seed: int) -> Iterator[None]:
    """Says of a failure how it can be had again."""
    try:
        yield
    except AssertionError as error:
        error.add_note(f"seed {seed}")
        raise


def in_short(state: State) -> Counter[str]:
    """What there is in a learner's progress."""
    given = state["answers"].values()
    return Counter({
        "all": 1,
        "beyond the first step": len(state["seen"]) > 1,
        "skipped something": any(answer["skipped"] for answer in given),
        "tried again": any(answer["tries"] > 1 for answer in given),
        "amid a scenario": any(answer["value"] and not answer["tries"] for answer in given),
        "opened again": any(answer["records"] and not answer["tries"] for answer in given),
        "with a key": state["key"] != "",
        "amid a quiz": any(each["value"] and each["right"] is None
                           for each in given if "score" in each),
    })  # fmt: skip
