"""The forwarder: carries votes from the log to an LRS, each exactly once.

The log is the outbox: a cursor says how far an LRS has been told. Statements are made anew from
their rows and have the ids of their votes, so that whatever is interrupted can be sent again.
Nothing is dropped: an LRS that is ill is waited for, and a statement that it alone refuses is kept
as a dead letter.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NoReturn, Protocol

from rsscorm.polls.database import StoreError
from rsscorm.polls.lrs import Answer, Client, Json, Outcome, Pause, delay, same
from rsscorm.polls.standing import FORGED
from rsscorm.statement import Asked, Vote, voided, voted

LOG = logging.getLogger(__name__)

BATCH = 100
"""So many votes are told at a time."""

LARGEST = 1_000_000
"""Bytes of the largest request."""

STOPPED = 300.0
"""Seconds until an LRS that refuses us is asked again: it may have been mended."""

PATIENT = 3
"""So many tries in vain are nothing to tell of."""

GROWS = 10
"""After so many smaller requests that were taken, larger ones are tried again."""

TELLING = 10
"""Where so many statements are refused and none is taken, it is the LRS that is wrong."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the log: its place, the vote, and why it is held back, if it is (0: it counts)."""

    seq: int
    vote: Vote
    held: int = 0


@dataclass(frozen=True, slots=True)
class Void:
    """A statement to be taken back, once the log has been told as far as `after`."""

    number: int
    statement: str
    after: int
    at: int


class Outbox(Protocol):
    """What the forwarder asks of the store. `lrs` is an endpoint; called from other threads."""

    def cursor(self, lrs: str) -> int:
        """How far this LRS has been told: the `seq` of a row; 0 at first."""

    def votes_after(self, seq: int, limit: int) -> Sequence[Row]:
        """The next rows of the log, in their order, those held back too."""

    def asked(self, release: str, poll: str, vote: int) -> Asked:
        """What a vote of that poll was given to."""

    def advance(self, lrs: str, seq: int) -> None:
        """All up to that row is told, or a dead letter; never goes back."""

    def dead_letter(self, lrs: str, seq: int, why: str) -> None:
        """The LRS does not take this row, nor (`why` says so) its voiding; may come again."""

    def voids(self, lrs: str, limit: int) -> Sequence[Void]:
        """What is to be taken back and is due: not yet sent, `after` not beyond the cursor."""

    def void_sent(self, lrs: str, number: int) -> None:
        """All voids up to that number are told."""

    def tell(self, lrs: str, state: str) -> None:
        """How it goes, for `polls status`: `idle`, `sending`, `waiting: ...`, `stopped: ...`."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A statement on its way, and the row that it is of."""

    seq: int
    id: str
    statement: Json
    body: bytes


Refused = list[tuple[Letter, str]]
"""What an LRS does not take, and why."""

Tell = Callable[[str], Awaitable[None]]


class Courier:
    """Brings letters to an LRS until each is taken, or refused by itself."""

    def __init__(self, client: Client, pause: Pause, tell: Tell) -> None:
        self._client = client
        self._pause = pause
        self._tell = tell
        self._most = BATCH
        self._taken = 0

    async def deliver(self, letters: Sequence[Letter]) -> Refused:
        """Returns when all are settled; those that the LRS refuses."""
        if not letters:
            return []
        # By their ids: so the order in which an LRS hears of them says nothing.
        letters = sorted(letters, key=lambda letter: letter.id)
        while True:
            refused: Refused = []
            await self._deliver(letters, refused)
            if len(refused) < max(TELLING, len(letters)):
                return refused
            await self._stop("it refuses every statement")

    async def _deliver(
        self, letters: Sequence[Letter], refused: Refused, is_doubtful: bool = False
    ) -> bool:
        """Whether they were taken at once. What is doubtful is known to hold something wrong."""
        if len(letters) > 1 and (is_doubtful or not self._fits(letters)):
            return await self._halves(letters, refused, is_doubtful)
        answer = await self._post(letters)
        if answer.outcome is Outcome.DONE:
            self._grow(len(letters))
            return True
        if len(letters) == 1:
            refused += await self._alone(letters[0], answer)
            return False
        if answer.outcome is Outcome.TOO_LARGE:
            self._most, self._taken = len(letters) // 2, 0
        return await self._halves(letters, refused, answer.outcome is Outcome.WRONG)

    async def _halves(self, letters: Sequence[Letter], refused: Refused, is_doubtful: bool) -> bool:
        """Where one is wrong and the first half is not, the second need not be tried whole."""
        middle = len(letters) // 2
        first = await self._deliver(letters[:middle], refused)
        second = await self._deliver(letters[middle:], refused, is_doubtful and first)
        return first and second

    def _fits(self, letters: Sequence[Letter]) -> bool:
        size = sum(len(letter.body) + 1 for letter in letters)
        return len(letters) <= self._most and size < LARGEST

    def _grow(self, letters: int) -> None:
        """What was too large once need not be for ever: a proxy may have been mended."""
        self._taken += 2 * letters > self._most
        if self._taken == GROWS:
            self._most, self._taken = min(BATCH, 2 * self._most), 0

    async def _alone(self, letter: Letter, answer: Answer) -> Refused:
        """A conflict is none where the LRS holds the very statement."""
        if answer.status == 409:
            found = await self._patiently(lambda: self._client.find(letter.id))
            if same(letter.statement, found.body):
                return []
        return [(letter, f"refused with {answer.status}")]

    async def _post(self, letters: Sequence[Letter]) -> Answer:
        body = b"[" + b",".join(letter.body for letter in letters) + b"]"
        ids = [letter.id for letter in letters]
        while True:
            answer = await self._patiently(lambda: self._client.post(ids, body))
            if answer.outcome is not Outcome.TOO_LARGE or len(letters) > 1:
                return answer
            await self._stop("one statement is too large for it: 413")

    async def _patiently(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask until there is an answer to go by."""
        for tries in count(1):
            answer = await ask()
            if answer.outcome is Outcome.AGAIN:
                await self._wait(tries, answer)
            elif answer.outcome is Outcome.STOP:
                is_strange = answer.status == 200
                await self._stop("it is no LRS" if is_strange else f"it answers {answer.status}")
            else:
                if answer.outcome is Outcome.DONE:
                    await self._tell("sending")
                return answer
        raise AssertionError

    async def _wait(self, tries: int, answer: Answer) -> None:
        if tries >= PATIENT:
            await self._tell(f"waiting: it answers {answer.status or 'nothing'}")
        await self._pause(delay(tries, answer.wait))

    async def _stop(self, why: str) -> None:
        await self._tell(f"stopped: {why}")
        await self._pause(STOPPED)


class Forwarder:
    """Tells an LRS of the votes in an outbox.

    `service` is the public address in whose name it speaks. Votes are told every so many seconds:
    an LRS notes when it hears of a vote, and should not hear at once.
    """

    def __init__(
        self,
        outbox: Outbox,
        client: Client,
        service: str,
        every: float = 60.0,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.state = ""
        self._outbox = outbox
        self._lrs = client.endpoint
        self._service = service
        self._every = every
        self._pause = pause
        self._courier = Courier(client, pause, self._tell)

    async def run(self) -> NoReturn:
        """Go on until cancelled, which may happen at any point. Raises `StoreError`."""
        while True:
            try:
                await self.drain()
            except StoreError:
                # The connection may be lost: only another one can tell.
                raise
            except Exception as error:
                # Votes go on being taken; a message could hold an identifier.
                self.state = f"failed: {type(error).__name__}"
                LOG.error("forward state=%r", self.state)
                await self._pause(STOPPED)
            await asyncio.sleep(self._every)

    async def drain(self) -> None:
        """Tell all that there is to tell."""
        while await self._votes() or await self._voids():
            pass
        await self._tell("idle")

    async def _votes(self) -> bool:
        """Tell the next votes; whether there were any."""
        rows, letters = await asyncio.to_thread(self._next)
        if rows:
            refused = await self._courier.deliver(letters)
            await asyncio.to_thread(self._settle, rows[-1].seq, refused)
            LOG.info("forward votes=%d refused=%d", len(letters), len(refused))
        return bool(rows)

    def _next(self) -> tuple[Sequence[Row], list[Letter]]:
        rows = self._outbox.votes_after(self._outbox.cursor(self._lrs), BATCH)
        told = [row for row in rows if row.held != FORGED]
        return rows, [vote_letter(self._outbox, self._service, row) for row in told]

    def _settle(self, seq: int, refused: Refused) -> None:
        for letter, why in refused:
            self._outbox.dead_letter(self._lrs, letter.seq, why)
        self._outbox.advance(self._lrs, seq)

    async def _voids(self) -> bool:
        """Take back what is to be taken back; whether there was anything."""
        voids = await asyncio.to_thread(self._outbox.voids, self._lrs, BATCH)
        if voids:
            letters = [void_letter(self._service, void) for void in voids]
            refused = await self._courier.deliver(letters)
            await asyncio.to_thread(self._settle_voids, voids[-1].number, refused)
            LOG.info("forward voids=%d refused=%d", len(letters), len(refused))
        return bool(voids)

    def _settle_voids(self, number: int, refused: Refused) -> None:
        for letter, why in refused:
            self._outbox.dead_letter(self._lrs, letter.seq, f"voiding {why}")
        self._outbox.void_sent(self._lrs, number)

    async def _tell(self, state: str) -> None:
        if state == self.state:
            return
        self.state = state
        level = logging.WARNING if state.startswith("stopped") else logging.INFO
        LOG.log(level, "forward state=%r", state)
        await asyncio.to_thread(self._outbox.tell, self._lrs, state)


def vote_letter(outbox: Outbox, service: str, row: Row) -> Letter:
    """The statement of a vote, in the name of the service's public address."""
    vote = row.vote
    asked = outbox.asked(vote.release, vote.poll, vote.vote)
    return _letter(row.seq, voted(service, asked, vote))


def void_letter(service: str, void: Void) -> Letter:
    """The statement that takes another one back."""
    return _letter(void.after, voided(service, void.statement, void.at))


def _letter(seq: int, statement: Json) -> Letter:
    body = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()
    return Letter(seq, statement["id"], statement, body)
