"""What is stored of votes, over both databases: who counts, what is held back, what is told."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from book import Book
from polls import RELEASE, SECRET, polls_json

from rsscorm.polls import admin, catalog, ledger
from rsscorm.polls.database import Database, SQLite, open_database
from rsscorm.polls.keys import Keys, SecretError, pseudonym
from rsscorm.polls.limit import Limit
from rsscorm.polls.release import ReleaseError
from rsscorm.polls.schema import prepare
from rsscorm.polls.standing import Ballot
from rsscorm.statement import NAMESPACE, Vote


@pytest.fixture
def book(store: str, tmp_path: Path) -> Iterator[Book]:
    """An empty book, over each database in turn."""
    database = open_database(store)
    prepare(database)
    prepare(database)
    yield Book(database, Keys(SECRET, tmp_path / "salts"))
    database.close()


def test_whoever_votes_again_counts_once(book: Book) -> None:
    """The highest revision counts, in whatever order they come and however often."""
    ballots = [book.ballot(1, option, rev=rev) for rev, option in ((2, "ask"), (1, "tell"))]
    for _ in range(3):
        book.vote(*ballots)
    book.vote(book.ballot(1, "wait", rev=2))
    assert book.counts() == {("", 3, 0): 1}
    book.vote(book.ballot(1, "wait", rev=3), book.ballot(2, "wait"))
    assert book.counts() == {("", 2, 0): 2}


def test_a_vote_without_the_first_ones_proof_changes_nothing(book: Book) -> None:
    """Who knows a colleague's username can neither change nor read their vote."""
    book.vote(book.ballot(1, "tell"))
    book.vote(book.ballot(1, "wait", rev=50, proof=bytes(16)), book.ballot(2, "ask"))
    book.vote(book.ballot(2, "wait", rev=9, proof=bytes(16)))
    assert book.counts() == {("", 1, 0): 1, ("", 3, 0): 1}
    book.vote(book.ballot(1, "ask", rev=2))
    assert book.counts() == {("", 3, 0): 2}


def test_a_forged_vote_stands_in_nobodys_way(book: Book) -> None:
    """Whoever uses up a colleague's revisions keeps them from nothing."""
    book.vote(book.ballot(1, "tell"))
    forged = [book.ballot(1, "ask", rev=rev, proof=bytes(16)) for rev in range(1, 51)]
    book.vote(*forged[:30], book.ballot(1, "wait", rev=2), *forged[30:])
    assert book.counts() == {("", 2, 0): 1}
    book.vote(book.ballot(1, "ask", rev=3))
    book.vote(*forged)
    assert book.counts() == {("", 3, 0): 1}
    assert book.database.execute("SELECT count(*) FROM vote WHERE held = 0") == [(3,)]


def written(database: Database) -> int:
    """How many transactions of others have come to the disk, as far as this connection sees."""
    is_file = isinstance(database, SQLite)
    sql = "PRAGMA data_version" if is_file else "SELECT pg_current_wal_insert_lsn() - '0/0'"
    [(version,)] = database.execute(sql)
    return int(version)


def test_a_repeated_vote_waits_for_the_disk_like_a_new_one(book: Book, store: str) -> None:
    """Else it would be answered sooner, and the time would tell whether a colleague has voted."""
    book.vote(book.ballot(1, "tell"))
    with closing(open_database(store)) as other:
        for again in (book.ballot(1, "tell"), book.ballot(1, "ask", proof=bytes(16))):
            before = written(other)
            book.vote(again)
            assert written(other) > before


def test_a_cohort_does_not_hang_on_what_comes_first(book: Book) -> None:
    """It is that of the lowest revision, so that the log says the same in any order."""
    ballots = [book.ballot(1, "tell", rev=rev, cohort=name) for rev, name in ((2, "x"), (1, "y"))]
    book.vote(*ballots)
    for each in ballots:
        book.vote(each._replace(voter=bytes(16)))
    assert book.counts() == {("y", 1, 0): 2}


def test_a_service_that_knows_an_older_edition_goes_on(book: Book) -> None:
    """Of services that share a database one has heard of a new option first: that one publishes."""
    older = book.polls
    polls = json.loads(polls_json())["polls"]
    polls[0]["options"].append("new")
    book.open(edition="2026.2", polls=polls)
    book.vote(*(book.ballot(who, ("new", "wait")[who % 2]) for who in range(8)))
    assert not book.ledger.record([book.ballot(who, "tell") for who in range(20, 28)], older)
    assert book.vote(book.ballot(30, "ask"))
    assert book.told()["figures"]["moreThan"] == 10


def test_a_poll_that_is_asked_twice_counts_whoever_answered_twice(book: Book) -> None:
    """Before and after are of the same people, whichever vote comes first."""
    book.vote(book.ballot(1, "now", "rule"))
    assert book.counts("rule") == {}
    book.vote(book.ballot(1, "later", "rule", vote=2))
    book.vote(book.ballot(2, "later", "rule", vote=2))
    book.vote(book.ballot(2, "later", "rule"))
    assert book.counts("rule") == {("", 1, 2): 1, ("", 2, 2): 1}


def test_figures_come_at_eleven_and_then_by_tens(book: Book) -> None:
    """And a step in which all said the same waits, by tens too: not for the first who disagrees."""
    people = iter(range(1, 100))
    assert not any(book.vote(book.ballot(next(people), "tell")) for _ in range(8))
    assert not any(book.vote(book.ballot(next(people), "wait")) for _ in range(2))
    assert book.told()["figures"] is None
    assert book.vote(book.ballot(next(people), "ask"))
    assert book.told()["figures"] == {
        "moreThan": 10, "of": 10, "shares": {"tell": 7, "wait": 2, "ask": 1},
    }  # fmt: skip
    assert not any(book.vote(book.ballot(next(people), "tell")) for _ in range(20))
    assert not any(book.vote(book.ballot(next(people), "ask")) for _ in range(2))
    assert not any(book.vote(book.ballot(next(people), "tell")) for _ in range(7))
    assert book.told()["figures"]["moreThan"] == 10
    assert book.vote(book.ballot(next(people), "tell"))
    assert book.told()["figures"]["moreThan"] == 40


def test_changed_votes_wait_for_newcomers(book: Book) -> None:
    """Nobody is told anything new because somebody changed an answer.

    Nor by newcomers, before there are enough that they alone could have made the difference.
    """
    book.vote(*(book.ballot(who, ("tell", "wait")[who % 2]) for who in range(12)))
    was = book.told()
    for rev in range(2, 5):
        assert not book.vote(*(book.ballot(who, "ask", rev=rev) for who in range(12)))
    assert book.told() == was
    newcomers = [book.ballot(who, ("tell", "wait")[who % 2]) for who in range(20, 40)]
    assert not book.vote(*newcomers[:10])
    assert book.told() == was, "all twelve would be known to have left what they said"
    assert book.vote(*newcomers[10:])
    assert book.told()["figures"]["shares"] == {"tell": 3, "wait": 3, "ask": 4}


def test_movement_is_told_of_the_same_people(book: Book) -> None:
    """Both figures as the 51st left them, and from 50 how many changed."""
    for who in range(60):
        book.vote(book.ballot(who, ("now", "later")[who % 2], "rule"))
        book.vote(book.ballot(who, "later" if who % 4 else "now", "rule", vote=2))
    answer = book.told("rule")
    assert answer["before"]["shares"] == {"now": 5, "later": 5}
    assert answer["figures"]["shares"] == {"now": 3, "later": 7}
    assert answer["changed"] == 3
    assert answer["moves"] is None
    assert answer["cohort"] is None


def test_a_cohort_is_told_of_beside_a_hundred_others(book: Book) -> None:
    """And changes only when ten have joined on both sides."""

    def crowd(numbers: range, cohort: str) -> list[Ballot]:
        return [book.ballot(who, ("tell", "wait")[who % 2], cohort=cohort) for who in numbers]

    book.vote(*crowd(range(99), "northfield"), *crowd(range(100, 300), ""))
    assert book.told(cohort="northfield")["cohort"] is None
    book.vote(*crowd(range(300, 302), "northfield"), *crowd(range(400, 420), ""))
    first = book.told(cohort="northfield")["cohort"]
    assert first == {"moreThan": 100, "of": 20, "shares": {"tell": 10, "wait": 10, "ask": 1}}
    votes = [book.ballot(who, "ask", cohort="northfield") for who in range(500, 509)]
    book.vote(*votes, *crowd(range(600, 620), ""))
    assert book.told(cohort="northfield")["cohort"] == first
    assert book.told(cohort="elsewhere")["cohort"] is None


def test_too_many_newcomers_of_a_cohort_are_held_back(book: Book) -> None:
    """They are kept and not counted; others' votes are."""
    book.ledger.holds = Limit(lambda poll: RELEASE, most=5)
    book.vote(*(book.ballot(who, "tell", cohort="northfield") for who in range(9)))
    book.vote(*(book.ballot(who, "tell") for who in range(20, 24)))
    assert book.counts() == {("northfield", 1, 0): 5, ("", 1, 0): 4}
    assert book.database.execute("SELECT count(*) FROM vote WHERE held >= 2") == [(4,)]
    assert book.database.execute("SELECT cohort, why FROM quarantine") == [
        ("northfield", "too many in an hour")
    ]


def test_who_is_held_back_gets_nowhere_by_voting_again(book: Book) -> None:
    """Until somebody has looked: then the latest vote counts."""
    book.ledger.holds = Limit(lambda poll: RELEASE, most=1)
    for rev in (1, 2):
        book.vote(*(book.ballot(who, "tell", cohort="northfield", rev=rev) for who in (1, 2)))
    assert book.counts() == {("northfield", 1, 0): 1}
    book.vote(book.ballot(2, "ask", cohort="northfield", rev=3))
    [(number,)] = book.database.execute("SELECT number FROM quarantine")
    admin.put_back(book.database, number)
    assert book.counts() == {("northfield", 1, 0): 1, ("northfield", 3, 0): 1}


def test_who_comes_once_somebody_has_looked_counts(book: Book) -> None:
    """Nobody is held by a quarantine that is undone already, and could not be undone again."""
    book.ledger.holds = Limit(lambda poll: RELEASE, most=1)
    book.vote(*(book.ballot(who, "tell", cohort="northfield") for who in (1, 2)))
    [(number,)] = book.database.execute("SELECT number FROM quarantine")
    admin.put_back(book.database, number)
    book.vote(book.ballot(3, "ask", cohort="northfield"))
    assert book.counts() == {("northfield", 1, 0): 2, ("northfield", 3, 0): 1}


def test_a_newer_edition_goes_on(book: Book) -> None:
    """Options are added, rules may only become stricter, other cohorts join."""
    book.vote(book.ballot(1, "ask"))
    polls = [dict(poll) for poll in json.loads(polls_json())["polls"]]
    polls[0]["options"] = ["new", "ask", "tell"]
    book.open(edition="2026.2", least=20, cohort="southfield", polls=polls)
    release, poll = book.polls[book.poll("safe").number]
    assert poll.options == ("tell", "wait", "ask", "new")
    assert release.cohorts == ("northfield", "southfield")
    book.open(edition="2026.3")
    assert book.polls[poll.number][0].rules.least == 20
    assert book.counts() == {("", 3, 0): 1}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda polls: polls[0].update(votes=2),
        lambda polls: polls[2].update(options=["1", "2", "3", "4"]),
        lambda polls: polls[0].update(kind="scale"),
    ],
)
def test_a_poll_that_means_something_else_is_refused(
    book: Book, spoil: Callable[[list[Any]], None]
) -> None:
    """Votes that were given to another question aren't mixed with new ones."""
    polls = json.loads(polls_json())["polls"]
    spoil(polls)
    with pytest.raises(ReleaseError, match="another `polls: round`"):
        book.open(polls=polls)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"least": 2**70}, {"step": 10**30}, {"edition": "\x1b[31m2026.1"}, {"activity": "\x00"},
        {"release": "../../salts.00000000"}, {"release": "x.00000000\n"}, {"cohort": "north/field"},
        {"polls": []}, {"until": "99999-01-01"}, {"names": ["jo.smith"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_file_that_no_build_wrote_is_refused(book: Book, spoilt: dict[str, Any]) -> None:
    """In one line, and without repeating what can steer a terminal."""
    with pytest.raises(ReleaseError) as refused:
        book.open(**spoilt)
    assert not {"\x1b", "\x00", "\n"} & set(str(refused.value))


def test_an_activity_that_no_lrs_would_take_is_refused(book: Book) -> None:
    """Else every vote would be a dead letter."""
    polls = json.loads(polls_json())["polls"]
    polls[0]["activity"] = "not an IRI"
    with pytest.raises(ReleaseError, match="activity"):
        book.open(polls=polls)


@pytest.mark.parametrize("spoilt", [{"module": "another"}, {"activity": "https://example.org/x"}])
def test_another_module_does_not_join_a_release(book: Book, spoilt: dict[str, str]) -> None:
    """Its polls would be counted, and told to the LRS, as those of the module that was first."""
    with pytest.raises(ReleaseError, match="not of this module"):
        book.open(**spoilt)


def test_a_closed_release_stays_closed(book: Book, tmp_path: Path) -> None:
    """Its key is gone for good, and it can't be opened again."""
    admin.close_release(book.database, book.keys, RELEASE, date(2027, 1, 1))
    assert not list((tmp_path / "salts").iterdir())
    with pytest.raises(ReleaseError, match="closed"):
        book.open()


TODAY = datetime.now(UTC).date()


def test_a_cohorts_votes_are_put_aside_and_back(book: Book) -> None:
    """Nothing is published by it, either way: the old figures stand until ten others have voted."""
    at = int(datetime.now(UTC).timestamp())
    crowd = [book.ballot(who, ("tell", "wait")[who % 2], cohort="northfield", at=at)
             for who in range(30)]  # fmt: skip
    book.vote(*crowd, *(book.ballot(who, "ask", at=at) for who in range(40, 52)))
    was, release = book.told(), book.polls[book.poll("safe").number][0]
    number = admin.put_aside(book.database, release, "northfield", (TODAY, TODAY), "odd")
    assert book.counts() == {("", 3, 0): 12}
    assert not book.vote(*(book.ballot(who, "tell", at=at) for who in range(60, 69)))
    admin.put_back(book.database, number)
    assert book.counts()[("northfield", 1, 0)] == 15
    assert not book.vote(*(book.ballot(who, "wait", at=at) for who in range(70, 79)))
    assert book.told() == was
    assert book.vote(*(book.ballot(who, "ask", at=at) for who in (80, 81)))
    assert book.told()["figures"]["moreThan"] == 60
    with pytest.raises(ReleaseError, match="no quarantine"):
        admin.put_back(book.database, number)


def test_other_days_and_cohorts_are_left_alone(book: Book) -> None:
    """Votes from before the days in question go on counting, even of the same people."""
    day = 86_400
    now = int(datetime.now(UTC).timestamp())
    book.vote(book.ballot(1, "tell", cohort="northfield", at=now - 3 * day))
    book.vote(book.ballot(1, "wait", rev=2, cohort="northfield", at=now))
    book.vote(book.ballot(2, "ask", at=now))
    release = book.polls[book.poll("safe").number][0]
    admin.put_aside(book.database, release, "northfield", (TODAY, TODAY), "")
    assert book.counts() == {("northfield", 1, 0): 1, ("", 3, 0): 1}


def test_who_was_put_aside_brings_no_colleague_to_light(book: Book) -> None:
    """A cohort of which forged votes wait to be told of starts to wait anew once they are gone."""

    def crowd(numbers: range, cohort: str, at: int = 0) -> list[Ballot]:
        return [book.ballot(who, ("tell", "wait")[who % 2], cohort=cohort, at=at)
                for who in numbers]  # fmt: skip

    book.vote(*crowd(range(110), "northfield"), *crowd(range(200, 400), ""))
    was = book.told(cohort="northfield")["cohort"]
    now = int(datetime.now(UTC).timestamp())
    assert book.vote(*crowd(range(500, 600), "northfield", now))
    assert book.told(cohort="northfield")["cohort"] == was
    release = book.polls[book.poll("safe").number][0]
    admin.put_aside(book.database, release, "northfield", (TODAY, TODAY), "forged")
    assert book.told(cohort="northfield")["cohort"] == was
    book.vote(book.ballot(700, "ask", cohort="northfield"))
    assert book.vote(*crowd(range(800, 820), ""))
    [snapshot] = catalog.snapshots(book.database).values()
    assert snapshot.cohorts["northfield"].published == (55, 55, 0), "one colleague's vote is told"


def test_a_quarantine_that_was_cut_off_is_finished(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made in portions; until the last one nothing is published, and any command ends it."""
    at = int(datetime.now(UTC).timestamp())
    monkeypatch.setattr(ledger, "PORTION", 7)

    def crowd(first: int) -> list[Ballot]:
        return [book.ballot(who, ("tell", "wait")[who % 2], cohort="northfield", at=at)
                for who in range(first, first + 30)]  # fmt: skip

    def cut_off(seconds: float) -> None:
        raise KeyboardInterrupt

    book.vote(*crowd(0))
    release = book.polls[book.poll("safe").number][0]
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(time, "sleep", cut_off)
        admin.put_aside(book.database, release, "northfield", (TODAY, TODAY), "odd")
    assert sum(book.counts().values()) == 23
    others = [each._replace(cohort="", at=0) for each in crowd(100)]
    assert not book.vote(*others), "the rest of the cohort would be told of"
    admin.finish_quarantine(book.database)
    assert book.counts() == {("", 1, 0): 15, ("", 2, 0): 15}
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(time, "sleep", cut_off)
        admin.put_back(book.database, 1)
    assert sum(book.counts().values()) == 37
    admin.finish_quarantine(book.database)
    assert sum(book.counts().values()) == 60
    assert book.vote(*(each._replace(cohort="", at=0) for each in crowd(200)))


def test_a_cohort_that_is_not_there_is_no_quarantine(book: Book) -> None:
    """Whoever mistypes it would believe that its votes are held back."""
    release = book.polls[book.poll("safe").number][0]
    with pytest.raises(ReleaseError, match="Those here: northfield"):
        admin.put_aside(book.database, release, "nortfield", (TODAY, TODAY), "")
    for day in (date.min, date.max):
        admin.put_aside(book.database, release, "northfield", (day, day), "")


def test_a_person_is_erased(book: Book) -> None:
    """Their votes are gone and voided, and what waits on a device brings them back no more."""
    release, _ = book.polls[book.poll("safe").number]
    voter = str(uuid.uuid5(NAMESPACE, f"voter|{RELEASE}|jo.smith"))
    who = pseudonym(book.keys.key(RELEASE), "safe", voter)
    hers = book.ballot(1, "tell", voter=who)
    book.vote(hers, hers._replace(rev=2, option=2), book.ballot(2, "ask"))
    admin.erase(book.database, book.keys, release, admin.spellings("jo.smith", None))
    book.vote(hers, hers._replace(rev=3))
    assert book.counts() == {("", 3, 0): 1}
    voids = [row[0] for row in book.database.execute("SELECT statement FROM void ORDER BY number")]
    assert voids == [Vote(RELEASE, "safe", 1, who, rev, "tell", None, 0).id for rev in (1, 2)]
    assert book.database.execute("SELECT count(*) FROM vote WHERE voter = ?", (who,)) == [(0,)]
    admin.close_release(book.database, book.keys, RELEASE, TODAY)
    with pytest.raises(SecretError):
        admin.erase(book.database, book.keys, release, ["jo.smith"])


def test_nobody_is_erased_by_another_key(book: Book, tmp_path: Path) -> None:
    """With the wrong secret nobody would be found, and it would be said that they are erased."""
    release, _ = book.polls[book.poll("safe").number]
    other = Keys("quite another secret, and long enough", tmp_path / "salts")
    with pytest.raises(SecretError, match="another secret"):
        admin.erase(book.database, other, release, ["jo.smith"])


def test_ninety_days_after_the_close_only_totals_are_left(book: Book) -> None:
    """Votes and erasures go; what was published stays."""
    book.vote(*(book.ballot(who, ("tell", "wait")[who % 2]) for who in range(12)))
    was = book.told()
    admin.close_release(book.database, book.keys, RELEASE, date(2026, 1, 1))
    assert admin.purge(book.database, date(2026, 4, 1)) == []
    assert admin.purge(book.database, date(2026, 4, 2)) == [RELEASE]
    assert admin.purge(book.database, date(2026, 4, 3)) == []
    assert book.database.execute("SELECT count(*) FROM vote") == [(0,)]
    assert sum(cell.voters for cell in ledger.tally(book.database, 1)) == 12
    assert book.told() == was


def test_an_option_that_came_later_has_its_share_at_once(book: Book) -> None:
    """Packages of the new edition find all their options in figures from before it."""
    for who in range(60):
        book.vote(book.ballot(who, ("tell", "wait")[who % 2]))
        book.vote(book.ballot(who, ("now", "later")[who % 2], "rule"))
        book.vote(book.ballot(who, ("now", "later")[who % 3 % 2], "rule", vote=2))
    polls = json.loads(polls_json())["polls"]
    for poll in polls[:2]:
        poll["options"].append("new")
    book.open(edition="2026.2", polls=polls)
    assert book.told()["figures"]["shares"]["new"] == 1
    both = book.told("rule")
    assert both["before"]["shares"]["new"] == both["figures"]["shares"]["new"] == 1
