"""A difference as an author reads it, before a release."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from rsscorm.diff.change import Change, Difference, Item
from rsscorm.diff.fit import Outcome
from rsscorm.source.place import UNPRINTABLE

WIDTH, MARGIN = 100, 10
COLOURS: dict[Outcome, str] = {"keep": "green", "partly": "yellow", "reset": "red"}
SUBJECTS = ("Learners in progress", "Completions", "Poll tallies", "LMS reports")
"""What becomes of them is an `Effects`, in this order."""


def told(difference: Difference) -> str:
    """The whole of it: what becomes of what, then item by item, then what to do."""
    head = f"{difference.module}, edition {difference.new}"
    if not (difference.old or difference.against):
        return f"{head}: seems to be new; dist/ holds no other edition of it.\n"
    if not difference.old:
        return f"{head}: new since {difference.against}; no learner has had it.\n"
    head = f"{head}, after {_plain(difference.old)} ({difference.against})"
    lines = [click.style(head, bold=True)]
    if not difference.items:
        said = "  Nothing has changed that a learner's record knows of."
        return "\n".join([*lines, said, *_retire(difference), ""])
    lines += ["", *_summary(difference)]
    for item in difference.items:
        lines += ["", *_item(item)]
    return "\n".join([*lines, *_retire(difference), ""])


def _summary(difference: Difference) -> Iterator[str]:
    for subject, outcome in zip(SUBJECTS, difference.summary, strict=True):
        yield f"{_styled(outcome)}{subject}"


def _item(item: Item) -> Iterator[str]:
    name = textwrap.shorten(_plain(item.name), 60, placeholder="...")
    label = f"{item.what} `{_plain(item.id)}`  {name}"
    yield _styled(item.outcome) + click.style(label, bold=True)
    for change in item.changes:
        yield from _change(change)


def _change(change: Change) -> Iterator[str]:
    doubt = {"": "", "perhaps": " Does it mean the same?", "surely": " It means something else."}
    said = f"{change.said}.{doubt[change.meaning]}"
    yield from _wrapped(f"{said} {change.then}".strip())
    if change.advice:
        yield from (click.style(line, fg="cyan") for line in _wrapped(change.advice))


def _retire(difference: Difference) -> Iterator[str]:
    """The line to write, so that nothing is ever mistaken for what is gone."""
    if difference.retire:
        yield ""
        yield (
            f"Write in modules/{difference.module}/module.yaml, beside `steps:`, so that nothing "
            "else is given an id that learners have had:"
        )
        yield ""
        yield from (click.style(line, fg="cyan") for line in ["retired:", *_lines(difference)])


def _lines(difference: Difference) -> Iterator[str]:
    yield from (f"  - {_plain(id)}" for id in difference.retire)


def _styled(outcome: Outcome) -> str:
    return click.style(f"{outcome:<{MARGIN}}", fg=COLOURS[outcome])


def _wrapped(text: str) -> list[str]:
    indent = " " * MARGIN
    return textwrap.wrap(_plain(text), WIDTH, initial_indent=indent, subsequent_indent=indent,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip


def _plain(text: str) -> str:
    """Words from a package, which may come from anywhere, as a terminal may have them."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
