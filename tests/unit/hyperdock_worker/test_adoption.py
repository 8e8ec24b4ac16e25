"""What a worker's process finds when it begins: some of it goes on, the rest is removed."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.unit.hyperdock_worker.fake_runner import KILL, TERM
from tests.unit.hyperdock_worker.past import (
    CLAIMED,
    ENDED,
    JOB,
    LOST,
    NAMES,
    PROPOSED,
    STOP,
    TAKEN,
    Past,
)
from tests.unit.hyperdock_worker.taps import Outage
from tests.unit.hyperdock_worker.waiting import SOON, until
from tests.unit.hyperdock_worker.workshop import Workshop

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import (
    Cancelled,
    Event,
    JobFinished,
    JobStarted,
    MetricReported,
    Succeeded,
)
from hyperdock_worker.adoption import Adopted, resume


@pytest.fixture
def past(workshop: Workshop, tmp_path: Path) -> Iterator[Past]:
    """An earlier process that left nothing yet."""
    made = Past(workshop, tmp_path)
    yield made
    workshop.stop.set()
    workshop.close()
    made.close()


def test_a_running_target_goes_on(past: Past) -> None:
    """It is said to have started, in case nobody did, and ends as it would have."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.goes_on()
    past.workshop.recorder.hears(JobStarted)
    past.workshop.target().reports(1, 0.5)
    past.workshop.recorder.hears(MetricReported)
    past.workshop.target().prints("text\n")
    past.workshop.target().succeeds(0.2)
    assert past.workshop.recorder.hears(JobFinished).outcome == Succeeded(loss=0.2)
    assert past.is_gone()
    assert past.workshop.log() == "text\n"
    assert len(past.workshop.engine.started) == 1


def test_a_target_that_ended_meanwhile_is_harvested(past: Past) -> None:
    """Its result, its metrics and its log are as good as if somebody had watched."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.workshop.target().prints("text\n")
    past.workshop.target().reports(1, 0.5)
    past.workshop.target().succeeds(0.2)
    past.goes_on()
    assert past.workshop.recorder.hears(JobFinished).outcome == Succeeded(loss=0.2)
    assert len(past.workshop.recorder.of(MetricReported)) == 1
    assert past.is_gone()
    assert past.workshop.log() == "text\n"


@pytest.mark.parametrize("traces", [True, False])
def test_a_kept_report_is_said(past: Past, traces: bool) -> None:  # noqa: FBT001
    """As it was judged then, even if the target's traces and files are gone already."""
    past.holds(PROPOSED, CLAIMED)
    order = past.left(started=traces)
    said = JobFinished(**NAMES, attempt=1, worker_id="w1", outcome=Succeeded(loss=0.75))
    report = past.workshop.tools.reporter.envelope(said, JOB.job_id, 1)
    past.workshop.folders.keep_report(order, report)
    if traces:
        past.workshop.target().ends(0)
    past.goes_on()
    past.workshop.recorder.hears(JobFinished)
    assert report in past.workshop.recorder.envelopes
    assert past.is_gone()


def test_what_was_never_started_is_removed(past: Past) -> None:
    """The supervisor hears of it by the registration, which does not name it."""
    past.holds(PROPOSED, CLAIMED)
    past.left(started=False)
    past.workshop.defer_chores()
    assert past.find() == []
    assert past.is_gone(), "at once: the attempt may be claimed again, in the same folder"


@pytest.mark.parametrize("folded", [True, False])
def test_what_nobody_wants_is_ended_and_removed(past: Past, folded: bool) -> None:  # noqa: FBT001
    """Invariant 8: the job has ended otherwise, also where the views do not know it yet."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.holds(LOST, TAKEN, ENDED, folded=folded)
    assert past.find() == []
    assert past.is_gone()
    assert past.workshop.target().signals == [KILL]


def test_an_attempt_of_no_known_job_is_removed(past: Past) -> None:
    """The state was wiped, the worker's folder was not."""
    past.left()
    assert past.find() == []
    assert past.is_gone()


def test_a_target_of_no_known_folder_is_ended(past: Past) -> None:
    """Invariant 8: the worker's folder was wiped, the engine was not."""
    past.workshop.folders.remove(past.left())
    assert past.find() == []
    assert past.is_gone()


@pytest.mark.parametrize("then", [[LOST], [LOST, TAKEN]])
@pytest.mark.parametrize("folded", [True, False])
def test_a_target_whose_lease_was_lost_is_stopped(
    past: Past,
    then: list[Event],
    folded: bool,  # noqa: FBT001
) -> None:
    """Invariants 2 and 8: another attempt may run; this one ends and is not spoken of."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.holds(*then, folded=folded)
    past.goes_on()
    assert past.is_gone()
    assert past.workshop.target().signals == [TERM]
    assert past.workshop.recorder.of(JobFinished) == []


def test_a_late_failure_of_a_lost_attempt_is_not_spoken_of(past: Past) -> None:
    """The process before may have ended the target itself, and died: the next attempt decides."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.workshop.target().receives(TERM)
    past.holds(LOST, TAKEN)
    past.goes_on()
    assert past.is_gone()
    assert past.workshop.recorder.of(JobFinished) == []


def test_a_target_that_was_stopped_by_the_process_before_was_cancelled(past: Past) -> None:
    """It ended as it was told to, however it says that, and has not failed."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.workshop.target().receives(TERM)
    past.holds(STOP)
    past.goes_on()
    assert past.workshop.recorder.hears(JobFinished).outcome == Cancelled(reason="user")
    assert past.is_gone()


def test_a_late_result_of_a_lost_attempt_is_reported(past: Past) -> None:
    """The target ended by itself while nobody watched: the supervisor decides what it counts."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.workshop.target().succeeds(0.3)
    past.holds(LOST, TAKEN)
    past.goes_on()
    said = past.workshop.recorder.hears(JobFinished)
    assert said.outcome == Succeeded(loss=0.3)
    past.workshop.tell(said)
    assert past.is_gone()


def test_the_files_of_an_accepted_result_are_stored(past: Past) -> None:
    """A process may be killed before it knew that its result counts: the next one makes sure."""
    past.holds(PROPOSED, CLAIMED)
    order = past.left()
    past.workshop.target().succeeds(0.3)
    said = JobFinished(**NAMES, attempt=1, worker_id="w1", outcome=Succeeded(loss=0.3))
    report = past.workshop.tools.reporter.envelope(said, JOB.job_id, 1)
    past.workshop.folders.keep_report(order, report)
    past.holds(LOST, TAKEN, said)
    past.goes_on()
    assert past.is_gone()
    assert past.workshop.files() == {"loss.json", "params.json"}


def test_a_stop_request_from_meanwhile_is_heeded(past: Past) -> None:
    """Invariant 8: a stopped trial's targets end, also if no worker was there when it was."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.holds(STOP)
    past.goes_on()
    assert past.workshop.recorder.hears(JobFinished).outcome == Cancelled(reason="user")
    assert past.is_gone()


def test_a_stop_request_from_before_the_attempt_is_attended_is_heeded(past: Past) -> None:
    """Between the look into the past and the life that goes on nothing is missed."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    (found,) = past.find() or []
    past.workshop.tell(STOP)
    past.workshop.live_order(found.order, lambda attempt: resume(found, attempt))
    assert past.workshop.recorder.hears(JobFinished).outcome == Cancelled(reason="user")
    assert past.is_gone()


def test_views_that_are_behind_the_log_cost_no_target(past: Past) -> None:
    """After a crash of everything the worker may look before the supervisor has caught up."""
    past.holds(PROPOSED)
    past.holds(CLAIMED, folded=False)
    past.left()
    past.goes_on()
    past.workshop.target().succeeds(0.4)
    assert past.workshop.recorder.hears(JobFinished).outcome == Succeeded(loss=0.4)


@pytest.mark.parametrize("call", ["folded", "position", "read"])
def test_a_store_that_is_away_is_waited_for(past: Past, call: str) -> None:
    """Nothing is removed because nobody could say whether it is wanted."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    outage = Outage(StorageUnavailable("locked"), call)
    found: list[Sequence[Adopted] | None] = []
    past.workshop.spawn(lambda: found.append(past.find(outage)))
    until(lambda: outage.hits > 2)
    assert len(past.workshop.engine.running) == 1
    outage.lasts = False
    until(lambda: found)
    assert found[0] is not None
    assert len(found[0]) == 1


def test_an_engine_that_is_away_is_waited_for(past: Past) -> None:
    """Its targets may well run."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.workshop.engine.goes_away()
    found: list[Sequence[Adopted] | None] = []
    past.workshop.spawn(lambda: found.append(past.find()))
    assert found == []
    past.workshop.engine.comes_back()
    until(lambda: found)
    assert found[0] is not None
    assert len(found[0]) == 1


def test_nothing_is_removed_by_a_worker_that_stops_while_the_engine_is_away(past: Past) -> None:
    """It does not know what runs there; the next process will."""
    past.holds(PROPOSED, CLAIMED)
    past.left()
    past.workshop.engine.goes_away()
    found: list[Sequence[Adopted] | None] = []
    thread = threading.Thread(target=lambda: found.append(past.find()))
    thread.start()
    past.workshop.stop.set()
    thread.join(SOON)
    assert found == [None]
    assert len(past.workshop.folders.orders()) == 1
    past.workshop.engine.comes_back()
    assert len(past.workshop.engine.running) == 1
