"""`hyperdock trial clone|fork|file`: a trial once more, or as a file to begin another one with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from hyperdock_cli.arguments import TRIAL_HELP, changes_option, key_option, trial_argument
from hyperdock_cli.at_option import At, at_option
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


@click.command(epilog=TRIAL_HELP)
@trial_argument
@system_options
@click.option(
    "--at",
    type=At(),
    help="The moment: a position of the log, so long ago (10m, 2h, 3d), or a date and time."
    "  [default: now]",
)
@click.option(
    "--after-job",
    type=click.IntRange(1),
    metavar="NUMBER",
    help="In place of --at: when this job had ended.",
)
@changes_option
@click.option("--no-results", is_flag=True, help="Take the spec alone.")
@click.option(
    "--fill",
    multiple=True,
    metavar="PARAM=VALUE",
    help="What a parameter was in results that lack it. May be repeated.",
)
@click.option("--wait", is_flag=True, help="Return when it has ended, with its exit code.")
@key_option
@as_json
def fork(
    session: Session,
    /,
    trial_text: str,
    *,
    at: str | None,
    after_job: int | None,
    changes: tuple[str, ...],
    no_results: bool,
    fill: tuple[str, ...],
    wait: bool,
    key: str | None,
    as_json: bool,
) -> None:
    """Submit a trial that goes on from a moment of TRIAL.

    The results that counted then become known points of the new trial, where they fit its space:
    another range, algorithm, budget or image begins with what is known. They cost nothing of the
    budget. TRIAL itself stays as it is.

    \b
    Examples:
      hyperdock trial fork awk-branin --set algorithm.name=auto --set budget.jobs=50
      hyperdock trial fork awk-branin --after-job 30 --set space.lr.high=0.1
      hyperdock trial fork awk-branin --set space.y='{type: int, low: 1, high: 9}' --fill y=3
    """  # noqa: D301
    from hyperdock_cli.overrides import override  # noqa: PLC0415 - slow, other commands are not

    if at is not None and after_job is not None:
        raise click.UsageError("--at and --after-job each name a moment: leave one out")
    body: dict[str, Any] = {"changes": override({}, changes), "results": not no_results}
    moment = {"at": at, "after_job": after_job, "fill": override({}, fill) or None}
    body |= {name: value for name, value in moment.items() if value is not None}
    with session.client() as client:
        trial_id = find_trial(client, trial_text)["trial_id"]
        made = client.recorded(calls.fork(trial_id, body, key or new_key()))
        _tell_taken(made)
        if wait:
            finish(session, client, made, as_json=as_json)
        else:
            tell_submitted(made, as_json=as_json)


def _tell_taken(trial: Mapping[str, Any]) -> None:
    """On standard error, as the id alone goes to standard output."""
    taken = trial["forked_from"]
    lines = [f"{taken['results']:,} results are known to it"]
    lines += [f"{n:,} left out: {why.replace('_', ' ')}" for why, n in taken["left_out"].items()]
    click.echo("; ".join(lines), err=True)


@click.command("file", epilog=TRIAL_HELP)
@trial_argument
@system_options
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it.  [default: standard output]",
)
@at_option
@as_json
def file_(
    session: Session, /, trial_text: str, *, output: Path | None, at: str | None, as_json: bool
) -> None:
    """Print the trial file of a trial: it can be submitted again.

    \b
    Examples:
      hyperdock trial file awk-branin
      hyperdock trial file awk-branin -o again.yaml
      hyperdock trial file awk-branin --at 2h
      hyperdock trial file awk-branin --json
    """  # noqa: D301
    with session.client() as client:
        trial_id = find_trial(client, trial_text, at)["trial_id"]
        if as_json:
            show_json(client.spec(trial_id, at))
            return
        text = client.ask(calls.trial_file(trial_id, at=at))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"wrote {output}")


COMMANDS: Final = (clone, fork, file_)
