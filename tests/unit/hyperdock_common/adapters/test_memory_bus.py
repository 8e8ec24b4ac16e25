"""What is special about the bus inside a process: publishers wait, closing wakes everybody."""

import json
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.memory_feed import MemoryFeed
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.errors import BusUnavailable, StorageUnavailable
from hyperdock_common.ports import SetAside
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import envelope, envelopes, job_offer, proposed, recorded

SOON = 10.0


@pytest.fixture
def bus() -> Iterator[InProcessBus]:
    """A bus without a file."""
    with closing(InProcessBus()) as bus:
        yield bus


@pytest.fixture
def threads() -> Iterator[Executor]:
    """Threads for calls that wait."""
    with ThreadPoolExecutor(8) as threads:
        yield threads


def test_publish_returns_when_its_events_are_in_the_log(
    bus: InProcessBus, threads: Executor, tmp_path: Path
) -> None:
    """Invariant 3: a publisher is not told "done" before the last of its events is recorded."""
    with closing(SqliteEventLog(tmp_path / "log.db")) as log:
        batch = envelopes([proposed(1), proposed(2)])
        published = threads.submit(bus.publish, batch)
        for position in range(2):
            assert not published.done()
            deliveries = bus.receive(1, SOON)
            log.append(position, [each.envelope for each in deliveries])
            bus.ack(deliveries)
        published.result(SOON)
        assert log.known([each.event_id for each in batch]) == {each.event_id for each in batch}


def test_publish_that_is_not_confirmed_in_time_fails(bus: InProcessBus) -> None:
    """A publisher whose events nobody deals with is told to publish them again."""
    with pytest.raises(BusUnavailable, match="not confirmed"):
        bus.publish([envelope(proposed(1))], timeout=0.01)
    assert len(bus.receive(10, SOON)) == 1


def test_partly_acked_batch_is_not_confirmed(bus: InProcessBus) -> None:
    """A batch is confirmed as a whole or not at all."""
    with ThreadPoolExecutor(1) as thread:
        published = thread.submit(bus.publish, envelopes([proposed(1), proposed(2)]), 0.2)
        bus.ack(bus.receive(1, SOON))
        with pytest.raises(BusUnavailable):
            published.result(SOON)


def test_event_that_cannot_travel_is_the_publishers_error(bus: InProcessBus) -> None:
    """What could not be sent over a wire is not sent within the process either."""
    with pytest.raises(ValueError, match="nan"):
        bus.publish([envelope(proposed(params={"x": float("nan")}))])
    assert list(bus.receive(10, 0)) == []


def test_consumer_shares_no_value_with_the_publisher(bus: InProcessBus, threads: Executor) -> None:
    """What a publisher changes after publishing changes nothing that was sent."""
    params: dict[str, Any] = {"x": 1}
    published = threads.submit(bus.publish, [envelope(proposed(params=params))])
    (delivery,) = bus.receive(1, SOON)
    params["x"] = 2
    bus.ack([delivery])
    published.result(SOON)
    assert delivery.envelope.event == proposed(params={"x": 1})


def test_ack_of_a_recovered_delivery_is_passed_over(bus: InProcessBus, threads: Executor) -> None:
    """A consumer that was replaced cannot confirm what its successor will receive."""
    published = threads.submit(bus.publish, [envelope(proposed(1))])
    old = bus.receive(1, SOON)
    bus.recover()
    bus.ack(old)
    assert not published.done()
    bus.ack(bus.receive(1, SOON))
    published.result(SOON)


def test_closing_fails_waiting_and_later_publishers(bus: InProcessBus, threads: Executor) -> None:
    """A publisher never waits for a bus that is closed."""
    published = threads.submit(bus.publish, [envelope(proposed(1))], 60)
    assert len(bus.receive(1, SOON)) == 1
    bus.close()
    with pytest.raises(BusUnavailable, match="closed"):
        published.result(SOON)
    with pytest.raises(BusUnavailable, match="closed"):
        bus.publish([envelope(proposed(1))], 60)


def test_closing_wakes_everybody_up(bus: InProcessBus, threads: Executor) -> None:
    """Whoever waits on the bus gets nothing when it is closed, and so does who comes later."""
    subscription = bus.subscribe()
    receiving = threads.submit(bus.receive, 10, 60.0)
    reading = threads.submit(subscription.next, 60.0)
    taking = threads.submit(bus.take, "default", ["process"], 60.0)
    bus.close()
    assert list(receiving.result(SOON)) == []
    assert list(reading.result(SOON)) == []
    assert taking.result(SOON) is None
    assert list(bus.receive(10, 60.0)) == []
    assert bus.take("default", ["process"], 60.0) is None
    assert list(bus.subscribe().next(60.0)) == []
    bus.relay(recorded([proposed(1)]))
    bus.offer(job_offer())


def test_oldest_offer_is_taken_over_all_runtimes(bus: InProcessBus) -> None:
    """A worker with several runtimes takes offers in the order of their making."""
    for number, runtime in enumerate(("docker", "process", "docker"), 1):
        bus.offer(job_offer(number, runtime=runtime))
    taken = [bus.take("default", ["process", "docker"], SOON) for _ in range(3)]
    assert [each.number for each in taken if each] == [1, 2, 3]


def test_offer_that_waits_is_not_queued_twice(bus: InProcessBus) -> None:
    """Offering an attempt again while nobody takes it does not make the queue longer."""
    for _ in range(3):
        bus.offer(job_offer(1))
    bus.offer(job_offer(1, attempt=2))
    assert bus.take("default", ["process"], SOON) == job_offer(1)
    assert bus.take("default", ["process"], SOON) == job_offer(1, attempt=2)
    assert bus.take("default", ["process"], 0) is None
    bus.offer(job_offer(1))
    assert bus.take("default", ["process"], SOON) == job_offer(1)


def test_taker_that_gave_up_takes_no_offer(bus: InProcessBus) -> None:
    """An offer that comes after a taker's timeout waits for the next one."""
    assert bus.take("default", ["process"], 0.01) is None
    bus.offer(job_offer(1))
    assert bus.take("default", ["process"], SOON) == job_offer(1)


def test_reader_that_falls_behind_sees_a_gap() -> None:
    """A full queue drops the oldest facts: what is left is in order up to the last."""
    feed = MemoryFeed(bound=3)
    subscription = feed.subscribe()
    records = recorded(map(proposed, range(1, 6)))
    feed.relay(records[:2])
    feed.relay(records[2:])
    assert list(subscription.next(SOON)) == records[2:]


def test_set_aside_messages_outlive_the_process(tmp_path: Path, threads: Executor) -> None:
    """Invariant 7: poison stays visible in a file of lines, after a torn line too."""
    path, clock = tmp_path / "set-aside.ndjson", FakeClock(12.5)
    for reason in ("first", "second"):
        with closing(InProcessBus(path, clock)) as bus:
            published = threads.submit(bus.publish, [envelope(proposed(1), event_id=reason)])
            bus.set_aside(bus.receive(1, SOON)[0], reason)
            published.result(SOON)
        with path.open("ab") as file:
            file.write(b'{"reason":"torn"')
    kept = InProcessBus(path).list_set_aside()
    assert [(each.reason, each.at) for each in kept] == [("first", 12.5), ("second", 12.5)]
    assert b'"first"' in kept[0].body
    first_line = json.loads(path.read_bytes().splitlines()[0])
    assert (first_line["reason"], first_line["at"]) == ("first", 12.5)
    assert json.loads(first_line["body"])["event_id"] == "first"


def test_set_aside_that_cannot_be_written_is_not_acked(tmp_path: Path, threads: Executor) -> None:
    """A poison message is not let go before it is kept."""
    (tmp_path / "folder").mkdir()
    with closing(InProcessBus(tmp_path / "folder" / "set-aside.ndjson")) as bus:
        published = threads.submit(bus.publish, [envelope(proposed(1))])
        (delivery,) = bus.receive(1, SOON)
        (tmp_path / "folder").rmdir()
        with pytest.raises(StorageUnavailable, match="set-aside"):
            bus.set_aside(delivery, "poison")
        assert list(bus.list_set_aside()) == []
        (tmp_path / "folder").mkdir()
        bus.set_aside(delivery, "poison")
        published.result(SOON)
        assert [each.reason for each in bus.list_set_aside()] == ["poison"]


def test_list_of_set_aside_messages_is_the_callers_own(bus: InProcessBus) -> None:
    """Who looks at the list cannot change it."""
    bus.list_set_aside().append(SetAside(reason="", body=b"", at=0))  # type: ignore[attr-defined]
    assert list(bus.list_set_aside()) == []
