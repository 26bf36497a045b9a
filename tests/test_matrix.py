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
from zipfile import ZipFile

import pytest
from browser import FULL, Watch
from journey import (
    MOMENTS,
    RAW,
    SHOWN,
    STATUS,
    Desk,
    Expected,
    Journey,
    RememberingLms,
    Way,
    falls,
    told_from,
)
from learner import built
from lms import PAGES, Package
from node import bundle, node
from playwright.sync_api import Browser

from rsscorm import referee

PATIENCE = 1.2
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
    "cleared-state": Way("cleared-state", empties=True),
    "count-of-entries": Way("count-of-entries", loses="calm"),
    "error-always-0": Way("error-always-0", beside="no-interactions", lasts=True),
}
"""How to bring about those faults for which switching them on is not enough."""

ANEW = {
    "blank-relaunch": "this LMS begins a new attempt, and shows nothing of the one that is over",
    "cleared-state": "the LMS took the key of the device's own copy too: she does it once more",
}
"""Where the LMS itself takes away what she did, and why nothing of ours could bring it back."""

LOSSY = {
    "marks-as-sent": ["answering", "voting", "leaving", "completing"],
    "lying-beacon": MOMENTS,
    "commit-false": ["leaving", "completing"],
    "commit-lost": ["leaving", "completing"],
    "offline": ["start", "answering", "voting", "leaving", "returning"],
    "session-gone": ["start", "answering", "voting", "leaving", "returning"],
    "new-login": MOMENTS,
}
"""Where a player that takes no care loses something; elsewhere it saves all of it once more."""
LOSSY_CELLS = [(fault, moment) for fault, moments in LOSSY.items() for moment in moments]
FILE_CELLS = [
    ("offline", "voting"),
    ("session-gone", "leaving"),
    ("lying-beacon", "returning"),
    ("new-login", "completing"),
]
"""Some of them, to be met with a device that keeps nothing."""


@pytest.fixture(scope="session")
def careless(night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same package with a player that takes no care (`pages/careless.ts`)."""
    folder = tmp_path_factory.mktemp("careless")
    bundle(PAGES / "careless.ts", folder / "player.js", "--minify", "--log-level=warning")
    target = folder / "careless.zip"
    with ZipFile(night) as package, ZipFile(target, "w") as copy:
        for name in package.namelist():
            content = (folder / name).read_bytes() if name == "player.js" else package.read(name)
            copy.writestr(name, content)
    return target


def way(fault: str, moment: str) -> Way:
    """How a fault is brought about; a network is back before she leaves, if it went at a deed."""
    passes = "network" in FAULTS[fault] and moment in ("answering", "completing")
    return replace(WAYS.get(fault, Way(fault)), passes=passes)


def expected(fault: str, moment: str) -> Expected:
    """What this LMS can hold at the end: where it told of a pass mark in time, "passed"."""
    beside = way(fault, moment).beside
    spared = told_from(moment) if "no-interactions" in (fault, beside) else set()
    if fault == "count-of-entries":
        spared = {"calm"}
    return Expected(
        status="passed" if fault == "mastery-at-finish" and moment != "completing" else "completed",
        spared=frozenset(spared),
        repeats=fault == "cleared-state",
        has_objectives=fault != "no-objectives",
    )


def falls_of(lms: RememberingLms, fault: str) -> list[str]:
    """What was lowered; a new attempt is the LMS's own doing."""
    found = falls(lms.history)
    anew = ["completed fell to incomplete", "75 fell to nothing"]
    return [] if fault == "blank-relaunch" and found == anew else found


def missing_of(shown: dict[str, list[str]], fault: str, moment: str) -> list[str]:
    """What the page does not show, and should."""
    if fault == "blank-relaunch" or (fault, moment) == ("cleared-state", "completing"):
        return []
    return [f"{block} shows {shown[block]}" for block in SHOWN if shown[block] != SHOWN[block]]


@pytest.fixture
def lms() -> Iterator[RememberingLms]:
    """An LMS with nothing in it, which will remember everything."""
    with RememberingLms() as lms:
        yield lms


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the journey's module."""
    return built(tmp_path_factory.mktemp("night"), {}, "a-night") / "a-night-2026.1-scorm12.zip"


@pytest.fixture
def tally(counts: dict[str, Counter[str]]) -> Counter[str]:
    """What the cells came to; told when all are done."""
    title = f"The matrix of {len(FAULTS)} faults and {len(MOMENTS)} moments"
    return counts.setdefault(title, Counter())


def travel(
    journey: Journey, lms: RememberingLms, package: Package, fault: str, moment: str
) -> list[str]:
    """Make the journey; and what is wrong then with the record, with its history, on the page."""
    journey.make(way(fault, moment), moment)
    shown = journey.look()

    def wrong() -> list[str]:
        records = lms.history if fault == "blank-relaunch" else [lms.attempt(package)]
        return min((expected(fault, moment).differences(one) for one in records), key=len)

    # What the page sent when it went may still be on its way.
    with suppress(AssertionError):
        lms.wait_for(lambda: not wrong(), "the whole record", journey.patience)
    return wrong() + falls_of(lms, fault) + missing_of(shown, fault, moment)


@pytest.fixture(scope="module")
def used(browser: Browser) -> Iterator[Desk]:
    """One desk for all journeys: to begin with a new browser each time would take twice as long.

    Each journey has an LMS at an address of its own, so that the browser keeps nothing for it.
    """
    desk = Desk(Watch(browser))
    yield desk
    desk.page.context.close()


@pytest.fixture
def desk(used: Desk, lms: RememberingLms, fault: str) -> Iterator[Desk]:
    """The desk, as if nobody had sat there before."""
    used.page.goto("about:blank")
    used.watch.begin(lms.origin)
    allow(used.watch, fault)
    yield used
    used.watch.verdict()


def allow(watch: Watch, fault: str) -> None:
    """A request may fail that asks whether the LMS is there."""
    if "network" in FAULTS[fault]:
        watch.allow("ERR_EMPTY_RESPONSE|Failed to (fetch|load)")


def is_told_from_the_start(fault: str, moment: str) -> bool:
    """Whether the fault stays on, unused, from the start: then it is on at this moment as well."""
    return fault in NEVER and moment != "start" and not way(fault, moment).reloads


@pytest.mark.parametrize(
    ("fault", "moment"),
    [
        pytest.param(
            *cell,
            id=" ".join(cell),
            marks=[pytest.mark.long] if is_told_from_the_start(*cell) else [],
        )
        for cell in CELLS
    ],
)
def test_nothing_is_lost(
    desk: Desk, lms: RememberingLms, night: Path, tally: Counter[str], fault: str, moment: str
) -> None:
    """The fault bites, and afterwards the LMS holds what she did, and so does the page."""
    package = lms.add(night)
    journey = Journey(lms, package, desk, PATIENCE)
    found = travel(journey, lms, package, fault, moment)
    has_fired = fault in lms.fired(package)
    files = ["saved by a recovery file alone"] * bool(journey.files)
    tally.update(["cells", "fired" if has_fired else "given no occasion", *files])
    assert has_fired == (fault not in NEVER)
    assert has_fired or journey.was_armed
    assert found == []


@pytest.mark.parametrize(
    ("fault", "moment"), LOSSY_CELLS, ids=[" ".join(cell) for cell in LOSSY_CELLS]
)
def test_what_a_careless_player_loses(
    desk: Desk, lms: RememberingLms, careless: Path, tally: Counter[str], fault: str, moment: str
) -> None:
    """The same journey with the recovery left out: something is lost, so the matrix can fail."""
    package = lms.add(careless)
    journey = Journey(lms, package, desk, IMPATIENCE, keeps_files=False)
    found = travel(journey, lms, package, fault, moment)
    tally.update(["without care", *["lost without care"] * bool(found)])
    assert fault in lms.fired(package)
    assert any(one.endswith("is lost") for one in found), found


@pytest.mark.parametrize(
    ("fault", "moment"), FILE_CELLS, ids=[" ".join(cell) for cell in FILE_CELLS]
)
def test_a_device_that_keeps_nothing(
    watch: Watch, lms: RememberingLms, night: Path, fault: str, moment: str
) -> None:
    """Where the browser's storage is full as well, a recovery file keeps all but the note."""
    package = lms.add(night)
    allow(watch, fault)
    desk = Desk(watch)
    desk.page.context.add_init_script(FULL)
    journey = Journey(lms, package, desk, PATIENCE)
    found = travel(journey, lms, package, fault, moment)
    assert journey.files > 0
    assert [one for one in found if one != "easier shows ['']"] == []


def test_the_tables_are_of_faults_that_there_are() -> None:
    """A fault that was renamed or taken away is no longer explained here."""
    assert {*NEVER, *WAYS, *ANEW, *LOSSY} <= set(FAULTS)


def test_a_fall_is_seen() -> None:
    """What no player of ours does would be noticed in the history of a record."""
    done, half = {STATUS: "completed", RAW: "75"}, {STATUS: "incomplete"}
    assert falls([{}, half, done, done]) == []
    assert falls([done, {**done, STATUS: "passed", RAW: "75.01"}, done]) == []
    assert falls([done, half]) == ["completed fell to incomplete", "75 fell to nothing"]
