"""What all tests share."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

# Whatever a shell starts in the background ignores Ctrl-C, and so would the commands of the tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["browser", "learner", "polls", "postgres"]

LINES = pytest.StashKey[list[str]]()
COUNTS = pytest.StashKey[dict[str, Counter[str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rewrite` writes expected files anew instead of comparing with them."""
    parser.addoption("--rewrite", action="store_true", help="write the expected files anew")


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are written anew in this run."""
    return bool(request.config.getoption("--rewrite"))


@pytest.fixture(scope="session")
def lines(pytestconfig: pytest.Config) -> list[str]:
    """What is put here is told at the end of the run."""
    return pytestconfig.stash.setdefault(LINES, [])


@pytest.fixture(scope="session")
def counts(pytestconfig: pytest.Config) -> dict[str, Counter[str]]:
    """What is counted here, under a title, is told at the end of the run: of all processes."""
    return pytestconfig.stash.setdefault(COUNTS, {})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last: from its start on, their thread has a running event loop."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what is to be told (pytest-xdist)."""
    if hasattr(session.config, "workeroutput"):
        stash = session.config.stash
        counts = {title: dict(count) for title, count in stash.get(COUNTS, {}).items()}
        session.config.workeroutput.update(lines=stash.get(LINES, []), counts=counts)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController, error: object) -> None:
    """Take from a worker that has ended what it has to tell."""
    output = getattr(node, "workeroutput", {})
    stash = node.config.stash
    stash.setdefault(LINES, []).extend(output.get("lines", []))
    for title, count in output.get("counts", {}).items():
        stash.setdefault(COUNTS, {}).setdefault(title, Counter()).update(count)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell the lines and the counts."""
    for line in config.stash.get(LINES, []):
        terminalreporter.write_line(line)
    for title, count in config.stash.get(COUNTS, {}).items():
        told = ", ".join(f"{word} {number}" for word, number in sorted(count.items()))
        terminalreporter.write_line(f"{title}: {told}")
