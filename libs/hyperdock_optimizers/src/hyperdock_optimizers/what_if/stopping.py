"""Rules that end a trial earlier, over the recorded order of ends: exact, nothing is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hyperdock_optimizers.what_if.recorded import RecordedJob, RecordedTrial


@dataclass(frozen=True, slots=True)
class Stop:
    """A rule.

    `without_improvement`: so many jobs in a row ended without a better loss than before, once there
    was one. `at_loss`: a loss is as good as this (minimized). `max_jobs`: so many are proposed
    and end, as with a budget.
    """

    kind: Literal["without_improvement", "at_loss", "max_jobs"]
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What the rule would have come to. Losses are minimized ones.

    Attributes:
        job: the one whose end would have been the last; None: the rule never holds.
        jobs: how many jobs would have ended.
        jobs_saved: how many that ended later would not have been needed.
        seconds: of computing until then, running jobs included, and `seconds_saved` of the rest.
        best_then: the best loss by then, and `best_in_the_end`.
    """

    rule: Stop
    job: RecordedJob | None
    jobs: int
    jobs_saved: int
    seconds: float
    seconds_saved: float
    best_then: float | None
    best_in_the_end: float | None

    @property
    def regret(self) -> float | None:
        """How much worse the best then is than the best in the end."""
        if self.best_then is None or self.best_in_the_end is None:
            return None
        return self.best_then - self.best_in_the_end


def stopped(trial: RecordedTrial, rule: Stop) -> Stopped:
    """Where this rule would have stopped the trial."""
    ended = trial.ended
    holds, until = _until(trial, ended, rule)
    last = until[-1] if holds else None
    seconds = sum(job.seconds for job in ended)
    if last is None or rule.kind == "max_jobs":
        spent = sum(job.seconds for job in until)
    else:
        spent = sum(job.seconds_until(last.ended_at) for job in ended)
    return Stopped(
        rule=rule,
        job=last,
        jobs=len(until),
        jobs_saved=len(ended) - len(until),
        seconds=spent,
        seconds_saved=seconds - spent,
        best_then=_best(until),
        best_in_the_end=_best(ended),
    )


def _until(
    trial: RecordedTrial, ended: Sequence[RecordedJob], rule: Stop
) -> tuple[bool, Sequence[RecordedJob]]:
    """Whether the rule ever holds, and the jobs that would have ended, in order."""
    if rule.kind == "max_jobs":
        run = sorted(job.number for job in trial.jobs.values() if job.was_run)
        within = set(run[: int(rule.limit)])
        until = [job for job in ended if job.number in within]
        return len(run) >= rule.limit and bool(until), until
    place = _place(ended, rule)
    return (False, ended) if place is None else (True, ended[: place + 1])


def _place(ended: Sequence[RecordedJob], rule: Stop) -> int | None:
    best: float | None = None
    since = 0
    for place, job in enumerate(ended):
        if job.loss is not None and (best is None or job.loss < best):
            best, since = job.loss, 0
        elif best is not None:
            since += 1
        if rule.kind == "without_improvement":
            holds = since >= rule.limit
        else:
            holds = best is not None and best <= rule.limit
        if holds:
            return place
    return None


def _best(jobs: Sequence[RecordedJob]) -> float | None:
    return min((job.loss for job in jobs if job.loss is not None), default=None)
