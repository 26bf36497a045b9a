"""Packages that somebody else might have made: small, and good or bad in one place each."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="theirs" version="1.1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>Fire safety &amp; you</title>
      ITEMS
    </organization>
  </organizations>
  <resources xml:base="content/">
    RESOURCES
  </resources>
</manifest>
"""
ITEM = """<item identifier="{id}" identifierref="r-{id}" parameters="?lang=en">
  <title>{title}</title>
  <adlcp:datafromlms>exit=left</adlcp:datafromlms></item>"""
RESOURCE = """<resource identifier="r-{id}" type="webcontent" adlcp:scormtype="sco"
  href="{id}.html"><file href="{id}.html"/></resource>"""

PAGE = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
<html lang="en"><head><title>Fire</title></head><body><h1 id="said">Loading</h1>
<button id="go">Next</button><script>
var win = window; while (!win.API && win.parent !== win) win = win.parent;
var api = win.API;
SCRIPT
document.getElementById("said").innerHTML = "Ready " + location.search;
</script></body></html>
"""

CAREFUL = """
api.LMSInitialize("");
api.LMSSetValue("cmi.core.lesson_status", "incomplete");
api.LMSCommit("");
document.getElementById("go").onclick = function () {
  api.LMSSetValue("cmi.core.lesson_status", "completed");
  document.getElementById("said").innerHTML = "Saved: " + api.LMSCommit("");
};
"""

CARELESS = """
api.LMSInitialize("");
document.getElementById("go").onclick = function () {
  api.LMSSetValue("cmi.interactions.0.id", "exit door");
  api.LMSSetValue("cmi.core.exit", "normal");
  api.LMSSetValue("cmi.core.exit", "normal");
  document.getElementById("said").innerHTML = "Saved: " + api.LMSCommit("");
};
"""


def manifest(*parts: str) -> str:
    """A manifest with a SCO for each part, named so."""
    names = [{"id": part, "title": part.title()} for part in parts]
    items = "".join(ITEM.format(**name) for name in names)
    resources = "".join(RESOURCE.format(**name) for name in names)
    return MANIFEST.replace("ITEMS", items).replace("RESOURCES", resources)


def zipped(target: Path, files: Mapping[str, str | bytes]) -> Path:
    """A zip of these files, in this order."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def foreign(folder: Path, **scripts: str) -> Path:
    """A package with a SCO for each script, in `content/`, as older tools write them."""
    files = {f"content/{name}.html": PAGE.replace("SCRIPT", text) for name, text in scripts.items()}
    return zipped(folder / "theirs.zip", {"imsmanifest.xml": manifest(*scripts), **files})
