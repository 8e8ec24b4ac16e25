"""`hyperdock events …`: the log of what happened, a module for each thing to do with it.

Without a further word it lists what happened, as it did when that was all it could.
"""

import click

from hyperdock_cli.commands.events import (
    archiving,
    copying,
    counting,
    listing,
    showing,
    tailing,
    verifying,
)
from hyperdock_cli.session import Session, system_options


@click.group(invoke_without_command=True)
@system_options
@listing.options
@click.pass_context
def events(ctx: click.Context, session: Session, /, **words: object) -> None:
    """List what happened, one event a line, and follow what happens; keep the log, and copy it.

    \b
    Examples:
      hyperdock events
      hyperdock events --trial awk-branin --type job.finished
      hyperdock events --follow --json
      hyperdock events --after 0 --limit 1000 --json
      hyperdock events tail --type 'job.*' --since 10m
      hyperdock events export -o log.ndjson.zst
      hyperdock events verify
    """  # noqa: D301
    if ctx.invoked_subcommand is None:
        listing.list_events(session, listing.Asked(**words))  # type: ignore[arg-type]  # by name
    elif listing.was_told(ctx):
        problem = f"options that choose events belong behind {ctx.invoked_subcommand!r}"
        raise click.UsageError(problem, ctx)
    else:
        ctx.obj = session


for _module in (tailing, showing, counting, copying, verifying, archiving):
    for _command in _module.COMMANDS:
        events.add_command(_command)
