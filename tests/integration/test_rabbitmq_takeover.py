"""One consumer is in charge of the inbox; when it goes, whatever way, another one takes over."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pika  # type: ignore[import-untyped]
import pytest

from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings
from hyperdock_common.ports.bus import Standing
from hyperdock_common.testing.builders import envelope, envelopes, job_offer, proposed
from hyperdock_common.testing.event_bus import SOON, consume, receive
from hyperdock_common.testing.servers.rabbitmq import Broker

CONSUMER = Path(__file__).with_name("rabbitmq_consumer.py")


@pytest.fixture
def settings(broker: Broker) -> RabbitSettings:
    """Queues of the test's own."""
    return RabbitSettings(broker.url, prefix=f"test-{uuid4().hex[:8]}")


@pytest.fixture
def open_bus(settings: RabbitSettings) -> Iterator[Callable[[], RabbitBus]]:
    """Opens the bus as one more process would."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(RabbitBus(settings, "test")))


def await_(condition: Callable[[], object], seconds: float = SOON) -> None:
    """Waits until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.01)


def test_second_consumer_gets_what_the_first_left_unacked(
    open_bus: Callable[[], RabbitBus],
) -> None:
    """Invariant 4: of two supervisors one is in charge, and the other is when it has gone."""
    first, second, publisher = open_bus(), open_bus(), open_bus()
    assert first.standing() is Standing.STANDBY
    batch = envelopes(map(proposed, range(1, 6)))
    publisher.publish(batch)
    await_(lambda: first.standing() is Standing.IN_CHARGE)
    assert second.standing() is Standing.STANDBY
    first.ack(receive(first, 5)[:2])
    first.close()
    await_(lambda: second.standing() is Standing.IN_CHARGE)
    assert [each.envelope for each in consume(second, 3)] == batch[2:]


def test_recovering_consumer_stays_in_charge(open_bus: Callable[[], RabbitBus]) -> None:
    """A supervisor that begins anew inside its process keeps its role and loses nothing."""
    first, second = open_bus(), open_bus()
    first.standing()
    batch = envelopes([proposed(1), proposed(2)])
    second.publish(batch)
    receive(first, 2)
    second.standing()
    first.recover()
    assert first.standing() is not Standing.STANDBY
    assert [each.envelope for each in consume(first, 2)] == batch
    assert second.standing() is Standing.STANDBY


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_consumer_that_is_killed_or_frozen_loses_its_role(
    end: signal.Signals, settings: RabbitSettings, open_bus: Callable[[], RabbitBus]
) -> None:
    """Invariant 4: a killed supervisor is replaced at once, a frozen one within its heartbeats."""
    publisher, second = open_bus(), open_bus()
    event = envelope(proposed(1))
    command = [sys.executable, str(CONSUMER), settings.url, settings.prefix]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "standing=standby\n"
            publisher.publish([event])
            lines = [child.stdout.readline() for _ in range(2)]
            assert event.event_id + "\n" in lines
            second.standing()
            os.kill(child.pid, end)
            await_(lambda: second.standing() is Standing.IN_CHARGE)
            (taken,) = consume(second, 1)
            assert taken.envelope == event
            if end is signal.SIGSTOP:
                os.kill(child.pid, signal.SIGCONT)
                rest = iter(child.stdout.readline, "")
                assert any(line == "standing=standby\n" for line in rest)
        finally:
            child.kill()


def test_bytes_that_are_no_event_are_set_aside(
    broker: Broker, settings: RabbitSettings, open_bus: Callable[[], RabbitBus]
) -> None:
    """Invariant 7: what nobody can read is kept with its reason, and blocks nothing."""
    bus = open_bus()
    good = envelopes([proposed(1), proposed(2)])
    bus.publish(good[:1])
    with closing(pika.BlockingConnection(pika.URLParameters(broker.url))) as connection:
        connection.channel().basic_publish("", f"{settings.prefix}.inbox", b"\xff no event")
    bus.publish(good[1:])
    assert [each.envelope for each in consume(bus, 2)] == good
    await_(bus.list_set_aside)
    (kept,) = bus.list_set_aside()
    assert kept.body == b"\xff no event"
    assert "not an event" in kept.reason
    assert abs(kept.at - time.time()) < 60
    await_(lambda: broker.count(f"{settings.prefix}.inbox") == 0)


def test_what_was_set_aside_can_be_looked_at_again_and_by_others(
    open_bus: Callable[[], RabbitBus],
) -> None:
    """Looking takes nothing away; what was set aside first comes first."""
    bus, other = open_bus(), open_bus()
    bus.publish(envelopes(map(proposed, range(1, 4))))
    for number, delivery in enumerate(receive(bus, 3)):
        bus.set_aside(delivery, f"reason {number}")
    for each in (bus, other, bus):
        await_(lambda each=each: len(each.list_set_aside()) == 3)  # type: ignore[misc]
        assert [one.reason for one in each.list_set_aside()] == ["reason 0", "reason 1", "reason 2"]


def test_busy_worker_holds_no_offer_back(open_bus: Callable[[], RabbitBus]) -> None:
    """Whoever has taken one offer leaves the next one to the others."""
    supervisor, busy, idle = open_bus(), open_bus(), open_bus()
    supervisor.offer(job_offer(1))
    assert busy.take("default", ["process", "docker"], SOON) == job_offer(1)
    supervisor.offer(job_offer(2))
    began = time.monotonic()
    assert idle.take("default", ["process", "docker"], SOON) == job_offer(2)
    assert time.monotonic() - began < 0.9


def test_offer_that_comes_when_its_taker_has_given_up_goes_to_another(
    open_bus: Callable[[], RabbitBus],
) -> None:
    """An offer that nobody of this worker waits for is handed back soon."""
    supervisor, gone, idle = open_bus(), open_bus(), open_bus()
    assert gone.take("default", ["process"], 0.2) is None
    supervisor.offer(job_offer(1))
    assert idle.take("default", ["process"], SOON) == job_offer(1)


def test_held_offer_goes_to_the_slot_that_asks_again(open_bus: Callable[[], RabbitBus]) -> None:
    """A slot that asks again and again misses nothing between two questions."""
    supervisor, worker = open_bus(), open_bus()
    worker.take("default", ["process"], 0.2)
    for number in range(1, 6):
        supervisor.offer(job_offer(number))
    taken = [worker.take("default", ["process"], SOON) for _ in range(5)]
    assert taken == [job_offer(number) for number in range(1, 6)]


def test_pools_may_have_any_name(open_bus: Callable[[], RabbitBus]) -> None:
    """No name of a pool breaks a queue's name, and no two pools share a queue."""
    bus = open_bus()
    pools = ["a.b", "a", "ü " * 200, "ü " * 201, "*#%/"]
    for number, pool in enumerate(pools, 1):
        bus.offer(job_offer(number, pool=pool))
    for number, pool in enumerate(pools, 1):
        assert bus.take(pool, ["process"], SOON) == job_offer(number, pool=pool)


def test_event_that_is_too_large_is_refused_and_the_next_one_travels(
    open_bus: Callable[[], RabbitBus],
) -> None:
    """Invariant 9: what cannot travel fails at its publisher, and nobody else."""
    bus = open_bus()
    with pytest.raises(ValueError, match="cannot travel"):
        bus.publish([envelope(proposed(1, params={"x": "x" * (4 * 1024 * 1024)}))])
    large = envelope(proposed(2, params={"x": "x" * (3 * 1024 * 1024)}))
    bus.publish([large])
    assert [each.envelope for each in consume(bus, 1)] == [large]


def test_batches_are_limited_in_bytes(open_bus: Callable[[], RabbitBus]) -> None:
    """What is received at once fits into one commit."""
    bus = open_bus()
    bus.publish(envelopes([proposed(n, params={"x": "x" * 1_500_000}) for n in (1, 2, 3)]))
    sizes: list[int] = []
    while sum(sizes) < 3:
        deliveries = bus.receive(100, SOON)
        bus.ack(deliveries)
        sizes.append(len(deliveries))
    assert sizes == [1, 1, 1]
