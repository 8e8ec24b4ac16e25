"""An offer that nobody can read is dropped, and nothing else suffers."""

from types import SimpleNamespace
from typing import Any

import pytest

from hyperdock_common.adapters.rabbitmq import RabbitSettings
from hyperdock_common.adapters.rabbitmq.amqp import Parameters
from hyperdock_common.adapters.rabbitmq.job_line import JobLine
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.taker import Takers
from hyperdock_common.adapters.rabbitmq.topology import Topology


@pytest.mark.parametrize(
    "body",
    [b"no offer", b'{"pool": "\xff"}', b'{"more": ' + b"[" * 100_000],
    ids=["no JSON", "half a character", "bottomless"],
)
def test_unreadable_offer_is_dropped(body: bytes) -> None:
    """An error would end the connection, and the broker give the offer to the next worker."""
    link = Link(Parameters(RabbitSettings("amqp://localhost/"), "test"), "test")
    line = JobLine(link, Topology("test"), ("default", "process"), Takers(), lambda: None)
    acked: list[int] = []
    channel: Any = SimpleNamespace(basic_ack=acked.append)
    line._delivered(channel, SimpleNamespace(delivery_tag=7), None, body)
    assert acked == [7]
