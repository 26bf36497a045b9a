"""An author who edits a module at random, the same for the same seed."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from test_resume import Author, Block

LISTS = ("options", "pairs")
IN_BANK = ("choice", "choices", "order", "match", "number")
"""Kinds that a quiz may draw."""


class Writer(Author):
    """Writes modules that are small enough to try every answer."""

    def source(self) -> Block:
        """A module whose polls are anonymous or named."""
        answers = self.random.choice(["anonymous", "named"])
        return {**super().source(), "polls": {"answers": answers}}

    def options(self) -> list[dict[str, str]]:
        """From 2 to 4 options."""
        return [{self.id(): self.words()} for _ in range(self.random.randint(2, 4))]

    def words(self) -> str:
        """A few words that nothing else has."""
        return f"Words {self.random.randint(0, 10**9)}"

    def scenario(self) -> Block:
        """A scenario that branches and comes together again."""
        names = [self.id() for _ in range(self.random.randint(2, 4))]
        scenes: dict[str, Any] = {name: {"text": self.words()} for name in names}
        for number, name in enumerate(names[:-1]):
            scenes[name]["options"] = [self.turn(names[number + 1 :]) for _ in range(2)]
        return {"scenario": "Once", "id": self.id(), "start": names[0], "scenes": scenes}

    def turn(self, later: list[str]) -> dict[str, str]:
        """Something to do in a scene."""
        return {self.id(): self.words(), "goto": self.random.choice(later)}

    def scale(self) -> Block:
        """A scale of a few labels."""
        labels = [self.words() for _ in range(self.random.randint(2, 5))]
        return {"scale": self.words(), "id": self.id(), "labels": labels}

    def choice(self) -> Block:
        """A matter of opinion, or one with a right answer."""
        block = super().choice()
        if self.random.random() < 0.5:
            block["answer"] = first_id(self.random.choice(block["options"]))
        return block


def first_id(item: dict[str, str]) -> str:
    """The id of an option."""
    return next(iter(item))


class Editor(Writer):
    """Edits a module in ways that keep the ids of what stays."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.count = 10_000
        self.random = random.Random(f"edits {seed}")
        self.done: Counter[str] = Counter()

    def edited(self, source: Block) -> Block:
        """Another edition, after one to eight edits; those that change something are counted."""
        self.source_ = copy.deepcopy(source)
        for _ in range(self.random.randint(1, 8)):
            before = copy.deepcopy(self.source_)
            edit = self.random.choice(self.edits())
            edit()
            self.done[edit.__name__] += self.source_ != before
        self.mend()
        return self.source_

    def edits(self) -> list[Callable[[], None]]:
        """All that an author may do."""
        return [
            self.reword, self.reword_option, self.reorder_options, self.reorder_blocks,
            self.reorder_steps, self.add_option, self.remove_option, self.swap_options,
            self.add_block, self.remove_block, self.move_block, self.add_step, self.remove_step,
            self.change_kind, self.change_answer, self.change_labels, self.change_path,
            self.rename_scene, self.change_polls, self.ask_again, self.make_first_vote,
            self.change_draw, self.add_to_bank, self.put_into_bank, self.take_out_of_bank,
            self.change_scored,
        ]  # fmt: skip

    # What there is to edit

    @property
    def steps(self) -> list[Block]:
        """The steps."""
        steps: list[Block] = self.source_["steps"]
        return steps

    def blocks(self) -> Iterator[tuple[list[Block], int, Block]]:
        """Every block with the list that it stands in, and where; of quizzes the bank too."""
        for step in self.steps:
            for at, block in enumerate(step["blocks"]):
                yield step["blocks"], at, block
                bank = block.get("bank", [])
                yield from ((bank, place, question) for place, question in enumerate(bank))

    def standing(self) -> list[tuple[list[Block], int, Block]]:
        """The blocks that stand on a step by themselves."""
        lists = [step["blocks"] for step in self.steps]
        return [(blocks, at, block) for blocks in lists for at, block in enumerate(blocks)]

    def pick(self, fits: Callable[[Block], Any]) -> Block | None:
        """A block of some sort, if there is one."""
        found = [block for _, _, block in self.blocks() if fits(block)]
        return self.random.choice(found) if found else None

    def items(self, block: Block) -> list[dict[str, str]] | None:
        """A list of options of a block, of one of its scenes in a scenario."""
        lists = [block[key] for key in LISTS if key in block]
        lists += [scene["options"] for scene in block.get("scenes", {}).values()
                  if "options" in scene]  # fmt: skip
        return self.random.choice(lists) if lists else None

    def list_of_items(self) -> list[dict[str, str]]:
        """Any list of options; empty where there is none."""
        block = self.pick(self.items)
        return (block and self.items(block)) or []

    # Edits; where there is nothing for one to change, it changes nothing

    def reword(self) -> None:
        """Say a question in other words."""
        block = self.pick(lambda block: isinstance(next(iter(block.values())), str))
        if block:
            block[next(iter(block))] = self.words()

    def reword_option(self) -> None:
        """Say an option in other words."""
        if items := self.list_of_items():
            item = self.random.choice(items)
            item[first_id(item)] = self.words()

    def reorder_options(self) -> None:
        """Show options in another order."""
        self.random.shuffle(self.list_of_items())

    def reorder_blocks(self) -> None:
        """Ask in another order."""
        self.random.shuffle(self.random.choice(self.steps)["blocks"])

    def reorder_steps(self) -> None:
        """Put steps in another order."""
        self.random.shuffle(self.steps)

    def add_option(self) -> None:
        """One more option."""
        if items := self.list_of_items():
            rest = {key: items[0][key] for key in list(items[0])[1:]}
            items.insert(self.random.randint(0, len(items)), {self.id(): self.words(), **rest})

    def remove_option(self) -> None:
        """One option less."""
        items = self.list_of_items()
        if len(items) > 2:
            items.pop(self.random.randrange(len(items)))

    def swap_options(self) -> None:
        """Give the words of one option to another."""
        items = self.list_of_items()
        if len(items) > 1:
            one, other = self.random.sample(items, 2)
            key, second = first_id(one), first_id(other)
            one[key], other[second] = other[second], one[key]

    def add_block(self) -> None:
        """Ask something more."""
        blocks = self.random.choice(self.steps)["blocks"]
        blocks.insert(
            self.random.randint(0, len(blocks)), self.random.choice(self.step()["blocks"])
        )

    def remove_block(self) -> None:
        """Ask something no more."""
        blocks, at, _ = self.random.choice(list(self.blocks()))
        if len(blocks) > 1:
            del blocks[at]

    def move_block(self) -> None:
        """Ask something on another step."""
        blocks, at, block = self.random.choice(self.standing())
        others = [step["blocks"] for step in self.steps if step["blocks"] is not blocks]
        if len(blocks) > 1 and others:
            del blocks[at]
            target = self.random.choice(others)
            target.insert(self.random.randint(0, len(target)), block)

    def add_step(self) -> None:
        """One more step."""
        self.steps.insert(self.random.randint(0, len(self.steps)), self.step())

    def remove_step(self) -> None:
        """One step less, with all that is asked on it."""
        if len(self.steps) > 1:
            self.steps.pop(self.random.randrange(len(self.steps)))

    def change_kind(self) -> None:
        """Ask something else under an old id, perhaps with its options."""
        asking = [found for found in self.blocks() if "video" not in found[2]]
        if not asking:
            return
        blocks, at, block = self.random.choice(asking)
        others = [each for each in self.step()["blocks"] if "video" not in each]
        new = self.random.choice(others or [self.scale()])
        if not any(each is block for _, _, each in self.standing()):
            new = self.bank_question()
        if "options" in block and "options" in new and self.random.random() < 0.7:
            new["options"] = [{first_id(i): i[first_id(i)]} for i in block["options"]]
            if "answer" in new:
                first = first_id(new["options"][0])
                new["answer"] = [first] if "choices" in new else first
        blocks[at] = {**new, "id": block["id"]}

    def change_answer(self) -> None:
        """Another right answer, or the first, or none any more."""
        block = self.pick(lambda block: "choice" in block)
        if block and "answer" in block and self.random.random() < 0.3:
            del block["answer"]
        elif block:
            block["answer"] = first_id(self.random.choice(block["options"]))

    def change_labels(self) -> None:
        """More labels, fewer, or in another order."""
        block = self.pick(lambda block: "labels" in block)
        if not block:
            return
        self.random.shuffle(block["labels"])
        if len(block["labels"]) > 2 and self.random.random() < 0.5:
            block["labels"].pop()
        elif self.random.random() < 0.5:
            block["labels"].append(self.words())

    def change_path(self) -> None:
        """Let an option of a scene lead elsewhere, or stand in another scene."""
        block = self.pick(lambda block: "scenes" in block)
        if not block:
            return
        names = list(block["scenes"])
        lists = [scene["options"] for scene in block["scenes"].values() if "options" in scene]
        if len(lists) > 1 and self.random.random() < 0.5:
            one, other = self.random.sample(range(len(lists)), 2)
            if len(lists[one]) > 1:
                lists[other].append({**lists[one].pop(), "goto": names[-1]})
        at = self.random.randrange(len(lists))
        self.random.choice(lists[at])["goto"] = self.random.choice(names[at + 1 :])

    def rename_scene(self) -> None:
        """Give the first scene another name: no answer knows it."""
        block = self.pick(lambda block: "scenes" in block)
        if block:
            name = self.id()
            scenes = [(name if key == block["start"] else key, scene)
                      for key, scene in block["scenes"].items()]  # fmt: skip
            block["start"], block["scenes"] = name, dict(scenes)

    def change_polls(self) -> None:
        """From anonymous to named, or back."""
        answers = self.source_["polls"]["answers"]
        self.source_["polls"]["answers"] = "named" if answers == "anonymous" else "anonymous"

    def ask_again(self) -> None:
        """Ask a poll twice, or once."""
        block = self.pick(lambda block: "poll" in block and "first" not in block)
        if block and not block.pop("again-after", None):
            block["again-after"] = "voices"

    def make_first_vote(self) -> None:
        """Make a matter of opinion a poll's first vote."""
        found = [block for _, _, block in self.standing() if is_opinion(block)]
        if found:
            block = self.random.choice(found)
            poll = {"poll": self.words(), "id": self.id(), "first": block["id"]}
            self.random.choice(self.steps)["blocks"].append(poll)

    def change_draw(self) -> None:
        """Draw more questions of a bank, or fewer."""
        block = self.pick(lambda block: "bank" in block)
        if block:
            block["draw"] = str(self.random.randint(1, len(block["bank"])))

    def change_scored(self) -> None:
        """Let a question count, or no more."""
        block = self.pick(lambda block: next(iter(block)) in IN_BANK)
        if block:
            block["scored"] = not block.get("scored", True)

    def bank_question(self) -> Block:
        """A question that may stand in a bank."""
        bank: list[Block] = self.quiz()["bank"]
        return bank[0]

    def add_to_bank(self) -> None:
        """One more question to be drawn."""
        block = self.pick(lambda block: "bank" in block)
        if block:
            bank = block["bank"]
            bank.insert(self.random.randint(0, len(bank)), self.bank_question())

    def put_into_bank(self) -> None:
        """Let a question that stands by itself be drawn."""
        quiz = self.pick(lambda block: "bank" in block)
        first_votes = {block.get("first") for _, _, block in self.standing()}
        found = [each for each in self.standing() if next(iter(each[2])) in IN_BANK]
        found = [each for each in found if each[2]["id"] not in first_votes]
        if quiz and found:
            blocks, at, block = self.random.choice(found)
            del blocks[at]
            quiz["bank"].append(block)

    def take_out_of_bank(self) -> None:
        """Let a question of a bank stand by itself, or in another bank."""
        quizzes = [block for _, _, block in self.standing() if len(block.get("bank", ())) > 1]
        if quizzes:
            bank = self.random.choice(quizzes)["bank"]
            block = bank.pop(self.random.randrange(len(bank)))
            banks = [each["bank"] for _, _, each in self.standing() if "bank" in each]
            steps = [step["blocks"] for step in self.steps]
            self.random.choice([*steps, *banks]).append(block)

    def mend(self) -> None:
        """Keep to the format: answers that exist, first votes that are votes."""
        for _, _, block in self.blocks():
            if "answer" in block and "options" in block:
                mend_answer(block)
        choices = {block["id"]: block for _, _, block in self.standing() if "choice" in block}
        for step in self.steps:
            firsts = (block.get("first") for block in step["blocks"])
            fit = [first is None or first in choices for first in firsts]
            step["blocks"] = [b for b, fits in zip(step["blocks"], fit, strict=True) if fits]
            for block in step["blocks"]:
                choices.get(block.get("first"), {}).pop("answer", None)
        for _, _, block in self.standing():
            if int(block.get("draw", 0)) > len(block.get("bank", ())):
                del block["draw"]
        self.source_["steps"] = [step for step in self.steps if step["blocks"]]


def is_opinion(block: Block) -> bool:
    """Whether it is a choice without a right answer."""
    return "choice" in block and "answer" not in block


def mend_answer(block: Block) -> None:
    """Let an answer name options that are there."""
    ids = [first_id(option) for option in block["options"]]
    if "choices" in block:
        block["answer"] = [id for id in block["answer"] if id in ids] or ids[:1]
    elif block["answer"] not in ids:
        block["answer"] = ids[0]
