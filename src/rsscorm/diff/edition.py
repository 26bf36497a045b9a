"""A module as one edition of it has it: what `render.data` puts into every package.

Read from packages of any age, so whatever else stands there is passed over, and what an older
one lacks has a value that claims nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Part(BaseModel):
    """A part of the page's data, under the player's names (`player/types.ts`)."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class Words(Part):
    """One of the things to choose from."""

    id: str
    text: str


class Asked(Part):
    """A question in the standards' words (`interaction.Interaction`)."""

    type: str
    name: str
    reports: str
    components: tuple[Words, ...] = ()
    targets: tuple[Words, ...] = ()
    correct: tuple[str, ...] | None = None


class Quiz(Part):
    """Questions drawn from a bank, which stand behind it."""

    id: str
    name: str
    draw: int
    scored: int
    attempts: int | None = None
    pass_mark: int | None = None
    interaction: None = None


class Silent(Part):
    """A block that has an id and records nothing."""

    id: str
    interaction: None = None


class Question(Part):
    """A block that records an answer."""

    id: str
    kind: str
    interaction: Asked
    counts: bool = False
    attempts: int | None = None
    several: bool = False
    tolerance: float = 0
    unit: str | None = None
    first: str | None = None
    again_after: str | None = None
    start: str = ""
    scenes: dict[str, dict[str, str]] | None = None
    turns: dict[str, str] = {}
    quiz: str | None = None
    """The quiz in whose bank it is."""

    @property
    def what(self) -> str:
        """What its author would call it."""
        if self.interaction.reports == "poll":
            return "poll"
        return "note" if self.interaction.type == "fill-in" else "question"

    @property
    def options(self) -> dict[str, str]:
        """The words by id of what an answer may name: options, labels, turns of a scenario."""
        if self.scenes is None:
            return {option.id: option.text for option in self.interaction.components}
        ids = (turn for turns in self.scenes.values() for turn in turns)
        return {turn: self.turns.get(turn, turn) for turn in ids}

    @property
    def may_skip(self) -> bool:
        """Mirrors `canSkip` of `player/state.ts`."""
        return self.interaction.correct is None and self.scenes is None


class Step(Part):
    """One screen."""

    id: str
    title: str
    required: bool = True
    blocks: tuple[Annotated[Question | Quiz | Silent, Field(union_mode="left_to_right")], ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked on it, in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Question))

    @property
    def quizzes(self) -> tuple[Quiz, ...]:
        """Its quizzes, in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Quiz))

    @property
    def asked(self) -> tuple[str, ...]:
        """The ids of what everybody is asked who comes to it, in reading order."""
        drawn = {question.id for question in self.questions if question.quiz}
        asked = (block for block in self.blocks if not isinstance(block, Silent))
        return tuple(block.id for block in asked if block.id not in drawn)


class Rule(Part):
    """When the module is complete, and whether it sends a score."""

    when: str
    pass_mark: int | None = None
    score: bool = True


class Polls(Part):
    """How polls are asked."""

    answers: str
    compare: str = "after-vote"
    least: int | None = None
    step: int | None = None
    release: str | None = None
    until: str | None = ""
    """The last day on which votes are sent; "" where an edition says nothing of it."""


class Edition(Part):
    """A whole module, as `rsscorm diff` compares it."""

    id: str
    edition: str
    title: str
    summary: str
    iri: str
    complete: Rule
    polls: Polls
    retired: tuple[str, ...] = ()
    steps: tuple[Step, ...]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Everything that records an answer, by id, in reading order."""
        return {question.id: question for step in self.steps for question in step.questions}

    @cached_property
    def quizzes(self) -> dict[str, Quiz]:
        """Every quiz, by id, in reading order."""
        return {quiz.id: quiz for step in self.steps for quiz in step.quizzes}

    @cached_property
    def step_of(self) -> dict[str, str]:
        """The id of the step of each question and quiz."""
        return {block.id: step.id for step in self.steps for block in step.blocks}

    def is_vote(self, question: Question) -> bool:
        """Mirrors `isVote` of `player/state.ts`."""
        is_first = any(other.first == question.id for other in self.questions.values())
        return is_first or question.interaction.reports == "poll"

    def reveals(self, question: Question) -> bool:
        """Mirrors `reveals` there: whether the LMS's record holds the answer itself."""
        if self.is_vote(question):
            return self.polls.answers == "named"
        return question.interaction.reports == "answer"
