"""A real decider and a fleet that runs nothing: logs of trials as they come about, by a seed."""

import random
from collections.abc import Sequence
from typing import Any

from hyperdock_common.events import (
    AttemptLost,
    Event,
    Failed,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobRetracted,
    Outcome,
    Point,
    PointsAdded,
    RecordedEvent,
    Succeeded,
    TrialEvent,
    TrialSubmitted,
    WorkerRegistered,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import EventLog
from hyperdock_common.spec import dump_trial, parse_trial
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import envelopes
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_supervisor.bootstrap import library_versions
from hyperdock_supervisor.decided import Clocks
from hyperdock_supervisor.decider import Decider
from hyperdock_supervisor.domain.leases import Silence
from hyperdock_supervisor.domain.trial import LiveJob, Trial, evolve

WORKER = "w"
SLOTS = 4


class Fleet:
    """One worker whose slots end their jobs in a random order, in every way there is.

    Attributes:
        trials: as the log tells of them.
    """

    def __init__(self, log: EventLog, seed: int) -> None:
        self._log = log
        self._random = random.Random(seed)  # noqa: S311
        self.trials: dict[str, Trial] = {}
        self._decider = self._new_decider()
        self.publish(
            WorkerRegistered(
                worker_id=WORKER,
                host="host",
                pool="default",
                slots=SLOTS,
                runtimes=["process"],
                version="1",
            )
        )

    def publish(self, *events: Event) -> None:
        """Takes these in as one batch, and records what follows."""
        for each in envelopes(events):
            self._decider.take_in(each)
        facts = self._decider.decide().facts
        if facts:
            self._note(self._log.append(self._log.head(), facts))

    def restart(self) -> None:
        """Another process takes over, which knows what the log says."""
        self._decider = self._new_decider()

    def begin(self, trial_id: str, document: dict[str, Any]) -> None:
        """Submits a trial."""
        spec = dump_trial(parse_trial(document))
        self.publish(TrialSubmitted(trial_id=trial_id, spec=spec))

    def turn(self) -> bool:
        """Claims what waits and lets one job end, or its attempt be lost; false at the end."""
        waiting = [each for each in self._open_jobs() if each[1].worker_id is None]
        if waiting:
            self.publish(*(_claim(trial_id, job) for trial_id, job in waiting))
        running = [each for each in self._open_jobs() if each[1].worker_id]
        if not running:
            return False
        trial_id, job = self._random.choice(running)
        held: dict[str, Any] = {
            "trial_id": trial_id,
            "job_id": job.job_id,
            "attempt": job.attempt,
            "worker_id": WORKER,
        }
        if self._random.random() < 0.1:
            self.publish(AttemptLost(**held, reason="the engine went away"))
        else:
            self.publish(JobFinished(**held, outcome=self._outcome(job.params)))
        return True

    def add_points(self, trial_id: str, *points: tuple[JsonObject, float | None]) -> None:
        """A user gives points, some of them with a loss."""
        named = [
            Point(point_id=f"p{self._random.random()}", params=params, loss=loss)
            for params, loss in points
        ]
        self.publish(PointsAdded(trial_id=trial_id, points=named))

    def retract(self, trial_id: str, job_id: str) -> None:
        """A user takes a result back."""
        self.publish(JobRetracted(trial_id=trial_id, job_id=job_id))

    def _outcome(self, params: JsonObject) -> Outcome:
        if self._random.random() < 0.15:
            return Failed(reason="exit_code", message="exit code 3")
        return Succeeded(loss=loss_of(params))

    def _open_jobs(self) -> list[tuple[str, LiveJob]]:
        return [(each.trial_id, job) for each in self.trials.values() for job in each.live.values()]

    def _note(self, records: Sequence[RecordedEvent]) -> None:
        for record in records:
            event = record.event
            if isinstance(event, TrialEvent | JobEvent):
                trial = self.trials.get(event.trial_id)
                self.trials[event.trial_id] = evolve(trial, event, record.recorded_at)

    def _new_decider(self) -> Decider:
        clock = FakeClock()
        decider = Decider(
            make_optimizer,
            Clocks(wall=clock, monotonic=clock),
            producer="supervisor",
            silence=Silence(),
            versions=library_versions(),
        )
        decider.rebuild(self._log)
        return decider


def loss_of(params: JsonObject) -> float:
    """A loss that depends on some of the params."""
    kind = str(params["model"])
    return abs(float(str(params["lr"])) - 0.01) + (int(str(params["depth"])) - 3) ** 2 + len(kind)


def _claim(trial_id: str, job: LiveJob) -> JobClaimed:
    return JobClaimed(
        trial_id=trial_id, job_id=job.job_id, attempt=job.attempt, worker_id=WORKER, slot=0
    )
