"""What the decider writes: who caused it, under which ids, and that a restart changes nothing."""

from collections.abc import Sequence

import pytest
from tests.unit.hyperdock_supervisor.desk import Desk, jobs_in
from tests.unit.hyperdock_supervisor.fake_optimizers import Broken
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    job_stopped,
    lost,
    measured,
    registered,
    started,
    stopped,
    submitted,
)

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import (
    Cancelled,
    Envelope,
    Failed,
    JobProposed,
    Succeeded,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
)
from hyperdock_common.testing.builders import envelope
from hyperdock_optimizers.random_search import RandomSearch

PAUSED = TrialPaused(trial_id="t")
RESUMED = TrialResumed(trial_id="t")


@pytest.fixture
def desk() -> Desk:
    """A decider with an empty log."""
    return Desk()


@pytest.mark.parametrize("where", ["making", "asking", "telling"])
def test_a_broken_optimizer_ends_its_own_trial_only(where: str) -> None:
    """Whatever it raises; the others go on."""
    desk = Desk(
        lambda spec, _: (
            Broken(spec, where)
            if spec.name == "broken"
            else RandomSearch(spec.parsed_space, spec.algorithm.seed or 0)
        )
    )
    desk.publish(registered(slots=4), submitted("bad", name="broken"), submitted("good"))
    desk.publish(claimed("bad.1"), claimed("good.1"))
    desk.publish(finished("bad.1"), finished("good.1"))
    (end,) = desk.recorded(TrialFinished)
    assert (end.trial_id, end.end, end.reason) == ("bad", "failed", "optimizer")
    assert "the optimizer random failed" in end.message
    assert "good.3" in jobs_in(desk.history())


def test_a_replay_that_diverges_ends_its_trial(desk: Desk) -> None:
    """Invariant 6: rather than to go on with another optimizer unseen."""
    desk.run("t.1", "t.2")
    changed = Desk(lambda spec, _: RandomSearch(spec.parsed_space, 99))
    changed.log, changed.wall = desk.log, desk.wall
    changed.restart()
    stop, *_ = changed.publish()
    assert isinstance(stop, TrialStopRequested)
    assert (stop.end, stop.reason) == ("failed", "optimizer")
    assert "versions" in stop.message


@pytest.mark.parametrize("learns", [False, True], ids=["random", "remembering"])
def test_a_restart_changes_no_proposal(*, learns: bool) -> None:
    """Invariant 6: whoever lives through restarts proposes what the undisturbed one does."""

    def params(restarts: Sequence[int]) -> list[object]:
        desk = Desk(
            None if learns else lambda s, _: RandomSearch(s.parsed_space, s.algorithm.seed or 0)
        )
        desk.publish(registered(slots=3), submitted(parallelism=3, budget={"jobs": 12}))
        for number in (1, 2, 3, 5, 4, 6, 8, 9, 7, 10, 11, 12):
            desk.publish(claimed(f"t.{number}"))
            outcome = Failed(reason="exit_code") if number % 4 == 0 else Succeeded(loss=number / 3)
            if number in restarts:
                desk.restart()
            desk.publish(finished(f"t.{number}", outcome))
        assert desk.ends() == [("completed", "jobs")]
        return [(event.number, event.params) for event in desk.recorded(JobProposed)]

    undisturbed = params(())
    assert len(undisturbed) == 12
    for restarts in ([1], [4, 5, 6], range(13)):
        assert params(restarts) == undisturbed


def test_a_stopping_trial_is_not_asked_or_told_after_a_restart(desk: Desk) -> None:
    """Its optimizer is not even made again."""
    desk.run("t.1")
    desk.publish(stopped())
    desk.restart()
    desk.publish(finished("t.1"))
    assert len(desk.workshop.made) == 1
    assert desk.ends() == [("stopped", "user")]


def test_a_submission_that_cannot_be_read_leaves_no_trace(desk: Desk) -> None:
    """Invariants 7 and 9: it raises, and neither log nor state has anything of it."""
    broken = TrialSubmitted(trial_id="t", spec={"name": "x"})
    with pytest.raises(InvalidTrial):
        desk.publish(broken)
    assert desk.publish() == []
    assert desk.publish(submitted()) == [submitted()]


def chain(facts: Sequence[Envelope]) -> list[tuple[str, str | None]]:
    """What was recorded, each with the kind of event that it follows from."""
    kinds = {each.event_id: type(each.event).__name__ for each in facts}
    return [(type(e.event).__name__, kinds.get(e.causation_id or "")) for e in facts]


def test_what_follows_names_its_cause(desk: Desk) -> None:
    """Step by step, and all of it belongs to the chain that began it."""
    desk.run("t.1", "t.2", budget={"jobs": 10, "target_loss": 0.5})
    desk.publish(lost("t.2"))
    facts = desk.take_in(envelope(finished("t.1", 0.1), event_id="first"))
    assert chain(facts) == [
        ("JobFinished", None),
        ("TrialStopRequested", "JobFinished"),
        ("JobFinished", "TrialStopRequested"),
        ("TrialFinished", "JobFinished"),
    ]
    assert {each.correlation_id for each in facts[1:]} == {"first"}


def test_a_worker_that_comes_back_is_the_cause_of_what_it_lost(desk: Desk) -> None:
    """And of the end of the job that had no attempt left."""
    desk.run("t.1", retries=0, budget={"jobs": 1})
    assert chain(desk.take_in(envelope(registered("w")))) == [
        ("WorkerRegistered", None),
        ("AttemptLost", "WorkerRegistered"),
        ("JobFinished", "AttemptLost"),
        ("TrialFinished", "JobFinished"),
    ]


def test_a_published_event_is_recorded_as_it_came(desk: Desk) -> None:
    """With its id, its time, its producer and its own chain."""
    sent = Envelope(
        event_id="e1",
        stream="trial-t",
        event=submitted(),
        occurred_at=12.5,
        producer="gateway",
        causation_id="e0",
        correlation_id="c0",
    )
    assert list(desk.take_in(sent)) == [sent]


def test_deciding_again_after_a_crash_gives_the_same_ids(desk: Desk) -> None:
    """Invariant 3: what was lost before it was recorded is decided anew under the same id."""
    desk.publish(submitted(retries=0), registered())
    desk.publish(claimed("t.1"), claimed("t.2"), stopped())
    batch = [envelope(lost("t.1")), envelope(finished("t.2", Cancelled(reason="user")))]
    attempts = []
    for _ in range(2):
        desk.restart()
        for each in batch:
            desk.decider.take_in(each)
        attempts.append([(each.event_id, each.event) for each in desk.decider.decide().facts])
        desk.sleep(1.0)
    assert attempts[0] == attempts[1]
    assert isinstance(attempts[0][-1][1], TrialFinished)


def test_no_event_id_stands_in_the_log_twice(desk: Desk) -> None:
    """Invariant 3: however often the same thing happens (the log would refuse it)."""
    desk.run("t.1", "t.2", retries=5)
    for attempt in (1, 2, 3):
        desk.publish(job_stopped("t.2"), job_stopped("t.2"), PAUSED, RESUMED, PAUSED, RESUMED)
        desk.publish(lost("t.1", attempt=attempt))
        desk.publish(registered("w"), claimed("t.1", attempt=attempt + 1))
    desk.publish(started("t.1", attempt=4), measured("t.1", attempt=4), stopped(), stopped())
    desk.publish(finished("t.1", attempt=4))
    assert desk.ends() == [("stopped", "user")]
