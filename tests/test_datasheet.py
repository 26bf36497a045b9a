"""An administrator takes a package in, and information governance asks: papers answer, truly."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from axe import AXE, OF_WIDTH, TAGS, assert_axe_finds_nothing
from browser import Watch
from markup import validate
from playwright.sync_api import Browser
from pypdf import PdfReader
from workspaces import built, edit, files_made, write_module

MODULES = Path(__file__).parent.parent / "modules"
SETTINGS = """\
deployments:
  default: {theme: clear, polls: none}
  northfield:
    name: Northfield NHS Foundation Trust
    theme: nhs
    polls: https://polls.northfield.example.org
    cohort: northfield
    privacy: https://www.northfield.example.org/privacy/learning
    contact: ward.security@northfield.example.org
"""
NORTHFIELD = "dist/northfield/noticing-2026.1"


class Words(HTMLParser):
    """The words of a page, without style and markup."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))

    def handle_data(self, data: str) -> None:
        """Some words."""
        self.words += data.split()


def words(path: Path) -> str:
    """What somebody reads on a page."""
    return " ".join(Words(path.read_text("utf-8")).words)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A module, built for a trust with a poll service and for nobody in particular."""
    write_module(tmp_path)
    (tmp_path / "rsscorm.yaml").write_text(SETTINGS)
    built(tmp_path, deployments=("all",))
    return tmp_path


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The modules that come with rsscorm, built likewise."""
    folder = tmp_path_factory.mktemp("real")
    shutil.copytree(MODULES, folder / "modules")
    (folder / "rsscorm.yaml").write_text(SETTINGS)
    built(folder, deployments=("all",))
    return folder


# What it says is so


def test_the_datasheet_names_the_very_file(workspace: Path) -> None:
    """Whoever holds the zip can see that it is the one that was meant."""
    for format in ("scorm12", "xapi"):
        package = workspace / f"{NORTHFIELD}-{format}.zip"
        told = words(workspace / f"{NORTHFIELD}-{format}.html")
        assert hashlib.sha256(package.read_bytes()).hexdigest() in told
        assert package.name in told


def test_it_says_where_answers_go(workspace: Path) -> None:
    """The service of this organisation, and of another that has none: none."""
    told = words(workspace / f"{NORTHFIELD}-scorm12.html")
    assert "polls.northfield.example.org" in told
    assert "1 poll, anonymous: the record holds only that each was answered." in told
    told = words(workspace / "dist/noticing-2026.1-scorm12.html")
    assert "Answers to polls are sent to no poll service." in told
    assert "example.org" not in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("when: all-steps", "when: all-steps", "Require status: Completed"),
        ("when: all-steps", "when: passed\n  pass-mark: 75", "Require status: Passed"),
        ("when: all-steps", "when: passed\n  pass-mark: 75", "75% of the scored questions"),
        ("when: all-steps", "when: all-steps\n  score: none", "Learning objects"),
        ("complete:", "polls: {answers: named}\ncomplete:", "1 poll, named"),
        ("answer: nurse", "report: true", "Nothing is scored; 100 is sent"),
        ("answer: nurse", "report: true", "the answer (1 question)"),
        ("described: same-as-text\n", "id: film\n", "1 film has no audio description"),
        ("people talk.", "people [talk](https://talk.example.com/x).", "to talk.example.com and"),
        ("complete:", "polls: {until: 2027-05-01}\ncomplete:", "until 1 May 2027"),
    ],
)
def test_it_follows_the_module(workspace: Path, old: str, new: str, said: str) -> None:
    """What completes it, what is scored and what is sent are of this module, not of any."""
    edit(workspace / "modules/noticing/module.yaml", old, new)
    built(workspace, deployments=("northfield",))
    assert said in words(workspace / f"{NORTHFIELD}-scorm12.html")


def test_plain_text_has_every_word(workspace: Path) -> None:
    """It can be pasted into a ticket, in lines that no mail program breaks, and nothing is lost."""
    for format in ("scorm12", "xapi"):
        text = (workspace / f"{NORTHFIELD}-{format}.txt").read_text("utf-8")
        page = Words((workspace / f"{NORTHFIELD}-{format}.html").read_text("utf-8")).words
        have = {word.strip(":,") for word in text.split()}
        assert {word for word in page if word.strip(":,") not in have} == set()
        assert max(map(len, text.splitlines())) <= 24 + 64


def test_an_xapi_package_has_its_own(workspace: Path) -> None:
    """No settings of an activity that doesn't take it; the launch's LRS instead."""
    told = words(workspace / f"{NORTHFIELD}-xapi.html")
    assert "Grading method" not in told
    assert "initialized, answered, completed, terminated" in told
    assert "the LRS that the launch names" in told


def parts(workspace: Path, format: str) -> dict[str, Any]:
    """The parts list of the package of nobody in particular."""
    file = workspace / f"dist/noticing-2026.1-{format}.cdx.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def test_the_parts_list_has_what_others_made(workspace: Path) -> None:
    """Schemas and the typeface, each with its digest and licence; nothing else of others."""
    for format, schemas in (("scorm12", 4), ("xapi", 0)):
        found = parts(workspace, format)
        assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
        files = [part for part in found["components"] if part["type"] == "file"]
        with zipfile.ZipFile(workspace / f"dist/noticing-2026.1-{format}.zip") as package:
            for part in files:
                [digest] = part["hashes"]
                content = package.read(part["name"])
                assert hashlib.sha256(content).hexdigest() == digest["content"]
        assert len([part for part in files if part["name"].endswith(".xsd")]) == schemas
        [font] = [part for part in files if part["name"].startswith("fonts/")]
        assert font["licenses"] == [{"license": {"id": "OFL-1.1"}}]


def test_answers_on_data_protection_are_of_this_deployment(workspace: Path) -> None:
    """What leaves for whom is said; what only the trust can say is marked, not made up."""
    told = words(workspace / f"{NORTHFIELD}-data-protection.html")
    assert "To polls.northfield.example.org: the option, a code instead of a name" in told
    assert "the group “northfield”" in told
    assert "To be filled in: the basis, confirmed by the trust" in told
    alone = words(workspace / "dist/noticing-2026.1-data-protection.html")
    assert "code instead of a name" not in alone
    assert "To be filled in: the address of the privacy notice" in alone


def test_a_paper_that_is_gone_or_altered_is_made_again(workspace: Path) -> None:
    """With its package, as they were; a build after that has nothing to do."""
    paper = workspace / f"{NORTHFIELD}-xapi.txt"
    before = paper.read_bytes()
    for harm in (paper.unlink, lambda: paper.write_bytes(b"altered")):
        harm()
        made = files_made(workspace, deployments=("northfield",))
        assert made == {f"{NORTHFIELD}-xapi.zip"}
        assert paper.read_bytes() == before
    assert files_made(workspace, deployments=("northfield",)) == set()


# How it looks


def papers(folder: Path) -> list[Path]:
    """Every page beside the packages."""
    return sorted((folder / "dist").rglob("*.html"))


def test_a_datasheet_is_one_page_of_paper(real: Path, browser: Browser) -> None:
    """A4, for each of the modules that come with rsscorm, with all that a deployment can say."""
    page = browser.new_page()
    sheets = [path for path in papers(real) if not path.name.endswith("protection.html")]
    assert len(sheets) == 4 * len(list(MODULES.glob("*/module.yaml")))
    for sheet in sheets:
        page.goto(sheet.as_uri())
        printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
        assert len(printed.pages) == 1, sheet.name
        assert round(float(printed.pages[0].mediabox.height)) == 842
    page.close()


def test_everybody_can_read_it(real: Path, watch: Watch) -> None:
    """axe finds nothing wide or narrow; nothing is fetched, and no style is blocked."""
    page = watch.open()
    for path in papers(real):
        watch.origins.add("file://")
        page.goto(path.as_uri())
        page.evaluate(AXE.read_text("utf-8"))
        assert_axe_finds_nothing(page, TAGS)
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert_axe_finds_nothing(page, OF_WIDTH)
    asked = [url for url in watch.requests if not url.startswith(("file:", "data:"))]
    assert asked == []


def test_its_html_is_valid(real: Path, tmp_path: Path) -> None:
    """html-validate finds nothing in any of them but the style, which must be inside."""
    validate(tmp_path, *papers(real))
