"""What the service knows while it runs: which polls there are, and what is told of each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rsscorm.polls import catalog, keys
from rsscorm.polls.database import Database
from rsscorm.polls.keys import Keys, SecretError
from rsscorm.polls.published import Snapshot, told
from rsscorm.polls.release import Name, Poll, Release, ReleaseName, today
from rsscorm.polls.standing import Ballot

MOST_REVISIONS = 50
"""How often one vote may be given anew; so much room a voter can take at most."""

Hash = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
]


class VoteRequest(BaseModel):
    """A vote as packages send it (protocol v1)."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    release: ReleaseName
    poll: Name
    vote: Literal[1, 2] = 1
    """1, or 2 where it is the same person's second vote on the question."""
    rev: Annotated[int, Field(ge=1, le=MOST_REVISIONS)] = 1
    """Counts how often this vote was given: the highest one counts."""
    option: Name
    voter: Hash
    """Hash of the learner's id and the release, made in the browser."""
    proof: Hash
    """Hash of a secret in the learner's record: who votes again must have it."""
    cohort: Name | None = None


class FiguresRequest(BaseModel):
    """The question for what is published of a poll (protocol v1)."""

    model_config = ConfigDict(extra="forbid")

    release: ReleaseName
    poll: Name
    cohort: Name | None = None


class UnknownError(Exception):
    """There is no such release, poll, vote or option here; `field` says which of these."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class ClosedError(Exception):
    """The release takes no more votes."""


@dataclass(frozen=True)
class Known:
    """All that was read at one time."""

    releases: dict[str, Release] = field(default_factory=dict)
    secrets: dict[str, bytes] = field(default_factory=dict)
    polls: dict[int, tuple[Release, Poll]] = field(default_factory=dict)
    snapshots: dict[int, Snapshot] = field(default_factory=dict)
    told: dict[tuple[int, str], bytes] = field(default_factory=dict)


class Desk:
    """Releases and what is told of them, as last read from the database by any thread."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._known = Known()

    def read(self, database: Database) -> None:
        """Read everything anew.

        Raises `SecretError` where an open release's key is another one, or can't be had: that
        release is then unknown here, and all others are as they were read.
        """
        releases = catalog.releases(database)
        polls = {poll.number: (each, poll) for each in releases.values() for poll in each.polls}
        secrets, errors = {}, []
        for release in [each for each in releases.values() if not each.closed]:
            try:
                secrets[release.id] = self._secret(release)
            except SecretError as error:
                errors.append(str(error))
                del releases[release.id]
        self._known = Known(releases, secrets, polls, catalog.snapshots(database))
        if errors:
            raise SecretError("; ".join(errors))

    def _secret(self, release: Release) -> bytes:
        if known := self._known.secrets.get(release.id):
            return known
        key = self._keys.key(release.id)
        if keys.mark(key) != release.mark:
            raise SecretError(
                f"{release.id} was opened with another {keys.NAME} or salt: with this one "
                "everybody would count twice. Put back what was there."
            )
        return key

    @property
    def polls(self) -> dict[int, tuple[Release, Poll]]:
        """Every poll by its number, with its release."""
        return self._known.polls

    def release_of(self, poll: int) -> str:
        """The id of the release that a poll is of."""
        return self.polls[poll][0].id

    def ballot(self, request: VoteRequest) -> Ballot:
        """A vote in the database's numbers. Raises `UnknownError` and `ClosedError`."""
        known = self._known
        release, poll = _find(known, request)
        if request.vote > poll.votes:
            raise UnknownError("vote")
        if request.option not in poll.options:
            raise UnknownError("option")
        if not release.takes_votes(today()):
            raise ClosedError
        key = known.secrets[release.id]
        return Ballot(
            poll.number, keys.pseudonym(key, poll.id, request.voter), request.vote, request.rev,
            poll.options.index(request.option) + 1, _cohort(release, request),
            keys.sealed_proof(key, request.proof), release.moment(datetime.now(UTC)),
        )  # fmt: skip

    def told(self, request: VoteRequest | FiguresRequest) -> bytes:
        """The answer to a vote or a question: what is published now. Raises `UnknownError`."""
        known = self._known
        release, poll = _find(known, request)
        key = (poll.number, _cohort(release, request))
        if key not in known.told:
            answer = told(poll, known.snapshots.get(poll.number), key[1])
            known.told[key] = json.dumps(answer, separators=(",", ":")).encode()
        return known.told[key]


def _find(known: Known, request: VoteRequest | FiguresRequest) -> tuple[Release, Poll]:
    release = known.releases.get(request.release)
    poll = release.poll(request.poll) if release else None
    if not (release and poll):
        raise UnknownError("poll" if release else "release")
    return release, poll


def _cohort(release: Release, request: VoteRequest | FiguresRequest) -> str:
    """Of a cohort that isn't known here the votes count all the same, without it."""
    return request.cohort if request.cohort and request.cohort in release.cohorts else ""
