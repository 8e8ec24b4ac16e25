"""What the checker remembers of open trials, their jobs and the workers, trusting nothing.

Of an ended trial only its id is kept: memory grows with what is open, not with the log.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from hyperdock_common.checking.findings import Findings
from hyperdock_common.events import (
    Event,
    JobEvent,
    JobProposed,
    JobRetracted,
    JobStopRequested,
    TrialEvent,
)

Lease: TypeAlias = tuple[int, str]
"""An attempt's number and the worker that holds it."""


@dataclass(slots=True)
class Job:
    """An open job.

    Attributes:
        attempt: the one that runs, or that is to be claimed next.
        lost: the leases that ended without a result.
        proposed: false where events of it came before its proposal.
    """

    attempt: int = 1
    lease: Lease | None = None
    lost: list[Lease] = field(default_factory=list)
    stopping: bool = False
    proposed: bool = True


@dataclass(slots=True)
class Trial:
    """An open trial; `ended` names its jobs that have ended."""

    state: Literal["running", "paused", "stopping"] = "running"
    proposed: int | None = 0
    jobs: dict[str, Job] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Accounts:
    """All that is open, with what was found and counted on the way.

    Attributes:
        ended: the trials that have ended.
        fleet: each worker's last word: `here`, `left` or `lost`.
        doubled: the jobs that ended more than once.
        left_open: the jobs whose trial was finished before them.
    """

    findings: Findings = field(default_factory=Findings)
    tally: Counter[str] = field(default_factory=Counter)
    trials: dict[str, Trial] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    fleet: dict[str, Literal["here", "left", "lost"]] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)
    left_open: set[str] = field(default_factory=set)

    def open_jobs(self) -> Iterator[tuple[str, Job]]:
        """The jobs that have not ended, by id."""
        for trial in self.trials.values():
            yield from trial.jobs.items()

    def lease(self, trial_id: str, job_id: str) -> Lease | None:
        """The live lease of a job."""
        trial = self.trials.get(trial_id)
        job = trial.jobs.get(job_id) if trial else None
        return job.lease if job else None


def place(event: Event, position: int) -> str:
    """Where something is: the trial, job and attempt, or the worker, and the position."""
    return f"{_subject(event)}, position {position}"


def _subject(event: Event) -> str:
    match event:
        case JobProposed() | JobStopRequested() | JobRetracted():
            return f"job {event.job_id}"
        case _ if isinstance(event, JobEvent):
            return f"job {event.job_id} attempt {event.attempt}"
        case _ if isinstance(event, TrialEvent):
            return f"trial {event.trial_id}"
        case _:
            return f"worker {event.worker_id}"
