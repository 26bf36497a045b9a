"""What the settings of a workspace mean: names that are folders everywhere, themes that exist."""

from __future__ import annotations

from rsscorm.problems import Problem
from rsscorm.source.explain import did_you_mean, listed
from rsscorm.source.files import WINDOWS_NAMES
from rsscorm.source.theme import theme_names
from rsscorm.source.yaml import Document
from rsscorm.workspace import Workspace


def problems(workspace: Workspace, document: Document) -> list[Problem]:
    """What is wrong with the deployments beyond their form."""
    return [*_names(workspace, document), *_themes(workspace, document)]


def _names(workspace: Workspace, document: Document) -> list[Problem]:
    """Deployments whose name can't be a folder's everywhere."""
    return [
        document.problem(
            ("deployments", name), "windows-name",
            f"`{name}` can't be a folder's name on Windows", "Give the deployment another name.",
        )
        for name in workspace.settings.deployments
        if WINDOWS_NAMES.fullmatch(name)
    ]  # fmt: skip


def _themes(workspace: Workspace, document: Document) -> list[Problem]:
    """Themes that deployments name and that are nowhere."""
    found: list[Problem] = []
    names = theme_names(workspace)
    for name, deployment in workspace.settings.deployments.items():
        if deployment.theme not in names:
            hint = did_you_mean(deployment.theme, names, f"The themes here are {listed(names)}.")
            found.append(document.about_value(
                ("deployments", name, "theme"), "no-theme",
                f"there is no theme `{deployment.theme}`", hint,
            ))  # fmt: skip
    return found
