"""Short ways to say events in tests: only what a test is about needs to be named."""

import uuid
from collections.abc import Iterable, Sequence

from hyperdock_common.events import (
    AttemptLost,
    AttemptRef,
    Envelope,
    Event,
    Heartbeat,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobStarted,
    Outcome,
    RecordedEvent,
    Succeeded,
    TrialSubmitted,
    WorkerRegistered,
    stream_of,
)
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.offer import JobOffer


def envelope(event: Event, at: float = 0.0, *, event_id: str | None = None) -> Envelope:
    """An event on its way, under an id of its own if none is given."""
    return Envelope(
        event_id=event_id or str(uuid.uuid4()),
        stream=stream_of(event),
        event=event,
        occurred_at=at,
        producer="test",
    )


def envelopes(events: Iterable[Event]) -> list[Envelope]:
    """Several events on their way."""
    return [envelope(event) for event in events]


def recorded(events: Iterable[Event], *, after: int = 0, at: float = 0.0) -> list[RecordedEvent]:
    """Events as they stand in a log, at the positions behind `after`."""
    return [
        RecordedEvent(position=position, recorded_at=at, envelope=envelope(event, at))
        for position, event in enumerate(events, after + 1)
    ]


def job_id_of(trial_id: str, number: int) -> str:
    """The job id that the builders give to a trial's job."""
    return f"{trial_id}-job-{number}"


def submitted(trial_id: str = "t1", **spec: Json) -> TrialSubmitted:
    """A trial, with these fields of its spec."""
    return TrialSubmitted(trial_id=trial_id, spec=spec)


def proposed(
    number: int = 1, *, trial_id: str = "t1", params: JsonObject | None = None
) -> JobProposed:
    """A job of a trial."""
    return JobProposed(
        trial_id=trial_id,
        job_id=job_id_of(trial_id, number),
        number=number,
        params=params if params is not None else {"x": float(number)},
    )


def claimed(
    number: int = 1, *, trial_id: str = "t1", attempt: int = 1, worker_id: str = "w1", slot: int = 0
) -> JobClaimed:
    """A claim of a job."""
    return JobClaimed(
        trial_id=trial_id,
        job_id=job_id_of(trial_id, number),
        attempt=attempt,
        worker_id=worker_id,
        slot=slot,
    )


def started(
    number: int = 1, *, trial_id: str = "t1", attempt: int = 1, worker_id: str = "w1"
) -> JobStarted:
    """A start of a job."""
    return JobStarted(
        trial_id=trial_id,
        job_id=job_id_of(trial_id, number),
        attempt=attempt,
        worker_id=worker_id,
        runner={},
    )


def finished(
    number: int = 1,
    outcome: Outcome | None = None,
    *,
    trial_id: str = "t1",
    attempt: int = 1,
    worker_id: str | None = "w1",
) -> JobFinished:
    """An end of a job: a success with its number as the loss, if nothing else is said."""
    return JobFinished(
        trial_id=trial_id,
        job_id=job_id_of(trial_id, number),
        attempt=attempt,
        worker_id=worker_id,
        outcome=outcome or Succeeded(loss=float(number)),
    )


def attempt_lost(
    number: int = 1, *, trial_id: str = "t1", attempt: int = 1, worker_id: str = "w1"
) -> AttemptLost:
    """A lost attempt of a job."""
    return AttemptLost(
        trial_id=trial_id,
        job_id=job_id_of(trial_id, number),
        attempt=attempt,
        worker_id=worker_id,
        reason="lease_expired",
    )


def registered(
    worker_id: str = "w1", *, slots: int = 2, attempts: Sequence[AttemptRef] = ()
) -> WorkerRegistered:
    """A worker that began."""
    return WorkerRegistered(
        worker_id=worker_id,
        host="host",
        pool="default",
        slots=slots,
        runtimes=["docker", "process"],
        version="0",
        attempts=list(attempts),
    )


def heartbeat(worker_id: str = "w1", attempts: Sequence[AttemptRef] = ()) -> Heartbeat:
    """A pulse of a worker."""
    return Heartbeat(worker_id=worker_id, attempts=list(attempts))


def job_offer(
    number: int = 1,
    *,
    trial_id: str = "t1",
    attempt: int = 1,
    pool: str = "default",
    runtime: str = "process",
) -> JobOffer:
    """An offer of a job that runs nothing."""
    return JobOffer(
        trial_id=trial_id,
        job_id=job_id_of(trial_id, number),
        number=number,
        attempt=attempt,
        pool=pool,
        runtime=runtime,
        params={"x": float(number)},
        command=("true",),
    )
