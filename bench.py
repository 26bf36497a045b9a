"""Measures what rsscorm promises of speed and memory, as ratios taken in one run.

Processor time (user and system) of whole processes, as the system counts it, so that another
load on the machine changes little; the middle of several runs. `--quick` takes a tenth of
everything. Needs `zip` (the bootstrap brings it) and, in full, 5 GB of room. Exit code 1 where
a goal is missed. With the word `polls` it measures the poll service instead, with `page` what
learners wait for, with `peers` what other tools were measured for, with `preview` how soon a save
is on screen: see tests/bench_polls.py, bench_page.py, bench_peers.py and bench_preview.py there.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

# As Python is used: with its compiled modules kept, which some test machines forbid.
ENVIRONMENT = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
MB = 1_000_000
STEPS = 20
TEXT = """\
Locks and searches keep a ward safe. So does something that no key can turn: what we know about
each patient, about ourselves and about the place we share, and **what we do** with it.

- Notice what has changed since yesterday.
- Ask what it might mean, and for whom.
- Tell somebody, and write down what was agreed.
"""


class Line(NamedTuple):
    """One thing measured: what, the ratio or megabytes found, the goal, and how it came about.

    A goal is the most that may be found, or with `at_least` the least. The ratios to and of a cold
    build have goals at full size only: starting up is most of it at a tenth.
    """

    name: str
    found: float
    goal: float | None
    unit: str
    how: str
    at_least: bool = False

    @property
    def missed(self) -> bool:
        """Whether there is a goal and it was not met."""
        if self.goal is None:
            return False
        return self.found < self.goal if self.at_least else self.found > self.goal

    def __str__(self) -> str:
        has_goal = self.goal is not None
        mark = "MISSED" if self.missed else "ok    " if has_goal else "      "
        goal = f"goal {self.goal:g}{self.unit}" if has_goal else "no goal"
        return f"{mark} {self.name:<32} {self.found:8.2f}{self.unit:<4} {goal:<14} {self.how}"


def main() -> int:
    """Measure everything and print a line for each; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=["polls", "page", "peers", "preview"],
        help="the poll service, what learners wait for, what other tools were measured for, a save",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--folder", type=Path, help="where to work; else a temporary folder")
    options = parser.parse_args()
    if options.what:
        return other(options.what, options.quick, options.folder)
    if not shutil.which("zip"):
        print("bench needs `zip`: run ./bench, which installs it.", file=sys.stderr)
        return 2
    scale = 10 if options.quick else 1
    with tempfile.TemporaryDirectory(prefix="rsscorm-bench-", dir=options.folder) as folder:
        bench = Bench(Path(folder), scale)
        lines = [*bench.speed(), bench.memory()]
    return 1 if any(line.missed for line in lines) else 0


def other(what: str, quick: bool, where: Path | None) -> int:
    """Measure something else than the build, whose bench is with the tests."""
    sys.path.insert(0, str(Path(__file__).parent / "tests"))
    measure = importlib.import_module(f"bench_{what}").measure
    with tempfile.TemporaryDirectory(prefix="rsscorm-bench-", dir=where) as folder:
        return int(measure(Path(folder), quick))


class Bench:
    """A workspace of generated modules, and what is measured on it."""

    def __init__(self, folder: Path, scale: int) -> None:
        self.folder = folder
        self.scale = scale
        self.modules = 100 // scale
        self.rsscorm = Path(sys.executable).with_name("rsscorm")

    def speed(self) -> list[Line]:
        """Cold, against zip; nothing changed and help, against Python alone; one changed."""
        workspace = self.folder / "many"
        say(f"writing {self.modules} modules of {STEPS} steps with {5 * self.modules} MB of media")
        make_modules(workspace, self.modules, media=5 * MB)
        pictures = self.build(workspace)
        say(f"the first build, which makes the pictures: {pictures:.1f} s of processor time")

        python = middle(15, lambda: run(sys.executable, "-c", "pass"))
        cold = middle(3, lambda: self.build(workspace), before=lambda: forget(workspace))
        nothing = middle(15, lambda: self.build(workspace))
        change = Change(workspace)
        changed = middle(7, lambda: self.build(workspace), before=change)
        help_ = middle(15, lambda: run(self.rsscorm, "--help"))
        zipped = self.zip(workspace)
        ratio, share = (1.3, 15) if self.scale == 1 else (None, None)
        first = f"; {pictures:.1f} s when the pictures are made"
        return [
            tell("cold build / zip -0 -r", cold / zipped, ratio, "x", ms(cold, zipped) + first),
            tell("nothing changed / python -c pass", nothing / python, 8, "x", ms(nothing, python)),
            tell("one changed / cold build", 100 * changed / cold, share, "%", ms(changed, cold)),
            tell("--help / python -c pass", help_ / python, 6, "x", ms(help_, python)),
        ]

    def memory(self) -> Line:
        """The most memory held while packing much media, above that with little."""
        large, small = 2000 * MB // self.scale, 20 * MB
        peaks = []
        for size in (small, large):
            workspace = self.folder / f"large-{size}"
            make_modules(workspace, 1, media=size)
            peaks.append(peak(self.rsscorm, "build", "-C", workspace))
            shutil.rmtree(workspace)
        little, much = (peak / MB for peak in peaks)
        how = f"{much:.1f} MB with {large // MB} MB of media, {little:.1f} MB with 20 MB"
        return tell("memory above that of 20 MB", much - little, 20, "MB", how)

    def build(self, workspace: Path) -> float:
        """The seconds of a whole `rsscorm build`."""
        return run(self.rsscorm, "build", "-C", workspace)

    def zip(self, workspace: Path) -> float:
        """What `zip -0 -r` needs for the same bytes, both formats, one run a format."""
        return sum(self.zip_format(workspace, format) for format in ("scorm12", "xapi"))

    def zip_format(self, workspace: Path, format: str) -> float:
        """What `zip -0 -r` needs for what is in the packages of one format."""
        tree, target = self.folder / "tree", self.folder / "packed.zip"
        for package in (workspace / "dist").glob(f"*-{format}.zip"):
            with zipfile.ZipFile(package) as opened:
                opened.extractall(tree / package.stem)
        command = ("zip", "-q", "-0", "-r", target, tree)
        found = middle(3, lambda: run(*command), before=lambda: target.unlink(missing_ok=True))
        shutil.rmtree(tree)
        return found


class Change:
    """Edits one module each time it is called: a word in a text, as an author does."""

    def __init__(self, workspace: Path) -> None:
        self.path = workspace / "modules" / "module-003" / "module.yaml"
        self.text = self.path.read_text()
        self.times = 0

    def __call__(self) -> None:
        """Make the next edit."""
        self.times += 1
        self.path.write_text(self.text.replace("since yesterday", f"since day {self.times}"))


def middle(
    times: int, measured: Callable[[], float], before: Callable[[], None] | None = None
) -> float:
    """The median processor time of several runs, each prepared unmeasured."""
    found = []
    for _ in range(times):
        if before:
            before()
        found.append(measured())
    return statistics.median(found)


def run(*command: str | Path) -> float:
    """Run a command quietly to its end; its processor time in seconds."""
    words = [str(part) for part in command]
    null, pipe = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(words, env=ENVIRONMENT, stdout=null, stderr=pipe) as process:
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed: {said.decode()}")
    return used.ru_utime + used.ru_stime


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def peak(*command: str | Path) -> int:
    """The most memory in bytes that a command held.

    Started by a small process of its own: Linux counts what the starting one holds, too.
    """
    words = [sys.executable, "-c", PEAK, *(str(part) for part in command)]
    return int(subprocess.run(words, check=True, capture_output=True, env=ENVIRONMENT).stdout)


def forget(workspace: Path) -> None:
    """Take away what was built and what is remembered of it, but for the pictures."""
    shutil.rmtree(workspace / "dist")
    (workspace / ".rsscorm" / "stamp").unlink()


def make_modules(workspace: Path, count: int, media: int, steps: int = STEPS) -> None:
    """Modules as an author writes them; film and picture of each have `media` bytes together."""
    for number in range(count):
        folder = workspace / "modules" / f"module-{number:03}"
        (folder / "media").mkdir(parents=True)
        picture = make_picture(number)
        (folder / "media" / "ward.jpg").write_bytes(picture)
        make_film(folder / "media" / "film.mp4", number, media - len(picture))
        (folder / "media" / "film.en.vtt").write_text(CAPTIONS)
        (folder / "film.md").write_text("**Nurse:** Good morning.\n")
        (folder / "module.yaml").write_text(module_yaml(number, steps))


CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n"


def make_film(path: Path, seed: int, size: int) -> None:
    """A file with a film's boxes around noise: for packing, all that matters is its bytes."""
    noise = random.Random(seed)  # noqa: S311
    block = noise.randbytes(min(size, 64 * MB))
    with path.open("wb") as file:
        file.write((24).to_bytes(4, "big") + b"ftypisom\0\0\2\0isomavc1")
        file.write((1).to_bytes(4, "big") + b"mdat" + (size - 24).to_bytes(8, "big"))
        left = size - 40
        while left > 0:
            left -= file.write(block[:left])


def make_picture(seed: int) -> bytes:
    """A photograph's worth of a picture: soft light with grain, 1600 by 1067 pixels."""
    from PIL import Image

    noise = random.Random(seed)  # noqa: S311
    light = Image.frombytes("RGB", (16, 11), noise.randbytes(16 * 11 * 3))
    soft = light.resize((1600, 1067), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (400, 267), noise.randbytes(400 * 267)).resize(soft.size)
    target = BytesIO()
    Image.blend(soft, grain.convert("RGB"), 0.1).save(target, "JPEG", quality=85)
    return target.getvalue()


def module_yaml(number: int, count: int) -> str:
    """A module of so many steps with what modules have: words, questions, a poll, media."""
    steps = "".join(step_yaml(step) for step in range(count))
    return f"""\
rsscorm: 1
id: module-{number:03}
edition: "2026.1"
title: "Module {number}: knowing the ward"
summary: What we know of each other, and what we do with it.
minutes: 40
language: en
complete:
  when: all-steps
steps:
{steps}"""


def step_yaml(number: int) -> str:
    """One step; the first has the media."""
    text = "".join(f"          {line}\n" if line else "\n" for line in TEXT.split("\n")[:-1])
    media = MEDIA if number == 0 else ""
    question = QUESTION if number % 4 else POLL
    return f"""\
  - id: step-{number}
    kind: {("learn", "reflect", "connect")[number % 3]}
    title: Step {number}
    minutes: 2
    blocks:
{media}      - text: |
{text}      - callout: Noticing is half of it. Telling someone is the other half.
        tone: key-point
{question.format(number=number)}"""


MEDIA = """\
      - video: media/film.mp4
        captions: media/film.en.vtt
        transcript: film.md
        described: same-as-text
      - image: media/ward.jpg
        alt: A ward in the morning light
"""
QUESTION = """\
      - choice: What would you do first?
        id: first-{number}
        options:
          - ask: Ask what has happened since yesterday
          - tell: Tell the nurse in charge what you saw
          - wait: Wait and see how the morning goes
        answer: tell
        feedback:
          correct: Two people know now, and the day can be planned.
          incorrect: Think of who could help you if they knew.
"""
POLL = """\
      - poll: How easy would it be to say so on your ward?
        id: easy-{number}
        labels: [Very hard, Hard, Neither, Easy, Very easy]
"""


def ms(part: float, whole: float) -> str:
    """Two times in milliseconds."""
    return f"{part * 1000:.0f} ms against {whole * 1000:.0f} ms"


def say(words: str) -> None:
    """Tell what takes its time."""
    print(f"· {words}", file=sys.stderr, flush=True)


def tell(
    name: str, found: float, goal: float | None, unit: str, how: str, at_least: bool = False
) -> Line:
    """Print a line as soon as it is known."""
    line = Line(name, found, goal, unit, how, at_least)
    print(line, flush=True)
    return line


if __name__ == "__main__":
    sys.exit(main())
