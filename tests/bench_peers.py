"""`./bench peers`: one small module in rsscorm and in other tools, with a table of what was found.

The module is tests/peers-module. Others' figures stand in tests/peers.toml with their date and
machine; ours are measured or done here, each of them. Times are medians of five runs.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple
from zipfile import ZipFile

from axe import AXE, RUN_AXE, TAGS
from browser import chromium
from courses import PEERS, copied, long_module, package
from learner import Visits
from lms import Lms, Package
from playwright.sync_api import Browser, Dialog, Request
from polls import Service, ballot
from slow import Visitor
from tls import Door
from walk import walk
from workspaces import edit, rsscorm

from bench import Line, peak, run, say, tell
from rsscorm.module import RESUME_LIMIT
from rsscorm.source import read_module, read_workspace

COMMAND = Path(sys.executable).with_name("rsscorm")
TABLE = Path(__file__).with_name("peers.toml")
MIB, KB = 1 << 20, 1000
STEPS, COURSES, COLLEAGUES = 200, 20, 24
MISTAKES: dict[str, tuple[str, str]] = {
    "misspelt": ("- choice: ", "- choise: "),
    "answer": ("        answer: escalate\n", ""),
}
"""What an author does wrong in module.yaml, in its first place, by row."""
ANSWER_ALL = """() => {
  for (const form of document.querySelectorAll("form.question")) {
    form.querySelector("input").click();
    form.requestSubmit();
  }
}"""
RESTORED = """() => [...document.querySelectorAll("form.question")].filter((form) =>
  form.querySelector("input:checked") && form.querySelector(".verdict")).length"""


class Took(NamedTuple):
    """Seconds of a command: by the clock, and of processor time."""

    wall: float
    cpu: float


def measure(folder: Path, quick: bool) -> int:
    """Measure everything, print a line for each goal and the table; 1 where a goal is missed."""
    with chromium() as browser, Lms() as lms:
        bench = PeersBench(folder, browser, lms, quick)
        for part in bench.parts():
            say(part.__doc__ or "")
            part()
    print(table(bench.cells))
    if quick:
        print(f"\nQuick: one run, {bench.steps} pages and questions, {bench.courses} courses.")
    return 1 if any(line.missed for line in bench.lines) else 0


def table(cells: dict[str, str]) -> str:
    """The figures of others with ours beside them, in Markdown; raises `KeyError` without one."""
    known = tomllib.loads(TABLE.read_text("utf-8"))
    head = ["", "rsscorm", *known["tools"]]
    rows = [[row["what"], cells[row["ours"]], *row["theirs"]] for row in known["row"]]
    lines = [head, ["---"] * len(head), *rows]
    told = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"\nThe others: {known['measured']}.\n\n{told}"


class PeersBench:
    """What is found: cells of the table by row, and lines for what has a goal."""

    def __init__(self, folder: Path, browser: Browser, lms: Lms, quick: bool) -> None:
        self.folder, self.browser, self.lms = folder, browser, lms
        self.runs = 1 if quick else 5
        self.steps, self.courses = (20, 4) if quick else (STEPS, COURSES)
        self.cells: dict[str, str] = {}
        self.lines: list[Line] = []
        self.small, self.long = folder / "small", folder / "long"
        copied(self.small, PEERS)
        long_module(self.long, self.steps)

    def parts(self) -> list[Callable[[], None]]:
        """All that is measured, in an order in which each finds what it needs."""
        return [
            self.building, self.many, self.packed, self.same, self.mistakes, self.first_page,
            self.reading, self.coming_back, self.much_to_remember, self.failing, self.accessible,
            self.comparing,
        ]  # fmt: skip

    def goal(self, name: str, found: float, goal: float, unit: str, how: str) -> None:
        """A line of something that has a goal."""
        self.lines.append(tell(name, found, goal, unit, how))

    def building(self) -> None:
        """Building: from nothing, after a change, a long module, and the memory it takes."""
        cold = self.timed(self.small, before=forget)
        change = self.timed(self.small, before=Rewording(self.small))
        long = self.timed(self.long, before=forget)
        forget(self.small)
        held = peak(COMMAND, "build", "-C", self.small)
        self.cells["cold"] = f"{cold.wall:.2f} / {cold.cpu:.2f}"
        self.cells["changed"] = f"{change.wall:.2f}"
        self.cells["long"] = f"{long.wall:.2f}"
        self.cells["memory"] = f"{held / MIB:.0f}"
        self.goal("cold build", cold.wall, 0.6, "s", f"{cold.cpu:.2f} s of processor time")
        self.goal(f"{self.steps} pages", long.wall, 2, "s", f"{long.cpu:.2f} s of processor time")

    def many(self) -> None:
        """Many small courses in one workspace, each with a picture of its own."""
        half, whole = (self.many_courses(count) for count in (self.courses // 2, self.courses))
        self.cells["courses"] = f"{whole:.1f}"
        how = f"{whole:.2f} s for {self.courses} courses, {half:.2f} s for half of them"
        self.goal("courses / twice half of them", whole / (2 * half), 1.1, "x", how)

    def many_courses(self, count: int) -> float:
        """The processor time of so many courses."""
        workspace = self.folder / f"courses-{count}"
        for number in range(count):
            picture = copied(workspace, PEERS, f"course-{number}") / "media" / "pic.jpg"
            # Bytes behind its end: the same picture to see, but to be made anew.
            picture.write_bytes(picture.read_bytes() + bytes([number]))
        return self.timed(workspace, before=forget).cpu

    def timed(self, workspace: Path, before: Callable[[Path], None]) -> Took:
        """The medians of a few builds, each prepared."""
        found = []
        for _ in range(self.runs):
            before(workspace)
            began = time.perf_counter()
            cpu = run(COMMAND, "build", "-C", workspace)
            found.append((time.perf_counter() - began, cpu))
        return Took(*(median(each) for each in zip(*found, strict=True)))

    def packed(self) -> None:
        """What is in the package besides its media."""
        with ZipFile(package(self.small)) as opened:
            ours = [one for one in opened.infolist() if not one.filename.startswith("media/")]
        size = sum(one.compress_size for one in ours) / KB
        self.cells["zip"] = f"{size:.0f} / {len(ours)}"
        self.goal("zip without media", size, 240, "kB", f"{len(ours)} files")

    def same(self) -> None:
        """Whether two builds, in two places and two time zones, are the same bytes."""
        digests = set()
        for number, zone in enumerate(("UTC", "Asia/Tokyo")):
            workspace = self.folder / f"twin-{number}"
            copied(workspace, PEERS)
            rsscorm("build", folder=workspace, TZ=zone, PYTHONHASHSEED=str(number))
            [made] = (workspace / "dist").glob("*-scorm12.zip")
            digests.add(hashlib.sha256(made.read_bytes()).hexdigest())
        self.cells["identical"] = "yes" if len(digests) == 1 else "no"

    def mistakes(self) -> None:
        """What an author is told of a mistake."""
        for row, (right, wrong) in MISTAKES.items():
            folder = copied(self.folder / row, PEERS)
            file = folder / "module.yaml"
            file.write_text(file.read_text("utf-8").replace(right, wrong, 1), "utf-8")
            self.cells[row] = told(self.folder / row)
        folder = copied(self.folder / "picture", PEERS)
        (folder / "media" / "pic.jpg").unlink()
        self.cells["picture"] = told(self.folder / "picture")

    def first_page(self) -> None:
        """What an LMS is asked for until the first page is there and nothing more comes."""
        asked: list[Request] = []
        self.package = self.lms.add(package(self.small))
        with Visitor(self.browser, is_slow=False) as visitor:
            visitor.page.on("requestfinished", lambda request: asked.append(request))
            visitor.open(self.lms.launch(self.package, learner="first"))
            visitor.page.frame_locator("#sco").locator(".saving[data-kind=saved]").wait_for()
            visitor.page.wait_for_load_state("networkidle")
            ours = [one.sizes() for one in asked if "/content/" in one.url]
        size = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in ours) / KB
        self.cells["requests"] = f"{len(ours)} / {size:,.0f}"
        self.goal("requests to the first page", len(ours), 10, "", f"{size:,.0f} kB")

    def reading(self) -> None:
        """When the first step can be read."""
        long = self.lms.add(package(self.long))
        fast, slow = (self.readable(self.package, is_slow) for is_slow in (False, True))
        quick, late = (self.readable(long, is_slow) for is_slow in (False, True))
        self.cells["readable"] = f"{fast:,.0f} / {slow:,.0f}"
        self.cells["readable-long"] = f"{quick / 1000:.2f} / {late / 1000:.2f}"
        self.goal("readable, slow", slow, 1500, "ms", f"fast: {fast:.0f} ms")
        self.goal(f"readable at {self.steps}, slow", late, 1500, "ms", f"fast: {quick:.0f} ms")

    def readable(self, content: Package, is_slow: bool) -> float:
        """Milliseconds in an LMS, for somebody new."""
        found = []
        for number in range(self.runs):
            with Visitor(self.browser, is_slow) as visitor:
                visitor.open(self.lms.launch(content, learner=f"reader{number}{is_slow}"))
                found.append(visitor.pace().readable)
        return median(found)

    def coming_back(self) -> None:
        """What comes back to a learner who left, and what the LMS keeps when she is through."""
        module, _ = read_module(read_workspace(self.small), PEERS.name)
        with Visitor(self.browser, is_slow=False) as visitor:
            visits = Visits(self.lms, self.package, visitor.page, "referee")
            with visits.visit() as nurse:
                nurse.contents("Check your learning")
                nurse.answer("first-1", "Give a drink of water")
                nurse.answer("first-2", "Wait for the next routine round")
            nurse = visits.open()
            nurse.saved()
            title = nurse.sco.locator("h2:visible").inner_text()
            back = visitor.frame.evaluate(RESTORED)
            nurse.contents(module.steps[0].title)
            walk(nurse, module)
        place = "place" if title == "Check your learning" else "no place"
        kept = self.lms.attempt(self.package)["cmi.suspend_data"]
        self.cells["resume"] = f"{place}, {back} of 2 answers with their feedback"
        self.cells["resume-data"] = f"{len(kept)}"

    def much_to_remember(self) -> None:
        """A learner answers every question of a long module, leaves, and comes back."""
        content = self.lms.add(package(self.long), "much")
        with Visitor(self.browser, is_slow=False) as visitor:
            visits = Visits(self.lms, content, visitor.page, "referee")
            with visits.visit() as nurse:
                visitor.frame.evaluate(ANSWER_ALL)
                self.lms.wait_for_saved(content, f"cmi.interactions.{self.steps - 1}.id", "")
                nurse.saved()
            visits.open().saved()
            back = visitor.frame.evaluate(RESTORED)
        size = len(self.lms.attempt(content)["cmi.suspend_data"])
        sets = (call for call in self.lms.calls(content) if call.call == "LMSSetValue")
        refused = sum(call.result != "true" for call in sets)
        answers = f"{back} of {self.steps} answers came back"
        self.cells["large"] = f"{size:,} characters, {refused} values refused; {answers}"
        self.goal(f"{self.steps} questions", size, RESUME_LIMIT, " ch", answers)

    def failing(self) -> None:
        """An LMS that refuses twice to save, as a learner sees it."""
        dialogs: list[str] = []

        def dismiss(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        with Visitor(self.browser, is_slow=False) as visitor:
            visitor.page.on("dialog", dismiss)
            visits = Visits(self.lms, self.package, visitor.page, "referee")
            nurse = visits.open(learner="unlucky")
            nurse.go("Check your learning")
            visitor.page.evaluate("referee.faults.switchOn('commit-false@1x2')")
            right = "Repeat the full set and escalate to the nurse in charge"
            nurse.block("first-1").get_by_label(right).check()
            nurse.block("first-1").get_by_role("button").first.click()
            nurse.saved("unsaved")
            words = nurse.sco.locator(".saving").inner_text()
            nurse.saved()
            self.lms.wait_for_saved(self.package, "cmi.interactions.0.id", "first-1", "unlucky")
        fired = len(self.lms.fired(self.package, "unlucky"))
        record = self.lms.attempt(self.package, "unlucky")
        is_there = "first-1" in record.values()
        end = "then the answer is in the record" if is_there else "the answer is lost"
        self.cells["commit"] = f"“{words}” {fired} refusals, {len(dialogs)} dialogs, {end}"

    def accessible(self) -> None:
        """axe-core on every page."""
        found = []
        with Visitor(self.browser, is_slow=False, reduced_motion="reduce") as visitor:
            visitor.open(self.lms.content(self.package))
            visitor.page.evaluate(AXE.read_text("utf-8"))
            for place in visitor.page.locator(".step").evaluate_all("all => all.map(s => s.id)"):
                visitor.page.evaluate("place => { location.hash = place; }", place)
                visitor.page.locator(f"#{place}.is-current").wait_for()
                found.append(len(visitor.page.evaluate(RUN_AXE, TAGS)["violations"]))
        self.cells["axe"] = (
            f"{min(found)}-{max(found)}" if any(found) else f"0 on {len(found)} pages"
        )

    def comparing(self) -> None:
        """What a learner is told of two dozen colleagues' answers, by a poll service."""
        workspace = self.folder / "comparing"
        copied(workspace, PEERS)
        with Door(self.folder) as door:
            settings = f"deployments:\n  default: {{polls: '{door.address}'}}\n"
            (workspace / "rsscorm.yaml").write_text(settings, "utf-8")
            content = self.lms.add(package(workspace), "comparing")
            [opened] = (workspace / "dist").glob("*.polls.json")
            release = json.loads(opened.read_bytes())["release"]
            service = Service(self.folder)
            service.open(opened.read_bytes())
            with service:
                door.leads_to(service.address)
                for who in range(COLLEAGUES):
                    vote = {"release": release, "poll": "confident"}
                    answer = service.post(json.dumps(ballot(who, str(who % 3 % 2 + 1), **vote)))
                    assert answer.status_code == 200, answer.text
                self.cells["comparison"] = self.compared(content)

    def compared(self, content: Package) -> str:
        """What stands below a poll once somebody has answered it; "none" where nothing does."""
        with Visitor(self.browser, is_slow=False, ignore_https_errors=True) as visitor:
            nurse = Visits(self.lms, content, visitor.page, "referee").open()
            nurse.saved()
            nurse.contents("How confident are we?")
            nurse.answer("confident", "Somewhat")
            figures = nurse.block("confident").locator(".figures")
            figures.locator(".lead").first.wait_for()
            lead = figures.locator(".lead").all_inner_texts()
        return f"“{lead[0]}”" if lead else "none"


class Rewording:
    """Edits a line of the module's text each time it is called."""

    def __init__(self, workspace: Path) -> None:
        self.file = workspace / "modules" / PEERS.name / "module.yaml"
        self.words = "A single number"

    def __call__(self, workspace: Path) -> None:
        """Make the next edit."""
        former, self.words = self.words, f"{self.words.split(',')[0]}, {time.monotonic_ns()}"
        edit(self.file, former, self.words)


def forget(workspace: Path) -> None:
    """Take away all that was built or remembered, pictures too."""
    for name in ("dist", ".rsscorm"):
        shutil.rmtree(workspace / name, ignore_errors=True)


def told(workspace: Path) -> str:
    """What a build says of a mistake in the sources, and where; "silent" if nothing."""
    done = rsscorm("check", "--json", folder=workspace)
    problems = json.loads(done.stdout)
    if not problems:
        return "silent"
    is_built = rsscorm("build", folder=workspace).returncode == 0
    verdict = "warned of" if is_built else "refused"
    return f"{verdict}, line {problems[0]['line']}: “{problems[0]['message']}”"
