"""Whatever an author types or drops into a folder: an answer, never a traceback.

Each claim is tried on a hundred made-up inputs, and by `./test --long` on thousands.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rsscorm import markdown
from rsscorm.blocks.fields import Cut
from rsscorm.module import fill
from rsscorm.problems import CODES
from rsscorm.source import captions, check, pilot, prose, read_module, read_workspace, secrets, svg
from rsscorm.source.texts import Source
from rsscorm.source.yaml import parse

OFTEN = pytest.mark.parametrize("times", [100, pytest.param(10_000, marks=pytest.mark.long)])

YAML_MARKS = st.text("ab:-#{}[]|>&*!%@`'\"\\\n\t ,?1", max_size=80)
MARKDOWN_MARKS = st.text("ab<>[]()!{}\\*_`#-+|=:/\"'&;1. \n", max_size=80)
HEAD = """rsscorm: 1
id: any
edition: "1"
title: {title}
summary: Words.
minutes: 1
language: en
complete: {{when: all-steps}}
steps:
  - id: one
    kind: learn
    title: A step
    minutes: 1
    blocks:
      - text: Words.
"""


def hold(times: int, made_up: st.SearchStrategy[Any], claim: Callable[[Any], None]) -> None:
    """Try a claim on that many made-up inputs."""
    slow = [HealthCheck.too_slow]
    settings(max_examples=times, deadline=None, suppress_health_check=slow)(given(made_up)(claim))()


def codes_of(files: dict[str, bytes]) -> set[str]:
    """The codes that `check` finds in a module made of these files."""
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / "modules/any"
        module.mkdir(parents=True)
        for name, data in files.items():
            (module / name).write_bytes(data)
        return {problem.code for problem in check(Path(folder))}


@OFTEN
def test_any_text_as_a_module(times: int) -> None:
    """Any text in place of a module is refused with known codes."""

    def claim(text: str) -> None:
        found = codes_of({"module.yaml": text.encode("utf-8", "surrogatepass")})
        assert found and found <= set(CODES)

    hold(times, st.text() | YAML_MARKS, claim)


@OFTEN
def test_any_text_behind_a_key(times: int) -> None:
    """Any text behind a key either is read as it was typed or is refused."""

    def claim(text: str) -> None:
        document = parse(f"title: {text}\nsummary: x\n", "module.yaml")
        if not document.problems and not document.empty:
            title = document.data["title"]
            assert isinstance(title, (Cut, list, dict)) or title == text.strip()

    hold(times, st.text("ab:-#{}[]&*!%@`\\\t ,?1", max_size=40), claim)


@OFTEN
def test_any_bytes_as_media(times: int) -> None:
    """Any bytes in place of pictures, films and captions are refused or taken."""
    names = ["a.svg", "a.png", "a.jpg", "a.webp", "a.mp4", "a.vtt", "a.md"]
    starts = [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"<svg ",
        b"WEBVTT\n",
    ]
    blocks = "".join(f"      - image: {name}\n        alt: A\n" for name in names[:4])
    film = "      - video: a.mp4\n        captions: a.vtt\n        transcript: a.md\n"
    module = (HEAD.format(title="Any") + blocks + film).encode()

    def claim(made: tuple[bytes, bytes]) -> None:
        files = dict.fromkeys(names, made[0] + made[1])
        assert codes_of({**files, "module.yaml": module}) <= set(CODES)

    hold(times, st.tuples(st.sampled_from(starts), st.binary(max_size=60)), claim)


@OFTEN
@pytest.mark.parametrize("of", [captions.check, svg.check, pilot.check])
def test_any_text_file(times: int, of: Callable[[Source], Any]) -> None:
    """Any text in captions, drawings and figures is answered, and every problem is in the file."""

    def claim(text: str) -> None:
        source = Source("file", text)
        for problem in of(source):
            assert 1 <= problem.line <= len(source.lines) + 1

    marks = st.text("WEBVT\n0123456789:.,-> <svg/>&!'\"=option votes", max_size=120)
    hold(times, st.text() | marks, claim)


@OFTEN
def test_any_prose(times: int) -> None:
    """Any prose is answered, and every fault is at a character of it."""
    around = prose.Surroundings({"default": {"a": "b"}}, lambda role, path: path)

    def claim(text: str) -> None:
        for kind in ("plain", "inline", "markdown"):
            for fault in prose.faults(kind, text, around):
                assert 0 <= fault.offset <= len(text)
                assert fault.code in CODES

    hold(times, st.text() | MARKDOWN_MARKS, claim)


@OFTEN
def test_any_title_survives(times: int, tmp_path: Path) -> None:
    """Any title comes out of a quoted scalar as it went in, braces and backslashes too."""
    path = tmp_path / "modules/any/module.yaml"
    path.parent.mkdir(parents=True)
    printable = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    titles = (st.text(printable, min_size=1, max_size=200) | st.text("{}\\a ", min_size=1)).filter(
        lambda title: title.strip() and not list(secrets.find(title))
    )

    def claim(title: str) -> None:
        written = title.replace("{", r"\{").replace("}", r"\}")[:200]
        quoted = "".join(f"\\U{ord(letter):08x}" for letter in written)
        path.write_text(HEAD.format(title=f'"{quoted}"'))
        module, _ = read_module(read_workspace(tmp_path), "any")
        assert fill(module, {}).title == title.strip()

    hold(times, titles.filter(lambda t: len(t) + t.count("{") + t.count("}") <= 200), claim)


@OFTEN
def test_any_value_shows_as_it_is(times: int, tmp_path: Path) -> None:
    """A deployment's value shows as it was typed, whatever marks of Markdown it has."""
    path = tmp_path / "modules/any/module.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD.format(title="Any").replace("text: Words.", "text: Ask {lead} today."))
    (tmp_path / "rsscorm.yaml").write_text("values: {lead: somebody}\n")
    module, _ = read_module(read_workspace(tmp_path), "any")

    def claim(value: str) -> None:
        text = fill(module, {"lead": value}).steps[0].blocks[0].text.text
        assert markdown.plain(text) == f"Ask {' '.join(value.split())} today."

    words = st.text("ab*_[]()<>`#!\\&;~|1.", min_size=1, max_size=40)
    hold(times, words, claim)


def test_a_bomb_of_braces_is_quick() -> None:
    """Depth is refused at forty levels, before it costs anything."""
    assert codes_of({"module.yaml": b"a: " + b"[" * 100_000}) == {"too-deep"}


def test_a_bomb_of_scenes_is_quick(tmp_path: Path) -> None:
    """A scenario with more paths than anybody can walk is read at once."""
    scenes = "".join(
        f"          s{n}:\n            text: Words.\n            options:\n"
        f"              - a{n}: One\n                goto: s{n + 1}\n"
        f"              - b{n}: Two\n                goto: s{n + 1}\n"
        for n in range(200)
    )
    scenario = (
        f"      - scenario: A maze.\n        id: maze\n        start: s0\n        scenes:\n{scenes}"
    )
    text = HEAD.format(title="Any") + scenario + "          s200:\n            text: The end.\n"
    assert codes_of({"module.yaml": text.encode()}) <= {"code-clash"}
