"""axe-core, which looks for what keeps people from reading a page."""

from __future__ import annotations

from node import PLAYER
from playwright.sync_api import Frame, Page

AXE = PLAYER / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_WIDTH = ["color-contrast", "scrollable-region-focusable", "target-size"]
"""The rules in which it matters how wide a window is: the others look at what is there."""
RUN_AXE = """async (rules) => {
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  return axe.run(document, { runOnly: rules });
}"""
"""Runs rules of axe-core on the page at rest: what still fades in has little contrast."""


def assert_axe_finds_nothing(page: Page | Frame, rules: list[str]) -> None:
    """None of these rules (or rules with these tags) is broken, and nothing scrolls sideways."""
    found = page.evaluate(RUN_AXE, rules)
    told = [
        f"{rule['id']}: {rule['help']}\n  {part['html']}\n  {part['failureSummary']}"
        for rule in found["violations"]
        for part in rule["nodes"]
    ]
    assert not told, "\n".join(told)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide), "the page scrolls sideways"
