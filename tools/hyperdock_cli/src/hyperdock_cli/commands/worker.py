"""`hyperdock worker …`: looks at workers."""

import click

from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.rendering.workers import worker_list
from hyperdock_cli.session import Session, system_options


@click.group()
def worker() -> None:
    """List workers.

    \b
    Example:
      hyperdock worker list
    """  # noqa: D301


@worker.command("list")
@system_options
@as_json
def list_(session: Session, as_json: bool) -> None:  # noqa: FBT001
    """List all workers with their slots and what they can run.

    \b
    Examples:
      hyperdock worker list
      hyperdock worker list --json
    """  # noqa: D301
    with session.client() as client:
        workers = client.workers()
    if as_json:
        show_json(workers)
    else:
        show(worker_list(workers, session.outside.now()))
