"""A module becomes a page: the author's words, safely, and what the player must know."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from samples import example, pages, step, text_of, write_file, write_module

from rsscorm.blocks import KINDS
from rsscorm.module import code
from rsscorm.render.html import NO_MARKS, Markdown
from rsscorm.render.page import fill, words
from rsscorm.render.selftest import CHECKS
from rsscorm.workspace import Deployment


def shown(text: str, level: int = 3) -> str:
    """A passage of Markdown as HTML."""
    writer = Markdown(text, level, "media/{}".format, 'src="{}"'.format, "opens in a new window")
    return str(writer.html())


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("*one* **two** `three`", "<p><em>one</em> <strong>two</strong> <code>three</code></p>"),
        ("one\\\ntwo", "<p>one<br>\ntwo</p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("3. one\n4. two", '<ol start="3">\n<li>one</li>\n<li>two</li>\n</ol>'),
        ("> one", "<blockquote><p>one</p>\n</blockquote>"),
        ("one\n\n---\n\ntwo", "<p>one</p>\n<hr>\n<p>two</p>"),
        ("```\n<b>\n```", '<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>'),
        ('"Sam\'s" <3 & \\*', "<p>&quot;Sam&#x27;s&quot; &lt;3 &amp; *</p>"),
    ],
)
def test_markdown(written: str, html: str) -> None:
    """An author's marks become the HTML that stands for them."""
    assert shown(written) == html


@given(st.text(alphabet="ab1 .,?!-()%:;*_#`[]<&\n", min_size=1, max_size=20))
def test_words_without_marks_take_the_short_way(text: str) -> None:
    """Words that are not parsed, because no mark can be in them, come out as if they were."""
    if NO_MARKS.fullmatch(text) and text == text.strip():
        assert shown(text) == f"<p>{text}</p>"


def test_headings_leave_no_gap() -> None:
    """Headings continue the page's own, whatever level an author began with."""
    assert shown("# One\n\n### Two\n\n# Three") == "<h3>One</h3>\n<h4>Two</h4>\n<h3>Three</h3>"
    assert shown("#### Deep", level=4) == "<h4>Deep</h4>"


def test_links() -> None:
    """A link that leaves the module says so; one to a file of the module keeps it at hand."""
    assert shown("[site](https://www.example.org/?a=1&b)") == (
        '<p><a href="https://www.example.org/?a=1&amp;b" target="_blank" rel="noopener noreferrer">'
        'site<span class="unseen"> (opens in a new window)</span></a></p>'
    )
    assert shown("[us](mailto:a@example.org)") == '<p><a href="mailto:a@example.org">us</a></p>'
    assert shown("[card](card.pdf)") == '<p><a href="media/card.pdf" download>card</a></p>'


def test_pictures_in_markdown() -> None:
    """A picture's alternative is its words without marks, braces and quotation marks included."""
    assert shown('![A *red* {door} "x"](door.webp)') == (
        '<p><img src="door.webp" alt="A red {door} &quot;x&quot;"></p>'
    )


def test_tables() -> None:
    """A table has headers and may scroll on its own, with the keyboard too."""
    html = shown("| a | b |\n|:-|-:|\n| 1 | 2 |")
    assert '<div class="wide" tabindex="0"><table>' in html
    assert '<th scope="col" class="left">a</th><th scope="col" class="right">b</th>' in html
    assert '<tbody>\n<tr><td class="left">1</td><td class="right">2</td></tr>' in html


@given(st.text(max_size=60))
def test_no_markup_of_an_author_survives(text: str) -> None:
    """Whatever is written, no element comes out but those of Markdown, and no handler."""
    allowed = {"p", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img", "br",
               "hr", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "div",
               "span"}  # fmt: skip
    passage: Any = lxml_html.fragment_fromstring(
        shown(f"<b onclick=x>{text}</b>"), create_parent="div"
    )
    for element in passage.iter():
        assert element.tag in allowed
        assert not any(name.startswith("on") for name in element.attrib)


HOSTILE = '</script><img src=x onerror=alert(1)> & "it\'s" {{ 7 * 7 }} <!--'


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A workspace whose module has markup wherever plain words are shown."""
    quoted = json.dumps(HOSTILE.replace("{{ 7 * 7 }}", "\\{\\{ 7 * 7 }}"))
    blocks = f"""\
- scale: How far?
  id: how-far
  labels: [{quoted}, Yes]
- quote: Words
  who: {quoted}
- accordion:
    - title: {quoted}
      text: Words
- perspectives:
    - somebody: {quoted}
      text: Words
  id: voices
"""
    write_module(tmp_path, step(blocks, title=quoted), title=quoted)
    return tmp_path


def test_plain_words_are_shown_as_typed(hostile: Path) -> None:
    """Titles, names and labels never become markup, neither in the page nor in its data."""
    page = index(hostile)
    assert tree(page).xpath("//img") == []
    assert len(tree(page).xpath("//script")) == 2
    speaker = "//*[@data-kind='perspectives']//figcaption"
    for place in ("//h1", "//section[1]//h2", "//summary", speaker):
        assert tree(page).xpath(f"string({place})") == HOSTILE
    assert data(page)["title"] == HOSTILE
    assert data(page)["steps"][0]["title"] == HOSTILE


def index(folder: Path, **more: Any) -> str:
    """The page of the sample module."""
    return text_of(pages(folder, **more), "index.html")


def data(page: str) -> Any:
    """What the page tells the player."""
    return json.loads(tree(page).get_element_by_id("module-data").text)


def tree(page: str) -> Any:
    """The page as lxml reads it."""
    return lxml_html.fromstring(page)


def test_no_inline_code(hostile: Path) -> None:
    """The content policy forbids inline scripts and styles, so that the page has none."""
    page = tree(index(hostile))
    assert page.xpath("//@style") == []
    assert page.xpath("//style") == []
    assert [script.get("src") for script in page.xpath("//script[not(@type)]")] == ["player.js"]


def test_content_policy(tmp_path: Path) -> None:
    """The page may ask nobody but itself and the deployment's poll service."""
    write_module(tmp_path, step(example("text")))
    assert "connect-src 'self';" in index(tmp_path)
    service = Deployment(polls="https://polls.example.org/")
    assert "connect-src 'self' https://polls.example.org;" in index(tmp_path, deployment=service)


def test_data_for_the_player(tmp_path: Path) -> None:
    """The player is told each step and each block that has an id, with codes and rules."""
    write_module(
        tmp_path,
        step(example("choice") + example("text")),
        step(example("scenario"), "second"),
        complete="{when: passed, pass-mark: 80}",
    )
    found = data(index(tmp_path))
    assert found["complete"] == {"when": "passed", "passMark": 80, "score": True}
    assert found["polls"].pop("release").startswith("sample.")
    assert found["polls"] == {
        "answers": "anonymous", "compare": "after-vote", "least": 11, "step": 10, "until": None,
        "service": None, "name": None, "cohort": None, "snapshot": None,
    }  # fmt: skip
    first, second = found["steps"]
    assert [block["id"] for block in first["blocks"]] == ["early-sign", "would-help"]
    early, would_help = first["blocks"]
    assert early["code"] == code("early-sign", 4)
    assert early["codes"]["secret"] == code("secret", 3)
    assert early["iri"].startswith("urn:uuid:")
    assert early["interaction"]["correct"] == ["secret"]
    assert early["attempts"] == 2
    assert (early["holds"], early["counts"], would_help["counts"]) == (True, True, False)
    assert second["blocks"][0]["scenes"]["asked"] == {"take": "alone", "ask": "agreed"}


def test_media_get_names_that_every_lms_keeps(tmp_path: Path) -> None:
    """Files are packed under safe names, each once, whatever their own names are."""
    blocks = """\
- image: pictures/Ward Lounge (1).webp
  alt: The lounge
- image: media/ward-lounge-1.webp
  alt: The same name when made safe
- image: pictures/Ward Lounge (1).webp
  alt: The first again
"""
    folder = write_module(tmp_path, step(blocks))
    write_file(folder / "pictures" / "Ward Lounge (1).webp")
    write_file(folder / "media" / "ward-lounge-1.webp", colour="#f2b13c")
    names = [name for name in pages(tmp_path) if name.startswith("media/")]
    assert len(names) == 2 * 3
    assert all(re.fullmatch(r"media/[a-z0-9-]+\.webp", name) for name in names)


def test_pictures_come_in_sizes(tmp_path: Path) -> None:
    """A browser knows a picture's size before it comes, and takes the width it needs."""
    write_module(tmp_path, step(example("image")), step(example("scenario"), "second"))
    page = tree(index(tmp_path))
    picture, other = page.xpath("//img[@alt != '']")
    assert (picture.get("width"), picture.get("height")) == ("1200", "675")
    assert "media/lounge-480.webp 480w" in picture.get("srcset")
    # A step is read before its pictures come, the first one too.
    assert picture.get("loading") == other.get("loading") == "lazy"


def test_every_step_can_be_read_in_order(tmp_path: Path) -> None:
    """The page has one heading a step below the module's, and links between them."""
    write_module(tmp_path, step(example("text")), step(example("quote"), "second"))
    page = tree(index(tmp_path))
    assert page.xpath("//h1/text()") == ["A sample"]
    assert len(page.xpath("//main/section[@data-step]/header/h2")) == 3
    anchors = {name.removeprefix("#") for name in page.xpath("//a/@href") if name.startswith("#")}
    assert anchors <= {*page.xpath("//@id")}


def test_every_slice_has_its_files() -> None:
    """Every kind has an example and a template, and every style is in the frame's."""
    blocks = Path(__file__).parent.parent / "src" / "rsscorm" / "blocks"
    style = (blocks.parent / "player" / "frame.css").read_text("utf-8")
    for name in KINDS:
        assert (blocks / f"{name}.yaml").is_file(), f"{name} has no example"
        assert (blocks / f"{name}.html").is_file(), f"{name} has no template"
    for sheet in blocks.glob("*.css"):
        assert f'"../blocks/{sheet.name}"' in style, f"frame.css does not import {sheet.name}"


def test_words_are_all_used() -> None:
    """Each word for the learner is shown somewhere, and each that is asked for is there."""
    root = Path(__file__).parent.parent / "src" / "rsscorm"
    templates = "".join(
        path.read_text("utf-8")
        for folder in ("render/templates", "blocks")
        for path in (root / folder).glob("*.html")
    )
    scripts = "".join(
        path.read_text("utf-8")
        for folder in ("player", "blocks")
        for path in (root / folder).glob("*.ts")
    )
    known = words("en")
    for key in known["script"]:
        assert re.search(rf'["`]{key}["`]|`{key.split("_")[0]}_\$', scripts), key
    by_name = {"learn", "reflect", "connect", "key-point", "warning", "remember", "months"}
    for key in set(known) - {"script", "selftest"} - by_name:
        assert f"words.{key}" in templates, key
    states = {"works", "fails", "untested", "needless", *(f"{check}_title" for check in CHECKS)}
    for key in set(known["selftest"]) - states:
        assert f"test.{key}" in templates or f'"{key}"' in scripts, key


def test_words_are_filled() -> None:
    """A place in a sentence takes its value, and no other braces are touched."""
    assert fill("Step {number} of {total}", number=1, total=3) == "Step 1 of 3"


def test_an_organisation_shows_itself(tmp_path: Path) -> None:
    """A deployment's logo, privacy page and contact are on every screen, and nobody else's."""
    write_module(tmp_path, step(example("text")))
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "ward.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50"><path d="M0 0h9v9z"/></svg>'
    )
    trust = Deployment(
        name="Northfield & Sons",
        logo="brand/ward.svg",
        privacy="https://www.example.org/privacy",
        contact="ward.security@example.org",
    )
    page = tree(index(tmp_path, deployment=trust))
    (logo,) = page.xpath("//header//img")
    assert dict(logo.attrib) == {
        "class": "logo", "src": "media/ward.svg", "width": "200", "height": "50",
        "alt": "Northfield & Sons",
    }  # fmt: skip
    assert page.xpath("//footer//a/@href") == [
        "https://www.example.org/privacy", "mailto:ward.security@example.org", "selftest.html",
    ]  # fmt: skip
    nobody = tree(index(tmp_path))
    assert nobody.xpath("//header//img") == []
    assert nobody.xpath("//footer//a/@href") == ["selftest.html"]


def test_a_review_is_shown(tmp_path: Path) -> None:
    """A learner sees which edition this is, who reviewed it, and when."""
    folder = write_module(tmp_path, step(example("text")))
    source = (folder / "module.yaml").read_text("utf-8")
    review = "reviewed:\n  by: Clinical lead\n  on: 2026-05-01\n  next: 2099-05-01\n"
    (folder / "module.yaml").write_text(source.replace("steps:\n", review + "steps:\n"))
    assert "Edition 1. Reviewed by Clinical lead, 1 May 2026" in index(tmp_path)
