"""`hyperdock trial export|best`: what came of a trial, as files."""

import shutil
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

import click

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.arguments import TRIAL_HELP, trial_argument
from hyperdock_cli.at_option import at_option
from hyperdock_cli.faults import FAILED, Fault
from hyperdock_cli.lookup import find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.rendering.jobs import job_page
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls

_FORMATS: Final = ("csv", "jsonl", "bundle")
_BY_ENDING: Final = (
    (".csv", "csv"),
    (".jsonl", "jsonl"),
    (".tar.gz", "bundle"),
    (".tgz", "bundle"),
)


@click.command(epilog=TRIAL_HELP)
@trial_argument
@system_options
@click.option(
    "--format",
    "kind",
    type=click.Choice(_FORMATS),
    help="csv, jsonl: one row a job; bundle: everything, as a .tar.gz."
    "  [default: as FILE ends, else csv]",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it.  [default: standard output; a bundle: TRIAL.tar.gz]",
)
@at_option
@as_json
def export(
    session: Session,
    /,
    trial_text: str,
    *,
    kind: str | None,
    output: Path | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Save a trial's jobs as a table, or everything as a bundle.

    \b
    Examples:
      hyperdock trial export awk-branin >jobs.csv
      hyperdock trial export awk-branin -o jobs.jsonl
      hyperdock trial export awk-branin --at 2026-01-31T12:00 -o then.csv
      hyperdock trial export awk-branin --format bundle
    """  # noqa: D301
    ending = output.name.lower() if output else ""
    kind = kind or next((name for end, name in _BY_ENDING if ending.endswith(end)), None)
    kind = kind or ("jsonl" if as_json else "csv")
    with session.client() as client:
        trial_id = find_trial(client, trial_text, at)["trial_id"]
        if kind == "bundle" and output is None:
            output = Path(f"{trial_id}.tar.gz")
        call = calls.export(trial_id, kind, at=at)
        if output is not None:
            client.save(call, output)
            click.echo(f"wrote {output}", err=True)
            return
        with tempfile.TemporaryDirectory() as folder:
            whole = Path(folder) / "export"
            client.save(call, whole)
            with whole.open("rb") as stream:
                shutil.copyfileobj(stream, sys.stdout.buffer)
            sys.stdout.flush()


@click.command(epilog=TRIAL_HELP)
@trial_argument
@system_options
@click.option(
    "--download",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Save the files of the job in this folder.",
)
@at_option
@as_json
def best(
    session: Session,
    /,
    trial_text: str,
    *,
    download: Path | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Show the best job of a trial, and save its files.

    \b
    Examples:
      hyperdock trial best awk-branin
      hyperdock trial best awk-branin --json
      hyperdock trial best awk-branin --download best/
      hyperdock trial best awk-branin --at 2h
    """  # noqa: D301
    if download and at is not None:
        problem = "files are there as they are now only: leave out --at, or name the job it shows"
        raise click.UsageError(f"{problem} to `hyperdock job download`")
    with session.client() as client:
        trial = find_trial(client, trial_text, at)
        if not trial["best"]:
            problem = f"no job of {trial['trial_id']} has succeeded"
            remedy = f"`hyperdock job list {trial['trial_id']}` says what became of them"
            raise Fault(problem, remedy, code=FAILED)
        job = client.job(trial["best"]["job_id"], at)
        saved = _unpacked(client, trial, download) if download else None
    if as_json:
        show_json(job)
    else:
        show(job_page(job))
    if saved:
        click.echo(f"its files are in {saved}", err=True)


def _unpacked(client: ApiClient, trial: Doc, folder: Path) -> Path:
    """Unpacks the best job's files; nothing leads out of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        archive = Path(temporary) / "best.tar.gz"
        client.save(calls.best_archive(trial["trial_id"]), archive)
        with tarfile.open(archive) as tar:
            names = tar.getnames()
            tar.extractall(folder, filter="data")
    inner = {name.partition("/")[0] for name in names}
    return folder / inner.pop() if len(inner) == 1 else folder


COMMANDS: Final = (export, best)
