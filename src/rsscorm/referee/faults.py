"""The ways in which the referee can be made to fail, in words: `faults.ts` is where they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

TABLE = Path(__file__).parent / "built" / "faults.json"
"""What the built script says of its own faults; made with it, by `hatch_build.py`."""
NETWORKS = {
    "down": "Meanwhile the package's own requests get no answer.",
    "login": "Meanwhile the package's own requests are sent on to the log-in.",
}
WIDTH = 92
INDENT = " " * 6
USE = """\
Switch them on in the referee's page, or in a launch's address: with
/play/0?faults=commit-lost@2x3,numbers the second to the fourth save are lost, and numbers are
answered from the start. Where nothing else is said, a fault goes on until it is switched off."""


@dataclass(frozen=True)
class Fault:
    """One way to fail; the fields are those of `Fault` in `faults.ts`."""

    name: str
    group: str
    """Which part of a visit it spoils, as a heading."""
    title: str
    imitates: str
    source: str
    fires: str
    times: int | None
    """How often it happens before it ends by itself; None: it doesn't."""
    network: str = ""


def faults() -> list[Fault]:
    """Every fault, in the order of its groups."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    groups = table["GROUPS"]
    found = [
        Fault(name, **{**said, "group": groups[said["group"]]})
        for name, said in table["FAULTS"].items()
    ]
    order = list(groups.values())
    return sorted(found, key=lambda fault: order.index(fault.group))


def told() -> str:
    """The list for a terminal: each fault's name, what it does, what it imitates, and when."""
    parts: list[str] = []
    group = ""
    for fault in faults():
        if fault.group != group:
            group = fault.group
            parts.append(group)
        parts.append("\n".join(_lines(fault)))
    return "\n\n".join([*parts, USE])


def _lines(fault: Fault) -> Iterator[str]:
    yield f"  {fault.name}: {fault.title}"
    network = NETWORKS.get(fault.network, "")
    words = [f"{fault.imitates}.", f"Happens {fault.fires}.", _times(fault.times), network]
    text = " ".join(filter(None, words))
    yield fill(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)


def _times(times: int | None) -> str:
    """Said where a fault ends by itself."""
    if times is None:
        return ""
    return f"{'Once' if times == 1 else f'{times} times'}, unless the launch says how often."
