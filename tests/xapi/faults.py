"""What can go wrong with an LRS, by a schedule that a seed decides."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import Literal

from rsscorm.referee.web import Response
from xapi import match
from xapi.requests import Json

Repeats = Literal["specification", "adl", "ralph"]


@dataclass(frozen=True)
class Fault:
    """What is answered instead; a late one after the request has been done all the same."""

    response: Response
    is_late: bool = False


@dataclass
class Faults:
    """Shares of the requests for statements that go wrong, and what is refused.

    `errors` are answered 5xx, `busy` 429, `lost` done and not answered; `slow` take `seconds`.
    `phases` say from which request to which one all are answered with a status. Statements whose
    ids are in `poison` are refused with `poison_status`, and requests of more than `largest` bytes
    with 413. `repeats` is what a statement meets that is there already: ADL_LRS calls each a
    conflict, Ralph each that differs in any word; it answers 204 where there is nothing new.
    """

    seed: int = 0
    errors: float = 0
    busy: float = 0
    lost: float = 0
    slow: float = 0
    seconds: float = 0.05
    phases: dict[range, int] = field(default_factory=dict)
    poison: set[str] = field(default_factory=set)
    poison_status: int = 400
    largest: int | None = None
    repeats: Repeats = "specification"

    def __post_init__(self) -> None:
        self.requests = 0
        self._random = random.Random(self.seed)

    def next(self) -> Fault | None:
        """What happens to the next request; None if all is well."""
        self.requests += 1
        for phase, status in self.phases.items():
            if self.requests in phase:
                return Fault(Response(status))
        if self._random.random() < self.slow:
            time.sleep(self.seconds)
        draw = self._random.random()
        if draw < self.errors:
            return Fault(Response(self._random.choice((500, 502, 503, 504))))
        if draw < self.errors + self.busy:
            return Fault(Response(429, headers={"Retry-After": "7"}))
        if draw < self.errors + self.busy + self.lost:
            return Fault(Response(0), is_late=True)
        return None

    def same(self, stored: Json, sent: Json) -> bool:
        """Whether a statement that is there already may come again."""
        if self.repeats == "adl":
            return False
        if self.repeats == "ralph":
            return all(stored.get(name) == value for name, value in sent.items())
        return match.same(stored, sent)
