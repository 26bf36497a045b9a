"""Two people run the service: from generated files, with backups and a page on data protection."""

from __future__ import annotations

import configparser
import re
import shlex
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from axe import AXE, TAGS, assert_axe_finds_nothing
from browser import Watch
from click.testing import CliRunner
from playwright.sync_api import Browser
from polls import LAUNCHER, RELEASE, SECRET, Service, polls_json, until

from rsscorm.polls.backup import BackupError, backup, restore
from rsscorm.polls.commands import polls
from rsscorm.polls.commands.serve import serve as serve_command
from rsscorm.polls.database import open_database
from rsscorm.polls.metrics import Metrics
from rsscorm.polls.privacy import Facts, privacy_page, releases
from rsscorm.polls.schema import NewerSchemaError, NoStoreError, opened_database
from rsscorm.polls.serve import AlreadyServedError, alone

PUBLIC = "https://polls.example.org"
LRS = "https://lrs.example.org/xapi/"
FILES = {
    "rsscorm-polls.service", "polls", "Containerfile", "Caddyfile", "README.txt",
    "data-protection.html", "constraints.txt", "prometheus-alerts.yml",
}  # fmt: skip
TODAY = datetime.now(UTC).date()


def deploy(folder: Path, *options: str) -> dict[str, str]:
    """The files of a deployment, made as a person makes them; by their names."""
    done = CliRunner().invoke(polls, ["deploy", str(folder), "--public", PUBLIC, *options])
    assert done.exit_code == 0, done.output
    return {file.name: file.read_text("utf-8") for file in folder.iterdir()}


def start_of(unit: str) -> list[str]:
    """The words of ExecStart, as systemd reads them."""
    [line] = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    words = shlex.split(line.removeprefix("ExecStart="))
    return [word.replace("%%", "%").replace("$$", "$") for word in words]


def page(service: Service, *options: str) -> str:
    """The page on data protection that a store gives."""
    done = service.command("privacy", *service.where(salts=False), *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def recount(store: str) -> dict[tuple[Any, ...], int]:
    """The votes of the poll `safe` that count, by option, from the log itself."""
    database = open_database(store)
    rows = database.execute(
        "SELECT option, count(DISTINCT voter) FROM vote JOIN poll ON poll.number = vote.poll "
        "WHERE poll.id = 'safe' AND held = 0 GROUP BY option"
    )
    database.close()
    return {(option,): number for option, number in rows}


def tallied(store: str) -> dict[tuple[Any, ...], int]:
    """The same from the counters."""
    database = open_database(store)
    rows = database.execute(
        "SELECT first, sum(voters) FROM tally JOIN poll ON poll.number = tally.poll "
        "WHERE poll.id = 'safe' GROUP BY first HAVING sum(voters) > 0"
    )
    database.close()
    return {(option,): int(number) for option, number in rows}


def test_the_files_are_all_there(tmp_path: Path) -> None:
    """With the folder that is asked for; none has a secret, and the script and unit agree."""
    made = deploy(tmp_path / "made", "--lrs", LRS, "--name", "Northfield & Sons")
    assert set(made) == FILES
    for name in ("polls-key", "lrs-key", "lrs-secret"):
        line = f"LoadCredential={name}:/etc/rsscorm-polls/{name}"
        assert line in made["rsscorm-polls.service"]
        assert line in made["polls"]
    assert "lrs-" not in "".join(deploy(tmp_path / "no LRS").values())
    assert "polls.example.org {" in made["Caddyfile"]
    assert subprocess.run(["sh", "-n", str(tmp_path / "made" / "polls")]).returncode == 0


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    """Unless it is asked for; and then what else is there stays."""
    (tmp_path / "mine").write_text("mine")
    done = CliRunner().invoke(polls, ["deploy", str(tmp_path), "--public", PUBLIC])
    assert (done.exit_code, "--replace" in done.output) == (1, True)
    assert set(deploy(tmp_path, "--replace")) == {*FILES, "mine"}


def test_a_page_that_was_filled_in_stays(tmp_path: Path) -> None:
    """What the organisation wrote is kept; the new page is written beside it, which is said."""
    deploy(tmp_path)
    page = tmp_path / "data-protection.html"
    same = CliRunner().invoke(polls, ["deploy", str(tmp_path), "--public", PUBLIC, "--replace"])
    assert (same.exit_code, "is kept" in same.output) == (0, False)
    filled = re.sub(r"<mark.*?</mark>", "Jo Smith", page.read_text("utf-8"))
    page.write_text(filled, "utf-8")
    words = ["deploy", str(tmp_path), "--public", PUBLIC, "--lrs", LRS, "--replace"]
    done = CliRunner().invoke(polls, words)
    assert done.exit_code == 0, done.output
    assert "data-protection.new.html" in done.output
    assert "is kept as it is" in done.output
    assert page.read_text("utf-8") == filled
    assert "lrs.example.org" in (tmp_path / "data-protection.new.html").read_text("utf-8")
    assert LRS in (tmp_path / "rsscorm-polls.service").read_text("utf-8")


def test_the_unit_is_hardened(tmp_path: Path) -> None:
    """With each setting that systemd itself asks for; and it is started again for ever."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(deploy(tmp_path / "made")["rsscorm-polls.service"])
    settings = {
        "DynamicUser": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
        "PrivateDevices": "yes", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "",
        "MemoryDenyWriteExecute": "yes", "LockPersonality": "yes", "UMask": "0077",
        "Restart": "always", "RestartSec": "1",
        "StateDirectory": "rsscorm-polls rsscorm-polls-salts",
    }  # fmt: skip
    assert settings.items() <= dict(unit["Service"]).items()
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"


@pytest.mark.parametrize("lrs", [(), ("--lrs", f"{LRS}?a=50%25&b=(1)")])
def test_every_option_of_the_unit_exists(tmp_path: Path, lrs: tuple[str, ...]) -> None:
    """What systemd will start is a command of ours, word for word."""
    words = start_of(deploy(tmp_path / "made", *lrs)["rsscorm-polls.service"])
    context = serve_command.make_context("serve", words[3:])
    assert words[1:3] == ["polls", "serve"]
    assert context.params["lrs"] == (lrs[1] if lrs else None)
    assert context.params["public"] == PUBLIC


def test_what_the_unit_starts_takes_votes(tmp_path: Path) -> None:
    """Its own command line, with other folders and ports, and secrets as systemd gives them."""
    words = start_of(deploy(tmp_path / "made")["rsscorm-polls.service"])
    secrets = tmp_path / "credentials"
    secrets.mkdir()
    (secrets / "polls-key").write_text(SECRET)
    service = Service(tmp_path, CREDENTIALS_DIRECTORY=str(secrets))
    del service.environment["RSSCORM_POLLS_KEY"]
    service.open()
    ours = {
        "/var/lib/rsscorm-polls/polls.db": service.store,
        "/var/lib/rsscorm-polls-salts": str(tmp_path / "salts"), "8420": "0", "8421": "0",
    }  # fmt: skip
    service._start = lambda *_: [  # type: ignore[method-assign]
        sys.executable, "-c", LAUNCHER, *(ours.get(word, word) for word in words[1:])
    ]  # fmt: skip
    with service:
        assert service.vote(1, "tell").status_code == 200


def test_the_proxy_lets_through_what_is_public(tmp_path: Path) -> None:
    """Two addresses and no more, small bodies, and nobody's address to the service or a log."""
    caddy = deploy(tmp_path / "made")["Caddyfile"]
    lines = [line.strip() for line in caddy.splitlines()]
    assert [line for line in lines if line.startswith("@")] == ["@public path /v1/* /healthz"]
    assert [line for line in lines if line.startswith("reverse_proxy")] == [
        "reverse_proxy 127.0.0.1:8420 {"
    ]
    assert {"max_size 4KB", "header_up -X-Forwarded-For", "respond 404", "admin off"} <= set(lines)
    assert {"read_header 10s", "read_body 10s"} <= set(lines)
    assert not any(re.match(r"log( \{|$)", line) for line in lines)
    assert "8421" not in caddy


def test_the_image_has_no_root_and_no_registry(tmp_path: Path) -> None:
    """It serves as a user of its own, and what its commands take from variables exists."""
    text = deploy(tmp_path / "made", "--lrs", LRS)["Containerfile"]
    assert re.search(r"^USER [1-9]\d*$", text, re.MULTILINE)
    assert re.search(r"^FROM python:3\.\d+-slim$", text, re.MULTILINE)
    assert "-index" not in text
    names = set(re.findall(r"^ENV (RSSCORM\w+)=", text, re.MULTILINE))
    assert names == {option.envvar for option in serve_command.params if option.envvar}


def test_what_is_installed_is_pinned(tmp_path: Path) -> None:
    """To the versions of this machine, all that the service needs, and nothing of our tests."""
    made = deploy(tmp_path)
    pinned = dict(line.split("==") for line in made["constraints.txt"].splitlines())
    assert {"uvicorn", "httpx", "psycopg-binary", "pydantic-core"} <= set(pinned)
    assert not {"rsscorm", "pytest", "playwright", "mypy", "hatchling"} & set(pinned)
    assert all(version(name) == pin for name, pin in pinned.items())
    assert "--constraint /tmp/constraints.txt" in made["Containerfile"]
    assert "pip install -c constraints.txt" in made["README.txt"]


def test_alerts_are_on_metrics_that_exist(tmp_path: Path) -> None:
    """Each rule is on a number that the service has; those on an LRS are there where one is."""
    text = deploy(tmp_path / "one", "--lrs", LRS)["prometheus-alerts.yml"]
    rules = yaml.safe_load(text)["groups"][0]["rules"]
    metrics = Metrics()
    metrics.refusals.labels("503").inc()
    there = metrics.text().decode()
    for rule in rules:
        [*names] = re.findall(r"\b(?:rsscorm_polls|process)_\w+", rule["expr"])
        assert all(re.search(rf"^{name}\b", there, re.MULTILINE) for name in names), rule
        assert rule["annotations"]["summary"]
    alone = yaml.safe_load(deploy(tmp_path / "alone")["prometheus-alerts.yml"])
    assert [each["alert"] for each in alone["groups"][0]["rules"]] == [
        each["alert"] for each in rules if "lrs" not in each["expr"]
    ]


HOSTILE = {
    "a new line": ("--name", "Trust\nExecStartPre=/bin/sh"),
    "a line of another kind": ("--name", "Trust\u2028[Service]"),
    "a long name": ("--name", "x" * 201),
    "a mail of two lines": ("--contact", "a@example.org\nUser=root"),
    "a mail with markup": ("--contact", '"><script>@example.org'),
    "an LRS of two lines": ("--lrs", "https://lrs.example.org/\nUser=root"),
    "an LRS with a space": ("--lrs", "https://lrs.example.org/ --host 0.0.0.0"),
    "an LRS with a password": ("--lrs", "https://key:canary@lrs.example.org/"),
    "a store with a password": ("--store", "postgresql://polls:canary@db.example.org/polls"),
    "a store with a password apart": ("--store", "postgresql:///polls?password=canary"),
    "a store of two lines": ("--store", "postgresql:///polls\nUser=root"),
    "a file that systemd doesn't keep": ("--store", "/srv/polls.db"),
    "no TLS": ("--public", "http://polls.example.org"),
    "an address with a path": ("--public", "https://polls.example.org/polls"),
    "an address with a block": ("--public", "https://polls.example.org{}"),
    "an address with a new line": ("--public", "https://polls.example.org\n}"),
    "an address of two": ("--public", "https://polls.example.org,evil.example.org"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_be_more_than_a_value_is_refused(tmp_path: Path, name: str) -> None:
    """In words, without repeating a password, and before a file is written."""
    made = tmp_path / "made"
    words = ["deploy", str(made), "--public", PUBLIC, *HOSTILE[name]]
    done = CliRunner().invoke(polls, words)
    assert (done.exit_code, made.exists()) == (1, False), done.output
    assert "canary" not in done.output
    assert "Traceback" not in done.output


def test_a_name_with_markup_is_a_name(tmp_path: Path) -> None:
    """On the page it is shown as it is written; in the unit it isn't at all."""
    name = "<script>alert(1)</script> & 'Sons' $(id) `id`"
    made = deploy(tmp_path / "made", "--name", name)
    assert "<script" not in made["data-protection.html"]
    assert "&lt;script&gt;alert(1)" in made["data-protection.html"]
    assert not any(
        "alert(1)" in made[each] for each in FILES - {"README.txt", "data-protection.html"}
    )
    [line] = [line for line in made["README.txt"].splitlines() if "polls privacy" in line]
    assert shlex.split(line.partition(" >")[0])[-1] == name


def test_no_secret_of_this_machine_is_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the environment has, when the files are made."""
    for name in ("RSSCORM_POLLS_KEY", "RSSCORM_LRS_KEY", "RSSCORM_LRS_SECRET"):
        monkeypatch.setenv(name, "canary " * 8)
    assert "canary" not in "".join(deploy(tmp_path / "made", "--lrs", LRS).values())


def test_a_server_is_used_without_a_password(tmp_path: Path, pg_url: str) -> None:
    """The unit starts after it, and the page says where votes are."""
    made = deploy(tmp_path / "made", "--store", pg_url)
    assert "After=network-online.target postgresql.service" in made["rsscorm-polls.service"]
    assert start_of(made["rsscorm-polls.service"])[4] == pg_url
    assert "PostgreSQL" in made["data-protection.html"]
    assert "No polls are open" in made["data-protection.html"]
    gone = deploy(tmp_path / "gone", "--store", pg_url.replace("/rsscorm", "/gone", 1) + "1")
    assert "the polls: make this page anew" in gone["data-protection.html"]


def test_the_page_names_each_release(tmp_path: Path, store: str) -> None:
    """With its own thresholds and dates, and whether answers are anonymous or named."""
    service = Service(tmp_path, store)
    service.open(polls_json(until="2031-01-31", least=30, step=15))
    text = page(service)
    assert f"{RELEASE}, edition 2026.1, 3 polls" in text
    assert "from 30 people on, and again after 15 more" in text
    assert "until 31 January 2031" in text
    assert "day and time" not in text
    service.open(polls_json(release="other.00000001", module="other", answers="named"))
    text = page(service)
    assert RELEASE in text
    assert "other.00000001" in text
    assert "no last day is set" in text
    assert "in named ones the day and time" in text
    service.command("release", "close", "other", "--yes", *service.where())
    last = TODAY + timedelta(days=90)
    assert f"after {last.day} {last:%B %Y}" in page(service)


def test_the_page_changes_with_the_configuration(tmp_path: Path) -> None:
    """An LRS, its keeper and voiding are named where there is one, and nothing is made up."""
    service = Service(tmp_path)
    assert service.command("privacy", *service.where(salts=False)).returncode == 1
    service.open()
    plain = page(service)
    assert "No learning record store (LRS)" in plain
    assert "SQLite" in plain
    told = page(service, "--lrs", LRS, "--public", PUBLIC, "--contact", "a@example.org")
    assert "lrs.example.org" in told
    assert "It still keeps the original" in told
    assert 'href="mailto:a@example.org"' in told
    assert told.count('class="todo"') > 5
    file = tmp_path / "page.html"
    assert page(service, "--html", str(file)) == f"{file}\n"
    assert file.read_text("utf-8") == plain
    assert str(tmp_path) not in plain
    for options in (("--public", "https://["), ("--lrs", "x"), ("--name", "a\nb")):
        refused = service.command("privacy", *service.where(salts=False), *options)
        assert (refused.returncode, refused.stdout) == (1, ""), refused.stderr
        assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_read_the_page(
    tmp_path: Path, browser: Browser, watch: Watch, width: int
) -> None:
    """axe finds nothing, nothing is loaded from elsewhere, and it has no script."""
    service = Service(tmp_path)
    service.open(polls_json(until="2031-01-31"))
    service.open(polls_json(release="other.00000001", module="other", answers="named"))
    facts = Facts(service.store, PUBLIC, LRS, "Northfield Trust")
    text = privacy_page(facts, releases(service.store), TODAY)
    assert not re.search(r"<script|src=|url\(|@import|<link", text)
    shown = watch.open(viewport={"width": width, "height": 900})
    shown.set_content(text)
    shown.add_script_tag(path=AXE)
    assert_axe_finds_nothing(shown, [*TAGS, "best-practice"])


def test_a_backup_is_made_while_votes_come_in(tmp_path: Path, store: str) -> None:
    """Put back, its tallies equal a recount, those who voted are known, and votes are taken."""
    service = Service(tmp_path, store)
    service.open()
    file, kept = tmp_path / "backup", []
    with service:
        for who in range(30):
            service.vote(who, ("tell", "wait")[who % 2])
        stop = threading.Event()

        def go_on() -> None:
            who = 1000
            while not stop.is_set():
                assert service.vote(who, "ask").status_code == 200
                kept.append(who)
                who += 1

        voting = threading.Thread(target=go_on)
        voting.start()
        until(lambda: len(kept) > 5)
        done = service.command("backup", "--store", store, str(file))
        stop.set()
        voting.join()
    assert done.returncode == 0, done.stderr
    assert "can't be joined to people" in done.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    all_of_it = recount(store)
    refused = service.command("restore", *service.where(), str(file))
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    assert recount(store) == all_of_it
    done = service.command("restore", "--replace", *service.where(), str(file))
    assert done.returncode == 0, done.stderr
    assert "won't start" not in done.stdout
    counted = recount(store)
    assert counted == tallied(store)
    assert 30 < sum(counted.values()) <= sum(all_of_it.values())
    with service:
        service.vote(3, "wait")
        service.vote(2000, "tell")
        service.stop()
    now = recount(store)
    assert now == tallied(store)
    assert sum(now.values()) == sum(counted.values()) + 1


def test_restore_says_which_is_newer_and_what_would_be_lost(tmp_path: Path, store: str) -> None:
    """Of the store and of the backup, whichever is behind, and roughly."""
    service = Service(tmp_path, store)
    service.open()
    few, many = tmp_path / "few", tmp_path / "many"
    with service:
        for who in range(5):
            service.vote(who, "tell")
        backup(store, few)
        for who in range(5, 34):
            service.vote(who, "wait")
    backup(store, many)

    def said(file: Path, *options: str) -> str:
        done = service.command("restore", *options, *service.where(), str(file))
        assert done.returncode == (0 if options else 1), done.stderr
        return done.stdout + done.stderr

    day = f"votes, the last of {TODAY}"
    newer = f"The store has more than 30 {day}; the backup has up to 10 {day}. The store is newer"
    assert f"{newer}: what came after the backup is lost. Say --replace" in said(few)
    assert "They are the same: nothing is lost." in said(many)
    assert newer in said(few, "--replace")
    older = f"The store has up to 10 {day}; the backup has more than 30 {day}. The backup is newer"
    assert f"{older}: what the store alone has is lost. Say --replace" in said(many)
    assert sum(recount(store).values()) == 5


def test_a_damaged_store_gives_way_to_its_backup(tmp_path: Path) -> None:
    """That is what a backup is for: it is said that the store can't be read."""
    service = Service(tmp_path)
    service.open()
    backup(service.store, tmp_path / "backup")
    Path(service.store).write_bytes(b"no database at all" * 99)
    done = service.command("restore", *service.where(), str(tmp_path / "backup"))
    assert (done.returncode, "The store can't be read" in done.stderr) == (1, True)
    done = service.command("restore", "--replace", *service.where(), str(tmp_path / "backup"))
    assert done.returncode == 0, done.stderr
    assert recount(service.store) == {}


def test_no_key_is_in_a_backup(tmp_path: Path, store: str) -> None:
    """Neither the secret nor a salt, in any writing of it: closing a release stays final."""
    service = Service(tmp_path, store)
    service.open()
    with service:
        service.vote(1, "tell")
    backup(store, tmp_path / "backup")
    content = (tmp_path / "backup").read_bytes()
    if store.startswith("postgres"):
        words = ["pg_restore", "--file=-", str(tmp_path / "backup")]
        content = subprocess.run(words, capture_output=True, check=True).stdout
    assert RELEASE.encode() in content
    [salt] = [file.read_bytes() for file in (tmp_path / "salts").iterdir()]
    for secret in (SECRET.encode(), salt, salt.hex().encode()):
        assert secret not in content
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".part"] == []


def test_without_its_salt_a_release_does_not_go_on(tmp_path: Path, store: str) -> None:
    """Restore says so at once, the service refuses to start, and closing is the way out."""
    service = Service(tmp_path, store)
    service.open()
    backup(store, tmp_path / "backup")
    (tmp_path / "salts" / RELEASE).rename(tmp_path / "salt")
    done = service.command("restore", "--replace", *service.where(), str(tmp_path / "backup"))
    assert done.returncode == 0, done.stderr
    assert f"{RELEASE}: its salt or the secret is missing" in done.stdout
    done = service.command("serve", *service.where(), "--port", "0", "--metrics-port", "0")
    assert (done.returncode, f"the salt of {RELEASE} isn't in" in done.stderr) == (1, True)
    (tmp_path / "salts" / RELEASE).write_bytes(bytes(32))
    done = service.command("restore", "--replace", *service.where(), str(tmp_path / "backup"))
    assert f"{RELEASE}: its salt" in done.stdout
    (tmp_path / "salts" / RELEASE).unlink()
    service.command("release", "close", "noticing", "--yes", *service.where())
    with service:
        assert service.vote(1, "tell").status_code == 410


def test_a_store_in_use_is_not_replaced(tmp_path: Path, store: str) -> None:
    """Whatever is asked for."""
    service = Service(tmp_path, store)
    service.open()
    backup(store, tmp_path / "backup")
    with service:
        service.vote(1, "tell")
        done = service.command("restore", "--replace", *service.where(), str(tmp_path / "backup"))
        assert (done.returncode, "open" in done.stderr) == (1, True)
        assert service.vote(2, "tell").status_code == 200
    assert sum(recount(store).values()) == 2


@pytest.mark.parametrize("what", ["cut", "spoilt", "another", "nothing"])
def test_what_is_no_whole_backup_is_refused(tmp_path: Path, store: str, what: str) -> None:
    """And the store stays as it was."""
    service = Service(tmp_path, store)
    service.open()
    with service:
        for who in range(20):
            service.vote(who, "tell")
    file = tmp_path / "backup"
    backup(store, file)
    whole = file.read_bytes()
    middle = len(whole) // 2
    spoilt = {
        "cut": whole[:middle], "another": b"something else\n" * 900, "nothing": b"",
        "spoilt": whole[:middle] + bytes(64) + b"\xff" * 4096 + whole[middle + 4160 :],
    }  # fmt: skip
    file.write_bytes(spoilt[what])
    with pytest.raises(BackupError):
        restore(store, file, replace=True)
    assert sum(recount(store).values()) == 20


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path, store: str) -> None:
    """Before anything of the store is touched."""
    service = Service(tmp_path, store)
    service.open()
    database = open_database(store)
    database.execute("UPDATE meta SET value = 99 WHERE name = 'version'")
    database.close()
    if store.startswith("postgres"):
        backup(store, tmp_path / "backup")
    else:
        with sqlite3.connect(store) as old, sqlite3.connect(tmp_path / "backup") as new:
            old.backup(new)
        old.close()
        new.close()
    with pytest.raises(NewerSchemaError, match="version 99"):
        restore(store, tmp_path / "backup", replace=True)


def test_a_backup_never_takes_the_stores_place(tmp_path: Path) -> None:
    """Nor is half a backup ever there, nor a store that there is not made up."""
    service = Service(tmp_path)
    service.open()
    with pytest.raises(BackupError, match="store itself"):
        backup(service.store, Path(service.store))
    (tmp_path / "old").write_bytes(b"an old backup")
    with pytest.raises(NoStoreError, match="there is no store"):
        backup(str(tmp_path / "none.db"), tmp_path / "old")
    assert (tmp_path / "old").read_bytes() == b"an old backup"
    with pytest.raises(NoStoreError, match="there is no store"):
        backup(str(tmp_path / "none.db"), tmp_path / "backup")
    assert not (tmp_path / "none.db").exists()
    assert not (tmp_path / "backup").exists()
    with alone(service.store), pytest.raises(AlreadyServedError):
        restore(service.store, tmp_path / "module.polls.json", replace=True)


def test_an_old_log_is_not_taken_for_the_new_stores(tmp_path: Path) -> None:
    """Votes in the old database's write-ahead log stay gone after a restore over it."""
    service = Service(tmp_path)
    service.open()
    backup(service.store, tmp_path / "backup")
    reader = sqlite3.connect(service.store)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM vote").fetchall()
    with service:
        for who in range(5):
            service.vote(who, "tell")
        service.stop(9)
    assert Path(service.store + "-wal").stat().st_size
    restore(service.store, tmp_path / "backup", replace=True)
    reader.close()
    assert recount(service.store) == {}
    with service:
        assert service.vote(1, "tell").status_code == 200


def test_without_pg_dump_the_command_is_told(
    tmp_path: Path, pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what it needs, and without a password."""
    opened_database(pg_url).close()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"run: pg_dump --dbname=.* --format=custom") as told:
        backup(pg_url.replace("//rsscorm@", "//rsscorm:canary@"), tmp_path / "backup")
    assert "canary" not in str(told.value)
    assert not (tmp_path / "backup").exists()
