"""What a worker says arrives: in order, once, whatever happens to the bus."""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import pytest
from tests.unit.hyperdock_worker.recorder import Recorder
from tests.unit.hyperdock_worker.taps import Outage, Tap, tapped
from tests.unit.hyperdock_worker.waiting import SOON, until

from hyperdock_common.errors import BusUnavailable
from hyperdock_common.events import Envelope, Event, JobStarted, MetricReported
from hyperdock_common.ports import Inbox
from hyperdock_worker.reporter import Reporter


def metric(step: int, loss: float = 0.5) -> MetricReported:
    """Something to say."""
    return MetricReported(
        trial_id="t", job_id="t.1", attempt=1, worker_id="w1", step=step, values={"loss": loss}
    )


def steps(events: Sequence[Event]) -> list[int]:
    """The steps of the metrics that were said."""
    return [each.step for each in events if isinstance(each, MetricReported)]


def said(reporter: Reporter, step: int) -> Envelope:
    """A metric, ready to be said."""
    return reporter.envelope(metric(step), step)


@pytest.fixture
def open_reporter(recorder: Recorder) -> Iterator[Callable[[Tap], Reporter]]:
    """Makes a reporter whose inbox has a tap."""
    made: list[Reporter] = []

    def opening(tap: Tap) -> Reporter:
        made.append(Reporter(tapped(recorder.bus, tap), "w1", retry=0.01))
        made[-1].start()
        return made[-1]

    yield opening
    recorder.listening.set()
    for reporter in made:
        reporter.close(0.1)


@pytest.fixture
def reporter(open_reporter: Callable[[Tap], Reporter]) -> Reporter:
    """A reporter on a bus that works."""
    return open_reporter(Outage(BusUnavailable("away"), lasts=False))


def test_order_is_kept(reporter: Reporter, recorder: Recorder) -> None:
    """Everything arrives in the order in which it was said, each thing once."""
    for step in range(1000):
        reporter.say(said(reporter, step))
    until(lambda: len(recorder.envelopes) == 1000)
    assert steps([each.event for each in recorder.envelopes]) == list(range(1000))


def test_what_is_only_for_the_record_goes_along_with_what_is_in_a_hurry(
    recorder: Recorder,
) -> None:
    """A commit is saved for each; and alone it goes after the time it may linger."""
    batches: list[int] = []

    class Counting:
        def publish(self, batch: Sequence[Envelope], timeout: float = 30.0) -> None:
            batches.append(len(batch))
            recorder.bus.publish(batch, timeout)

    patient = Reporter(cast("Inbox", Counting()), "w1", linger=SOON)
    patient.start()
    patient.say(said(patient, 1), hurry=False)
    patient.say(said(patient, 2), hurry=False)
    patient.say(said(patient, 3))
    until(lambda: len(recorder.envelopes) == 3)
    assert batches == [3]
    patient.close()
    quick = Reporter(cast("Inbox", Counting()), "w1", linger=0.01)
    quick.start()
    quick.say(said(quick, 4), hurry=False)
    until(lambda: len(recorder.envelopes) == 4)
    quick.close()


def test_the_same_thing_said_again_has_the_same_id(reporter: Reporter, recorder: Recorder) -> None:
    """After a restart the log can tell what it has already from what is new."""
    again = Reporter(recorder.bus, "w1")
    other = Reporter(recorder.bus, "w2")
    event = metric(1)
    assert reporter.envelope(event, 1).event_id == again.envelope(event, 1).event_id
    assert reporter.envelope(event, 1).event_id != reporter.envelope(event, 2).event_id
    assert reporter.envelope(event, 1).event_id != other.envelope(event, 1).event_id
    started = JobStarted(trial_id="t", job_id="t.1", attempt=1, worker_id="w1", runner={})
    assert reporter.envelope(started, 1).event_id != reporter.envelope(event, 1).event_id


def test_what_was_said_while_the_bus_was_away_arrives(
    open_reporter: Callable[[Tap], Reporter], recorder: Recorder
) -> None:
    """An outage delays, it loses nothing and changes no order."""
    outage = Outage(BusUnavailable("away"), "publish")
    reporter = open_reporter(outage)
    for step in range(500):
        reporter.say(said(reporter, step))
    until(lambda: outage.hits > 2)
    assert recorder.envelopes == []
    outage.lasts = False
    until(lambda: len(recorder.events) == 500)
    assert steps(recorder.events) == list(range(500))


def test_waiting_ends_with_the_confirmation(
    reporter: Reporter, recorder: Recorder, stop: threading.Event
) -> None:
    """Whoever waits goes on when its event is confirmed, and no sooner."""
    recorder.listening.clear()
    answers: list[bool] = []
    ticket = reporter.say(said(reporter, 1))
    waiter = threading.Thread(
        target=lambda: answers.append(reporter.say_and_wait(said(reporter, 2), stop))
    )
    waiter.start()
    assert not reporter.confirmed(ticket)
    assert answers == []
    recorder.listening.set()
    waiter.join(SOON)
    assert answers == [True]
    assert reporter.confirmed(ticket)
    assert steps(recorder.events) == [1, 2]


def test_waiting_ends_when_told_to_stop(
    reporter: Reporter, recorder: Recorder, stop: threading.Event
) -> None:
    """A worker that is stopped does not wait for a bus that does not answer."""
    recorder.listening.clear()
    stop.set()
    assert not reporter.say_and_wait(said(reporter, 1), stop)


def test_closing_publishes_what_is_left(reporter: Reporter, recorder: Recorder) -> None:
    """A goodbye is still heard."""
    for step in range(300):
        reporter.say(said(reporter, step))
    reporter.close()
    assert steps(recorder.events) == list(range(300))


def test_closing_gives_up_where_the_bus_is_away(
    open_reporter: Callable[[Tap], Reporter], recorder: Recorder
) -> None:
    """A worker can be stopped while the bus is away."""
    reporter = open_reporter(Outage(BusUnavailable("away"), "publish"))
    reporter.say(said(reporter, 1))
    reporter.close(0.1)
    assert recorder.envelopes == []


def test_what_cannot_travel_holds_up_nothing(
    reporter: Reporter, recorder: Recorder, stop: threading.Event
) -> None:
    """An event that no bus can carry is left out; the rest of its batch arrives in order."""
    recorder.listening.clear()
    for step in range(5):
        reporter.say(said(reporter, step))
    ticket = reporter.say(reporter.envelope(metric(99, float("nan")), 99))
    for step in range(5, 10):
        reporter.say(said(reporter, step))
    recorder.listening.set()
    assert reporter.say_and_wait(said(reporter, 10), stop)
    assert steps(recorder.events) == list(range(11))
    assert reporter.confirmed(ticket)


def test_an_error_of_the_bus_that_nobody_foresaw_is_an_outage(
    open_reporter: Callable[[Tap], Reporter], recorder: Recorder
) -> None:
    """A worker that cannot report any more would look alive: so it always tries again."""
    outage = Outage(RuntimeError("a fault in the bus' library"), "publish")
    reporter = open_reporter(outage)
    reporter.say(said(reporter, 1))
    until(lambda: outage.hits > 1)
    outage.lasts = False
    until(lambda: steps(recorder.events) == [1])
