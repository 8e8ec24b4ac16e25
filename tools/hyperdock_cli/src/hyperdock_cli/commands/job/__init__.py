"""`hyperdock job …`: everything about jobs, a module for each thing to do with them."""

import click

from hyperdock_cli.commands.job import files, listing, logging, steering, why


@click.group()
def job() -> None:
    """List, show, explain, stop, retry and retract jobs; their logs and files.

    \b
    Examples:
      hyperdock job list awk-branin --sort loss --limit 10
      hyperdock job show awk-branin-k3x7qa.12
      hyperdock job logs awk-branin-k3x7qa.12 --follow
    """  # noqa: D301


for _module in (listing, why, steering, logging, files):
    for _command in _module.COMMANDS:
        job.add_command(_command)
