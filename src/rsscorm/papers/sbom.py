"""The parts list of a package: CycloneDX 1.6 as JSON, without a clock.

What the author made is one component, the package itself; listed in it is what others made (the
standard's schemas, typefaces with their licences) and rsscorm, whose player it is.
"""

from __future__ import annotations

import json
import uuid
from hashlib import sha256
from pathlib import Path
from typing import Any

from rsscorm.papers.facts import Facts, Packed
from rsscorm.workspace import NAMESPACE

SCHEMAS = {
    "imscp_rootv1p1p2.xsd": ("IMS Content Packaging schema", "1.1.2", "IMS Global"),
    "imsmd_rootv1p2p1.xsd": ("IMS Learning Resource Meta-data schema", "1.2.1", "IMS Global"),
    "ims_xml.xsd": ("IMS schema of the xml: attributes", "", "IMS Global"),
    "adlcp_rootv1p2.xsd": ("ADL SCORM 1.2 content packaging schema", "1.2", "ADL"),
}
"""Each schema that SCORM packages carry: what it is, its version, and whose (see NOTICE)."""

OPEN_FONT = "SIL OPEN FONT LICENSE"


def parts_list(facts: Facts, packed: Packed) -> bytes:
    """The list of one package."""
    data = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(NAMESPACE, f"parts|{packed.sha256}").urn,
        "version": 1,
        "metadata": {"component": _package(facts, packed)},
        "components": [_player(facts), *_schemas(packed), *_fonts(facts, packed)],
    }
    return json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n"


def _package(facts: Facts, packed: Packed) -> dict[str, Any]:
    return {
        "type": "application",
        "bom-ref": packed.file,
        "name": facts.module.id,
        "version": facts.module.edition,
        "description": facts.module.title,
        "hashes": [{"alg": "SHA-256", "content": packed.sha256}],
    }


def _player(facts: Facts) -> dict[str, Any]:
    return {
        "type": "framework",
        "bom-ref": f"rsscorm@{facts.version}",
        "name": "rsscorm",
        "version": facts.version,
        "description": "The player: page, script and style. No third-party code is in it.",
        "licenses": [{"license": {"id": "MIT"}}],
    }


def _schemas(packed: Packed) -> list[dict[str, Any]]:
    found = ((name, packed.files[name]) for name in SCHEMAS if name in packed.files)
    return [_schema(name, content) for name, content in found]


def _schema(name: str, content: bytes | Path) -> dict[str, Any]:
    what, version, owner = SCHEMAS[name]
    return {
        **_file(name, content),
        "description": what,
        "supplier": {"name": owner},
        **({"version": version} if version else {}),
        "licenses": [{"license": {"name": f"Copyright {owner}; carried unchanged, as SCORM asks"}}],
    }


def _fonts(facts: Facts, packed: Packed) -> list[dict[str, Any]]:
    return [
        {**_file(f"fonts/{font.file.name}", font.file), "description": f"Typeface {font.family}",
         "licenses": [{"license": _licence(font.licence)}]}
        for font in facts.theme.typefaces if f"fonts/{font.file.name}" in packed.files
    ]  # fmt: skip


def _licence(text: Path | None) -> dict[str, Any]:
    if text is None:
        return {"name": "Not stated by the theme"}
    if OPEN_FONT in text.read_text("utf-8", errors="replace").upper():
        return {"id": "OFL-1.1"}
    return {"name": f"See fonts/{text.name} in the package"}


def _file(name: str, content: bytes | Path) -> dict[str, Any]:
    data = content if isinstance(content, bytes) else content.read_bytes()
    digest = sha256(data).hexdigest()
    hashes = [{"alg": "SHA-256", "content": digest}]
    return {"type": "file", "bom-ref": name, "name": name, "hashes": hashes}
