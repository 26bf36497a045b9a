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

FORMULA = ("=", "+", "-", "@", "\t", "\r")

COLUMNS = (
    "release", "poll", "day", "who", "asked", "from", "option", "words", "more than", "share", "of",
    "said",
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
    """What was told at the end of a day. `before` is of the same people as `figures`.

    `moved` are tenths of them; `moves` are per cent by the first answer and the second.
    """

    day: date
    figures: Figures
    before: Figures | None
    moved: int | None
    moves: dict[str, dict[str, int | None]] | None
    cohorts: dict[str, Figures]

    @property
    def changed(self) -> str | None:
        """How many changed their answer, in words."""
        return said(self.moved, 10) if self.moved is not None else None

    @property
    def tells_moves(self) -> bool:
        """Whether any part of who moved where is told."""
        return any(cell is not None for row in (self.moves or {}).values() for cell in row.values())

    def move(self, first: str, second: str) -> int | None:
        """Per cent of all who went from one answer to another; None where it isn't told."""
        return (self.moves or {}).get(first, {}).get(second)


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
        before = Figures.of_told(main["before"])
        yield Day(day, figures, before, main["changed"], main["moves"], cohorts)


def as_csv(release: Release, polls: list[PollReport]) -> str:
    """A line for each option of each day: before and after, movement, and of cohorts."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for report in polls:
        for day in report.days:
            about = (release.id, report.poll.id, day.day.isoformat())
            rows = (*_shares(report, day), *_movement(report, day))
            writer.writerows(map(_harmless, (*about, *row)) for row in rows)
    return text.getvalue()


Row = tuple[object, ...]


def _shares(report: PollReport, day: Day) -> Iterator[Row]:
    for who, asked, figures in _parts(day):
        for option, words in report.options.items():
            share = (figures.share(option), figures.of, figures.said(option))
            yield who, asked, "", option, words, figures.more_than, *share


def _movement(report: PollReport, day: Day) -> Iterator[Row]:
    """What is hidden is an empty share, and is told as such."""
    people = day.figures.more_than
    if day.moved is not None:
        yield "everybody", "changed", "", "", "", people, day.moved, 10, day.changed
    for first in report.options if day.moves else ():
        for second, words in report.options.items():
            share = day.move(first, second)
            number = "" if share is None else share
            yield "everybody", "moved", first, second, words, people, number, 100, cell(share)


def cell(share: int | None) -> str:
    """A part of who moved where, in words."""
    return "too few to tell" if share is None else said(share, 100)


def _parts(day: Day) -> Iterator[tuple[str, str, Figures]]:
    if day.before:
        yield "everybody", "first", day.before
    yield "everybody", "second" if day.before else "once", day.figures
    for cohort, figures in day.cohorts.items():
        yield cohort, "once", figures


def _harmless(value: object) -> object:
    """A spreadsheet takes text that begins like this for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_text(release: Release, polls: list[PollReport]) -> str:
    """A few lines for a terminal."""
    lines = [f"{release.id}, edition {release.edition}"]
    for report in polls:
        lines += ["", report.question]
        if not report.latest:
            lines.append(f"  {too_few(release, report.poll)}")
            continue
        lines.append(f"  More than {report.latest.figures.more_than} people, {report.latest.day}")
        lines += [
            f"  {report.latest.figures.said(option):<16} {words}"
            for option, words in report.options.items()
        ]
        if report.latest.changed:
            lines.append(f"  Changed their answer: {report.latest.changed}")
    return "\n".join(lines) + "\n"


def too_few(release: Release, poll: Poll) -> str:
    """Why nothing is told, without telling which of the reasons it is."""
    twice = " both times" if poll.votes == 2 else ""
    return f"Fewer than {release.rules.least} people have answered{twice}, or nearly all alike."


def as_page(release: Release, polls: list[PollReport], title: str, today: date) -> str:
    """One HTML file that needs nothing else."""
    from rsscorm.polls.templates import templates

    pages = templates(Path(__file__).parent / "pages", keep_trailing_newline=False)
    pages.globals.update(on=_on, line=_line, cell=cell, too_few=too_few, change=_change)
    page = pages.get_template("report.html")
    return page.render(release=release, polls=polls, title=title, today=today)


def _on(day: date, month: str = "%B") -> str:
    return f"{day.day} {day.strftime(month)} {day.year}"


def _change(report: PollReport, option: str) -> str:
    """How an option's share went, from the first day to the last, as a sentence."""
    first, last = (day.figures.said(option) for day in (report.days[0], report.days[-1]))
    return f"At first {first}, most recently {last}."


def _line(report: PollReport, option: str, figures: str = "figures") -> str:
    """An option's share over time, as a path in a field of 100 by 40.

    It goes in steps, since what is told stands until the day on which something new is.
    """
    first, last = report.days[0].day, report.days[-1].day
    span = max((last - first).days, 1)
    path = ""
    for day in report.days:
        across = 100 * (day.day - first).days / span
        height = 40 - 0.4 * getattr(day, figures).percent(option)
        path += f"H{across:.4g}V{height:.4g}" if path else f"M{across:.4g} {height:.4g}"
    return path
