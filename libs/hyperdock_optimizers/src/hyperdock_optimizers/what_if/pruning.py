"""The median rule over recorded intermediate losses: exact for the jobs, as far as they told.

The rule is the one known from Vizier (Golovin et al., "Google Vizier: A Service for Black-Box
Optimization", 2017, section 3.2.2) in the form that Optuna's MedianPruner made common: a job is
ended when the best loss that it told so far is worse than the median of the losses that jobs before
it, which ran to their ends, told at the same step.
"""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from hyperdock_optimizers.what_if.recorded import (
    CANCELLED,
    Ended,
    RecordedJob,
    RecordedTrial,
    Reported,
)

STARTUP = 5
"""So many jobs must have told a loss at a step before others are measured by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What the rule would have come to. Losses are minimized ones.

    Attributes:
        told: how many jobs told intermediate losses at all.
        jobs: those that would have been ended early, each with the step.
        seconds: of computing in all, as it was, and `seconds_saved` of them.
        best: the best job, as it was, and `best_left` of those that would have run to their ends.
    """

    warmup: int
    told: int
    jobs: tuple[tuple[RecordedJob, int], ...]
    seconds: float
    seconds_saved: float
    best: RecordedJob | None
    best_left: RecordedJob | None

    @property
    def loses_the_best(self) -> bool:
        """Whether the best job would not have run to its end."""
        return any(job is self.best for job, _ in self.jobs)


def median_pruning(trial: RecordedTrial, warmup: int = 0, startup: int = STARTUP) -> Pruned:
    """Which jobs the rule would have ended.

    What an algorithm would have proposed had it known is another question: here it proposes what
    it did.

    Args:
        trial: what is recorded.
        warmup: at steps below this nothing is ended.
        startup: how many jobs that ran to their ends must have told a loss at a step.
    """
    curves: dict[int, tuple[int, dict[int, float]]] = {}
    at_step: defaultdict[int, list[float]] = defaultdict(list)
    pruned: dict[int, tuple[RecordedJob, int]] = {}
    saved = 0.0
    told: set[int] = set()
    for happening in trial.happenings:
        if trial.jobs[happening.number].state == CANCELLED:
            continue  # nobody knows what it would have come to
        if isinstance(happening, Reported) and happening.number not in pruned:
            number, step = happening.number, happening.step
            told.add(number)
            attempt, curve = curves.get(number, (happening.attempt, {}))
            if attempt != happening.attempt:
                curve = {}
            curve[step] = happening.loss
            curves[number] = (happening.attempt, curve)
            others = at_step[step]
            if step >= warmup and len(others) >= startup and min(curve.values()) > median(others):
                job = trial.jobs[number]
                pruned[number] = (job, step)
                saved += job.seconds - job.seconds_until(happening.at)
        elif isinstance(happening, Ended) and happening.number not in pruned:
            if trial.jobs[happening.number].state == "succeeded":
                _, curve = curves.get(happening.number, (0, {}))
                for step, loss in curve.items():
                    at_step[step].append(loss)
            curves.pop(happening.number, None)
    ended = trial.ended
    left = [job for job in ended if job.loss is not None and job.number not in pruned]
    return Pruned(
        warmup=warmup,
        told=len(told),
        jobs=tuple(each for each in pruned.values() if each[0].ended_at is not None),
        seconds=sum(job.seconds for job in ended),
        seconds_saved=saved,
        best=trial.best,
        best_left=min(left, key=lambda job: job.loss or 0.0, default=None),
    )
