"""An author releases an update: what `rsscorm diff` promises is what the player does."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from edits import Editor, Writer
from node import PLAYER, bundle, node

from rsscorm.diff import Edition, compare, fit
from rsscorm.module import Module
from rsscorm.render.data import module_data
from rsscorm.source.polls import second_votes
from rsscorm.workspace import Deployment, Settings

Fates = dict[str, list[dict[str, Any]]]


def data_of(source: dict[str, Any]) -> dict[str, Any]:
    """A module as its packages have it."""
    module = second_votes(Module.model_validate(source))
    return module_data(module, Deployment(), Settings(), {})


def fates_of(pairs: list[dict[str, Any]], folder: Path) -> list[Fates]:
    """What the player itself makes of every answer of each old edition."""
    script = folder / "editions.mjs"
    bundle(PLAYER / "editions.ts", script, "--platform=node", "--format=esm")
    done = node(script, input=json.dumps(pairs))
    assert done.returncode == 0, done.stderr
    fates: list[Fates] = json.loads(done.stdout)
    return fates


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


@pytest.mark.parametrize("count", [1_000, pytest.param(20_000, marks=pytest.mark.long)])
def test_what_is_promised_is_what_happens(count: int, tmp_path: Path) -> None:
    """Of random edits, every possible answer fares as `diff` says: kept, dropped, or some."""
    done: Counter[str] = Counter()
    pairs = []
    for seed in range(count):
        source, editor = Writer(seed).source(), Editor(seed)
        pairs.append({"old": data_of(source), "now": data_of(editor.edited(source))})
        done += editor.done
    outcomes: Counter[str] = Counter()
    for seed, (pair, fates) in enumerate(zip(pairs, fates_of(pairs, tmp_path), strict=True)):
        old, new = (Edition.model_validate(pair[key]) for key in ("old", "now"))
        promised = {item.id: item.answers for item in compare(old, new).items}
        happened = {id: outcome_of(each) for id, each in fates.items()}
        assert happened == {id: promised.get(id, "keep") for id in happened}, f"seed {seed}"
        for id, each in fates.items():
            if happened[id] == "partly" and old.questions[id].kind == new.questions[id].kind:
                assert_lost(old, new, id, each)
        outcomes += Counter(happened.values())
    print(f"{count} pairs; edits: {dict(done)}; questions: {dict(outcomes)}")
    assert min(done[edit.__name__] for edit in Editor(0).edits()) >= 50
    assert min(outcomes[each] for each in ("keep", "partly", "reset")) >= 50
