"""Scenarios: every scene is reached, none leads back, and every path ends."""

from __future__ import annotations

from collections.abc import Iterator

from rsscorm.blocks.scenario import Scenario
from rsscorm.problems import Problem
from rsscorm.source.explain import did_you_mean
from rsscorm.source.outline import Outline, Spot
from rsscorm.source.yaml import Path


def problems(outline: Outline, spot: Spot) -> Iterator[Problem]:
    """What is wrong with the paths of a scenario."""
    scenario = spot.block
    if not isinstance(scenario, Scenario):
        return
    for path, name in (missing := unknown(spot)):
        hint = did_you_mean(name, scenario.scenes, f"Write a scene `{name}:`, or name another.")
        yield outline.document.about_value(
            path, "unknown-scene", f"there is no scene `{name}` here", hint
        )
    if missing:
        return
    if loop := _loop(scenario):
        yield from _leads_back(outline, spot, loop)
    reached = _reached(scenario)
    for scene in scenario.scenes:
        if scene not in reached:
            yield outline.document.problem(
                (*spot.path, "scenes", scene),
                "scene-unreached",
                f"no option leads to the scene `{scene}`",
                f"Let an option `goto: {scene}`, or delete the scene.",
            )


def unknown(spot: Spot) -> list[tuple[Path, str]]:
    """The scenes that a scenario names and doesn't have, each with its place."""
    if not isinstance(scenario := spot.block, Scenario):
        return []
    named: list[tuple[Path, str]] = [((*spot.path, "start"), scenario.start)]
    for name, scene in scenario.scenes.items():
        for number, turn in enumerate(scene.options or ()):
            named.append(((*spot.path, "scenes", name, "options", number, "goto"), turn.goto))
    return [(path, name) for path, name in named if name not in scenario.scenes]


def _reached(scenario: Scenario) -> set[str]:
    reached: set[str] = set()
    waiting = [scenario.start]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [turn.goto for turn in scenario.scenes[name].options or ()]
    return reached


def _loop(scenario: Scenario) -> list[tuple[str, int]]:
    """The options (scene and number) of one path that leads back to where it was, or none."""
    done: set[str] = set()
    path: list[tuple[str, int]] = []
    walk = [(scenario.start, 0)]
    while walk:
        name, number = walk.pop()
        turns = scenario.scenes[name].options or ()
        if number == len(turns):
            done.add(name)
            path = path[:-1]
            continue
        walk.append((name, number + 1))
        path = [*path[: len(walk) - 1], (name, number)]
        goto = turns[number].goto
        if goto in (scene for scene, _ in path):
            return path
        if goto not in done:
            walk.append((goto, 0))
    return []


def _leads_back(outline: Outline, spot: Spot, loop: list[tuple[str, int]]) -> Iterator[Problem]:
    scene, number = loop[-1]
    path = (*spot.path, "scenes", scene, "options", number, "goto")
    yield outline.document.about_value(
        path, "scene-loop", "this leads back to a scene that the learner has come through",
        "Lead on to another scene, so that every path comes to an end.",
    )  # fmt: skip
