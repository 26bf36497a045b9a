"""What happens around an open preview: folders that go and come, strangers, broken requests."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import samples
from samples import step
from workspaces import edit

from rsscorm.preview.changes import Changes
from rsscorm.preview.site import Preview
from rsscorm.preview.workshop import Draft, Look, Workshop
from rsscorm.problems import Problem
from rsscorm.referee.web import Server

WORDS = "A ward is safe because people talk."
CARD = "- download: card.pdf\n  title: A card\n"
SETTINGS = "deployments: {default: {theme: ours}}\n"


@dataclass
class Page:
    """The page of a module as far as it listens: what it was told last, of each kind."""

    lines: Iterator[str]
    told: dict[str, str] = field(default_factory=dict)

    def wait(self, kind: str, words: str) -> None:
        """Listen until it is told so; a long silence is a preview that hears nothing more."""
        while words not in self.told.get(kind, ""):
            heard = next(self.lines)
            assert heard != ": still here"
            if heard.startswith("event: "):
                self.told[heard.removeprefix("event: ")] = next(self.lines)


@dataclass
class Author:
    """Somebody with a workspace, and its preview."""

    folder: Path
    site: Preview
    origin: str

    @property
    def source(self) -> Path:
        """What is being written."""
        return self.folder / "modules/sample/module.yaml"

    @contextmanager
    def page(self) -> Iterator[Page]:
        """A window with the module, which shows what there is."""
        number = len(self.site.launches)
        assert httpx.get(f"{self.origin}/play/sample").status_code == 200
        address = f"{self.origin}/launches/{number}/news"
        with httpx.stream("GET", address, timeout=20) as answer:
            page = Page(answer.iter_lines())
            page.wait("draft", WORDS)
            yield page

    def says(self, words: str) -> None:
        """Write other words."""
        edit(self.source, WORDS, words)


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Author]:
    """An author with one module, in a theme of the workspace."""
    samples.write_module(tmp_path, step(f"- text: {WORDS}\n{CARD}", minutes=1), minutes=1)
    (tmp_path / "rsscorm.yaml").write_text(SETTINGS)
    theme = tmp_path / "themes/ours/theme.yaml"
    theme.parent.mkdir(parents=True)
    theme.write_text("extends: clear\n")
    site = Preview(tmp_path)
    with Server(site) as server, Changes(tmp_path, site.saved):
        site.origin = server.origin
        yield Author(tmp_path, site, server.origin)
        site.close()


# Folders that go and come


@pytest.mark.parametrize("name", ["modules", "themes"])
def test_a_folder_that_is_made_anew_is_watched_again(author: Author, name: str) -> None:
    """As git does when it goes to another branch and back."""
    with author.page() as page:
        shutil.copytree(author.folder / name, author.folder / "kept")
        shutil.rmtree(author.folder / name)
        page.wait("problems", "There is no")
        (author.folder / "kept").rename(author.folder / name)
        page.wait("problems", "[]")
        if name == "modules":
            author.says("Everybody talks.")
        else:
            (author.folder / "themes/ours/theme.css").write_text("p { margin: 1px }")
            author.says("Everybody talks.")
        page.wait("draft", "Everybody talks.")


def test_a_template_of_a_theme_that_is_broken_and_mended(author: Author) -> None:
    """It is told with its line, and shown as soon as it can be."""
    template = author.folder / "themes/ours/templates/end.html"
    with author.page() as page:
        template.parent.mkdir()
        for text in ("{{ nothing }}", "\n{% if x %}"):
            template.write_text(text)
            page.wait("problems", "themes/ours/templates/end.html")
        template.write_text("<!-- our own end -->")
        page.wait("draft", "our own end")
        page.wait("problems", "[]")
        template.unlink()
        author.says("Everybody talks.")
        page.wait("draft", "Everybody talks.")
        assert "our own end" not in page.told["draft"]


def test_settings_that_are_broken_and_mended(author: Author) -> None:
    """What is wrong is told, then nothing; the module is shown as it is by then."""
    with author.page() as page:
        for wrong, said in (("deployments: [\n", "`[`"), ("deployments: {}\n", "deployments")):
            (author.folder / "rsscorm.yaml").write_text(wrong)
            page.wait("problems", said)
        author.says("Everybody talks.")
        (author.folder / "rsscorm.yaml").write_text(SETTINGS)
        page.wait("problems", "[]")
        page.wait("draft", "Everybody talks.")


def test_many_saves_and_the_files_of_editors(author: Author) -> None:
    """The last of twenty saves is what is shown; what an editor keeps beside them is nothing."""
    with author.page() as page:
        for name in (".module.yaml.swp", "module.yaml~", "#module.yaml#", ".#module.yaml", "4913"):
            author.source.with_name(name).write_text("not yaml: [")
        text = author.source.read_text()
        for number in range(20):
            author.source.write_text(text.replace(WORDS, f"Save {number} of 20."))
        page.wait("draft", "Save 19 of 20.")
        page.wait("problems", "[]")


class Fleeting(Workshop):
    """A workshop in which a file goes as soon as it was looked at."""

    def draft(self, look: Look) -> tuple[Draft | None, list[Problem]]:
        """The module as it is, for the last time."""
        found = super().draft(look)
        (self.folder / "modules/sample/card.pdf").unlink(missing_ok=True)
        return found


def test_a_file_that_goes_in_that_very_moment(author: Author) -> None:
    """It is told as missing, and the preview goes on."""
    card = author.source.with_name("card.pdf")
    kept = card.read_bytes()
    with author.page() as page:
        usual, author.site.workshop = author.site.workshop, Fleeting(author.folder)
        author.says("Everybody talks.")
        page.wait("problems", "card.pdf")
        author.site.workshop = usual
        card.write_bytes(kept)
        page.wait("draft", "Everybody talks.")


# Strangers


def sent(author: Author, request: str) -> int:
    """The status of the answer to a request as it stands."""
    host, _, port = author.origin.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(request.encode("latin-1"))
        return int(line.recv(64).split()[1])


@pytest.mark.parametrize(
    "path",
    ["/own/%2fetc%2fhostname", "/own/..%2fsite.py", "/play/..%2f..%2felsewhere", "/play/%00",
     "/launches/%C2%B2/news", "/launches/99999999999/news", "/launches/-1/news"],
)  # fmt: skip
def test_no_address_leads_out(author: Author, path: str) -> None:
    """Neither to other files of this machine nor to a fault."""
    assert httpx.get(author.origin + path).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[", "x:y:z", ""])
def test_a_name_that_leads_here_is_refused(author: Author, host: str) -> None:
    """Whatever somebody lets point to this machine (DNS rebinding)."""
    assert sent(author, f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n") == 403


@pytest.mark.parametrize(
    "rest",
    ["Content-Length: x", "Content-Length: -1", "Content-Length: 99999999999",
     "Content-Length: 1\r\n\r\n{"],
)  # fmt: skip
def test_a_broken_request_is_answered_as_one(author: Author, rest: str) -> None:
    """It ends nothing, waits for nothing, and is no fault of ours when the preview ends."""
    with author.page():
        head = "POST /launches/0/log HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        assert sent(author, f"{head}{rest}\r\n\r\n") == 400


def test_votes_of_a_module_that_has_no_polls_any_more(author: Author) -> None:
    """The page that asks may be older than the save that took them away."""
    with author.page():
        votes = f"{author.origin}/launches/0/polls/votes"
        assert httpx.post(votes, json={"poll": "gone"}).status_code == 404
