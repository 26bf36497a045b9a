"""Pretend colleagues: what the poll service would tell of their votes, by its own rules.

The answers come through the service's disclosure control, so that what an author sees is what a
learner could see: also that nothing is told of a few.
"""

from __future__ import annotations

import json
from typing import Any

from rsscorm.polls.disclosure import Rules
from rsscorm.polls.published import Cell, next_snapshot, told
from rsscorm.polls.release import FilePoll, Poll, ReleaseError, read_polls_file
from rsscorm.referee.web import Request, Response

VOTES = {
    "": "As in the deployment",
    "few": "Too few to show yet",
    "clear": "A clear majority",
    "even": "Evenly split",
    "away": "Can't be reached",
    "none": "No poll service",
}
"""How colleagues have answered. In a deployment with a poll service most have agreed."""

FEW, MANY, ROUND = 7, 48, 12
"""Voters: too few; those with the answer that most give; and with any other."""


def answer(file: bytes, votes: str, request: Request) -> Response:
    """Answer as the service would (protocol 1): to a vote, and to a question for figures."""
    if votes == "away":
        return Response(0)
    try:
        known = read_polls_file(file)
    except ReleaseError:
        return Response(404)  # there were polls, when the page that asks was begun
    asked = request.json() if request.method == "POST" else request.query
    found = next((poll for poll in known.polls if poll.id == asked.get("poll")), None)
    if found is None:
        return Response(404)
    rules = Rules(known.least, known.step)
    body = json.dumps(_told(_poll(found), rules, votes, known.cohort)).encode()
    return Response(200, body, {"Content-Type": "application/json", "Cache-Control": "no-store"})


def _poll(poll: FilePoll) -> Poll:
    first = poll.first.activity if poll.first else poll.activity
    return Poll(1, poll.id, poll.kind, poll.activity, first, poll.votes, poll.options)


def _told(poll: Poll, rules: Rules, votes: str, cohort: str | None) -> Any:
    cells = _few(poll) if votes == "few" else _many(poll, rules, votes, cohort)
    return told(poll, next_snapshot(poll, rules, None, cells), cohort)


def _few(poll: Poll) -> list[Cell]:
    second = 1 if poll.votes == 2 else 0
    return [Cell("", 1, second, FEW, FEW)]


def _many(poll: Poll, rules: Rules, votes: str, cohort: str | None) -> list[Cell]:
    """In the cohort and elsewhere alike."""
    cells = []
    for name in filter(None, (cohort, "elsewhere")):
        for first, second, weight in _ways(poll, votes):
            voters = weight * max(1, rules.least // ROUND)
            cells.append(Cell(name, first, second, voters, voters))
    return cells


def _ways(poll: Poll, votes: str) -> list[tuple[int, int, int]]:
    """How many go from which first vote to which second one; 0 where a poll is asked once."""
    options = range(1, len(poll.options) + 1)
    sizes = {option: MANY if votes == "clear" and option == 2 else ROUND for option in options}
    if poll.votes == 1:
        return [(option, 0, 5 * sizes[option]) for option in options]
    return [(first, second, sizes[second]) for first in options for second in options]
