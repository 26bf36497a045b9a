"""The poll service for tests: a real process on a port of its own, a release, and people who vote.

Tests of what is stored run over both databases: `store` is the address of an empty one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

SECRET = "a secret for tests, long enough to be one"
RELEASE = "noticing.0a1b2c3d"
LAUNCHER = "import sys; from rsscorm.cli import run; sys.exit(run(sys.argv[1:]))"


def polls_json(**changed: Any) -> bytes:
    """What a build writes of a module with three polls: one asked once, one twice, one after a
    choice."""
    activity = "https://learning.example.org/noticing"
    data = {
        "rsscorm": 1, "release": RELEASE, "module": "noticing", "edition": "2026.1",
        "activity": activity, "cohort": "northfield", "answers": "anonymous", "least": 11,
        "step": 10, "compare": "after-vote", "until": None,
        "polls": [
            {"id": "safe", "activity": f"{activity}/safe", "step": "talk", "kind": "options",
             "options": ["tell", "wait", "ask"], "votes": 1},
            {"id": "rule", "activity": f"{activity}/rule", "step": "talk", "kind": "options",
             "options": ["now", "later"], "votes": 2},
            {"id": "easy", "activity": f"{activity}/easy", "step": "talk", "kind": "scale",
             "options": ["1", "2", "3"], "votes": 2,
             "first": {"id": "ease", "activity": f"{activity}/ease"}},
        ],
    }  # fmt: skip
    return json.dumps({**data, **changed}).encode()


def hash_of(*parts: object) -> str:
    """A hash as browsers make it."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "|".join(map(str, parts))))


def ballot(who: object, option: str, **changed: Any) -> dict[str, Any]:
    """A vote as a package sends it."""
    return {
        "release": RELEASE, "poll": "safe", "vote": 1, "rev": 1, "option": option,
        "voter": hash_of("voter", who), "proof": hash_of("proof", who), "cohort": None, **changed,
    }  # fmt: skip


def until(happened: Callable[[], bool]) -> None:
    """Ask again until it is so, for ten seconds at most."""
    end = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


class Service:
    """A running service, as a context manager. `folder` keeps its salts and, if need be, votes."""

    def __init__(self, folder: Path, store: str = "", *options: str, **environment: str) -> None:
        self.folder = folder
        self.store = store or str(folder / "polls.db")
        self.options = options
        self.environment = {**os.environ, "RSSCORM_POLLS_KEY": SECRET, **environment}
        self.lines: list[dict[str, Any]] = []
        self._heard = threading.Condition()

    def command(self, *words: str, input: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of the service's commands to its end."""
        return subprocess.run(
            self._start(*words), env=self.environment, input=input, capture_output=True, text=True,
            timeout=60,
        )  # fmt: skip

    def measured(self) -> dict[str, float]:
        """The metrics by their names, those without labels."""
        lines = httpx.get(self.metrics, timeout=20).text.splitlines()
        words = [
            line.split(" ") for line in lines if line.startswith("rsscorm") and "{" not in line
        ]
        return {name: float(value) for name, value in words}

    def open(self, content: bytes | None = None) -> None:
        """Open the release of `polls_json`, or another."""
        file = self.folder / "module.polls.json"
        file.write_bytes(content or polls_json())
        done = self.command("release", "open", *self.where(), str(file))
        assert done.returncode == 0, done.stderr

    @property
    def secret(self) -> str:
        """The service's own secret."""
        return self.environment["RSSCORM_POLLS_KEY"]

    def where(self, salts: bool = True) -> list[str]:
        """The options that say where votes and salts are."""
        folder = ["--salts", str(self.folder / "salts")] if salts else []
        return ["--store", self.store, *folder]

    def _start(self, *words: str) -> list[str]:
        return [sys.executable, "-c", LAUNCHER, "polls", *words]

    def __enter__(self) -> Self:
        self.start()
        return self

    def start(self) -> None:
        """Start the process, and wait until it serves."""
        words = self._start(
            "serve", *self.where(), "--port", "0", "--metrics-port", "0", *self.options
        )
        self.lines.clear()
        self.process = subprocess.Popen(
            words, env=self.environment, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()
        line = self.heard("serving")
        self.address: str = line["address"]
        self.metrics = f"http://127.0.0.1:{line['metrics']}/metrics"

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr
        with process.stderr as output:
            for text in output:
                try:
                    self._tell(json.loads(text))
                except ValueError:
                    self._tell({"what": text.strip()})
        self._tell({"what": "(gone)"})

    def _tell(self, line: dict[str, Any]) -> None:
        with self._heard:
            self.lines.append(line)
            self._heard.notify_all()

    def heard(self, what: str, seconds: float = 30) -> dict[str, Any]:
        """Wait until the log says so; the line."""

        def found() -> dict[str, Any] | None:
            return next((line for line in self.lines if line["what"] in (what, "(gone)")), None)

        with self._heard:
            assert self._heard.wait_for(found, seconds), f"never heard {what!r}: {self.lines}"
            line = found()
        assert line and line["what"] == what, f"the service is gone: {self.lines}"
        return line

    def stop(self, how: int = signal.SIGTERM) -> int:
        """End the process; its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(20)
        self._reader.join(5)
        return code

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.stop()

    def client(self) -> httpx.Client:
        """A client of this service."""
        return httpx.Client(base_url=self.address, timeout=20)

    def vote(self, who: object, option: str, **changed: Any) -> httpx.Response:
        """Vote as a package does."""
        return self.post(json.dumps(ballot(who, option, **changed)))

    def post(self, content: str | bytes) -> httpx.Response:
        """Send whatever it is to where votes go."""
        headers = {"Content-Type": "text/plain"}
        url = f"{self.address}/v1/votes"
        return httpx.post(url, content=content, headers=headers, timeout=20)

    def figures(self, poll: str = "safe", **query: str) -> dict[str, Any]:
        """What is published of a poll."""
        found = httpx.get(
            f"{self.address}/v1/figures",
            params={"release": RELEASE, "poll": poll, **query},
            timeout=20,
        )
        assert found.status_code == 200, found.text
        told: dict[str, Any] = found.json()
        return told


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "polls.db")
    return str(request.getfixturevalue("pg_url"))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service on SQLite, with the release of `polls_json` open."""
    made = Service(tmp_path)
    made.open()
    with made:
        yield made
