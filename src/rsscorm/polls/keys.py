"""Who voted, as the service knows them: a pseudonym that nobody can make without its keys.

A browser sends a hash of the learner's id, which keeps the id out of logs and no more: usernames
are few, and can be tried. So what is stored is made with a key of the release, and that key of
two parts: the service's own secret, and a salt in a file of its own that no backup has. When a
release is closed its salt is destroyed, and from then on nobody, ourselves included, can tell
whose a vote was.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from rsscorm.polls.disk import sync, written
from rsscorm.polls.errors import PollsError

NAME = "RSSCORM_POLLS_KEY"
"""The variable that holds the service's secret, unless systemd has it as `polls-key`."""

LEAST = 32
"""Characters that a secret has at least."""

BYTES = 16
"""Of a pseudonym."""


class SecretError(PollsError):
    """A secret or a salt is missing, or is another one than before; the message says what to do."""


def credential(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """A secret: of `lrs-key`, the variable RSSCORM_LRS_KEY, or systemd's credential of that name.

    It never comes from a command line, which everybody on the machine can read. Raises
    `SecretError` where there is none.
    """
    variable = "RSSCORM_" + name.upper().replace("-", "_")
    if value := environ.get(variable):
        return value
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if folder and (file := Path(folder) / name).is_file():
        return file.read_text("utf-8").rstrip("\r\n")
    raise SecretError(f"set {variable}, or let systemd load a credential named `{name}`")


class Keys:
    """The keys of releases. Raises `SecretError` where the secret is missing or too short."""

    def __init__(self, secret: str, salts: Path) -> None:
        if len(secret) < LEAST:
            hint = "make one with: openssl rand -hex 32"
            raise SecretError(f"{NAME} must hold a secret of at least {LEAST} characters; {hint}")
        self._secret = secret.encode(errors="surrogateescape")
        self._salts = salts

    @classmethod
    def found(cls, salts: Path) -> Keys:
        """With the secret of this machine."""
        return cls(credential("polls-key"), salts)

    def make(self, release: str) -> bytes:
        """The key of a release, with a new salt if it has none yet."""
        file = self._salts / release
        if not file.exists():
            self._salts.mkdir(parents=True, exist_ok=True, mode=0o700)
            with written(file) as new:
                new.write_bytes(secrets.token_bytes(32))
        return self.key(release)

    def key(self, release: str) -> bytes:
        """The key of a release. Raises `SecretError` where its salt can't be had."""
        try:
            salt = (self._salts / release).read_bytes()
        except FileNotFoundError as error:
            raise SecretError(f"the salt of {release} isn't in {self._salts}") from error
        except OSError as error:
            told = f"the salt of {release} in {self._salts} can't be read: {error.strerror}"
            raise SecretError(told) from error
        return _mac(self._secret, b"release", release.encode(), salt)

    def destroy(self, release: str) -> bool:
        """Make sure that the key of a release can never be had again; whether it was here."""
        file = self._salts / release
        if not file.exists():
            return False
        file.write_bytes(bytes(32))
        file.unlink()
        sync(self._salts)
        return True


def mark(key: bytes) -> bytes:
    """By which another key can be told from this one."""
    return _mac(key, b"mark")[:8]


def pseudonym(key: bytes, poll: str, voter: str) -> bytes:
    """Of a voter in one poll: in another poll of the release the same person has another."""
    return _mac(key, b"voter", poll.encode(), voter.encode())[:BYTES]


def sealed_proof(key: bytes, proof: str) -> bytes:
    """What is kept of a vote's proof: enough to know it again, not to show it."""
    return _mac(key, b"proof", proof.encode())[:BYTES]


def _mac(key: bytes, *parts: bytes) -> bytes:
    # Not hmac.digest, which lets other threads in each time: under load it waits for the writer.
    return hmac.new(key, b"\0".join(parts), hashlib.sha256).digest()
