"""`hyperdock run`: a trial from its file to its end."""

from pathlib import Path
from typing import Any

import click

from hyperdock_cli.faults import EXIT_CODES
from hyperdock_cli.options import engine_options
from hyperdock_cli.session import Session, system_options


@click.command(epilog=EXIT_CODES)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@system_options
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a field of the file, e.g. budget.jobs=10. May be repeated.",
)
@click.option("--new", is_flag=True, help="Begin anew, even if such a trial is unfinished.")
@click.option(
    "--json", "as_json", is_flag=True, help="End with one line of JSON; progress to stderr."
)
@click.option("--dry-run", is_flag=True, help="Only check FILE, as `hyperdock validate` does.")
@click.option("-q", "--quiet", is_flag=True, help="Print the last line only.")
@engine_options
def run(
    session: Session,
    /,
    *,
    file: Path,
    changes: tuple[str, ...],
    new: bool,
    as_json: bool,
    quiet: bool,
    dry_run: bool,
    **engine: Any,
) -> None:
    """Run the trial of FILE to its end, with live progress.

    It runs on the gateway that --url names, else in the `hyperdock up` of the state folder, else
    all in this process. If the same trial is unfinished there, it goes on.

    Ctrl-C asks whether to stop the trial, to leave it or to go on watching. Without a terminal, or
    with --json, SIGINT and SIGTERM stop the trial.

    \b
    Examples:
      hyperdock run trial.yaml
      hyperdock run trial.yaml --set budget.jobs=10 --set algorithm=random
      hyperdock run trial.yaml --json --slots 4 | tail -1
    """  # noqa: D301
    from hyperdock_cli.running import RunOptions, run_trial  # noqa: PLC0415 - slow, help is not

    if dry_run:
        from hyperdock_cli.validating import validate_file  # noqa: PLC0415 - slow, help is not

        code = validate_file(session, file, changes, as_json=as_json)
        click.get_current_context().exit(code)
    options = RunOptions(
        file=file, changes=changes, always_new=new, as_json=as_json, quiet=quiet, engine=engine
    )
    click.get_current_context().exit(run_trial(session, options))
