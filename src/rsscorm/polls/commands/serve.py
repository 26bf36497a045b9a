"""`rsscorm polls serve`: the process itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rsscorm.polls.commands.options import (
    PORT,
    lrs_option,
    public_for,
    public_option,
    salts_option,
    store_option,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command("serve")
@store_option
@salts_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535),
              help="The port; 0 takes a free one.")  # fmt: skip
@click.option(
    "--metrics-port", default=8421, show_default=True, type=click.IntRange(0, 65535),
    help="The port of Prometheus metrics, on the loopback address alone.",
)  # fmt: skip
@click.option(
    "--most", default=20_000, show_default=True, type=click.IntRange(1),
    help="Newcomers to a poll from one cohort in an hour; what comes above is held back.",
)  # fmt: skip
@lrs_option
@public_option
@click.option(
    "--lrs-every", default=60.0, show_default=True, metavar="SECONDS", type=click.FloatRange(0),
    help="How often the LRS is told: it notes when it hears of a vote.",
)  # fmt: skip
def serve(
    store: str, salts: Path, host: str, port: int, metrics_port: int, most: int, lrs: str | None,
    public: str | None, lrs_every: float,
) -> int:  # fmt: skip
    """Take votes and tell figures until stopped.

    It is to stand behind a proxy that speaks TLS, such as Caddy. Where votes can't be stored it
    ends with exit code 1, and is to be started again.
    """
    from rsscorm.polls.serve import Plan, serve

    named = public_for(lrs, public)
    return serve(Plan(store, salts, host, port, metrics_port, most, lrs, named, lrs_every))
