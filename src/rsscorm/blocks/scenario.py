"""`scenario:` a situation that branches with what the learner decides."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from rsscorm.blocks.base import Item, ReportingQuestion, gather
from rsscorm.blocks.fields import Authored, Inline, Markdown, OptionId, keys_of
from rsscorm.blocks.image import Picture
from rsscorm.blocks.video import Film
from rsscorm.interaction import Component, Interaction
from rsscorm.markdown import plain


class Turn(Item):
    """Something the learner may do in a scene, what comes of it, and where it leads."""

    goto: OptionId
    """The scene that it leads to."""
    feedback: Inline | None = None
    """What is said to those who chose it."""


class Scene(Authored):
    """One moment of a scenario, perhaps seen in a picture or film; an ending has no options."""

    text: Markdown
    """What happens."""
    options: Annotated[tuple[Turn, ...], Field(min_length=1, max_length=26)] | None = None
    """What can be done; a scene without options is an ending."""
    picture: Picture | None = Field(default=None, alias="(picture)")
    """A picture of it."""
    film: Film | None = Field(default=None, alias="(film)")
    """A film of it."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, value: Any) -> Any:
        value = gather(value, "(picture)", keys_of(Picture), "image")
        return gather(value, "(film)", keys_of(Film), "video")


class Scenario(ReportingQuestion):
    """A situation that branches; answered at an ending, and the path is never scored."""

    kind = "scenario"

    scenario: Markdown
    """The situation."""
    start: OptionId
    """The scene that it begins with."""
    scenes: Annotated[dict[OptionId, Scene], Field(min_length=1)]
    """The scenes by their ids; every one is reached, and none leads back."""

    @property
    def may_skip(self) -> bool:
        return False

    def answer_ids(self) -> tuple[str, ...]:
        return tuple(turn.id for scene in self.scenes.values() for turn in scene.options or ())

    def films(self) -> tuple[str, ...]:
        return tuple(
            name for scene in self.scenes.values() if scene.film for name in scene.film.names()
        )

    def interaction(self) -> Interaction:
        scenes = tuple(Component(id, plain(scene.text.text)) for id, scene in self.scenes.items())
        return Interaction(
            self.id, "performance", plain(self.scenario.text), scenes,
            reports=self.reports(),
        )  # fmt: skip

    def data(self) -> dict[str, Any]:
        paths = {
            id: {turn.id: turn.goto for turn in scene.options or ()}
            for id, scene in self.scenes.items()
        }
        turns = {
            turn.id: plain(turn.words)
            for scene in self.scenes.values()
            for turn in scene.options or ()
        }
        return {"start": self.start, "scenes": paths, "turns": turns}

    def longest_answer(self) -> int:
        """The most decisions on any path; the paths are known to end (see `source`)."""
        longest = {self.start: 0}
        waiting = [self.start]
        while waiting:
            scene = waiting.pop(0)
            for turn in self.scenes[scene].options or ():
                if longest.get(turn.goto, 0) <= longest[scene] < len(self.scenes):
                    longest[turn.goto] = longest[scene] + 1
                    waiting.append(turn.goto)
        return max(longest.values())
