"""`hyperdock trial clone|file`: a trial once more, or as a file to begin another one with."""

from pathlib import Path
from typing import Final

import click

from hyperdock_cli.arguments import TRIAL_HELP, changes_option, key_option, trial_argument
from hyperdock_cli.following import finish, tell_submitted
from hyperdock_cli.lookup import find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show_json
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls
from hyperdock_client.jobs import new_key


@click.command(epilog=TRIAL_HELP)
@trial_argument
@system_options
@changes_option
@click.option("--tag", "tags", multiple=True, help="Tag it; may be repeated.")
@click.option("--wait", is_flag=True, help="Return when it has ended, with its exit code.")
@key_option
@as_json
def clone(
    session: Session,
    /,
    trial_text: str,
    *,
    changes: tuple[str, ...],
    tags: tuple[str, ...],
    wait: bool,
    key: str | None,
    as_json: bool,
) -> None:
    """Submit a trial like TRIAL, with changes.

    It gets a new seed unless one is named; points that were added are left out. A field that is set
    to null is as if it had never been named.

    \b
    Examples:
      hyperdock trial clone awk-branin
      hyperdock trial clone awk-branin --set space.lr.high=0.1 --set budget.jobs=50
      hyperdock trial clone awk-branin --set algorithm.name=random --wait
    """  # noqa: D301
    from hyperdock_cli.overrides import override  # noqa: PLC0415 - slow, other commands are not

    patch = override({}, changes) | ({"tags": list(tags)} if tags else {})
    with session.client() as client:
        found = find_trial(client, trial_text)
        made = client.recorded(calls.clone(found["trial_id"], patch, key or new_key()))
        if wait:
            finish(session, client, made, as_json=as_json)
        else:
            tell_submitted(made, as_json=as_json)


@click.command("file", epilog=TRIAL_HELP)
@trial_argument
@system_options
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it.  [default: standard output]",
)
@as_json
def file_(session: Session, /, trial_text: str, *, output: Path | None, as_json: bool) -> None:
    """Print the trial file of a trial: it can be submitted again.

    \b
    Examples:
      hyperdock trial file awk-branin
      hyperdock trial file awk-branin -o again.yaml
      hyperdock trial file awk-branin --json
    """  # noqa: D301
    with session.client() as client:
        trial_id = find_trial(client, trial_text)["trial_id"]
        if as_json:
            show_json(client.spec(trial_id))
            return
        text = client.ask(calls.trial_file(trial_id))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"wrote {output}")


COMMANDS: Final = (clone, file_)
