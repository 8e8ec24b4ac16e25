"""What is said of a trial that was submitted, and how its end is waited for."""

import click

from hyperdock_cli import outcome
from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.displays import LineDisplay
from hyperdock_cli.highlights import best_jobs, last_failure
from hyperdock_cli.output import show_json
from hyperdock_cli.progress import Progress, jobs_changed
from hyperdock_cli.session import Session
from hyperdock_client import HyperdockClientError

_PERIOD = 0.5
_LOST_PATIENCE = 600.0


def tell_submitted(trial: Doc, *, as_json: bool) -> None:
    """The id alone goes to standard output, so that a script can take it from there."""
    if as_json:
        show_json(trial)
        return
    trial_id = trial["trial_id"]
    click.echo(trial_id)
    click.echo(f"submitted; `hyperdock trial show {trial_id} --watch` shows how it goes", err=True)


def finish(session: Session, client: ApiClient, trial: Doc, *, as_json: bool) -> None:
    """Waits for the end of a trial; its exit code is that of `hyperdock run`.

    Ctrl-C leaves it to itself.
    """
    click.echo(f"submitted {trial['trial_id']}; Ctrl-C leaves it to itself", err=True)
    display = LineDisplay(lambda line: click.echo(line, err=True))
    trial = _ended(session, client, trial, display)
    click.echo(outcome.json_line(trial) if as_json else outcome.last_line(trial))
    click.get_current_context().exit(outcome.exit_code(trial))


def _ended(session: Session, client: ApiClient, trial: Doc, display: LineDisplay) -> Doc:
    now = session.outside.now
    progress, heard = Progress.begun(trial, now()), now()
    while True:
        display.show(progress)
        if progress.is_over:
            return progress.trial
        session.outside.pause(_PERIOD)
        try:
            after = progress.seen(client.trial(trial["trial_id"]), now())
            if jobs_changed(progress, after):
                best = best_jobs(client, after.trial)
                after = after.with_jobs(best, last_failure(client, after.trial))
        except HyperdockClientError as error:
            if not error.may_pass or now() - heard > _LOST_PATIENCE:
                raise
            progress = progress.troubled([str(error)], now())
        else:
            progress, heard = after, now()
