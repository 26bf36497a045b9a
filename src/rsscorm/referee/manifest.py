"""What a package's `imsmanifest.xml` says: its SCOs, and where LMSs would stumble.

Read more kindly than LMSs do (by local names, whatever their namespace), so that it can be played;
what they would not forgive is in the notes, by the names of the Content Aggregation Model (CAM).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from rsscorm.referee.archive import MOST_MANIFEST, Archive, PackageError

NAME = "imsmanifest.xml"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
TOLD = {
    "launchData": "datafromlms",
    "masteryScore": "masteryscore",
    "maxTimeAllowed": "maxtimeallowed",
    "timeLimitAction": "timelimitaction",
}
"""What an item says to its SCO, as the referee calls it and as the manifest does."""


@dataclass(frozen=True)
class Note:
    """Where the manifest breaks the standard, or a rule of a widespread LMS."""

    clause: str
    what: str


@dataclass(frozen=True)
class Sco:
    """What a learner launches. An LMS keeps the record under the item's identifier."""

    identifier: str
    title: str
    href: str
    """The address within the package, with a query if it has one."""
    told: dict[str, str] = field(default_factory=dict)
    """What the LMS tells it, by the names of `Sco` in `record.ts`."""


@dataclass(frozen=True)
class Manifest:
    """A package's title, its SCOs in order, and the notes about it."""

    title: str
    scos: tuple[Sco, ...]
    notes: tuple[Note, ...]


def read_manifest(archive: Archive) -> Manifest:
    """The manifest of a SCORM 1.2 package; `PackageError` where there is nothing to play."""
    root = _root(archive)
    if (version := _text(root, ".//{*}schemaversion")) and ("2004" in version or "1.3" in version):
        raise PackageError(f"It is a SCORM {version} package; the referee plays SCORM 1.2.")
    organization = _organization(root)
    reader = _Reader(archive, root)
    scos = tuple(reader.scos(organization))
    notes = (*_names(root), *_version(version), *_default(root), *_doubles(root), *reader.notes)
    if not scos:
        why = " ".join([note.what for note in notes] + reader.assets)
        raise PackageError(f"Its manifest leads to no SCO. {why}".strip())
    return Manifest(_text(organization, "{*}title") or scos[0].title, scos, notes)


def _root(archive: Archive) -> Any:
    if NAME not in archive:
        raise PackageError(_absent(archive))
    if archive.size(NAME) > MOST_MANIFEST:
        raise PackageError(f"Its {NAME} is too large to be one.")
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    try:
        return etree.fromstring(archive.read(NAME), parser)
    except etree.XMLSyntaxError as error:
        raise PackageError(f"Its {NAME} is not well-formed: {error.msg}.") from error


def _absent(archive: Archive) -> str:
    elsewhere = [name for name in archive.names if name.lower().endswith(NAME)]
    if elsewhere:
        hint = f"it is at `{elsewhere[0]}`. Zip what is in that folder, and not the folder."
        return f"LMSs look for {NAME} at the root of the package; {hint}"
    if "tincan.xml" in archive:
        return "It is a Tin Can package; the referee plays SCORM 1.2."
    return f"It has no {NAME}, so it is not a SCORM package."


def _text(parent: Any, path: str) -> str:
    return " ".join((parent.findtext(path) or "").split())


def _organization(root: Any) -> Any:
    """The default organization, or else the first."""
    found = root.findall("{*}organizations/{*}organization")
    if not found:
        raise PackageError("Its manifest has no organization, so LMSs find nothing to launch.")
    default = root.find("{*}organizations").get("default")
    return next((one for one in found if one.get("identifier") == default), found[0])


def _names(root: Any) -> Iterator[Note]:
    """Moodle knows no namespaces: it looks for `manifest` and `adlcp:`, letter for letter."""
    if root.prefix is not None:
        what = f"The manifest has the prefix `{root.prefix}`; Moodle sees only unprefixed names."
        yield Note("Moodle, import", what)
    for resource in root.findall(".//{*}resource"):
        prefix = next((p for p, uri in resource.nsmap.items() if uri == _space(resource)), "adlcp")
        if prefix != "adlcp":
            what = f"ADL's names have the prefix `{prefix}`; Moodle sees only the prefix adlcp."
            yield Note("Moodle, import", what)
            return


def _space(resource: Any) -> str:
    """The namespace of a resource's `scormtype`."""
    names = [etree.QName(name) for name in resource.attrib]
    return next((name.namespace or "" for name in names if name.localname == "scormtype"), "")


def _version(version: str) -> Iterator[Note]:
    if version not in ("", "1.2"):
        what = f"The manifest says schemaversion {version!r}, not '1.2'."
        yield Note(_clause("schemaversion"), what)


def _default(root: Any) -> Iterator[Note]:
    default = root.find("{*}organizations").get("default")
    there = [one.get("identifier") for one in root.findall("{*}organizations/{*}organization")]
    if default is not None and default not in there:
        what = f"The default organization {default!r} is not there."
        yield Note(_clause("organizations"), what)


def _doubles(root: Any) -> Iterator[Note]:
    """LMSs keep records under an item's identifier."""
    names = Counter(item.get("identifier") for item in root.iterfind(".//{*}item"))
    for name, times in names.items():
        if times > 1:
            yield Note(_clause("item"), f"{times} items have the identifier {name!r}.")


class _Reader:
    """Follows items to their resources, and notes where a way leads nowhere."""

    def __init__(self, archive: Archive, root: Any) -> None:
        self.archive = archive
        self.notes: list[Note] = []
        self.assets: list[str] = []
        """Why items are no SCOs: allowed, but not to be played."""
        whole = root.find("{*}resources")
        self.base = "" if whole is None else whole.get(BASE, "")
        found = [] if whole is None else whole.findall("{*}resource")
        self.resources = {one.get("identifier"): one for one in found}

    def scos(self, organization: Any) -> Iterator[Sco]:
        """Every item that leads to a SCO whose file is there."""
        for item in organization.iterfind(".//{*}item"):
            if wanted := item.get("identifierref"):
                yield from self._sco(item, wanted)

    def _sco(self, item: Any, wanted: str) -> Iterator[Sco]:
        identifier, title = item.get("identifier", ""), _text(item, "{*}title")
        resource = self.resources.get(wanted)
        if resource is None:
            return self._note("item", f"The item {identifier!r} leads to no resource.")
        if _kind(resource) != "sco":
            return self.assets.append(f"The resource {wanted!r} is not a SCO.")
        if not title:
            self._note("item", f"The item {identifier!r} has no title.")
        href = self.base + resource.get(BASE, "") + resource.get("href", "")
        if unquote(urlsplit(href).path) not in self.archive:
            return self._note("resource", f"The file {href!r} is not in the package.")
        address = _with_parameters(href, item.get("parameters", ""))
        yield Sco(identifier, title or identifier, address, self._told(item))

    def _told(self, item: Any) -> dict[str, str]:
        """What the item says to its SCO; where its mastery score is none, that is noted."""
        texts = {name: _text(item, f"{{*}}{element}") for name, element in TOLD.items()}
        told = {name: text for name, text in texts.items() if text}
        if (mark := told.get("masteryScore")) and not _is_mark(mark):
            self._note("item", f"The mastery score {mark!r} is not a number from 0 to 100.")
        return told

    def _note(self, element: str, what: str) -> None:
        self.notes.append(Note(_clause(element), what))


def _clause(element: str) -> str:
    return f"SCORM 1.2 CAM, manifest: {element}"


def _is_mark(text: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", text) is not None and float(text) <= 100


def _kind(resource: Any) -> str:
    """`sco` or `asset`; without a `scormtype` LMSs take it for an asset."""
    names = {etree.QName(name).localname: value for name, value in resource.attrib.items()}
    return str(names.get("scormtype", "asset")).lower()


def _with_parameters(href: str, parameters: str) -> str:
    """An item's parameters at the end of its resource's address (CAM: item, parameters)."""
    if not parameters or parameters.startswith("#"):
        return href + parameters
    return href + ("&" if "?" in href else "?") + parameters.lstrip("?&")
