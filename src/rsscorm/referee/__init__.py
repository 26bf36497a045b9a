"""Our own strict SCORM 1.2 LMS: for tests, the preview and anybody's packages."""

from __future__ import annotations

from pathlib import Path

SCRIPT = Path(__file__).parent / "built" / "referee.js"
"""The built script: a classic script that sets the global class `Referee` (see `api.ts`)."""
