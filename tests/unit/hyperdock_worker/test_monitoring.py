"""The worker's numbers, after jobs that it ran or lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.hyperdock_worker.fake_runner import FakeRunner
from tests.unit.hyperdock_worker.waiting import until
from tests.unit.hyperdock_worker.world import World

from hyperdock_common.events import AttemptLost, Failed, JobFinished, JobStarted, Succeeded
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_common.testing.builders import envelope, job_offer
from hyperdock_worker.monitoring import MeteredWorker, WorkerMonitoring

NAMES: dict[str, Any] = {"trial_id": "t", "job_id": "t.1", "attempt": 1, "worker_id": "w1"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A folder of state without a supervisor."""
    made = World(tmp_path)
    yield made
    made.close()


class Numbers:
    """What a worker tells."""

    def __init__(self) -> None:
        self._metrics = Metrics("worker", "1")
        self.monitoring = WorkerMonitoring(self._metrics)

    def __getitem__(self, name: str) -> float:
        """A number, with its labels as Prometheus writes them."""
        lines = exposition(self._metrics)().body.decode().splitlines()
        (value,) = [
            line.split()[1] for line in lines if line.startswith(f"hyperdock_worker_{name} ")
        ]
        return float(value)


def test_attempts_are_counted_by_how_they_ended() -> None:
    """Once each: when the inbox has them."""
    numbers = Numbers()
    runner: dict[str, Any] = {"seconds": 12.5}
    for event in (
        JobStarted(**NAMES, runner={}),
        JobFinished(**NAMES, outcome=Succeeded(loss=1.0), runner=runner),
        JobFinished(**NAMES, outcome=Failed(reason="no_loss")),
        AttemptLost(**NAMES, reason="x"),
    ):
        numbers.monitoring.published(envelope(event))
    assert numbers["attempts_started_total"] == 1
    assert numbers['attempts_ended_total{outcome="succeeded"}'] == 1
    assert numbers['attempts_ended_total{outcome="failed"}'] == 1
    assert numbers['attempts_ended_total{outcome="lost"}'] == 1
    assert (numbers["attempt_seconds_count"], numbers["attempt_seconds_sum"]) == (1, 12.5)
    assert numbers["harvest_seconds_count"] == 2


def test_slots_and_claims_that_came_to_nothing_are_told(world: World) -> None:
    """Nobody records the claim: it is given up after a while, and the slot is free again."""
    numbers = Numbers()
    runners = {"process": FakeRunner(world.engine, "w1")}
    settings = world.settings(slots=3, claim_timeout=0.3)
    worker = MeteredWorker(numbers.monitoring, settings, world.stores, runners)
    world.start_supervisor()
    worker.start()
    assert (numbers["slots"], numbers["busy_slots"]) == (3, 0)
    world.bus.offer(job_offer(trial_id="unknown"))
    until(lambda: numbers["claims_lost_total"] == 1)
    until(lambda: numbers["busy_slots"] == 0)
    worker.stop()
