"""xAPI as a Tin Can package: adds `tincan.xml` and the player's script.

The launch's LRS is not known when a package is built, so this page's content policy lets the
player speak to any https address; the player narrows it again before its first request.
(RusticiSoftware/launch, lms_lrs.md, says what `tincan.xml` holds and how content is launched.)
"""

from __future__ import annotations

import re
from pathlib import Path

from rsscorm.module import Module
from rsscorm.package.carried import player_script
from rsscorm.package.checks import SelfCheckError, check_xapi
from rsscorm.package.selftest import with_selftest
from rsscorm.package.xml import document, maker
from rsscorm.package.zip import Files
from rsscorm.workspace import Settings, activity_id

TINCAN = "http://projecttincan.com/tincan.xsd"
ACTIVITY_TYPE = "http://adlnet.gov/expapi/activities/module"
LAUNCH = "index.html"
POLICY = re.compile(rb"<meta[^>]*Content-Security-Policy[^>]*>")
CLOSED, OPEN = b"connect-src 'self'", b"connect-src 'self' https:"


def package(module: Module, files: Files, settings: Settings) -> Files:
    """Everything of a Tin Can package; raises `SelfCheckError` if it breaks a rule."""
    own: Files = {LAUNCH: _opened(files[LAUNCH]), "player.js": player_script("xapi")}
    content = with_selftest({**files, **own}, "xapi")
    packed: Files = {**content, "tincan.xml": description(module, settings)}
    check_xapi(packed)
    return packed


def _opened(page: bytes | Path) -> bytes:
    """The page with a content policy that lets it reach the launch's LRS."""
    policies = POLICY.findall(page) if isinstance(page, bytes) else []
    if len(policies) != 1 or policies[0].count(CLOSED) != 1:
        broken = f"{LAUNCH} must have one content policy with one connect-src"
        raise SelfCheckError("xapi", [broken])
    return bytes(page).replace(policies[0], policies[0].replace(CLOSED, OPEN), 1)


def description(module: Module, settings: Settings) -> bytes:
    """The `tincan.xml`: one activity, which is launched."""
    e = maker(TINCAN, {None: TINCAN})
    language = {"lang": module.language}
    activity = e.activity(
        {"id": activity_id(settings, module.id), "type": ACTIVITY_TYPE},
        e.name(language, module.title),
        e.description(language, module.summary),
        e.launch(language, LAUNCH),
    )
    return document(e.tincan(e.activities(activity)))
