"""What a referee says at the end: a summary to read, and the whole as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from rsscorm.referee.site import Site


def breaches(site: Site) -> list[dict[str, Any]]:
    """All that was found against the standard, in every launch."""
    return [breach for session in site.all_sessions for breach in session.found]


def found(site: Site) -> int:
    """How many breaches there were, the manifest's among them."""
    return len(breaches(site)) + len(site.manifest.notes)


def as_json(site: Site) -> str:
    """Everything: the manifest's notes, and each launch with its calls, breaches and faults."""
    notes = [{"clause": note.clause, "what": note.what} for note in site.manifest.notes]
    whole = {
        "package": site.path.name,
        "title": site.manifest.title,
        "found": found(site),
        "manifest": notes,
        "launches": [session.as_json() for session in site.all_sessions],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def summary(site: Site) -> str:
    """How much was heard, and each breach once, with how often it happened."""
    calls = sum(len(session.calls) for session in site.all_sessions)
    total = found(site)
    heard = f"{_count(len(site.all_sessions), 'launch', 'launches')}, {_count(calls, 'call')}"
    verdict = _count(total, "breach", "breaches") if total else "nothing against the standard"
    return "\n\n".join([f"{heard}: {verdict}.", *_notes(site), *_breaches(site)])


def _notes(site: Site) -> Iterator[str]:
    for note in site.manifest.notes:
        yield f"imsmanifest.xml\n  {note.what}\n  {note.clause}"


def _breaches(site: Site) -> Iterator[str]:
    told = Counter((_call(one), one["what"], one["clause"]) for one in breaches(site))
    for (call, what, clause), times in told.items():
        often = f"  ({times} times)" if times > 1 else ""
        yield f"{call}{often}\n  {what}.\n  {clause}"


def _call(breach: dict[str, Any]) -> str:
    given = [breach[name] for name in ("element", "value") if breach.get(name) is not None]
    code = "" if breach["error"] == "0" else f"  error {breach['error']}"
    return f"{breach['call']}({', '.join(_short(one) for one in given)}){code}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _count(number: int, thing: str, things: str = "") -> str:
    return f"{number} {thing if number == 1 else things or thing + 's'}"
