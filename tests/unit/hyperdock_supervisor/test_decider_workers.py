"""The decider and its workers: what follows when they come, go or are silent."""

import pytest
from tests.unit.hyperdock_supervisor.desk import Desk
from tests.unit.hyperdock_supervisor.words import (
    heartbeat,
    lost,
    ref,
    registered,
)

from hyperdock_common.events import (
    AttemptLost,
    WorkerLeft,
    WorkerLost,
)


@pytest.fixture
def desk() -> Desk:
    """A decider with an empty log."""
    return Desk()


def test_a_silent_worker_loses_its_leases_and_its_place(desk: Desk) -> None:
    """Its jobs are offered again."""
    desk.run("t.1")
    assert desk.wait(60.0) == []
    gone, lost_one = desk.wait(1.0)
    assert gone == WorkerLost(worker_id="w", reason="not heard of for too long")
    assert lost_one == lost("t.1", reason="its worker was silent for too long")
    assert desk.waiting() == [("t.1", 2)]


def test_heartbeats_keep_the_leases_that_they_name(desk: Desk) -> None:
    """A worker that lives but has forgotten a job loses that one."""
    desk.run("t.1", "t.2")
    for _ in range(8):
        desk.wait(10.0)
        desk.publish(heartbeat("w", ref("t.2")))
    assert [event.job_id for event in desk.recorded(AttemptLost)] == ["t.1"]
    assert desk.recorded(WorkerLost) == []


def test_only_its_holder_renews_a_lease(desk: Desk) -> None:
    """Another worker names what it claims, too, and may not have heard yet that it was too late."""
    desk.run("t.1")
    for _ in range(7):
        desk.wait(10.0)
        desk.publish(heartbeat("v", ref("t.1")))
    assert [event.worker_id for event in desk.recorded(AttemptLost)] == ["w"]


def test_heartbeats_are_no_facts(desk: Desk) -> None:
    """They go into the pulses."""
    assert desk.publish(registered(), heartbeat("w"))[1:] == []
    assert [each.event for each in desk.pulses] == [heartbeat("w")]


def test_a_worker_that_registers_again_keeps_what_it_names(desk: Desk) -> None:
    """What it does not name is lost at once."""
    desk.run("t.1", "t.2")
    again = registered("w", slots=2, attempts=[ref("t.1")])
    recorded = desk.publish(again)
    assert recorded == [again, lost("t.2", reason="its worker started again without it")]
    assert desk.waiting() == [("t.2", 2)]


def test_a_worker_that_left_keeps_its_leases_for_a_while(desk: Desk) -> None:
    """It was only started again; no new jobs are proposed for it meanwhile."""
    desk.run("t.1")
    left = WorkerLeft(worker_id="w")
    assert desk.publish(left) == [left]
    assert desk.publish(left) == []
    assert desk.wait(59.0) == []
    again = registered("w", slots=1, attempts=[ref("t.1")])
    assert desk.publish(again) == [again]
    assert desk.wait(59.0) == []


def test_nobody_else_declares_workers_lost(desk: Desk) -> None:
    """Only the supervisor has the clock for it."""
    desk.publish(registered("w"))
    assert desk.publish(WorkerLost(worker_id="w", reason="I say so")) == []


def test_a_worker_can_be_lost_again_and_again(desk: Desk) -> None:
    """Invariant 3: each time is an event of its own."""
    for _ in range(3):
        desk.publish(registered("w"))
        desk.wait(61.0)
    assert len(desk.recorded(WorkerLost)) == 3


def test_after_a_restart_every_lease_begins_afresh(desk: Desk) -> None:
    """However long the supervisor was away."""
    desk.run("t.1")
    desk.sleep(10_000.0)
    desk.restart()
    assert desk.wait(59.0) == []
    assert {type(event) for event in desk.wait(7.0)} == {WorkerLost, AttemptLost}


def test_a_lease_does_not_expire_while_the_supervisor_is_away(desk: Desk) -> None:
    """Its own pause is held against nobody; silence after it is."""
    desk.run("t.1")
    desk.sleep(1000.0)
    assert desk.publish(heartbeat("w", ref("t.1"))) == []
    assert desk.wait(60.0) == []
    assert [type(event) for event in desk.wait(1.0)] == [WorkerLost, AttemptLost]
