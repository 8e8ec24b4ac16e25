"""`hyperdock trial list|show`: looks at trials."""

from itertools import islice
from typing import Final

import click

from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.arguments import TRIAL_HELP, trial_argument
from hyperdock_cli.at_option import at_option, now_at
from hyperdock_cli.highlights import best_jobs, last_failure
from hyperdock_cli.live_view import Look, present, watch_option
from hyperdock_cli.lookup import find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.rendering.tables import Part
from hyperdock_cli.rendering.trials import is_ended, trial_list, trial_page
from hyperdock_cli.session import Session, system_options

_STATES: Final = ("running", "paused", "stopping", "completed", "stopped", "failed")
_SORTS: Final = ("submitted_at", "updated_at", "finished_at", "name")


@click.command("list")
@system_options
@click.option("--only", type=click.Choice(_STATES), help="Only trials in this state.")
@click.option("--tag", help="Only trials with this tag.")
@click.option("--name", metavar="TEXT", help="Only trials whose name has this in it.")
@click.option(
    "--archived",
    type=click.Choice(("no", "only", "too")),
    default="no",
    show_default=True,
    help="Whether archived trials are shown.",
)
@click.option(
    "--sort", type=click.Choice(_SORTS), default="submitted_at", show_default=True, help="By what."
)
@click.option(
    "--order",
    type=click.Choice(("asc", "desc")),
    help="Which way round.  [default: newest first, names from A to Z]",
)
@click.option("--limit", type=click.IntRange(1), help="At most so many.  [default: all]")
@at_option
@watch_option
@as_json
def list_(
    session: Session,
    /,
    *,
    only: str | None,
    tag: str | None,
    name: str | None,
    archived: str,
    sort: str,
    order: str | None,
    limit: int | None,
    at: str | None,
    watch: bool,
    as_json: bool,
) -> None:
    """List trials, newest first.

    \b
    Examples:
      hyperdock trial list
      hyperdock trial list --only running --watch
      hyperdock trial list --tag nightly --sort name --json
      hyperdock trial list --archived too --limit 20
      hyperdock trial list --at 2h
    """  # noqa: D301
    query = {"tag": tag, "name": name, "sort": sort, "at": at}
    query["archived"] = {"no": "false", "only": "true", "too": "any"}[archived]
    query["order"] = order or ("asc" if sort == "name" else "desc")

    def look(client: ApiClient) -> Look:
        found = list(islice(client.trials(only, **query), limit))
        everything = only is None and tag is None and name is None and archived == "no"
        over = at is not None
        if found:
            now = now_at(client, at, session.outside.now())
            return Look(parts=trial_list(found, now), value=found, over=over)
        parts = _none(client, at) if everything else ["no such trials"]
        return Look(parts=parts, value=found, over=over)

    present(session, look, as_json=as_json, watch=watch)


@click.command(epilog=TRIAL_HELP)
@trial_argument
@system_options
@at_option
@watch_option
@as_json
def show(
    session: Session, /, trial_text: str, *, at: str | None, watch: bool, as_json: bool
) -> None:
    """Show a trial: its state, its best jobs, what runs now.

    \b
    Examples:
      hyperdock trial show awk-branin-k3x7qa
      hyperdock trial show awk-branin --watch
      hyperdock trial show awk-branin --json
      hyperdock trial show awk-branin --at 1234
    """  # noqa: D301

    def look(client: ApiClient) -> Look:
        found = find_trial(client, trial_text, at)
        over = at is not None or is_ended(found)
        if as_json:
            return Look(parts=(), value=found, over=over)
        best, failure = best_jobs(client, found, at), last_failure(client, found, at)
        now = now_at(client, at, session.outside.now())
        return Look(parts=trial_page(found, best, failure, now), value=found, over=over)

    present(session, look, as_json=as_json, watch=watch)


def _none(client: ApiClient, at: str | None) -> list[Part]:
    if next(client.trials(archived="true", at=at), None) is None:
        return trial_list((), 0)
    return ["all trials are archived; --archived too shows them"]


COMMANDS: Final = (list_, show)
