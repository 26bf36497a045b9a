"""Films and sound as a ward needs them: quiet, captioned, resumed, and no chatter with the LMS."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser import Watch
from learner import Visits
from lms import Api, Lms, Package
from playwright.sync_api import Browser, Locator, Page, expect
from samples import step, write_module, zipped
from screens import FRAME, opened

FILM = Path(__file__).parent.parent / "modules" / "boundaries-on-the-ward" / "media"
SHORT = Path(__file__).parent / "peers-module" / "media" / "clip.mp4"
"""A film of eight seconds."""

VIDEO = """\
- video: media/handover.mp4
  captions: media/handover.vtt
  transcript: film.md
  poster: media/still.webp
  described: same-as-text
  id: handover
"""

SOUND = """\
- audio: media/voices.m4a
  transcript: voices.md
"""

OTHERS = """\
- scenario: What was seen at handover.
  id: seen
  start: room
  scenes:
    room:
      text: Here it is.
      video: media/room.mp4
      captions: media/room.vtt
      transcript: film.md
      options:
        - tell: Say so
          goto: told
    told:
      text: It was said.
- perspectives:
    - patient: Someone who has used services
      video: media/patient.mp4
      captions: media/patient.vtt
      transcript: film.md
  id: voices
"""

PLAYS = "media => !media.paused && media.currentTime > 0"
SHOWS = """media => media.textTracks[0].mode === "showing"
  && media.textTracks[0].activeCues?.length > 0"""


def write_films(folder: Path, *steps: str) -> None:
    """Write a module of these steps; each film in it is the one of a minute and a half."""
    module = write_module(folder, *steps)
    for name in ("handover.mp4", "room.mp4", "patient.mp4", "voices.m4a"):
        (module / "media").mkdir(exist_ok=True)
        shutil.copy(FILM / "handover.mp4", module / "media" / name)
    for captions in (module / "media").glob("*.vtt"):
        shutil.copy(FILM / "handover.en.vtt", captions)


def until(media: Locator, condition: str) -> None:
    """Wait until a film is as it should be."""
    expect(media).to_have_count(1)
    media.evaluate(
        f"""media => new Promise((done) => {{
          const look = () => ({condition})(media) ? done(null) : setTimeout(look, 20);
          look();
        }})"""
    )


def play(media: Locator) -> None:
    """Play a film as a keyboard does, and wait until it does."""
    media.focus()
    media.press("Space")
    until(media, PLAYS)


def pause(media: Locator) -> None:
    """Pause it."""
    media.evaluate("media => media.pause()")


def hurry(media: Locator, second: int) -> None:
    """Let a film that plays come to a second, sooner than it would."""
    media.evaluate("media => { media.playbackRate = 16; }")
    until(media, f"media => media.currentTime >= {second}")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A workspace whose module has a film and a recording, and then films inside other blocks."""
    write_films(tmp_path, step(VIDEO + SOUND), step(OTHERS, "second", title="Others"))
    return tmp_path


def test_nothing_is_fetched_before_it_plays(browser: Browser, tmp_path: Path) -> None:
    """No film, recording or captions is fetched before it plays, and no still of a step unseen."""
    write_films(
        tmp_path, step("- text: First.\n", "zero"), step(VIDEO + SOUND), step(OTHERS, "last")
    )
    with opened(browser, tmp_path, viewport=FRAME) as at:
        page = at.page
        page.wait_for_load_state("networkidle")
        assert not [each for each in at.watch.requests if "/media/" in each]
        page.get_by_role("link", name="Next").click()
        still = page.locator(".film img")
        until(still, "image => image.complete && image.naturalWidth > 0")
        page.wait_for_load_state("networkidle")
        seen = [each for each in at.watch.requests if "/media/" in each]
        assert seen and all("still" in each for each in seen)
        play(page.locator("#s_first video"))
        later = {address.rsplit("/", 1)[-1] for address in at.watch.requests}
        assert {"handover.mp4", "handover.vtt"} <= later
        assert not later & {"room.mp4", "patient.mp4", "voices.m4a", "room.vtt"}


def test_nothing_plays_by_itself(browser: Browser, films: Path) -> None:
    """Films and recordings wait to be started, on every step."""
    with opened(browser, films, viewport=FRAME) as at:
        for place in ("#s_first", "#s_second"):
            at.page.goto(at.page.url.split("#")[0] + place)
            for media in at.page.locator("video, audio").all():
                assert media.evaluate("media => media.paused && !media.autoplay")


@pytest.mark.parametrize("where", ["#b_handover", "#b_seen", "#b_voices"])
def test_captions_show(where: str, browser: Browser, films: Path) -> None:
    """Captions are on wherever a film stands, until the learner turns them off."""
    place = "#s_first" if where == "#b_handover" else "#s_second"
    with opened(browser, films, place=place, viewport=FRAME) as at:
        film = at.page.locator(f"{where} video")
        play(film)
        until(film, SHOWS)
        pause(film)
        film.evaluate("film => { film.textTracks[0].mode = 'disabled'; }")
        play(film)
        assert film.evaluate("film => film.textTracks[0].mode") == "disabled"


def test_captions_can_be_read_on_a_phone(browser: Browser, films: Path) -> None:
    """In a narrow window captions are as large as text, and the film as wide as the column."""
    with opened(browser, films, viewport={"width": 320, "height": 640}) as at:
        film = at.page.locator("#b_handover video")
        play(film)
        until(film, SHOWS)
        size = "film => getComputedStyle(film, '::cue').fontSize"
        assert float(film.evaluate(size).removesuffix("px")) >= 16
        box = film.bounding_box()
        assert box and box["width"] >= 280


def test_one_sounds_at_a_time(browser: Browser, films: Path) -> None:
    """Starting one pauses the other."""
    with opened(browser, films, viewport=FRAME) as at:
        film, sound = at.page.locator("#s_first video"), at.page.locator("audio")
        play(film)
        sound.evaluate("sound => sound.play()")
        until(sound, PLAYS)
        assert film.evaluate("film => film.paused")
        play(film)
        assert sound.evaluate("sound => sound.paused")


def test_what_is_not_seen_is_silent(browser: Browser, films: Path) -> None:
    """A film stops when its step is left, for the end page too, or its scene goes away."""
    with opened(browser, films, viewport=FRAME) as at:
        page = at.page
        for place in ("#s_second", "#end"):
            page.goto(page.url.split("#")[0] + "#s_first")
            film = page.locator("#s_first video")
            play(film)
            page.evaluate("place => { location.hash = place; }", place)
            until(film, "film => film.paused")


def test_one_speed_for_all(browser: Browser, films: Path) -> None:
    """The speed is chosen by keyboard, from 0.75 to 2, and holds for every film."""
    with opened(browser, films, viewport=FRAME) as at:
        page = at.page
        film = page.locator("#b_handover video")
        speed = page.locator("#b_handover").get_by_label("Speed")
        expect(speed.locator("option")).to_have_text(
            ["0.75×", "Normal", "1.25×", "1.5×", "1.75×", "2×"]
        )
        speed.focus()
        page.keyboard.press("End")
        play(film)
        assert film.evaluate("film => film.playbackRate") == 2
        pause(film)
        page.goto(page.url.split("#")[0] + "#s_second")
        expect(page.locator("#b_voices").get_by_label("Speed")).to_have_value("2")
        other = page.locator("#b_voices video")
        play(other)
        assert other.evaluate("film => film.playbackRate") == 2


def test_reading_counts(browser: Browser, films: Path) -> None:
    """Who has read the transcript says so, by keyboard alone, and it is marked."""
    with opened(browser, films, viewport=FRAME) as at:
        page, block = at.page, at.page.locator("#b_handover")
        block.get_by_text("Read the transcript").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(block.get_by_role("button", name="I have read this")).to_be_focused()
        page.keyboard.press("Enter")
        expect(block.locator(".film-marks")).to_have_text("You have read the transcript")
        expect(block.locator(".was-read")).to_be_focused()
        expect(page.locator("#announcements")).to_be_empty()
        expect(page.locator("#s_first audio + .film-tools .film-marks")).to_be_empty()


def test_the_transcript_beside_the_film(browser: Browser, films: Path) -> None:
    """On a wide screen an open transcript stands beside its film, else below it."""
    for width, is_beside in ((1600, True), (836, False)):
        with opened(browser, films, viewport={"width": width, "height": 900}) as at:
            at.page.locator("#b_handover").get_by_text("Read the transcript").click()
            film = at.page.locator("#b_handover .film").bounding_box()
            words = at.page.locator("#b_handover .transcript").bounding_box()
            assert film and words
            assert (words["x"] >= film["x"] + film["width"]) is is_beside


def test_skipping_is_not_watching(lms: Lms, page: Page, films: Path) -> None:
    """A film is marked as watched when it was played nearly to its end, not when it was jumped."""
    package = packaged(lms, films, "referee")
    page.goto(lms.content(package))
    film, marks = page.locator("#b_handover video"), page.locator("#b_handover .film-marks")
    play(film)
    hurry(film, 5)
    film.evaluate("film => { film.currentTime = 80; }")
    until(film, "film => film.ended")
    expect(marks).to_be_empty()
    film.evaluate("film => { film.currentTime = 0; }")
    play(film)
    hurry(film, 80)
    pause(film)
    expect(marks).to_have_text("You have watched this")


def packaged(lms: Lms, folder: Path, api: Api) -> Package:
    """The workspace's module as a package, imported."""
    return lms.add(zipped(folder, "xapi" if api == "tincan" else "scorm12"))


WAYS: list[Api] = ["referee", "scorm-again", "tincan"]


@pytest.mark.parametrize("api", WAYS)
def test_go_on_at_another_machine(api: Api, lms: Lms, watch: Watch, films: Path) -> None:
    """A film goes on where it was left, in another browser, and only the learner sees its mark."""
    package = packaged(lms, films, api)
    with Visits(lms, package, watch.open(), api).visit() as nurse:
        film = nurse.sco.locator("#b_handover video")
        expect(nurse.sco.locator("#b_handover .go-on")).to_be_hidden()
        play(film)
        hurry(film, 30)
        pause(film)
        left = int(film.evaluate("film => Math.floor(film.currentTime)"))
        nurse.saved()
    with Visits(lms, package, watch.open(), api).visit() as nurse:
        film = nurse.sco.locator("#b_handover video")
        button = nurse.sco.get_by_role("button", name=f"Go on at 0:{left}")
        assert film.evaluate("film => film.readyState") == 0
        button.click()
        until(film, PLAYS)
        expect(button).to_be_hidden()
        expect(film).to_be_focused()
        until(film, f"film => film.played.length && film.currentTime > {left}")
        assert film.evaluate("film => film.currentTime") < left + 30
        hurry(film, 85)
        until(film, "film => film.ended")
        nurse.saved()
    with Visits(lms, package, watch.open(), api).visit() as nurse:
        marks = nurse.sco.locator("#b_handover .film-marks")
        expect(marks).to_have_text("You have watched this")
        expect(nurse.sco.locator(".go-on:visible")).to_have_count(0)
    assert_nothing_else_is_told(lms, package)


def assert_nothing_else_is_told(lms: Lms, package: Package) -> None:
    """Neither an interaction nor a statement came of a film."""
    if package.kind == "tincan":
        verbs = {statement["verb"]["id"].rsplit("/", 1)[-1] for statement in lms.lrs.statements}
        assert verbs <= {"initialized", "terminated"}
    assert not [call for call in lms.calls(package) if "interactions" in str(call.args[:1])
                and call.call == "LMSSetValue"]  # fmt: skip


def test_left_while_it_plays(lms: Lms, watch: Watch, films: Path) -> None:
    """The place is kept of a film that plays when the window is closed; a start doesn't lose it."""
    package = packaged(lms, films, "referee")
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        film = nurse.sco.locator("#b_handover video")
        play(film)
        hurry(film, 30)
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        offer = nurse.sco.locator("#b_handover .go-on")
        expect(offer).to_be_visible()
        words = offer.inner_text()
        play(nurse.sco.locator("#b_handover video"))
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        expect(nurse.sco.locator("#b_handover .go-on")).to_have_text(words)


def test_a_film_that_has_become_shorter(lms: Lms, watch: Watch, films: Path) -> None:
    """A place behind the end of another edition's film is none: it begins, and isn't watched."""
    package = packaged(lms, films, "referee")
    with Visits(lms, package, watch.open(), "referee").visit() as nurse:
        film = nurse.sco.locator("#b_handover video")
        play(film)
        hurry(film, 30)
        pause(film)
        nurse.saved()
    [path] = films.glob("modules/*/media/handover.mp4")
    shutil.copy(SHORT, path)
    newer = lms.add(zipped(films), package.course)
    with Visits(lms, newer, watch.open(), "referee").visit() as nurse:
        film = nurse.sco.locator("#b_handover video")
        nurse.sco.locator("#b_handover .go-on").click()
        until(film, PLAYS)
        assert film.evaluate("film => film.currentTime") < 4
        pause(film)
        nurse.saved()
        expect(nurse.sco.locator("#b_handover .film-marks")).to_be_empty()
        expect(nurse.sco.locator("#b_handover .go-on")).to_be_hidden()


def commits(lms: Lms, package: Package) -> int:
    """How often the LMS was asked to save."""
    return sum(call.call == "LMSCommit" for call in lms.calls(package))


def test_no_chatter(lms: Lms, watch: Watch, films: Path) -> None:
    """While a film plays the LMS is told of it once in half a minute, and when it is paused."""
    package = packaged(lms, films, "referee")
    page = watch.open()
    page.clock.install()
    with Visits(lms, package, page, "referee").visit() as nurse:
        film = nurse.sco.locator("#b_handover video")
        before = commits(lms, package)
        play(film)
        hurry(film, 20)
        assert commits(lms, package) == before
        page.clock.fast_forward(31_000)
        lms.wait_for(lambda: commits(lms, package) == before + 1, "a place")
        hurry(film, 40)
        pause(film)
        lms.wait_for(lambda: commits(lms, package) == before + 2, "the place where it stopped")
        nurse.saved()
