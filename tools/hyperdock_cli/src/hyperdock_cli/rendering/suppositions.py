"""What would have been, for people and for scripts: what is guessed says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, Table
from hyperdock_optimizers.what_if import Pruned, RecordedJob, RecordedTrial, Stopped, Supposed

_SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
_FEWEST_RUNS = 4
"""Fewer have no quartiles that say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppositions:
    """All that was asked about one trial.

    Attributes:
        other: another algorithm, and `same`, the recorded one with the same seeds.
    """

    trial: RecordedTrial
    stops: Sequence[Stopped] = field(default_factory=list)
    prunings: Sequence[Pruned] = field(default_factory=list)
    other: Supposed | None = None
    same: Supposed | None = None


def supposition_parts(found: Suppositions) -> Sequence[Part]:
    """All of it, as tables."""
    return [
        _headline(found.trial),
        *([_stops(found)] if found.stops else []),
        *([_prunings(found)] if found.prunings else []),
        *_algorithms(found),
    ]


def supposition_json(found: Suppositions) -> dict[str, Any]:
    """All of it, for scripts; losses are the user's own."""
    trial = found.trial
    ended = trial.ended
    return {
        "trial_id": trial.trial_id,
        "recorded": {
            "algorithm": trial.spec.algorithm.name,
            "jobs": len(ended),
            "failed": sum(job.state == "failed" for job in ended),
            "seconds": sum(job.seconds for job in ended),
            "best": _job_json(trial, trial.best),
            "curve": [_own(trial, each) for each in recorded_curve(trial)],
        },
        "stopping": [_stop_json(trial, each) for each in found.stops],
        "pruning": [_pruned_json(trial, each) for each in found.prunings],
        "algorithms": [
            _supposed_json(trial, each) for each in (found.same, found.other) if each is not None
        ],
    }


def recorded_curve(trial: RecordedTrial) -> list[float]:
    """The best loss (minimized) after each job that ended; infinite before the first."""
    best = float("inf")
    curve = []
    for job in trial.ended:
        best = best if job.loss is None else min(best, job.loss)
        curve.append(best)
    return curve


def _headline(trial: RecordedTrial) -> str:
    ended = trial.ended
    best = trial.best
    told = (
        "none succeeded" if best is None else f"best {_loss(trial, best.loss)} (job {best.number})"
    )
    seconds = formats.duration(sum(job.seconds for job in ended))
    return f"{trial.trial_id}: {len(ended):,} jobs in {seconds} of computing, {told}"


def _stops(found: Suppositions) -> Table:
    trial = found.trial
    rows = [
        (
            _rule(trial, each),
            "never" if each.job is None else f"job {each.job.number}",
            f"{each.jobs:,}",
            f"{each.jobs_saved:,}",
            formats.duration(each.seconds_saved),
            _loss(trial, each.best_then),
            _loss(trial, each.best_in_the_end),
            _number(each.regret),
        )
        for each in found.stops
    ]
    headings = (
        *("rule", "stops after", "jobs", "jobs saved", "time saved"),
        *("best then", "best in the end", "regret"),
    )
    return Table(
        headings=headings,
        rows=rows,
        title="stopping rules (exact)",
        numbers=frozenset(headings[2:]),
    )


def _rule(trial: RecordedTrial, stop: Stopped) -> str:
    match stop.rule.kind:
        case "without_improvement":
            return f"{stop.rule.limit:g} jobs without improvement"
        case "at_loss":
            return f"loss {trial.sign * stop.rule.limit:g} reached"
        case "max_jobs":
            return f"a budget of {stop.rule.limit:g} jobs"


def _prunings(found: Suppositions) -> Table:
    trial = found.trial
    rows = [
        (
            f"median, from step {each.warmup}",
            f"{each.told:,}",
            f"{len(each.jobs):,}",
            formats.duration(each.seconds_saved),
            f"{each.seconds_saved / each.seconds:.0%}" if each.seconds else "-",
            "yes" if each.loses_the_best else "no",
            _loss(trial, each.best_left.loss if each.best_left else None),
        )
        for each in found.prunings
    ]
    headings = (
        *("rule", "jobs that told", "pruned", "time saved", "of all"),
        *("best lost", "best left"),
    )
    return Table(
        headings=headings, rows=rows, title="pruning (exact)", numbers=frozenset(headings[1:])
    )


def _algorithms(found: Suppositions) -> Sequence[Part]:
    other, same, trial = found.other, found.same, found.trial
    if other is None or same is None:
        return []
    curve = recorded_curve(trial)
    counts = sorted({max(1, round(share * len(curve))) for share in _SHARES})
    rows = [
        (
            f"{count:,}",
            _loss(trial, curve[count - 1]),
            _quartiles(trial, same.best(count)),
            _quartiles(trial, other.best(count)),
        )
        for count in counts
    ]
    recorded = trial.spec.algorithm.name
    headings = (
        "jobs",
        f"{recorded}, recorded",
        f"{same.algorithm.name}, {same.source}",
        f"{other.algorithm.name}, {other.source}",
    )
    seeds = len(other.runs)
    title = f"best loss so far: median [quartiles] of {seeds} seed{'s' * (seeds > 1)}"
    table = Table(headings=headings, rows=rows, title=title, numbers=frozenset(headings))
    return [table, "\n".join(_caveats(found, same, other)), _verdict(trial, same, other)]


def _caveats(found: Suppositions, same: Supposed, other: Supposed) -> Sequence[str]:
    lines = [
        f"{each.algorithm.name}: {each.exact:.0%} of the proposals had been evaluated"
        for each in (same, other)
    ]
    quality = other.quality or same.quality
    if quality is None:
        return [*lines, "every loss is a recorded one: nothing is guessed"]
    failed = sum(job.state == "failed" for job in found.trial.ended)
    guessed = (
        f"surrogate: a Gaussian process of {quality.results:,} results guesses all others; each of "
        f"its own results, guessed from the rest, is off by {quality.error:.3g} in the median "
        f"(knowing nothing: {quality.spread:.3g}), rank correlation {quality.rank_correlation:.2f}"
    )
    failures = (
        f"surrogate: nothing fails where nothing was evaluated ({failed:,} of "
        f"{len(found.trial.ended):,} recorded jobs failed), and losses have no noise"
    )
    return [*lines, guessed, failures, *_too_good(found.trial, same, other)]


def _too_good(trial: RecordedTrial, same: Supposed, other: Supposed) -> Sequence[str]:
    """Whoever searches a surrogate finds where it errs: what is too good to be true is told."""
    best = min((job.loss for job in trial.results if job.loss is not None), default=None)
    runs = [*same.runs, *other.runs]
    beyond = sum(bool(run.best) and best is not None and run.best[-1] < best for run in runs)
    if not beyond:
        return []
    told = (
        f"surrogate: {beyond} of {len(runs)} runs end with a guess that is better than anything "
        f"recorded ({_loss(trial, best)}): there it errs most, so trust the order of the "
        "algorithms more than the losses"
    )
    return [told]


def _verdict(trial: RecordedTrial, same: Supposed, other: Supposed) -> str:
    jobs = len(trial.ended)
    one, two = same.best(jobs)[1], other.best(jobs)[1]
    names = (same.algorithm.name, other.algorithm.name)
    source = "exact" if other.quality is None and same.quality is None else "surrogate"
    if one == two:
        return f"in the end, {source}: {names[0]} and {names[1]} come to the same"
    better, worse = (other, same) if two < one else (same, other)
    seeds = len(other.runs)
    if seeds < _FEWEST_RUNS:
        spread = f", but {seeds} seed{'s are' if seeds > 1 else ' is'} few: it may be chance"
    elif better.best(jobs)[2] < worse.best(jobs)[0]:
        spread = ""
    else:
        spread = ", but their quartiles overlap: it may be chance"
    by = f"{better.algorithm.name} is better than {worse.algorithm.name} by {abs(one - two):.4g}"
    return f"in the end, {source}: {by}{spread}"


def _stop_json(trial: RecordedTrial, stop: Stopped) -> dict[str, Any]:
    at_loss = stop.rule.kind == "at_loss"
    return {
        "rule": stop.rule.kind,
        "limit": trial.sign * stop.rule.limit if at_loss else stop.rule.limit,
        "source": "exact",
        "job_id": stop.job and stop.job.job_id,
        "jobs": stop.jobs,
        "jobs_saved": stop.jobs_saved,
        "seconds": stop.seconds,
        "seconds_saved": stop.seconds_saved,
        "best_then": _own(trial, stop.best_then),
        "best_in_the_end": _own(trial, stop.best_in_the_end),
        "regret": stop.regret,
    }


def _pruned_json(trial: RecordedTrial, pruned: Pruned) -> dict[str, Any]:
    return {
        "rule": "median",
        "warmup": pruned.warmup,
        "source": "exact",
        "told": pruned.told,
        "pruned": [{"job_id": job.job_id, "step": step} for job, step in pruned.jobs],
        "seconds": pruned.seconds,
        "seconds_saved": pruned.seconds_saved,
        "best_lost": pruned.loses_the_best,
        "best_left": _job_json(trial, pruned.best_left),
    }


def _supposed_json(trial: RecordedTrial, supposed: Supposed) -> dict[str, Any]:
    quality = supposed.quality
    jobs = len(trial.ended)
    return {
        "algorithm": supposed.algorithm.name,
        "options": supposed.algorithm.options,
        "source": supposed.source,
        "exact": supposed.exact,
        "best": _quartiles_json(trial, supposed.best(jobs)),
        "runs": [
            {
                "seed": run.seed,
                "exact": run.exact,
                "guessed": run.guessed,
                "curve": [_own(trial, each) for each in run.best],
            }
            for run in supposed.runs
        ],
        "surrogate": quality
        and {
            "results": quality.results,
            "error": quality.error,
            "spread": quality.spread,
            "rank_correlation": quality.rank_correlation,
        },
    }


def _quartiles_json(
    trial: RecordedTrial, quartiles: tuple[float, float, float]
) -> Mapping[str, float | None]:
    low, middle, high = (_own(trial, each) for each in quartiles)
    return {"low": low, "median": middle, "high": high}


def _job_json(trial: RecordedTrial, job: RecordedJob | None) -> dict[str, Any] | None:
    return None if job is None else {"job_id": job.job_id, "loss": _own(trial, job.loss)}


def _own(trial: RecordedTrial, loss: float | None) -> float | None:
    """A minimized loss as the user knows it; None where there is none."""
    return None if loss is None or not isfinite(loss) else trial.sign * loss


def _loss(trial: RecordedTrial, loss: float | None) -> str:
    return _number(_own(trial, loss))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"


def _quartiles(trial: RecordedTrial, quartiles: tuple[float, float, float]) -> str:
    low, middle, high = (_loss(trial, each) for each in quartiles)
    return f"{middle} [{low}, {high}]"
