"""From a target's end to the moment when its worker keeps nothing of it."""

import errno
import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.hyperdock_worker.fake_runner import FakeTarget
from tests.unit.hyperdock_worker.taps import Outage
from tests.unit.hyperdock_worker.waiting import until
from tests.unit.hyperdock_worker.workshop import ENDED, LOST, Workshop, offer, outcome, reason

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import AttemptLost, Event, JobFinished, JobStarted, Succeeded
from hyperdock_common.offer import Limits
from hyperdock_common.ports import Order
from hyperdock_worker.attempt import Attempt

JOB = offer()


def ends_after(workshop: Workshop, *events: Event) -> None:
    """The next target succeeds by itself, after these events and before anyone looks."""

    def behaviour(target: FakeTarget) -> None:
        for event in events:
            workshop.tell(event)
        target.succeeds(0.2)

    workshop.engine.behaviour = behaviour


def test_a_late_result_has_its_files_when_it_is_said(workshop: Workshop) -> None:
    """The target ended by itself before the loss was noticed: its result may still count.

    Should the supervisor take it, the job's files are there from that moment on.
    """
    ends_after(workshop, LOST)
    workshop.live()
    said = workshop.recorder.hears(JobFinished)
    assert said.outcome == Succeeded(loss=0.2)
    assert workshop.files() == {"loss.json", "params.json"}
    workshop.nothing_is_left()


def test_a_late_result_that_came_too_late_is_in_nobody_s_way(workshop: Workshop) -> None:
    """Another attempt decides the job at the same moment: the job's files are that one's."""
    second = offer(attempt=2)
    folder = workshop.folders.create(second, 1).folder
    names = (second.trial_id, second.job_id)
    workshop.artifacts.put_folder(*names, 2, folder.target)
    workshop.folders.remove(Order(offer=second, folder=folder, slot=1))
    ends_after(workshop, LOST)
    workshop.live()
    workshop.recorder.hears(JobFinished)
    workshop.tell(ENDED)
    workshop.nothing_is_left()
    assert workshop.files(second) == {"params.json"}
    with workshop.artifacts.open(*names, 2, "params.json") as file:
        assert file.read() == b'{"x": 0.1}'


def test_the_next_process_says_a_late_result_again(workshop: Workshop) -> None:
    """Killed between the files and the event: stored and said by the next, under the same id."""
    order = workshop.folders.create(JOB, 0)
    running = workshop.tools.runners["process"].start(order)
    workshop.target().succeeds(0.2)
    workshop.tap_artifacts(_killed_after("put_folder"))
    orders = workshop.tracker.watch(JOB.job_id, 1)
    workshop.tell(LOST)
    with pytest.raises(KeyboardInterrupt):
        Attempt(order, workshop.tools, workshop.stop).attend(running)
    assert orders.void
    assert workshop.recorder.of(JobFinished) == []
    report = workshop.folders.kept_report(order)
    assert report is not None
    workshop.tap_artifacts(lambda _name, _args, call: call())
    workshop.live_order(order, lambda attempt: attempt.complete(report, running))
    assert outcome(workshop) == Succeeded(loss=0.2)
    assert report in workshop.recorder.envelopes
    assert workshop.files() == {"loss.json", "params.json"}


def test_a_lease_that_is_lost_while_files_are_stored_changes_nothing(workshop: Workshop) -> None:
    """The result is said as it would have been; whether it is too late the supervisor decides."""

    def lost_meanwhile(name: str, _args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        if name == "put_folder":
            workshop.tell(LOST)
        return call()

    workshop.tap_artifacts(lost_meanwhile)
    workshop.live()
    workshop.target().succeeds(0.2)
    assert outcome(workshop) == Succeeded(loss=0.2)
    assert workshop.files() == {"loss.json", "params.json"}


def test_a_result_that_nobody_wants_any_more_is_dropped(workshop: Workshop) -> None:
    """The job has ended otherwise: neither the result nor its files go anywhere."""
    ends_after(workshop, LOST, ENDED)
    workshop.live()
    workshop.target()
    workshop.nothing_is_left()
    assert workshop.recorder.of(JobFinished) == []
    assert workshop.files() == set()


def test_a_job_that_ends_otherwise_during_an_outage_keeps_its_files(workshop: Workshop) -> None:
    """The store was away when the late result was to be stored; when it is back it is too late."""
    outage = Outage(StorageUnavailable("full"), "put_folder")
    workshop.tap_artifacts(outage)
    workshop.live()
    workshop.target().succeeds()
    until(lambda: outage.hits > 0)
    workshop.tell(LOST)
    workshop.tell(ENDED)
    outage.lasts = False
    workshop.nothing_is_left()
    assert workshop.recorder.of(JobFinished) == []
    assert workshop.files() == set()


def test_the_next_process_knows_what_was_too_much(workshop: Workshop) -> None:
    """Killed after the verdict, before the files were thrown away: they are thrown away now."""
    order = workshop.folders.create(replace(JOB, limits=Limits(disk=2**20)), 0)
    running = workshop.tools.runners["process"].start(order)
    workshop.target().writes("out/huge", "x" * 2**21)
    workshop.target().succeeds()
    workshop.tap_folders(_killed_after("keep_report"))
    with pytest.raises(KeyboardInterrupt):
        Attempt(order, workshop.tools, workshop.stop).attend(running)
    report = workshop.folders.kept_report(order)
    assert report is not None
    workshop.tap_folders(lambda _name, _args, call: call())
    workshop.live_order(order, lambda attempt: attempt.complete(report, running))
    assert reason(workshop) == "disk_limit"
    assert workshop.files() == {"params.json"}


@pytest.mark.parametrize("call", ["put_folder", "append_log"])
def test_nothing_is_said_before_the_files_are_stored(workshop: Workshop, call: str) -> None:
    """However long the store is full, the result waits, and is whole when it is told."""
    outage = Outage(StorageUnavailable("no space left"), call)
    workshop.tap_artifacts(outage)
    workshop.live()
    workshop.target().prints("text\n")
    workshop.target().succeeds()
    until(lambda: outage.hits > 3)
    assert workshop.recorder.of(JobFinished) == []
    outage.lasts = False
    assert outcome(workshop) == Succeeded(loss=0.5)
    assert workshop.files() == {"loss.json", "params.json"}
    assert workshop.log() == "text\n"


def test_a_worker_that_stops_before_the_files_are_stored_says_nothing(workshop: Workshop) -> None:
    """Else the job would have ended, and its files would be thrown away at the next start."""
    outage = Outage(StorageUnavailable("no space left"), "put_folder")
    workshop.tap_artifacts(outage)
    workshop.live()
    workshop.target().succeeds()
    until(lambda: outage.hits > 0)
    workshop.stop.set()
    workshop.close()
    assert workshop.recorder.of(JobFinished) == []
    (order,) = workshop.folders.orders()
    assert workshop.folders.kept_report(order) is not None


def test_a_report_that_cannot_be_kept_is_kept_later(workshop: Workshop) -> None:
    """The worker's own disk may be full: the result of a long run is not thrown away for that."""
    outage = Outage(OSError(errno.ENOSPC, "no space left"), "keep_report")
    workshop.tap_folders(outage)
    workshop.live()
    workshop.target().succeeds()
    until(lambda: outage.hits > 2)
    assert workshop.recorder.of(JobFinished) == []
    outage.lasts = False
    assert outcome(workshop) == Succeeded(loss=0.5)
    assert workshop.recorder.of(AttemptLost) == []


def test_the_order_of_the_harvest(workshop: Workshop) -> None:
    """Report kept, files stored, event confirmed, and only then nothing is kept here."""
    steps: list[str] = []

    def note(name: str, _args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        if name in ("keep_report", "put_folder", "remove"):
            steps.append(name)
        return call()

    workshop.tap_artifacts(note)
    workshop.tap_folders(note)
    workshop.live()
    workshop.recorder.hears(JobStarted)
    workshop.recorder.listening.clear()
    workshop.target().succeeds()
    until(lambda: len(steps) == 2)
    assert len(workshop.folders.orders()) == 1
    workshop.recorder.listening.set()
    outcome(workshop)
    assert steps == ["keep_report", "put_folder", "remove"]


def test_a_target_that_removes_its_folder_fails(workshop: Workshop) -> None:
    """A local process can: its job ends like one that wrote no loss."""
    workshop.live()
    workshop.recorder.hears(JobStarted)
    shutil.rmtree(workshop.target().order.folder.path)
    workshop.target().ends(0)
    assert reason(workshop) == "no_loss"


def test_a_job_that_goes_on_says_the_same_under_the_same_ids(workshop: Workshop) -> None:
    """Invariant 3: what two processes say of one attempt is recorded once."""

    def reporting(target: FakeTarget) -> None:
        for step in range(3):
            target.reports(step, 1.0)
        target.succeeds()

    workshop.engine.behaviour = reporting
    order = workshop.folders.create(JOB, 0)
    running = workshop.tools.runners["process"].start(order)
    workshop.tap_folders(_killed_after("keep_report"))
    with pytest.raises(KeyboardInterrupt):
        Attempt(order, workshop.tools, workshop.stop).attend(running)
    workshop.tap_folders(lambda _name, _args, call: call())
    workshop.live_order(order, lambda attempt: attempt.attend(running))
    outcome(workshop)
    until(lambda: len(workshop.recorder.envelopes) == 4 + 5)
    assert len(workshop.recorder.events) == 5


def _killed_after(call_name: str) -> Callable[[str, tuple[Any, ...], Callable[[], Any]], Any]:
    """A tap behind which the named call is the last thing that happens."""

    def tap(name: str, _args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        answer = call()
        if name == call_name:
            raise KeyboardInterrupt
        return answer

    return tap
