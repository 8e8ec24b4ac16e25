"""The contract of the `EventBus` port, for every adapter."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TypeAlias, TypeVar

import pytest

from hyperdock_common.events import Envelope, Event, RecordedEvent, TrialPaused
from hyperdock_common.events.codec import decode
from hyperdock_common.offer import JobOffer, Limits
from hyperdock_common.ports import Delivery, EventBus, Standing, Subscription
from hyperdock_common.testing.builders import (
    claimed,
    envelope,
    envelopes,
    job_offer,
    proposed,
    recorded,
    submitted,
)

OpenBus: TypeAlias = Callable[[], EventBus]
_T = TypeVar("_T")

SOON = 10.0
"""Seconds by which everything that a test waits for has come, on a busy machine too."""

SHORT = 0.05
"""Seconds to wait for what must not come."""


class EventBusContract:
    """Inherit it, and give the fixture `open_bus`."""

    @pytest.fixture
    def open_bus(self) -> OpenBus:
        """Opens one and the same bus, new for this test, as each process would."""
        raise NotImplementedError

    def restarted(self, supervisor: EventBus) -> EventBus:
        """The bus as a supervisor that begins sees it, after this one's was killed."""
        return supervisor

    @pytest.fixture
    def supervisor(self, open_bus: OpenBus) -> EventBus:
        """The bus of the one consumer."""
        return open_bus()

    @pytest.fixture
    def other(self, open_bus: OpenBus) -> EventBus:
        """The bus of a worker or gateway."""
        return open_bus()

    @pytest.fixture
    def threads(self) -> Iterator[Executor]:
        """Threads for calls that wait."""
        with ThreadPoolExecutor(8) as threads:
            yield threads

    def test_published_events_arrive_whole_and_in_order(
        self, supervisor: EventBus, other: EventBus, threads: Executor
    ) -> None:
        """The consumer gets what a publisher handed over, batch after batch, unchanged."""
        batch = envelopes([submitted(name="ü"), proposed(1), proposed(2)])
        published = threads.submit(publish_one_by_one, other, batch)
        deliveries = consume(supervisor, 3)
        published.result(SOON)
        assert [each.envelope for each in deliveries] == batch

    def test_order_is_kept_per_publisher(self, open_bus: OpenBus, threads: Executor) -> None:
        """However publishers mix, the events of each arrive in its own order."""
        supervisor = open_bus()
        batches = [
            envelopes([proposed(n, trial_id=trial) for n in range(1, 11)]) for trial in "abc"
        ]
        published = [threads.submit(publish_one_by_one, open_bus(), each) for each in batches]
        arrived = [each.envelope for each in consume(supervisor, 30)]
        wait_for(published)
        for batch in batches:
            assert [each for each in arrived if each.stream == batch[0].stream] == batch

    def test_receive_takes_no_more_than_its_limit(
        self, supervisor: EventBus, other: EventBus, threads: Executor
    ) -> None:
        """A batch that is larger than the limit is received in parts."""
        published = threads.submit(other.publish, envelopes(map(proposed, range(1, 6))))
        first = supervisor.receive(2, SOON)
        assert 1 <= len(first) <= 2
        supervisor.ack(first)
        consume(supervisor, 5 - len(first))
        published.result(SOON)

    def test_receive_waits_no_longer_than_its_timeout(self, supervisor: EventBus) -> None:
        """A silent inbox gives nothing."""
        assert list(supervisor.receive(10, SHORT)) == []

    def test_waiting_receive_is_woken_by_a_publish(
        self, supervisor: EventBus, other: EventBus, threads: Executor
    ) -> None:
        """A consumer that waits gets an event when it comes, not when its timeout ends."""
        received = threads.submit(supervisor.receive, 10, 60.0)
        published = threads.submit(other.publish, [envelope(proposed(1))], 60.0)
        supervisor.ack(received.result(SOON))
        published.result(SOON)

    def test_what_was_not_acked_comes_again_in_order(
        self, supervisor: EventBus, other: EventBus, threads: Executor
    ) -> None:
        """Invariant 3: what a killed supervisor had received and not acked is not lost."""
        published = [
            threads.submit(other.publish, envelopes([proposed(n), proposed(n + 1)]), SOON)
            for n in (1, 3)
        ]
        first = receive(supervisor, 4)
        again = self.restarted(supervisor)
        again.recover()
        second = receive(again, 4)
        assert [each.envelope for each in second] == [each.envelope for each in first]
        again.ack(second)
        wait_for(published)

    def test_what_was_acked_does_not_come_again(
        self, supervisor: EventBus, other: EventBus, threads: Executor
    ) -> None:
        """A recovery brings back what is open, and nothing that was dealt with."""
        published = threads.submit(other.publish, envelopes([proposed(1), proposed(2)]), SOON)
        first, second = receive(supervisor, 2)
        supervisor.ack([first])
        again = self.restarted(supervisor)
        again.recover()
        rest = consume(again, 1)
        assert rest[0].envelope == second.envelope
        published.result(SOON)
        assert list(again.receive(10, SHORT)) == []

    def test_publishing_an_event_again_does_no_harm(
        self, supervisor: EventBus, other: EventBus, threads: Executor
    ) -> None:
        """A publisher in doubt publishes the same event id again, and both are confirmed."""
        doubtful = envelope(proposed(1))
        published = [threads.submit(other.publish, [doubtful], SOON) for _ in range(2)]
        deadline = time.monotonic() + SOON
        while not all(each.done() for each in published) and time.monotonic() < deadline:
            deliveries = supervisor.receive(10, SHORT)
            assert all(each.envelope == doubtful for each in deliveries)
            supervisor.ack(deliveries)
        wait_for(published)

    def test_consumer_is_in_charge_when_a_delivery_waits(
        self, supervisor: EventBus, other: EventBus, threads: Executor
    ) -> None:
        """The only consumer is in charge by the time that the first event can be received."""
        supervisor.standing()
        published = threads.submit(other.publish, [envelope(proposed(1))], SOON)
        deadline = time.monotonic() + SOON
        while supervisor.standing() is not Standing.IN_CHARGE and time.monotonic() < deadline:
            time.sleep(SHORT)
        assert supervisor.standing() is Standing.IN_CHARGE
        supervisor.recover()
        supervisor.ack(receive(supervisor, 1))
        published.result(SOON)
        assert supervisor.standing() is Standing.IN_CHARGE

    def test_publishing_nothing_is_done_at_once(self, other: EventBus) -> None:
        """An empty batch needs no confirmation."""
        other.publish([], SHORT)

    def test_poison_is_set_aside_with_its_reason_and_blocks_nothing(
        self, supervisor: EventBus, other: EventBus, threads: Executor
    ) -> None:
        """Invariant 7: a poison message is kept, visible, and never delivered again."""
        batch = envelopes([proposed(1), proposed(2), proposed(3)])
        published = threads.submit(other.publish, batch, SOON)
        good, poison, behind = receive(supervisor, 3)
        supervisor.set_aside(poison, "a number that no trial has")
        supervisor.ack([good, behind])
        published.result(SOON)
        again = self.restarted(supervisor)
        again.recover()
        assert list(again.receive(10, SHORT)) == []
        (kept,) = again.list_set_aside()
        assert kept.reason == "a number that no trial has"
        assert decode(kept.body) == batch[1]

    def test_offers_are_taken_oldest_first(self, supervisor: EventBus, other: EventBus) -> None:
        """Workers take the offers of their pool in the order in which they were made."""
        for number in (1, 2, 3):
            supervisor.offer(job_offer(number))
        taken = [other.take("default", ["process"], SOON) for _ in range(3)]
        assert taken == [job_offer(1), job_offer(2), job_offer(3)]

    def test_taker_gets_only_what_fits(self, supervisor: EventBus, other: EventBus) -> None:
        """An offer goes to its own pool and to a worker that takes from its line."""
        supervisor.offer(job_offer(1, pool="gpu"))
        supervisor.offer(job_offer(2, runtime="docker"))
        assert other.take("default", ["process"], SHORT) is None
        assert other.take("default", ["process", "docker"], SOON) == job_offer(2, runtime="docker")
        assert other.take("gpu", ["process"], SOON) == job_offer(1, pool="gpu")

    def test_offer_with_gpus_goes_to_who_has_them(
        self, supervisor: EventBus, other: EventBus
    ) -> None:
        """A job that needs GPUs stands in a line of its own, for slots that have so many."""
        demanding = replace(job_offer(1, runtime="docker"), limits=Limits(gpus=2))
        supervisor.offer(demanding)
        assert other.take("default", ["docker", "docker-gpu1"], SHORT) is None
        assert other.take("default", ["docker", "docker-gpu1", "docker-gpu2"], SOON) == demanding

    def test_offer_goes_to_one_taker(self, open_bus: OpenBus, threads: Executor) -> None:
        """Of several workers that wait, each gets an offer of its own."""
        supervisor = open_bus()
        taking: list[Future[JobOffer | None]] = [
            threads.submit(open_bus().take, "default", ["process"], SOON) for _ in range(3)
        ]
        for number in (1, 2, 3):
            supervisor.offer(job_offer(number))
        taken = [each.number for each in wait_for(taking) if each]
        assert sorted(taken) == [1, 2, 3]

    def test_take_waits_no_longer_than_its_timeout(self, other: EventBus) -> None:
        """Without an offer a worker gets nothing."""
        assert other.take("default", ["process"], SHORT) is None

    def test_every_subscriber_sees_what_is_relayed_from_then_on(
        self, supervisor: EventBus, other: EventBus
    ) -> None:
        """All readers get all facts in order, from their subscription on."""
        records = recorded(map(proposed, range(1, 31)))
        early = other.subscribe()
        supervisor.relay(records[:10])
        assert collect(early, 10) == records[:10]
        late = other.subscribe()
        supervisor.relay(records[10:20])
        supervisor.relay(records[20:])
        assert collect(early, 20) == records[10:]
        assert collect(late, 20) == records[10:]
        early.close()
        late.close()

    def test_worker_sees_what_concerns_it(self, supervisor: EventBus, other: EventBus) -> None:
        """A worker's reader gets what is addressed to it or said to all workers, in order."""
        mine = other.subscribe("w1")
        to_me, to_another = claimed(1, worker_id="w1"), claimed(2, worker_id="w2")
        to_all = TrialPaused(trial_id="t1")
        records = recorded([proposed(1), to_another, to_me, to_all, claimed(3, worker_id="w1")])
        supervisor.relay(records)
        assert [each.position for each in collect(mine, 3)] == [3, 4, 5]
        assert list(mine.next(SHORT)) == []
        mine.close()

    def test_silent_feed_gives_nothing(self, other: EventBus) -> None:
        """A reader waits no longer than its timeout."""
        subscription = other.subscribe()
        assert list(subscription.next(SHORT)) == []
        subscription.close()

    def test_waiting_reader_is_woken(
        self, supervisor: EventBus, other: EventBus, threads: Executor
    ) -> None:
        """A reader that waits gets a fact when it comes, not when its timeout ends."""
        subscription = other.subscribe()
        waiting = threads.submit(subscription.next, 60.0)
        records = recorded([proposed(1)])
        supervisor.relay(records)
        assert list(waiting.result(SOON)) == records
        subscription.close()

    def test_closed_subscription_gives_nothing(self, supervisor: EventBus, other: EventBus) -> None:
        """After its end a subscription is silent, and others go on."""
        closed, kept = other.subscribe(), other.subscribe()
        records = recorded([proposed(1)])
        supervisor.relay(records)
        closed.close()
        closed.close()
        supervisor.relay(recorded([proposed(2)], after=1))
        assert list(closed.next(SHORT)) == []
        assert collect(kept, 2)[0] == records[0]
        kept.close()

    def test_slow_reader_delays_nobody(self, supervisor: EventBus, other: EventBus) -> None:
        """Facts are relayed whether or not a reader reads; what it gets is in order."""
        slow = other.subscribe()
        for first in range(0, 2000, 100):
            events: list[Event] = [proposed(n) for n in range(first + 1, first + 101)]
            supervisor.relay(recorded(events, after=first))
        positions = [each.position for each in slow.next(SOON)]
        assert positions
        assert positions == sorted(set(positions))
        slow.close()


def publish_one_by_one(bus: EventBus, batch: Sequence[Envelope]) -> None:
    """Publishes each event on its own."""
    for each in batch:
        bus.publish([each], SOON)


def receive(bus: EventBus, count: int) -> list[Delivery]:
    """Receives so many deliveries, in however many parts they come, and acks none."""
    deliveries: list[Delivery] = []
    deadline = time.monotonic() + SOON
    while len(deliveries) < count and time.monotonic() < deadline:
        deliveries += bus.receive(count - len(deliveries), deadline - time.monotonic())
    assert len(deliveries) == count
    return deliveries


def consume(bus: EventBus, count: int) -> list[Delivery]:
    """Receives so many deliveries one by one, and acks each: its publisher may wait for that."""
    deliveries: list[Delivery] = []
    for _ in range(count):
        one = receive(bus, 1)
        bus.ack(one)
        deliveries += one
    return deliveries


def collect(subscription: Subscription, count: int) -> list[RecordedEvent]:
    """Reads so many facts from a subscription."""
    records: list[RecordedEvent] = []
    deadline = time.monotonic() + SOON
    while len(records) < count and time.monotonic() < deadline:
        records += subscription.next(deadline - time.monotonic())
    return records


def wait_for(futures: Sequence[Future[_T]]) -> list[_T]:
    """The results of calls in other threads."""
    return [each.result(SOON) for each in futures]
