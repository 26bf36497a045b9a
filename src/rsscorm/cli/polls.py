"""`rsscorm polls ...`: the commands of the poll service, which stands apart."""

from __future__ import annotations

from rsscorm.polls.commands import polls as command

__all__ = ["command"]
