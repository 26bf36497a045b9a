"""A learner's journey through `stories/a-night` while the LMS fails, and the record it must leave.

The learner is obedient and reads: told that the session has ended she closes and opens again, told
that something is not saved yet she waits a while before she leaves. What the record must hold is
written here, beside what she does, and owes nothing to the player.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from browser import Watch
from lms import Lms, Package
from playwright.sync_api import Frame

from rsscorm.referee.lms import Attempt, Session

SCRIPT = Path(__file__).parent / "pages" / "learner.js"
STATUS = "cmi.core.lesson_status"
RAW = "cmi.core.score.raw"
RANKS = ["", "not attempted", "browsed", "incomplete", "failed", "completed", "passed"]
SCORE = "75"
OTHER_SCORE = "75.01"
"""What is sent first where it is in doubt whether the score arrived."""
WORDS = "Somebody beside me"

Told = dict[str, str]
"""The fields of an interaction, without those that hang on the clock."""


@dataclass(frozen=True)
class Deed:
    """What she does in one block, what the page shows of it later, and what the LMS is told."""

    what: str
    block: str
    values: tuple[str, ...] = ()
    told: Told = field(default_factory=dict)

    @property
    def interaction(self) -> str:
        """The id of its interaction; a second vote has one of its own."""
        return self.block + ("_again" if self.what == "answer again" else "")

    @property
    def name(self) -> str:
        """Of its block on the page, where a second vote has one of its own."""
        return self.block + (" again" if self.what == "answer again" else "")

    @property
    def for_page(self) -> list[Any]:
        """As `learner.js` takes it."""
        return [self.what, self.block, list(self.values)]


def asked(kind: str, result: str, response: str, pattern: str = "") -> Told:
    """What is told of a question whose answer may be told."""
    right = {"correct_responses.0.pattern": pattern} if pattern else {}
    weighting = "1" if pattern else "0"
    told = {"type": kind, "weighting": weighting, "result": result, "student_response": response}
    return {**told, **right}


def fact(kind: str) -> Told:
    """What is told where the answer itself may not be: that there was one."""
    return {"type": kind, "weighting": "0", "result": "neutral"}


VISITS: tuple[dict[str, list[Deed]], ...] = (
    {
        "start": [],
        "answering": [
            Deed("answer", "calm", ("wait",), asked("choice", "wrong", "a", "b")),
            Deed("answer", "calm", ("ask",), asked("choice", "correct", "b", "b")),
            Deed("answer", "notice", ("3",), asked("likert", "neutral", "3")),
            Deed("go", "act"),
        ],
        "voting": [Deed("answer", "usually", ("wait",), fact("choice"))],
        "leaving": [Deed("answer", "listen", ("2",), fact("likert"))],
    },
    {
        "returning": [
            Deed("answer again", "usually", ("speak",), fact("choice")),
            Deed("go", "think"),
            Deed("answer", "keys", ("each",), asked("choice", "correct", "a", "a")),
            Deed("answer", "hear", ("team",), asked("choice", "wrong", "a", "a,b")),
            Deed("decide", "shrug", ("again",), fact("performance")),
            Deed("write", "easier", (WORDS,), fact("fill-in")),
        ],
        "completing": [Deed("answer", "door", ("close",), asked("choice", "correct", "a", "a"))],
    },
)
"""Each visit, moment by moment: a fault of a moment is switched on right before its deeds."""

PASSES = """
(name) => learner.lookAway(() => {
  parent.referee.faults.switchOff(name);
  dispatchEvent(new Event("online"));
})
"""
"""It is over while she looks away: then the player saves without asking, and the fault bites."""
OVER = ("ended", "elsewhere", "nowhere")
"""What she is told where she can do nothing more in this window."""
MOMENTS = [moment for visit in VISITS for moment in visit]
SHOWN = {
    "calm": ["ask"], "notice": ["3"], "keys": ["each"], "hear": ["team"], "shrug": ["again"],
    "easier": [WORDS], "door": ["close"],
    "usually": ["voted"], "usually again": ["voted"], "listen": ["voted"],
}  # fmt: skip
"""What the page shows when all is there; of votes only that there was one."""


def told_from(moment: str) -> set[str]:
    """The interactions that are first told at that moment or later."""
    known: set[str] = set()
    later: set[str] = set()
    for visit in VISITS:
        for each, deeds in visit.items():
            now = {deed.interaction for deed in deeds if deed.told} - known
            known |= now
            later |= now if MOMENTS.index(each) >= MOMENTS.index(moment) else set()
    return later


OBJECTIVES = {"think": {"status": "completed", "score.raw": SCORE}, "act": {"status": "completed"}}


@dataclass(frozen=True)
class Expected:
    """What a record must hold at the end of the journey."""

    status: str = "completed"
    spared: frozenset[str] = frozenset()
    """Interactions that may be missing."""
    repeats: bool = False
    """Whether an interaction may be there twice, since she did it twice."""
    has_objectives: bool = True

    def differences(self, record: Attempt) -> list[str]:
        """How a record differs from it."""
        core = {STATUS: self.status, RAW: SCORE, "cmi.core.score.min": "0"}
        core |= {"cmi.core.score.max": "100", "cmi.core.lesson_location": "think"}
        others = [f"{name} is {record.get(name)!r}" for name, value in core.items()
                  if record.get(name) != value]  # fmt: skip
        objectives = dict(entries_of(record, "objectives"))
        if self.has_objectives and objectives != OBJECTIVES:
            others.append(f"the objectives are {objectives}")
        return self._interactions(entries_of(record, "interactions")) + others

    def _interactions(self, found: list[tuple[str, Told]]) -> list[str]:
        expected = {
            deed.interaction: deed.told for visit in VISITS for deeds in visit.values()
            for deed in deeds if deed.told
        }  # fmt: skip
        ids = [id for id, _ in found]
        lost = [f"{id} is lost" for id in expected if id not in ids and id not in self.spared]
        wrong = [f"{id} is {told}" for id, told in found if told != expected.get(id)]
        repeated = sorted({id for id in ids if ids.count(id) > 1})
        return lost + wrong + [f"{id} is there twice" for id in repeated if not self.repeats]


def entries_of(record: Attempt, list_name: str) -> list[tuple[str, Told]]:
    """The interactions or objectives of a record by their ids, without what hangs on the clock."""
    entries: dict[int, Told] = {}
    for name, value in record.items():
        match = re.fullmatch(rf"cmi\.{list_name}\.(\d+)\.(.+)", name)
        if match and match[2] not in ("time", "latency"):
            entries.setdefault(int(match[1]), {})[match[2]] = value
    return [(entry.pop("id", "?"), entry) for _, entry in sorted(entries.items())]


def falls(history: list[Attempt]) -> list[str]:
    """Where, from one saved record to the next, the status or the score was lowered.

    What is in doubt is sent twice, another value first; that is no record that stays.
    """
    found = []
    for before, after in pairwise(one for one in history if one.get(RAW) != OTHER_SCORE):
        if RANKS.index(after.get(STATUS, "")) < RANKS.index(before.get(STATUS, "")):
            found.append(f"{before.get(STATUS)} fell to {after.get(STATUS)}")
        if float(after.get(RAW) or -1) < float(before.get(RAW) or -1):
            found.append(f"{before.get(RAW)} fell to {after.get(RAW) or 'nothing'}")
    return found


class RememberingLms(Lms):
    """The LMS, which also remembers every record that was ever saved."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[Attempt] = []

    def _save(self, session: Session, sent: Any) -> None:
        super()._save(session, sent)
        self.history.append(self.record(session.key))


@dataclass(frozen=True)
class Way:
    """How a fault is brought about."""

    spec: str
    beside: str = ""
    """Another fault without which it has no occasion."""
    lasts: bool = False
    """The LMS is like that: it goes on at every later launch, whether it has bitten or not."""
    passes: bool = False
    """It is over before she leaves; otherwise it lasts as long as the launch."""
    reloads: bool = False
    """She presses F5 once it is on."""
    in_haste: bool = False
    """She leaves in the same moment in which she answers."""
    dies: bool = False
    """She does not leave: the tab is closed."""
    loses: str = ""
    """Before the next launch the LMS loses the interaction of this id."""
    empties: bool = False
    """The LMS takes away what the page would show: she does it again."""

    @property
    def fault(self) -> str:
        """The name alone."""
        return re.sub(r"(@\d+)?(x\d+)?$", "", self.spec)


class Desk:
    """Where she sits: a page in a browser, and what goes wrong in it."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.page = watch.open()
        self.page.context.add_init_script(path=SCRIPT)

    def kill(self) -> None:
        """Close the tab, and open another."""
        context = self.page.context
        self.page.close()
        self.page = context.new_page()


class Journey:
    """One learner, one fault, from one moment on."""

    def __init__(self, lms: RememberingLms, package: Package, desk: Desk, patience: float,
                 keeps_files: bool = True) -> None:  # fmt: skip
        self.lms, self.package, self.desk = lms, package, desk
        self.patience, self.keeps_files = patience, keeps_files
        self.was_armed = False
        self.files = 0
        """How many recovery files she kept."""
        self._file: Path | None = None
        self._done: dict[str, Deed] = {}

    def make(self, way: Way, moment: str) -> None:
        """Both visits with the fault, and another launch if it waits for one still."""
        self.way, self.moment, self.is_on = way, moment, False
        for visit in VISITS:
            self._visit(visit)
        if self._is_due():
            self._visit({"looking back": []})
        self.is_on, self.way = False, Way("")

    def look(self) -> dict[str, list[str]]:
        """Open it once more, with nothing that fails, and see what stands there; then leave."""
        self._open()
        shown: dict[str, list[str]] = self._frame.evaluate("learner.shown()")
        self._leave()
        return shown

    @property
    def has_fired(self) -> bool:
        """Whether the fault has bitten."""
        return self.way.fault in self.lms.fired(self.package)

    def _visit(self, visit: dict[str, list[Deed]]) -> None:
        self.is_on = self.is_on or next(iter(visit)) == self.moment
        self._open()
        for moment, deeds in visit.items():
            if moment == self.moment:
                self._switch_on()
            if self.way.in_haste and deeds and moment == list(visit)[-1]:
                self._answer_and_go(deeds)
                return
            self._act(deeds)
        self._end()

    def _is_due(self) -> bool:
        """Whether the fault is on at a launch: a fault that found no occasion waits for one."""
        return self.is_on and (self.way.lasts or not self.has_fired)

    def _is_armed(self) -> bool:
        """Whether the fault would bite, if there were an occasion."""
        name = self.way.fault
        is_on: bool = self.desk.page.evaluate("name => referee.faults.isOn(name)", name)
        return is_on

    def _specs(self) -> list[str]:
        return [spec for spec in (self.way.beside, self.way.spec) if spec]

    def _open(self) -> None:
        """Open the module, and again while the page says that nothing will be recorded."""
        for _ in range(3):
            due = self._is_due()
            if due and self.way.loses:
                self._lose(self.way.loses)
            self.desk.page.goto(self.lms.launch(self.package, faults=self._specs() if due else []))
            self.was_armed |= due and self._is_armed()
            kind = self._frame.evaluate("learner.told()")
            if kind not in OVER:
                self._make_good(kind)
                return
            self._leave()
        raise AssertionError("it does not open")

    def _switch_on(self) -> None:
        if not self.is_on:
            self.is_on = True
            self.desk.page.evaluate("specs => specs.forEach((s) => referee.faults.switchOn(s))",
                               self._specs())  # fmt: skip
            self.was_armed |= self._is_armed()
        if self.way.reloads:
            with self.desk.page.expect_event("framenavigated"):
                self._frame.evaluate("location.reload()")
            self._frame.evaluate("learner.told()")

    def _make_good(self, kind: str) -> None:
        """What the page does not show any more, and said that it would not, she does again."""
        if self._file:
            self._take_up(self._file)
            self._file = None
        elif not (self.way.empties and self.has_fired and kind != "review"):
            return
        unsent = self._frame.evaluate("learner.unsent()")
        again = [deed for deed in self._done.values() if deed.name in unsent]
        if again:
            self._act([deed for deed in self._done.values() if deed.what == "go" or deed in again])

    def _take_up(self, file: Path) -> None:
        """The recovery file fills in each answer that may be told; nothing is sent by that."""
        self._frame.locator(".take-file input").set_input_files(file)
        says = self._frame.evaluate("learner.tookUp()")
        shown = self._frame.evaluate("learner.shown()")
        for deed in self._done.values():
            if "student_response" in deed.told:
                assert shown[deed.name] == list(deed.values), says

    def _act(self, deeds: list[Deed]) -> None:
        """Do all this; where the session has ended meanwhile, close, open again and go on."""
        while deeds:
            rest = [deed.for_page for deed in deeds]
            count, kind = self._frame.evaluate("deeds => learner.act(deeds)", rest)
            for deed in deeds[:count]:
                self._done.pop(deed.name, None)
                self._done[deed.name] = deed
            deeds = deeds[count:]
            if kind in OVER:
                self._leave()
                self._open()

    def _answer_and_go(self, deeds: list[Deed]) -> None:
        left = f"{self.lms.origin}/left"
        call = "([deed, url]) => learner.actAndGo(deed, url)"
        self._frame.evaluate(call, [deeds[-1].for_page, left])
        self.desk.page.wait_for_url(left)
        self._wait_for_finish()

    def _end(self) -> None:
        if self.way.passes and self.is_on:
            self._frame.evaluate(PASSES, self.way.fault)
        self._frame.evaluate("patience => learner.waited(1000 * patience)", self.patience)
        self._leave()

    def _leave(self) -> None:
        if self.keeps_files and self._frame.evaluate("learner.isUnkept()"):
            with self.desk.page.expect_download() as download:
                self._frame.evaluate("document.querySelector('.offer .keep-file').click()")
            self._file = download.value.path()
            self.files += 1
        if self.way.dies and self._is_due():
            self.desk.kill()
        else:
            self.desk.page.goto(f"{self.lms.origin}/left")
        self._wait_for_finish()

    def _wait_for_finish(self) -> None:
        """What the page sends when it goes arrives in its own time, and not always in order."""
        session = self.lms.sessions(self.package)[-1]

        def has(name: str) -> bool:
            return any(call.call == name for call in session.calls)

        def has_finished() -> bool:
            return has("LMSFinish") and session.turn >= session.saves

        if has("LMSInitialize"):
            self.lms.wait_for(has_finished, "LMSFinish, and all that was saved")

    def _lose(self, id: str) -> None:
        record = self.lms.attempt(self.package)
        lost = [name[: -len("id")] for name, value in record.items()
                if name.startswith("cmi.interactions.") and value == id]  # fmt: skip
        kept = {name: value for name, value in record.items()
                if not name.startswith(tuple(lost))}  # fmt: skip
        self.lms.seed(self.package, kept)

    @property
    def _frame(self) -> Frame:
        frame = self.desk.page.frame("sco")
        assert frame
        return frame
