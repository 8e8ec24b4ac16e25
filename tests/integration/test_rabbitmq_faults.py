"""What the bus does when its broker dies, freezes, is short of memory or closes channels."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest
from tests.conftest import missing

from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings
from hyperdock_common.errors import BusUnavailable
from hyperdock_common.events import Envelope
from hyperdock_common.ports.bus import Standing
from hyperdock_common.testing.builders import envelope, envelopes, job_offer, proposed, recorded
from hyperdock_common.testing.event_bus import collect, consume
from hyperdock_common.testing.servers.rabbitmq import Broker

pytestmark = pytest.mark.slow

RESTART = 60.0
"""Seconds by which a broker that was started again is in use, on a busy machine too."""

HELD_TOO_LONG = {"consumer_timeout": "2000"}
LOOKS_OFTEN = "[{rabbit, [{channel_tick_interval, 500}]}]."


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that these tests may break; it has no patience with deliveries that are held."""
    if not Broker.is_installed():
        missing("no rabbitmq-server")
    folder = tmp_path_factory.mktemp("own-broker")
    with Broker(folder, config=HELD_TOO_LONG, advanced=LOOKS_OFTEN) as server:
        yield server


@pytest.fixture
def open_bus(own_broker: Broker) -> Iterator[Callable[[], RabbitBus]]:
    """Opens the bus as one more process would, connected."""
    settings = RabbitSettings(own_broker.url, prefix=f"test-{uuid4().hex[:8]}", heartbeat=2)
    with ExitStack() as stack:

        def connected() -> RabbitBus:
            bus = stack.enter_context(closing(RabbitBus(settings, "test")))
            await_(lambda: bus.connected)
            return bus

        yield connected


def await_(condition: Callable[[], object], seconds: float = RESTART) -> None:
    """Waits until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.01)


class Publisher(threading.Thread):
    """Publishes batch after batch; each again until it is confirmed."""

    def __init__(self, bus: RabbitBus) -> None:
        super().__init__()
        self._bus = bus
        self.ended = threading.Event()
        self.confirmed: list[Envelope] = []
        self.refusals = 0

    def run(self) -> None:
        """Until `ended` is set."""
        for first in itertools.count(1, 10):
            batch = envelopes(proposed(n) for n in range(first, first + 10))
            while not self._publish(batch):
                if self.ended.is_set():
                    return
            self.confirmed += batch
            if self.ended.wait(0.01):
                return

    def _publish(self, batch: list[Envelope]) -> bool:
        try:
            self._bus.publish(batch, 2.0)
        except BusUnavailable:
            self.refusals += 1
            self.ended.wait(0.1)
            return False
        return True


class Consumer(threading.Thread):
    """Receives and acks everything."""

    def __init__(self, bus: RabbitBus) -> None:
        super().__init__()
        self._bus = bus
        self.ended = threading.Event()
        self.received: list[Envelope] = []

    def run(self) -> None:
        """Until `ended` is set."""
        while not self.ended.is_set():
            deliveries = self._bus.receive(50, 0.2)
            self.received += [each.envelope for each in deliveries]
            self._bus.ack(deliveries)


def test_nothing_that_was_confirmed_is_lost_with_the_broker(
    own_broker: Broker, open_bus: Callable[[], RabbitBus]
) -> None:
    """Invariant 3: the broker is killed while events are published; all that it confirmed come."""
    publisher, consumer = Publisher(open_bus()), Consumer(open_bus())
    publisher.start()
    consumer.start()
    began = time.monotonic()
    try:  # a queue that was declared a moment before a kill may be lost as a whole
        await_(lambda: len(publisher.confirmed) > 200 and time.monotonic() - began > 3.0)
        own_broker.kill()
        before = len(publisher.confirmed)
        await_(lambda: publisher.refusals)
        own_broker.start()
        await_(lambda: len(publisher.confirmed) > before + 200)
    finally:
        publisher.ended.set()
        publisher.join()
        wanted = {each.event_id for each in publisher.confirmed}
        deadline = time.monotonic() + RESTART
        while wanted - {each.event_id for each in consumer.received}:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        consumer.ended.set()
        consumer.join()
    assert wanted <= {each.event_id for each in consumer.received}
    firsts = list(dict.fromkeys(each.event_id for each in consumer.received))
    order = [each.event_id for each in publisher.confirmed]
    assert [each for each in firsts if each in wanted] == order


def test_everything_works_again_after_a_restart(
    own_broker: Broker, open_bus: Callable[[], RabbitBus]
) -> None:
    """Who was cut off is told to look at the log, and every way is open again."""
    bus, other = open_bus(), open_bus()
    subscription = other.subscribe()
    records = recorded(map(proposed, range(1, 4)))
    bus.relay(records[:1])
    assert collect(subscription, 1) == records[:1]
    own_broker.kill()
    await_(lambda: not bus.connected and not other.connected)
    bus.relay(records[1:2])
    bus.offer(job_offer(1))
    assert other.take("default", ["process"], 0.05) is None
    began = time.monotonic()
    assert other.subscribe().next(0.0) == []
    assert time.monotonic() - began < 1.0
    own_broker.start()
    assert list(subscription.next(RESTART)) == []
    await_(lambda: bus.connected)
    bus.relay(records[2:])
    assert collect(subscription, 1) == records[2:]
    assert other.take("default", ["process"], RESTART) == job_offer(1)


def test_publishers_are_refused_in_time_while_the_broker_is_short_of_memory(
    own_broker: Broker, open_bus: Callable[[], RabbitBus]
) -> None:
    """A memory alarm makes `publish` raise in time and the one in charge deaf, until it is over."""
    bus = open_bus()
    bus.publish([envelope(proposed(1))])
    await_(lambda: bus.standing() is Standing.IN_CHARGE)
    consume(bus, 1)
    own_broker.control("set_vm_memory_high_watermark", "absolute", "1")
    try:
        with pytest.raises(BusUnavailable):
            publish_within(bus, envelope(proposed(2)), 1.0)
        await_(lambda: bus.standing() is Standing.DEAF, 10.0)
        given_up = envelope(proposed(3))
        with pytest.raises(BusUnavailable):
            publish_within(bus, given_up, 0.3)
    finally:
        own_broker.control("set_vm_memory_high_watermark", "0.6")
    last = envelope(proposed(4))
    bus.publish([last])
    await_(lambda: bus.standing() is Standing.IN_CHARGE)
    arrived: list[Envelope] = []
    while last not in arrived:
        arrived += [each.envelope for each in consume(bus, 1)]
    assert given_up not in arrived


def test_delivery_that_is_held_too_long_comes_again(open_bus: Callable[[], RabbitBus]) -> None:
    """The broker closes the channel of a consumer that does not ack in time; it begins anew."""
    bus = open_bus()
    event = envelope(proposed(1))
    bus.publish([event])
    await_(lambda: bus.standing() is Standing.IN_CHARGE)
    (held,) = bus.receive(10, RESTART)
    (again,) = bus.receive(10, RESTART)
    assert again.envelope == held.envelope == event
    bus.ack([held])  # of the channel that is gone: ends nothing
    bus.ack([again])
    assert list(bus.receive(10, 3.0)) == []


def test_nobody_waits_longer_than_asked_for_a_frozen_broker(
    own_broker: Broker, open_bus: Callable[[], RabbitBus]
) -> None:
    """With a broker that answers nothing every call ends in its time, `close` included."""
    bus = open_bus()
    subscription = bus.subscribe()
    own_broker.pause()
    try:
        with pytest.raises(BusUnavailable):
            publish_within(bus, envelope(proposed(1)), 0.5)
        assert bus.take("default", ["process"], 0.2) is None
        bus.relay(recorded([proposed(1)]))
        bus.offer(job_offer(1))
        assert list(subscription.next(0.1)) == []
        await_(lambda: not bus.connected, 20.0)
        with pytest.raises(BusUnavailable):
            publish_within(bus, envelope(proposed(1)), 0.5)
        began = time.monotonic()
        bus.close()
        assert time.monotonic() - began < 4.0
        assert list(subscription.next(RESTART)) == []
        assert list(bus.subscribe().next(0.0)) == []
        assert time.monotonic() - began < 5.0
    finally:
        own_broker.resume()


def test_lost_connections_leave_nothing_behind(
    own_broker: Broker, open_bus: Callable[[], RabbitBus]
) -> None:
    """However often connections are cut, there are as many channels and queues as before."""
    bus = open_bus()
    subscriptions = [bus.subscribe(), bus.subscribe("w1")]
    bus.take("default", ["process"], 0.01)
    bus.publish([envelope(proposed(1))])
    consume(bus, 1)
    before = inventory(own_broker)
    for _ in range(4):
        own_broker.control("close_all_connections", "test")
        assert [list(each.next(RESTART)) for each in subscriptions] == [[], []]
    await_(lambda: bus.connected and inventory(own_broker) == before)
    for each in subscriptions:
        each.close()
    channels, queues = before
    await_(lambda: inventory(own_broker) == (channels - 2, queues - 2))


def test_queue_that_was_deleted_is_declared_again(
    own_broker: Broker, open_bus: Callable[[], RabbitBus]
) -> None:
    """An event that finds no queue is not taken for published."""
    bus, consumer = open_bus(), open_bus()
    bus.publish([envelope(proposed(1))])
    consume(consumer, 1)
    (name,) = (each for each in queue_names(own_broker) if each in bus_queues(bus))
    own_broker.control("delete_queue", name)
    event = envelope(proposed(2))
    await_(lambda: published(bus, event))
    assert event in [each.envelope for each in consume(consumer, 1)]


def publish_within(bus: RabbitBus, event: Envelope, seconds: float) -> None:
    """Publishes; it must not take much longer than that, however it ends."""
    began = time.monotonic()
    try:
        bus.publish([event], seconds)
    finally:
        assert time.monotonic() - began < seconds + 0.5


def published(bus: RabbitBus, event: Envelope) -> bool:
    """Whether it could be published now."""
    try:
        bus.publish([event], 2.0)
    except BusUnavailable:
        return False
    return True


def inventory(broker: Broker) -> tuple[int, int]:
    """How many channels and queues the broker has."""
    channels = broker.control("list_channels", "pid", "--no-table-headers").splitlines()
    return len(channels), len(queue_names(broker))


def queue_names(broker: Broker) -> list[str]:
    """The names of all queues."""
    return broker.control("list_queues", "name", "--no-table-headers").splitlines()


def bus_queues(bus: RabbitBus) -> set[str]:
    """The name of the bus's inbox."""
    return {bus._inbox}
