"""What the packages of a deployment depend on besides their modules."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from rsscorm.build.stamp import Stamp, files_below
from rsscorm.source import read_theme
from rsscorm.workspace import Deployment, Workspace


def keep_deployments(workspace: Workspace, stamp: Stamp) -> None:
    """Remember what each deployment depends on; raises `ProblemsFound` for a theme with some."""
    there = workspace.settings.deployments
    digests = {name: _digest(workspace, deployment) for name, deployment in there.items()}
    logos = {str(each.logo) for each in there.values() if each.logo}
    stamp.keep_deployments(digests, sorted(logos))


def _digest(workspace: Workspace, deployment: Deployment) -> str:
    """Of all that decides how a deployment's packages differ: settings, theme and logo."""
    theme = read_theme(workspace, deployment.theme)
    found = (Path(at) for folder in theme.folders for _, at in files_below(str(folder)))
    files = [file for file in found if file.is_file()]
    if deployment.logo:
        files.append(workspace.folder / deployment.logo)
    values, own = workspace.values(deployment), deployment.model_dump(mode="json")
    digest = sha256(json.dumps([workspace.settings.iri, values, own], sort_keys=True).encode())
    for file in files:
        digest.update(file.name.encode() + sha256(file.read_bytes()).digest())
    return digest.hexdigest()
