"""A log as trials make it: a real decider, and a fleet that only says what workers say.

Jobs are claimed, started, report values, and end in every way there is; some attempts are lost on
the way. What is recorded is what the supervisor's own code decides on it, commit by commit.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.events import (
    AttemptLost,
    Envelope,
    Event,
    Failed,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobStarted,
    MetricReported,
    Outcome,
    Pruned,
    Succeeded,
    TrialFinished,
    TrialSubmitted,
    WorkerRegistered,
    deterministic_id,
    stream_of,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import dump_trial, parse_trial
from hyperdock_optimizers import make_optimizer
from hyperdock_supervisor.decided import Clocks
from hyperdock_supervisor.decider import Decider
from hyperdock_supervisor.domain.leases import Silence

_WORKERS = 4
_SLOTS = 8
_TRIALS = 4  # at a time
_JOBS = 500  # of a trial
_STEPS = 8  # of a job, on average
_SPACE = {
    "lr": {"type": "float", "low": 1e-5, "high": 1, "log": True},
    "depth": {"type": "int", "low": 1, "high": 8},
    "dropout": {"type": "float", "low": 0, "high": 0.8},
    "model": ["tree", "net", "linear"],
}


@dataclass(slots=True)
class _Job:
    trial_id: str
    job_id: str
    attempt: int = 1
    worker_id: str = ""
    step: int = 0
    steps: int = _STEPS


class SimulatedFleet:
    """Workers without targets, over a decider without servers; `commits` never ends."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same log each time
        self._now = 1_800_000_000.0
        self._told = 0
        self._trials = 0
        self._waiting: list[_Job] = []
        self._running: dict[str, _Job] = {}
        self._decider = Decider(
            make_optimizer,
            Clocks(wall=lambda: self._now, monotonic=lambda: 0.0),
            producer="supervisor",
            silence=Silence(),
            versions={},
        )

    def commits(self) -> Iterator[Sequence[Envelope]]:
        """What is appended at once, one after the other."""
        yield self._commit([_registered(each) for each in range(_WORKERS)])
        yield self._commit([self._submitted() for _ in range(_TRIALS)])
        while True:
            claims = [self._claimed(each) for each in self._take_waiting()]
            yield self._commit([each for claim in claims for each in claim])
            yield self._commit([each for job in self._running.values() for each in self._on(job)])

    def _commit(self, events: Sequence[Event]) -> Sequence[Envelope]:
        self._now += 0.25
        for each in events:
            self._decider.take_in(self._envelope(each))
        facts: list[Envelope] = []
        while commit := self._decider.decide().facts:
            facts += commit
            for heard in [self._heard(fact.event) for fact in commit]:
                if heard is not None:
                    self._decider.take_in(self._envelope(heard))
        return facts

    def _heard(self, event: Event) -> Event | None:
        """Notes what is to be run; an ended trial is followed by the next one."""
        match event:
            case JobProposed():
                steps = self._random.randint(1, 2 * _STEPS - 1)
                self._waiting.append(_Job(event.trial_id, event.job_id, steps=steps))
            case AttemptLost():
                job = self._running.pop(event.job_id)
                job.attempt, job.step = job.attempt + 1, 0
                self._waiting.append(job)
            case JobFinished():
                self._running.pop(event.job_id, None)
                self._waiting = [each for each in self._waiting if each.job_id != event.job_id]
            case TrialFinished():
                return self._submitted()
            case _:
                pass
        return None

    def _submitted(self) -> TrialSubmitted:
        self._trials += 1
        document = {
            "name": f"replay {self._trials}",
            "command": ["train"],
            "space": _SPACE,
            "algorithm": {"name": "random", "seed": self._trials},
            "budget": {"jobs": _JOBS},
            "parallelism": _WORKERS * _SLOTS // _TRIALS,
        }
        spec = dump_trial(parse_trial(document))
        return TrialSubmitted(trial_id=f"replay-{self._trials:06}", spec=spec)

    def _take_waiting(self) -> list[_Job]:
        taken, self._waiting = self._waiting, []
        for place, job in enumerate(taken):
            job.worker_id = f"worker-{place % _WORKERS}"
            self._running[job.job_id] = job
        return taken

    def _claimed(self, job: _Job) -> Sequence[Event]:
        held = _held(job)
        runner: JsonObject = {"host": "bench", "pid": 1000 + self._told, "engine": "process"}
        return (JobClaimed(**held, slot=0), JobStarted(**held, runner=runner))

    def _on(self, job: _Job) -> Sequence[Event]:
        """The next that a job's worker says of it."""
        held = _held(job)
        if self._random.random() < 0.01:
            return (AttemptLost(**held, reason="the engine went away"),)
        job.step += 1
        loss = self._random.random() / job.step
        metric = MetricReported(**held, step=job.step, values={"loss": loss, "accuracy": 1 - loss})
        if job.step < job.steps:
            return (metric,)
        finished = JobFinished(
            **held,
            outcome=self._outcome(job, loss),
            metrics={"accuracy": 1 - loss, "seconds": 12.5},
            runner={"exit_code": 0, "seconds": 12.5, "peak_memory": 123_456_789},
        )
        return (metric, finished)

    def _outcome(self, job: _Job, loss: float) -> Outcome:
        match self._random.randrange(12):
            case 0:
                return Failed(reason="exit_code", message="the target ended with exit code 3")
            case 1:
                return Pruned(step=job.step)
            case _:
                return Succeeded(loss=loss)

    def _envelope(self, event: Event) -> Envelope:
        self._told += 1
        return Envelope(
            event_id=deterministic_id("bench", self._told),
            stream=stream_of(event),
            event=event,
            occurred_at=self._now,
            producer="worker",
        )


def recorded(path: Path, events: int, tell: Callable[[str], None]) -> SqliteEventLog:
    """A log with so many events, made in this file or found there."""
    log = SqliteEventLog(path)
    head = log.head()
    if head >= events:
        return log
    if head:
        raise ValueError(f"{path} has {head} events and not {events}: remove it")
    fleet, begun = SimulatedFleet(), time.monotonic()
    for commit in fleet.commits():
        part = commit[: events - head]
        if part:
            log.append(head, part)
        if head // 100_000 < (head := head + len(part)) // 100_000:
            tell(f"{head:,} events made in {time.monotonic() - begun:.0f} s")
        if head >= events:
            break
    return log


def _registered(number: int) -> WorkerRegistered:
    return WorkerRegistered(
        worker_id=f"worker-{number}",
        host="bench",
        pool="default",
        slots=_SLOTS,
        runtimes=["process"],
        version="bench",
    )


def _held(job: _Job) -> dict[str, Any]:
    return {
        "trial_id": job.trial_id,
        "job_id": job.job_id,
        "attempt": job.attempt,
        "worker_id": job.worker_id,
    }
