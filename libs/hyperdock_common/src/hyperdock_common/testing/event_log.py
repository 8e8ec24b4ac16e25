"""The contract of the `EventLog` port, for every adapter."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TypeAlias

import pytest

from hyperdock_common.errors import Conflict
from hyperdock_common.events import Envelope, Event, RecordedEvent
from hyperdock_common.ports import EventLog
from hyperdock_common.testing.builders import envelope, envelopes, heartbeat, proposed, submitted
from hyperdock_common.testing.clock import FakeClock

OpenLog: TypeAlias = Callable[[], EventLog]


class EventLogContract:
    """Inherit it, and give the fixture `open_log`."""

    @pytest.fixture
    def clock(self) -> FakeClock:
        """The clock that the adapter is to be made with."""
        return FakeClock()

    @pytest.fixture
    def open_log(self) -> OpenLog:
        """Opens one and the same store, new for this test, as each process would."""
        raise NotImplementedError

    @pytest.fixture
    def log(self, open_log: OpenLog) -> EventLog:
        """The log that most tests use."""
        return open_log()

    def test_new_log_is_empty(self, log: EventLog) -> None:
        """A log begins with its head at 0 and nothing to read."""
        assert log.head() == 0
        assert list(log.read(0)) == []
        assert log.known(["e1"]) == set()
        assert list(log.read_pulses(0)) == []

    def test_positions_are_consecutive(self, log: EventLog) -> None:
        """Invariant 3: positions are 1, 2, 3, … over all batches, without gaps."""
        append(log, submitted())
        append(log, proposed(1), proposed(2), proposed(3))
        append(log, proposed(4))
        assert [each.position for each in log.read(0)] == [1, 2, 3, 4, 5]
        assert log.head() == 5

    def test_what_was_appended_is_read(self, log: EventLog, clock: FakeClock) -> None:
        """An append returns its batch as it is read later, with everything that it carried."""
        sent = Envelope(
            event_id="e1",
            stream="trial-t1",
            event=submitted(name="größer ⚙", space={"x": [1, 2.5, None, True]}),
            occurred_at=12.25,
            producer="gateway-1",
            causation_id="e0",
            correlation_id="c0",
        )
        appended = log.append(0, [sent])
        assert list(appended) == list(log.read(0))
        assert appended[0] == RecordedEvent(position=1, recorded_at=clock(), envelope=sent)

    def test_read_begins_after_a_position_and_ends_at_the_limit(self, log: EventLog) -> None:
        """A reader gets a page of what is behind the position that it names."""
        append(log, *[proposed(number) for number in range(1, 8)])
        assert [each.position for each in log.read(2, 3)] == [3, 4, 5]
        assert [each.position for each in log.read(5, 3)] == [6, 7]
        assert list(log.read(7, 3)) == []
        assert list(log.read(99, 3)) == []
        assert list(log.read(0, 0)) == []

    def test_read_of_a_stream(self, log: EventLog) -> None:
        """Reading a stream leaves out every other stream's facts."""
        append(log, submitted("t1"), submitted("t2"))
        append(log, proposed(1, trial_id="t1"), proposed(1, trial_id="t2"))
        assert [each.position for each in log.read(0, stream="trial-t2")] == [2, 4]
        assert [each.position for each in log.read(2, stream="trial-t1")] == [3]
        assert [each.position for each in log.read(0, 1, stream="trial-t1")] == [1]
        assert list(log.read(0, stream="trial-t3")) == []

    @pytest.mark.parametrize("expected", [0, 1, 3, 99])
    def test_append_elsewhere_than_at_the_head_conflicts(
        self, log: EventLog, expected: int
    ) -> None:
        """Invariant 4: an append that expects another head appends nothing."""
        append(log, proposed(1), proposed(2))
        with pytest.raises(Conflict) as caught:
            log.append(expected, envelopes([proposed(3)]))
        assert (caught.value.expected, caught.value.actual) == (expected, 2)
        assert log.head() == 2

    def test_second_writer_is_fenced(self, open_log: OpenLog) -> None:
        """Invariant 4: of two writers that build on the same head, one appends."""
        first, second = open_log(), open_log()
        append(first, proposed(1))
        head = second.head()
        first.append(head, [envelope(proposed(2))])
        with pytest.raises(Conflict):
            second.append(head, [envelope(proposed(3))])
        assert [each.event for each in second.read(0)] == [proposed(1), proposed(2)]

    def test_racing_writers_leave_no_gap_and_lose_nothing(self, open_log: OpenLog) -> None:
        """Invariant 3: however writers race, positions stay consecutive and each event once."""
        logs = [open_log(), open_log()]
        batches = [envelopes([proposed(2 * n), proposed(2 * n + 1)]) for n in range(20)]
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(append_somewhere, logs * 10, batches))
        records = logs[0].read(0)
        assert [each.position for each in records] == list(range(1, 41))
        sent = {each.event_id for batch in batches for each in batch}
        assert {each.envelope.event_id for each in records} == sent

    def test_reader_beside_a_writer_sees_a_beginning(self, open_log: OpenLog) -> None:
        """A reader that runs beside a writer sees whole batches, consecutive from 1."""
        writer, reader = open_log(), open_log()

        def write() -> None:
            for number in range(30):
                append(writer, proposed(2 * number + 1), proposed(2 * number + 2))

        with ThreadPoolExecutor(1) as threads:
            writing = threads.submit(write)
            while not writing.done():
                positions = [each.position for each in reader.read(0)]
                assert positions == list(range(1, len(positions) + 1))
                assert len(positions) % 2 == 0
            writing.result()
        assert reader.head() == 60

    def test_known_event_is_never_appended_again(self, log: EventLog) -> None:
        """Invariant 3: a batch that holds a known event id is refused as a whole."""
        append(log, proposed(1))
        old = log.read(0)[0].envelope
        with pytest.raises(ValueError, match="in the log"):
            log.append(1, [envelope(proposed(2)), old])
        assert log.head() == 1

    def test_batch_cannot_hold_an_event_twice(self, log: EventLog) -> None:
        """Invariant 3: an event id stands in a batch once."""
        twice = envelope(proposed(1))
        with pytest.raises(ValueError, match="in the log"):
            log.append(0, [twice, twice])
        assert log.head() == 0

    def test_empty_batch_is_refused(self, log: EventLog) -> None:
        """An append without an event is a mistake of the caller."""
        with pytest.raises(ValueError, match="at least one"):
            log.append(0, [])

    def test_known_tells_the_ids_in_the_log(self, log: EventLog) -> None:
        """Of many ids, those in the log are told, and no others."""
        ids = [f"e{number}" for number in range(1500)]
        log.append(0, [envelope(proposed(1), event_id=each) for each in ids[:3]])
        assert log.known(ids) == {"e0", "e1", "e2"}
        assert log.known([]) == set()

    def test_an_event_is_found_by_its_id(self, log: EventLog) -> None:
        """Wherever in its batch it stands; nothing is found where there is no such event."""
        log.append(0, [envelope(proposed(1), event_id="e1")])
        records = log.append(
            1, [envelope(proposed(number), event_id=f"e{number}") for number in (2, 3, 4)]
        )
        assert [log.find(each) for each in ("e2", "e3", "e4")] == list(records)
        assert log.find("e1") == log.read(0, 1)[0]
        assert log.find("e") is None
        assert log.find("") is None

    def test_reopened_log_goes_on(self, open_log: OpenLog) -> None:
        """What was appended is there for whoever opens the log next, and is built upon."""
        append(open_log(), submitted(), proposed(1))
        again = open_log()
        assert [each.event for each in again.read(0)] == [submitted(), proposed(1)]
        append(again, proposed(2))
        assert open_log().head() == 3

    def test_pulses_stand_apart_from_facts(self, log: EventLog) -> None:
        """Pulses have a numbering of their own and never show among facts."""
        append(log, submitted())
        log.append_pulses(envelopes([heartbeat("w1"), heartbeat("w2")]), keep_seconds=60)
        assert log.head() == 1
        assert [each.event for each in log.read(0)] == [submitted()]
        assert [each.event for each in log.read_pulses(0)] == [heartbeat("w1"), heartbeat("w2")]

    def test_pulses_are_read_by_pages(self, log: EventLog) -> None:
        """Pulses are read after a number of theirs, in order, up to the limit."""
        log.append_pulses(envelopes([heartbeat(f"w{n}") for n in range(5)]), keep_seconds=60)
        page = log.read_pulses(0, 2)
        rest = log.read_pulses(page[-1].position)
        assert [each.event for each in page] == [heartbeat("w0"), heartbeat("w1")]
        assert [each.event for each in rest] == [heartbeat(f"w{n}") for n in (2, 3, 4)]
        assert list(log.read_pulses(0, 0)) == []

    def test_old_pulses_are_dropped(self, log: EventLog, clock: FakeClock) -> None:
        """Pulses older than they are to be kept go when newer ones come."""
        log.append_pulses([envelope(heartbeat("old"))], keep_seconds=60)
        clock.advance(61)
        log.append_pulses([envelope(heartbeat("new"))], keep_seconds=60)
        assert [each.event for each in log.read_pulses(0)] == [heartbeat("new")]

    def test_too_many_pulses_are_dropped(self, log: EventLog) -> None:
        """The oldest go where there are more than a number, some late; the newest stay."""
        for number in range(40):
            log.append_pulses(envelopes([heartbeat(f"w{number}")]), 3600, keep_count=10)
        kept = [each.event for each in log.read_pulses(0)]
        assert 10 <= len(kept) <= 12
        assert kept == [heartbeat(f"w{number}") for number in range(40 - len(kept), 40)]
        log.append_pulses(envelopes([heartbeat(f"v{number}") for number in range(30)]), 3600, 10)
        assert log.read_pulses(0)[-1].event == heartbeat("v29")

    def test_numbers_of_pulses_are_not_used_again(self, log: EventLog, clock: FakeClock) -> None:
        """A reader of pulses misses none because an old number came back."""
        log.append_pulses(envelopes([heartbeat("w1"), heartbeat("w2")]), keep_seconds=60)
        last = log.read_pulses(0)[-1].position
        clock.advance(61)
        log.append_pulses([], keep_seconds=60)
        assert list(log.read_pulses(0)) == []
        log.append_pulses([envelope(heartbeat("w3"))], keep_seconds=60)
        assert [each.event for each in log.read_pulses(last)] == [heartbeat("w3")]


def append(log: EventLog, *events: Event) -> None:
    """Appends events behind the head, whatever it is."""
    log.append(log.head(), envelopes(events))


def append_somewhere(log: EventLog, batch: list[Envelope]) -> None:
    """Appends a batch as a writer does that has to try again when it lost its place."""
    for _ in count():
        try:
            log.append(log.head(), batch)
        except Conflict:
            continue
        return
