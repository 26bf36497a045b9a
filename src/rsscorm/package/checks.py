"""Checks a package before it is written: the standards' schemas, and the rules beside them.

The SCORM 1.2 schemas let much through that an LMS stumbles over, so each rule here is one small
function that yields a sentence for whatever breaks it. A broken rule is our fault and never the
author's: what authors can get wrong was refused long before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from rsscorm.module import TITLE_LIMIT
from rsscorm.package.carried import schemas
from rsscorm.package.xml import DECLARATION
from rsscorm.package.zip import Files

NAMES = {
    "cp": "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
    "md": "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1",
    "adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
    "tc": "http://projecttincan.com/tincan.xsd",
}
ADLCP = f"{{{NAMES['adlcp']}}}"
SAFE_NAME = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
PATH_LIMIT = 200
CONNECT = re.compile(rb"connect-src ([^;\"]*)")

Rule = Callable[["Packed"], Iterator[str]]


class SelfCheckError(Exception):
    """A package that breaks a rule: a fault of rsscorm, to be reported to its makers."""

    def __init__(self, format: str, broken: list[str]) -> None:
        self.broken = broken
        super().__init__(f"the {format} package breaks a rule: " + "; ".join(broken))


class Packed:
    """A package as the rules see it: its files, and its manifest as written and as read."""

    def __init__(self, files: Files, manifest: str) -> None:
        self.files = files
        self.manifest = manifest
        self.raw = self.text(manifest)
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        self.tree = etree.fromstring(self.raw, parser)

    def text(self, name: str) -> bytes:
        """A file's content, where it is one that is held in memory."""
        content = self.files.get(name, b"")
        return content if isinstance(content, bytes) else b""

    def find(self, path: str) -> Any:
        """What an XPath finds in the manifest."""
        return self.tree.xpath(path, namespaces=NAMES)


def check_scorm12(files: Files) -> None:
    """Raise `SelfCheckError` if a SCORM 1.2 package breaks a rule."""
    _check("scorm12", Packed(files, "imsmanifest.xml"), SCORM12_RULES)


def check_xapi(files: Files) -> None:
    """Raise `SelfCheckError` if a Tin Can package breaks a rule."""
    _check("xapi", Packed(files, "tincan.xml"), XAPI_RULES)


def _check(format: str, packed: Packed, rules: tuple[Rule, ...]) -> None:
    if broken := [sentence for rule in rules for sentence in rule(packed)]:
        raise SelfCheckError(format, broken)


# The schemas


@cache
def scorm12_schema() -> etree.XMLSchema:
    """The SCORM 1.2 schemas as one, with the two mendings that libxml2 needs.

    As published, one makes the xml namespace its default and another's content is ambiguous, so
    neither libxml2 nor Xerces compiles them. The packages carry them untouched.
    """
    mended = dict(schemas())
    _mend(mended, "ims_xml.xsd", b' xmlns="http://www.w3.org/XML/1998/namespace"', b"")
    _mend(mended, "imsmd_rootv1p2p1.xsd", b'"##any"', b'"##other"')
    imports = "".join(
        f'<xs:import namespace="{space}" schemaLocation="{name}"/>'
        for space, name in (
            (NAMES["cp"], "imscp_rootv1p1p2.xsd"),
            (NAMES["md"], "imsmd_rootv1p2p1.xsd"),
            (NAMES["adlcp"], "adlcp_rootv1p2.xsd"),
        )
    )
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_InMemory(mended))
    whole = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(whole, parser))


def _mend(files: dict[str, bytes], name: str, old: bytes, new: bytes) -> None:
    if old not in files[name]:
        raise ValueError(f"{name} is not the schema that was mended before")
    files[name] = files[name].replace(old, new)


class _InMemory(etree.Resolver):
    """Answers libxml2's wish for a schema from memory, and never goes to the network."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__()
        self.files = files

    def resolve(self, *request: Any) -> Any:
        """The schema of that file name; an empty one is an error, as it should be."""
        url, _, context = request
        name = url.rsplit("/", 1)[-1]
        return self.resolve_string(self.files.get(name, b""), context, base_url=name)


@cache
def tincan_schema() -> etree.XMLSchema:
    """Our own schema of `tincan.xml`: the published one can't be had."""
    return etree.XMLSchema(etree.parse(Path(__file__).parent / "tincan.xsd"))


def _schema_errors(schema: etree.XMLSchema, packed: Packed) -> Iterator[str]:
    if not schema.validate(packed.tree):
        errors: Any = schema.error_log
        yield from (f"{packed.manifest}: {error.message}" for error in errors)


def manifest_keeps_the_schemas(packed: Packed) -> Iterator[str]:
    """SCORM 1.2: imscp_rootv1p1p2, imsmd_rootv1p2p1, adlcp_rootv1p2."""
    yield from _schema_errors(scorm12_schema(), packed)


def tincan_keeps_the_schema(packed: Packed) -> Iterator[str]:
    """Tin Can: what lms_lrs.md says of tincan.xml."""
    yield from _schema_errors(tincan_schema(), packed)


# Of every package


def manifest_is_raw_utf8(packed: Packed) -> Iterator[str]:
    """Moodle shows numeric entities as they are typed."""
    if not packed.raw.startswith(DECLARATION):
        yield f"{packed.manifest} must begin with its UTF-8 declaration"
    if b"&#" in packed.raw:
        yield f"{packed.manifest} must not hold numeric entities"
    if b"<!DOCTYPE" in packed.raw:
        yield f"{packed.manifest} must not have a DOCTYPE"


def names_are_safe(packed: Packed) -> Iterator[str]:
    """LMSs strip, refuse or fold other characters; Moodle stops at long paths."""
    for name in packed.files:
        if not SAFE_NAME.fullmatch(name) or {".", ".."} & set(name.split("/")):
            yield f"the file name {name!r} must be made of A-Z a-z 0-9 . _ - and / alone"
        if len(name) > PATH_LIMIT:
            yield f"the file name {name!r} must have at most {PATH_LIMIT} characters"
    for name, count in Counter(name.lower() for name in packed.files).items():
        if count > 1:
            yield f"the file name {name!r} must not stand twice but for capitals"


def page_is_whole(packed: Packed) -> Iterator[str]:
    """What every page needs is in the package."""
    for name in ("index.html", "player.css", "player.js", "selftest.html"):
        if not packed.text(name):
            yield f"{name} must be in the package"


# Of a SCORM 1.2 package


def it_says_scorm_12(packed: Packed) -> Iterator[str]:
    """CAM 1.2, 2.3.2.1: the schema accepts any value here."""
    said = packed.find("concat(/cp:manifest/cp:metadata/cp:schema, ' ', //cp:schemaversion)")
    if said != "ADL SCORM 1.2":
        yield f"the manifest must say ADL SCORM 1.2, not {said!r}"


def names_are_as_moodle_reads_them(packed: Packed) -> Iterator[str]:
    """Moodle knows no namespaces: it looks for `manifest` and `adlcp:`, letter for letter."""
    if packed.tree.tag != f"{{{NAMES['cp']}}}manifest" or packed.tree.prefix:
        yield "the manifest's own elements must have no prefix"
    if packed.find("//cp:*[substring-before(name(), ':') != '']"):
        yield "the manifest's own elements must have no prefix"
    if packed.tree.nsmap.get("adlcp") != NAMES["adlcp"]:
        yield "ADL's names must have the prefix adlcp"


def organization_is_found(packed: Packed) -> Iterator[str]:
    """An IDREF that leads nowhere passes libxml2; so does a manifest without organizations."""
    found = packed.find("//cp:organization/@identifier")
    if len(found) != 1 or packed.find("//cp:organizations/@default") != found:
        yield "the manifest must have one organization, which is the default"


def one_item_leads_to_one_sco(packed: Packed) -> Iterator[str]:
    """One launchable SCO: references are plain strings to the schema."""
    items, resources = packed.find("//cp:item"), packed.find("//cp:resource")
    if len(items) != 1 or len(resources) != 1:
        yield "the manifest must have one item and one resource"
        return
    if items[0].get("identifierref") != resources[0].get("identifier"):
        yield "the item must lead to the resource"
    if resources[0].get(f"{ADLCP}scormtype") != "sco":
        yield "the resource must be a SCO"


def titles_are_there(packed: Packed) -> Iterator[str]:
    """The schema does without an item's title; Moodle turns `0` into nothing, and stops at 255."""
    for parent in packed.find("//cp:organization | //cp:item"):
        title = parent.findtext("cp:title", "", NAMES)
        if not title.strip():
            yield "organization and item must have a title"
        if len(title) > TITLE_LIMIT:
            yield f"a title must have at most {TITLE_LIMIT} characters"


def identifiers_are_permanent(packed: Packed) -> Iterator[str]:
    """Made of the module's id alone: LMSs keep a learner's record under the item's identifier."""
    root = packed.tree.get("identifier", "")
    if not re.fullmatch(r"rs_[a-z0-9-]{1,40}", root):
        yield "the manifest's identifier must be rs_ and the module's id"
    for kind in ("organization", "item", "resource"):
        if packed.find(f"//cp:{kind}/@identifier") != [f"{root}_{kind}"]:
            yield f"the {kind}'s identifier must be {root}_{kind}"


def nothing_overrules_the_player(packed: Packed) -> Iterator[str]:
    """With a mastery score an LMS fails who leaves half-way; limits and prerequisites likewise."""
    for element in packed.tree.iter():
        if element.tag.startswith(ADLCP):
            yield f"the manifest must not have {element.tag.removeprefix(ADLCP)}"
        if f"{ADLCP}scormtype" in element.attrib and not element.tag.endswith("}resource"):
            yield "only the resource has a scormtype"


def every_file_is_listed_once(packed: Packed) -> Iterator[str]:
    """CAM 1.2, 2.3.2.5: all content files, and neither the manifest nor the schemas."""
    listed = Counter(unquote(href) for href in packed.find("//cp:file/@href"))
    content = {name for name in packed.files if "/" in name or not name.endswith(".xsd")}
    content.discard(packed.manifest)
    yield from (f"{name} must be listed once" for name, count in listed.items() if count > 1)
    yield from (f"{name} must be listed" for name in sorted(content - set(listed)))
    yield from (f"{name} is listed and not there" for name in sorted(set(listed) - content))


def addresses_are_plain(packed: Packed) -> Iterator[str]:
    """The schema accepts spaces, backslashes and worse in an href."""
    hrefs = packed.find("//cp:resource/@href | //cp:file/@href")
    for href in hrefs:
        if not re.fullmatch(r"[A-Za-z0-9._~%/-]+", href) or href.startswith("/") or ".." in href:
            yield f"the address {href!r} must be a plain relative one"
    launch = packed.find("string(//cp:resource/@href)").split("?")[0]
    if launch not in packed.find("//cp:file/@href"):
        yield "the resource's address must be one of its files"


def schemas_are_at_the_root(packed: Packed) -> Iterator[str]:
    """CAM 1.2, 2.3.3: and untouched, not as we mended them."""
    for name, content in schemas().items():
        if packed.files.get(name) != content:
            yield f"{name} must be at the root, as published"


def metadata_is_complete(packed: Packed) -> Iterator[str]:
    """CAM 1.2, 2.2.4: mandatory for a content aggregation, and the schema asks none of it."""
    for path in MANDATORY_METADATA:
        steps = "/".join(f"md:{step}" for step in path.split("/"))
        if not packed.find(f"string(/cp:manifest/cp:metadata/md:lom/{steps})").strip():
            yield f"the metadata must have {path}"


MANDATORY_METADATA = (
    "general/title", "general/catalogentry/catalog", "general/catalogentry/entry",
    "general/description", "general/keyword", "lifecycle/version", "lifecycle/status/value",
    "metametadata/metadatascheme", "technical/format", "technical/location",
    "rights/cost/value", "rights/copyrightandotherrestrictions/value",
    "classification/purpose/value", "classification/description", "classification/keyword",
)  # fmt: skip


def nothing_of_tin_can_is_in_it(packed: Packed) -> Iterator[str]:
    """A crafted link to a page that knows both would put it into Tin Can mode."""
    if "tincan.xml" in packed.files or b"X-Experience-API-Version" in packed.text("player.js"):
        yield "a SCORM package must hold no Tin Can code"


def page_speaks_to_known_places(packed: Packed) -> Iterator[str]:
    """The page's content policy names every place it may speak to."""
    if any(source.endswith(b":") for source in _connections(packed)):
        yield "the page of a SCORM package must not be open to every address"


# Of a Tin Can package


def launch_is_in_the_package(packed: Packed) -> Iterator[str]:
    """The launch file stands beside tincan.xml."""
    launch = packed.find("string(//tc:launch)")
    if launch not in packed.files:
        yield f"the launch file {launch!r} must be in the package"


def nothing_of_scorm_is_in_it(packed: Packed) -> Iterator[str]:
    """An LMS that finds a manifest takes the package for SCORM."""
    if "imsmanifest.xml" in packed.files:
        yield "a Tin Can package must hold no SCORM manifest"


def page_reaches_the_launch(packed: Packed) -> Iterator[str]:
    """The launch's LRS is not known before the launch."""
    if b"https:" not in _connections(packed):
        yield "the page of a Tin Can package must be able to reach its launch's LRS"


def _connections(packed: Packed) -> list[bytes]:
    found = CONNECT.search(packed.text("index.html"))
    return found[1].split() if found else []


COMMON_RULES: tuple[Rule, ...] = (manifest_is_raw_utf8, names_are_safe, page_is_whole)
SCORM12_RULES: tuple[Rule, ...] = (
    manifest_keeps_the_schemas,
    *COMMON_RULES,
    it_says_scorm_12,
    names_are_as_moodle_reads_them,
    organization_is_found,
    one_item_leads_to_one_sco,
    titles_are_there,
    identifiers_are_permanent,
    nothing_overrules_the_player,
    every_file_is_listed_once,
    addresses_are_plain,
    schemas_are_at_the_root,
    metadata_is_complete,
    nothing_of_tin_can_is_in_it,
    page_speaks_to_known_places,
)
XAPI_RULES: tuple[Rule, ...] = (
    tincan_keeps_the_schema,
    *COMMON_RULES,
    launch_is_in_the_package,
    nothing_of_scorm_is_in_it,
    page_reaches_the_launch,
)
