"""Putting things in order, as a learner does it with the buttons that move them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator


def order_of(question: Locator) -> list[str]:
    """The ids of the things as they stand in the page."""
    places = question.locator(".place")
    ids: list[str] = places.evaluate_all("all => all.map(place => place.dataset.option)")
    return ids


def arrange(question: Locator, ids: Sequence[str]) -> None:
    """Move things up until they stand in this order."""
    for target, id in enumerate(ids):
        up = question.locator(f'.place[data-option="{id}"]').get_by_role(
            "button", name=re.compile("^Move .* up")
        )
        while order_of(question).index(id) > target:
            up.click()
