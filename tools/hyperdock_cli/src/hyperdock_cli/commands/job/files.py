"""`hyperdock job files|download`: what a job left."""

from pathlib import Path
from typing import Final

import click

from hyperdock_cli.arguments import JOB_HELP, job_argument
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.lookup import find_job
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.rendering.jobs import file_list
from hyperdock_cli.session import Session, system_options
from hyperdock_client import NotFound, calls


@click.command(epilog=JOB_HELP)
@job_argument
@system_options
@as_json
def files(session: Session, /, job_text: str, *, as_json: bool) -> None:
    """List the files that a job left.

    \b
    Examples:
      hyperdock job files awk-branin.12
      hyperdock job files awk-branin.12 --json
    """  # noqa: D301
    with session.client() as client:
        job_id = find_job(client, job_text)["job_id"]
        found = [each.raw for each in client.ask(calls.files(job_id))]
    if as_json:
        show_json(found)
    else:
        show(file_list(job_id, found))


@click.command(epilog=JOB_HELP)
@job_argument
@click.argument("path", required=False)
@system_options
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    default=Path(),
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to save it.  [default: here]",
)
@as_json
def download(
    session: Session, /, job_text: str, path: str | None, *, folder: Path, as_json: bool
) -> None:
    """Save one file of a job, or all of them as a .tar.gz.

    \b
    Examples:
      hyperdock job download awk-branin.12
      hyperdock job download awk-branin.12 out/model.bin -o models/
    """  # noqa: D301
    with session.client() as client:
        job_id = find_job(client, job_text)["job_id"]
        name = f"{job_id}.tar.gz" if path is None else Path(path).name
        call = calls.archive(job_id) if path is None else calls.file(job_id, path)
        folder.mkdir(parents=True, exist_ok=True)
        to = folder / (name or "file")
        try:
            client.save(call, to)
        except NotFound as error:
            remedy = f"`hyperdock job files {job_id}` lists them"
            raise Fault(str(error), remedy, code=REFUSED) from error
    if as_json:
        show_json({"job_id": job_id, "saved": str(to)})
    else:
        click.echo(f"wrote {to}")


COMMANDS: Final = (files, download)
