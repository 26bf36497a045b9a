"""What of a learner's progress still has a place in another edition.

Judged by what authors write, ids and nothing else: neither by short codes nor by what a package
says of a module.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Block = dict[str, Any]
Answer = dict[str, Any]
"""As the player has it: `value`, `tries`, `skipped`, `records`, `best`."""

UNLIMITED = {"number", "note", "commitment"}
"""Kinds without ids in their answers."""


class Written:
    """A module as its author writes it, by ids."""

    def __init__(self, source: Block) -> None:
        # Films record nothing: what becomes of their places is told by another test.
        self.steps = {
            step["id"]: [block["id"] for block in step["blocks"] if "video" not in block]
            for step in source["steps"]
        }
        standing = [
            block for step in source["steps"] for block in step["blocks"] if "video" not in block
        ]
        banks = {block["id"]: block["bank"] for block in standing if "bank" in block}
        self.quiz_of = {each["id"]: quiz for quiz, bank in banks.items() for each in bank}
        blocks = [*standing, *(each for bank in banks.values() for each in bank)]
        self.blocks: dict[str, Block] = {block["id"]: block for block in blocks}
        self.is_named = source["polls"]["answers"] == "named"
        self.first_votes = {block["first"] for block in blocks if "first" in block}

    def kind(self, id: str) -> str:
        """The kind of a block: its first key."""
        return next(iter(self.blocks[id]))

    def keeps(self, id: str) -> bool:
        """Whether what was answered may be kept: not of an anonymous vote."""
        is_vote = self.kind(id) == "poll" or id in self.first_votes
        return self.is_named or not is_vote

    def may_skip(self, id: str) -> bool:
        """Whether one may go on without an answer: where nothing is right or wrong."""
        block, kind = self.blocks[id], self.kind(id)
        return kind not in ("order", "match", "number", "scenario") and "answer" not in block

    def draws(self, id: str) -> int:
        """How many questions an attempt of a quiz has."""
        return int(self.blocks[id].get("draw", len(self.blocks[id]["bank"])))

    def options(self, id: str) -> list[str]:
        """The ids that an answer may hold."""
        block = self.blocks[id]
        if "first" in block:
            return self.options(block["first"])
        if "labels" in block:
            return [str(number) for number, _ in enumerate(block["labels"], 1)]
        return [next(iter(item)) for item in block.get("options") or block.get("pairs") or ()]

    def leads_on(self, id: str, path: list[str]) -> bool:
        """Whether a way through a scenario is there."""
        scenes, scene = self.blocks[id]["scenes"], self.blocks[id]["start"]
        for turn in path:
            ways = {next(iter(o)): o["goto"] for o in scenes[scene].get("options", ())}
            if turn not in ways:
                return False
            scene = ways[turn]
        return True

    def asked_on(self, steps: Iterable[str]) -> set[str]:
        """The questions of some steps."""
        return {id for step in steps for id in self.steps.get(step, ())}


def has_place(old: Written, new: Written, id: str, answer: Answer) -> bool:
    """Whether an answer to a question is still one, where its kind has stayed the same."""
    kind, options = new.kind(id), new.options(id)
    if answer["skipped"] and not new.may_skip(id):
        return False
    if not answer["tries"] and not answer["value"]:
        return True
    if not old.keeps(id):
        # What was chosen isn't known: a vote may stay one all the same.
        return kind == "poll" or id in new.first_votes
    ids = [part for value in answer["value"] for part in value.split(".")]
    if kind == "scenario":
        return new.leads_on(id, ids)
    if kind == "order" and set(options) != set(ids):
        return False
    return kind in UNLIMITED or set(ids) <= set(options)


def is_empty(answer: Answer | None) -> bool:
    """Whether there is nothing that could be kept, but for places in the LMS's record."""
    return not answer or not (answer["value"] or answer["tries"] or answer["skipped"])
