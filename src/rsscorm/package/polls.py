"""`NAME-EDITION.polls.json`: all that the poll service must know of a module's polls.

Ids, options and thresholds, and no words: the words stay in the package, and the service
answers in ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rsscorm.blocks.poll import Poll
from rsscorm.module import Module, Step
from rsscorm.workspace import Deployment, Settings, activity_id, release_id

VERSION = 1


def poll_file(module: Module, settings: Settings, deployment: Deployment) -> bytes:
    """The file's content; a module without polls has an empty list.

    `service` is where the packages send votes: null for a deployment with `polls: none`.
    """
    rules = module.polls
    data = {
        "rsscorm": VERSION,
        "release": release_id(settings, module),
        "module": module.id,
        "edition": module.edition,
        "activity": activity_id(settings, module.id),
        "service": deployment.poll_service,
        "cohort": deployment.cohort,
        "answers": rules.answers,
        "least": rules.least,
        "step": rules.step,
        "compare": rules.compare,
        "until": rules.until,
        "polls": [_poll(poll, step, settings, module) for step, poll in _polls(module)],
    }
    return json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n"


def _polls(module: Module) -> Iterator[tuple[Step, Poll]]:
    for step in module.steps:
        yield from ((step, block) for block in step.blocks if isinstance(block, Poll))


def _poll(poll: Poll, step: Step, settings: Settings, module: Module) -> dict[str, Any]:
    """One poll. `votes` is 2 where one person's two votes are compared: before and after.

    The first of them was given to the poll itself, or, with `first`, to that choice.
    """
    data: dict[str, Any] = {
        "id": poll.id,
        "activity": activity_id(settings, module.id, poll.id),
        "step": step.id,
        "kind": "scale" if poll.labels else "options",
        "options": list(poll.answer_ids()),
        "votes": 2 if poll.first or poll.again_after else 1,
    }
    if poll.first:
        data["first"] = {"id": poll.first, "activity": activity_id(settings, module.id, poll.first)}
    return data
