"""`hyperdock trial why`: why a trial is as it is, in sentences."""

from typing import Final

import click

from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.arguments import TRIAL_HELP, trial_argument
from hyperdock_cli.live_view import Look, present, watch_option
from hyperdock_cli.lookup import find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.rendering.stories import story_page
from hyperdock_cli.rendering.trials import is_ended
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls


@click.command(epilog=TRIAL_HELP)
@trial_argument
@system_options
@click.option("--at", metavar="MOMENT", help="As of a position of the log, or of a time.")
@watch_option
@as_json
def why(
    session: Session, /, trial_text: str, *, at: str | None, watch: bool, as_json: bool
) -> None:
    """Tell a trial's life: what people did, what went wrong, each new best, its end.

    Each line names the event that it tells of, and the one that this follows from; `hyperdock
    events` shows them in full.

    \b
    Examples:
      hyperdock trial why awk-branin
      hyperdock trial why awk-branin --at 2026-11-23T12:00:00Z
    """  # noqa: D301

    def look(client: ApiClient) -> Look:
        found = find_trial(client, trial_text)
        story = client.document(calls.why_trial(found["trial_id"], at=at))
        parts = story_page(f"trial {found['trial_id']}", story)
        return Look(parts=parts, value=story, over=at is not None or is_ended(found))

    present(session, look, as_json=as_json, watch=watch)


COMMANDS: Final = (why,)
