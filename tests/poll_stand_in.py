"""A stand-in for the poll service over real HTTP: wire protocol 1, and every fault we can think of.

It counts nothing and publishes nothing by itself: what it tells is what a test lays into `told`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from samples import pages, step, write_module, zipped
from watched import Watched

from rsscorm.referee.web import Request, Response, Server
from rsscorm.workspace import Deployment

CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
FIELDS = {"release", "poll", "vote", "rev", "option", "voter", "proof", "cohort"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
NOTHING = {"figures": None, "before": None, "changed": None, "moves": None, "cohort": None}

POLL = """\
- poll: When a colleague bends a small rule, what do you usually do?
  id: bent-rule
  options:
    - now: Speak to them there and then
    - later: Speak to them after the shift
    - team: Raise it with the team
    - nothing: Leave it
"""
TWICE = """\
- poll: Would you tell the team?
  id: tell-team
  options:
    - today: Today
    - some-day: When there is time
    - never: Not at all
  again-after: voices
- perspectives:
    - manager: A ward manager
      text: Tell me early, and the talk is short.
  id: voices
  after: tell-team
"""
FIRST = """\
- choice: Would you ask for help?
  id: ask-help
  options:
    - yes-i: Yes
    - no-i: No
- poll: And now?
  id: ask-help-now
  first: ask-help
"""


def figures(more_than: int, of: int, **shares: int) -> dict[str, Any]:
    """Figures of a poll as they are told; `_` in an option's name stands for `-`."""
    named = {name.replace("_", "-"): share for name, share in shares.items()}
    return {"moreThan": more_than, "of": of, "shares": named}


class PollStandIn(Watched):
    """The service as a context manager. `votes` are the bodies that arrived, in order.

    `fault` may give another answer to a request, after the vote in it was noted; `delay` is how
    many seconds each answer takes. A malformed vote is an error of the test.
    """

    def __init__(self) -> None:
        super().__init__()
        self.votes: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.told: dict[str, dict[str, Any]] = {}
        self.delay = 0.0
        self.fault: Callable[[Request], Response | None] = lambda _: None
        self._server = Server(self)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)

    @property
    def origin(self) -> str:
        """Where it is, without a slash at the end."""
        return self._server.origin

    def deployment(self, **changes: Any) -> Deployment:
        """A deployment that sends its votes here; a real one's address begins with https."""
        return Deployment().model_copy(update={"polls": self.origin, **changes})

    def wait_for_votes(self, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        """Wait until so many votes have arrived, and return them all."""
        self.wait_for(lambda: len(self.votes) >= count, f"{count} votes", seconds)
        return list(self.votes)

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        poll = request.query.get("poll", "")
        with self.changed:
            self.requests.append(request)
            instead = self.fault(request)
            if request.method == "POST" and (instead is None or instead.status == 200):
                self.votes.append(vote_in(request))
                poll = self.votes[-1]["poll"]
            self.changed.notify_all()
        time.sleep(self.delay)
        if instead is not None:
            return Response(instead.status, instead.body, {**CORS, **instead.headers})
        body = json.dumps({**NOTHING, **self.told.get(poll, {})}).encode()
        return Response(200, body, {**CORS, "Content-Type": "application/json"})


def vote_in(request: Request) -> dict[str, Any]:
    """The vote of a request that is as the protocol has it."""
    assert request.path == "/v1/votes", request.path
    assert request.headers["content-type"] == "text/plain"
    assert "referer" not in request.headers
    assert "cookie" not in request.headers
    assert len(request.body) <= 2048
    vote: dict[str, Any] = json.loads(request.body)
    assert vote.keys() == FIELDS
    assert UUID.fullmatch(vote["voter"])
    assert UUID.fullmatch(vote["proof"])
    assert vote["vote"] in (1, 2)
    assert 1 <= vote["rev"] <= 50
    return vote


def refusing(status: int, **headers: str) -> Callable[[Request], Response]:
    """A fault: every request is answered with this status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(status, b"", named)


def packed(folder: Path, deployment: Deployment, blocks: str = POLL, format: str = "scorm12",
           theme: str = "clear", **rules: Any) -> Path:  # fmt: skip
    """A package of one step with these blocks, for this deployment."""
    write_module(folder, step(blocks, kind="connect", title="What we do"), **rules)
    return zipped(folder, format, pages(folder, theme=theme, deployment=deployment))


__all__ = ["FIRST", "NOTHING", "POLL", "TWICE", "PollStandIn", "figures", "packed"]
