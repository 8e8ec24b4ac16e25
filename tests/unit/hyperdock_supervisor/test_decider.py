"""The decider: given a log, when something is published or time passes, then this is recorded."""

from typing import Any

import pytest
from tests.unit.hyperdock_supervisor.desk import Desk, jobs_in
from tests.unit.hyperdock_supervisor.fake_optimizers import Workshop
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    job_stopped,
    lost,
    registered,
    stopped,
    submitted,
)

from hyperdock_common.events import (
    AttemptLost,
    Cancelled,
    Event,
    Failed,
    JobFinished,
    JobProposed,
    JobStopRequested,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    WorkerLeft,
)
from hyperdock_common.testing.builders import envelope

PAUSED = TrialPaused(trial_id="t")
RESUMED = TrialResumed(trial_id="t")
IMAGE: dict[str, Any] = {"image": "tune:1", "command": None}


@pytest.fixture
def desk() -> Desk:
    """A decider with an empty log."""
    return Desk()


def test_jobs_are_proposed_when_a_slot_is_free_for_them(desk: Desk) -> None:
    """Not when the trial comes: an optimizer shall know every result that is there."""
    assert jobs_in(desk.publish(submitted(parallelism=3))) == []
    assert jobs_in(desk.publish(registered(slots=2))) == ["t.1", "t.2"]
    assert desk.waiting() == [("t.1", 1), ("t.2", 1)]
    assert jobs_in(desk.publish(registered("other", slots=2))) == ["t.3"]


def test_a_submission_is_not_held_up_by_an_optimizer_that_is_slow_to_make() -> None:
    """It is recorded first; the proposals, and the import of a library, come at once after it."""
    desk = Desk(slow_to_make=True)
    desk.publish(registered(slots=1))
    assert desk.publish(submitted()) == [submitted()]
    assert desk.decider.in_a_hurry
    assert jobs_in(desk.publish()) == ["t.1"]
    assert not desk.decider.in_a_hurry


def test_a_busy_inbox_puts_a_first_proposal_off_only_once() -> None:
    """However much is going on, the second commit has it."""
    desk = Desk(slow_to_make=True)
    desk.publish(registered(slots=1))
    desk.publish(submitted())
    assert "t.1" in jobs_in(desk.publish(registered("other", slots=1)))


def test_the_end_of_a_job_makes_room_for_the_next(desk: Desk) -> None:
    """In the same commit, and its optimizer has been told before."""
    desk.run("t.1", "t.2")
    assert jobs_in(desk.publish(finished("t.2", 0.5))) == ["t.3"]
    (optimizer,) = desk.workshop.made
    assert (optimizer.asked, optimizer.told) == ([1, 2, 3], {2: 0.5})


def test_the_first_proposal_of_a_process_tells_the_versions(desk: Desk) -> None:
    """They may have changed with a restart, and only then."""
    desk.publish(registered(slots=3), submitted(parallelism=3))
    desk.restart()
    desk.publish(claimed("t.1"), claimed("t.2"), claimed("t.3"))
    desk.publish(finished("t.1"), finished("t.2"))
    versions = [event.versions for event in desk.recorded(JobProposed)]
    assert versions == [{"library": "1.0"}, {}, {}, {"library": "1.0"}, {}]


def test_a_claimed_job_is_offered_no_more(desk: Desk) -> None:
    """Invariant 2: its lease is held."""
    desk.publish(registered(), submitted())
    assert desk.publish(claimed("t.1")) == [claimed("t.1")]
    assert desk.waiting() == [("t.2", 1)]


def test_the_first_claim_wins_and_the_second_leaves_no_trace(desk: Desk) -> None:
    """Invariant 2: also where both come in one batch."""
    desk.publish(registered("a"), registered("b"), submitted())
    recorded = desk.publish(claimed("t.1", by="a"), claimed("t.1", by="b"))
    assert recorded == [claimed("t.1", by="a")]


def test_a_worker_that_is_not_registered_cannot_claim(desk: Desk) -> None:
    """Nobody could tell where the job runs; a worker that was given up registers again first."""
    desk.publish(registered("w"), submitted())
    assert desk.publish(claimed("t.1", by="stranger")) == []
    desk.publish(WorkerLeft(worker_id="w"))
    assert desk.publish(claimed("t.1")) == []
    assert desk.publish(registered("w"), claimed("t.1"))[-1] == claimed("t.1")


def test_a_paused_trial_claims_and_proposes_nothing(desk: Desk) -> None:
    """Until it is resumed; what runs goes on."""
    desk.run("t.1", "t.2")
    desk.publish(lost("t.2"))
    assert desk.publish(PAUSED) == [PAUSED]
    assert desk.waiting() == []
    assert desk.publish(claimed("t.2", attempt=2)) == []
    assert desk.publish(finished("t.1")) == [finished("t.1")]
    assert jobs_in(desk.publish(RESUMED)) == ["t.3"]
    assert desk.waiting() == [("t.2", 2), ("t.3", 1)]


def test_a_lost_attempt_is_followed_by_the_next(desk: Desk) -> None:
    """Invariant 1: nothing is told to the optimizer, and the job goes on."""
    desk.run("t.1")
    assert desk.publish(lost("t.1")) == [lost("t.1")]
    assert desk.waiting() == [("t.1", 2)]
    assert desk.workshop.made[0].told == {}


def test_a_late_result_counts_once(desk: Desk) -> None:
    """Invariants 1 and 10: the job ends with it, and the optimizer is told once."""
    desk.run("t.1")
    desk.publish(lost("t.1"))
    desk.publish(claimed("t.1", attempt=2))
    recorded = desk.publish(finished("t.1", 0.5), finished("t.1", 0.7, attempt=2))
    assert [type(event) for event in recorded] == [AttemptLost, JobFinished, JobProposed]
    assert desk.workshop.made[0].told == {1: 0.5}


def test_a_job_whose_attempts_are_exhausted_fails_untold(desk: Desk) -> None:
    """Invariant 1: what the infrastructure did says nothing about the params."""
    desk.run("t.1", retries=0)
    first, end, *_ = desk.publish(lost("t.1"))
    assert first == lost("t.1")
    assert isinstance(end, JobFinished)
    assert isinstance(end.outcome, Failed)
    assert end.outcome.reason == "attempts_exhausted"
    assert desk.workshop.made[0].told == {}


def test_a_trial_ends_with_its_budget_and_is_forgotten(desk: Desk) -> None:
    """Whatever comes for it later is rejected."""
    desk.run("t.1", budget={"jobs": 1})
    assert isinstance(desk.publish(finished("t.1"))[-1], TrialFinished)
    assert desk.ends() == [("completed", "jobs")]
    late: list[Event] = [
        claimed("t.1"),
        finished("t.1"),
        PAUSED,
        stopped(),
        submitted(),
        job_stopped("t.1"),
    ]
    assert desk.publish(*late) == []


def test_a_trial_ends_with_its_space() -> None:
    """The optimizer has no more; jobs that run end first."""
    desk = Desk(Workshop(size=2))
    desk.run("t.1", "t.2", budget={"wall_time": 1000})
    assert desk.publish(finished("t.1")) == [finished("t.1")]
    desk.publish(finished("t.2"))
    assert desk.ends() == [("completed", "space")]


def test_a_space_that_is_exhausted_while_paused_ends_its_trial() -> None:
    """Without a restart at once; after one, when it is resumed and asked again."""
    for restarted in (False, True):
        desk = Desk(Workshop(size=1))
        desk.publish(registered(), submitted())
        desk.publish(claimed("t.1"), PAUSED)
        if restarted:
            desk.restart()
        desk.publish(finished("t.1"))
        assert desk.ends() == ([] if restarted else [("completed", "space")])
        desk.publish(RESUMED)
        assert desk.ends() == [("completed", "space")]


@pytest.mark.parametrize("paused", [False, True])
def test_a_stopped_trial_ends_with_its_last_job(desk: Desk, *, paused: bool) -> None:
    """Invariant 8: what waits is cancelled at once, what runs is stopped."""
    desk.run("t.1", "t.2")
    desk.publish(lost("t.2"), *[PAUSED] * paused)
    assert desk.publish(stopped()) == [
        stopped(),
        JobStopRequested(trial_id="t", job_id="t.1", reason="user"),
        finished("t.2", Cancelled(reason="user"), attempt=2, by=None),
    ]
    desk.publish(finished("t.1", Cancelled(reason="user")))
    assert desk.ends() == [("stopped", "user")]


def test_a_stopping_trial_does_not_wait_for_a_lost_worker(desk: Desk) -> None:
    """It ends when the lease has expired."""
    desk.run("t.1")
    desk.publish(stopped())
    desk.wait(61.0)
    assert desk.ends() == [("stopped", "user")]
    assert desk.recorded(JobFinished)[0].outcome == Cancelled(reason="user")


def test_a_stopped_job_ends_alone(desk: Desk) -> None:
    """Its trial goes on with the next."""
    desk.run("t.1", "t.2")
    assert desk.publish(job_stopped("t.1")) == [job_stopped("t.1")]
    recorded = desk.publish(finished("t.1", Cancelled(reason="user")))
    assert jobs_in(recorded) == ["t.3"]


def test_the_wall_time_ends_a_trial_without_any_event(desk: Desk) -> None:
    """Also while nothing runs: no worker is there any more."""
    desk.run("t.1", budget={"wall_time": 100, "jobs": 50})
    desk.publish(finished("t.1"))
    desk.publish(claimed("t.2"))
    desk.wait(99.0)
    assert desk.ends() == []
    assert desk.waiting() == [("t.2", 2)]
    desk.wait(1.0)
    assert desk.ends() == [("completed", "wall_time")]


def test_the_wall_time_is_measured_by_the_supervisors_clock(desk: Desk) -> None:
    """A worker whose clock is hours behind ends no trial."""
    desk.publish(registered(), submitted(budget={"wall_time": 100}))
    behind = envelope(claimed("t.1"), at=desk.wall() - 7200)
    assert [each.event for each in desk.take_in(behind)] == [claimed("t.1")]
    desk.restart()
    assert desk.publish() == []


def test_a_reached_target_stops_the_trial_before_the_next_event(desk: Desk) -> None:
    """A claim in the same batch comes too late."""
    desk.run("t.1", "t.2", budget={"jobs": 10, "target_loss": 0.5})
    desk.publish(lost("t.2"))
    recorded = desk.publish(finished("t.1", 0.5), claimed("t.2", attempt=2))
    kinds = [type(event) for event in recorded]
    assert kinds == [JobFinished, TrialStopRequested, JobFinished, TrialFinished]


def test_two_trials_share_the_slots(desk: Desk) -> None:
    """The one with higher priority goes first, equals share."""
    desk.publish(submitted("a", parallelism=4), submitted("b", parallelism=4))
    desk.publish(submitted("c", parallelism=1, priority=1))
    assert sorted(jobs_in(desk.publish(registered(slots=5)))) == ["a.1", "a.2", "b.1", "b.2", "c.1"]


def test_jobs_that_no_worker_can_run_block_no_other_trial(desk: Desk) -> None:
    """The engine of a host is away: trials of plain commands go on in the same slots."""
    desk.publish(registered("d", slots=1, runtimes=["docker"]), submitted("image", **IMAGE))
    desk.publish(WorkerLeft(worker_id="d"))
    desk.publish(submitted("plain"))
    assert jobs_in(desk.publish(registered("p", slots=1, runtimes=["process"]))) == ["plain.1"]
