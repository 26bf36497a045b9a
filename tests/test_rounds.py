"""An author begins another round of polls, or ends one: what `rsscorm diff` tells of it."""

from __future__ import annotations

from typing import Any

from edits import Writer

from rsscorm.diff import Edition, compare
from rsscorm.diff.change import Change
from rsscorm.module import Module
from rsscorm.render.data import module_data
from rsscorm.source.polls import second_votes
from rsscorm.workspace import Deployment, Settings

POLL = {"poll": "Sure?", "id": "sure", "options": [{"yes-i-am": "Yes"}, {"not-yet": "No"}]}


def edition(rules: dict[str, str], number: str = "1", **changes: Any) -> Edition:
    """A small module with a poll, under these rules of polls."""
    step = {"id": "one", "kind": "connect", "title": "One", "minutes": "3", "blocks": [POLL]}
    source = {**Writer(1).source(), "edition": number, "steps": [step], "polls": rules, **changes}
    module = second_votes(Module.model_validate(source))
    return Edition.model_validate(module_data(module, Deployment(), Settings(), {}))


def told(old: Edition, new: Edition) -> list[Change]:
    """What is told of the module as a whole."""
    return [change for item in compare(old, new).items for change in item.changes]


def test_another_round_begins_the_tallies_anew() -> None:
    """It is told, with both names; learners and their completions stay as they are."""
    old, new = edition({}), edition({"round": "next-year"}, "2")
    [change] = told(old, new)
    assert (change.code, change.effects) == ("round", ("keep", "keep", "reset", "keep"))
    assert str(new.polls.release) in change.then
    assert str(old.polls.release) in change.then


def test_another_last_day_is_told() -> None:
    """Tallies go on; that learners' packages keep to their own day is said."""
    [change] = told(edition({}), edition({"until": "2027-05-01"}, "2"))
    assert change.said == "The last day on which votes are sent was not said, is `2027-05-01`"
    assert set(change.effects) == {"keep"}


def test_an_older_package_says_nothing_of_either() -> None:
    """A package of before there were rounds is not told to have had another."""
    new = edition({"until": "2027-05-01", "round": "next-year"}, "2")
    data = edition({}).model_dump(by_alias=True)
    del data["polls"]["release"], data["polls"]["until"]
    assert told(Edition.model_validate(data), new) == []
