"""What watching a trial has shown so far: a pure state machine, fed with documents and the clock.

Displays draw it; nothing here draws, asks or waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from hyperdock_cli.api_client import Doc

ENDED_STATES: Final = ("completed", "stopped", "failed")
ENDED_JOBS: Final = ("succeeded", "failed", "pruned", "cancelled")
SHOWN_BEST: Final = 5

_SAMPLES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A trial as it is watched.

    Attributes:
        trial: its newest document.
        now: when that was read.
        samples: when the count of ended jobs changed lately, and to what: for the rate.
        best: its best jobs, the best first.
        failure: the job that failed last.
        problems: what keeps the system from going on, in sentences.
    """

    trial: Doc
    now: float
    samples: tuple[tuple[float, int], ...]
    best: tuple[Doc, ...] = ()
    failure: Doc | None = None
    problems: tuple[str, ...] = ()

    @classmethod
    def begun(cls, trial: Doc, now: float) -> Self:
        """The watch begins."""
        return cls(trial=trial, now=now, samples=((now, ended_here(trial)),))

    def seen(self, trial: Doc, now: float) -> Self:
        """The trial was read again."""
        samples = self.samples
        if ended_here(trial) != samples[-1][1]:
            samples = (*samples[1 - _SAMPLES :], (now, ended_here(trial)))
        return replace(self, trial=trial, now=now, samples=samples, problems=())

    def with_jobs(self, best: Sequence[Doc], failure: Doc | None) -> Self:
        """The best jobs and the last failure were read again."""
        return replace(self, best=tuple(best), failure=failure)

    def troubled(self, problems: Sequence[str], now: float) -> Self:
        """Something is in the way."""
        return replace(self, problems=tuple(problems), now=now)

    @property
    def jobs(self) -> dict[str, int]:
        """The counts of the trial's jobs."""
        return dict(self.trial["jobs"])

    @property
    def ended(self) -> int:
        """How many jobs have ended, in whatever way."""
        return ended_here(self.trial)

    @property
    def is_over(self) -> bool:
        """Whether the trial has ended."""
        return self.trial["state"] in ENDED_STATES

    @property
    def total(self) -> int | None:
        """How many jobs the budget allows."""
        jobs: int | None = _budget(self.trial, "jobs")
        return jobs

    @property
    def wall_time(self) -> float | None:
        """How many seconds the budget allows."""
        seconds: float | None = _budget(self.trial, "wall_time")
        return seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the first job began."""
        started = self.trial.get("started_at")
        until = self.trial.get("finished_at") or self.now
        return 0.0 if started is None else max(0.0, until - started)

    @property
    def fraction(self) -> float | None:
        """How much of the budget is used: of the jobs, else of the time; None without either."""
        if self.total:
            return min(1.0, self.ended / self.total)
        if self.wall_time:
            return min(1.0, self.elapsed / self.wall_time)
        return None

    @property
    def rate(self) -> float | None:
        """Jobs that end per second, lately; None before the first has."""
        since, then = self.samples[0]
        if self.ended <= then or self.now <= since:
            return None
        return (self.ended - then) / (self.now - since)

    @property
    def eta(self) -> float | None:
        """Seconds until the budget is used up, at the latest rate; None where nobody knows."""
        if self.is_over or self.trial["state"] == "paused":
            return None
        left = []
        if self.total and self.rate:
            left.append((self.total - self.ended) / self.rate)
        if self.wall_time and self.trial.get("started_at") is not None:
            left.append(max(0.0, self.wall_time - self.elapsed))
        return min(left, default=None)


def jobs_changed(before: Progress | None, after: Progress) -> bool:
    """Whether the best jobs or the last failure may be others than before."""
    names = ("succeeded", "failed")
    if before is None:
        return any(after.jobs[name] for name in names)
    return any(before.jobs[name] != after.jobs[name] for name in names)


def ended_here(trial: Doc) -> int:
    """How many jobs have ended that were not evaluated elsewhere: those cost no budget."""
    jobs: Mapping[str, int] = trial["jobs"]
    return sum(jobs[name] for name in ENDED_JOBS) - jobs.get("imported", 0)


def _budget(trial: Doc, name: str) -> Any:
    return (trial.get("budget") or {}).get(name)
