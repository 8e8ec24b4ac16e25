"""`hyperdock job stop|retry|retract`: words to one job or to several."""

from typing import Final

import click

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.arguments import JOB_HELP, jobs_argument, key_option, on_each
from hyperdock_cli.lookup import find_job
from hyperdock_cli.options import as_json
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls
from hyperdock_client.jobs import new_key


@click.command(epilog=JOB_HELP)
@jobs_argument
@system_options
@as_json
def stop(session: Session, /, texts: tuple[str, ...], *, as_json: bool) -> None:
    """Stop jobs: what runs is ended, what waits is cancelled.

    \b
    Examples:
      hyperdock job stop awk-branin.12
      hyperdock job stop awk-branin.12 awk-branin.13
    """  # noqa: D301

    def act(client: ApiClient, found: Doc) -> Doc:
        return client.document(calls.stop_job(found["job_id"]))

    on_each(session, texts, find_job, act, _stopped, as_json=as_json)


@click.command(epilog=JOB_HELP)
@jobs_argument
@system_options
@key_option
@as_json
def retry(session: Session, /, texts: tuple[str, ...], *, key: str | None, as_json: bool) -> None:
    """Run the parameters of jobs again that failed, or were pruned, cancelled or retracted.

    Each becomes a job of its own.

    \b
    Examples:
      hyperdock job retry awk-branin.12
      hyperdock job retry awk-branin.12 awk-branin.13 --json
    """  # noqa: D301

    def act(client: ApiClient, found: Doc) -> Doc:
        told = client.document(calls.retry_job(found["job_id"], key or new_key()))
        return {"retry_of": found["job_id"], **told}

    on_each(session, texts, find_job, act, _retried, as_json=as_json)


@click.command(epilog=JOB_HELP)
@jobs_argument
@system_options
@click.option("--reason", default="", metavar="TEXT", help="Why, for those who look later.")
@as_json
def retract(session: Session, /, texts: tuple[str, ...], *, reason: str, as_json: bool) -> None:
    """Take wrong results back: they count no more, and the optimizer forgets them.

    \b
    Examples:
      hyperdock job retract awk-branin.12
      hyperdock job retract awk-branin.12 --reason "the data were broken"
    """  # noqa: D301

    def act(client: ApiClient, found: Doc) -> Doc:
        return client.document(calls.retract_job(found["job_id"], reason))

    on_each(session, texts, find_job, act, _retracted, as_json=as_json)


def _stopped(job: Doc) -> str:
    asked = " and is asked to stop" if job["state"] in ("pending", "running") else ""
    return f"{job['job_id']} is {job['state']}{asked}"


def _retried(point: Doc) -> str:
    if point["job_id"]:
        return f"{point['retry_of']} runs again as {point['job_id']}"
    return f"{point['retry_of']} will run again as soon as there is room"


def _retracted(job: Doc) -> str:
    return f"the result of {job['job_id']} is retracted"


COMMANDS: Final = (stop, retry, retract)
