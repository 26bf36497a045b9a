"""`figures.json`: figures that `rsscorm polls snapshot` wrote, which a package carries.

They show where the poll service can't be reached. The file is JSON, and its problems are told by
line like an author's own; the form of a poll's figures is that of the service's answers. What an
edition has dropped since then, a poll or an option, is passed over with a warning.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from rsscorm.blocks.poll import Poll
from rsscorm.module import Module, Snapshot
from rsscorm.problems import Problem, stop
from rsscorm.source.explain import did_you_mean, listed
from rsscorm.source.files import Refusal, link_out
from rsscorm.source.texts import Source, load
from rsscorm.source.yaml import Document, parse
from rsscorm.source.yaml import Path as Keys
from rsscorm.workspace import Settings, release_id

FILE = "figures.json"
VERSION = 1
CODE = "packed-figures"
EDGES = {10: (1, 9), 20: (1, 19), 100: (4, 96)}
"""The smallest and largest share of each whole (`polls.disclosure`, which no stage imports)."""

ANEW = "Let `rsscorm polls snapshot` write the file anew, or delete it."


def read_snapshot(
    home: Path, module: Module, settings: Settings | None
) -> tuple[Snapshot | None, list[Problem]]:
    """The packed figures of a module, and all that is to be said of them; None where none are.

    `settings` are None where they can't be read, and with them the name of the release.
    """
    path, name = home / FILE, f"modules/{module.id}/{FILE}"
    if not path.is_file():
        return None, []
    if not path.resolve().is_relative_to(home.resolve()):
        return None, [link_out(FILE).problem(name)]
    try:
        source = load(path, name)
    except Refusal as refusal:
        return None, [refusal.problem(name)]
    try:
        data = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        return None, [_no_json(source, error)]
    problems = list(_Check(source, data, module, settings).problems())
    if stop(problems):
        return None, problems
    options = {poll.id: poll.answer_ids() for poll in _polls(module)}
    told = {id: _still(told, options[id]) for id, told in data["polls"].items() if id in options}
    return Snapshot(data["on"], told), problems


def _polls(module: Module) -> list[Poll]:
    return [block for block in module.blocks() if isinstance(block, Poll)]


def _still(told: Any, options: tuple[str, ...]) -> Any:
    """What is told of a poll, without the options that it no longer has."""
    kept = dict(told)
    for key in ("figures", "before"):
        if told.get(key):
            kept[key] = {**told[key], "shares": _only(told[key]["shares"], options)}
    if told.get("moves"):
        rows = _only(told["moves"], options)
        kept["moves"] = {first: _only(row, options) for first, row in rows.items()}
    return kept


def _only(given: dict[str, Any], options: tuple[str, ...]) -> dict[str, Any]:
    return {option: value for option, value in given.items() if option in options}


def _no_json(source: Source, error: Exception) -> Problem:
    line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
    return source.at(line, column, CODE, "the file isn't JSON from here on", ANEW)


class _Check:
    """Looks through the file; YAML, which JSON is a part of, knows where everything stands."""

    def __init__(self, source: Source, data: Any, module: Module, settings: Settings | None):
        self.data, self.module, self.settings = data, module, settings
        self.places: Document = parse(source.text, source.name)
        self.gone: set[tuple[str, str]] = set()

    def problems(self) -> Iterator[Problem]:
        known = ("rsscorm", "release", "on", "polls")
        if (fault := self._keys((), self.data, known, known)) is not None:
            yield from fault
            return
        if self.data["rsscorm"] != VERSION:
            yield self._at(("rsscorm",), "only version 1 of this file can be read")
        yield from self._release()
        if not _is_day(self.data["on"]):
            yield self._at(("on",), "the day of the figures belongs here, such as `2026-11-25`")
        yield from self._polls()

    def _release(self) -> Iterator[Problem]:
        wanted = self.settings and release_id(self.settings, self.module)
        found = self.data["release"]
        if not isinstance(found, str) or (wanted and found != wanted):
            of = f"`{wanted}`" if wanted else "the release"
            message = f"these figures are not of this module's polls, which are {of}"
            hint = "Take them of this release, with its `round`, or delete the file."
            yield self._at(("release",), message, hint)

    def _polls(self) -> Iterator[Problem]:
        polls = {poll.id: poll for poll in _polls(self.module)}
        given = self.data["polls"]
        if not isinstance(given, dict):
            yield self._at(("polls",), "polls by their ids belong here")
            return
        for id, told in given.items():
            path: Keys = ("polls", id)
            if id in polls:
                yield from self._told(path, told, polls[id])
            else:
                yield self._gone(path, f"there is no poll `{id}` in this module any more")

    def _told(self, path: Keys, told: Any, poll: Poll) -> Iterator[Problem]:
        known = ("figures", "before", "changed", "moves")
        if (fault := self._keys(path, told, known, ("figures",))) is not None:
            yield from fault
            return
        has_two = poll.first or poll.again_after
        for key in ("figures", "before"):
            if told.get(key) is not None:
                yield from self._figures((*path, key), told[key], poll)
        if told.get("changed") is not None:
            yield from self._whole((*path, "changed"), told["changed"], 1, 9)
        if told.get("moves") is not None:
            yield from self._moves((*path, "moves"), told["moves"], poll)
        for key in ("before", "changed", "moves"):
            if not has_two and told.get(key) is not None:
                yield self._at((*path, key), f"`{poll.id}` has one vote, so there is no `{key}`")

    def _figures(self, path: Keys, given: Any, poll: Poll) -> Iterator[Problem]:
        known = ("moreThan", "of", "shares")
        if (fault := self._keys(path, given, known, known)) is not None:
            yield from fault
            return
        yield from self._whole((*path, "moreThan"), given["moreThan"], 1, 10**9)
        if not _is_whole(given["of"]) or given["of"] not in EDGES:
            yield self._at((*path, "of"), "shares are of 10, 20 or 100")
            return
        edges = EDGES[given["of"]]
        for at, share in self._options((*path, "shares"), given["shares"], poll):
            yield from share if isinstance(share, list) else self._whole(at, share, *edges)

    def _moves(self, path: Keys, given: Any, poll: Poll) -> Iterator[Problem]:
        for at, row in self._options(path, given, poll):
            if isinstance(row, list):
                yield from row
                continue
            for place, cell in self._options(at, row, poll):
                if isinstance(cell, list):
                    yield from cell
                elif cell is not None:
                    yield from self._whole(place, cell, *EDGES[100])

    def _options(self, path: Keys, given: Any, poll: Poll) -> Iterator[tuple[Keys, Any]]:
        """What is given by option, with its place; or what is to be said, where that isn't each."""
        options = poll.answer_ids()
        known = (*options, *given) if isinstance(given, dict) else options
        if (fault := self._keys(path, given, known, options)) is not None:
            yield path, fault
            return
        for option in given:
            if option in options:
                yield (*path, option), given[option]
            elif (poll.id, option) not in self.gone:
                self.gone.add((poll.id, option))
                message = f"`{poll.id}` has no option `{option}` any more"
                yield path, [self._gone((*path, option), message)]

    def _keys(
        self, path: Keys, given: Any, known: tuple[str, ...], needed: tuple[str, ...]
    ) -> list[Problem] | None:
        """What is wrong with the keys of a table; None where nothing is."""
        if not isinstance(given, dict):
            return [self._at(path, f"{listed(known)} belong here, each with what it says")]
        found = [
            self._at((*path, key), f"`{key}` can't stand here", did_you_mean(key, known, ANEW))
            for key in given if key not in known
        ]  # fmt: skip
        missing = (key for key in needed if key not in given)
        return [*found, *(self._at(path, f"`{key}` is missing") for key in missing)] or None

    def _whole(self, path: Keys, given: Any, least: int, most: int) -> Iterator[Problem]:
        if not _is_whole(given) or not least <= given <= most:
            yield self._at(path, f"a whole number from {least:,} to {most:,} belongs here")

    def _gone(self, path: Keys, message: str) -> Problem:
        hint = "Its figures are passed over: let `rsscorm polls snapshot` write the file anew."
        return self.places.problem(path, "figures-gone", message, hint)

    def _at(self, path: Keys, message: str, hint: str = ANEW) -> Problem:
        return self.places.problem(path, CODE, message, hint)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
