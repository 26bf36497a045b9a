"""Votes reach an LRS: the real service, over both databases, and a fake that keeps the rules."""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import random
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from lrs import Lrs, LrsServer
from polls import RELEASE, Service, ballot, hash_of, polls_json, until
from xapi.faults import Faults
from xapi.rules import statement_problems

from rsscorm.polls import admin
from rsscorm.polls.compare import compare
from rsscorm.polls.database import Database, PostgreSQL, open_database
from rsscorm.polls.forward import Forwarder
from rsscorm.polls.keys import Keys, pseudonym
from rsscorm.polls.ledger import Ledger
from rsscorm.polls.lrs import Client, Credentials
from rsscorm.polls.outbox import LogOutbox, votes
from rsscorm.polls.schema import prepare
from rsscorm.polls.standing import Ballot
from rsscorm.statement import NAMESPACE, named_id, voided

PUBLIC = "https://polls.example.org"
KEY, SECRET = "service", "lrs-secret-canary"


@pytest.fixture
def lrs() -> Iterator[tuple[Lrs, LrsServer]]:
    """An LRS on an origin of its own."""
    fake = Lrs(KEY, SECRET)
    with fake.serve() as server:
        yield fake, server


def service_for(folder: Path, store: str, server: LrsServer, address: str = "") -> Service:
    """A service that tells this LRS at once; `address` is how it is written, if otherwise."""
    options = ("--lrs", address or server.endpoint, "--public", PUBLIC, "--lrs-every", "0.1")
    made = Service(folder, store, *options, RSSCORM_LRS_KEY=KEY, RSSCORM_LRS_SECRET=SECRET)
    made.open()
    return made


def rebuilt(service: Service, server: LrsServer) -> tuple[int, str]:
    """What `rebuild` says."""
    where = ["--lrs", server.endpoint, "--public", PUBLIC, "--store", service.store]
    done = service.command("rebuild", *where, "noticing")
    return done.returncode, done.stdout + done.stderr


def test_the_lrs_has_what_was_voted(tmp_path: Path, store: str, lrs: tuple[Lrs, LrsServer]) -> None:
    """One statement a vote, none of a forged one; what is rebuilt from them is what is served."""
    fake, server = lrs
    with service_for(tmp_path, store, server) as service:
        for who in range(25):
            service.vote(who, ("tell", "wait")[who % 2], cohort=("northfield", None)[who % 2])
        service.vote(3, "ask", rev=2)
        service.vote(4, "ask", rev=2, proof=hash_of("somebody else"))
        for who in range(5):
            service.vote(who, "3", poll="easy")
            service.vote(who, "1", poll="easy", vote=2)
        statements = fake.wait_for_statements(36)
        assert len({each["id"] for each in statements}) == len(statements) == 36
        assert [problem for each in statements for problem in statement_problems(each)] == []
        objects = {each["object"]["id"].rpartition("/")[2] for each in statements}
        assert objects == {"safe", "ease", "easy"}
        assert {each["timestamp"][10:] for each in statements} == {"T00:00:00.000Z"}
        assert rebuilt(service, server) == (
            0,
            f"{RELEASE}: 36 votes in the LRS.\n"
            "The tallies made from them are those that are served.\n",
        )
        service.stop()
        assert SECRET not in json.dumps(service.lines)


def test_an_outage_is_waited_out(tmp_path: Path, store: str, lrs: tuple[Lrs, LrsServer]) -> None:
    """With the LRS down votes are taken; a restart later it has them all, each once."""
    fake, server = lrs
    fake.is_down = True
    with service_for(tmp_path, store, server) as service:
        for who in range(12):
            assert service.vote(who, ("tell", "wait")[who % 2]).status_code == 200
        assert service.measured()["rsscorm_polls_lrs_behind"] == 12
        fake.is_down = False
        service.stop()
        service.start()
        fake.wait_for_statements(12)
        until(lambda: rebuilt(service, server)[0] == 0)
        assert len(fake.statements) == 12


def test_refused_credentials_stop_only_the_telling(
    tmp_path: Path, lrs: tuple[Lrs, LrsServer]
) -> None:
    """There is an alarm in log and metrics; votes go on, and nothing is lost."""
    _, server = lrs
    service = service_for(tmp_path, "", server)
    service.environment["RSSCORM_LRS_SECRET"] = "another-canary"
    with service:
        service.vote(1, "tell")
        service.heard("forward state='stopped: it answers 401'")
        assert service.vote(2, "wait").status_code == 200
        found = service.measured()
        assert found["rsscorm_polls_lrs_alarm"] == 1
        assert found["rsscorm_polls_lrs_behind"] == 2
        service.stop()
    assert "another-canary" not in json.dumps(service.lines)


def test_a_person_is_erased_from_both(
    tmp_path: Path, store: str, lrs: tuple[Lrs, LrsServer]
) -> None:
    """The statement is voided, and neither the device nor a rebuild brings the vote back."""
    fake, server = lrs
    with service_for(tmp_path, store, server) as service:
        voter = hash_of_learner("jo.smith")
        hers = json.dumps({**ballot(1, "tell"), "voter": voter})
        service.post(hers)
        service.vote(2, "wait")
        fake.wait_for_statements(2)
        done = service.command("erase", *service.where(), "noticing", input="jo.smith\n")
        assert done.returncode == 0, done.stderr
        nobody = service.command("erase", *service.where(), "noticing", input="nobody\n")
        assert nobody.stdout == done.stdout, "nobody learns whether there was a vote"
        statements = fake.wait_for_statements(3)
        voided = next(each for each in statements if each["verb"]["id"].endswith("/voided"))
        key = Keys(service.secret, tmp_path / "salts").key(RELEASE)
        hers_there = pseudonym(key, "safe", voter).hex()
        assert voided["object"]["id"] == named_id("vote", RELEASE, "safe", 1, hers_there, 1)
        assert service.post(hers).status_code == 200
        assert rebuilt(service, server)[0] == 0
        with closing(open_database(store)) as database:
            assert database.execute("SELECT count(*) FROM vote") == [(1,)]


def hash_of_learner(learner: str) -> str:
    """As a package makes it of an LMS's id."""
    return str(uuid.uuid5(NAMESPACE, f"voter|{RELEASE}|{learner}"))


def test_a_quarantine_is_left_out(tmp_path: Path, store: str, lrs: tuple[Lrs, LrsServer]) -> None:
    """What is held back is in the LRS and not in the tallies, neither rebuilt nor served."""
    fake, server = lrs
    with service_for(tmp_path, store, server) as service:
        for who in range(8):
            service.vote(who, "tell", cohort=("northfield", None)[who % 2])
        fake.wait_for_statements(8)
        where = ["--store", service.store]
        done = service.command("quarantine", *where, "noticing", "--cohort", "northfield")
        assert done.returncode == 0, done.stderr
        assert rebuilt(service, server)[0] == 0
        assert service.command("quarantine", *where, "--undo", "1").returncode == 0
        assert rebuilt(service, server)[0] == 0


def test_what_the_lrs_lost_is_told(tmp_path: Path, lrs: tuple[Lrs, LrsServer]) -> None:
    """A statement that is gone makes a difference, which is said in words; exit code 1."""
    fake, server = lrs
    with service_for(tmp_path, "", server) as service:
        for who in range(4):
            service.vote(who, "tell")
        statement = fake.wait_for_statements(4)[0]
        fake.forget(statement["id"])
        until(lambda: service.measured()["rsscorm_polls_lrs_behind"] == 0)
        code, words = rebuilt(service, server)
        assert code == 1
        assert "`safe`, no cohort, `tell`: 1 fewer in the LRS than are served" in words


def resent(service: Service, server: LrsServer) -> tuple[int, str]:
    """What `resend` says."""
    where = ["--lrs", server.endpoint, "--public", PUBLIC, "--store", service.store]
    done = service.command("resend", *where)
    return done.returncode, done.stdout + done.stderr


def test_what_was_refused_for_good_is_sent_again(
    tmp_path: Path, store: str, lrs: tuple[Lrs, LrsServer]
) -> None:
    """Once the LRS is mended: a vote, and the voiding of another; both once, and none twice."""
    fake, server = lrs
    with service_for(tmp_path, store, server) as service:
        assert resent(service, server) == (
            0, "This LRS has refused nothing: there is nothing to send again.\n"
        )  # fmt: skip
        service.post(json.dumps({**ballot(1, "tell"), "voter": hash_of_learner("jo.smith")}))
        [hers] = fake.wait_for_statements(1)
        until(lambda: service.measured()["rsscorm_polls_lrs_behind"] == 0)
        key = Keys(service.secret, tmp_path / "salts").key(RELEASE)
        another = pseudonym(key, "safe", hash_of("voter", 2)).hex()
        vote = named_id("vote", RELEASE, "safe", 1, another, 1)
        fake.faults = Faults(poison={vote, voiding_of(hers["id"])})
        service.vote(2, "wait")
        service.command("erase", *service.where(), "noticing", input="jo.smith\n")
        until(lambda: service.measured()["rsscorm_polls_lrs_dead_letters"] == 2)
        told = service.command("status", "--store", service.store)
        assert f"rsscorm polls resend --lrs {server.endpoint}" in told.stdout
        assert resent(service, server) == (1, "0 taken, 2 refused still.\n")
        fake.is_down = True
        code, words = resent(service, server)
        assert (code, "it answers 503. Its dead letters stay" in words) == (1, True)
        fake.is_down, fake.faults = False, Faults()
        assert resent(service, server) == (0, "2 taken, 0 refused still.\n")
        assert {each["id"] for each in fake.statements} == {
            hers["id"], vote, voiding_of(hers["id"])
        }  # fmt: skip
        assert service.measured()["rsscorm_polls_lrs_dead_letters"] == 0
        assert rebuilt(service, server)[0] == 0


def voiding_of(statement: str) -> str:
    """The id of the statement that takes another one back."""
    return str(voided(PUBLIC, statement, 0)["id"])


def test_an_lrs_is_the_same_with_and_without_a_slash(
    tmp_path: Path, lrs: tuple[Lrs, LrsServer]
) -> None:
    """However its address is written, metrics know how far it was told, a loss is seen."""
    fake, server = lrs
    with service_for(tmp_path, "", server, server.endpoint.rstrip("/")) as service:
        for who in range(4):
            service.vote(who, "tell")
        statement = fake.wait_for_statements(4)[0]
        until(lambda: service.measured()["rsscorm_polls_lrs_behind"] == 0)
        fake.forget(statement["id"])
        where = ["--lrs", server.endpoint.rstrip("/"), "--public", PUBLIC]
        done = service.command("rebuild", *where, "--store", service.store, "noticing")
        assert (done.returncode, "1 fewer in the LRS" in done.stdout) == (1, True)


def test_an_lrs_that_cannot_be_meant_is_said_at_the_start(tmp_path: Path) -> None:
    """Not once votes are being taken; and what is secret in it isn't repeated."""
    known = {"RSSCORM_LRS_KEY": KEY, "RSSCORM_LRS_SECRET": SECRET}
    service = Service(tmp_path, **known)
    for lrs, public, code in (
        (f"https://user:{SECRET}@lrs.example.org/", PUBLIC, 1),
        ("lrs.example.org", PUBLIC, 1),
        ("https://lrs.example.org/", "polls.example.org", 2),
    ):
        done = service.command("serve", *service.where(), "--lrs", lrs, "--public", public)
        assert (done.returncode, "serving" in done.stderr) == (code, False), done.stderr
        assert SECRET not in done.stderr


def test_of_two_services_one_tells(tmp_path: Path, pg_url: str, lrs: tuple[Lrs, LrsServer]) -> None:
    """Both take votes; when the one that tells the LRS is killed, the other takes it over."""
    fake, server = lrs
    with service_for(tmp_path, pg_url, server) as one, service_for(tmp_path, pg_url, server) as two:
        for who in range(10):
            (one, two)[who % 2].vote(who, "tell")
        fake.wait_for_statements(10)
        one.stop(9)
        two.vote(50, "wait")
        fake.wait_for_statements(11)
        assert rebuilt(two, server)[0] == 0


def test_a_lost_connection_is_made_anew(
    tmp_path: Path, pg_url: str, lrs: tuple[Lrs, LrsServer]
) -> None:
    """Where the server ends the one that tells the LRS, votes go on being told."""
    fake, server = lrs
    with service_for(tmp_path, pg_url, server) as service:
        service.vote(1, "tell")
        fake.wait_for_statements(1)
        with closing(open_database(pg_url)) as database:
            ended = database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND objid = ?",
                (PostgreSQL.LOCK + 1,),
            )
        assert ended == [(True,)]
        service.vote(2, "wait")
        fake.wait_for_statements(2)
        assert service.vote(3, "tell").status_code == 200


# Everything at once, over each store


def entered(database: Database, keys: Keys, count: int) -> None:
    """So many votes in the log: given once and again, forged, and by cohorts."""
    draw = random.Random(7)
    release = admin.open_release(database, keys, polls_json())
    polls = {poll.number: (release, poll) for poll in release.polls}
    made = []
    for _ in range(count):
        poll = draw.choice(release.polls)
        who = draw.randrange(count // 3).to_bytes(16)
        proof = bytes(16) if draw.random() > 0.02 else bytes([1] * 16)
        made.append(Ballot(
            poll.number, who, draw.randint(1, poll.votes), draw.randint(1, 3),
            draw.randint(1, len(poll.options)), draw.choice(("", "northfield")), proof, 86_400,
        ))  # fmt: skip
    for at in range(0, count, 100):
        Ledger(database).record(made[at : at + 100], polls)


def test_what_an_ill_lrs_holds_is_what_is_served(
    store: str, tmp_path: Path, lrs: tuple[Lrs, LrsServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors, lost answers, a refused key, poison and dead forwarders: exactly once, in few POSTs.

    And the tallies that are rebuilt from it agree with those that are served.
    """
    fake, server = lrs
    monkeypatch.setenv("RSSCORM_LRS_KEY", KEY)
    monkeypatch.setenv("RSSCORM_LRS_SECRET", SECRET)
    with closing(open_database(store)) as database:
        prepare(database)
        entered(database, Keys("k" * 32, tmp_path / "salts"), 3000)
        [(rows,)] = database.execute("SELECT count(*) FROM vote")
        told = [row.vote.id for row in votes(database, "held <> 1")]
        fake.faults = Faults(
            seed=5, errors=0.2, busy=0.05, lost=0.1, poison=set(told[40:1040:250]),
            phases={range(20, 24): 401},
        )  # fmt: skip
        for _ in range(8):
            asyncio.run(for_a_while(LogOutbox(database), server, posts=12))
        asyncio.run(for_a_while(LogOutbox(database), server))
        posts = sum(visit.method == "POST" for visit in fake.journal)
        ideal = math.ceil(rows / 100)
        assert LogOutbox(database).standing(server.endpoint) == (0, 4, "idle")
        assert {each["id"] for each in fake.statements} == set(told) - fake.faults.poison
        assert posts <= 5 * ideal, f"{posts} POSTs where {ideal} are ideal"
        fake.faults = Faults()
        assert compare(database, RELEASE, server.endpoint, PUBLIC).differences == []


async def for_a_while(outbox: LogOutbox, server: LrsServer, posts: int | None = None) -> None:
    """Tell the LRS of all there is, or as much as so many pauses allow; then be killed."""
    pauses = itertools.count()

    async def pause(seconds: float) -> None:
        if next(pauses) == posts:
            raise asyncio.CancelledError

    async with Client(server.endpoint, Credentials(KEY, SECRET)) as client:
        with suppress(asyncio.CancelledError):
            await Forwarder(outbox, client, PUBLIC, pause=pause).drain()
