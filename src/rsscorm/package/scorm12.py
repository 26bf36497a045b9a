"""SCORM 1.2: adds the manifest, the standard's schemas and the player's script.

Content Aggregation Model 1.2 says what a manifest holds. What LMSs do beyond it decides the
rest: Moodle reads literal names (so no prefix on the manifest's own elements, and `adlcp:` on
ADL's), knows a course by its item identifier (so it is made of the module's id alone, for
ever), and turns numeric entities into text (so raw UTF-8). No mastery score, ever: with one,
leaving half-way is recorded as failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from rsscorm.module import Module
from rsscorm.package.carried import player_script, schemas
from rsscorm.package.checks import check_scorm12
from rsscorm.package.selftest import with_selftest
from rsscorm.package.xml import Element, document, maker
from rsscorm.package.zip import Files
from rsscorm.workspace import Settings, activity_id

CP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADLCP = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
MD = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LOCATIONS = f"{CP} imscp_rootv1p1p2.xsd {MD} imsmd_rootv1p2p1.xsd {ADLCP} adlcp_rootv1p2.xsd"
MANIFEST = "imsmanifest.xml"
LAUNCH = "index.html"

# LOM has its usual prefix: an LMS that looks for the bare name `title` finds the item's.
PREFIXES = {None: CP, "adlcp": ADLCP, "imsmd": MD, "xsi": XSI}
e, m = maker(CP, PREFIXES), maker(MD, PREFIXES)


def package(module: Module, files: Files, settings: Settings) -> Files:
    """Everything of a SCORM 1.2 package; raises `SelfCheckError` if it breaks a rule."""
    # Fetched by the player to see whether the LMS is there: the same words as in `scorm12.ts`.
    presence = f"rsscorm {module.id}".encode()
    own: Files = {"player.js": player_script("scorm12"), "presence.txt": presence}
    content = with_selftest({**files, **own}, "scorm12")
    packed: Files = {**content, **schemas(), MANIFEST: manifest(module, content, settings)}
    check_scorm12(packed)
    return packed


def identifier(module: str, part: str = "") -> str:
    """A permanent identifier in the manifest, made of the module's id alone.

    An XML ID can't begin with a digit, so all begin with `rs_`.
    """
    return f"rs_{module}{part and '_' + part}"


def manifest(module: Module, files: Iterable[str], settings: Settings) -> bytes:
    """The `imsmanifest.xml` for these content files (CAM 1.2, 2.3.2; the order is the schema's)."""
    root = e.manifest(
        {"identifier": identifier(module.id), f"{{{XSI}}}schemaLocation": LOCATIONS},
        e.metadata(e.schema("ADL SCORM"), e.schemaversion("1.2"), _lom(module, settings)),
        _organizations(module),
        e.resources(_resource(module, files)),
    )
    return document(root)


def _organizations(module: Module) -> Element:
    name = identifier(module.id, "organization")
    item = e.item(
        {
            "identifier": identifier(module.id, "item"),
            "identifierref": identifier(module.id, "resource"),
            "isvisible": "true",
        },
        e.title(module.title),
    )
    organization = e.organization({"identifier": name}, e.title(module.title), item)
    return e.organizations({"default": name}, organization)


def _resource(module: Module, files: Iterable[str]) -> Element:
    attributes = {
        "identifier": identifier(module.id, "resource"),
        "type": "webcontent",
        "href": LAUNCH,
        f"{{{ADLCP}}}scormtype": "sco",
    }
    return e.resource(attributes, *(e.file(href=quote(name)) for name in sorted(files)))


def _lom(module: Module, settings: Settings) -> Element:
    """Learning object metadata: what CAM 1.2, 2.2.4 makes mandatory for a content aggregation."""
    words = _langstring(module.language)
    token = _langstring("x-none")

    def term(name: str, value: str) -> Element:
        return m(name, m.source(token("LOMv1.0")), m.value(token(value)))

    return m.lom(
        m.general(
            m.title(words(module.title)),
            m.catalogentry(m.catalog("URI"), m.entry(token(activity_id(settings, module.id)))),
            m.language(module.language),
            m.description(words(module.summary)),
            m.keyword(words("relational security")),
        ),
        m.lifecycle(m.version(token(module.edition)), term("status", "Final")),
        m.metametadata(m.metadatascheme("ADL SCORM 1.2"), m.language("en")),
        m.technical(m.format("text/html"), m.location({"type": "URI"}, LAUNCH)),
        m.rights(term("cost", "no"), term("copyrightandotherrestrictions", "yes")),
        m.classification(
            term("purpose", "Educational Objective"),
            m.description(words(module.summary)),
            m.keyword(words("relational security")),
        ),
    )


def _langstring(language: str) -> Any:
    attributes = {"{http://www.w3.org/XML/1998/namespace}lang": language}
    return lambda text: m.langstring(attributes, text)
