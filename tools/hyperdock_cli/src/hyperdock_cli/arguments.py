"""What commands are told on which trial or job to work, and how they work on several."""

from collections.abc import Callable, Iterable
from typing import Final

import click

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.boundary import explain
from hyperdock_cli.completions import complete_trials
from hyperdock_cli.faults import Fault
from hyperdock_cli.output import show_json
from hyperdock_cli.session import Session
from hyperdock_client import ApiError

TRIAL_HELP: Final = "TRIAL is an id, the beginning of one, or a name."
JOB_HELP: Final = "JOB is <trial>.<number>; the trial may be shortened to the beginning of its id."

trial_argument = click.argument("trial_text", metavar="TRIAL", shell_complete=complete_trials)
trials_argument = click.argument(
    "texts", metavar="TRIAL…", nargs=-1, required=True, shell_complete=complete_trials
)
job_argument = click.argument("job_text", metavar="JOB")
jobs_argument = click.argument("texts", metavar="JOB…", nargs=-1, required=True)
changes_option = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a field, e.g. budget.jobs=10. May be repeated.",
)
key_option = click.option(
    "--idempotency-key",
    "key",
    metavar="KEY",
    help="The same call with the same key is done once.  [default: a new one]",
)


def on_each(
    session: Session,
    texts: Iterable[str],
    find: Callable[[ApiClient, str], Doc],
    act: Callable[[ApiClient, Doc], Doc],
    line: Callable[[Doc], str],
    *,
    as_json: bool,
) -> None:
    """Finds all, so that a typing error changes nothing; then acts on each, and says what came.

    Where there are several, a refusal is told and the others are still acted on.
    """
    done: list[Doc] = []
    faults: list[Fault] = []
    with session.client() as client:
        found = [find(client, text) for text in dict.fromkeys(texts)]
        for each in found:
            try:
                done.append(act(client, each))
            except ApiError as error:
                faults.append(explain(error))
    if as_json and done:
        show_json(done[0] if len(found) == 1 else done)
    elif done:
        click.echo("\n".join(line(each) for each in done))
    for fault in faults:
        click.echo(fault.text, err=True)
    click.get_current_context().exit(max((fault.code for fault in faults), default=0))
