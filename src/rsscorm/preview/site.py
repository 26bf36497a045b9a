"""The site of `rsscorm preview`: the modules of a workspace, each in a pretend LMS."""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from rsscorm.module import Module
from rsscorm.package.selftest import with_selftest
from rsscorm.package.zip import Files
from rsscorm.preview import votes
from rsscorm.preview.lrs import AUTHORIZATION, Lrs
from rsscorm.preview.stream import Stream
from rsscorm.preview.workshop import Content, Draft, Look, Workshop
from rsscorm.problems import Problem
from rsscorm.referee import lms as base
from rsscorm.referee.lms import Session, launch_json, login, missing, numbered, own_file, page
from rsscorm.referee.manifest import Sco
from rsscorm.referee.site import OURS, SIZES, routed, templates
from rsscorm.referee.web import Request, Response
from rsscorm.source.report import shown_line

HERE = Path(__file__).parent
OWN = {
    "page.css": base.HERE / "page.css",
    "preview.css": HERE / "preview.css",
    "page.js": HERE / "built" / "page.js",
    "start.js": HERE / "built" / "start.js",
}
SCRIPT = HERE / "built" / "frame.js"
FORMATS = {"scorm12": "SCORM 1.2", "xapi": "Tin Can"}
ASKED = {
    "theme": "", "deployment": "", "votes": "", "slow": "", "learner": "learner-1", "faults": "",
    "mode": "", "size": "laptop", "format": "scorm12", "step": "",
}  # fmt: skip
"""What an address may ask for, with what is meant where it does not."""

NAME = re.compile(r"\w[\w. -]*")
"""A folder in `modules/`, which may not be there yet, and nothing elsewhere."""

SLOW = 0.8
"""Seconds that each answer takes longer on a slow network."""

PLAYER = '<script defer src="player.js">'
"""How a page names its script."""

NOTHING_YET = """<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Nothing yet</title>
<link rel="stylesheet" href="/own/page.css"><link rel="stylesheet" href="/own/preview.css">
<main class="nothing-yet"><p>There is nothing to show yet.</p>
<p>As soon as what is told above is mended and saved, the module is here.</p></main>"""


@dataclass
class Launch(Session):
    """A module in its frame: what is looked at, what is shown of it, and who is told of changes."""

    look: Look = field(default_factory=lambda: Look(""))
    url: str = ""
    format: str = "scorm12"
    slow: bool = False
    draft: Draft | None = None
    problems: list[Problem] | None = None
    stream: Stream = field(default_factory=Stream)
    lrs: Lrs = field(default_factory=Lrs)


class Preview(base.Lms):
    """Plays the modules of a workspace as they are now; `saved` when they are so no more."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.workshop = Workshop(folder)
        self.news = Stream()
        self.origin = ""
        self._stores: dict[tuple[str, ...], Lrs] = {}
        self._refreshing = threading.Lock()
        self._pages = templates(HERE / "pages", base.HERE / "pages")

    @property
    def launches(self) -> list[Launch]:
        """Every launch there was."""
        return [one for one in self.all_sessions if isinstance(one, Launch)]

    def saved(self) -> None:
        """Something in the workspace has changed: whoever looks at it is shown how it is now."""
        self.workshop.forget()
        for launch in self.launches:
            if launch.stream.listeners:
                self.refresh(launch)
        self.news.tell("saved", time.time())

    def refresh(self, launch: Launch) -> None:
        """Render what a launch looks at, and tell its page what is new of it."""
        with self._refreshing:
            draft, problems = self.workshop.draft(launch.look)
            if draft and (launch.draft is None or draft.mark != launch.draft.mark):
                with suppress(OSError):  # a file has gone meanwhile, which is the next save
                    self._show(launch, draft)
            if problems != launch.problems:
                launch.problems = problems
                launch.stream.tell("problems", [_problem(each) for each in problems])

    def close(self) -> None:
        """Nobody is told anything any more."""
        for stream in (self.news, *(launch.stream for launch in self.launches)):
            stream.end()

    def answer(self, request: Request) -> Response:
        """Answer one request of a browser on this machine."""
        return routed(request, {
            "": self._home,
            "launches": self.answer_launch,
            "login": login,
            "news": lambda *_: self.news.response(),
            "own": lambda name, _: own_file(OWN, name),
            "play": self._play,
        })  # fmt: skip

    def answer_launch(self, rest: str, request: Request) -> Response:
        """Answer what a preview's launch has beside a referee's; on a slow network, in a while."""
        number, _, what = rest.partition("/")
        known = numbered(number, len(self.all_sessions))
        launch = None if known is None else self.all_sessions[known]
        if not isinstance(launch, Launch):
            return missing(request.path)
        if answer := self._answer_host(launch, what, request):
            return answer
        if launch.slow and what not in ("log", "network"):
            time.sleep(SLOW)
        if what.startswith("lrs/"):
            return self._answer_lrs(launch, what.removeprefix("lrs/"), request)
        if what.startswith("polls/") and launch.draft:
            return votes.answer(launch.draft.polls, launch.look.votes or "clear", request)
        if what == "content/index.html" and launch.draft is None:
            return page(NOTHING_YET)
        return super().answer_launch(rest, request)

    def _answer_host(self, launch: Launch, what: str, request: Request) -> Response | None:
        """Answer the page around the frame: as an author has it, whatever the learner's network."""
        if what == "news":
            self.refresh(launch)
            return launch.stream.response()
        if what == "asked":
            told = [_problem(each) for each in self.workshop.asked(launch.look.module)]
            return Response(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
        if what == "look" and request.method == "POST":
            return self._choose(launch, request.json())
        return None

    def _home(self, _rest: str, _request: Request) -> Response:
        return self._page("start.html", title="Your modules", modules=self._modules())

    def _modules(self) -> list[tuple[str, Module | None, list[dict[str, Any]]]]:
        """Each module by its name, as far as it can be read, and what is wrong with it."""
        found: list[tuple[str, Module | None, list[dict[str, Any]]]] = []
        for name in self.workshop.names:
            draft, problems = self.workshop.draft(Look(name))
            told = [_problem(each) for each in problems + self.workshop.asked(name)]
            found.append((name, draft.module if draft else None, told))
        return found

    def _play(self, name: str, request: Request) -> Response:
        if not NAME.fullmatch(name):
            return missing(request.path)
        asked = {**ASKED, **{key: text for key, text in request.query.items() if key in ASKED}}
        launch = self._launch(name, asked)
        told = self.begin(launch)
        launch.url = told["url"]
        self.refresh(launch)
        if launch.draft:
            asked["deployment"] = asked["deployment"] or self._first_deployment()
            asked["theme"] = launch.draft.theme
        return self._page(
            "preview.html", **{**asked, "format": launch.format}, name=name, sizes=SIZES,
            title=launch.draft.module.title if launch.draft else name,
            themes=_pairs(self.workshop.themes), deployments=_pairs(self.workshop.deployments),
            formats=FORMATS, all_votes=votes.VOTES, chosen_votes=launch.look.votes,
            names=self.workshop.names, next_learner=self._next_learner(),
            steps=launch.draft.module.steps if launch.draft else (),
            launch=Markup(launch_json(told)), source=self._source(launch),  # noqa: S704
        )  # fmt: skip

    def _launch(self, name: str, asked: dict[str, str]) -> Launch:
        """What is launched; whoever is to have got to a step begins with an empty record."""
        key, faults = (name, asked["learner"]), asked["faults"]
        format = asked["format"] if asked["format"] in FORMATS else "scorm12"
        if asked["step"]:
            with self.changed:
                self.records.pop(key, None)
                self._stores.pop(key, None)
        return Launch(
            key, Sco(name, name, "index.html"), Content({}), faults.split(",") if faults else [],
            asked["mode"] and "review", look=self._look(name, asked), format=format,
            slow=bool(asked["slow"]), lrs=self._stores.setdefault(key, Lrs()),
        )  # fmt: skip

    def _look(self, name: str, asked: dict[str, str]) -> Look:
        """What an address asks to be shown; what isn't there is as if not asked for."""
        there = self.workshop.deployments
        deployment = asked["deployment"] if asked["deployment"] in there else ""
        theme = asked["theme"] if asked["theme"] in self.workshop.themes else ""
        chosen = asked["votes"] if asked["votes"] in votes.VOTES else ""
        return Look(name, deployment, theme, chosen)

    def _choose(self, launch: Launch, asked: dict[str, str]) -> Response:
        launch.look = self._look(launch.look.module, {**ASKED, **asked})
        launch.slow = bool(asked.get("slow"))
        self.refresh(launch)
        return Response(204)

    def _show(self, launch: Launch, draft: Draft) -> None:
        html = self._html(launch, draft)
        shown = html.replace(PLAYER, f'{PLAYER[:-1]} data-draft="{draft.mark}">')
        files: Files = {
            **draft.files, "index.html": shown.encode(),
            "player.js": SCRIPT.read_bytes(),
            "presence.txt": f"rsscorm {launch.sco.identifier}".encode(),
        }  # fmt: skip
        launch.archive = Content(with_selftest(files, launch.format))
        launch.draft = draft
        launch.stream.tell("draft", _told(draft, html))

    def _html(self, launch: Launch, draft: Draft) -> str:
        """A draft's page, which sends its votes here; the same for drafts that look the same."""
        service = draft.deployment.poll_service
        here = f"{self.origin}{launch.url}/polls"
        return draft.html.replace(f'"service":"{service}"', f'"service":"{here}"', 1)

    def _source(self, launch: Launch) -> str:
        """Where the frame finds the module, with what a Tin Can launch is told (Rustici)."""
        content = f"{launch.url}/content/index.html"
        if launch.format != "xapi":
            return content
        account = {"homePage": self.origin, "name": launch.learner}
        actor = {"objectType": "Agent", "name": launch.learner, "account": account}
        registration = uuid.uuid5(uuid.NAMESPACE_URL, "/".join(launch.key))
        query = {
            "endpoint": f"{self.origin}{launch.url}/lrs/", "auth": AUTHORIZATION,
            "actor": json.dumps(actor), "registration": str(registration),
        }  # fmt: skip
        return f"{content}?{urlencode(query)}"

    def _answer_lrs(self, launch: Launch, resource: str, request: Request) -> Response:
        answer = launch.lrs.answer(resource, request)
        if request.method == "PUT":
            launch.stream.tell("lrs", launch.lrs.kept)
        return answer

    def _first_deployment(self) -> str:
        return next(iter(self.workshop.deployments), "")

    def _next_learner(self) -> str:
        return f"learner-{len({one.learner for one in self.launches}) + 1}"

    def _page(self, template: str, **values: Any) -> Response:
        response = page(self._pages.get_template(template).render(notes=(), scos=(), **values))
        response.headers["Content-Security-Policy"] = OURS
        return response


def _pairs(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Names to choose from, in the form of values with their words."""
    return [(name, name) for name in names]


def _told(draft: Draft, html: str) -> dict[str, Any]:
    """What the page must know to show a draft (`Draft` in `host.ts`)."""
    steps = [{"id": step.id, "title": step.title} for step in draft.module.steps]
    return {
        "mark": draft.mark, "html": html, "title": draft.module.title, "steps": steps,
    }  # fmt: skip


def _problem(problem: Problem) -> dict[str, Any]:
    """A problem as its card shows it (`Problem` in `problems.ts`)."""
    line, column = shown_line(problem)
    return {
        "file": problem.file, "line": problem.line, "column": problem.column,
        "message": f"{problem.message[:1].upper()}{problem.message[1:]}.", "hint": problem.hint,
        "shown": line, "caret": column, "isWarning": problem.is_warning,
    }  # fmt: skip
