"""What users ask of a trial that runs or has ended: points, retractions, changes, drains."""

from collections.abc import Sequence

import pytest
from tests.unit.hyperdock_supervisor.desk import Desk, jobs_in
from tests.unit.hyperdock_supervisor.words import claimed, finished, registered, stopped, submitted

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import (
    JobFinished,
    JobProposed,
    JobRetracted,
    Point,
    PointsAdded,
    Succeeded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialPaused,
    WorkerDrainSet,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.offer import external_runtime
from hyperdock_common.testing.builders import envelope as envelope_of

MINE: JsonObject = {"x": 0.25}
RETRACTED = JobRetracted(trial_id="t", job_id="t.1", reason="wrong data")
ARCHIVED = TrialArchived(trial_id="t", archived=True)


@pytest.fixture
def desk() -> Desk:
    """A decider with an empty log."""
    return Desk()


def points(*losses: float | None, retry_of: str | None = None) -> PointsAdded:
    """Points of a user; those with a loss were evaluated elsewhere."""
    made = [
        Point(point_id=f"p{number}", params=MINE, loss=loss, retry_of=retry_of)
        for number, loss in enumerate(losses, 1)
    ]
    return PointsAdded(trial_id="t", points=made)


def origins(desk: Desk) -> Sequence[tuple[str, str]]:
    """Which jobs were proposed, and by whom."""
    return [(event.job_id, event.origin) for event in desk.recorded(JobProposed)]


def test_points_of_a_user_are_proposed_before_all_others(desk: Desk) -> None:
    """As soon as there is a slot, in their order, under the next numbers."""
    desk.run("t.1")
    desk.publish(points(None, None, retry_of="t.1"))
    desk.publish(finished("t.1", 1.0), claimed("t.2"))
    desk.publish(claimed("t.2"))
    desk.publish(finished("t.2", 1.0))
    first, second, third = desk.recorded(JobProposed)
    assert (second.origin, second.params, second.point_id) == ("retry", MINE, "p1")
    assert (third.origin, third.retry_of, third.point_id) == ("retry", "t.1", "p2")
    assert first.origin == "optimizer"


def test_the_optimizer_learns_of_points_that_it_did_not_propose(desk: Desk) -> None:
    """When they end; its own asks are not counted up by them."""
    desk.run("t.1")
    desk.publish(points(None))
    desk.publish(finished("t.1", 1.0))
    desk.publish(claimed("t.2"))
    desk.publish(finished("t.2", 3.0))
    (optimizer,) = desk.workshop.made
    assert optimizer.told == {1: 1.0}
    assert optimizer.learned == [(MINE, 3.0)]
    assert optimizer.asked == [1, 2]


def test_evaluated_points_are_jobs_that_have_ended(desk: Desk) -> None:
    """In the same commit, without a slot, also while the trial is paused."""
    desk.publish(submitted())
    desk.publish(TrialPaused(trial_id="t"))
    recorded = desk.publish(points(0.5, 0.25))
    assert origins(desk) == [("t.1", "imported"), ("t.2", "imported")]
    ends = [event for event in recorded if isinstance(event, JobFinished)]
    assert [(end.job_id, end.outcome) for end in ends] == [
        ("t.1", Succeeded(loss=0.5)),
        ("t.2", Succeeded(loss=0.25)),
    ]
    assert desk.waiting() == []


def test_evaluated_points_cost_nothing_of_the_budget(desk: Desk) -> None:
    """They were paid for elsewhere; what a user wants to be run is run even beyond it."""
    desk.publish(registered(slots=1), submitted(budget={"jobs": 1}, parallelism=1))
    desk.publish(points(0.5, 0.25), claimed("t.1"))
    assert origins(desk)[-1] == ("t.3", "imported")
    desk.publish(points(None))
    desk.publish(finished("t.1", 1.0))
    assert origins(desk)[-1] == ("t.4", "enqueued")
    desk.publish(claimed("t.4"))
    desk.publish(finished("t.4", 1.0))
    assert desk.ends() == [("completed", "jobs")]


def test_a_trial_may_begin_with_points(desk: Desk) -> None:
    """Its spec names them: known ones are there at once, others are run first."""
    known, wanted = {"params": MINE, "loss": 2.0}, {"params": {"x": 0.75}}
    desk.publish(registered(slots=1), submitted(points=[wanted, known], parallelism=1))
    assert origins(desk) == [("t.1", "imported"), ("t.2", "enqueued")]


def test_points_come_too_late_for_a_trial_that_stops(desk: Desk) -> None:
    """Nothing new begins then."""
    desk.run("t.1")
    desk.publish(stopped())
    assert desk.publish(points(None)) == []


def test_an_import_that_was_cut_in_two_by_a_crash_is_completed(desk: Desk) -> None:
    """A proposal without its end is never offered to a worker."""
    desk.publish(registered(), submitted())
    facts = desk.take_in()
    assert facts == []
    for event in (points(0.5),):
        desk.decider.take_in(envelope_of(event))
    commit = desk.decider.decide()
    kept = [each for each in commit.facts if not isinstance(each.event, JobFinished)]
    desk.log.append(desk.log.head(), kept)
    desk.restart()
    recorded = desk.publish()
    assert [event.job_id for event in recorded if isinstance(event, JobFinished)] == [
        kept[-1].event.job_id  # type: ignore[union-attr]  # the last one is a proposal
    ]


def test_a_retracted_result_counts_no_more(desk: Desk) -> None:
    """The best is then the best of the others, and a second retraction is in vain."""
    desk.run("t.1", "t.2", budget={"jobs": 10, "target_loss": 0.01})
    desk.publish(finished("t.1", 0.1), finished("t.2", 0.5))
    assert desk.publish(RETRACTED) == [RETRACTED]
    assert desk.publish(RETRACTED) == []
    trial = desk.decider._trials["t"]
    assert (trial.best, trial.succeeded) == (0.5, 1)


def test_only_results_can_be_retracted(desk: Desk) -> None:
    """Not a job that is open, nor one that never was."""
    desk.run("t.1")
    for job_id in ("t.1", "t.9", "t", "other.1"):
        assert desk.publish(JobRetracted(trial_id="t", job_id=job_id)) == []


def test_the_optimizer_forgets_a_retracted_result(desk: Desk) -> None:
    """It begins anew with all others that are known, live just as after a restart."""
    desk.run("t.1", "t.2")
    desk.publish(finished("t.1", 0.1), finished("t.2", 0.5))
    desk.publish(claimed("t.3"), claimed("t.4"))
    desk.publish(RETRACTED, finished("t.3", 0.75))
    desk.publish(claimed("t.5"))
    anew = desk.workshop.made[-1]
    assert anew.generation == 1
    assert [loss for _, loss in anew.learned] == [0.5, 0.75]
    desk.restart()
    desk.publish(finished("t.4", 1.0))
    assert desk.workshop.made[-1].asked == [5, 6], "the restart asked again, and alike"
    assert desk.ends() == []


def test_a_retraction_and_the_next_ask_in_one_commit_agree_with_the_replay(desk: Desk) -> None:
    """What is not in the log yet is replayed with it."""
    desk.run("t.1")
    desk.publish(finished("t.1", 0.1))
    desk.publish(claimed("t.2"))
    desk.publish(finished("t.2", 0.2), RETRACTED)
    live = desk.recorded(JobProposed)[-1]
    replayed = Desk()
    replayed.log = desk.log
    replayed.restart()
    assert replayed.recorded(JobProposed)[-1] == live
    desk.restart()
    desk.publish(claimed("t.3"))
    desk.publish(finished("t.3", 0.3))
    assert desk.ends() == [], "no divergence"
    assert len(desk.recorded(JobProposed)) == 4


def test_budget_parallelism_and_priority_change_while_it_runs(desk: Desk) -> None:
    """At once: more jobs run side by side, and the end comes later."""
    desk.publish(registered(slots=4), submitted(budget={"jobs": 1}, parallelism=1))
    desk.publish(claimed("t.1"))
    more = TrialChanged(trial_id="t", budget={"jobs": 3}, parallelism=2)
    assert jobs_in(desk.publish(more)) == ["t.2"]
    desk.publish(claimed("t.2"), finished("t.1"), finished("t.2"))
    desk.publish(claimed("t.3"))
    desk.publish(finished("t.3"))
    assert desk.ends() == [("completed", "jobs")]


def test_a_smaller_budget_ends_a_trial_when_its_open_jobs_end(desk: Desk) -> None:
    """What runs goes on."""
    desk.run("t.1", "t.2")
    desk.publish(TrialChanged(trial_id="t", budget={"jobs": 1}))
    desk.publish(finished("t.1"))
    assert desk.ends() == []
    desk.publish(finished("t.2"))
    assert desk.ends() == [("completed", "jobs")]


def test_a_change_that_no_trial_can_have_is_refused(desk: Desk) -> None:
    """Invariant 9: it raises, and nothing of it is recorded."""
    desk.publish(submitted())
    with pytest.raises(InvalidTrial, match="parallelism"):
        desk.publish(TrialChanged(trial_id="t", parallelism=0))
    assert desk.publish() == []


def test_an_ended_trial_is_annotated_put_away_and_corrected(desk: Desk) -> None:
    """And nothing else, also after a restart."""
    desk.run("t.1", budget={"jobs": 1})
    desk.publish(finished("t.1", 0.1))
    assert desk.ends() == [("completed", "jobs")]
    noted = TrialAnnotated(trial_id="t", notes="good")
    assert desk.publish(noted, ARCHIVED) == [noted, ARCHIVED]
    desk.restart()
    assert desk.publish(ARCHIVED) == [], "it is put away already"
    assert desk.publish(RETRACTED, RETRACTED) == [RETRACTED]
    assert desk.publish(points(None), TrialChanged(trial_id="t", priority=1)) == []


def test_an_open_trial_is_not_put_away(desk: Desk) -> None:
    """It would be forgotten while it runs."""
    desk.publish(submitted())
    assert desk.publish(ARCHIVED) == []


def test_a_drained_worker_gets_no_more_jobs(desk: Desk) -> None:
    """What it runs goes on; a claim that was on its way is in vain."""
    desk.publish(registered(slots=2), submitted(parallelism=2))
    desk.publish(claimed("t.1"))
    drained = WorkerDrainSet(worker_id="w", draining=True)
    assert desk.publish(drained, drained) == [drained]
    assert desk.publish(claimed("t.2")) == []
    assert jobs_in(desk.publish(finished("t.1"))) == []
    desk.publish(WorkerDrainSet(worker_id="w", draining=False))
    assert desk.publish(claimed("t.2")) != []


def test_a_worker_that_is_not_there_cannot_be_drained(desk: Desk) -> None:
    """Nothing is recorded."""
    assert desk.publish(WorkerDrainSet(worker_id="w", draining=True)) == []


def test_jobs_of_an_external_trial_are_for_its_own_programs(desk: Desk) -> None:
    """No worker is offered them; they are proposed when such a program has room."""
    desk.publish(registered("w"), submitted(command=None, external=True))
    assert desk.recorded(JobProposed) == []
    desk.publish(registered("e", slots=1, runtimes=[external_runtime("other")]))
    assert desk.recorded(JobProposed) == []
    desk.publish(registered("mine", slots=1, runtimes=[external_runtime("t")]))
    assert jobs_in(desk.history()) == ["t.1"]
    assert desk.waiting() == []
    assert desk.publish(claimed("t.1", by="mine")) == [claimed("t.1", by="mine")]
    assert "t.2" in jobs_in(desk.publish(finished("t.1", 1.0, by="mine")))


def test_the_lease_of_a_silent_program_ends_as_that_of_a_worker(desk: Desk) -> None:
    """Its job is for the next one that asks."""
    desk.publish(submitted(command=None, external=True, parallelism=1))
    desk.publish(registered("mine", slots=1, runtimes=[external_runtime("t")]))
    desk.publish(claimed("t.1", by="mine"))
    desk.wait(70.0)
    desk.publish(registered("next", slots=1, runtimes=[external_runtime("t")]))
    assert desk.publish(claimed("t.1", attempt=2, by="next")) != []
