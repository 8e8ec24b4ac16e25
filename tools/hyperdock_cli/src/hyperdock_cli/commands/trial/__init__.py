"""`hyperdock trial …`: everything about trials, a module for each thing to do with them."""

import click

from hyperdock_cli.commands.trial import (
    changing,
    copying,
    listing,
    noting,
    points,
    results,
    steering,
    why,
)


@click.group()
def trial() -> None:
    """List, show, explain, steer, change, copy and export trials.

    \b
    Examples:
      hyperdock trial list
      hyperdock trial show awk-branin --watch
      hyperdock trial change awk-branin --jobs 200
    """  # noqa: D301


for _module in (listing, why, steering, changing, noting, points, copying, results):
    for _command in _module.COMMANDS:
        trial.add_command(_command)
