"""What all tests share."""

from __future__ import annotations

import pytest

pytest_plugins = ["browser", "learner"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rewrite` writes expected files anew instead of comparing with them."""
    parser.addoption("--rewrite", action="store_true", help="write the expected files anew")


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are written anew in this run."""
    return bool(request.config.getoption("--rewrite"))
