"""What polls have shown, for people: reports, packed snapshots, and how the service stands."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from axe import AXE, TAGS, assert_axe_finds_nothing
from book import Book
from browser import Watch
from polls import RELEASE, SECRET, Service, polls_json
from samples import step, write_module
from test_polls_whole import POLL, build

from rsscorm.polls import admin, report, snapshot
from rsscorm.polls.database import open_database
from rsscorm.polls.keys import Keys
from rsscorm.polls.limit import TOO_MANY, quarantine
from rsscorm.polls.outbox import LogOutbox
from rsscorm.polls.release import Release
from rsscorm.polls.schema import prepare
from rsscorm.polls.status import as_text, status
from rsscorm.polls.words import PackageWordsError, Words, words_of

TODAY = date(2026, 11, 25)
HOSTILE = Words(
    {"safe": {"name": "<script>alert(1)</script>",
              "components": [{"id": "tell", "text": "=HYPERLINK(1)"}]}},
    "A <b>title</b>",
)  # fmt: skip


@pytest.fixture
def book(store: str, tmp_path: Path) -> Book:
    """A ledger over each database in turn."""
    database = open_database(store)
    prepare(database)
    return Book(database, Keys(SECRET, tmp_path / "salts"))


def crowd(book: Book, count: int, poll: str = "safe", cohort: str = "") -> None:
    """So many vote, one after another, in two ways; twice where they are asked twice."""
    asked = book.poll(poll)
    for who in range(count):
        option = asked.options[who % 2]
        book.vote(book.ballot(who, option, poll, cohort=cohort))
        if asked.votes == 2:
            again = asked.options[who // 2 % 2]
            book.vote(book.ballot(who, again, poll, vote=2, cohort=cohort))


def release_of(book: Book) -> Release:
    """The release of the book."""
    return admin.find(book.database, RELEASE)


def test_nothing_is_reported_of_ten(book: Book) -> None:
    """Whatever form a report has, ten voters are not in it, and eleven only roughly."""
    with closing(book.database):
        crowd(book, 10)
        release = release_of(book)
        polls = report.reports(book.database, release, Words())
        page = report.as_page(release, polls, "Noticing", TODAY)
        assert page.count("Fewer than 11 people have answered") == 3
        assert len(report.as_csv(release, polls).splitlines()) == 1
        assert json.loads(snapshot.as_file(book.database, release, TODAY))["polls"] == {}
        book.vote(book.ballot(99, "wait"))
        polls = report.reports(book.database, release, Words())
        assert "More than 10 people" in report.as_page(release, polls, "Noticing", TODAY)
        assert "about 5 in 10    tell" in report.as_text(release, polls)


def test_a_report_says_what_packages_are_told(book: Book) -> None:
    """Each number of the table is one that `told` gives, before and after, and by cohort."""
    with closing(book.database):
        crowd(book, 70, "rule")
        crowd(book, 130)
        book.vote(*(book.ballot(who, ("tell", "wait")[who % 2], cohort="northfield")
                    for who in range(200, 320)))  # fmt: skip
        book.vote(*(book.ballot(who, ("tell", "wait")[who % 2]) for who in range(400, 420)))
        release = release_of(book)
        polls = report.reports(book.database, release, Words())
        rows = list(csv.DictReader(io.StringIO(report.as_csv(release, polls))))
        assert {(row["poll"], row["who"], row["asked"]) for row in rows} == {
            ("safe", "everybody", "once"), ("safe", "northfield", "once"),
            ("rule", "everybody", "first"), ("rule", "everybody", "second"),
        }  # fmt: skip
        for row in rows:
            told = book.told(row["poll"], row["who"])
            part = {"first": "before", "second": "figures"}.get(row["asked"], "figures")
            figures = told["cohort" if row["who"] == "northfield" else part]
            assert int(row["share"]) == figures["shares"][row["option"]]
            assert int(row["more than"]) == figures["moreThan"]
        page = report.as_page(release, polls, "Noticing", TODAY)
        assert "both figures are of the same people" in page
        assert "Of these, northfield" in page


def test_words_are_words(book: Book) -> None:
    """What an author, or whoever made a package, wrote is shown as text, and is no formula."""
    with closing(book.database):
        crowd(book, 11)
        release = release_of(book)
        polls = report.reports(book.database, release, HOSTILE)
        page = report.as_page(release, polls, HOSTILE.title, TODAY)
        assert "<script" not in page
        assert "A &lt;b&gt;title&lt;/b&gt;" in page
        assert "'=HYPERLINK(1)" in report.as_csv(release, polls)


def test_a_page_that_people_can_read(tmp_path: Path, watch: Watch) -> None:
    """axe-core finds nothing in it, it asks for nothing, and it fits a phone."""
    database = open_database(str(tmp_path / "polls.db"))
    prepare(database)
    with closing(database):
        book = Book(database, Keys(SECRET, tmp_path / "salts"))
        crowd(book, 240, "rule")
        crowd(book, 30)
        release = release_of(book)
        page = report.as_page(release, report.reports(database, release, Words()), "Small", TODAY)
    assert not re.search(r"https?://|<script|@import|url\(", page)
    shown = watch.open(viewport={"width": 320, "height": 640})
    shown.set_content(page)
    assert shown.evaluate("document.documentElement.scrollWidth") == 320
    shown.evaluate(AXE.read_text("utf-8"))
    assert_axe_finds_nothing(shown, [*TAGS, "best-practice"])


def test_the_build_packs_what_was_written(tmp_path: Path) -> None:
    """Figures that the service wrote go into the next package, and words come out of it."""
    dist = build(tmp_path, "https://polls.example.org")
    service = Service(tmp_path)
    service.open((dist / "small-rules-1.polls.json").read_bytes())
    release = json.loads((dist / "small-rules-1.polls.json").read_text("utf-8"))["release"]
    with service:
        for who in range(11):
            service.vote(who, ("now", "later")[who % 2], release=release, poll="bent-rule")
    where = ["--store", service.store]
    target = tmp_path / "modules" / "small-rules" / "figures.json"
    done = service.command("snapshot", *where, "small-rules", "-o", str(target))
    assert (done.returncode, done.stdout) == (0, f"{target}\n"), done.stderr
    again = tmp_path / "again"
    again.mkdir()
    write_module(again, step(POLL, kind="connect"), name="small-rules", title="Small rules")
    (again / "modules" / "small-rules" / "figures.json").write_bytes(target.read_bytes())
    package = build_again(again) / "small-rules-1-scorm12.zip"
    assert words_of(package).option("bent-rule", "team") == "Raise it with the team"
    files = ["--html", str(tmp_path / "r.html"), "--csv", str(tmp_path / "r.csv")]
    done = service.command("report", *where, "small-rules", *files, "--package", str(package))
    assert done.returncode == 0, done.stderr
    assert "Speak to them there and then" in (tmp_path / "r.html").read_text("utf-8")


def build_again(workspace: Path) -> Path:
    """Build what is there, as an author does."""
    import subprocess
    import sys

    from polls import LAUNCHER

    settings = "iri: https://learning.example.org/\ndeployments:\n  default: {polls: none}\n"
    (workspace / "rsscorm.yaml").write_text(settings, "utf-8")
    command = [sys.executable, "-c", LAUNCHER, "build", "-C", str(workspace)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return workspace / "dist"


def test_what_is_no_package_is_said(tmp_path: Path) -> None:
    """A file without words is refused in a sentence."""
    other = tmp_path / "other.zip"
    other.write_bytes(b"PK no zip")
    with pytest.raises(PackageWordsError, match="no package"):
        words_of(other)
    service = Service(tmp_path)
    service.open()
    done = service.command("report", "--store", service.store, "nothing")
    assert (done.returncode, RELEASE in done.stderr) == (1, True)


def test_status_says_what_needs_a_person(book: Book) -> None:
    """A stopped LRS, votes it refuses, and votes held back by themselves each ask for somebody."""
    with closing(book.database):
        assert status(book.database, TODAY).needs == []
        assert "Nothing needs you." in as_text(status(book.database, TODAY))
        crowd(book, 3)
        outbox = LogOutbox(book.database)
        outbox.tell("https://lrs.example.org/xapi/", "stopped: it answers 401")
        outbox.dead_letter("https://lrs.example.org/xapi/", 1, "refused with 400")
        with book.database.transaction():
            number = quarantine(book.database, RELEASE, "northfield", TOO_MANY)
        found = status(book.database, TODAY)
        assert len(found.needs) == 3
        assert any("401" in need for need in found.needs)
        assert any(f"--undo {number}" in need for need in found.needs)
        assert found.lrss[0]["behind"] == 3
        admin.put_back(book.database, number)
        assert len(status(book.database, TODAY).needs) == 2
        admin.close_release(book.database, book.keys, RELEASE, date(2026, 1, 1))
        assert any("should be gone" in need for need in status(book.database, TODAY).needs)


def test_status_is_a_command(tmp_path: Path) -> None:
    """In words and as JSON, with an exit code; how many voted is in neither."""
    service = Service(tmp_path)
    service.open(polls_json(until="2027-05-01"))
    with service:
        for who in range(7):
            service.vote(who, "tell")
        done = service.command("status", "--store", service.store)
        assert done.returncode == 0, done.stderr
        assert f"{RELEASE}  3 polls, anonymous, open since" in done.stdout
        assert "until 2027-05-01" in done.stdout
        data = service.command("status", "--store", service.store, "--json")
    assert json.loads(data.stdout)["releases"][0]["cohorts"] == ["northfield"]
    assert "7" not in re.sub(r"20\d\d-\d\d-\d\d|0a1b2c3d", "", done.stdout + data.stdout)
