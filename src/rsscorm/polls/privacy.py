"""The page on data protection: what a service keeps, where, how long, of whom, and who sees it.

Made from how the service is run and from the releases that are in its store, so that it says what
is so. What the organisation alone can say is plainly left to it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from markupsafe import Markup

from rsscorm.polls import catalog
from rsscorm.polls.database import StoreError, is_server
from rsscorm.polls.deploy import HERE, check_lrs, check_public, check_words
from rsscorm.polls.release import GRACE, KEPT, Release
from rsscorm.polls.schema import NoStoreError, existing
from rsscorm.polls.templates import templates


@dataclass(frozen=True)
class Facts:
    """How a service is run, as far as people's data are concerned. Raises `DeployError`."""

    store: str
    public: str = ""
    lrs: str | None = None
    organisation: str = ""
    contact: str = ""

    def __post_init__(self) -> None:
        if self.public:
            check_public(self.public)
        check_lrs(self.lrs)
        check_words(self.organisation, self.contact)

    @property
    def server(self) -> str:
        """The name of the service."""
        return urlsplit(self.public).hostname or ""

    @property
    def record_store(self) -> str:
        """The name of the LRS's machine, and no more of its address; "" where there is none."""
        return urlsplit(self.lrs).hostname or "" if self.lrs else ""

    @property
    def database(self) -> str:
        """What the votes are kept in."""
        if not is_server(self.store):
            return "an SQLite file on the machine of the service"
        host = urlsplit(self.store).hostname
        return f"a PostgreSQL database on {host}" if host else "a PostgreSQL database"


def releases(store: str) -> list[Release]:
    """Those whose votes are still kept. Raises `NoStoreError` and `StoreError`."""
    with closing(existing(store)) as database:
        return [each for each in catalog.releases(database).values() if not each.purged]


def found(store: str) -> list[Release] | None:
    """Those of a store that may be yet to be made, or None where it can't be read from here."""
    try:
        return releases(store)
    except NoStoreError:
        return []
    except (StoreError, OSError):
        return None


def privacy_page(facts: Facts, releases: list[Release] | None, today: date) -> str:
    """The page, complete in itself; without `releases` it says that they are to be filled in."""
    known = releases or []
    pages = templates(HERE)
    pages.filters["day"] = lambda day: f"{day.day} {day:%B %Y}"
    style = Markup((HERE / "data-protection.css").read_text("utf-8"))  # noqa: S704
    return pages.get_template("data-protection.html").render(
        facts=facts, style=style, today=today, unread=releases is None, kept=KEPT, grace=GRACE.days,
        open=[each for each in known if each.takes_votes(today)],
        over=[each for each in known if not each.takes_votes(today)],
        named=any(each.answers == "named" for each in known),
        anonymous=any(each.answers == "anonymous" for each in known) or not known,
    )  # fmt: skip
