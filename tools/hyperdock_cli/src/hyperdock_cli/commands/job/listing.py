"""`hyperdock job list|show`: looks at jobs."""

from itertools import islice
from typing import Any, Final

import click

from hyperdock_cli import output
from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.arguments import JOB_HELP, TRIAL_HELP, job_argument, trial_argument
from hyperdock_cli.at_option import at_option
from hyperdock_cli.live_view import Look, present, watch_option
from hyperdock_cli.lookup import find_job, find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.rendering.jobs import job_list, job_page
from hyperdock_cli.rendering.trials import is_ended
from hyperdock_cli.session import Session, system_options

_STATES: Final = ("pending", "running", "succeeded", "failed", "pruned", "cancelled")
_ORIGINS: Final = ("optimizer", "enqueued", "imported", "retry")
_SORTS: Final = ("number", "loss", "finished_at")


@click.command("list", epilog=TRIAL_HELP)
@trial_argument
@system_options
@click.option("--only", type=click.Choice(_STATES), help="Only jobs in this state.")
@click.option("--worker", help="Only jobs that this worker ran last.")
@click.option("--origin", type=click.Choice(_ORIGINS), help="Only jobs that came from there.")
@click.option(
    "--where",
    metavar="CONDITIONS",
    help="Only jobs whose params meet these, e.g. 'lr>=0.01,model.depth<5,optimizer=adam'.",
)
@click.option("--loss-min", type=float, help="Only jobs with at least this loss.")
@click.option("--loss-max", type=float, help="Only jobs with at most this loss.")
@click.option(
    "--sort",
    default="number",
    show_default=True,
    metavar="WHAT",
    help="number, loss, finished_at, or the name of a parameter.",
)
@click.option("--order", type=click.Choice(("asc", "desc")), default="asc", show_default=True)
@click.option("--limit", type=click.IntRange(1), help="At most so many.  [default: all]")
@at_option
@watch_option
@as_json
def list_(
    session: Session,
    /,
    trial_text: str,
    *,
    only: str | None,
    worker: str | None,
    where: str | None,
    sort: str,
    order: str,
    limit: int | None,
    at: str | None,
    watch: bool,
    as_json: bool,
    **query: Any,
) -> None:
    """List the jobs of a trial, by number unless told otherwise.

    \b
    Examples:
      hyperdock job list awk-branin --watch
      hyperdock job list awk-branin --only failed
      hyperdock job list awk-branin --where 'x>=1,kind=rough' --sort loss --limit 10
      hyperdock job list awk-branin --sort x --json
      hyperdock job list awk-branin --at 10m --only running
    """  # noqa: D301
    query |= {"state": only, "worker_id": worker, "params": where, "order": order, "at": at}
    query["sort"] = sort if sort in _SORTS or sort.startswith("params.") else f"params.{sort}"

    def look(client: ApiClient) -> Look:
        trial = find_trial(client, trial_text, at)
        found = list(islice(client.jobs(trial["trial_id"], **query), limit))
        over = at is not None or is_ended(trial)
        return Look(parts=job_list(found), value=found, over=over)

    present(session, look, as_json=as_json, watch=watch)


@click.command(epilog=JOB_HELP)
@job_argument
@system_options
@at_option
@as_json
def show(session: Session, /, job_text: str, *, at: str | None, as_json: bool) -> None:
    """Show a job: its parameters, its loss, its attempts.

    \b
    Examples:
      hyperdock job show awk-branin-k3x7qa.12
      hyperdock job show awk-branin.12 --json
      hyperdock job show awk-branin.12 --at 1234
    """  # noqa: D301
    with session.client() as client:
        found = find_job(client, job_text, at)
    if as_json:
        output.show_json(found)
    else:
        output.show(job_page(found))


COMMANDS: Final = (list_, show)
