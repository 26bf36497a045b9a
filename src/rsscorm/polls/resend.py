"""Dead letters, sent again: `rsscorm polls resend`.

What an LRS has refused for good it may take once its keeper has mended it. Statements have the ids
they had, so that whatever it holds already stays as it is, and a service may run meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rsscorm.polls.database import Database
from rsscorm.polls.forward import BATCH, Courier, Letter, void_letter, vote_letter
from rsscorm.polls.lrs import LONGEST, Client, LrsError, checked, credentials
from rsscorm.polls.outbox import LogOutbox
from rsscorm.polls.standing import FORGED


@dataclass
class Resent:
    """How many statements the LRS has taken now, how many it refuses still, and how many are of
    votes that are no more: of these there is nothing to send."""

    taken: int = 0
    refused: int = 0
    gone: int = 0


def resend(database: Database, lrs: str, service: str) -> Resent:
    """Send an LRS its dead letters again, in the name of the service's public address.

    Raises `LrsError` where the LRS is down, slow or refuses us; what it took by then is settled.
    And `SecretError`, `StoreError`.
    """
    return asyncio.run(_resend(LogOutbox(database), checked(lrs), service))


async def _resend(outbox: LogOutbox, lrs: str, service: str) -> Resent:
    found = Resent()
    async with Client(lrs, credentials()) as client:
        courier = Courier(client, _pause, _tell)
        for seqs in _portions(outbox.dead_letters(lrs)):
            letters = _letters(outbox, service, seqs)
            refused = {letter.seq for letter, _ in await courier.deliver(letters)}
            outbox.bring_back(lrs, [seq for seq in seqs if seq not in refused])
            found.taken += len(letters) - len(refused)
            found.refused += len(refused)
            found.gone += len(seqs) - len(letters)
    return found


def _letters(outbox: LogOutbox, service: str, seqs: Sequence[int]) -> list[Letter]:
    """A letter of each vote that is there, and of the voiding of each that was erased."""
    votes = [row for row in outbox.rows(seqs) if row.held != FORGED]
    return [
        *(vote_letter(outbox, service, row) for row in votes),
        *(void_letter(service, void) for void in outbox.voids_of(seqs)),
    ]


def _portions(seqs: Sequence[int]) -> Iterator[list[int]]:
    waiting = iter(seqs)
    while portion := list(islice(waiting, BATCH)):
        yield portion


async def _pause(seconds: float) -> None:
    """A command waits for a moment, and not for as long as the service does."""
    if seconds > LONGEST:
        raise LrsError(f"the LRS wants to be left alone for {seconds:,.0f} seconds: try again then")
    await asyncio.sleep(seconds)


async def _tell(state: str) -> None:
    what, _, why = state.partition(": ")
    if what in ("waiting", "stopped"):
        raise LrsError(f"the LRS can't be told: {why}. Its dead letters stay: try again later")
