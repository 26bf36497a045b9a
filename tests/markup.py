"""Whether a page is good HTML: as it is sent, or as a browser writes it down again."""

from __future__ import annotations

import json
from pathlib import Path

from node import node
from playwright.sync_api import Page

SCRIPTED = {
    # Points on a picture are placed by script, which the policy of the page allows.
    "no-inline-style": "off",
    # How a browser writes its page down again.
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
}
"""What does not matter in a page that is written down by a browser."""


def validate(folder: Path, *targets: Path, **rules: str) -> None:
    """html-validate finds nothing in these pages; `rules` says which of its rules are off."""
    file = folder / "rules.json"
    extends = ["html-validate:recommended"]
    file.write_text(json.dumps({"root": True, "extends": extends, "rules": rules}))
    done = node("node_modules/html-validate/bin/html-validate.mjs", "--config", file, *targets)
    assert done.returncode == 0, done.stdout + done.stderr


def written(page: Page, target: Path) -> Path:
    """The page as it stands, in that file."""
    target.write_text(page.content(), "utf-8")
    return target
