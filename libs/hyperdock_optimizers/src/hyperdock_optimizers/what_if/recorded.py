"""A trial as the log tells of it, in the order of the log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from hyperdock_common.events import (
    Failed,
    JobClaimed,
    JobFinished,
    JobOrigin,
    JobProposed,
    JobRetracted,
    JobStarted,
    MetricReported,
    Outcome,
    RecordedEvent,
    Succeeded,
    TrialSubmitted,
)
from hyperdock_common.events.codec import outcome_name
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, recorded_trial

LOSS = "loss"
FAILED, CANCELLED, LOST = "failed", "cancelled", "lost"
_SAYS_NOTHING = "attempts_exhausted"
"""A failure that says nothing about the params."""


@dataclass(slots=True, kw_only=True)
class RecordedJob:
    """One job. Losses are as optimizers see them: smaller is better.

    Attributes:
        state: how it ended, in a word; empty: it has not. `lost`: it failed, and that says nothing
            about its params.
        loss: its result; None where it has none that counts.
        started_at: when the attempt did that ended it; those that were lost count nowhere.
    """

    job_id: str
    number: int
    params: JsonObject
    origin: JobOrigin
    state: str = ""
    loss: float | None = None
    started_at: float | None = None
    ended_at: float | None = None

    @property
    def seconds(self) -> float:
        """How long it ran."""
        return self.seconds_until(None)

    def seconds_until(self, moment: float | None) -> float:
        """How long it had run by a moment; None: in all."""
        if self.started_at is None or self.ended_at is None:
            return 0.0
        end = self.ended_at if moment is None else min(self.ended_at, moment)
        return max(0.0, end - self.started_at)

    @property
    def was_run(self) -> bool:
        """Whether it was evaluated here, and not elsewhere."""
        return self.origin != "imported"


@dataclass(frozen=True, slots=True)
class Asked:
    """A job was proposed."""

    number: int


@dataclass(frozen=True, slots=True)
class Reported:
    """A job that runs told a loss."""

    number: int
    attempt: int
    step: int
    loss: float
    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """A job ended."""

    number: int


Happening: TypeAlias = Asked | Reported | Ended


@dataclass(slots=True, kw_only=True)
class RecordedTrial:
    """A trial: its jobs by number, and what happened in order."""

    trial_id: str
    spec: TrialSpec
    jobs: dict[int, RecordedJob] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)

    @property
    def sign(self) -> float:
        """What makes a loss of the user's one that is minimized, and back."""
        return -1.0 if self.spec.maximizes else 1.0

    @property
    def ended(self) -> Sequence[RecordedJob]:
        """The jobs that were run to some end of their own, in the order of their ends."""
        ends = (self.jobs[each.number] for each in self.happenings if isinstance(each, Ended))
        return [job for job in ends if job.was_run and job.state != CANCELLED]

    @property
    def results(self) -> Sequence[RecordedJob]:
        """The jobs that have a result that counts, those evaluated elsewhere among them."""
        return [job for job in self.jobs.values() if job.loss is not None]

    @property
    def best(self) -> RecordedJob | None:
        """The best of them that was run here; the first of several."""
        able = [job for job in self.ended if job.loss is not None]
        return min(able, key=lambda job: job.loss or 0.0, default=None)


def read_trial(records: Iterable[RecordedEvent]) -> RecordedTrial | None:
    """The trial of a stream; None where that does not begin with a submission."""
    trial: RecordedTrial | None = None
    by_id: dict[str, RecordedJob] = {}
    started: dict[tuple[str, int], float] = {}
    for record in records:
        event, at = record.event, record.envelope.occurred_at
        if isinstance(event, TrialSubmitted):
            trial = RecordedTrial(trial_id=event.trial_id, spec=recorded_trial(event.spec))
        elif trial is None:
            return None
        elif isinstance(event, JobProposed):
            job = RecordedJob(
                job_id=event.job_id,
                number=event.number,
                params=event.params,
                origin=_origin(event, by_id),
            )
            trial.jobs[job.number] = by_id[job.job_id] = job
            trial.happenings.append(Asked(job.number))
        elif isinstance(event, JobClaimed | JobStarted):
            started[event.job_id, event.attempt] = at
        elif isinstance(event, MetricReported):
            if LOSS in event.values:
                number, loss = by_id[event.job_id].number, trial.sign * event.values[LOSS]
                trial.happenings.append(Reported(number, event.attempt, event.step, loss, at))
        elif isinstance(event, JobFinished):
            job = by_id[event.job_id]
            job.state, job.ended_at = _state(event.outcome), at
            if job.state != LOST:
                job.started_at = started.get((event.job_id, event.attempt))
            if isinstance(event.outcome, Succeeded):
                job.loss = trial.sign * event.outcome.loss
            trial.happenings.append(Ended(job.number))
        elif isinstance(event, JobRetracted):
            by_id[event.job_id].loss = None
    return trial


def _origin(event: JobProposed, by_id: Mapping[str, RecordedJob]) -> JobOrigin:
    """Where its params come from: those of a retried point are their user's still."""
    first = by_id.get(event.retry_of or "")
    return event.origin if first is None or first.origin == "optimizer" else first.origin


def _state(outcome: Outcome) -> str:
    if isinstance(outcome, Failed) and outcome.reason == _SAYS_NOTHING:
        return LOST
    return outcome_name(outcome)
