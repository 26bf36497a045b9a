"""What the service knows of a module's polls: a release, opened from files that the build wrote.

One release has all editions of a module, and all deployments that share its service: each file
that is opened adds the polls, options and cohorts that it has, and can make the rules stricter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rsscorm.polls.disclosure import Rules
from rsscorm.polls.errors import PollsError

Name = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
"""Of a poll, an option or a cohort."""

ReleaseName = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}\.[0-9a-f]{8}$")]

Edition = Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,40}$")]

Iri = Annotated[str, Field(pattern=r"^[a-z][a-z0-9+.-]*:[^\s\x00-\x20<>\"{}|\\^`]{1,2000}$")]
"""Of an activity: with another one an LRS would take no vote."""

LARGEST = 2**31 - 1
"""That a database's INTEGER holds."""

GRACE = timedelta(days=7)
"""After a release's last day votes that have waited on a device are still taken."""

KEPT = timedelta(days=90)
"""After a release was closed its votes are kept so long, then totals only."""


def today() -> date:
    """The day as everything here is dated: by universal time, on whichever machine."""
    return datetime.now(UTC).date()


class ReleaseError(PollsError):
    """A file can't be opened as it is; the message says why, and what to do."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class First(_File):
    """The choice that a poll's first vote is given to."""

    id: Name
    activity: Iri


class FilePoll(_File):
    """A poll as the build writes it; `votes` is 2 where before and after are compared."""

    id: Name
    activity: Iri
    step: Name
    kind: Literal["options", "scale"]
    options: Annotated[tuple[Name, ...], Field(min_length=2, max_length=40)]
    votes: Literal[1, 2]
    first: First | None = None


class PollsFile(_File):
    """The whole of `NAME-EDITION.polls.json`; `service` is where its packages send votes."""

    rsscorm: Literal[1]
    release: ReleaseName
    module: Name
    edition: Edition
    activity: Iri
    service: str | None = ""
    """Empty in files of builds that did not write it; None where no votes are sent."""
    cohort: Name | None
    answers: Literal["anonymous", "named"]
    least: Annotated[int, Field(le=LARGEST)]
    step: Annotated[int, Field(le=LARGEST)]
    compare: Literal["after-vote", "after-second-vote"]
    until: date | None
    polls: tuple[FilePoll, ...]


def read_polls_file(content: bytes) -> PollsFile:
    """What a build wrote. Raises `ReleaseError` for anything else."""
    try:
        file = PollsFile.model_validate_json(content)
        Rules(file.least, file.step)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'all of it'}: {fault['msg']}"
            for fault in error.errors(include_url=False)[:5]
        )
        raise ReleaseError(f"this is no file that `rsscorm build` wrote: {faults}") from error
    except ValueError as error:
        raise ReleaseError(f"this is no file that `rsscorm build` wrote: {error}") from error
    if not file.polls:
        raise ReleaseError(f"{file.module} {file.edition} has no polls: there is nothing to open")
    return file


@dataclass(frozen=True)
class Poll:
    """A poll of a release. `number` is the database's; `options` stay in the order they came in."""

    number: int
    id: str
    kind: Literal["options", "scale"]
    activity: str
    first_activity: str
    votes: int
    options: tuple[str, ...]

    def activity_of(self, vote: int) -> str:
        """The IRI that a vote was given to."""
        return self.first_activity if vote == 1 else self.activity


@dataclass(frozen=True)
class Release:
    """A module's polls. `opened` and `closed` are days; `mark` tells its key from another."""

    id: str
    module: str
    activity: str
    edition: str
    answers: Literal["anonymous", "named"]
    rules: Rules
    until: date | None
    opened: date
    mark: bytes
    closed: date | None = None
    purged: date | None = None
    polls: tuple[Poll, ...] = ()
    cohorts: tuple[str, ...] = ()

    def takes_votes(self, today: date) -> bool:
        """Whether it is open: not closed, and its last day not long past."""
        return self.closed is None and (self.until is None or today <= self.until + GRACE)

    def is_old(self, today: date) -> bool:
        """Whether its votes are still here, and should not be: only totals are kept so long."""
        return bool(self.closed and not self.purged and today > self.closed + KEPT)

    def poll(self, id: str) -> Poll | None:
        """The poll of that id, if there is one."""
        return next((poll for poll in self.polls if poll.id == id), None)

    def moment(self, now: datetime) -> int:
        """When a vote was given, in unix seconds; of anonymous polls only the day is kept."""
        if self.answers == "anonymous":
            now = datetime.combine(now.astimezone(UTC).date(), datetime.min.time(), UTC)
        return int(now.timestamp())


def opened(file: PollsFile, known: Release | None, mark: bytes, today: date) -> Release:
    """The release as it is once a file is opened. Polls that are new have the number 0.

    Raises `ReleaseError` where the file means something else than what learners have had. What is
    closed can't be gone on with: its key is gone, so whoever calls this has looked.
    """
    if known is None:
        known = Release(
            file.release, file.module, file.activity, file.edition, file.answers,
            Rules(file.least, file.step), file.until, today, mark,
        )  # fmt: skip
    _check(file, known)
    rules = Rules(max(file.least, known.rules.least), max(file.step, known.rules.step))
    there = {poll.id: poll for poll in known.polls}
    merged = {poll.id: _merged(poll, there.get(poll.id)) for poll in file.polls}
    cohorts = known.cohorts + ((file.cohort,) if file.cohort else ())
    return replace(
        known,
        edition=file.edition,
        rules=rules,
        until=file.until,
        polls=tuple({**there, **merged}.values()),
        cohorts=tuple(dict.fromkeys(cohorts)),
    )


def _check(file: PollsFile, known: Release) -> None:
    another = "give it a new id, or begin another `polls: round`"
    if (known.module, known.activity) != (file.module, file.activity):
        raise ReleaseError(
            f"{known.id} is of {known.module} ({known.activity}), not of this module"
        )
    if known.answers != file.answers:
        raise ReleaseError(f"polls were {known.answers}, now they are {file.answers}: {another}")
    for poll in file.polls:
        old = known.poll(poll.id)
        if old and (old.kind != poll.kind or old.votes != poll.votes):
            raise ReleaseError(f"`{poll.id}` was another kind of poll: {another}")
        if old and poll.kind == "scale" and old.options != poll.options:
            raise ReleaseError(f"`{poll.id}` had another number of labels: {another}")


def _merged(poll: FilePoll, old: Poll | None) -> Poll:
    first = poll.first.activity if poll.first else poll.activity
    options = tuple(dict.fromkeys((*(old.options if old else ()), *poll.options)))
    number = old.number if old else 0
    return Poll(number, poll.id, poll.kind, poll.activity, first, poll.votes, options)
