"""`hyperdock job why`: why a job is as it is, in sentences."""

from typing import Final

import click

from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.arguments import JOB_HELP, job_argument
from hyperdock_cli.live_view import Look, present, watch_option
from hyperdock_cli.lookup import find_job
from hyperdock_cli.options import as_json
from hyperdock_cli.rendering.stories import story_page
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls


@click.command(epilog=JOB_HELP)
@job_argument
@system_options
@click.option("--at", metavar="MOMENT", help="As of a position of the log, or of a time.")
@watch_option
@as_json
def why(session: Session, /, job_text: str, *, at: str | None, watch: bool, as_json: bool) -> None:
    """Tell why a job is as it is: proposed, claimed, lost, retried, ended.

    Each line names the event that it tells of, and the one that this follows from; `hyperdock
    events` shows them in full.

    \b
    Examples:
      hyperdock job why awk-branin-k3x7qa.12
      hyperdock job why awk-branin.12 --json
    """  # noqa: D301

    def look(client: ApiClient) -> Look:
        found = find_job(client, job_text)
        story = client.document(calls.why_job(found["job_id"], at=at))
        parts = story_page(f"job {found['job_id']}", story)
        return Look(
            parts=parts, value=story, over=at is not None or found["finished_at"] is not None
        )

    present(session, look, as_json=as_json, watch=watch)


COMMANDS: Final = (why,)
