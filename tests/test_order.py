"""Things are put in order: with keys, a mouse or a finger; each move is told once, and stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lms import Lms
from ordering import order_of
from playwright.sync_api import Browser, Locator, Page, expect
from samples import example, step, write_module, zipped
from screens import FRAME, box, opened
from states import check, put_wrong


@pytest.fixture
def order(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page with five things to put in order."""
    options = "".join(f"    - {id}: The {id} thing\n" for id in ("a", "b", "c", "d", "e"))
    block = f"- order: What comes first?\n  id: things\n  attempts: 1\n  options:\n{options}"
    write_module(tmp_path, step(block + "- text: |\n" + "    Words.\n\n" * 60))
    with opened(browser, tmp_path, viewport={"width": 390, "height": 700}, has_touch=True) as at:
        yield at.page


def test_a_move_is_announced(order: Page) -> None:
    """Each move is told once, in the page's calm region; the focus stays on what was moved."""
    question = order.locator("#b_things")
    ids = order_of(question)
    handle = question.locator(f'[data-option="{ids[2]}"] .handle')
    handle.focus()
    order.keyboard.press("ArrowUp")
    region = order.locator("#announcements")
    expect(region).to_have_attribute("role", "status")
    expect(region).to_have_text(f"“The {ids[2]} thing” is now 2 of 5.")
    expect(handle).to_be_focused()
    expect(handle).to_have_accessible_name(
        f"“The {ids[2]} thing”, now 2 of 5: move it with the arrow keys"
    )
    up = question.get_by_role("button", name=f"Move “The {ids[2]} thing” up, now 2 of 5")
    up.press("Enter")
    expect(region).to_have_text(f"“The {ids[2]} thing” is now 1 of 5.")
    up = question.get_by_role("button", name=f"Move “The {ids[2]} thing” up, now 1 of 5")
    expect(up).to_be_focused()
    expect(up).to_have_attribute("aria-disabled", "true")
    up.press("Enter")
    assert order_of(question) == [ids[2], ids[0], ids[1], ids[3], ids[4]]
    expect(question.locator("[aria-live], [role=status]")).to_have_count(2)
    expect(question.locator(".said")).to_be_empty()


def test_marks_go_with_the_next_move(browser: Browser, tmp_path: Path) -> None:
    """What is marked wrong stays marked until the learner moves something."""
    write_module(tmp_path, step(example("order")))
    with opened(browser, tmp_path, viewport=FRAME) as at:
        put_wrong(at.page)
        check("first-things")(at.page)
        marks = at.page.locator(".place .mark")
        expect(marks).to_have_count(3)
        at.page.locator(".handle").first.press("ArrowDown")
        expect(marks).to_have_count(0)
        expect(at.page.locator(".said")).to_contain_text("You can try 2 more times.")


def middle(part: Locator) -> tuple[float, float]:
    """The point in the middle of a part of the page."""
    part.scroll_into_view_if_needed()
    at = box(part)
    return at["x"] + at["width"] / 2, at["y"] + at["height"] / 2


def test_an_order_by_hand(order: Page) -> None:
    """A thing follows a mouse that drags it by its handle, and is announced where it is let go."""
    question = order.locator("#b_things")
    ids = order_of(question)
    places = question.locator(".place")
    x, y = middle(places.nth(3))
    order.mouse.move(*middle(places.first.locator(".handle")))
    order.mouse.down()
    order.mouse.move(x, y + 5, steps=8)
    expect(order.locator("#announcements")).to_be_empty()
    order.mouse.up()
    moved = [*ids[1:4], ids[0], ids[4]]
    assert order_of(question) == moved
    expect(order.locator("#announcements")).to_have_text(f"“The {ids[0]} thing” is now 4 of 5.")
    order.mouse.move(*middle(places.first.locator(".handle")))
    assert order_of(question) == moved, "it follows no more once it is let go"


def swipe(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A finger goes from one point to another."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": start[0], "y": start[1]})
    for part in range(1, 11):
        x, y = (a + (b - a) * part / 10 for a, b in zip(start, end, strict=True))
        touch("touchMove", {"x": x, "y": y})
    touch("touchEnd")


def test_an_order_by_finger(order: Page) -> None:
    """A finger on a handle moves a thing; anywhere else on it, it scrolls the page as ever."""
    question = order.locator("#b_things")
    ids = order_of(question)
    places = question.locator(".place")
    x, y = middle(places.nth(2))
    start = middle(places.first.locator(".handle"))
    before = order.evaluate("scrollY")
    swipe(order, start, (x, y + 5))
    moved = [ids[1], ids[2], ids[0], ids[3], ids[4]]
    expect(order.locator("#announcements")).to_have_text(f"“The {ids[0]} thing” is now 3 of 5.")
    assert order_of(question) == moved
    assert order.evaluate("scrollY") == before
    x, y = middle(places.nth(2).locator(".option-words"))
    swipe(order, (x, y), (x, y - 200))
    order.wait_for_function(f"scrollY > {before + 100}")
    assert order_of(question) == moved


def test_the_same_order_again(lms: Lms, page: Page, tmp_path: Path) -> None:
    """A learner who comes back finds things in the order that they first stood in."""
    options = "".join(f"    - o{number}: Thing {number}\n" for number in range(9))
    write_module(tmp_path, step(f"- order: Which first?\n  id: things\n  options:\n{options}"))
    package = lms.add(zipped(tmp_path))
    seen = []
    for _ in range(2):
        page.goto(lms.launch(package, "scorm-again"))
        screen = page.frame_locator("iframe")
        expect(screen.locator(".saving")).to_contain_text("Saved to your record at")
        seen.append(order_of(screen.locator("#b_things")))
        page.goto("about:blank")
    assert seen[0] == seen[1] != sorted(seen[0])
