"""Every kind of block in every state it can be in, looked at in every way that may find a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from colours import in_unlike, strangers, unlike
from layout import poor
from markup import SCRIPTED, validate, written
from playwright.sync_api import Browser
from screens import assert_accessible
from states import each_state

from rsscorm.blocks import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_each_state(kind: str, browser: Browser, tmp_path: Path) -> None:
    """In each state a learner finds the words expected, and neither axe-core nor html-validate
    anything; at no width is anything laid out badly, and no text is on what the table hasn't."""
    themes, found, targets = unlike(tmp_path), [], []
    for state, page in each_state(kind, browser, tmp_path, in_unlike):
        targets.append(written(page, tmp_path / f"{state}.html"))
        assert_accessible(page)
        found += [f"{state}, {what}" for what in (*strangers(page, themes), *poor(page))]
    assert not found, "\n".join(found)
    validate(tmp_path, *targets, **SCRIPTED)
