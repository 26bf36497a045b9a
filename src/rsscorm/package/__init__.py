"""Packages: a module's rendered files become what an LMS or LRS imports.

Each format adds its manifest and its script, and is checked before anything is written.
"""

from __future__ import annotations

from rsscorm.package import scorm12, xapi
from rsscorm.package.checks import SelfCheckError
from rsscorm.package.polls import poll_file
from rsscorm.package.zip import Files, SourceChangedError, whole, write_zip

FORMATS = {"scorm12": scorm12.package, "xapi": xapi.package}
"""Every format by the name that its packages end in."""

__all__ = [
    "FORMATS", "Files", "SelfCheckError", "SourceChangedError", "poll_file", "whole", "write_zip",
]  # fmt: skip
