"""What a release's polls have shown, for people: as a page, as a table, as a few lines.

Only what was published is in it, in the words that it was told in: nothing here can tell more than
a package does.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from rsscorm.polls import catalog
from rsscorm.polls.database import Database
from rsscorm.polls.disclosure import EDGES
from rsscorm.polls.published import Snapshot, told
from rsscorm.polls.release import Poll, Release
from rsscorm.polls.words import Words

Json = dict[str, Any]

COLUMNS = (
    "release", "poll", "day", "who", "asked", "option", "words", "more than", "share", "of", "said",
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """Shares of the whole by option, as they were told."""

    more_than: int
    of: int
    shares: dict[str, int]

    @classmethod
    def of_told(cls, data: Json | None) -> Figures | None:
        """From a service's answer."""
        return cls(data["moreThan"], data["of"], data["shares"]) if data else None

    def share(self, option: str) -> int:
        """Of an option; one that was not there yet has the smallest that is told."""
        return self.shares.get(option, EDGES[self.of][0])

    def said(self, option: str) -> str:
        """A share in words."""
        return said(self.share(option), self.of)

    def percent(self, option: str) -> float:
        """A share as long as its bar."""
        return 100 * self.share(option) / self.of


def said(share: int, of: int) -> str:
    """A share in the words that packages use."""
    least, most = EDGES[of]
    if share <= least:
        return {10: "1 in 10 or fewer", 20: "5% or less", 100: "under 5%"}[of]
    if share >= most:
        return {10: "9 in 10 or more", 20: "95% or more", 100: "over 95%"}[of]
    return {10: f"about {share} in 10", 20: f"about {5 * share}%", 100: f"{share}%"}[of]


@dataclass(frozen=True)
class Day:
    """What was told at the end of a day. `before` is of the same people as `figures`."""

    day: date
    figures: Figures
    before: Figures | None
    changed: str | None
    moves: dict[str, dict[str, int | None]] | None
    cohorts: dict[str, Figures]


@dataclass(frozen=True)
class PollReport:
    """A poll with its words, and all days on which something new was told of it."""

    poll: Poll
    question: str
    options: dict[str, str]
    days: list[Day] = field(default_factory=list)

    @property
    def latest(self) -> Day | None:
        """What is told now."""
        return self.days[-1] if self.days else None

    def sentence(self, figures: Figures) -> str:
        """What most people chose, and no word on who is right."""
        most = max(figures.share(option) for option in self.options)
        top = [words for id, words in self.options.items() if figures.share(id) == most]
        if len(top) == len(self.options):
            return "No answer stands out."
        share = said(most, figures.of)
        whom = "people" if figures.of == 10 else "of people"
        chose = ", and about as many ".join(f"“{words}”" for words in top)
        return f"{share[0].upper()}{share[1:]} {whom} chose {chose}."


def reports(database: Database, release: Release, words: Words) -> list[PollReport]:
    """All polls of a release, in its order."""
    return [
        PollReport(
            poll,
            words.question(poll.id),
            {option: words.option(poll.id, option) for option in poll.options},
            list(_days(release, poll, catalog.history(database, poll.number))),
        )
        for poll in release.polls
    ]


def _days(release: Release, poll: Poll, history: list[tuple[date, Snapshot]]) -> Iterator[Day]:
    """The last of each day: what came between is nobody's business any more."""
    for day, snapshot in dict(history).items():
        main = told(poll, snapshot, None)
        figures = Figures.of_told(main["figures"])
        if figures is None:
            continue
        cohorts = {
            name: found
            for name in release.cohorts
            if (found := Figures.of_told(told(poll, snapshot, name)["cohort"]))
        }
        changed = said(main["changed"], 10) if main["changed"] else None
        before = Figures.of_told(main["before"])
        yield Day(day, figures, before, changed, main["moves"], cohorts)


def as_csv(release: Release, polls: list[PollReport]) -> str:
    """A line for each option of each day: of everybody, before and after, and of cohorts."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for report in polls:
        for day in report.days:
            for who, asked, figures in _parts(day):
                for option, words in report.options.items():
                    row = (
                        release.id, report.poll.id, day.day.isoformat(), who, asked, option, words,
                        figures.more_than, figures.share(option), figures.of, figures.said(option),
                    )  # fmt: skip
                    writer.writerow(map(_harmless, row))
    return text.getvalue()


def _parts(day: Day) -> Iterator[tuple[str, str, Figures]]:
    if day.before:
        yield "everybody", "first", day.before
    yield "everybody", "second" if day.before else "once", day.figures
    for cohort, figures in day.cohorts.items():
        yield cohort, "once", figures


def _harmless(value: object) -> object:
    """A spreadsheet takes text that begins like this for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value


def as_text(release: Release, polls: list[PollReport]) -> str:
    """A few lines for a terminal."""
    lines = [f"{release.id}, edition {release.edition}"]
    for report in polls:
        lines += ["", report.question]
        if not report.latest:
            lines.append(f"  Fewer than {release.rules.least} people have answered.")
            continue
        lines.append(f"  More than {report.latest.figures.more_than} people, {report.latest.day}")
        lines += [
            f"  {report.latest.figures.said(option):<16} {words}"
            for option, words in report.options.items()
        ]
        if report.latest.changed:
            lines.append(f"  Changed their answer: {report.latest.changed}")
    return "\n".join(lines) + "\n"


def as_page(release: Release, polls: list[PollReport], title: str, today: date) -> str:
    """One HTML file that needs nothing else."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals.update(on=_on, line=_line)
    page = pages.get_template("report.html")
    return page.render(release=release, polls=polls, title=title, today=today)


def _on(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _line(report: PollReport, option: str) -> str:
    """An option's share over time, as points of a line that is 100 wide and 24 high."""
    first, last = report.days[0].day, report.days[-1].day
    span = max((last - first).days, 1)
    return " ".join(
        f"{100 * (day.day - first).days / span:g},{24 - day.figures.percent(option) * 0.24:.4g}"
        for day in report.days
    )
