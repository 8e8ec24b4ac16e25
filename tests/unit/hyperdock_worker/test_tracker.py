"""What the feed says is what a worker knows: claims, stop requests, lost leases."""

import threading

import pytest
from tests.unit.hyperdock_worker.waiting import SOON
from tests.unit.hyperdock_worker.workshop import offer

from hyperdock_common.events import (
    AttemptLost,
    Event,
    JobClaimed,
    JobFinished,
    JobStopRequested,
    Succeeded,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    WorkerDrainSet,
    WorkerLost,
)
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.offer import JobOffer
from hyperdock_common.testing.builders import recorded
from hyperdock_worker import tracker as tracker_module
from hyperdock_worker.tracker import Orders, Tracker

TRIAL = "tune-aaaaaa"
PAUSED = TrialPaused(trial_id=TRIAL)
STOPPED = TrialStopRequested(trial_id=TRIAL, end="stopped", reason="user")


class Followed(Tracker):
    """The tracker of worker `w1`, that is told events."""

    def __init__(self) -> None:
        self.losses = 0
        super().__init__("w1", self._count)

    def tell(self, *events: Event) -> None:
        """Lets it take in some recorded events."""
        for record in recorded(events):
            self.take_in(record)

    def _count(self) -> None:
        self.losses += 1


@pytest.fixture
def tracker() -> Followed:
    """A tracker to which nothing has happened."""
    return Followed()


def claim(offered: JobOffer, worker_id: str = "w1") -> JobClaimed:
    """The recorded claim of an offer."""
    return JobClaimed(
        trial_id=offered.trial_id,
        job_id=offered.job_id,
        attempt=offered.attempt,
        worker_id=worker_id,
        slot=0,
    )


def lost(offered: JobOffer, worker_id: str = "w1") -> AttemptLost:
    """The loss of an attempt."""
    return AttemptLost(
        trial_id=offered.trial_id,
        job_id=offered.job_id,
        attempt=offered.attempt,
        worker_id=worker_id,
        reason="silent",
    )


def ended(offered: JobOffer) -> JobFinished:
    """The end of a job."""
    return JobFinished(
        trial_id=offered.trial_id,
        job_id=offered.job_id,
        attempt=offered.attempt,
        worker_id="w2",
        outcome=Succeeded(loss=1.0),
    )


def test_a_claim_is_won_when_the_log_names_this_worker(tracker: Followed) -> None:
    """The first recorded claim decides."""
    assert tracker.expect(offer())
    assert tracker.verdict(offer(), 0) is None
    tracker.tell(claim(offer()))
    assert tracker.verdict(offer(), 0) is True
    assert tracker.settle(offer()) is True


def test_a_claim_is_lost_when_the_log_names_another(tracker: Followed) -> None:
    """The other worker was first."""
    assert tracker.expect(offer())
    tracker.tell(claim(offer(), "w2"))
    assert tracker.verdict(offer(), 0) is False
    assert tracker.settle(offer()) is False


def test_a_claim_of_another_attempt_decides_nothing(tracker: Followed) -> None:
    """Claims are told apart by job and attempt."""
    assert tracker.expect(offer(attempt=2))
    tracker.tell(claim(offer(attempt=1)), claim(offer(number=2), "w2"))
    assert tracker.verdict(offer(attempt=2), 0) is None


def test_the_verdict_is_heard_at_once(tracker: Followed) -> None:
    """A slot that waits goes on with the event, not with its timeout."""
    assert tracker.expect(offer())
    verdicts: list[bool | None] = []
    waiter = threading.Thread(target=lambda: verdicts.append(tracker.verdict(offer(), SOON)))
    waiter.start()
    tracker.tell(claim(offer()))
    waiter.join(SOON / 2)
    assert verdicts == [True]


def test_an_unsettled_claim_is_not_known(tracker: Followed) -> None:
    """Whoever ends the watch early does not know who won."""
    assert tracker.expect(offer())
    assert tracker.settle(offer()) is None
    tracker.tell(claim(offer()))
    assert not tracker.expect(offer())


@pytest.mark.parametrize("halt", [PAUSED, STOPPED])
def test_claims_on_their_way_are_lost_with_a_halted_trial(tracker: Followed, halt: Event) -> None:
    """The supervisor rejects them; no event will say so."""
    assert tracker.expect(offer())
    assert tracker.expect(offer(trial_id="other-bbbbbb"))
    tracker.tell(halt)
    assert tracker.verdict(offer(), 0) is False
    assert tracker.verdict(offer(trial_id="other-bbbbbb"), 0) is None


def test_a_claim_that_was_won_before_the_trial_was_halted_stays_won(tracker: Followed) -> None:
    """The order of the log decides: a paused trial's running jobs go on."""
    assert tracker.expect(offer())
    tracker.tell(claim(offer()), PAUSED)
    assert tracker.verdict(offer(), 0) is True


@pytest.mark.parametrize("end", [ended(offer()), lost(offer(), "w2")])
def test_claims_on_their_way_are_lost_with_their_attempt(tracker: Followed, end: Event) -> None:
    """An attempt that is over cannot be claimed any more."""
    assert tracker.expect(offer())
    tracker.tell(end)
    assert tracker.verdict(offer(), 0) is False


@pytest.mark.parametrize("past", [PAUSED, STOPPED, ended(offer()), claim(offer(), "w2")])
def test_a_claim_that_would_be_in_vain_is_not_made(tracker: Followed, past: Event) -> None:
    """An offer may be old: what is known to be over, halted or taken is let go."""
    tracker.tell(past)
    assert not tracker.expect(offer())


def test_the_same_offer_twice_is_claimed_by_one_slot(tracker: Followed) -> None:
    """Invariant 2: two slots with the same offer never both take it for theirs."""
    assert tracker.expect(offer())
    assert not tracker.expect(offer())
    tracker.tell(claim(offer()))
    assert tracker.settle(offer()) is True
    assert not tracker.expect(offer())


def test_a_resumed_trial_is_worked_on_again(tracker: Followed) -> None:
    """A pause ends; so does what is remembered of a trial with the trial."""
    tracker.tell(PAUSED, TrialResumed(trial_id=TRIAL))
    assert tracker.expect(offer(1))
    tracker.tell(STOPPED, TrialFinished(trial_id=TRIAL, end="stopped", reason="user"))
    assert tracker.expect(offer(2))


def test_orders_reach_the_attempt_that_they_are_for(tracker: Followed) -> None:
    """A stop request, a lost lease and the job's end, and nothing for the others."""
    mine, other = offer(1), offer(2)
    orders = tracker.watch(mine.job_id, 1)
    tracker.tell(
        JobStopRequested(trial_id=TRIAL, job_id=other.job_id, reason="user"),
        lost(other),
        ended(other),
        lost(offer(1, attempt=2)),
    )
    assert orders == Orders()
    tracker.tell(JobStopRequested(trial_id=TRIAL, job_id=mine.job_id, reason="user"))
    assert orders == Orders(stop_reason="user")
    tracker.tell(lost(mine))
    assert orders == Orders(stop_reason="user", void=True)
    tracker.tell(ended(mine))
    assert orders == Orders(stop_reason="user", void=True, job_ended=True)


def test_orders_count_from_the_claim_on(tracker: Followed) -> None:
    """A stop request between the won claim and the start is not missed."""
    assert tracker.expect(offer())
    stop = JobStopRequested(trial_id=TRIAL, job_id=offer().job_id, reason="user")
    tracker.tell(claim(offer()), stop)
    assert tracker.settle(offer()) is True
    assert tracker.watch(offer().job_id, 1).stop_reason == "user"


def test_an_ended_attempt_is_forgotten(tracker: Followed) -> None:
    """Nothing is kept of an attempt that is not watched any more."""
    orders = tracker.watch(offer().job_id, 1)
    tracker.unwatch(offer().job_id, 1)
    tracker.tell(lost(offer()))
    assert not orders.void
    assert tracker.watch(offer().job_id, 1) == Orders()


def test_an_attempt_in_hand_is_not_claimed_again(tracker: Followed) -> None:
    """Invariant 2: an offer may come twice, also to the process that adopted its attempt."""
    tracker.watch(offer().job_id, 1)
    assert not tracker.expect(offer())
    tracker.unwatch(offer().job_id, 1)
    assert not tracker.expect(offer())
    assert tracker.expect(offer(attempt=2))


def test_an_attempt_that_was_never_begun_may_be_claimed_again(tracker: Followed) -> None:
    """Its claim may not have reached the log: then nobody else is offered another attempt."""
    tracker.watch(offer().job_id, 1)
    tracker.unwatch(offer().job_id, 1, begun=False)
    assert tracker.expect(offer())


def test_a_claim_that_was_looked_up_is_as_good_as_one_that_was_told(tracker: Followed) -> None:
    """Orders count from then on, and the same offer is in vain."""
    assert tracker.expect(offer())
    attempts: list[Json] = [{"attempt": 1, "worker_id": "w1", "lost": None}]
    job: JsonObject = {"attempt": 1, "worker_id": "w1", "finished_at": None, "attempts": attempts}
    tracker.take_in_job(offer().ref, {**job, "stop_requested": None})
    assert tracker.settle(offer()) is True
    assert not tracker.expect(offer())
    tracker.tell(lost(offer()))
    assert tracker.watch(offer().job_id, 1).void


def test_a_worker_that_was_given_up_is_told(tracker: Followed) -> None:
    """Only the loss of this very worker is its business."""
    tracker.tell(WorkerLost(worker_id="w2", reason="silent"))
    assert tracker.losses == 0
    tracker.tell(WorkerLost(worker_id="w1", reason="silent"))
    assert tracker.losses == 1


def test_memory_of_the_past_is_bounded(tracker: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many jobs end, a worker does not grow: the oldest are forgotten."""
    monkeypatch.setattr(tracker_module, "_REMEMBERED", 100)
    for number in range(1, 1001):
        tracker.tell(claim(offer(number), "w2"), ended(offer(number)))
    assert not tracker.expect(offer(1000))
    assert tracker.expect(offer(1))
    assert len(tracker._ended) == 100


def test_only_its_own_drain_concerns_it(tracker: Followed) -> None:
    """And the last word counts."""
    tracker.tell(WorkerDrainSet(worker_id="w2", draining=True))
    assert not tracker.drained
    tracker.tell(WorkerDrainSet(worker_id="w1", draining=True))
    assert tracker.drained
    tracker.tell(WorkerDrainSet(worker_id="w1", draining=False))
    assert not tracker.drained
