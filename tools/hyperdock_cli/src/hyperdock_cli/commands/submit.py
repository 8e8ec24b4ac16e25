"""`hyperdock submit`: a trial that is left to itself."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hyperdock_cli.options import as_json
from hyperdock_cli.session import Session, system_options

if TYPE_CHECKING:  # takes time to load, which the help need not
    from hyperdock_cli.trial_file import TrialFile
    from hyperdock_common.json_types import JsonObject


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
@click.option("--tag", "tags", multiple=True, help="Tag it; may be repeated.")
@click.option("--wait", is_flag=True, help="Return when it has ended, with its exit code.")
@click.option(
    "--idempotency-key",
    "key",
    metavar="KEY",
    help="The same call with the same key is one submission.  [default: a new one]",
)
@as_json
def submit(
    session: Session,
    /,
    *,
    file: Path,
    changes: tuple[str, ...],
    tags: tuple[str, ...],
    wait: bool,
    key: str | None,
    as_json: bool,
) -> None:
    """Submit the trial of FILE to a system that runs, and print its id.

    \b
    Examples:
      hyperdock submit trial.yaml
      hyperdock submit trial.yaml --set budget.jobs=10 --tag nightly
      hyperdock submit trial.yaml --idempotency-key nightly-2026-01-31
      id=$(hyperdock submit trial.yaml) && hyperdock trial show "$id" --watch
    """  # noqa: D301
    from hyperdock_cli.following import finish, tell_submitted  # noqa: PLC0415 - slow, help is not
    from hyperdock_cli.trial_file import read_trial_file  # noqa: PLC0415

    read = read_trial_file(file, changes)
    with session.client() as client:
        made = client.submit(_tagged(read, tags), key)
        if wait:
            finish(session, client, made, as_json=as_json)
        else:
            tell_submitted(made, as_json=as_json)


def _tagged(file: "TrialFile", tags: tuple[str, ...]) -> "JsonObject":
    if not tags:
        return file.document
    return {**file.document, "tags": list(dict.fromkeys([*file.spec.tags, *tags]))}
