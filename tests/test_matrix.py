"""Every fault of the referee at every moment of a learner's journey: nothing is lost or lowered.

The cells are made of the referee's own table of faults (`faults.ts`), so that a new fault is in
the matrix at once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import Watch
from journey import (
    MOMENTS,
    RAW,
    SHOWN,
    STATUS,
    Journey,
    RememberingLms,
    Way,
    differences,
    falls,
    told_from,
)
from lms import Package
from node import node
from test_player import built

from rsscorm import referee

PATIENCE = 1.5
"""Seconds that she waits for what is not saved yet, before she leaves all the same."""
IMPATIENCE = 0.2
"""The same, where waiting would not help."""


def faults() -> dict[str, Any]:
    """The referee's own table of faults."""
    done = node("-p", f"require({json.dumps(str(referee.SCRIPT))}); JSON.stringify(FAULTS)")
    assert done.returncode == 0, done.stderr
    table: dict[str, Any] = json.loads(done.stdout)
    return table


FAULTS = faults()
CELLS = [(fault, moment) for fault in FAULTS for moment in MOMENTS]

NEVER = {
    "second-initialize-throws": "after F5 the session that runs is taken over",
    "second-initialize-wipes": "after F5 the session that runs is taken over",
    "no-preferences": "no preference is read or written",
    "comments-append": "no comment is written",
    "long-texts": "no text is longer than the standard allows",
    "force-completed": "the score goes with the final status alone",
    "loose-comparison": "no value that changes is a number, but for the score, which rises",
    "empty-score": "no score is ever empty",
}
"""What the player never gives an occasion for, at whatever moment, and why."""

WAYS = {
    "slow": Way("slow@1x2"),
    "killed-tab": Way("killed-tab", dies=True),
    "mastery-at-finish": Way("mastery-at-finish", lasts=True),
    "finish-during-commit": Way("finish-during-commit", in_haste=True),
    "second-initialize-throws": Way("second-initialize-throws", reloads=True),
    "second-initialize-wipes": Way("second-initialize-wipes", reloads=True),
    "no-interactions": Way("no-interactions", lasts=True),
    "no-objectives": Way("no-objectives", lasts=True),
    "no-preferences": Way("no-preferences", lasts=True),
    "count-of-entries": Way("count-of-entries", loses="calm"),
    "error-always-0": Way("error-always-0", beside="no-interactions", lasts=True),
}
"""How to bring about those faults for which switching them on is not enough."""


LOSSY = {
    "blank-relaunch": MOMENTS,
    "cleared-state": MOMENTS,
    "marks-as-sent": ["answering", "voting", "leaving", "completing"],
    "lying-beacon": MOMENTS,
    "commit-false": ["leaving", "completing"],
    "commit-lost": ["leaving", "completing"],
    "offline": ["start", "voting", "leaving", "returning"],
    "session-gone": ["start", "voting", "leaving", "returning"],
    "new-login": MOMENTS,
}
"""Where a player that takes no care loses something."""
LOSSY_CELLS = [(fault, moment) for fault, moments in LOSSY.items() for moment in moments]


@pytest.fixture(scope="session")
def careless(night: Path) -> Path:
    """The package with a player that takes no care."""
    return night


def way(fault: str, moment: str) -> Way:
    """How a fault is brought about; a network is back before she leaves, if it went at a deed."""
    passes = "network" in FAULTS[fault] and moment in ("answering", "completing")
    return replace(WAYS.get(fault, Way(fault)), passes=passes)


def spared(fault: str, moment: str) -> set[str]:
    """The interactions that this LMS can't have."""
    if fault == "count-of-entries":
        return {"calm"}
    lacks = "no-interactions" in (fault, WAYS.get(fault, Way("")).beside)
    return told_from(moment) if lacks else set()


def status(fault: str, moment: str) -> str:
    """What she has reached: where the LMS told of a pass mark before she completed, "passed"."""
    is_told = fault == "mastery-at-finish" and moment != "completing"
    return "passed" if is_told else "completed"


@pytest.fixture
def lms() -> Iterator[RememberingLms]:
    """An LMS with nothing in it, which will remember everything."""
    with RememberingLms() as lms:
        yield lms


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the journey's module."""
    return built(tmp_path_factory.mktemp("night"), {}, "a-night") / "a-night-2026.1-scorm12.zip"


@pytest.fixture(scope="module")
def tally(lines: list[str]) -> Iterator[Counter[str]]:
    """What the cells came to; told when all are done."""
    tally: Counter[str] = Counter()
    yield tally
    lines.append(
        f"The matrix: {tally['cells']} cells ({len(FAULTS)} faults, {len(MOMENTS)} moments). "
        f"{tally['fired']} fired, {tally['never']} were given no occasion. "
        f"Without care {tally['lost']} of {tally['careless']} lossy ones lost something."
    )


def travel(
    lms: RememberingLms, package: Package, watch: Watch, fault: str, moment: str, patience: float
) -> tuple[Journey, list[str]]:
    """Make the journey; and what is wrong then with the record, with its history, on the page."""
    if "network" in FAULTS[fault]:
        watch.allow("ERR_EMPTY_RESPONSE|Failed to (fetch|load)")
    journey = Journey(lms, package, watch.open(), patience)
    journey.make(way(fault, moment), moment)
    shown = journey.look()

    def wrong() -> list[str]:
        record = lms.attempt(package)
        return differences(record, spared(fault, moment), status(fault, moment))

    # What the page sent when it went may still be on its way.
    with suppress(AssertionError):
        lms.wait_for(lambda: not wrong(), "the whole record", patience)
    page = [f"{block} shows {shown[block]}" for block in SHOWN if shown[block] != SHOWN[block]]
    return journey, wrong() + falls(lms.history) + page


@pytest.mark.parametrize(("fault", "moment"), CELLS, ids=[" ".join(cell) for cell in CELLS])
def test_nothing_is_lost(
    watch: Watch, lms: RememberingLms, night: Path, tally: Counter[str], fault: str, moment: str
) -> None:
    """The fault bites, and afterwards the LMS holds what she did, and so does the page."""
    package = lms.add(night)
    journey, found = travel(lms, package, watch, fault, moment, PATIENCE)
    has_fired = fault in lms.fired(package)
    tally.update(["cells", "fired" if has_fired else "never"])
    assert has_fired == (fault not in NEVER)
    assert has_fired or journey.was_armed
    assert found == []


@pytest.mark.parametrize(
    ("fault", "moment"), LOSSY_CELLS, ids=[" ".join(cell) for cell in LOSSY_CELLS]
)
def test_what_a_careless_player_loses(
    watch: Watch, lms: RememberingLms, careless: Path, tally: Counter[str], fault: str, moment: str
) -> None:
    """The same journey with the recovery left out: something is lost, so the matrix can fail."""
    package = lms.add(careless)
    _, found = travel(lms, package, watch, fault, moment, IMPATIENCE)
    tally.update(["careless", *["lost"] * bool(found)])
    assert fault in lms.fired(package)
    assert found != []


def test_the_tables_are_of_faults_that_there_are() -> None:
    """A fault that was renamed or taken away is no longer explained here."""
    assert {*NEVER, *WAYS, *LOSSY} <= set(FAULTS)


def test_a_fall_is_seen() -> None:
    """What no player of ours does would be noticed in the history of a record."""
    done, half = {STATUS: "completed", RAW: "75"}, {STATUS: "incomplete"}
    assert falls([{}, half, done, done]) == []
    assert falls([done, half]) == ["completed fell to incomplete", "75 fell to nothing"]
