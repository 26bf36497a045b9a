"""What all tests share."""

from __future__ import annotations

import signal

import pytest

# Whatever a shell starts in the background ignores Ctrl-C, and so would the commands of the tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["browser", "learner", "polls", "postgres"]

LINES = pytest.StashKey[list[str]]()


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last: from its start on, their thread has a running event loop."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell the lines."""
    for line in config.stash.get(LINES, []):
        terminalreporter.write_line(line)
