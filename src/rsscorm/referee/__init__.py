"""Our own strict and, on request, faulty SCORM 1.2 LMS: for tests and anybody's packages."""

from __future__ import annotations

from pathlib import Path

SCRIPT = Path(__file__).parent / "built" / "referee.js"
"""The built script: a classic script that sets the globals of `host.ts`."""
