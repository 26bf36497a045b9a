"""What polls have shown, for people: reports, packed snapshots, and how the service stands."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe import AXE, TAGS, assert_axe_finds_nothing
from book import Book
from browser import Watch
from poll_stand_in import POLL
from polls import RELEASE, SECRET, Service, ballot, polls_json
from samples import step, write_module
from test_polls_whole import build

from rsscorm.polls import admin, catalog, listing, report, snapshot
from rsscorm.polls.database import StoreError, open_database
from rsscorm.polls.keys import Keys
from rsscorm.polls.limit import TOO_MANY, quarantine
from rsscorm.polls.outbox import LogOutbox
from rsscorm.polls.release import Release, ReleaseError
from rsscorm.polls.schema import opened_database, prepare
from rsscorm.polls.status import as_text, status
from rsscorm.polls.words import PackageWordsError, Words, words_of

TODAY = date(2026, 11, 25)
LRS = "https://lrs.example.org/xapi/"
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
            ("rule", "everybody", "changed"),
        }  # fmt: skip
        [changed, *_] = [row for row in rows if row["asked"] == "changed"]
        assert changed["share"] == str(book.told("rule")["changed"])
        for row in [row for row in rows if row["option"]]:
            told = book.told(row["poll"], row["who"])
            part = {"first": "before", "second": "figures"}.get(row["asked"], "figures")
            figures = told["cohort" if row["who"] == "northfield" else part]
            assert int(row["share"]) == figures["shares"][row["option"]]
            assert int(row["more than"]) == figures["moreThan"]
        page = report.as_page(release, polls, "Noticing", TODAY)
        assert "both figures are of the same people" in page
        assert "Of these, northfield" in page


def test_movement_is_told_as_packages_tell_it(book: Book) -> None:
    """From 200 pairs the table has each part of who moved where, and no other."""
    with closing(book.database):
        crowd(book, 210, "rule")
        release = release_of(book)
        polls = report.reports(book.database, release, Words())
        rows = csv.DictReader(io.StringIO(report.as_csv(release, polls)))
        moved = {(row["from"], row["option"]): row["share"] for row in rows if row["from"]}
        told = book.told("rule")["moves"]
        assert moved == {(a, b): str(share) for a, row in told.items() for b, share in row.items()}
        assert "Now: later" in report.as_page(release, polls, "Noticing", TODAY)


def test_hidden_movement_is_a_sentence(book: Book) -> None:
    """Where one direction has too few, all are hidden: neither a zero nor an empty table."""
    with closing(book.database):
        for who in range(300):
            first, second = ("now", "later" if who % 3 else "now") if who % 2 else ("later",) * 2
            book.vote(book.ballot(who, first, "rule"))
            book.vote(book.ballot(who, second, "rule", vote=2))
        release = release_of(book)
        polls = report.reports(book.database, release, Words())
        rows = csv.DictReader(io.StringIO(report.as_csv(release, polls)))
        hidden = {(row["share"], row["said"]) for row in rows if row["asked"] == "moved"}
        assert hidden == {("", "too few to tell")}
        page = report.as_page(release, polls, "Noticing", TODAY)
        assert "Too few people moved in some directions" in page


def test_a_day_is_told_once(book: Book) -> None:
    """However many snapshots a day had, its last is all that a report has, and no time of day."""
    with closing(book.database):
        crowd(book, 60)
        release = release_of(book)
        assert len(catalog.history(book.database, book.poll("safe").number)) > 2
        found = report.reports(book.database, release, Words())[0]
        assert len(found.days) == 1
        assert found.latest and found.latest.figures.more_than == book.told()["figures"]["moreThan"]
        rows = csv.DictReader(io.StringIO(report.as_csv(release, [found])))
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", row["day"]) for row in rows)


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


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_a_page_that_people_can_read(tmp_path: Path, watch: Watch, width: int) -> None:
    """axe-core finds nothing; it asks for nothing, fits a phone, and needs no own colours."""
    page = page_over_time(tmp_path)
    assert not re.search(r"https?://|<script|@import|url\(", page)
    assert page.count('class="plot"') == 5
    colours = "none" if width == 1280 else "active"
    shown = watch.open(viewport={"width": width, "height": 900}, forced_colors=colours)
    shown.set_content(page)
    shown.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true })")
    shown.evaluate(AXE.read_text("utf-8"))
    assert_axe_finds_nothing(shown, [*TAGS, "best-practice"])
    assert watch.requests == []


def page_over_time(tmp_path: Path) -> str:
    """A report of some weeks: of a poll that is asked once, and one that is asked twice."""
    database = open_database(str(tmp_path / "polls.db"))
    prepare(database)
    with closing(database):
        book = Book(database, Keys(SECRET, tmp_path / "salts"))
        crowd(book, 240, "rule")
        crowd(book, 30)
        for number, *_ in database.execute("SELECT number FROM snapshot ORDER BY number"):
            day = date(2026, 9, 1) + timedelta(days=number)
            sql = "UPDATE snapshot SET on_day = ? WHERE number = ?"
            database.execute(sql, (day.isoformat(), number))
        release = release_of(book)
        return report.as_page(release, report.reports(database, release, Words()), "Small", TODAY)


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
    service.open()
    done = service.command("report", *where, "noticing", "--package", str(package))
    assert (done.returncode, f"{release}, which is another one" in done.stderr) == (1, True)
    elsewhere = Service(again, str(again / "other.db"))
    elsewhere.open()
    at = ["--store", elsewhere.store]
    done = elsewhere.command("report", *at, "noticing", "--package", str(package))
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{release}, which isn't in this store" in done.stderr


def build_again(workspace: Path) -> Path:
    """Build what is there, as an author does."""
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


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    """It is refused plainly, before anything is written, and nothing half-made is left behind."""
    service = Service(tmp_path)
    service.open()
    folder = tmp_path / "reports"
    folder.mkdir()
    there = sorted(tmp_path.rglob("*"))
    at = ["--store", service.store, RELEASE]
    for words in (["report", "--html"], ["report", "--csv"], ["snapshot", "-o"]):
        done = service.command(words[0], *at, words[1], str(folder))
        assert (done.returncode, "is a directory" in done.stderr) == (2, True), done.stderr
    missing = folder / "none" / "r.html"
    done = service.command("report", *at, "--html", str(missing))
    assert (done.returncode, done.stderr) == (4, f"{missing}: No such file or directory\n")
    assert sorted(tmp_path.rglob("*")) == there


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
        assert found.lrss[0]["behind_more_than"] == 0
        assert "1 x refused with 400" in as_text(found)
        assert "up to 10 votes behind" in as_text(found)
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
        at = [*service.where(), "--address", service.address]
        done = service.command("status", *at)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"Service: answers at {service.address}" in done.stdout
        assert f"{RELEASE}  3 polls, anonymous, open since" in done.stdout
        assert "until 2027-05-01" in done.stdout
        data = service.command("status", *at, "--json")
    assert json.loads(data.stdout)["service"] == {"address": service.address, "answers": True}
    assert json.loads(data.stdout)["releases"][0]["cohorts"] == ["northfield"]
    told = (done.stdout + data.stdout).replace(service.address, "")
    assert "7" not in re.sub(r"20\d\d-\d\d-\d\d|0a1b2c3d", "", told)


def test_status_says_what_is_missing_around_the_store(tmp_path: Path) -> None:
    """A service that doesn't answer, a salt, the secret, and a release whose last day is past."""
    service = Service(tmp_path)
    service.open()
    service.open(polls_json(release="over.00000001", module="over", until="2026-01-31"))
    (tmp_path / "salts" / RELEASE).rename(tmp_path / "kept")
    silent = ["--address", "http://127.0.0.1:9"]
    done = service.command("status", *service.where(), *silent)
    assert done.returncode == 1
    for need in (
        "Nothing answers at http://127.0.0.1:9: start the service",
        f"The salt of {RELEASE} isn't in {tmp_path / 'salts'}. Put it back",
        "over.00000001 takes no votes any more, since its last day was 2026-01-31: close it",
    ):
        assert need in done.stdout
    assert "secret" not in done.stdout
    (tmp_path / "kept").rename(tmp_path / "salts" / RELEASE)
    del service.environment["RSSCORM_POLLS_KEY"]
    done = service.command("status", *service.where(), *silent)
    assert "The service's secret isn't here, without which it doesn't start" in done.stdout
    assert "salt" not in done.stdout.replace("salts", "")
    service.environment["RSSCORM_POLLS_KEY"] = "quite another secret, and long enough"
    done = service.command("status", *service.where(), *silent)
    assert f"{RELEASE[0].upper()}{RELEASE[1:]} was opened with another secret" in done.stdout


def test_what_opening_did_is_said(tmp_path: Path) -> None:
    """Opened, already open, or what is known besides; cohorts by name, and one poll is one."""
    service = Service(tmp_path)
    file = tmp_path / "module.polls.json"

    def opening(**changed: Any) -> tuple[str, str]:
        file.write_bytes(polls_json(**changed))
        done = service.command("release", "open", *service.where(), str(file))
        assert done.returncode == 0, done.stderr
        return done.stdout.removeprefix(f"{RELEASE}: ").strip(), done.stderr

    polls = json.loads(polls_json())["polls"]
    first = "opened, edition 2026.1, 1 poll, cohort northfield."
    assert opening(polls=polls[:1]) == (first, "")
    assert opening(polls=polls[:1]) == ("already open, nothing changed (cohort northfield).", "")
    polls[0]["options"].append("new")
    assert opening(polls=polls[:2], cohort="southfield", edition="2026.2", least=20) == (
        "now also knows the poll `rule`, the option `new` of `safe`, the cohort southfield; "
        "edition 2026.2 instead of 2026.1; results from 20 people on, then after 10 more now.",
        "",
    )
    again = {"polls": polls[:2], "edition": "2026.2"}
    assert opening(**again, service="https://polls.example.org")[1] == ""
    assert "a deployment with `polls: none`" in opening(**again, service=None)[1]
    told, warned = opening(**again, until="2026-01-31")
    assert told == "until 2026-01-31 now."
    assert "no votes are taken any more: its last day was 2026-01-31" in warned


def test_the_list_says_how_used_a_release_is_and_no_more(book: Book) -> None:
    """Roughly, as packages are told; with its title where a package is at hand."""
    with closing(book.database):
        crowd(book, 10)
        text = listing.as_text(book.database, {}, TODAY)
        assert "fewer than 11 people have voted, or nearly all alike" in text
        assert "3 polls: safe, rule, easy" in text
        assert "edition 2026.1, anonymous, cohort northfield" in text
        for who in range(10, 27):
            book.vote(book.ballot(who, ("tell", "wait")[who % 2]))
            assert not re.search(
                r"\b(1[1-9]|2[1-9]) people", listing.as_text(book.database, {}, TODAY)
            )
        text = listing.as_text(book.database, {RELEASE: "Noticing"}, TODAY)
        assert "more than 20 people have voted" in text
        assert text.startswith(f"{RELEASE}  Noticing  open since ")
        book.open(until="2026-11-24")
        assert "last day 2026-11-24 (answers that" in listing.as_text(book.database, {}, TODAY)
        admin.close_release(book.database, book.keys, RELEASE, TODAY)
        assert "closed 2026-11-25" in listing.as_text(book.database, {}, TODAY)


def test_an_empty_list_says_so(store: str) -> None:
    """And how to begin."""
    with closing(opened_database(store)) as database:
        assert listing.as_text(database, {}, TODAY).startswith("No release is here yet: rsscorm")


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("", 130)])
def test_a_release_that_is_not_to_be_closed_stays(tmp_path: Path, answer: str, code: int) -> None:
    """Answered with no, or with nothing at all, the command says that nothing was changed."""
    service = Service(tmp_path)
    service.open()
    done = service.command("release", "close", RELEASE, *service.where(), input=answer)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.endswith("Nothing was changed.\n")
    assert "Interrupted" not in done.stderr
    done = service.command("release", "list", *service.where(salts=False))
    assert "open since" in done.stdout


def test_a_forgery_that_was_looked_at_asks_no_more(book: Book) -> None:
    """Its votes stay aside; one that is not there, or was undone, can't be kept."""
    with closing(book.database):
        with book.database.transaction():
            number = quarantine(book.database, RELEASE, "northfield", TOO_MANY)
        assert any(f"--keep {number}" in need for need in status(book.database, TODAY).needs)
        admin.keep_aside(book.database, number)
        found = status(book.database, TODAY)
        assert (found.needs, found.quarantines[0]["undone"]) == ([], None)
        assert "looked at" in as_text(found)
        admin.put_back(book.database, number)
        for unknown in (number, number + 1):
            with pytest.raises(ReleaseError, match="no quarantine"):
                admin.keep_aside(book.database, unknown)


def test_status_says_where_votes_are(book: Book) -> None:
    """The kind of store, its size to the next megabyte, and the version of its tables."""
    with closing(book.database):
        found = status(book.database, TODAY)
        assert found.store["kind"] in ("SQLite", "PostgreSQL")
        assert 1 <= found.store["megabytes"] < 50
        assert f"up to {found.store['megabytes']} MB, tables of version 1" in as_text(found)


NEEDS_A_STORE = [
    ["status"], ["report", RELEASE], ["snapshot", RELEASE], ["release", "list"],
    ["release", "close", RELEASE, "--yes"], ["quarantine", RELEASE, "--cohort", "none"],
    ["erase", RELEASE], ["rebuild", RELEASE, "--lrs", LRS, "--public", LRS], ["privacy"],
    ["backup", "votes.backup"],
]  # fmt: skip


@pytest.mark.parametrize("words", NEEDS_A_STORE, ids=" ".join)
def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, words: list[str]) -> None:
    """A wrong --store is told: else an empty one would be made, in which nothing is ever amiss."""
    wrong = tmp_path / "wrong.db"
    done = Service(tmp_path).command(*words, "--store", str(wrong), input="jo.smith\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"there is no store {wrong}" in done.stderr
    assert "`rsscorm polls release open` and `rsscorm polls serve` make one" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_others_gets_no_tables(store: str, tmp_path: Path) -> None:
    """What is there but holds no votes is told, and left without any."""
    database = open_database(store)
    database.execute("CREATE TABLE theirs (id INTEGER)")
    service = Service(tmp_path, RSSCORM_POLLS_STORE=store)
    done = service.command("status")
    assert (done.returncode, "holds no votes" in done.stderr) == (1, True), done.stderr
    with closing(database), pytest.raises(StoreError):
        database.execute("SELECT * FROM vote")


def test_nobody_is_in_what_leaves_a_service(store: str, tmp_path: Path) -> None:
    """A canary in all that a request has is in no report, snapshot, status, backup or log."""
    name, address = "jo.smith-canary", "203.0.113.77"
    service = Service(tmp_path, store)
    service.open()
    vote = ballot(name, "tell")
    with service:
        for who in range(11):
            service.vote(who, ("tell", "wait")[who % 2])
        found = httpx.post(
            f"{service.address}/v1/votes?user={name}", content=json.dumps(vote), timeout=20,
            headers={"Content-Type": "text/plain", "User-Agent": name, "Cookie": f"user={name}",
                     "Referer": f"https://lms.example.org/{name}", "X-Forwarded-For": address},
        )  # fmt: skip
        assert found.status_code == 200
        out = [str(tmp_path / each) for each in ("r.html", "r.csv", "figures.json", "backup")]
        at = ["--store", service.store]
        told = [
            service.command("report", RELEASE, *at, "--html", out[0], "--csv", out[1]),
            service.command("snapshot", RELEASE, *at, "-o", out[2]),
            service.command("backup", *at, out[3]),
            service.command("status", *service.where(), "--address", service.address, "--json"),
        ]
        assert [done.returncode for done in told] == [0, 0, 0, 0], told
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    said = json.dumps(service.lines) + "".join(done.stdout + done.stderr for done in told)
    everything = b"\n".join([*written, said.encode(), unpacked(Path(out[3]))])
    salt = next((tmp_path / "salts").iterdir()).read_bytes()
    for canary in (name, address, vote["voter"], vote["proof"], SECRET, salt.hex()):
        assert canary.encode() not in everything
        assert canary.replace("-", "").encode() not in everything
    assert salt not in Path(out[3]).read_bytes() + unpacked(Path(out[3]))
    assert b"noticing" in unpacked(Path(out[3]))


def unpacked(backup: Path) -> bytes:
    """What a backup says: of PostgreSQL's, which is packed, the SQL that is in it."""
    if not backup.read_bytes().startswith(b"PGDMP"):
        return backup.read_bytes()
    command = ["pg_restore", "--file=-", str(backup)]
    return subprocess.run(command, capture_output=True, check=True).stdout
