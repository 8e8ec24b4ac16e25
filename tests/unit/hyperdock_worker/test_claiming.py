"""An attempt is ours when the log says so, and never a moment before."""

import threading
from collections.abc import Iterator

import pytest
from tests.unit.hyperdock_worker.recorder import Recorder
from tests.unit.hyperdock_worker.taps import Outage, tapped
from tests.unit.hyperdock_worker.waiting import SOON, until
from tests.unit.hyperdock_worker.workshop import Workshop, offer

from hyperdock_common.errors import BusUnavailable
from hyperdock_common.events import AttemptLost, AttemptRef, JobClaimed, TrialPaused
from hyperdock_common.offer import JobOffer
from hyperdock_worker.claiming import Claimant
from hyperdock_worker.reporter import Reporter

JOB = offer()


class Slot:
    """A slot that claims one offer on a thread of its own."""

    def __init__(self, workshop: Workshop, outage: Outage) -> None:
        self.workshop = workshop
        self._reporter = Reporter(tapped(workshop.recorder.bus, outage), "w1", retry=0.01)
        self._reporter.start()
        self._answers: list[bool] = []
        self.looked_up: list[AttemptRef] = []
        self.listened_at = float("inf")
        self.log_answers = True
        self._thread = threading.Thread(target=lambda: None)

    def claims(self, timeout: float = SOON, offered: JobOffer = JOB) -> None:
        """Begins to claim."""
        self.workshop.configure(claim_timeout=timeout)
        tracker, settings = self.workshop.tracker, self.workshop.tools.settings
        claimant = Claimant(
            settings, tracker, self._reporter, self._look_up, lambda at: self.listened_at > at
        )
        assert tracker.expect(offered)
        self._thread = threading.Thread(
            target=lambda: self._answers.append(claimant.claim(offered, 0, self.workshop.stop)),
        )
        self._thread.start()

    def _look_up(self, ref: AttemptRef) -> bool:
        self.looked_up.append(ref)
        return self.log_answers

    @property
    def waits(self) -> bool:
        """Whether it does not know yet."""
        return self._thread.is_alive()

    def answer(self) -> bool:
        """Whether it won; waits for it."""
        self._thread.join(SOON)
        return self._answers[0]

    def close(self) -> None:
        """Ends it."""
        self.workshop.stop.set()
        self._thread.join(SOON)
        self._reporter.close(0.1)


@pytest.fixture
def outage() -> Outage:
    """An outage of the bus that has not begun."""
    return Outage(BusUnavailable("away"), "publish", lasts=False)


@pytest.fixture
def slot(workshop: Workshop, outage: Outage) -> Iterator[Slot]:
    """A slot of worker `w1`."""
    made = Slot(workshop, outage)
    yield made
    made.close()


def claimed_by(worker_id: str) -> JobClaimed:
    """The claim that was recorded."""
    return JobClaimed(
        trial_id=JOB.trial_id, job_id=JOB.job_id, attempt=1, worker_id=worker_id, slot=0
    )


@pytest.mark.parametrize(("winner", "won"), [("w1", True), ("w2", False)])
def test_the_recorded_claim_decides(slot: Slot, recorder: Recorder, winner: str, won: bool) -> None:  # noqa: FBT001
    """Ours was published; whose was recorded first is in the feed."""
    slot.claims()
    assert recorder.hears(JobClaimed) == claimed_by("w1")
    slot.workshop.tell(claimed_by(winner))
    assert slot.answer() is won
    assert recorder.of(AttemptLost) == []


def test_a_claim_of_a_paused_trial_is_lost(slot: Slot, recorder: Recorder) -> None:
    """It was rejected; the feed tells why."""
    slot.claims()
    recorder.hears(JobClaimed)
    slot.workshop.tell(TrialPaused(trial_id=JOB.trial_id))
    assert slot.answer() is False


def test_a_claim_without_a_verdict_is_given_back(slot: Slot, recorder: Recorder) -> None:
    """Invariant 1: it may have been won, and then nobody else would run the job."""
    slot.claims(timeout=0.01)
    assert slot.answer() is False
    recorder.hears(AttemptLost)
    assert [type(each) for each in recorder.events] == [JobClaimed, AttemptLost]


def test_an_outage_of_the_bus_costs_no_attempt(
    slot: Slot, recorder: Recorder, outage: Outage
) -> None:
    """As long as the claim is not published nobody can have heard of it: the slot waits."""
    outage.lasts = True
    slot.claims(timeout=0.01)
    until(lambda: outage.hits > 5)
    assert slot.waits
    slot.workshop.configure(claim_timeout=SOON)
    slot.workshop.tell(claimed_by("w1"))
    outage.lasts = False
    assert slot.answer() is True
    assert recorder.of(AttemptLost) == []


def test_an_outage_of_the_log_costs_no_attempt(slot: Slot, recorder: Recorder) -> None:
    """As long as the log does not answer nobody can have recorded the claim: the slot waits."""
    slot.log_answers = False
    slot.claims(timeout=0.01)
    until(lambda: len(slot.looked_up) > 3)
    assert slot.waits
    slot.workshop.tell(claimed_by("w1"))
    assert slot.answer() is True
    assert recorder.of(AttemptLost) == []


def test_a_worker_that_stops_gives_its_claim_back(slot: Slot, recorder: Recorder) -> None:
    """Without waiting for the verdict: the job goes to another worker at once."""
    slot.claims()
    recorder.hears(JobClaimed)
    slot.workshop.stop.set()
    assert slot.answer() is False
    assert "stopped" in recorder.hears(AttemptLost).reason


def test_claim_of_which_the_feed_tells_nothing_is_looked_up(slot: Slot) -> None:
    """Another worker may have won, and only that one is told."""
    slot.claims()
    until(lambda: slot.looked_up == [JOB.ref])


def test_claim_is_not_given_up_while_no_supervisor_listens(slot: Slot) -> None:
    """It waits in the inbox, and the one that comes back takes it in: no attempt is lost for it."""
    slot.listened_at = 0.0
    slot.claims(timeout=0.1)
    until(lambda: len(slot.looked_up) > 4)
    assert slot.waits
    slot.listened_at = float("inf")
    assert not slot.answer()
    assert slot.workshop.recorder.hears(AttemptLost).job_id == JOB.job_id
