"""An author's slip, an accident or an attack: nothing outside the module is packed, nothing of an
author's runs in a page, and every text is answered with a report, soon, and never a fault."""

from __future__ import annotations

import io
import os
import time
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from samples import pages, read, step, text_of, write_file, write_module
from workspaces import files_made

from rsscorm.package import write_zip
from rsscorm.problems import Problem
from rsscorm.source import check
from rsscorm.source.report import show

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"/>'
HERE = "https://a.example"
SOON = 2.0
"""Seconds of processor time: what takes longer looks as if it hung."""


def problems(workspace: Path) -> list[Problem]:
    """What stops `rsscorm build`, or is warned of, on a day on which no review is due."""
    return check(workspace, None, date(2026, 6, 1), lints=False)


def codes(workspace: Path) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in problems(workspace)]


def write_text(workspace: Path, words: str) -> Path:
    """A module of one text, kept in a file of its own; returns the module's folder."""
    folder = write_module(workspace, step("- text: {from: words.md}"))
    (folder / "words.md").write_text(words, encoding="utf-8")
    return folder


@pytest.mark.parametrize("link", ["[it](../../its@secret.txt)", "![it](../../its@secret.svg)",
                                  "[it](/etc/../its@secret.txt)"])  # fmt: skip
def test_an_at_sign_opens_no_way_out_of_the_module(tmp_path: Path, link: str) -> None:
    """A path that holds an `@` is a path like any other, and not an e-mail address."""
    for name in ("its@secret.txt", "its@secret.svg"):
        (tmp_path / name).write_text(DRAWING)
    write_text(tmp_path, link)
    assert codes(tmp_path) == ["path-outside"]


def test_an_e_mail_address_without_mailto_gets_a_way_out(tmp_path: Path) -> None:
    """The author is told what to write, instead of packing a file that isn't there."""
    write_text(tmp_path, "[Write to us](us@ward.example)")
    (problem,) = problems(tmp_path)
    assert problem.hint == "If it is an e-mail address, write `mailto:us@ward.example`."


def test_a_value_leads_no_picture_out_of_the_module(tmp_path: Path) -> None:
    """A picture's address is looked at as each deployment fills it in."""
    (tmp_path / "rsscorm.yaml").write_text("values: {picture: ../../secret.svg}\n")
    (tmp_path / "secret.svg").write_text(DRAWING)
    folder = write_text(tmp_path, "![it]({picture})")
    (folder / "{picture}").write_text(DRAWING)
    assert codes(tmp_path) == ["path-outside"]


def test_a_picture_between_the_brackets_of_a_picture_gives_its_words(tmp_path: Path) -> None:
    """CommonMark allows it (6.4, Images): its words are part of the outer one's."""
    folder = write_text(tmp_path, "![a ward ![with a door](a.webp) at night](a.webp) and *so* on")
    write_file(folder / "a.webp")
    assert codes(tmp_path) == []
    page = text_of(pages(tmp_path), "index.html")
    assert 'alt="a ward with a door at night"> and <em>so</em> on' in page


@pytest.mark.parametrize(
    "words",
    [
        "\u00e9" + "[a](https://example.org) " * 30_000,
        "\u00e9" + "<b>" * 3_000,
        "\u00e9" + "{x " * 3_000,
        "sk-" * 200_000,
        "eyJ" * 200_000,
    ],
    ids=["links", "html", "braces", "sk", "eyJ"],
)  # fmt: skip
def test_a_strange_text_is_answered_soon(tmp_path: Path, words: str) -> None:
    """No text, however made, costs time that grows with the square of its length."""
    write_text(tmp_path, words)
    before = time.process_time()
    check(tmp_path)
    assert time.process_time() - before < SOON


@pytest.mark.parametrize(
    "polls",
    [f"{HERE}; worker-src *", f"{HERE} https://b.example", "https://", "https://*", f"{HERE}/,b",
     f"{HERE}'", f'{HERE}"><script>', f"{HERE}/?a=b", "https://[::1", "https://a:b@c.example"],
)  # fmt: skip
def test_a_poll_service_adds_one_address_to_the_policy(tmp_path: Path, polls: str) -> None:
    """CSP 3, 2.2: `;` and spaces begin something else, and `*` is everybody."""
    write_module(tmp_path, step("- text: Words"))
    (tmp_path / "rsscorm.yaml").write_text(
        f"deployments:\n  default:\n    polls: |\n      {polls}\n"
    )
    assert codes(tmp_path)[0] == "not-https"


@pytest.mark.parametrize("iri", ["https://", "https://a b/", 'https://a"/', "https://a/<b>"])
def test_an_iri_that_is_none_is_the_author_s_to_mend(tmp_path: Path, iri: str) -> None:
    """It would break the manifest, or every statement, of every module."""
    write_module(tmp_path, step("- text: Words"))
    (tmp_path / "rsscorm.yaml").write_text(f"iri: |\n  {iri}\n")
    assert codes(tmp_path) == ["not-https"]


@pytest.mark.parametrize("font", ["'abc", '"abc', "a, , b", "4711", "a,"])
def test_a_font_leaves_the_rest_of_the_style_alone(tmp_path: Path, font: str) -> None:
    """CSS Syntax 3, 4.3.5: a quotation mark that isn't closed takes the rest of the line."""
    theme = tmp_path / "themes" / "ours" / "theme.yaml"
    theme.parent.mkdir(parents=True)
    theme.write_text(f"extends: clear\nfont: |\n  {font}\n")
    assert codes(tmp_path) == ["not-a-font"]


@pytest.mark.parametrize(
    ("extends", "code"),
    [("[clear]", "bad-id"), ("{clear: nhs}", "bad-id"), ("c" * 300, "bad-id"),
     ("../../elsewhere", "bad-id"), ("clea", "no-theme")],
)  # fmt: skip
def test_a_theme_extends_a_theme_by_name(tmp_path: Path, extends: str, code: str) -> None:
    """Whatever else stands there is said to its author, at any distance from the theme in use."""
    for name, parent in {"ours": "theirs", "theirs": extends}.items():
        (tmp_path / "themes" / name).mkdir(parents=True)
        (tmp_path / "themes" / name / "theme.yaml").write_text(f"extends: {parent}\n")
    assert set(codes(tmp_path)) == {code}


def own_theme(workspace: Path) -> Path:
    """A theme of the workspace that its modules are built with; returns the theme's folder."""
    write_module(workspace, step("- text: Words"))
    (workspace / "rsscorm.yaml").write_text("deployments:\n  default: {theme: ours}\n")
    folder = workspace / "themes" / "ours"
    folder.mkdir(parents=True)
    (folder / "theme.yaml").write_text("extends: clear\n")
    return folder


@pytest.mark.parametrize(
    ("style", "code"),
    [
        (b"\xff\xfe", "not-utf8"),
        (b'@import "https://a.example/a.css";', "unsafe-link"),
        (b"a { background: url( https://a.example/a.png) }", "unsafe-link"),
        (b"/* ghp_" + b"a1B2c3D4" * 4 + b" */", "secret"),
    ],
)
def test_a_theme_s_own_style_is_looked_at(tmp_path: Path, style: bytes, code: str) -> None:
    """It becomes part of every package."""
    (own_theme(tmp_path) / "theme.css").write_bytes(style)
    assert codes(tmp_path) == [code]


@pytest.mark.parametrize(
    "link", ["theme.css", "templates", "templates/step.html", "templates/more"]
)
def test_a_theme_is_no_way_to_other_files(tmp_path: Path, link: str) -> None:
    """A link out of the theme's folder is packed as little as one out of a module's."""
    outside = tmp_path / "private"
    outside.mkdir()
    (outside / "step.html").write_text("For our eyes only")
    path = own_theme(tmp_path) / link
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(outside / "step.html" if path.suffix else outside)
    assert codes(tmp_path) == ["link-outside"]


def test_pipes_and_links_to_nowhere_stop_nothing(tmp_path: Path) -> None:
    """In a theme's folder they are passed over; where a file belongs they are refused."""
    folder = own_theme(tmp_path)
    os.mkfifo(folder / "pipe")
    (folder / "nowhere").symlink_to("nowhere-at-all")
    (folder / "everywhere").symlink_to(tmp_path)
    assert files_made(tmp_path)
    os.mkfifo(folder / "theme.css")
    assert codes(tmp_path) == ["not-a-file"]


@pytest.mark.parametrize("kind", ["pipe", "folder", "link to nowhere"])
def test_settings_that_are_no_file_are_refused(tmp_path: Path, kind: str) -> None:
    """Neither waited for, nor taken for none at all."""
    path = tmp_path / "rsscorm.yaml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere")
    assert codes(tmp_path) == ["not-a-file"]


def test_hours_without_end_are_no_time(tmp_path: Path) -> None:
    """Python itself refuses to read a number of so many figures."""
    video = "- video: a.mp4\n  captions: a.vtt\n  transcript: a.md\n  described: same-as-text"
    folder = write_module(tmp_path, step(video))
    (folder / "a.vtt").write_text(
        f"WEBVTT\n\n{'9' * 5000}:00:00.000 --> {'9' * 5001}:00:00.000\nHi\n"
    )
    assert codes(tmp_path) == ["captions"]


@pytest.mark.parametrize("moment", ["\u00b2", "9" * 20, "9" * 5000, "-1", "soon"])
def test_a_moment_that_is_none_is_passed_over(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOURCE_DATE_EPOCH comes from another tool; what is no number of seconds says nothing."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", moment)
    write_zip.__globals__["_moment"].cache_clear()
    write_zip({"a.txt": b"a"}, tmp_path / "a.zip")
    assert ZipFile(tmp_path / "a.zip").getinfo("a.txt").date_time[0] == 1980


LOADS = '@import "https://a.example/a.css";'


@pytest.mark.parametrize(
    "inside",
    [
        f"<style>{LOADS.replace('port', '<![CDATA[port]]>')}</style>",
        f"<style>{LOADS.replace('p', '&#112;')}</style>",
        f"<style>{LOADS.replace('port', '<!-- -->port')}</style>",
        f"<style>{LOADS.replace('i', chr(92) + '69')}</style>",
        f'<rect style="fill: u{chr(92)}72 l(https://a.example/a)"/>',
        "<rect style=\"background: image-set('https://a.example/a.png' 1x)\"/>",
        '<meta xmlns="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0"/>',
    ],
    ids=["cdata", "reference", "comment", "escape", "escaped-url", "image-set", "html"],
)
def test_a_drawing_hides_nothing_in_disguise(tmp_path: Path, inside: str) -> None:
    """Styles are read as a browser reads them: with their pieces put together, and no HTML."""
    folder = write_module(tmp_path, step("- image: a.svg\n  alt: A ward"))
    (folder / "a.svg").write_text(DRAWING.replace("/>", f">{inside}</svg>"))
    assert codes(tmp_path) == ["svg-active"]


def test_a_drawing_is_read_as_it_says(tmp_path: Path) -> None:
    """A browser believes the XML declaration, so what we check must be what it reads."""
    folder = write_module(tmp_path, step("- image: a.svg\n  alt: A ward"))
    (folder / "a.svg").write_text(f'<?xml version="1.0" encoding="UTF-16"?>{DRAWING}')
    assert codes(tmp_path) == ["not-utf8"]


def test_nothing_gives_orders_to_the_author_s_terminal(tmp_path: Path) -> None:
    """Neither by a folder's name nor by what stands in a text (ECMA-48: ESC, and CSI in one)."""
    write_text(tmp_path, "Words \u009b31m and more")
    assert codes(tmp_path) == ["control-character"]
    (tmp_path / "modules" / "sample").rename(tmp_path / "modules" / "\x1b[31msample")
    told = io.StringIO()
    show(problems(tmp_path), told, color=True)
    assert "\x1b[31msample" not in told.getvalue()
    assert "\u009b" not in told.getvalue()


@pytest.mark.parametrize("key", ['""', "''", "? ", ": "])
def test_a_key_may_be_nothing_at_all(tmp_path: Path, key: str) -> None:
    """YAML has such keys; the format doesn't."""
    folder = write_module(tmp_path, step("- text: Words"))
    with (folder / "module.yaml").open("a") as file:
        file.write(f"        {key}: more\n")
    assert codes(tmp_path)


def test_a_poll_s_option_has_nothing_but_its_words(tmp_path: Path) -> None:
    """Where no key can stand there is none to name."""
    poll = "- poll: Who?\n  id: who\n  options:\n    - me: I\n      text: more\n    - you: You"
    write_module(tmp_path, step(poll))
    (problem,) = problems(tmp_path)
    assert (problem.code, problem.hint) == ("unknown-key", "Delete `text`.")


def test_right_sides_that_look_alike_are_one(tmp_path: Path) -> None:
    """A list of options shows no marks, so that nobody could tell `*The team*` from `The team`."""
    pairs = "- match: Who?\n  id: who\n  pairs:\n" + "".join(
        f"    - {id}: {id}\n      to: |\n        {to}\n"
        for id, to in {"a": "*The team*", "b": "The team", "c": "Nobody"}.items()
    )
    write_module(tmp_path, step(pairs))
    (match,) = read(tmp_path).blocks()
    asked = match.interaction()
    assert asked and asked.correct == ("a.a", "b.a", "c.c")
    assert [side.text for side in asked.targets] == ["The team", "Nobody"]


def test_nothing_has_no_sign(tmp_path: Path) -> None:
    """The right answer of `-0` is told as the learner's own would be."""
    write_module(tmp_path, step("- number: How many?\n  id: many\n  answer: -0"))
    (number,) = read(tmp_path).blocks()
    asked = number.interaction()
    assert asked and asked.correct == ("0",)


def test_one_moment_is_too_few(tmp_path: Path) -> None:
    """A moment has several keys of its own, which are not two options for want of a dash."""
    moments = "- timeline:\n    - when: 1829\n      title: A law\n      text: It came."
    write_module(tmp_path, step(moments))
    assert codes(tmp_path) == ["too-few"]
