"""`hyperdock replay …`: what can be made of a log once more, a module for each thing."""

import click

from hyperdock_cli.commands.replay import proposals, rebuilding, supposing


@click.group()
def replay() -> None:
    """Rebuild views, compare them, replay optimizers, and ask what would have been.

    \b
    Examples:
      hyperdock replay rebuild --all
      hyperdock replay diff
      hyperdock replay optimizer awk-branin-k3x7qa
      hyperdock replay what-if awk-branin-k3x7qa --algorithm TPE
    """  # noqa: D301


for _module in (rebuilding, proposals, supposing):
    for _command in _module.COMMANDS:
        replay.add_command(_command)
