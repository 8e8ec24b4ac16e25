"""`hyperdock validate`: what would become of a trial file."""

from pathlib import Path

import click

from hyperdock_cli.options import as_json
from hyperdock_cli.session import Session, system_options


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@system_options
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a field of the file, e.g. budget.jobs=10. May be repeated.",
)
@as_json
def validate(session: Session, /, *, file: Path, changes: tuple[str, ...], as_json: bool) -> None:
    """Check a trial file: how large its space is, what it would propose first, what to expect.

    It is checked by the system that runs, with the rules of its operator; if none is named and none
    runs, here. Ends with 1 where the file is wrong, and names every field at fault.

    \b
    Examples:
      hyperdock validate trial.yaml
      hyperdock validate trial.yaml --set algorithm=sobol --json
    """  # noqa: D301
    from hyperdock_cli.validating import validate_file  # noqa: PLC0415 - slow, help is not

    code = validate_file(session, file, changes, as_json=as_json)
    click.get_current_context().exit(code)
