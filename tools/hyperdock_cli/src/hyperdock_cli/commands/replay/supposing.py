"""`hyperdock replay what-if`."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from hyperdock_cli.checked_system import Place, opened
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.place_options import place_options
from hyperdock_common.errors import DecodeError, InvalidTrial, OutOfPlace, StorageUnavailable

if TYPE_CHECKING:
    from hyperdock_common.spec import Algorithm
    from hyperdock_optimizers.what_if import RecordedTrial, Supposed

EPILOG: Final = """\
TRIAL is an id, the beginning of one, or a name.

\b
Exit codes:
  0  answered
  2  it cannot be said: no such trial, nothing has ended, a surrogate that is worth nothing
"""
_PERIOD: Final = 2.0
_SEEDS: Final = 2**32


class Pruning(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    """`median`, or `median:STEP`: the step before which nothing is pruned."""

    name = "rule"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The step."""
        if isinstance(value, int):
            return value
        rule, _, step = str(value).partition(":")
        if rule != "median" or not (step or "0").isdecimal():
            self.fail("must be median, or median:STEP, e.g. median:10", param, ctx)
        return int(step or 0)


class Loss(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    """A finite number."""

    name = "loss"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number."""
        loss = click.FLOAT.convert(value, param, ctx)
        if not math.isfinite(loss):
            self.fail("must be a finite number", param, ctx)
        return float(loss)


@click.command("what-if", epilog=EPILOG)
@place_options
@click.argument("trial_text", metavar="TRIAL")
@click.option("--algorithm", metavar="NAME", help="Another algorithm in place of the recorded one.")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="An option of it.")
@click.option(
    "--seeds",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="How often to run it, and the recorded one beside it, each time with another seed.",
)
@click.option(
    "--stop-without-improvement",
    "patience",
    type=click.IntRange(1),
    multiple=True,
    metavar="N",
    help="Stop after N jobs in a row that were no better.",
)
@click.option(
    "--stop-at-loss",
    "targets",
    type=Loss(),
    multiple=True,
    metavar="X",
    help="Stop at this loss.",
)
@click.option(
    "--max-jobs",
    "most",
    type=click.IntRange(1),
    multiple=True,
    metavar="N",
    help="Have a budget of N jobs.",
)
@click.option(
    "--prune",
    "prunings",
    type=Pruning(),
    multiple=True,
    metavar="median[:STEP]",
    help="End jobs that are worse than the median at a step, from this step on.",
)
@click.option("--anyway", is_flag=True, help="Show figures of a surrogate that is worth nothing.")
@as_json
def what_if(
    place: Place,
    /,
    *,
    trial_text: str,
    algorithm: str | None,
    options: tuple[str, ...],
    seeds: int,
    patience: tuple[int, ...],
    targets: tuple[float, ...],
    most: tuple[int, ...],
    prunings: tuple[int, ...],
    anyway: bool,
    as_json: bool,
) -> None:
    """Say what would have been, had TRIAL had another algorithm or ended earlier. Nothing runs.

    Rules that stop a trial or prune its jobs are exact: they go over what is recorded. Another
    algorithm gets the recorded losses where it proposes what was evaluated; elsewhere a surrogate
    guesses them, which is said of every figure, with how good its guesses are. It is refused where
    they are worth nothing. Rules may be given several times.

    \b
    Examples:
      hyperdock replay what-if awk-branin --stop-without-improvement 10 --max-jobs 50
      hyperdock replay what-if awk-branin --prune median:5
      hyperdock replay what-if awk-branin --algorithm CMA --seeds 10
    """  # noqa: D301
    from hyperdock_cli.rendering.suppositions import (  # noqa: PLC0415 - slow, help is not
        Suppositions,
        supposition_json,
        supposition_parts,
    )
    from hyperdock_optimizers.what_if import Stop, median_pruning, stopped  # noqa: PLC0415

    if not (algorithm or patience or targets or most or prunings):
        raise click.UsageError("ask something: --algorithm, or a rule that stops or prunes")
    if options and not algorithm:
        raise click.UsageError("--option goes with --algorithm")
    trial = _read(place, trial_text)
    rules = [
        *(Stop("without_improvement", each) for each in patience),
        *(Stop("at_loss", trial.sign * each) for each in targets),
        *(Stop("max_jobs", each) for each in most),
    ]
    found = Suppositions(
        trial=trial,
        stops=[stopped(trial, rule) for rule in rules],
        prunings=[median_pruning(trial, warmup) for warmup in prunings],
    )
    if algorithm:
        other, same = _suppose(trial, _algorithm(algorithm, options), seeds, anyway=anyway)
        found = replace(found, other=other, same=same)
    if as_json:
        show_json(supposition_json(found))
    else:
        show(supposition_parts(found))


def _read(place: Place, text: str) -> "RecordedTrial":
    """The trial of the log.

    Raises:
        Fault: there is none, or none of its jobs has ended.
    """
    from hyperdock_cli.logged_trials import find_logged_trial  # noqa: PLC0415 - slow
    from hyperdock_common.history import coherent, history  # noqa: PLC0415
    from hyperdock_optimizers.what_if import read_trial  # noqa: PLC0415

    try:
        with opened(replace(place, docker=False), changes=False) as found:
            trial_id = find_logged_trial(found.log, text)
            trial = read_trial(coherent(history(found.log, stream=f"trial-{trial_id}")))
    except (StorageUnavailable, DecodeError, OutOfPlace) as error:
        raise Fault(f"the log cannot be read: {error}", code=REFUSED) from error
    if trial is None or not trial.ended:
        raise Fault(f"no job of {trial_id} has ended: nothing can be said", code=REFUSED)
    return trial


def _algorithm(name: str, options: tuple[str, ...]) -> "Algorithm":
    """The algorithm that is asked about.

    Raises:
        Fault: there is none of that name, or it has no such option.
    """
    from hyperdock_cli.overrides import override  # noqa: PLC0415 - slow
    from hyperdock_common.spec import Algorithm  # noqa: PLC0415
    from hyperdock_common.spec.algorithms import check_algorithm  # noqa: PLC0415

    chosen = override({}, options)
    try:
        check_algorithm(name, dict(chosen))
    except InvalidTrial as error:
        raise Fault(error.problem, code=REFUSED) from error
    return Algorithm(name=name, options=chosen)


def _suppose(
    trial: "RecordedTrial", algorithm: "Algorithm", seeds: int, *, anyway: bool
) -> tuple["Supposed", "Supposed"]:
    """The algorithm, and the recorded one beside it: on the same losses, with the same seeds.

    Raises:
        Fault: guesses would be worth nothing, or an algorithm fails.
    """
    from hyperdock_optimizers.failure import OptimizerFailed  # noqa: PLC0415 - slow
    from hyperdock_optimizers.what_if import CannotTell, suppose  # noqa: PLC0415
    from hyperdock_optimizers.what_if.runs import Truth  # noqa: PLC0415

    recorded = trial.spec.algorithm
    drawn = [((recorded.seed or 0) + place) % _SEEDS for place in range(1, seeds + 1)]
    truth = Truth(trial, anyway=anyway)
    try:
        return (
            suppose(trial, algorithm, drawn, truth, _progress(algorithm.name)),
            suppose(trial, recorded, drawn, truth, _progress(recorded.name)),
        )
    except CannotTell as error:
        remedy = "--anyway shows figures all the same" if error.possible else ""
        raise Fault(f"{error}", remedy, code=REFUSED) from error
    except (OptimizerFailed, InvalidTrial) as error:
        raise Fault(str(error), code=REFUSED) from error


def _progress(name: str) -> Callable[[int, int], None]:
    """Says now and then on standard error how far it is."""
    said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said > _PERIOD:
            said = time.monotonic()
            click.echo(f"{name}: {done:,} of {total:,} jobs", err=True)

    return tell


COMMANDS: Final[tuple[click.Command, ...]] = (what_if,)
