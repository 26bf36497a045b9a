"""What a new edition will do to learners, to completions, to poll tallies and to LMS reports.

Two editions are compared as packages have them (`edition`), question by question; what becomes
of answers is reckoned as the player does it (`fit`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rsscorm.build import UnknownNameError
from rsscorm.diff.change import Difference, Item
from rsscorm.diff.edition import Edition
from rsscorm.diff.modules import compare
from rsscorm.diff.old import (
    NoOtherError,
    Old,
    OldError,
    as_edition,
    find_old,
    other_editions,
    read_package,
)
from rsscorm.source import read_module, read_workspace
from rsscorm.workspace import Workspace

__all__ = ["Difference", "Edition", "Item", "OldError", "compare", "differences", "read_package"]


def differences(folder: Path, words: Sequence[str], deployment: str) -> list[Difference]:
    """Compare modules of a workspace with what learners have.

    `words` are what the author named: a module, or an old edition, or both, or nothing. Of several
    modules, one that has no other edition is told as new. Raises `UnknownNameError`, `OldError`,
    and `ProblemsFound` where a module can't be built.
    """
    workspace = read_workspace(folder)
    if deployment not in workspace.settings.deployments:
        raise UnknownNameError("deployment", deployment, workspace.settings.deployments)
    names, old = _named(workspace, words)
    found: list[Difference] = []
    alone: list[NoOtherError] = []
    for name in names:
        try:
            found.append(_difference(workspace, name, old, deployment))
        except NoOtherError as error:
            alone.append(error)
            found.append(Difference(name, "", error.edition, (), against=""))
    if alone and len(alone) == len(found):
        raise alone[0]
    return found


def _named(workspace: Workspace, words: Sequence[str]) -> tuple[Sequence[str], Old | None]:
    """The modules to compare, and with what, if that was said."""
    there = workspace.modules
    if not words:
        return there, None
    if words[0] in there:
        return words[:1], find_old(words[1], workspace.folder) if words[1:] else None
    if words[1:]:
        raise UnknownNameError("module", words[0], there)
    old = find_old(words[0], workspace.folder)
    if old.only is None:
        return there, old
    return [_module_for(old.only, old.name, there)], old


def _module_for(only: str, name: str, there: Sequence[str]) -> str:
    """The module that a package is of; where there is but one, it can have changed its id."""
    if only in there or len(there) == 1:
        return only if only in there else there[0]
    raise OldError(
        f"`{name}` is of the module `{only}`, which isn't here. If it has another name now, "
        "name both: `rsscorm diff MODULE OLD`."
    )


def _difference(workspace: Workspace, name: str, old: Old | None, deployment: str) -> Difference:
    module, _ = read_module(workspace, name)
    new = as_edition(module, workspace.settings, deployment)
    if old is None:
        (where, last), *others = other_editions(workspace, deployment, name, new.edition)
        return replace(compare(last, new, [each for _, each in others]), against=where)
    before = old.read(name, deployment)
    if before is None:
        return Difference(name, "", new.edition, (), against=old.name)
    return replace(compare(before, new), against=old.name)
