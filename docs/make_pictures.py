"""Take the pictures of the documentation, from the real modules in a real browser.

    ./build
    .venv/bin/python docs/make_pictures.py [NAME]...

Run it when something looks different, and commit what it writes to docs/images. With names, such as
`blocks/quiz` or `learn`, it takes those pictures alone.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright

from rsscorm.blocks import KINDS
from rsscorm.referee.lms import TYPES
from rsscorm.referee.web import Request, Response, Server
from rsscorm.source import read_module, read_workspace

HERE = Path(__file__).parent
IMAGES = HERE / "images"
CHROMIUM = Path("/usr/bin/chromium")
QUALITY = 72
WIDTHS = {"block": 1000, "desktop": 1280, "phone": 390}
LMS = """{
  const kept = { "cmi.core.student_id": "nina", "cmi.core.credit": "credit",
    "cmi.core.lesson_mode": "normal", "cmi.core.entry": "ab-initio" };
  const yes = () => "true";
  window.API = {
    LMSInitialize: yes, LMSCommit: yes, LMSFinish: yes,
    LMSGetValue: (name) => kept[name] ?? (name.endsWith("_count") ? "0" : ""),
    LMSSetValue: (name, value) => { kept[name] = String(value); return "true"; },
    LMSGetLastError: () => "0", LMSGetErrorString: () => "", LMSGetDiagnostic: () => "",
  };
}"""
"""An LMS that keeps what it is told, so that the page is as learners see it."""

SAME_LUCK = """{
  let seed = 1;
  crypto.getRandomValues = (array) => {
    for (let at = 0; at < array.length; at += 1) array[at] = seed = Math.imul(seed, 48271) >>> 0;
    return array;
  };
}"""
"""What is shuffled is shuffled alike each time; the time is the same as well."""
TWO_O_CLOCK = datetime(2026, 11, 25, 14, 0)

Act = Callable[[Page], None]


class View(NamedTuple):
    """A picture of the README: of which package and step, how wide, after what, from where on."""

    package: str
    step: str
    size: str = "desktop"
    scheme: str = "light"
    act: Act = lambda page: None
    at: str = "body"


def press(name: str, within: str = ".step.is-current") -> Act:
    """Press a button, or what else has these words."""
    return lambda page: page.locator(f"{within} >> visible=true").get_by_text(name).first.click()


def pick(block: str, *options: str) -> Act:
    """Choose options of a question, and send them."""

    def act(page: Page) -> None:
        question = page.locator(f"#b_{block}")
        for option in options:
            question.locator(f'input[value="{option}"]').check(force=True)
        question.locator("button[type=submit]").click()

    return act


WARD, ROOM = "boundaries-on-the-ward-2026.1", "the-mood-of-the-room-2026.1"
VIEWS = {
    "learn": View(WARD, "how-a-line-moves"),
    "reflect": View(
        ROOM, "cols-evenings", act=press("Say what you have"), at=".block-scenario img"
    ),
    "connect": View("gallery-2026.1", "to-compare", act=pick("pass-on", "ask"), at="#b_pass-on"),
    "phone": View(f"nhs/{ROOM}", "two-tuesdays", "phone", "dark"),
}
"""What the README shows."""

ACTS: dict[str, Act] = {
    "accordion": press("What Ned finds hard"),
    "cards": press("Turn over"),
    "hotspots": press("The yellow chair"),
    "choice": pick("passed-on", "seen"),
    "scenario": press("Say when he will have it"),
    "quiz": press("Begin"),
    "poll": pick("pass-on", "ask"),
    "perspectives": press("Read on without answering"),
}
"""What is done first, so that the picture of a block shows what it is for."""

WHICH = {"poll": "#b_pass-on", "perspectives": "#b_voices"}
"""Which block of its kind is shown, where it isn't the first."""

SHOW = "where => document.querySelector(where).scrollIntoView()"
WHERE = """element => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x + scrollX, y + scrollY, width, height];
}"""
AT_REST = """film => new Promise((resolve, reject) => {
  const ask = () => {
    if (film.error) reject(new Error(film.error.message));
    else if (film.networkState === film.NETWORK_IDLE) resolve();
    else setTimeout(ask, 50);
  };
  ask();
}).then(() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 500))))"""
"""Resolves when a film's line of controls turns no more; it fades out, which takes its time."""
MARGIN = 20
"""What is seen of the page around a block, in pixels."""


class Package:
    """Serves what is in a zip."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as zip:
            self.files = {name: zip.read(name) for name in zip.namelist()}

    def answer(self, request: Request) -> Response:
        """The file of this name."""
        name = request.path.lstrip("/")
        if name not in self.files:
            return Response(404)
        return Response(200, self.files[name], {"Content-Type": TYPES[Path(name).suffix]})


@contextmanager
def opened(browser: Browser, view: View, height: int) -> Iterator[Page]:
    """A step of a package, come to rest."""
    with Server(Package(HERE.parent / "dist" / f"{view.package}-scorm12.zip")) as server:
        page = browser.new_page(
            viewport={"width": WIDTHS[view.size], "height": height},
            color_scheme=view.scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            device_scale_factor=2 if view.size == "phone" else 1,
        )
        page.clock.set_fixed_time(TWO_O_CLOCK)
        page.add_init_script(LMS + SAME_LUCK)
        page.goto(f"{server.origin}/index.html#s_{view.step}")
        view.act(page)
        page.evaluate("document.activeElement.blur()")
        page.mouse.move(0, 0)
        settle(page)
        yield page
        page.close()


def settle(page: Page) -> None:
    """Wait until every picture of the step, the first of every film, and the typeface are there."""
    for picture in page.locator(".step.is-current img >> visible=true").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("image => image.decode()")
    for film in page.locator(".step.is-current video >> visible=true").all():
        film.scroll_into_view_if_needed()
        film.evaluate(AT_REST)
    page.evaluate("document.fonts.ready.then(() => undefined)")


def take_view(browser: Browser, name: str, view: View) -> None:
    """A picture of the whole window."""
    with opened(browser, view, 844 if view.size == "phone" else 800) as page:
        page.evaluate(SHOW, view.at)
        write(page.screenshot(), name)


def take_block(browser: Browser, kind: str) -> None:
    """A picture of one block of the gallery, with nothing else."""
    view = View("gallery-2026.1", step_of(kind), "block", act=ACTS.get(kind, lambda page: None))
    with opened(browser, view, 900) as page:
        write(page.screenshot(clip=around(block(page, kind)), full_page=True), f"blocks/{kind}")


def around(block: Locator) -> FloatRect:
    """Where a block is on the page, with a margin."""
    left, top, width, height = block.evaluate(WHERE)
    return {
        "x": left - MARGIN,
        "y": top - MARGIN,
        "width": width + 2 * MARGIN,
        "height": height + 2 * MARGIN,
    }


def step_of(kind: str) -> str:
    """The gallery's step in which a kind is shown."""
    module, _ = read_module(read_workspace(HERE.parent), "gallery")
    return next(step.id for step in module.steps if kind in [b.kind for b in step.blocks])


def block(page: Page, kind: str) -> Locator:
    """The block of that kind on the page."""
    return page.locator(WHICH.get(kind, f".step.is-current .block-{kind}")).first


def write(picture: bytes, name: str) -> None:
    """Keep a picture, small."""
    path = IMAGES / f"{name}.webp"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(picture)).convert("RGB").save(path, quality=QUALITY, method=6)
    print(f"{path.relative_to(HERE.parent)}  {path.stat().st_size // 1000} kB")


def main(names: list[str]) -> None:
    """Take the pictures that are named, or all."""
    with sync_playwright() as playwright:
        path = CHROMIUM if CHROMIUM.exists() else None
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, view in VIEWS.items():
            if not names or name in names:
                take_view(browser, name, view)
        for kind in KINDS:
            if not names or f"blocks/{kind}" in names:
                take_block(browser, kind)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
