"""The poll service as packages meet it: a real process, real HTTP, protocol v1."""

from __future__ import annotations

import importlib
import itertools
import json
import pkgutil
import re
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from polls import RELEASE, Service, ballot, hash_of, polls_json, until

import rsscorm.polls
from rsscorm.polls import catalog
from rsscorm.polls.asgi import RefusedError
from rsscorm.polls.database import open_database
from rsscorm.polls.desk import ClosedError, UnknownError
from rsscorm.polls.errors import PollsError
from rsscorm.polls.ledger import recount, tally
from rsscorm.polls.writer import NotStoredError

PROTOCOL = Path(__file__).parent / "protocol"
CANARY = "jo.smith-canary"


def description(service: Service) -> dict[str, Any]:
    """The OpenAPI description that the service gives of itself."""
    found: dict[str, Any] = httpx.get(f"{service.address}/v1/openapi.json").json()
    return found


def keeps(service: Service, response: httpx.Response) -> None:
    """Assert that an answer is as the description says."""
    whole = description(service)
    path = response.request.url.path
    known = whole["paths"][path][response.request.method.lower()]["responses"]
    schema = known[str(response.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": whole["components"]}).validate(response.json())
    assert response.headers["access-control-allow-origin"] == "*"
    assert "server" not in response.headers


def test_twenty_five_colleagues_vote(service: Service) -> None:
    """From the eleventh on each is told how the others answered, and the next what they were."""
    answers = [service.vote(who, ("tell", "wait")[who % 2]) for who in range(25)]
    for answer in answers:
        keeps(service, answer)
    told = [answer.json()["figures"] for answer in answers]
    assert told[:10] == [None] * 10
    assert [each["moreThan"] for each in told[10:]] == [10] * 10 + [20] * 5
    assert service.figures() == answers[-1].json()


def test_new_repeated_and_forged_votes_are_answered_alike(service: Service) -> None:
    """Byte for byte, so that nobody learns whether a colleague has voted."""
    for who in range(12):
        service.vote(who, ("tell", "wait")[who % 2])
    forged = ballot(3, "ask", rev=7, proof=hash_of("somebody else"))
    answers = [
        service.vote(99, "ask"), service.vote(3, "tell"), service.vote(3, "ask", rev=2),
        service.post(json.dumps(forged)),
    ]  # fmt: skip
    assert len({answer.content for answer in answers}) == 1
    assert len({str(sorted(set(answer.headers) - {"date"})) for answer in answers}) == 1


REFUSED: dict[str, tuple[int, Any]] = {
    "not JSON": (400, b"vote!"),
    "nothing": (400, b""),
    "a list": (400, b"[]"),
    "not UTF-8": (400, b'{"release": "\xff"}'),
    "deep": (400, b"[" * 2000),
    "a field too many": (400, {"name": CANARY}),
    "a field too few": (400, {"proof": None}),
    "a vote of three": (400, {"vote": 3}),
    "a number as text": (400, {"rev": "1"}),
    "a revision too high": (400, {"rev": 51}),
    "a revision below one": (400, {"rev": 0}),
    "a name with a path": (400, {"poll": "../safe"}),
    "a learner's id": (400, {"voter": CANARY}),
    "a random UUID": (400, {"voter": "5b2c1a60-2f0e-4d7e-9d3b-5f2f6c1e9a40"}),
    "an unknown release": (404, {"release": "elsewhere.00000000"}),
    "an unknown poll": (404, {"poll": "nothing"}),
    "an unknown option": (404, {"option": "nothing"}),
    "a second vote where there is one": (404, {"vote": 2}),
    "too large": (413, b" " * 2049),
}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One service for tests that change nothing in it."""
    made = Service(tmp_path_factory.mktemp("service"))
    made.open()
    with made:
        yield made


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_vote_is_refused(standing: Service, name: str) -> None:
    """With a status that is documented, in words that repeat nothing of what was sent."""
    status, spoilt = REFUSED[name]
    whole = {**ballot(1, "tell"), **spoilt} if isinstance(spoilt, dict) else None
    answer = standing.post(json.dumps(whole) if whole else spoilt)
    assert answer.status_code == status, answer.text
    keeps(standing, answer)
    assert CANARY not in answer.text
    named = [*spoilt] if isinstance(spoilt, dict) and "name" not in spoilt else [None]
    assert [answer.json().get("field")] == named


def test_a_question_says_which_field_is_wrong(standing: Service) -> None:
    """What is missing, in the wrong form or unknown; a field that nobody knows is not repeated."""
    for query, status, field in (
        ({"release": RELEASE}, 400, "poll"),
        ({"release": CANARY, "poll": "safe"}, 400, "release"),
        ({"release": RELEASE, "poll": "nothing"}, 404, "poll"),
        ({"release": "elsewhere.00000000", "poll": "safe"}, 404, "release"),
        ({"release": RELEASE, "poll": "safe", CANARY: CANARY}, 400, None),
        ({"release": RELEASE, "poll": CANARY, CANARY: "1"}, 400, "poll"),
    ):
        answer = httpx.get(f"{standing.address}/v1/figures", params=query)
        keeps(standing, answer)
        assert (answer.status_code, answer.json().get("field")) == (status, field)
        assert CANARY not in answer.text


def test_an_unknown_cohort_costs_nobody_a_vote(service: Service) -> None:
    """A trust whose file was not opened yet is counted among all."""
    for who in range(11):
        answer = service.vote(who, ("tell", "wait")[who % 2], cohort="not-opened")
    assert answer.json()["figures"]["moreThan"] == 10
    assert answer.json()["cohort"] is None


def test_only_what_is_described_is_there(standing: Service) -> None:
    """Another method or address is refused, with the header that lets pages read it."""
    for method, path, status in (
        ("GET", "/v1/votes", 405), ("PUT", "/v1/votes", 405), ("POST", "/v1/figures", 405),
        ("GET", "/", 404), ("GET", "/metrics", 404), ("GET", "/v1/votes/../../etc", 404),
        ("GET", "/docs", 404), ("GET", "/v1/figures", 400), ("GET", "/healthz", 200),
        ("GET", "/v1/figures?release=x.00000000&poll=safe&who=1", 400),
    ):  # fmt: skip
        answer = httpx.request(method, standing.address + path)
        assert answer.status_code == status, path
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "no-store"


def test_every_documented_address_answers(standing: Service) -> None:
    """What the description lists is what there is, and it is valid as a schema."""
    whole = description(standing)
    assert set(whole["paths"]) == {"/v1/votes", "/v1/figures", "/v1/openapi.json", "/healthz"}
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    keeps(standing, httpx.get(f"{standing.address}/healthz"))
    query = {"release": RELEASE, "poll": "rule", "cohort": "northfield"}
    keeps(standing, httpx.get(f"{standing.address}/v1/figures", params=query))


@pytest.mark.parametrize("file", sorted(PROTOCOL.glob("*.json")), ids=lambda file: file.stem)
def test_recorded_requests_are_served_for_ever(tmp_path: Path, file: Path) -> None:
    """Packages in trusts' LMSs live for years: what each release sent is still understood."""
    recorded = json.loads(file.read_text("utf-8"))
    service = Service(tmp_path)
    service.open(json.dumps(recorded["polls.json"]).encode())
    with service:
        for request in recorded["requests"]:
            answer = httpx.request(
                request["method"], service.address + request["path"],
                content=request.get("body"), headers=request["headers"],
            )  # fmt: skip
            assert answer.status_code == request["status"], answer.text
            assert set(answer.json()) >= set(request["answer"])


def test_a_slow_sender_is_let_go(service: Service) -> None:
    """A body that never ends holds nobody up, and is answered in the end."""
    host, port = service.address.removeprefix("http://").split(":")
    head = f"POST /v1/votes HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(head.encode() + b"{")
        assert service.vote(1, "tell").status_code == 200
        slow.settimeout(20)
        assert b"408" in slow.recv(4096)


ASKED = b"GET /healthz HTTP/1.1\r\nHost: polls.example.org\r\n\r\n"


@pytest.mark.parametrize(
    ("before", "begun"),
    [
        (b"", b""), (b"", ASKED[:-4]), (ASKED, ASKED[:-4]), (ASKED, b"\r\n"),
        (b"", ASKED[:-2] + b"Content-Length: 9\r\n\r\n"),
    ],
    ids=["nothing", "half a head", "half of a second", "an empty line", "no body"],
)  # fmt: skip
def test_who_never_asks_is_let_go(service: Service, before: bytes, begun: bytes) -> None:
    """A connection that stays at its beginning is not kept, with no proxy before the service."""
    host, port = service.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=40) as slow:
        slow.sendall(before)
        assert not before or b"200" in slow.recv(4096)
        slow.sendall(begun)
        with suppress(ConnectionResetError):
            while slow.recv(4096):
                pass
        assert service.vote(1, "tell").status_code == 200


def memory(service: Service) -> float:
    """Megabytes that the process has."""
    status = Path(f"/proc/{service.process.pid}/status").read_text("ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


HEAD = b"GET /healthz HTTP/1.1\r\nHost: polls.example.org\r\n"

CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "endless",
    [
        (HEAD, b"X-Header: " + b"a" * 65_000 + b"\r\n"),
        (HEAD + b"X-Header: ", b"a" * 65_000),
        (CHUNKED + b"0\r\n", b"X-Trailer: " + b"a" * 65_000 + b"\r\n"),
        (CHUNKED, b"fde8\r\n" + b"a" * 65_000 + b"\r\n"),
        (b"", (HEAD + b"\r\n") * 1000),
    ],
    ids=["headers", "a header", "trailers", "a body", "requests"],
)  # fmt: skip
def test_what_never_ends_is_cut_off(service: Service, endless: tuple[bytes, bytes]) -> None:
    """Nobody fills the service's memory by one connection, and others are served meanwhile."""
    before = memory(service)
    host, port = service.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            connection.sendall(endless[0])
            for _ in range(1500):
                connection.sendall(endless[1])
        assert service.vote(1, "tell").status_code == 200
    assert memory(service) < before + 40


def test_a_release_that_is_closed_is_gone(service: Service) -> None:
    """Within a second or so its votes are refused for good; figures stay to be read."""
    for who in range(11):
        service.vote(who, ("tell", "wait")[who % 2])
    done = service.command("release", "close", "noticing", "--yes", *service.where())
    assert done.returncode == 0, done.stderr
    until(lambda: service.vote(50, "tell").status_code == 410)
    assert service.figures()["figures"]["moreThan"] == 10
    service.stop()
    service.start()
    assert service.figures()["figures"]["moreThan"] == 10


def test_a_key_that_was_not_destroyed_is_not_said_to_be(service: Service) -> None:
    """Where --salts is forgotten the release is closed, and the command says what is left to do."""
    close = ["release", "close", RELEASE, "--yes", "--store", service.store, "--salts"]
    done = service.command(*close, str(service.folder / "elsewhere"))
    assert (done.returncode, "isn't destroyed yet" in done.stderr) == (1, True)
    assert (service.folder / "salts" / RELEASE).exists()
    done = service.command(*close, str(service.folder / "salts"))
    assert (done.returncode, "and its key destroyed" in done.stdout) == (0, True)
    assert not (service.folder / "salts" / RELEASE).exists()


def test_days_after_its_last_one_a_release_takes_no_more(tmp_path: Path) -> None:
    """A week of grace is for votes that waited on a device."""
    service = Service(tmp_path)
    service.open(polls_json(until="2026-01-31"))
    with service:
        assert service.vote(1, "tell").status_code == 410


def test_an_edition_is_opened_while_the_service_runs(service: Service) -> None:
    """A new option can be voted for as soon as the command is done, or a second later."""
    polls = json.loads(polls_json())["polls"]
    polls[0]["options"].append("new")
    assert service.vote(1, "new").status_code == 404
    service.open(polls_json(edition="2026.2", polls=polls))
    until(lambda: service.vote(1, "new").status_code == 200)


def test_it_starts_again_where_it_was(service: Service) -> None:
    """Stopped in good order or killed, it tells the same and counts on."""
    for who in range(11):
        service.vote(who, ("tell", "wait")[who % 2])
    was = service.figures()
    assert service.stop() == 0
    service.start()
    assert service.figures() == was
    service.stop(signal.SIGKILL)
    service.start()
    assert service.vote(3, "tell").json() == was
    for who in range(20, 30):
        told = service.vote(who, ("tell", "wait")[who % 2]).json()
    assert told["figures"]["moreThan"] == 20


def test_another_key_is_refused(service: Service) -> None:
    """With another secret or salt everybody could vote twice: the service does not even start."""
    service.stop()
    service.environment["RSSCORM_POLLS_KEY"] = "quite another secret, and long enough"
    with pytest.raises(AssertionError, match="opened with another"):
        service.start()
    service.environment["RSSCORM_POLLS_KEY"] = "short"
    done = service.command("serve", *service.where())
    assert (done.returncode, "at least 32 characters" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_a_release_with_another_key_stops_nobody_elses_polls(service: Service) -> None:
    """Opened by mistake with another secret it is unknown, while all others go on as before."""
    other = polls_json(release="another.0a1b2c3d", module="another", cohort=None)
    mistaken = Service(service.folder, RSSCORM_POLLS_KEY="quite another secret, and long enough")
    mistaken.open(other)
    service.heard("changes can't be read")
    assert service.vote(1, "tell", release="another.0a1b2c3d").status_code == 404
    for who in range(11):
        service.vote(who, ("tell", "wait")[who % 2])
    assert service.figures()["figures"]["moreThan"] == 10
    done = service.command("release", "close", "noticing", "--yes", *service.where())
    assert done.returncode == 0, done.stderr
    until(lambda: service.vote(50, "tell").status_code == 410)


def test_what_befalls_the_salts_stops_no_running_service(service: Service) -> None:
    """It knows its keys; only a new start needs them, and says what it hasn't got."""
    salt = service.folder / "salts" / RELEASE
    salt.rename(service.folder / "elsewhere")
    salt.mkdir()
    for who in range(11):
        answer = service.vote(who, ("tell", "wait")[who % 2])
    assert answer.json()["figures"]["moreThan"] == 10
    service.stop()
    done = service.command("serve", *service.where(), "--port", "0", "--metrics-port", "0")
    assert (done.returncode, "can't be read" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_one_file_has_one_service(service: Service) -> None:
    """A second one would not know what the first has promised."""
    done = service.command("serve", *service.where(), "--port", "0", "--metrics-port", "0")
    assert (done.returncode, "another service has" in done.stderr) == (1, True)


def test_one_file_has_one_service_by_whatever_name(service: Service) -> None:
    """A link to it is the same file."""
    link = service.folder / "link.db"
    link.symlink_to(service.store)
    where = ["--store", str(link), "--salts", str(service.folder / "salts")]
    done = service.command("serve", *where, "--port", "0", "--metrics-port", "0")
    assert (done.returncode, "another service has" in done.stderr) == (1, True)


def test_commands_beside_a_busy_service_leave_the_votes_whole(service: Service) -> None:
    """While many vote a cohort is put aside and back, an edition opened and somebody erased."""
    is_over = threading.Event()

    def crowd(first: int) -> None:
        with service.client() as client:
            for who in itertools.count(first):
                cohort = ("northfield", None)[who % 2]
                content = json.dumps(ballot(who, ("tell", "wait")[who % 2], cohort=cohort))
                assert client.post("/v1/votes", content=content).status_code == 200
                if is_over.is_set():
                    return

    where, salts = service.where(salts=False), service.where()
    file = str(service.folder / "module.polls.json")
    with ThreadPoolExecutor() as pool:
        crowds = [pool.submit(crowd, first) for first in (0, 1_000_000)]
        try:
            for number in ("1", "2", "3"):
                done = [
                    service.command("quarantine", *where, RELEASE, "--cohort", "northfield"),
                    *pool.map(
                        lambda words: service.command(*words, input="jo.smith\n"),
                        [
                            ("quarantine", *where, "--undo", number), ("erase", *salts, RELEASE),
                            ("release", "open", *salts, file), ("release", "list", *where),
                        ],
                    ),
                ]  # fmt: skip
                assert [each.returncode for each in done] == [0] * 5, [each.stderr for each in done]
        finally:
            is_over.set()
        for each in crowds:
            each.result()
    with closing(open_database(service.store)) as database:
        assert database.execute("PRAGMA integrity_check") == [("ok",)]
        for poll in catalog.releases(database)[RELEASE].polls:
            served = [each._replace(joined=0) for each in tally(database, poll.number)]
            assert served == recount(database, poll)


def test_what_is_kept_is_for_its_owner_alone(service: Service) -> None:
    """Others on the machine can read neither votes nor salts, nor lock the service out."""
    service.vote(1, "tell")
    kept = [service.folder / "salts" / RELEASE, *service.folder.glob("polls.db*")]
    assert len(kept) == 5
    assert {file.stat().st_mode & 0o777 for file in kept} == {0o600}
    assert (service.folder / "salts").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("store", ["", "sqlite:", ":memory:"])
def test_a_store_that_keeps_nothing_is_refused(service: Service, store: str) -> None:
    """SQLite would take these, and forget each vote at the end."""
    salts = ["--salts", str(service.folder / "salts"), "--port", "0", "--metrics-port", "0"]
    done = service.command("serve", "--store", store, *salts)
    assert (done.returncode, "has a file's name" in done.stderr) == (4, True)


SECRET = "hunter2canary"


@pytest.mark.parametrize(
    "address", [f"u:{SECRET}@[::1]x/db", f"u:{SECRET}%zz@127.0.0.1:1/db", f"u:{SECRET}@127.0.0.1:1"]
)
def test_a_databases_password_is_repeated_nowhere(tmp_path: Path, address: str) -> None:
    """Not in what is said of an address that can't be meant; and a command line has none."""
    store = f"postgresql://{address}"
    named = Service(tmp_path, RSSCORM_POLLS_STORE=store).command("release", "list")
    typed = Service(tmp_path).command("release", "list", "--store", store)
    assert (named.returncode, typed.returncode) == (4, 2)
    assert SECRET not in named.stderr + typed.stderr
    assert "RSSCORM_POLLS_STORE" in typed.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "65536"), ("serve", "--metrics-port", "-1"), ("serve", "--most", "0"),
        ("serve", "--lrs-every", "-1"), ("quarantine", "--undo", "0"),
        ("quarantine", "--undo", "9" * 20), ("erase", "noticing"),
        ("quarantine", "noticing", "--cohort", "northfield", "--from", "2026-13-01"),
        ("quarantine", "x", "--cohort", "none", "--from", "2027-01-02", "--to", "2027-01-01"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_no_command_can_mean_is_told(standing: Service, words: tuple[str, ...]) -> None:
    """By exit code 2, in words, without a traceback."""
    where = standing.where(salts=words[0] != "quarantine")
    done = standing.command(*words, *where)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr


def test_every_error_of_the_service_is_told() -> None:
    """Each is of one kind, but those that become an HTTP status, so that none is left out."""
    answered = {UnknownError, ClosedError, NotStoredError, RefusedError}
    errors = {
        kind
        for module in pkgutil.iter_modules(rsscorm.polls.__path__, "rsscorm.polls.")
        for kind in vars(importlib.import_module(module.name)).values()
        if isinstance(kind, type)
        and issubclass(kind, Exception)
        and kind.__module__ == module.name
        and kind not in answered
    }
    assert len(errors) > 10
    assert [kind for kind in errors if not issubclass(kind, PollsError)] == []


@pytest.mark.parametrize("group", ["", "release"])
def test_help_of_its_commands_loads_nothing_heavy(group: str) -> None:
    """What a command needs is imported when it runs."""
    program = (
        "import sys; from rsscorm.cli import run; run(sys.argv[1:]); print(' '.join(sys.modules))"
    )
    words = [sys.executable, "-c", program, "polls", *group.split(), "--help"]
    loaded = subprocess.run(words, capture_output=True, text=True).stdout.split()
    assert "rsscorm.polls.commands.release" in loaded
    assert {"pydantic", "uvicorn", "httpx", "psycopg", "sqlite3"} & set(loaded) == set()


def test_a_file_called_postgres_is_a_file(tmp_path: Path) -> None:
    """Whatever a file of votes is called, it has one service."""
    made = Service(tmp_path, str(tmp_path / "postgres.db"))
    made.open()
    with made:
        done = made.command("serve", *made.where(), "--port", "0", "--metrics-port", "0")
        assert (done.returncode, "another service has" in done.stderr) == (1, True)


def test_nothing_kept_or_logged_is_of_a_person(service: Service) -> None:
    """A canary in every place where an id could come from is in no file, log or metric."""
    headers = {"Referer": f"https://lms.example.org/?user={CANARY}", "User-Agent": CANARY,
               "X-Forwarded-For": "203.0.113.77"}  # fmt: skip
    voter = hash_of("voter", CANARY)
    body = json.dumps(ballot(CANARY, "tell"))
    for content in (body, body[:-1], json.dumps({**ballot(1, "tell"), "name": CANARY})):
        url = f"{service.address}/v1/votes?user={CANARY}"
        httpx.post(url, content=content, headers=headers)
    metrics = httpx.get(service.metrics).text
    assert "rsscorm_polls_votes_total 1.0" in metrics
    service.stop()
    kept = [file.read_bytes() for file in service.folder.rglob("*") if file.is_file()]
    told = [json.dumps(service.lines).encode(), metrics.encode()]
    for secret in (CANARY, voter, hash_of("proof", CANARY), "203.0.113.77", service.secret):
        assert not any(secret.encode() in each for each in kept + told), secret
    assert not re.search(r'release|cohort|poll="', metrics)
