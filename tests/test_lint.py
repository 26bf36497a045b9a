"""A good colleague reads a module that is right in form: what they would ask, and what they let be.

Each question has its case with its words in `problems/`; here is where each begins and ends.
"""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from examples import GOOD, write
from workspaces import rsscorm

from rsscorm.problems import CODES, LINTS, WARNINGS
from rsscorm.source import check, read_module, read_workspace
from rsscorm.source.lint.length import seconds

FILM = """\
      - video: film.mp4
        captions: film.vtt
        transcript: film.md
"""
QUESTION = """\
      - choice: What do you do first?
        id: q-{number}
        options:
          - a: {a}
          - b: {b}
        answer: b
"""


def asked(workspace: Path, more: str = "", minutes: int = 1) -> list[str]:
    """The codes of what is asked of a module with more blocks in its step."""
    text = GOOD.replace("minutes: 1", f"minutes: {minutes}")
    write(workspace, "a-first", text + more)
    return [problem.code for problem in check(workspace)]


def mp4(length: float, is_long: bool = False) -> bytes:
    """An MP4 film without a picture, that says how long it is."""
    form = ">BxxxQQIQ" if is_long else ">BxxxIIII"
    head = struct.pack(form, int(is_long), 0, 0, 1000, int(length * 1000)) + b"\0" * 80
    return box(b"ftyp", b"isom") + box(b"mdat", b"") + box(b"moov", box(b"mvhd", head))


def box(kind: bytes, content: bytes) -> bytes:
    """A box of an MP4 file."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def mp3(content: bytes, id3: bytes = b"") -> bytes:
    """An MP3 recording of 128 kbit/s and 44.1 kHz that begins with this."""
    return id3 + b"\xff\xfb\x90\x00" + content


WEBM = (
    b"\x1aE\xdf\xa3" + b"\0" * 30 + b"\x15\x49\xa9\x66\x90\x2a\xd7\xb1\x83\x0f\x42\x40"
    + b"\x44\x89\x88" + struct.pack(">d", 12_500.0)
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "length"),
    [
        ("film.mp4", mp4(88.5), 88.5),
        ("film.mp4", mp4(88.5, is_long=True), 88.5),
        ("talk.m4a", mp4(61), 61),
        ("film.webm", WEBM, 12.5),
        ("talk.mp3", mp3(b"\0" * (16_000 * 30 - 4)), 30),
        ("talk.mp3", mp3(b"\0" * (16_000 * 30 - 4), b"ID3\4\0\0\0\0\2\0" + b"\0" * 256), 30),
        ("talk.mp3", mp3(b"\0" * (16_000 * 30 - 4), b"ID3\4\0\0\0\4\0\0" + b"\0" * 65536), 30),
        ("talk.mp3", mp3(b"\0" * 32 + b"Xing\0\0\0\1" + struct.pack(">I", 11_484)), 300),
    ],
)
def test_films_and_recordings_say_how_long_they_are(
    tmp_path: Path, name: str, content: bytes, length: float
) -> None:
    """The length is in the header of each form that a module may use."""
    (tmp_path / name).write_bytes(content)
    assert seconds(tmp_path / name) == pytest.approx(length, abs=0.1)


@pytest.mark.parametrize("name", ["film.mp4", "film.webm", "talk.mp3", "talk.m4a"])
@pytest.mark.parametrize("content", [b"", b"\0" * 40, b"\xff\xfb", b"\0\0\0\1moov"])
def test_a_broken_header_says_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    """Of a film that can't be read no length is made up."""
    (tmp_path / name).write_bytes(content)
    assert seconds(tmp_path / name) is None


@pytest.mark.parametrize(("minutes", "is_asked"), [(2, True), (3, False), (5, False), (7, True)])
def test_minutes_may_be_a_third_off(tmp_path: Path, minutes: int, is_asked: bool) -> None:
    """Eight hundred words take about four minutes, and nobody reads by the clock."""
    words = "      - text: " + "word " * 800 + "\n"
    many = asked(tmp_path, words, minutes)
    assert many == (["minutes-of-step"] if is_asked else [])


@pytest.mark.parametrize(("minutes", "is_asked"), [(1, True), (4, False), (5, False), (9, True)])
def test_a_film_takes_as_long_as_it_is(tmp_path: Path, minutes: int, is_asked: bool) -> None:
    """Four minutes of film are four minutes; what it takes to read a transcript doesn't count."""
    film(tmp_path, 240, 238, "word " * 2000)
    assert asked(tmp_path, FILM, minutes) == (["minutes-of-step"] if is_asked else [])


def film(
    workspace: Path, length: float, last: float, words: str = "**Nurse:** Good morning."
) -> None:
    """A film, its captions up to a second, and its transcript."""
    folder = workspace / "modules/a-first"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "film.mp4").write_bytes(mp4(length))
    end = f"{int(last // 60):02}:{last % 60:06.3f}"
    (folder / "film.vtt").write_text(f"WEBVTT\n\n00:00.000 --> {end}\nGood morning.\n")
    (folder / "film.md").write_text(words)


@pytest.mark.parametrize(
    ("last", "is_asked"), [(61.5, True), (60.5, False), (40, False), (29, True)]
)
def test_captions_end_with_their_film(tmp_path: Path, last: float, is_asked: bool) -> None:
    """They may end in a little music, and not after the film."""
    film(tmp_path, 60, last)
    assert asked(tmp_path, FILM) == (["captions-length"] if is_asked else [])


def test_of_a_film_that_can_t_be_read_nothing_is_asked(tmp_path: Path) -> None:
    """Neither its minutes nor its captions can be known."""
    film(tmp_path, 60, 300)
    (tmp_path / "modules/a-first/film.mp4").write_bytes(box(b"ftyp", b"isom"))
    assert asked(tmp_path, FILM, 60) == []


def test_three_long_answers_are_no_pattern(tmp_path: Path) -> None:
    """Four are, unless one of them is short."""
    long = [QUESTION.format(number=n, a="This", b="That, since it is kind") for n in range(4)]
    short = QUESTION.format(number=9, a="This, since it is kind", b="That")
    assert asked(tmp_path, "".join(long[:3])) == []
    assert asked(tmp_path, "".join(long)) == ["longest-answer"]
    assert asked(tmp_path, "".join([*long, short])) == []


def test_what_is_short_may_be_in_capitals(tmp_path: Path) -> None:
    """NHS is no shout."""
    sections = "      - accordion:\n          - title: {}\n            text: Words.\n"
    assert asked(tmp_path, sections.format("NHS")) == []
    assert asked(tmp_path, sections.format("NHS TRUSTS")) == ["capitals"]


def test_words_of_links_say_where_they_lead(tmp_path: Path) -> None:
    """A picture's words aren't a link's, and a link may hold `here` among others."""
    text = "      - text: '[{}](https://www.example.org/)'\n"
    assert asked(tmp_path, text.format("Guidance for wards, here")) == []
    for words in ("here", "Click here", "**here**", "Read more", "this link"):
        assert asked(tmp_path, text.format(words)) == ["link-words"]


def test_nothing_is_asked_of_a_module_with_errors(tmp_path: Path) -> None:
    """First what stops a build; an error could make any question a wrong one."""
    assert asked(tmp_path, "      - tixt: Words.\n", 60) == ["unknown-kind"]


def test_a_build_asks_nothing(tmp_path: Path) -> None:
    """Check asks, with exit code 0; whoever builds has heard it."""
    asked(tmp_path, minutes=60)
    checked = rsscorm("check", folder=tmp_path)
    assert checked.returncode == 0
    assert "Write `minutes: 1`" in checked.stderr
    assert read_module(read_workspace(tmp_path), "a-first")[1] == []


def test_what_is_asked_is_a_warning() -> None:
    """Each has its code, and none ever stops a build."""
    assert LINTS <= WARNINGS <= set(CODES)
