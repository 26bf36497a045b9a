"""`rsscorm completion`."""

from __future__ import annotations

import click

WHERE = {
    "bash": 'Add to ~/.bashrc: eval "$(rsscorm completion bash)"',
    "zsh": 'Add to ~/.zshrc, below compinit: eval "$(rsscorm completion zsh)"',
    "fish": "Save as: rsscorm completion fish > ~/.config/fish/completions/rsscorm.fish",
}
"""Where each shell's script goes; the first line of the script says it, too."""


@click.command("completion")
@click.argument("shell", type=click.Choice(list(WHERE)))
def command(shell: str) -> None:
    """Print the script by which bash, zsh or fish completes rsscorm's commands and options.

    Its first line says where to put it.
    """
    from click.shell_completion import get_completion_class

    from rsscorm.cli import commands

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(f"# {WHERE[shell]}")
    click.echo(kind(commands, {}, "rsscorm", "_RSSCORM_COMPLETE").source())
