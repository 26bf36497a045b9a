"""What a small team needs to run the service: a unit for systemd, a container, a proxy, a page.

None of these files holds a secret. What is put into them is checked first, since a new line in a
name would be a new setting in a unit.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from shlex import quote
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rsscorm.polls.database import is_server
from rsscorm.polls.errors import PollsError
from rsscorm.polls.templates import templates

HERE = Path(__file__).parent / "deployment"
STATE, SALTS = "/var/lib/rsscorm-polls", "/var/lib/rsscorm-polls-salts"
BACKUPS = f"{STATE}-backups"
STORE = f"{STATE}/polls.db"
PROGRAM = "/opt/rsscorm/bin/rsscorm"
PAGE, BESIDE = "data-protection.html", "data-protection.new.html"

_EXTRA = re.compile(r"\bextra\s*==")
_POLLS = re.compile(r"""\bextra\s*==\s*['"](polls|binary|standard)['"]""")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_URL = re.compile(r"[A-Za-z0-9._~:/?#@!&'()*+,;=%\[\]-]+")
_MAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class DeployError(PollsError):
    """What was given can't be put into files, or the files can't be put there."""


@dataclass(frozen=True)
class Deployment:
    """How a service is to be run, checked. Raises `DeployError`."""

    public: str
    store: str = STORE
    lrs: str | None = None
    organisation: str = ""
    contact: str = ""

    def __post_init__(self) -> None:
        check_public(self.public)
        check_store(self.store)
        check_lrs(self.lrs)
        check_words(self.organisation, self.contact)
        if not is_server(self.store) and self.store != STORE:
            raise DeployError(f"systemd keeps the file of votes in {STORE}: leave --store out")

    @property
    def host(self) -> str:
        """The name under which it is called."""
        return urlsplit(self.public).netloc

    @property
    def credentials(self) -> list[str]:
        """The names of the secrets that it needs."""
        return ["polls-key", *(["lrs-key", "lrs-secret"] if self.lrs else [])]

    @property
    def settings(self) -> dict[str, str]:
        """What every command of it has to know, as variables of the environment."""
        told = {"STORE": self.store, "SALTS": SALTS, "PUBLIC": self.public, "LRS": self.lrs}
        return {f"RSSCORM_POLLS_{name}": value for name, value in told.items() if value}

    def start(self) -> list[str]:
        """The words of the command that serves."""
        lrs = ["--lrs", self.lrs] if self.lrs else []
        ports = ["--host", "127.0.0.1", "--port", "8420", "--metrics-port", "8421"]
        where = ["--store", self.store, "--salts", SALTS]
        return [PROGRAM, "polls", "serve", *where, *ports, "--public", self.public, *lrs]


def check_public(public: str) -> None:
    """Raises `DeployError` for what is more, or less, than `https://` and a name."""
    scheme, host, path = _url(public, "--public")
    if (scheme, path) != ("https", "") or not _HOST.fullmatch(host):
        raise DeployError("--public must be https:// and a name, as https://polls.example.org")


def check_store(store: str) -> None:
    """Raises `DeployError` for an address that holds a password: the files have no secrets."""
    if not is_server(store):
        return
    if not _URL.fullmatch(store):
        raise DeployError("--store is no address")
    parts = urlsplit(store)
    if parts.password or {"password", "sslpassword"} & set(parse_qs(parts.query)):
        raise DeployError(
            "--store holds a password, which everybody could read in the files: "
            "let PostgreSQL know the service by its user or a certificate"
        )


def check_lrs(lrs: str | None) -> None:
    """Raises `DeployError` for what is no address of an LRS, or holds a password."""
    if lrs is not None and _url(lrs, "--lrs")[0] not in ("https", "http"):
        raise DeployError("--lrs must be an address, as https://lrs.example.org/xapi/")
    if lrs is not None and "@" in urlsplit(lrs).netloc:
        raise DeployError("--lrs holds a password: its credentials are files of their own")


def check_words(organisation: str, contact: str) -> None:
    """Raises `DeployError` for a name or an address that is more than that."""
    if len(organisation) > 200 or any(
        unicodedata.category(letter)[0] == "C" or unicodedata.category(letter) in ("Zl", "Zp")
        for letter in organisation
    ):
        raise DeployError("--name must be one line of at most 200 letters")
    if contact and not _MAIL.fullmatch(contact):
        raise DeployError("--contact must be a mail address, as privacy@example.org")


def _url(text: str, option: str) -> tuple[str, str, str]:
    try:
        if _URL.fullmatch(text) and (parts := urlsplit(text)).netloc:
            return parts.scheme, parts.netloc, text.partition(parts.netloc)[2].rstrip("/")
    except ValueError:
        pass
    raise DeployError(f"{option} is no address")


def files(plan: Deployment, page: str) -> dict[str, str]:
    """What is to be written, by its name. `page` is the one on data protection."""
    # None of these is HTML.
    pages = templates(HERE, autoescape=False)
    unit, shell, container = (
        " ".join(map(_in_unit, plan.start())),
        {name: quote(value) for name, value in plan.settings.items()},
        {name: _in_container(value) for name, value in plan.settings.items()},
    )
    each: dict[str, dict[str, Any]] = {
        "rsscorm-polls.service": {"start": unit}, "polls": {"settings": shell},
        "Containerfile": {"settings": container}, "Caddyfile": {}, "README.txt": {},
        "prometheus-alerts.yml": {},
    }  # fmt: skip
    known = _known(plan)
    made = {name: pages.get_template(name).render(known, **more) for name, more in each.items()}
    return {**made, "constraints.txt": constraints(), PAGE: page}


def constraints() -> str:
    """The versions of what this service is made of here: what was tried is what is installed."""
    found: dict[str, str] = {}
    waiting = ["rsscorm"]
    while waiting:
        name = waiting.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        if name not in found:
            found[name] = package.version
            waiting += _needed(package.requires or [])
    del found["rsscorm"]
    return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))


def _needed(requirements: list[str]) -> list[str]:
    """What a package, or the service, needs; and not what is for our tests alone."""
    wanted = [each for each in requirements if not _EXTRA.search(each) or _POLLS.search(each)]
    names = [re.split(r"[^A-Za-z0-9._-]", each, maxsplit=1)[0] for each in wanted]
    return [re.sub(r"[-_.]+", "-", name).lower() for name in names]


def _known(plan: Deployment) -> dict[str, Any]:
    server = is_server(plan.store)
    return {
        "host": plan.host, "public": plan.public, "lrs": plan.lrs and quote(plan.lrs),
        "store": quote(plan.store), "organisation": plan.organisation, "postgresql": server,
        "alone": not server and not plan.lrs, "credentials": plan.credentials,
        "state": STATE, "salts": SALTS, "program": PROGRAM,
        "backups": BACKUPS, "said": _said(plan),
        "secrets": " ".join(f"--secret={name},uid=10001,mode=0400" for name in plan.credentials),
    }  # fmt: skip


def _said(plan: Deployment) -> str:
    said = {"--name": plan.organisation, "--contact": plan.contact}
    return "".join(f" {name} {quote(value)}" for name, value in said.items() if value)


def _in_unit(word: str) -> str:
    """As systemd reads words: `%` and `$` mean something to it."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{word}"' if re.search(r"[^A-Za-z0-9._:/@=%-]", word) else word


def _in_container(word: str) -> str:
    return json.dumps(word).replace("$", "\\$")


def write(folder: Path, content: dict[str, str], replace: bool = False) -> list[Path]:
    """Write the files; which ones. Raises `DeployError` where others are there, `OSError`.

    A page on data protection that says something else stays, since an organisation fills it in:
    the new one is written beside it.
    """
    if folder.exists() and not folder.is_dir():
        raise DeployError(f"{folder} is not a folder")
    there = {file.name for file in folder.iterdir()} if folder.exists() else set()
    if there and not replace:
        raise DeployError(f"{folder} has files already: say --replace to write over them")
    folder.mkdir(parents=True, exist_ok=True)
    if _is_filled_in(folder / PAGE, content[PAGE]):
        content = {BESIDE if name == PAGE else name: text for name, text in content.items()}
    for name, text in content.items():
        (folder / name).write_text(text, "utf-8")
        (folder / name).chmod(0o755 if name == "polls" else 0o644)
    return [folder / name for name in content]


def _is_filled_in(page: Path, new: str) -> bool:
    return page.exists() and page.read_bytes() != new.encode()
