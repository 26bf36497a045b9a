"""What goes with a package to those who take it in: a datasheet, a parts list, and answers on data
protection.

Made from the real module, deployment and package, without a clock: same source, same bytes.
"""

from __future__ import annotations

from rsscorm.papers import datasheet, governance
from rsscorm.papers.facts import Facts, Packed
from rsscorm.papers.pages import html, text
from rsscorm.papers.sbom import parts_list

__all__ = ["Facts", "Packed", "of_deployment", "of_package"]


def of_package(facts: Facts, packed: Packed) -> dict[str, bytes]:
    """The papers of one package, by what their names end in."""
    sheet = datasheet.sheet(facts, packed)
    return {
        ".html": html(sheet, facts.theme),
        ".txt": text(sheet),
        ".cdx.json": parts_list(facts, packed),
    }


def of_deployment(facts: Facts) -> dict[str, bytes]:
    """The paper of a module as one organisation has it, whatever the format."""
    return {"-data-protection.html": html(governance.sheet(facts), facts.theme)}
