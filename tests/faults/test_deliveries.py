"""What the bus may do to messages: double them, reorder them, bring poison."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.faults.checked import assert_sound
from tests.faults.conftest import MakeSystem
from tests.faults.system import Shape, System, wait_for
from tests.faults.targets import quick
from tests.faults.tripwire import TWICE
from tests.faults.witness import Witness

from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings, amqp
from hyperdock_common.adapters.rabbitmq.parcel import Message, Parcel
from hyperdock_common.events import TrialSubmitted
from hyperdock_common.events.codec import encode
from hyperdock_common.testing.builders import envelope

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SHAPE = Shape(supervisors=1, workers=2)


@contextmanager
def bus_of(system: System) -> Iterator[RabbitBus]:
    """The way to a system's inbox."""
    bus = RabbitBus(RabbitSettings(system.broker.url, prefix=system.name), name="test")
    try:
        yield bus
    finally:
        bus.close()


@contextmanager
def repeating(system: System, bus: RabbitBus) -> Iterator[None]:
    """Publishes again what was recorded, shuffled, all the while."""
    over = threading.Event()
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret

    def repeat() -> None:
        while not over.wait(0.2):
            known = [each.envelope for each in system.records()]
            if known:
                bus.publish(chance.sample(known, min(len(known), 60)))

    thread = threading.Thread(target=repeat, name="repeat")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_nothing_counts_twice_that_is_delivered_twice(
    make_system: MakeSystem, witness: Witness
) -> None:
    """DESIGN §6, 2 and 3: all published, offered and relayed twice, and recorded events again."""
    system = make_system(SHAPE)
    for service in system.services:
        points = {"worker": ["publish"], "gateway": ["publish"], "supervisor": ["offer", "relay"]}
        service.tripwires = [f"{each}:before:1:{TWICE}" for each in points[service.kind]]
    with system, bus_of(system) as bus:
        trial_id = system.submit(**quick(40))
        with repeating(system, bus):
            assert system.ended(trial_id)["jobs"]["succeeded"] == 40
        report = assert_sound(system, witness, trial_id)
        assert len(system.supervisors[0].said("duplicate_dropped")) > 40

    assert report.counts.ended_once == 40
    assert report.counts.attempts_lost == 0


def poison() -> dict[str, bytes]:
    """Messages that cannot be dealt with, by what their reasons must hold."""
    good = encode(envelope(TrialSubmitted(trial_id="poison", spec={})))
    return {
        "malformed": b"\x00no event",
        "job.exploded": good.replace(b"trial.submitted", b"job.exploded"),
        "InvalidTrial": good,
    }


def test_poison_is_set_aside_and_blocks_nothing(make_system: MakeSystem, witness: Witness) -> None:
    """DESIGN §6, 7: no event at all, one of an unknown type, one that no decision is made of."""
    bodies = poison()
    with make_system(SHAPE) as system, bus_of(system) as bus:
        trial_id = system.submit(**quick(20))
        for body in bodies.values():
            message = Message(bus._inbox, body, amqp.properties(delivery_mode=2))
            bus._publisher.send(Parcel([message]), 10)
        assert system.ended(trial_id)["jobs"]["succeeded"] == 20
        wait_for(lambda: len(bus.list_set_aside()) >= len(bodies), 20, "what was set aside")
        aside = bus.list_set_aside()
        assert {each.body for each in aside} == set(bodies.values())
        reasons = {each.body: each.reason for each in aside}
        for reason, body in bodies.items():
            assert reason in reasons[body]
        assert_sound(system, witness, trial_id)
