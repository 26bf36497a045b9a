"""The page with which an administrator tests a package where it is (`player/selftest.ts`)."""

from __future__ import annotations

from rsscorm import __version__
from rsscorm.render.data import as_script
from rsscorm.render.page import Page
from rsscorm.render.templating import environment
from rsscorm.workspace import Theme

CHECKS = ("api", "record", "storage", "service", "clock", "media", "files")
"""What is tested, in the order in which it is shown; the script has a check for each."""


def selftest(page: Page, theme: Theme, connect: str) -> bytes:
    """`selftest.html`, with one place that `package` fills in when the files are known."""
    module, words = page.module, page.words.selftest
    data = {
        "module": module.id, "edition": module.edition, "title": module.title,
        "version": __version__, "service": page.deployment.poll_service, "words": words,
        "package": None,
    }  # fmt: skip
    template = environment(theme.folders).get_template("selftest.html")
    text = template.render(
        module=module, words=page.words, test=words, checks=CHECKS, connect=connect,
        data=as_script(data),
    )  # fmt: skip
    return text.encode() + b"\n"
