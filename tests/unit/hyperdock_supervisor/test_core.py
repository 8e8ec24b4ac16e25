"""The single writer: one step after the other, over the real embedded adapters."""

from collections.abc import Iterator

import pytest
from tests.unit.hyperdock_supervisor.house import House, house
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    heartbeat,
    lost,
    registered,
    submitted,
)

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import (
    JobProposed,
    TrialPaused,
    TrialResumed,
    TrialSubmitted,
)
from hyperdock_common.events.codec import decode
from hyperdock_common.testing.builders import envelope

BROKEN = TrialSubmitted(trial_id="broken", spec={"name": "broken"})
AWAY = StorageUnavailable("the disk is full")


@pytest.fixture
def world() -> Iterator[House]:
    """An empty house."""
    with house() as made:
        yield made


# --- one step -----------------------------------------------------------------------------------


def test_a_step_records_then_offers_then_folds_then_relays_then_acks(world: House) -> None:
    """Invariant 3: whoever is told that an event was taken finds it in the log and in the views.

    Only an offer needs no view, and a slot waits for it.
    """
    world.fuse.calls.clear()
    world.step(submitted(), registered())
    done = [call for call in world.fuse.calls if not call.endswith("?")]
    order = [done.index(call) for call in ("append", "offer", "save", "relay", "ack")]
    assert order == sorted(order)
    assert done.index("relay") > max(i for i, call in enumerate(done) if call == "save")


def test_what_was_published_and_decided_is_one_commit(world: House) -> None:
    """With consecutive positions, all relayed."""
    recorded = world.step(registered(slots=1), submitted())
    assert [type(event) for event in recorded] == [
        type(registered()),
        TrialSubmitted,
        JobProposed,
    ]
    assert world.fuse.calls.count("append") == 1
    assert world.bus.relayed == [1, 2, 3]
    assert world.views_that_lie() == []


def test_a_step_without_events_looks_at_the_clocks(world: House) -> None:
    """And writes nothing where nothing is due."""
    assert world.step() == []
    world.step(registered(slots=1), submitted(budget={"wall_time": 10, "jobs": 5}))
    world.step(claimed("t.1"))
    world.wall.advance(11)
    assert [type(event).__name__ for event in world.step()] == [
        "TrialStopRequested",
        "JobStopRequested",
    ]


def test_an_event_that_comes_twice_is_recorded_once(world: House) -> None:
    """Invariant 3: in one batch, in a later one, and after a restart; each is acked."""
    sent = envelope(submitted())
    world.post(sent, sent)
    world.step()
    world.post(sent)
    world.step()
    world.restart()
    world.post(sent)
    world.step()
    assert world.history() == [sent.event]
    assert world.bus.acked == [sent.event_id] * 4


def test_rejected_events_are_acked_and_leave_no_trace(world: House) -> None:
    """They were dealt with."""
    (sent,) = world.post(claimed("t.1"))
    assert world.step() == []
    assert world.bus.acked == [sent.event_id]


def test_heartbeats_are_kept_as_pulses_and_shown(world: House) -> None:
    """They are no facts."""
    world.post(envelope(heartbeat("w"), at=5.0))
    assert world.step() == []
    assert [record.event for record in world.log.read_pulses(0)] == [heartbeat("w")]
    assert world.views.get("heartbeats", "w") == {"worker_id": "w", "last_seen": 5.0}


def test_heartbeats_are_written_a_few_at_a_time(world: House) -> None:
    """At most once a second, however many come; those of an outage are dropped."""
    world.step(heartbeat("w"))
    world.step(heartbeat("w"))
    assert len(world.log.read_pulses(0)) == 1
    world.monotonic.advance(1)
    world.step(heartbeat("w"))
    assert len(world.log.read_pulses(0)) == 3
    world.monotonic.advance(1)
    world.fuse.set("append_pulses?", StorageUnavailable("away"))
    world.step(heartbeat("w"))
    world.monotonic.advance(1)
    world.step(heartbeat("w"))
    assert len(world.log.read_pulses(0)) == 4


# --- poison -------------------------------------------------------------------------------------


def test_poison_is_set_aside_and_blocks_nothing(world: House) -> None:
    """Invariants 7 and 9: visible with its reason, acked, and without a trace in the log."""
    (_, poison, _) = world.post(submitted("a"), BROKEN, submitted("b"))
    recorded = world.step()
    assert [event.trial_id for event in recorded if isinstance(event, TrialSubmitted)] == ["a", "b"]
    (aside,) = world.bus.list_set_aside()
    assert aside.reason.startswith("InvalidTrial: ")
    assert decode(aside.body) == poison
    world.restart()
    assert world.step() == []
    assert len(world.bus.list_set_aside()) == 1


def test_an_incomplete_submission_is_poison(world: House) -> None:
    """Invariant 7: it would be recorded and then no view could be folded any more."""
    spec = submitted().spec
    world.step(TrialSubmitted(trial_id="t", spec={**spec, "algorithm": {"name": "random"}}))
    world.step(TrialSubmitted(trial_id="t", spec={k: v for k, v in spec.items() if k != "budget"}))
    assert [aside.reason for aside in world.bus.list_set_aside()] == [
        "InvalidTrial: algorithm.seed: is missing: nobody could propose the same again",
        "InvalidTrial: budget: is missing: a trial is recorded with every field",
    ]
    assert world.step(submitted()) == [submitted()]


def test_a_claim_by_a_stranger_does_not_break_the_views(world: House) -> None:
    """Invariant 7: it is rejected, for there is no worker to show it at."""
    world.step(registered(), submitted())
    assert world.step(claimed("t.1", by="stranger")) == []
    assert world.step(claimed("t.1")) == [claimed("t.1")]


def test_poison_that_cannot_be_kept_comes_again(world: House) -> None:
    """Invariant 7: it is not acked before it was set aside."""
    world.post(BROKEN)
    world.fuse.set("set_aside?", AWAY)
    with pytest.raises(StorageUnavailable):
        world.supervisor.step(0)
    assert world.bus.list_set_aside() == []
    world.supervisor.recover()
    world.step()
    assert len(world.bus.list_set_aside()) == 1


# --- offers -------------------------------------------------------------------------------------


def offered(world: House) -> list[tuple[str, int]]:
    """The offers that are out; takes them."""
    return [(offer.job_id, offer.attempt) for offer in world.take_offers()]


def test_a_waiting_job_is_offered_once_and_again_when_nobody_claims_it(world: House) -> None:
    """The same attempt, after half a minute."""
    world.step(registered(slots=1), submitted())
    assert offered(world) == [("t.1", 1)]
    world.monotonic.advance(30)
    world.step()
    assert offered(world) == []
    world.monotonic.advance(1)
    world.step(heartbeat("w"))
    assert offered(world) == [("t.1", 1)]


def test_a_job_whose_claim_was_rejected_is_offered_at_once(world: House) -> None:
    """Its offer is used up; nobody would see it again for half a minute."""
    world.step(registered(slots=1), submitted())
    assert offered(world) == [("t.1", 1)]
    world.step(claimed("t.1", by="stranger"))
    assert offered(world) == [("t.1", 1)]


def test_each_attempt_is_offered_anew(world: House) -> None:
    """As soon as the one before is lost."""
    world.step(registered(slots=1), submitted())
    offered(world)
    world.step(claimed("t.1"))
    world.step(lost("t.1"))
    assert offered(world) == [("t.1", 2)]


def test_a_resumed_trial_is_offered_at_once(world: House) -> None:
    """Workers threw away its offers while it was paused."""
    world.step(registered(slots=1), submitted())
    offered(world)
    world.step(TrialPaused(trial_id="t"))
    assert offered(world) == []
    world.step(TrialResumed(trial_id="t"))
    assert offered(world) == [("t.1", 1)]


def test_a_resumed_trial_is_offered_once_more(world: House) -> None:
    """A worker that gets the offer before it hears of the resumption throws it away."""
    world.step(registered(slots=1), submitted())
    world.step(TrialPaused(trial_id="t"))
    offered(world)
    world.step(TrialResumed(trial_id="t"))
    assert offered(world) == [("t.1", 1)]
    world.step()
    assert offered(world) == [("t.1", 1)]
    world.step()
    assert offered(world) == []


def test_after_a_restart_everything_that_waits_is_offered(world: House) -> None:
    """Nobody knows which offers were lost."""
    world.step(registered(slots=2), submitted())
    offered(world)
    world.step(claimed("t.1"))
    world.restart(lose_bus=True)
    world.step()
    assert offered(world) == [("t.2", 1)]
