"""A real Chromium for the tests, and pages that fail the test when anything goes wrong in them.

A plug-in of pytest: `conftest.py` names it in `pytest_plugins`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lms import Lms
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    # A graphics card that isn't there costs a fifth of all work.
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--in-process-gpu",
]

TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  const what = `${event.effectiveDirective} blocked ${event.blockedURI || "inline"}`;
  console.error(`securitypolicyviolation: ${what} in ${event.documentURI} ${event.sample}`);
});
"""

FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"
"""A script for a browser whose storage has no room."""

# A document that is not there yet is a 404 by the standard (xAPI, Communication 3.2), and Chromium
# writes each 404 to the console.
_NO_DOCUMENT_YET = re.compile(r"/lrs/(activities/state|activities/profile|agents/profile)\?")


class Watch:
    """Sees all that goes wrong in the pages it watches: each is a line in `troubles`."""

    def __init__(self, browser: Browser, *origins: str) -> None:
        self.origins = set(origins)
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self._browser = browser
        self._expected: list[str] = []
        self._allowed: list[str] = []

    def open(self, **options: Any) -> Page:
        """A page of a new learner at a new machine; the options are those of a browser context."""
        return self.machine(**options).new_page()

    def machine(self, **options: Any) -> BrowserContext:
        """A new machine: it takes a second to start, a page on it a third of that."""
        context = self._browser.new_context(**options)
        context.add_init_script(TELL_VIOLATIONS)
        context.on("weberror", lambda error: self._trouble(f"uncaught: {error.error}"))
        context.on("console", self._console)
        context.on("request", self._request)
        return context

    def begin(self, *origins: str) -> None:
        """Forget all that was; the same pages may go to these origins from now on."""
        self.origins = set(origins)
        for found in (self.troubles, self.requests, self._expected, self._allowed):
            found.clear()

    def expect(self, pattern: str) -> None:
        """A trouble that this test causes on purpose; it must come, or the test fails."""
        self._expected.append(pattern)

    def allow(self, pattern: str) -> None:
        """A trouble that may come."""
        self._allowed.append(pattern)

    def verdict(self) -> None:
        """Fail if anything went wrong that was not expected, or the expected did not happen."""
        known = self._expected + self._allowed
        found = [t for t in self.troubles if not any(re.search(p, t) for p in known)]
        assert found == [], "\n".join(found)
        for pattern in self._expected:
            assert any(re.search(pattern, trouble) for trouble in self.troubles), pattern

    def _trouble(self, what: str) -> None:
        self.troubles.append(what)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        where = message.location["url"]
        if "404" in message.text and _NO_DOCUMENT_YET.search(where):
            return
        self._trouble(f"console: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        self.requests.append(request.url)
        if url.scheme in ("data", "blob", "about"):
            return
        if f"{url.scheme}://{url.netloc}" not in self.origins:
            self._trouble(f"request to an unexpected origin: {request.url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium of its own: Debian's if there is one, otherwise Playwright's."""
    path = CHROMIUM if CHROMIUM.exists() else None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with chromium() as found:
        yield found


@pytest.fixture
def lms() -> Iterator[Lms]:
    """An LMS with nothing in it."""
    with Lms() as lms:
        yield lms


@pytest.fixture
def watch(browser: Browser, lms: Lms) -> Iterator[Watch]:
    """Opens pages that may go to the LMS only; the test fails if anything goes wrong in them."""
    watch = Watch(browser, lms.origin)
    before = len(browser.contexts)
    yield watch
    for context in browser.contexts[before:]:
        context.close()
    watch.verdict()


@pytest.fixture
def page(watch: Watch) -> Page:
    """A watched page of a learner at a machine."""
    return watch.open()
