"""What the player must know of a module: `ModuleData` of `player/types.ts`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from rsscorm.blocks import Block
from rsscorm.module import BLOCK_CODE, OPTION_CODE, Module, Step, code
from rsscorm.render.html import safe
from rsscorm.workspace import Deployment, Settings, activity_id, release_id


def module_data(
    module: Module,
    deployment: Deployment,
    settings: Settings,
    words: dict[str, str],
    snapshot: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The whole of it, ready for JSON."""
    rule = module.complete
    polls = module.polls.model_dump(include={"answers", "compare", "least", "step", "until"})
    return {
        "id": module.id,
        "edition": module.edition,
        "title": module.title,
        "summary": module.summary,
        "language": module.language,
        "iri": activity_id(settings, module.id),
        "complete": {"when": rule.when, "passMark": rule.pass_mark, "score": rule.score != "none"},
        "polls": {
            **polls,
            "service": deployment.poll_service,
            "name": deployment.name,
            "snapshot": snapshot,
            "release": release_id(settings, module),
            "cohort": deployment.cohort,
        },
        "films": [code(name, BLOCK_CODE) for name in module.films()],
        "retired": list(module.retired),
        "steps": [_step(step, module, settings) for step in module.steps],
        "words": words,
    }


def _step(step: Step, module: Module, settings: Settings) -> dict[str, Any]:
    return {
        "id": step.id,
        "code": code(step.id, BLOCK_CODE),
        "iri": activity_id(settings, module.id, step.id),
        "title": step.title,
        "minutes": step.minutes,
        "required": step.required,
        "blocks": list(_blocks(step, module, settings)),
    }


def _blocks(step: Step, module: Module, settings: Settings) -> Iterator[dict[str, Any]]:
    """The blocks of a step that have an id, each quiz with the questions of its bank behind it."""
    for block in step.blocks:
        if block.id:
            yield _block(block, module, settings)
        for question in block.children():
            yield {**_block(question, module, settings), **_in_quiz(question, block)}


def _in_quiz(question: Block, quiz: Block) -> dict[str, Any]:
    """What is different of a question in a bank: it waits for nothing, and is tried once."""
    attempts = question.data().get("attempts") or 1
    return {"quiz": quiz.id, "holds": False, "attempts": attempts}


def _block(block: Block, module: Module, settings: Settings) -> dict[str, Any]:
    id = block.id or ""
    interaction = block.interaction()
    return {
        "id": id,
        "kind": block.kind,
        "code": code(id, BLOCK_CODE),
        "iri": activity_id(settings, module.id, id),
        "holds": block.records,
        "codes": {answer: code(answer, OPTION_CODE) for answer in block.answer_ids()},
        **({"interaction": interaction.as_data()} if interaction else {}),
        **block.data(),
    }


def as_script(data: dict[str, Any]) -> Markup:
    """JSON that may stand inside a script element, whatever an author typed."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return safe(text)
