"""Resume data: what the player can write at most is what the build reckons with."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from node import PLAYER, bundle, node

from rsscorm.module import RESUME_LIMIT, Module, longest_resume
from rsscorm.render.data import module_data
from rsscorm.source import read_module, read_workspace
from rsscorm.source.polls import second_votes
from rsscorm.workspace import Deployment, Settings

Block = dict[str, Any]


class Author:
    """Writes random modules, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def module(self) -> Module:
        """A module of a few steps, with polls named so that votes are kept."""
        return Module.model_validate(self.source())

    def source(self) -> Block:
        """The same, as its author writes it."""
        steps = [self.step() for _ in range(self.random.randint(1, 6))]
        return {
            "rsscorm": "1", "id": "made-up", "edition": "1", "title": "Made up",
            "summary": "For a test", "minutes": "5", "language": "en",
            "complete": {"when": "all-steps"}, "polls": {"answers": "named"}, "steps": steps,
        }  # fmt: skip

    def step(self) -> Block:
        """A step with blocks of any kind that records."""
        kinds = [
            self.choice, self.choices, self.order, self.match, self.scale, self.number,
            self.note, self.scenario, self.poll, self.poll_again, self.commitment, self.video,
            self.quiz,
        ]  # fmt: skip
        blocks = [self.random.choice(kinds)() for _ in range(self.random.randint(1, 8))]
        return {
            "id": self.id(),
            "kind": "learn",
            "title": "A step",
            "minutes": "1",
            "blocks": blocks,
        }

    def video(self) -> Block:
        """A film, half of them with an id, some with a second one that describes it."""
        name = self.id()
        film = {"video": f"{name}.mp4", "captions": "a.vtt", "transcript": "Words."}
        more = [{}, {"id": name}, {"described": f"{name}-described.mp4"}]
        return {**film, **self.random.choice(more)}

    def id(self) -> str:
        """An id that is not used yet."""
        self.count += 1
        return f"id-{self.count}"

    def options(self) -> list[dict[str, str]]:
        """From 2 to 26 options."""
        return [{self.id(): "Words"} for _ in range(self.random.randint(2, 26))]

    def choice(self) -> Block:
        """A matter of opinion."""
        return {"choice": "Which?", "id": self.id(), "options": self.options()}

    def choices(self) -> Block:
        """Several may be taken, and all of them are right."""
        options = self.options()
        answer = [next(iter(option)) for option in options]
        return {"choices": "Which?", "id": self.id(), "options": options, "answer": answer}

    def order(self) -> Block:
        """Things to put in order."""
        return {"order": "First?", "id": self.id(), "options": self.options()}

    def match(self) -> Block:
        """Pairs, some with equal right sides."""
        pairs = [{**option, "to": self.random.choice("xyz")} for option in self.options()]
        return {"match": "Who?", "id": self.id(), "pairs": pairs}

    def scale(self) -> Block:
        """A scale with as many labels as may be."""
        return {"scale": "I agree.", "id": self.id(), "labels": [f"Label {n}" for n in range(11)]}

    def number(self) -> Block:
        """A number."""
        return {"number": "How many?", "id": self.id(), "answer": "12.5"}

    def note(self) -> Block:
        """The learner's own words."""
        return {"note": "Why?", "id": self.id()}

    def scenario(self) -> Block:
        """A scenario of scenes one after another."""
        length = self.random.randint(1, 12)
        scenes: dict[str, Any] = {
            f"scene-{n}": {
                "text": "So?",
                "options": [{self.id(): "Go on", "goto": f"scene-{n + 1}"} for _ in range(3)],
            }
            for n in range(length)
        }
        scenes[f"scene-{length}"] = {"text": "The end."}
        return {"scenario": "Once", "id": self.id(), "start": "scene-0", "scenes": scenes}

    def quiz(self) -> Block:
        """A bank of questions, of which as many are drawn as chance will have it."""
        kinds = [self.choice, self.choices, self.order, self.match, self.number]
        bank = [self.random.choice(kinds)() for _ in range(self.random.randint(1, 8))]
        for question in bank:
            question["scored"] = self.random.random() < 0.8
        quiz = {"quiz": "What do you know?", "id": self.id(), "bank": bank}
        draw = self.random.randint(1, len(bank))
        return quiz if draw == len(bank) else {**quiz, "draw": str(draw)}

    def poll(self) -> Block:
        """A poll, asked once."""
        return {"poll": "And you?", "id": self.id(), "options": self.options()}

    def poll_again(self) -> Block:
        """A poll that is asked again."""
        return {**self.poll(), "again-after": "voices"}

    def commitment(self) -> Block:
        """One thing to do."""
        return {"commitment": "I will", "id": self.id()}


def longest(modules: list[Module], folder: Path) -> list[int]:
    """The lengths that the player itself comes to in each module's worst case."""
    script = folder / "longest.mjs"
    bundle(PLAYER / "longest.ts", script, "--platform=node", "--format=esm")
    data = [module_data(module, Deployment(), Settings(), {}) for module in modules]
    done = node(script, input=json.dumps(data))
    assert done.returncode == 0, done.stderr
    lengths: list[int] = json.loads(done.stdout)
    return lengths


class LongAuthor(Author):
    """Writes a module with everything that plays, as long as anybody's."""

    def source(self) -> Block:
        """Steps with two questions each, of every kind in turn, with voices and commitments."""
        kinds = [
            self.choice, self.choices, self.scale, self.note, self.scenario, self.poll,
            self.scale_poll, self.poll_again,
        ]  # fmt: skip
        blocks = [kinds[number % len(kinds)]() for number in range(LONG_QUESTIONS)]
        for number in range(0, LONG_QUESTIONS, 16):
            first = blocks[number]["id"]
            blocks[number + 5] = {"poll": "And now?", "id": self.id(), "first": first}
        pairs = zip(blocks[::2], blocks[1::2], strict=True)
        others = [self.voices, self.commitment]
        steps = [
            {**self.step(), "blocks": [*pair, others[number % 2]()]}
            for number, pair in enumerate(pairs)
        ]
        return {**super().source(), "steps": steps}

    def options(self) -> list[dict[str, str]]:
        """Six options."""
        return [{self.id(): "Words"} for _ in range(6)]

    def scale_poll(self) -> Block:
        """A poll with labels."""
        return {"poll": "How often?", "id": self.id(), "labels": ["Never", "Now and then"]}

    def voices(self) -> Block:
        """What others say, which asks nothing."""
        voice = {self.id(): "A nurse", "text": "I ask the team."}
        return {"perspectives": [voice], "id": self.id()}


LONG_STEPS, LONG_QUESTIONS = 60, 120
MODULES = Path(__file__).parent.parent / "modules"
ROOMY = 3_500
"""What a long module may need of the 4,096 characters, so that an author can add to it."""


def test_the_bound_holds(tmp_path: Path) -> None:
    """No state of any of 60 modules is longer than the build says, and the longest is as long."""
    modules = [Author(seed).module() for seed in range(60)]
    pairs = zip(longest(modules, tmp_path), map(longest_resume, modules), strict=True)
    assert {bound - needed for needed, bound in pairs} == {2}


class Examiner(Author):
    """Writes a module with one large quiz."""

    def options(self) -> list[dict[str, str]]:
        """Four options."""
        return [{self.id(): "Words"} for _ in range(4)]

    def source(self) -> Block:
        """A bank of 200 questions of two kinds, of which 20 are drawn."""
        kinds = [self.choice, self.choices]
        bank = [kinds[number % 2]() for number in range(200)]
        for question in bank[::2]:
            question["answer"] = next(iter(question["options"][0]))
        quiz = {"quiz": "All of it", "id": self.id(), "draw": "20", "bank": bank}
        return {**super().source(), "steps": [{**self.step(), "blocks": [quiz]}]}


def test_a_large_quiz_has_room(tmp_path: Path) -> None:
    """Of a bank of 200 questions each may have its place in the LMS's record, and an attempt of
    20 of them its answers: all of it fits into what SCORM 1.2 allows."""
    module = Examiner(1).module()
    [needed] = longest([module], tmp_path)
    print(f"200 questions: {needed} characters, at most {longest_resume(module)}")
    assert needed <= longest_resume(module) <= RESUME_LIMIT


def test_long_modules_have_room(tmp_path: Path) -> None:
    """The modules of this workspace, and one of 60 steps and 120 questions, need little enough."""
    workspace = read_workspace(MODULES.parent)
    modules = [read_module(workspace, name)[0] for name in workspace.modules]
    long = second_votes(LongAuthor(1).module())
    questions = [block for block in long.blocks() if block.records]
    assert (len(long.steps), len(questions)) == (LONG_STEPS, LONG_QUESTIONS)
    modules.append(long)
    for module, needed in zip(modules, longest(modules, tmp_path), strict=True):
        bound = longest_resume(module)
        print(f"{module.id}: {needed} characters, at most {bound}")
        assert needed <= bound <= ROOMY
