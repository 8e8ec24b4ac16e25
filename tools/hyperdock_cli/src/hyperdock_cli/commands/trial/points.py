"""`hyperdock trial add`: points of one's own, to be run next or evaluated already."""

from pathlib import Path
from typing import Final

import click

from hyperdock_cli.arguments import TRIAL_HELP, key_option, trial_argument
from hyperdock_cli.lookup import find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls
from hyperdock_client.jobs import new_key

_MOST: Final = 1000


@click.command(epilog=TRIAL_HELP)
@trial_argument
@system_options
@click.option("--params", metavar="JSON", help='One point, e.g. {"x": 1}.')
@click.option("--loss", type=float, help="What --params are known to give: they are not run.")
@click.option(
    "--file",
    "path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Many: a .csv with columns x, model.depth, loss; or a .jsonl with params and loss.",
)
@key_option
@as_json
def add(
    session: Session,
    /,
    trial_text: str,
    *,
    params: str | None,
    loss: float | None,
    path: Path | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Add points to a trial: to be run next or, with a loss, known results to begin with.

    A table that `hyperdock trial export` wrote does as it is: its jobs with a loss are added.

    \b
    Examples:
      hyperdock trial add awk-branin --params '{"x": 1, "y": 2}'
      hyperdock trial add awk-branin --params '{"x": 1, "y": 2}' --loss 0.4
      hyperdock trial add awk-branin --file known.csv
    """  # noqa: D301
    from hyperdock_cli.point_file import params_of, read_points  # noqa: PLC0415 - slow

    if (params is None) == (path is None):
        raise click.UsageError("give --params or --file")
    if path is not None and loss is not None:
        raise click.UsageError("--loss goes with --params; in a FILE it is a column")
    if path is not None:
        points = read_points(path)
    else:
        points = [{"params": params_of(params or "")} | ({} if loss is None else {"loss": loss})]
    whole_key = key or new_key()
    with session.client() as client:
        trial_id = find_trial(client, trial_text)["trial_id"]
        added = []
        for start in range(0, len(points), _MOST):
            part = f"{whole_key}-{start}" if start else whole_key
            some = points[start : start + _MOST]
            added += [each.raw for each in client.ask(calls.add_points(trial_id, some, part))]
    if as_json:
        show_json({"trial_id": trial_id, "points": added})
        return
    known = sum("loss" in each for each in points)
    told = " and ".join(filter(None, (_results(known), _next(len(points) - known))))
    show([f"added to {trial_id}: {told}"])


def _results(count: int) -> str:
    return f"{count} known result{'s' * (count > 1)}" if count else ""


def _next(count: int) -> str:
    return f"{count} point{'s' * (count > 1)} to be run next" if count else ""


COMMANDS: Final = (add,)
