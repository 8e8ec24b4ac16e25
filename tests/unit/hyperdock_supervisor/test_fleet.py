"""The workers as the supervisor knows them."""

from tests.unit.hyperdock_supervisor.words import heartbeat, registered

from hyperdock_common.events import WorkerEvent, WorkerLeft, WorkerLost
from hyperdock_supervisor.domain.fleet import Fleet, Worker, evolve_fleet

LEFT = WorkerLeft(worker_id="w")
LOST = WorkerLost(worker_id="w", reason="silent")


def given(*events: WorkerEvent) -> Fleet:
    """The fleet after these events."""
    fleet: Fleet = {}
    for event in events:
        fleet = evolve_fleet(fleet, event)
    return fleet


def test_a_registered_worker_is_there() -> None:
    """With its pool, its slots and what it can run."""
    fleet = given(registered("w", slots=3, pool="gpu", runtimes=["docker"]))
    worker = Worker(worker_id="w", pool="gpu", runtimes=frozenset({"docker"}), slots=3)
    assert fleet == {"w": worker}


def test_a_worker_that_registers_again_is_as_it_says_now() -> None:
    """It may have been started with other slots."""
    fleet = given(registered("w", slots=3), registered("v"), registered("w", slots=1))
    assert {worker_id: worker.slots for worker_id, worker in fleet.items()} == {"v": 2, "w": 1}


def test_a_worker_that_left_or_was_lost_is_gone() -> None:
    """The others stay, and it may come back."""
    assert list(given(registered("w"), registered("v"), LEFT)) == ["v"]
    assert list(given(registered("w"), registered("v"), LOST)) == ["v"]
    assert list(given(registered("w"), LOST, registered("w"))) == ["w"]


def test_leaving_without_having_been_there_changes_nothing() -> None:
    """Nor does a heartbeat."""
    assert given(LEFT, LOST, heartbeat("w")) == {}
