"""`hyperdock job logs`: what a job's target wrote."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.arguments import JOB_HELP, job_argument
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.log_pieces import json_pieces
from hyperdock_cli.lookup import find_job
from hyperdock_cli.session import Session, system_options
from hyperdock_client import NotFound, calls

_END: Final = 256 * 1024
_LONGEST_LINE: Final = 200
"""How much of the end is read for each line that is wanted, to begin with."""


@click.command(epilog=JOB_HELP)
@job_argument
@system_options
@click.option("-f", "--follow", is_flag=True, help="Go on until the job has ended.")
@click.option("-n", "--tail", type=click.IntRange(0), metavar="N", help="Only the last N lines.")
@click.option(
    "--attempt", type=click.IntRange(1), help="Which attempt's log.  [default: the newest]"
)
@click.option(
    "--download",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Save it as a whole.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each piece.")
def logs(
    session: Session,
    /,
    job_text: str,
    *,
    follow: bool,
    tail: int | None,
    attempt: int | None,
    download: Path | None,
    as_json: bool,
) -> None:
    """Print what a job's target wrote to its standard output and error.

    \b
    Examples:
      hyperdock job logs awk-branin-k3x7qa.12
      hyperdock job logs awk-branin.12 --follow
      hyperdock job logs awk-branin.12 --tail 20 --attempt 1
      hyperdock job logs awk-branin.12 --download job-12.log
    """  # noqa: D301
    if tail is not None and (follow or as_json or download):
        raise click.UsageError("--tail goes with none of --follow, --json and --download")
    with session.client() as client:
        found = find_job(client, job_text)
        job_id = found["job_id"]
        _check_attempt(found, attempt, waits=follow)
        if download is not None:
            client.save(calls.log_file(job_id, attempt), download)
            click.echo(f"wrote {download}", err=True)
        elif tail is not None:
            _write([_last_lines(client, job_id, attempt, tail)])
        else:
            read = client.followed_log if follow else client.whole_log
            chunks = read(job_id, attempt)
            _write(json_pieces(job_id, chunks) if as_json else (each.data for each in chunks))


def _last_lines(client: ApiClient, job_id: str, attempt: int | None, count: int) -> bytes:
    try:
        end = client.ask(calls.log(job_id, attempt, -max(_END, count * _LONGEST_LINE)))
    except NotFound as error:
        if error.was_there:
            raise
        return b""  # it has not begun to speak
    lines = end.data.splitlines(keepends=True)
    return b"".join(lines[max(0, len(lines) - count) :])


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


COMMANDS: Final = (logs,)
