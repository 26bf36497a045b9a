"""The gallery: every block in every state, in every theme, light and dark, at every width."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browser import Watch
from layout import faults
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page
from samples import example, pages, step, text_of, write_module
from screens import Site
from states import CHECK, pick, press, write

from rsscorm.referee.web import Server

REFERENCES = Path(__file__).parent / "gallery"
DIFFERENT, TOLERATED, PIXELS = 32, 0.005, 2
"""By how much of 255 a pixel differs, how many of them may, and how far a box may move."""
THEMES = ("nhs", "clear")


@pytest.mark.parametrize(
    ("fault", "style"),
    [
        ("the page scrolls sideways", "#plant { width: 200vw; max-width: none }"),
        ("beyond the edge", "#plant { position: relative; left: -100vw }"),
        ("clipped", "#plant { height: 1em; overflow: hidden } #plant p { height: 4em }"),
        ("a target of", "#plant button { all: unset; display: block; width: 20px; height: 20px }"),
        ("one on the other", "#plant button { display: block; height: 3rem; margin-top: -1rem }"),
        ("words on words", "#plant p + p { margin-top: -1.2em }"),
    ],
)
def test_the_judge_of_layout_sees_what_is_wrong(
    browser: Browser, tmp_path: Path, fault: str, style: str
) -> None:
    """Each fault, planted on a page that has none, is found, so that the gallery can fail."""
    write_module(tmp_path, step(example("text")))
    with Server(Site(pages(tmp_path))) as server:
        page = Watch(browser, server.origin).open(bypass_csp=True, reduced_motion="reduce")
        page.goto(f"{server.origin}/index.html")
        page.evaluate(PLANT)
        assert faults(page) == []
        page.add_style_tag(content=style)
        assert any(found.startswith(fault) for found in faults(page)), faults(page)
        page.context.close()


PLANT = """() => {
  const plant = document.createElement("div");
  plant.id = "plant";
  plant.innerHTML = "<p>Some words and<br>a second line</p><p>Others</p>" +
    "<button class=button>One</button> <button class=button>Two</button>";
  document.querySelector(".blocks").append(plant);
}"""


class View(NamedTuple):
    """A screen that people should always find as it is."""

    blocks: str
    acts: list[Callable[[Page], None]]
    place: str = ""


def turn_to_end(page: Page) -> None:
    """Go to the last page."""
    page.evaluate("location.hash = 'end'")


WRONG = "Staff and patients use first names"
VIEWS = {
    "learn": View(example("text") + example("image") + example("callout") + example("tabs"), []),
    "choice": View(example("choice"), [pick(WRONG, block="early-sign", send=CHECK)]),
    "match": View(example("order") + example("match"), []),
    "hotspots": View(example("hotspots") + example("cards") + example("number"), []),
    "poll": View(example("poll"), [pick("Speak to them there and then", block="bent-rule")]),
    "record": View(
        example("note") + example("choice"),
        [write("They were kind."), pick(WRONG, block="early-sign", send=CHECK),
         turn_to_end, press("Show my record")],
    ),
}  # fmt: skip
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
NIGHT = datetime(2026, 11, 25, 3, 14)
SAME_LUCK = """{
  let seed = 1;
  crypto.getRandomValues = (array) => {
    for (let at = 0; at < array.length; at += 1) {
      seed = (Math.imul(seed, 48271) >>> 0) % 2147483647;
      array[at] = seed;
    }
    return array;
  };
}"""
"""A script for a browser in which everything is shuffled alike each time."""
SHOWN = ".step.is-current"
EDGES = """(shown) => [...document.querySelectorAll(`${shown}, ${shown} *`)]
  .filter((element) => element.checkVisibility() && !element.closest("svg *"))
  .map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [element.localName, ...[x, y + scrollY, width, height].map(Math.round)];
  })"""
"""Where all elements of the step are."""


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", VIEWS)
def test_it_looks_as_it_should(
    browser: Browser, tmp_path: Path, rewrite: bool, view: str, theme: str, look: str
) -> None:
    """What people see is what somebody has looked at; with another Chromium, where it stands."""
    name = f"{view}-{theme}-{look}"
    reference, boxes = REFERENCES / f"{name}.webp", REFERENCES / f"{name}.json"
    with shown(browser, tmp_path, theme, VIEWS[view], **LOOKS[look]) as page:
        picture = Image.open(BytesIO(page.locator(SHOWN).screenshot())).convert("RGB")
        found = {"chromium": major(browser), "boxes": page.evaluate(EDGES, SHOWN)}
    if rewrite:
        REFERENCES.mkdir(exist_ok=True)
        picture.save(reference, lossless=True, method=6)
        boxes.write_text(json.dumps(found, separators=(",", ":")) + "\n", "utf-8")
    known = json.loads(boxes.read_text("utf-8"))
    if known["chromium"] == major(browser):
        assert differing(picture, reference, tmp_path) <= TOLERATED
    else:
        assert moved(known["boxes"], found["boxes"]) == []


@contextmanager
def shown(browser: Browser, folder: Path, theme: str, view: View, **options: Any) -> Iterator[Page]:
    """A view, come to rest: the typeface is there, and what is chance is always the same."""
    write_module(folder, step(view.blocks))
    files = pages(folder, theme=theme)
    style = text_of(files, "player.css").replace("font-display:optional", "font-display:block")
    files["player.css"] = style.encode()
    with Server(Site(files)) as server:
        watch = Watch(browser, server.origin)
        page = watch.open(**{"reduced_motion": "reduce", **options})
        page.clock.set_fixed_time(NIGHT)
        page.add_init_script(SAME_LUCK)
        page.goto(f"{server.origin}/index.html{view.place}")
        for act in view.acts:
            act(page)
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.evaluate("document.fonts.ready.then(() => undefined)")
        for picture in page.locator(f"{SHOWN} img").all():
            picture.scroll_into_view_if_needed()
            picture.evaluate("image => image.decode()")
        yield page
        page.context.close()
        watch.verdict()


def major(browser: Browser) -> str:
    """Which Chromium it is."""
    return browser.version.split(".")[0]


def differing(picture: Image.Image, reference: Path, folder: Path) -> float:
    """The share of pixels that differ; where it is too large, what was seen is kept in `folder`."""
    expected = Image.open(reference).convert("RGB")
    if expected.size != picture.size:
        picture.save(folder / "seen.png")
        return 1.0
    difference = ImageChops.difference(expected, picture).convert("L")
    differs = difference.point(lambda value: 255 * (value > DIFFERENT))
    share = differs.histogram()[255] / (picture.width * picture.height)
    if share > TOLERATED:
        picture.save(folder / "seen.png")
    return share


def moved(before: list[list[Any]], now: list[list[Any]]) -> list[str]:
    """The elements that are elsewhere, or other ones."""
    if [each[0] for each in before] != [each[0] for each in now]:
        return ["there are other elements"]
    pairs = zip(before, now, strict=True)
    return [
        f"{one} is now {other}"
        for one, other in pairs
        if any(abs(a - b) > PIXELS for a, b in zip(one[1:], other[1:], strict=True))
    ]
