"""Trials told in few words: what jobs came to, how long they took, what they told meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hyperdock_common.events import (
    Event,
    Failed,
    JobFinished,
    JobProposed,
    JobStarted,
    MetricReported,
    RecordedEvent,
    Succeeded,
    TrialSubmitted,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import dump_trial, parse_trial
from hyperdock_common.testing.builders import envelope
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_optimizers.what_if import RecordedTrial, read_trial

TRIAL = "told-abcdef"
Loss = Callable[[JsonObject], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that takes so many seconds after the one before; `curve` is told evenly meanwhile."""

    loss: float | None
    params: JsonObject = field(default_factory=lambda: {"x": 0.5})
    seconds: float = 10.0
    curve: Sequence[float] = ()
    reason: str = "exit_code"


def spec(**changes: Any) -> dict[str, Any]:
    """A trial's document."""
    space = {"x": {"type": "float", "low": 0, "high": 1}}
    base = {"name": "told", "command": ["true"], "space": space}
    seeded = {"algorithm": {"name": "random", "seed": 7}}
    return base | seeded | changes


def records(jobs: Sequence[Job], **changes: Any) -> list[RecordedEvent]:
    """The stream of a trial whose jobs ran one after the other."""
    submitted = TrialSubmitted(trial_id=TRIAL, spec=dump_trial(parse_trial(spec(**changes))))
    at = 100.0
    said: list[tuple[Event, float]] = [(submitted, at)]
    for number, job in enumerate(jobs, 1):
        name: dict[str, Any] = {"trial_id": TRIAL, "job_id": f"{TRIAL}.{number}"}
        held: dict[str, Any] = {**name, "attempt": 1, "worker_id": "w"}
        said.append((JobProposed(**name, number=number, params=job.params), at))
        said.append((JobStarted(**held, runner={}), at))
        for step, loss in enumerate(job.curve, 1):
            told = at + job.seconds * step / (len(job.curve) + 1)
            said.append((MetricReported(**held, step=step, values={"loss": loss}), told))
        at += job.seconds
        end = Failed(reason=job.reason) if job.loss is None else Succeeded(loss=job.loss)
        said.append((JobFinished(**held, outcome=end), at))
    return [
        RecordedEvent(position=position, recorded_at=when, envelope=envelope(event, when))
        for position, (event, when) in enumerate(said, 1)
    ]


def trial(jobs: Sequence[Job], **changes: Any) -> RecordedTrial:
    """That trial as it is read."""
    found = read_trial(records(jobs, **changes))
    assert found is not None
    return found


def run(loss: Loss, count: int, space: Mapping[str, Any], **changes: Any) -> RecordedTrial:
    """A trial that was run: what its algorithm proposes, with its loss (None: it fails)."""
    document = spec(space=dict(space), **changes)
    optimizer = make_optimizer(parse_trial(document))
    jobs = []
    for number in range(1, count + 1):
        params = optimizer.ask(number)
        if params is None:
            break
        optimizer.tell(number, loss(params))
        jobs.append(Job(loss=loss(params), params=params))
    return trial(jobs, space=dict(space), **changes)
