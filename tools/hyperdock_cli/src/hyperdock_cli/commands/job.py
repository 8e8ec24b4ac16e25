"""`hyperdock job …`: looks at jobs and their logs."""

import sys
from collections.abc import Iterable

import click

from hyperdock_cli.api_client import Doc
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.log_following import followed_log, json_pieces, whole_log
from hyperdock_cli.lookup import find_job
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.rendering.jobs import job_page
from hyperdock_cli.session import Session, system_options

_JOB_HELP = "JOB is <trial>.<number>; the trial may be shortened to the beginning of its id."


@click.group()
def job() -> None:
    """Show jobs and their logs.

    \b
    Examples:
      hyperdock job show awk-branin-k3x7qa.12
      hyperdock job logs awk-branin-k3x7qa.12 --follow
    """  # noqa: D301


@job.command("show", epilog=_JOB_HELP)
@click.argument("job_text", metavar="JOB")
@system_options
@as_json
def show_(session: Session, job_text: str, as_json: bool) -> None:  # noqa: FBT001
    """Show a job: its parameters, its loss, its attempts.

    \b
    Examples:
      hyperdock job show awk-branin-k3x7qa.12
      hyperdock job show awk-branin.12 --json
    """  # noqa: D301
    with session.client() as client:
        found = find_job(client, job_text)
    if as_json:
        show_json(found)
    else:
        show(job_page(found))


@job.command(epilog=_JOB_HELP)
@click.argument("job_text", metavar="JOB")
@system_options
@click.option("-f", "--follow", is_flag=True, help="Go on until the job has ended.")
@click.option(
    "--attempt", type=click.IntRange(1), help="Which attempt's log.  [default: the newest]"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each piece.")
def logs(session: Session, job_text: str, follow: bool, attempt: int | None, as_json: bool) -> None:  # noqa: FBT001
    """Print what a job's target wrote to its standard output and error.

    \b
    Examples:
      hyperdock job logs awk-branin-k3x7qa.12
      hyperdock job logs awk-branin.12 --follow
      hyperdock job logs awk-branin.12 --attempt 1
    """  # noqa: D301
    with session.client() as client:
        found = find_job(client, job_text)
        _check_attempt(found, attempt, waits=follow)
        if follow:
            chunks = followed_log(client, found, attempt, session.outside.pause)
        else:
            chunks = whole_log(client, found["job_id"], attempt)
        _write(json_pieces(found["job_id"], chunks) if as_json else (each.data for each in chunks))


def _check_attempt(found: Doc, attempt: int | None, *, waits: bool) -> None:
    begun = found["attempt"]
    if attempt is not None and attempt > begun:
        problem = f"job {found['job_id']} has no attempt {attempt}"
        raise Fault(problem, f"it has had {begun or 'none'} so far", code=REFUSED)
    if not begun and not waits:
        click.echo(f"job {found['job_id']} has not started yet", err=True)


def _write(pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
        sys.stdout.flush()
