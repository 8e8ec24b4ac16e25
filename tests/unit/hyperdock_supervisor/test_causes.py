"""What the decider names as the cause of what it decides by itself."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.unit.hyperdock_supervisor.desk import Desk
from tests.unit.hyperdock_supervisor.fake_optimizers import Broken, Workshop
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    heartbeat,
    ref,
    registered,
    submitted,
)

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import (
    AttemptLost,
    Event,
    JobFinished,
    JobProposed,
    Point,
    PointsAdded,
    RecordedEvent,
    TrialChanged,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerDrainSet,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.history import history
from hyperdock_common.testing.builders import envelope

PAUSED = TrialPaused(trial_id="t")
RESUMED = TrialResumed(trial_id="t")


@pytest.fixture
def desk() -> Desk:
    """A decider with an empty log."""
    return Desk()


def causes(desk: Desk, kind: type[Event]) -> list[Event | None]:
    """What each event of a kind follows from."""
    log: Sequence[RecordedEvent] = list(history(desk.log))
    by_id = {record.envelope.event_id: record.event for record in log}
    return [
        by_id[each.envelope.causation_id] if each.envelope.causation_id else None
        for each in log
        if isinstance(each.event, kind)
    ]


def test_first_proposals_follow_from_the_submission(desk: Desk) -> None:
    """As many as there is room for."""
    desk.publish(registered(slots=2))
    desk.publish(submitted())
    assert causes(desk, JobProposed) == [submitted(), submitted()]


def test_first_proposals_that_were_put_off_follow_from_the_submission() -> None:
    """They come a commit later; nothing happened in that one."""
    desk = Desk(slow_to_make=True)
    desk.publish(registered(slots=2))
    desk.publish(submitted())
    desk.publish()
    assert causes(desk, JobProposed) == [submitted(), submitted()]


def test_a_worker_that_comes_makes_room(desk: Desk) -> None:
    """And one that takes jobs again."""
    desk.publish(submitted(parallelism=3))
    desk.publish(registered("w", slots=1))
    desk.publish(registered("v", slots=1), WorkerDrainSet(worker_id="v", draining=True))
    desk.publish(WorkerDrainSet(worker_id="v", draining=False))
    assert [type(each) for each in causes(desk, JobProposed)] == [WorkerRegistered, WorkerDrainSet]


def test_each_end_makes_room_for_one(desk: Desk) -> None:
    """Two in one batch: each proposal follows from one of them, in order."""
    desk.run("t.1", "t.2")
    desk.publish(finished("t.2"), finished("t.1"))
    assert causes(desk, JobProposed)[2:] == [finished("t.2"), finished("t.1")]


def test_a_slot_of_another_trial_makes_room(desk: Desk) -> None:
    """Where the trial itself had room all the while."""
    desk.run("t.1", budget={"jobs": 1})
    desk.publish(submitted("u"))
    desk.publish(finished("t.1"))
    assert causes(desk, JobProposed)[1:] == [finished("t.1")]


def test_a_resumption_a_change_and_points_make_room(desk: Desk) -> None:
    """What users do."""
    desk.publish(registered("w", slots=4), submitted(parallelism=1, budget={"jobs": 3}), PAUSED)
    desk.publish(RESUMED)
    change = TrialChanged(trial_id="t", parallelism=3)
    desk.publish(change)
    points = PointsAdded(trial_id="t", points=[Point(point_id="p", params={"x": 0.5})])
    desk.publish(claimed("t.1"), claimed("t.2"), claimed("t.3"), points)
    desk.publish(TrialChanged(trial_id="t", parallelism=4))
    desk.publish(submitted("u", parallelism=4, budget={"jobs": 1}), registered("v", slots=4))
    desk.publish(replace(points, trial_id="u"))
    assert [type(each) for each in causes(desk, JobProposed)] == [
        TrialResumed,
        TrialChanged,
        TrialChanged,
        TrialChanged,
        TrialSubmitted,
        PointsAdded,
    ]


def test_a_known_result_follows_from_its_own_proposal(desk: Desk) -> None:
    """And that from the points, of which there may be many."""
    desk.publish(submitted())
    known = [Point(point_id=f"p{n}", params={"x": 0.5}, loss=float(n)) for n in (1, 2, 3)]
    desk.publish(PointsAdded(trial_id="t", points=known))
    proposals = desk.recorded(JobProposed)
    assert [type(each) for each in causes(desk, JobProposed)] == [PointsAdded] * 3
    assert causes(desk, JobFinished) == proposals


def test_a_known_result_makes_no_room(desk: Desk) -> None:
    """It never had a slot: what is proposed behind it follows from the resumption."""
    known = [Point(point_id=f"p{n}", params={"x": 0.5}, loss=float(n)) for n in (1, 2)]
    desk.publish(registered(slots=2), submitted(parallelism=2), PAUSED)
    desk.publish(PointsAdded(trial_id="t", points=known), RESUMED)
    found = [type(each) for each in causes(desk, JobProposed)]
    assert found == [PointsAdded, PointsAdded, TrialResumed, TrialResumed]


@pytest.mark.parametrize(("objective", "target"), [("minimize", 1.5), ("maximize", 2.5)])
def test_a_target_is_reached_by_the_best(desk: Desk, objective: str, target: float) -> None:
    """Not by what ended last, where several end at once."""
    losses = (2.0, 1.0, 3.0, 1.0, 3.0, 2.0)
    known = [
        Point(point_id=f"p{number}", params={"x": 0.5}, loss=loss)
        for number, loss in enumerate(losses, 1)
    ]
    desk.publish(submitted(objective=objective, budget={"jobs": 3, "target_loss": target}))
    desk.publish(PointsAdded(trial_id="t", points=known))
    (cause,) = causes(desk, TrialStopRequested)
    assert isinstance(cause, JobFinished)
    assert cause.job_id == {"minimize": "t.2", "maximize": "t.3"}[objective]


def test_a_silent_worker_is_why_its_attempts_are_lost(desk: Desk) -> None:
    """Its loss is recorded with them."""
    desk.run("t.1", "t.2")
    desk.wait(61.0)
    assert [type(each) for each in causes(desk, AttemptLost)] == [WorkerLost, WorkerLost]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_worker_that_left_is_why_its_attempts_are_lost(desk: Desk, *, restarted: bool) -> None:
    """It was to come back; also where the supervisor was started again meanwhile."""
    desk.run("t.1")
    desk.publish(WorkerLeft(worker_id="w"))
    if restarted:
        desk.restart()
    desk.wait(61.0)
    assert causes(desk, AttemptLost) == [WorkerLeft(worker_id="w")]


def test_an_attempt_that_only_its_worker_forgot_has_no_cause(desk: Desk) -> None:
    """Nothing happened: the worker lives, and does not name it any more."""
    desk.run("t.1", "t.2")
    for _ in range(8):
        desk.wait(10.0)
        desk.publish(heartbeat("w", ref("t.2")))
    assert causes(desk, AttemptLost) == [None]


def test_a_worker_that_came_back_lost_nothing_by_having_left(desk: Desk) -> None:
    """It left once; that it forgot a job later has nothing to do with it."""
    desk.run("t.1")
    desk.publish(WorkerLeft(worker_id="w"))
    desk.publish(registered("w", slots=1, attempts=[ref("t.1")]))
    for _ in range(8):
        desk.wait(10.0)
        desk.publish(heartbeat("w"))
    assert causes(desk, AttemptLost) == [None]


def test_nothing_but_time_ends_a_trial_whose_time_is_up(desk: Desk) -> None:
    """Even where a job ends at that very moment; what then follows, follows from the stop."""
    desk.run("t.1", budget={"wall_time": 50})
    desk.sleep(50.0)
    desk.publish(finished("t.1"))
    assert causes(desk, TrialStopRequested) == [None]
    assert [type(each) for each in causes(desk, TrialFinished)] == [TrialStopRequested]


def test_a_trial_whose_space_is_used_up_ends_with_its_last_job() -> None:
    """The optimizer was asked in vain."""
    desk = Desk(Workshop(size=1))
    desk.run("t.1", budget={"wall_time": 1000})
    desk.publish(finished("t.1"))
    assert causes(desk, TrialFinished) == [finished("t.1")]


def test_an_optimizer_that_fails_ends_its_trial_where_it_was_asked() -> None:
    """The stop follows from what made room for the next job."""
    desk = Desk(lambda spec, _: Broken(spec, "asking"))
    desk.publish(registered())
    desk.publish(submitted())
    assert causes(desk, TrialStopRequested) == [submitted()]


def test_what_was_not_recorded_is_no_cause(desk: Desk) -> None:
    """A submission that cannot be read leaves no trace."""
    desk.publish(submitted())
    with pytest.raises(InvalidTrial):
        desk.decider.take_in(envelope(TrialSubmitted(trial_id="u", spec={"name": "x"})))
    desk.publish(registered("w"))
    assert {type(each) for each in causes(desk, JobProposed)} == {WorkerRegistered}


def test_what_a_supervisor_before_was_about_to_decide_has_no_cause() -> None:
    """Nothing of its step is known any more, and nothing is made up."""
    desk = Desk(slow_to_make=True)
    desk.publish(registered(slots=1))
    desk.publish(submitted())
    desk.restart()
    desk.publish()
    assert causes(desk, JobProposed) == [None]


def test_the_cause_of_a_step_is_not_that_of_the_next(desk: Desk) -> None:
    """A registration that found nothing to do is no reason for what comes later."""
    desk.run("t.1")
    desk.publish(registered("v", slots=1), PAUSED)
    desk.publish(RESUMED, finished("t.1"))
    assert causes(desk, JobProposed)[1:] == [finished("t.1")]
