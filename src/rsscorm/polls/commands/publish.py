"""Commands that tell: what polls have shown, and how the service stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rsscorm.polls.commands.options import (
    FINE,
    PORT,
    PROBLEMS,
    as_path,
    out_option,
    salts_option,
    store_option,
    there,
    today,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command("report")
@store_option
@click.argument("name", metavar="RELEASE")
@out_option("--html", help="Write a page.")
@out_option("--csv", help="Write a table.")
@click.option(
    "--package", metavar="FILE.zip", callback=as_path,
    help="A package of the module, for the words; else ids are shown.",
)  # fmt: skip
def report(store: str, name: str, html: Path | None, csv: Path | None, package: Path | None) -> int:
    """Report what a release's polls have shown: over time, before and after, by cohort.

    Only what packages are told is in it. Without --html and --csv it is a few lines of text.
    """
    from rsscorm.polls import catalog, report
    from rsscorm.polls.admin import find
    from rsscorm.polls.words import Words, words_for

    opened = there(store)
    found = find(opened, name)
    known = catalog.releases(opened)
    words = words_for(package, found.id, known) if package else Words()
    polls = report.reports(opened, found, words)
    if html:
        write(html, report.as_page(found, polls, words.title or found.module, today()))
    if csv:
        # Excel takes what begins without the mark for another encoding.
        write(csv, "\ufeff" + report.as_csv(found, polls))
    if not (html or csv):
        click.echo(report.as_text(found, polls), nl=False)
    return FINE


@click.command("snapshot")
@store_option
@click.argument("name", metavar="RELEASE")
@out_option("-o", "target", help="Else to stdout.")
def snapshot(store: str, name: str, target: Path | None) -> int:
    """Print dated figures, for packages where the service can't be reached.

    Kept as modules/NAME/figures.json they are packed by the next `rsscorm build`.
    """
    from rsscorm.polls import snapshot
    from rsscorm.polls.admin import find

    opened = there(store)
    text = snapshot.as_file(opened, find(opened, name), today())
    write(target, text) if target else click.echo(text, nl=False)
    return FINE


@click.command("status")
@store_option
@salts_option
@click.option("--address", default=f"http://127.0.0.1:{PORT}", show_default=True, metavar="URL",
              help="Where the service should answer.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it for other programs.")
def status(store: str, salts: Path, address: str, as_json: bool) -> int:
    """Say how the service stands, and what needs you: exit code 1 where something does."""
    import json

    from rsscorm.polls.status import Around, as_text, status

    database = there(store)
    found = status(database, today(), Around.found(database, salts, address))
    text = json.dumps(found.as_json(), indent=2) + "\n" if as_json else as_text(found)
    click.echo(text, nl=False)
    return PROBLEMS if found.needs else FINE
