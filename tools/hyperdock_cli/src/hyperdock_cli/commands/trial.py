"""`hyperdock trial …`: looks at trials and steers them."""

from collections.abc import Callable

import click

from hyperdock_cli.highlights import best_jobs, last_failure
from hyperdock_cli.lookup import find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.rendering.trials import state, trial_list, trial_page
from hyperdock_cli.session import Session, system_options

_STATES = ("running", "paused", "stopping", "completed", "stopped", "failed")
_TRIAL_HELP = "TRIAL is an id, the beginning of one, or a name."


@click.group()
def trial() -> None:
    """List, show, stop, pause and resume trials.

    \b
    Examples:
      hyperdock trial list
      hyperdock trial show awk-branin
    """  # noqa: D301


@trial.command("list")
@system_options
@click.option("--only", type=click.Choice(_STATES), help="Only trials in this state.")
@as_json
def list_(session: Session, only: str | None, as_json: bool) -> None:  # noqa: FBT001
    """List all trials, newest first.

    \b
    Examples:
      hyperdock trial list
      hyperdock trial list --only running --json
    """  # noqa: D301
    with session.client() as client:
        trials = list(client.trials(only))
    if as_json:
        show_json(trials)
    else:
        show(trial_list(trials, session.outside.now()))


@trial.command("show", epilog=_TRIAL_HELP)
@click.argument("trial_text", metavar="TRIAL")
@system_options
@as_json
def show_(session: Session, trial_text: str, as_json: bool) -> None:  # noqa: FBT001
    """Show a trial: its state, its best jobs, what runs now.

    \b
    Examples:
      hyperdock trial show awk-branin-k3x7qa
      hyperdock trial show awk-branin --json
    """  # noqa: D301
    with session.client() as client:
        found = find_trial(client, trial_text)
        if as_json:
            show_json(found)
            return
        best, failure = best_jobs(client, found), last_failure(client, found)
    show(trial_page(found, best, failure, session.outside.now()))


def _steering(verb: str, summary: str) -> Callable[..., None]:
    @trial.command(
        verb,
        help=f"{summary}\n\n\b\nExample:\n  hyperdock trial {verb} awk-branin",
        short_help=summary,
        epilog=_TRIAL_HELP,
    )
    @click.argument("trial_text", metavar="TRIAL")
    @system_options
    @as_json
    def steer(session: Session, trial_text: str, as_json: bool) -> None:  # noqa: FBT001
        with session.client() as client:
            found = client.command_trial(find_trial(client, trial_text)["trial_id"], verb)
        if as_json:
            show_json(found)
        else:
            show([f"{found['trial_id']} is {state(found)}"])

    return steer


stop = _steering("stop", "Stop a trial: what waits is cancelled, what runs is ended.")
pause = _steering("pause", "Pause a trial: running jobs go on, no further ones begin.")
resume = _steering("resume", "Resume a paused trial.")
