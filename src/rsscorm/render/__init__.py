"""A module and a theme become the files of a package: the page, its style and its media."""

from __future__ import annotations

from urllib.parse import urlsplit

from rsscorm.module import Module, Snapshot
from rsscorm.render.data import as_script, module_data
from rsscorm.render.page import Files, Page, fill
from rsscorm.render.selftest import selftest
from rsscorm.render.steps import Steps
from rsscorm.render.templating import blamed, environment
from rsscorm.render.theme import font_files, has_templates, stylesheet
from rsscorm.workspace import Deployment, Theme, Workspace

__all__ = ["Files", "Steps", "render"]


def render(
    module: Module,
    workspace: Workspace,
    deployment: Deployment,
    theme: Theme,
    snapshot: Snapshot | None = None,
    steps: Steps | None = None,
) -> Files:
    """The files of a module whose values are filled in: `index.html`, `player.css`,
    `selftest.html`, `fonts/` and `media/`.

    A media file is given as its path and is never read here; pictures are, to make renditions,
    which the workspace's cache keeps. The script is added by `package`, since it differs between
    formats. `steps` are those of this module and deployment as rendered before, where that may be
    again. Raises `PictureError`, and `TemplateError` for a theme's own template.
    """
    with blamed(theme.folders):
        return _render(module, workspace, deployment, theme, snapshot, steps)


def _render(
    module: Module, workspace: Workspace, deployment: Deployment, theme: Theme,
    snapshot: Snapshot | None, steps: Steps | None,
) -> Files:  # fmt: skip
    folder = workspace.module_folder(module.id)
    page = Page(module, folder, deployment, workspace.cache, snapshot, theme.logo)
    kept = {"on": page.day(snapshot.on), "polls": snapshot.polls} if snapshot else None
    data = module_data(module, deployment, workspace.settings, page.script_words, kept)
    templates, fonts = environment(theme.folders), font_files(theme)
    known = {
        "page": page, "module": module, "deployment": deployment, "words": page.words, "fill": fill,
    }  # fmt: skip
    remembered = steps if steps and not has_templates(theme) else Steps()
    text = templates.get_template("page.html").render(
        known, data=as_script(data), connect=connect_sources(deployment), fonts=fonts,
        steps=remembered.render(page, templates.get_template("step.html"), known),
    )  # fmt: skip
    own = {
        "index.html": text.encode() + b"\n",
        "player.css": stylesheet(theme),
        "selftest.html": selftest(page, theme, connect_sources(deployment)),
    }
    return {**own, **fonts, **page.media}


def connect_sources(deployment: Deployment) -> str:
    """What the page may ask besides itself: the deployment's poll service (CSP `connect-src`)."""
    service = deployment.poll_service
    # A path without a slash at its end would be that page alone (CSP 3, 6.7.2.10).
    has_path = bool(service and urlsplit(service).path)
    return f" {service}{'/' if has_path else ''}" if service else ""
